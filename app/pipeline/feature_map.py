"""One feature map, with what is known about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import orjson

from app.numerics.shapes import FloatArray
from app.operations.base import Maps, stacked
from app.pipeline.previews import Codes, preview_codes

DIGEST_BYTES: Final = 16


class FeatureMap:
    """One map of one stage.

    Attributes
    ----------
    digest : bytes
        Content key: what made the map. Equal digests, equal values.
    stack : ndarray of float32, shape (maps, rows, columns)
        The maps that were computed together with this one. Read-only.
    place : int
        Of this map among them.
    values : ndarray of float32, shape (rows, columns)
        Read-only.
    range : (float, float)
        Smallest and largest value, as the shortest decimals that stand for them.
    zeros : int
        Cells that are exactly zero.
    """

    __slots__ = ("_codes", "digest", "key", "place", "range", "stack", "values", "zeros")

    def __init__(
        self,
        digest: bytes,
        stack: FloatArray,
        place: int,
        *,
        range: tuple[float, float],
        zeros: int,
    ) -> None:
        self.digest = digest
        self.key = digest[:8].hex()
        self.stack = stack
        self.place = place
        self.values: FloatArray = stack[place]
        self.range = range
        self.zeros = zeros
        self._codes: Codes | None = None

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

        See :func:`app.pipeline.previews.preview_codes`.
        """
        codes = self._codes
        if codes is None:
            # Two threads may both come here; they compute the same.
            (codes,) = encode_previews([self])
        return codes


def values_of(maps: Sequence[FeatureMap]) -> Maps:
    """Give the values of maps: one array where they lie behind one another, as if computed so.

    Examples
    --------
    >>> maps = feature_maps([b"a", b"b", b"c"], np.zeros((3, 4, 5), np.float32))
    >>> values_of(maps[1:]).shape, type(values_of(maps[::-1]))
    ((2, 4, 5), <class 'list'>)
    """
    stack, first = maps[0].stack, maps[0].place
    for index, entry in enumerate(maps, start=first):
        if entry.stack is not stack or entry.place != index:
            return [entry.values for entry in maps]
    return stack[first : first + len(maps)]


def encode_previews(maps: Sequence[FeatureMap]) -> list[Codes]:
    """Give the codes of maps of one size; those that are missing are made together.

    That is quicker than one by one.
    """
    missing = [entry for entry in maps if entry._codes is None]
    if missing:
        codes = preview_codes(
            stacked(values_of(missing)),
            peaks=[entry.peak for entry in missing],
            is_signed=any(entry.range[0] < 0 for entry in missing),
        )
        for entry, own in zip(missing, codes, strict=True):
            entry._codes = own
    return [entry.codes() for entry in maps]


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

    Raises
    ------
    OverflowError
        If a value is not finite.
    """
    values.setflags(write=False)
    flat = values.reshape(len(values), -1)
    ranges = _ranges(flat)
    return [
        FeatureMap(
            digest,
            values,
            index,
            range=ranges[index],
            zeros=int(np.count_nonzero(is_zero)),
        )
        # Counting along an axis would take twice as long as map by map.
        for index, (digest, is_zero) in enumerate(zip(digests, flat == 0, strict=True))
    ]


def _ranges(flat: FloatArray) -> list[tuple[float, float]]:
    """Give the smallest and largest value of each row.

    Raises
    ------
    OverflowError
        If a value is not finite.
    """
    ends = np.empty((len(flat), 2), dtype=np.float32)
    flat.min(axis=1, out=ends[:, 0])
    flat.max(axis=1, out=ends[:, 1])
    if not np.isfinite(ends).all():
        raise OverflowError("values beyond float32")
    # Its shortest decimals are those of NumPy, and it takes a thirtieth of the time.
    listed = orjson.loads(orjson.dumps(ends, option=orjson.OPT_SERIALIZE_NUMPY))
    return [(low, high) for low, high in listed]
