"""A bounded memory of what was made lately, safe between threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Memo(Generic[K, V]):
    """Values by key, within a total cost.

    :func:`functools.lru_cache` counts entries; here a recipe chooses how large they are.

    Parameters
    ----------
    max_cost : int
        The least recently used values leave first; one that costs more alone is not kept.

    Examples
    --------
    >>> squares = Memo[int, int](max_cost=2)
    >>> [squares.recall(n, lambda n=n: n * n, cost=lambda _: 1) for n in (2, 3, 4, 2)]
    [4, 9, 16, 4]
    """

    def __init__(self, *, max_cost: int) -> None:
        self.max_cost = max_cost
        self.cost = 0
        self._entries: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._lock = threading.Lock()

    def recall(self, key: K, make: Callable[[], V], *, cost: Callable[[V], int]) -> V:
        """Give the value of a key; make it, and keep it, if it is not there.

        Two threads may make the same value at the same time; one of them is kept.
        """
        with self._lock:
            found = self._entries.get(key)
            if found is not None:
                self._entries.move_to_end(key)
                return found[0]
        value = make()
        self._keep(key, value, cost(value))
        return value

    def _keep(self, key: K, value: V, cost: int) -> None:
        with self._lock:
            if cost > self.max_cost or key in self._entries:
                return
            self._entries[key] = (value, cost)
            self.cost += cost
            while self.cost > self.max_cost:
                _, (_, released) = self._entries.popitem(last=False)
                self.cost -= released
