"""The memory of computed feature maps."""

from __future__ import annotations

import hashlib
import threading
import weakref
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from app.numerics.shapes import FloatArray
from app.pipeline.feature_map import DIGEST_BYTES, FeatureMap, feature_maps

# What a map takes beside its cells, measured; of maps of one cell it would else be forgotten.
ENTRY_BYTES: Final = 700


class MapCache:
    """Feature maps by content, within a number of bytes; safe between threads.

    Maps that were computed together share one array, which is freed when the last of them leaves:
    it is counted once, and as long as one of them is kept.

    Parameters
    ----------
    max_bytes : int
        The least recently used maps leave first.

    Examples
    --------
    >>> cache = MapCache(max_bytes=2000)
    >>> cache.put(feature_maps([b"a", b"b"], np.zeros((2, 4, 4), np.float32)))
    >>> [entry is not None for entry in cache.get([b"a", b"c"])]
    [True, False]
    >>> cache.held_bytes - 2 * ENTRY_BYTES  # values, and their codes
    160
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.held_bytes = 0
        self._maps: OrderedDict[bytes, FeatureMap] = OrderedDict()
        self._shares: dict[int, list[int]] = {}
        self._pictures: dict[int, tuple[weakref.ref[FloatArray], list[bytes]]] = {}
        self._lock = threading.Lock()

    def get(self, digests: Sequence[bytes]) -> list[FeatureMap | None]:
        """Find maps and count them as used."""
        found: list[FeatureMap | None] = []
        with self._lock:
            for digest in digests:
                entry = self._maps.get(digest)
                if entry is not None:
                    self._maps.move_to_end(digest)
                found.append(entry)
        return found

    def put(self, maps: Iterable[FeatureMap]) -> None:
        """Keep maps."""
        with self._lock:
            for entry in maps:
                if entry.digest in self._maps:
                    self._maps.move_to_end(entry.digest)
                    continue
                self._maps[entry.digest] = entry
                self._count(entry, +1)
            while self.held_bytes > self.max_bytes and self._maps:
                _, oldest = self._maps.popitem(last=False)
                self._count(oldest, -1)

    def _count(self, entry: FeatureMap, change: int) -> None:
        """Count an entry that comes or goes, its codes, and its array if it is the only one."""
        name = id(entry.stack)
        share = self._shares.setdefault(name, [0, entry.stack.nbytes])
        self.held_bytes += change * (entry.values.size + ENTRY_BYTES)
        if share[0] == 0:
            self.held_bytes += share[1]
        share[0] += change
        if share[0] == 0:
            self.held_bytes -= share[1]
            del self._shares[name]

    def input_maps(self, picture: FloatArray) -> list[FeatureMap]:
        """Measure the channels of a picture; a read-only one is read once only.

        Parameters
        ----------
        picture : ndarray of float32, shape (C, H, W)

        Returns
        -------
        list of FeatureMap
        """
        digests = self._known_digests(picture)
        kept = [entry for entry in self.get(digests) if entry is not None]
        if digests and len(kept) == len(digests):
            return kept
        is_fixed = not picture.flags.writeable
        values = np.ascontiguousarray(picture if is_fixed else picture.copy(), dtype=np.float32)
        digests = digests or content_digests(values)
        maps = feature_maps(digests, values)
        if is_fixed:
            self._remember(picture, digests)
            self.put(maps)
        return maps

    def _known_digests(self, picture: FloatArray) -> list[bytes]:
        with self._lock:
            known = self._pictures.get(id(picture))
        return known[1] if known is not None and known[0]() is picture else []

    def _remember(self, picture: FloatArray, digests: list[bytes]) -> None:
        name = id(picture)
        forget = weakref.ref(picture, lambda _: self._pictures.pop(name, None))
        with self._lock:
            self._pictures[name] = (forget, digests)


def content_digests(picture: FloatArray) -> list[bytes]:
    """Name every channel of a picture by its content.

    Examples
    --------
    >>> first, second = content_digests(np.zeros((2, 3, 3), np.float32))
    >>> first == second
    True
    """
    shape = f"input {picture.shape[1:]} ".encode()
    return [
        hashlib.blake2b(shape + channel.tobytes(), digest_size=DIGEST_BYTES).digest()
        for channel in picture
    ]
