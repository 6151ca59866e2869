"""One feature map with what is known about it, and the memory of those that were computed."""

from __future__ import annotations

import hashlib
import math
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from app.numerics.shapes import FloatArray, IntArray
from app.operations.base import plain, stacked

Codes = npt.NDArray[np.int8]

DIGEST_BYTES: Final = 16
_BLOCK: Final = 1 << 16


class FeatureMap:
    """One map of one stage.

    Attributes
    ----------
    digest : bytes
        Content key: what made the map. Equal digests, equal values.
    values : ndarray of float32, shape (rows, columns)
        Read-only.
    range : (float, float)
        Smallest and largest value.
    zeros : int
        Cells that are exactly zero.
    """

    __slots__ = ("_codes", "_winners", "digest", "key", "range", "values", "zeros")

    def __init__(
        self, digest: bytes, values: FloatArray, *, low: float, high: float, zeros: int
    ) -> None:
        self.digest = digest
        self.key = digest[:8].hex()
        self.values = values
        self.range = (plain(low), plain(high))
        self.zeros = zeros
        self._codes: Codes | None = None
        self._winners: IntArray | None = None

    @property
    def is_dead(self) -> bool:
        """Whether every cell is zero."""
        return self.zeros == self.values.size

    @property
    def peak(self) -> float:
        """The largest absolute value."""
        return max(-self.range[0], self.range[1])

    def codes(self) -> Codes:
        """Give the map in 8 bits for drawing: shape (rows, columns), read-only.

        ``sign(v) * max(1, round(127 * sqrt(|v| / peak)))``, and 0 for exact zeros only. The root
        spends the levels where most values are, near zero.
        """
        if self._codes is None:
            # Two threads may both come here; they compute the same.
            self._codes = preview_codes(self.values[np.newaxis], peaks=[self.peak])[0]
        return self._codes

    @property
    def has_codes(self) -> bool:
        """Whether :meth:`codes` is there already."""
        return self._codes is not None

    def keep_codes(self, codes: Codes) -> None:
        """Keep what :meth:`codes` gives from now on."""
        self._codes = codes

    def winners(self, compute: Callable[[], IntArray | None]) -> IntArray | None:
        """Give the winning kernel places of a maximum, computed once; see ``Layer.winners``."""
        if self._winners is None:
            self._winners = compute()
        return self._winners


def encode_previews(maps: Iterable[FeatureMap]) -> None:
    """Make the codes of maps of one size together, which is quicker than one by one."""
    missing = [entry for entry in maps if not entry.has_codes]
    if not missing:
        return
    values = stacked([entry.values for entry in missing])
    codes = preview_codes(values, peaks=[entry.peak for entry in missing])
    for entry, code in zip(missing, codes, strict=True):
        entry.keep_codes(code)


def preview_codes(values: FloatArray, *, peaks: Sequence[float]) -> Codes:
    """Turn maps into 8-bit codes; see :meth:`FeatureMap.codes`.

    Parameters
    ----------
    values : ndarray of float32, shape (maps, rows, columns)
    peaks : sequence of float
        Largest absolute value of each map.

    Returns
    -------
    ndarray of int8, shape (maps, rows, columns)
        Read-only.

    Examples
    --------
    >>> preview_codes(np.float32([[[-4, 0, 1e-9, 1]]]), peaks=[4]).tolist()
    [[[-127, 0, 1, 64]]]
    """
    codes = np.empty(values.shape, dtype=np.int8)
    source, target = values.reshape(len(values), -1), codes.reshape(len(values), -1)
    count = source.shape[1]
    together = max(_BLOCK // count, 1)
    level = np.empty((min(together, len(values)), min(count, _BLOCK)), dtype=np.float32)
    # Block by block, so that every pass finds its numbers in the cache: several small maps, or a
    # part of a large one.
    for first in range(0, len(values), together):
        scales = np.array([_scale(peak) for peak in peaks[first : first + together]])
        for start in range(0, count, _BLOCK):
            block = (slice(first, first + together), slice(start, start + _BLOCK))
            steps = level[: len(scales), : source[block].shape[1]]
            _encode(source[block], scales[:, np.newaxis], steps, target[block])
    codes.setflags(write=False)
    return codes


def _scale(peak: float) -> np.float32:
    """Give the factor that takes the root of the peak to 127."""
    return np.float32(127 / math.sqrt(peak) if peak > 0 else 0)


def _encode(block: FloatArray, scale: FloatArray, steps: FloatArray, code: Codes) -> None:
    """Encode a block of one or several maps into ``code``; ``steps`` is scratch."""
    np.abs(block, out=steps)
    np.sqrt(steps, out=steps)
    np.multiply(steps, scale, out=steps)
    np.rint(steps, out=steps)
    np.copyto(code, steps, casting="unsafe")
    np.maximum(code, (block != 0).view(np.int8), out=code)
    # Two's complement by hand, as a selection by mask is ten times slower: flip, add one.
    sign = np.negative((block < 0).view(np.int8))
    np.bitwise_xor(code, sign, out=code)
    np.subtract(code, sign, out=code)


def feature_maps(digests: Sequence[bytes], values: FloatArray) -> list[FeatureMap]:
    """Measure computed maps.

    Parameters
    ----------
    digests : sequence of bytes
        One for each map.
    values : ndarray of float32, shape (maps, rows, columns)
        Made read-only.

    Returns
    -------
    list of FeatureMap
    """
    values.setflags(write=False)
    flat = values.reshape(len(values), -1)
    lows, highs = flat.min(axis=1), flat.max(axis=1)
    return [
        FeatureMap(
            digest,
            values[index],
            low=lows[index],
            high=highs[index],
            zeros=int(np.count_nonzero(flat[index] == 0)),
        )
        for index, digest in enumerate(digests)
    ]


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
    >>> cache = MapCache(max_bytes=1000)
    >>> cache.put(feature_maps([b"a", b"b"], np.zeros((2, 4, 4), np.float32)))
    >>> [entry is not None for entry in cache.get([b"a", b"c"])]
    [True, False]
    >>> cache.held_bytes  # values, and their codes
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
        """Count an entry that comes or goes: its codes, and its array if it is the only one."""
        base = entry.values.base
        array = base if isinstance(base, np.ndarray) else entry.values
        share = self._shares.setdefault(id(array), [0, int(array.nbytes)])
        self.held_bytes += change * entry.values.size
        if share[0] == 0:
            self.held_bytes += share[1]
        share[0] += change
        if share[0] == 0:
            self.held_bytes -= share[1]
            del self._shares[id(array)]

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
