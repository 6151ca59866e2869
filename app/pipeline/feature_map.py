"""One feature map, with what is known about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from app.numerics.shapes import FloatArray
from app.operations.base import plain, stacked
from app.pipeline.previews import Codes, preview_codes

DIGEST_BYTES: Final = 16


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

    __slots__ = ("_codes", "digest", "key", "range", "values", "zeros")

    def __init__(
        self, digest: bytes, values: FloatArray, *, low: float, high: float, zeros: int
    ) -> None:
        self.digest = digest
        self.key = digest[:8].hex()
        self.values = values
        self.range = (plain(low), plain(high))
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


def encode_previews(maps: Iterable[FeatureMap]) -> None:
    """Make the codes of maps of one size together, which is quicker than one by one."""
    missing = [entry for entry in maps if not entry.has_codes]
    if not missing:
        return
    values = stacked([entry.values for entry in missing])
    codes = preview_codes(
        values,
        peaks=[entry.peak for entry in missing],
        is_signed=any(entry.range[0] < 0 for entry in missing),
    )
    for entry, code in zip(missing, codes, strict=True):
        entry.keep_codes(code)


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
    # Counting by axis would be ten times slower than map by map.
    zeros = [int(np.count_nonzero(is_zero)) for is_zero in flat == 0]
    measures = zip(values, flat.min(axis=1), flat.max(axis=1), zeros, strict=True)
    return [
        FeatureMap(digest, cells, low=low, high=high, zeros=count)
        for digest, (cells, low, high, count) in zip(digests, measures, strict=True)
    ]
