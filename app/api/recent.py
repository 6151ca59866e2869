"""A bounded memory of what was used lately, safe between threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Keeps the most recently used values within a total size.

    Parameters
    ----------
    max_bytes : int
        Total of the sizes given to :meth:`put`; the least recently used values leave first.

    Examples
    --------
    >>> recent = Recent[str, int](max_bytes=2)
    >>> for name in "abc":
    ...     recent.put(name, ord(name), size_bytes=1)
    >>> recent.get("a"), recent.get("c")
    (None, 99)
    """

    def __init__(self, *, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.held_bytes = 0
        self._entries: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        """Find a value and count it as used."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            self._entries.move_to_end(key)
            return entry[0]

    def put(self, key: K, value: V, *, size_bytes: int) -> None:
        """Keep a value; one larger than the whole memory is not kept."""
        with self._lock:
            if key in self._entries:
                self.held_bytes -= self._entries.pop(key)[1]
            if size_bytes > self.max_bytes:
                return
            self._entries[key] = (value, size_bytes)
            self.held_bytes += size_bytes
            while self.held_bytes > self.max_bytes:
                _, (_, released) = self._entries.popitem(last=False)
                self.held_bytes -= released
