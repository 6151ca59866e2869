"""Reduce windows along one axis, by whole slices: four ways, chosen once per geometry.

The cells that tap ``k`` of all windows read are one strided slice of the source. So ``k - 1``
operations on slices as long as the output reduce all windows at once, without a buffer for
padding: a tap that falls on padding leaves out the outputs at the edge. That is :class:`TapByTap`.
The others say the same in fewer or longer strokes:

- :class:`LongRow`, for columns: when every row of the source makes a whole number of strides, all
  rows lie behind each other as one long row, which NumPy works through without a pause. Windows
  that reach over the end of their row come out wrong and are done again.
- :class:`Tiles`, for rows: windows side by side are one more axis of the array.
- :class:`Doubling`: reduce pairs, then pairs of pairs, and so on at every cell; a few of these
  make any window. About ``log2(k)`` operations on the whole axis, for large windows that overlap.

Which cells a tap reads comes from :func:`app.numerics.windows.axis_taps`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from app.numerics.shapes import IntArray, span

Array: TypeAlias = npt.NDArray[Any]
Index: TypeAlias = tuple[slice, ...]

ROWS, COLUMNS = 1, 2
"""Axes of arrays of shape (planes, rows, columns)."""

_ALL = slice(None)
_MOST_REPAIRS = 10
"""Operations on single columns that a long row may need: each costs about a microsecond."""


class AxisReduction(Protocol):
    """A way to reduce all windows along one axis."""

    def __call__(
        self, ufunc: np.ufunc, source: Array, *, neutral: float, out: Array | None = None
    ) -> Array:
        """Reduce windows with ``np.maximum`` or ``np.add``.

        Parameters
        ----------
        ufunc : np.maximum or np.add
        source : array, shape (planes, rows, columns)
        neutral : number
            What changes nothing: the value of padding.
        out : array, optional
            Where to put the result.

        Returns
        -------
        ndarray, dtype of ``source``
        """


def axis_reduction(
    taps: IntArray, *, length: int, stride: int, dilation: int, axis: int
) -> AxisReduction:
    """Choose how to reduce the windows along one axis.

    Parameters
    ----------
    taps : ndarray of int32, shape (outputs, kernel_size)
        As from ``axis_taps``: source index, or a negative number for anything else.
    length : int
        Cells along the axis.
    stride, dilation : int
        In cells.
    axis : ROWS or COLUMNS

    Returns
    -------
    AxisReduction

    Examples
    --------
    >>> from app.numerics.windows import axis_taps
    >>> taps = axis_taps(4, kernel_size=2, stride=2)
    >>> largest = axis_reduction(taps, length=4, stride=2, dilation=1, axis=COLUMNS)
    >>> largest(np.maximum, np.array([[[3, 8, 5, 2]]]), neutral=0)
    array([[[8, 5]]])
    """
    outputs, kernel_size = taps.shape
    doubling = Doubling.of(taps, length=length, stride=stride, dilation=dilation, axis=axis)
    if doubling.cells < (kernel_size - 1) * outputs:
        return doubling
    if axis == ROWS:
        is_tiled = stride == kernel_size > 3 and dilation == 1 and bool((taps >= 0).all())
        return Tiles(outputs, kernel_size) if is_tiled else TapByTap.of(taps, stride, axis)
    repairs = [[int(cell) for cell in window if cell >= 0] for window in taps]
    effort = sum(len(cells) for cells in repairs if len(cells) < kernel_size)
    if length == outputs * stride and kernel_size > 1 and effort <= _MOST_REPAIRS:
        return LongRow.of(taps, stride, dilation, repairs)
    return TapByTap.of(taps, stride, axis)


def _along(axis: int, part: slice) -> Index:
    """Index (planes, rows, columns) by a slice along one axis."""
    return (_ALL, part) if axis == ROWS else (_ALL, _ALL, part)


def _origin(taps: IntArray, stride: int, dilation: int) -> int:
    """Find where the first tap of the first window lies; below 0 in the padding."""
    hits = np.argwhere(taps >= 0)
    if len(hits) == 0:
        return 0
    output, k = (int(place) for place in hits[0])
    return int(taps[output, k]) - output * stride - k * dilation


def _empty(source: Array, axis: int, outputs: int) -> Array:
    shape = list(source.shape)
    shape[axis] = outputs
    return np.empty(shape, dtype=source.dtype)


@dataclass(frozen=True, slots=True)
class TapByTap:
    """One strided slice per tap, each for the outputs that have it."""

    outputs: int
    axis: int
    complete: tuple[Index, ...]
    partial: tuple[tuple[Index, Index], ...]

    @classmethod
    def of(cls, taps: IntArray, stride: int, axis: int) -> TapByTap:
        """Read the slices off the taps."""
        complete, partial = [], []
        for column in taps.T:
            hits = np.flatnonzero(column >= 0)
            if hits.size == 0:
                continue
            start, stop = int(column[hits[0]]), int(column[hits[-1]]) + 1
            source = _along(axis, slice(start, stop, stride))
            if hits.size == len(taps):
                complete.append(source)
            else:
                target = _along(axis, slice(int(hits[0]), int(hits[-1]) + 1))
                partial.append((target, source))
        return cls(len(taps), axis, tuple(complete), tuple(partial))

    def __call__(
        self, ufunc: np.ufunc, source: Array, *, neutral: float, out: Array | None = None
    ) -> Array:
        """Reduce as :class:`AxisReduction` says."""
        complete = self.complete
        if len(complete) > 1:
            out = ufunc(source[complete[0]], source[complete[1]], out=out)
        else:
            out = _empty(source, self.axis, self.outputs) if out is None else out
            if complete:
                np.copyto(out, source[complete[0]])
            else:
                out.fill(neutral)
        for index in complete[2:]:
            ufunc(out, source[index], out=out)
        for target, index in self.partial:
            part = out[target]
            ufunc(part, source[index], out=part)
        return out


@dataclass(frozen=True, slots=True)
class LongRow:
    """All rows behind each other as one row; then the windows over a row's end once more."""

    outputs: int
    stride: int
    offsets: tuple[int, ...]
    repairs: tuple[tuple[int, tuple[int, ...]], ...]

    @classmethod
    def of(cls, taps: IntArray, stride: int, dilation: int, cells: list[list[int]]) -> LongRow:
        """Find where the taps lie from an output's first cell, and which windows to repair."""
        outputs, kernel_size = taps.shape
        origin = _origin(taps, stride, dilation)
        offsets = tuple(origin + k * dilation for k in range(kernel_size))
        repairs = [(o, tuple(c)) for o, c in enumerate(cells) if len(c) < kernel_size]
        return cls(outputs, stride, offsets, tuple(repairs))

    def __call__(
        self, ufunc: np.ufunc, source: Array, *, neutral: float, out: Array | None = None
    ) -> Array:
        """Reduce as :class:`AxisReduction` says."""
        if out is None or not out.flags.c_contiguous:
            result = _empty(source, COLUMNS, self.outputs)
        else:
            result = out
        cells, row = source.reshape(-1), result.reshape(-1)
        sound, slices = _long_slices(row.size, self.stride, self.offsets)
        if slices:
            row = row[sound]
            ufunc(cells[slices[0]], cells[slices[1]], out=row)
            for part in slices[2:]:
                ufunc(row, cells[part], out=row)
        for output, columns in self.repairs:
            _reduce_columns(ufunc, source, columns, neutral, result[:, :, output])
        if out is not None and result is not out:
            np.copyto(out, result)
        return result


@lru_cache(maxsize=1024)
def _long_slices(
    outputs: int, stride: int, offsets: tuple[int, ...]
) -> tuple[slice, tuple[slice, ...]]:
    """Give the outputs whose taps all lie on the long row, and what each tap of theirs reads."""
    first = max(0, -(offsets[0] // stride))
    last = outputs - max(0, offsets[-1] // stride)
    if first >= last:
        return slice(0, 0), ()
    starts = (first * stride + offset for offset in offsets)
    length = (last - first - 1) * stride + 1
    return slice(first, last), tuple(slice(start, start + length, stride) for start in starts)


def _reduce_columns(
    ufunc: np.ufunc, source: Array, columns: tuple[int, ...], neutral: float, out: Array
) -> None:
    """Reduce a few whole columns into one."""
    if len(columns) < 2:
        out[...] = source[:, :, columns[0]] if columns else neutral
        return
    ufunc(source[:, :, columns[0]], source[:, :, columns[1]], out=out)
    for column in columns[2:]:
        ufunc(out, source[:, :, column], out=out)


@dataclass(frozen=True, slots=True)
class Tiles:
    """Rows of windows side by side, as one more axis."""

    outputs: int
    kernel_size: int

    def __call__(
        self, ufunc: np.ufunc, source: Array, *, neutral: float, out: Array | None = None
    ) -> Array:
        """Reduce as :class:`AxisReduction` says."""
        planes, _, columns = source.shape
        whole = source[:, : self.outputs * self.kernel_size]
        tiles = whole.reshape(planes, self.outputs, self.kernel_size, columns)
        reduced: Array = ufunc.reduce(tiles, axis=2, out=out)
        return reduced


@dataclass(frozen=True, slots=True)
class Doubling:
    """Runs of 1, 2, 4 ... taps at every cell; padding is stored around the source."""

    outputs: int
    kernel_size: int
    stride: int
    dilation: int
    axis: int
    reach: int
    kept: Index
    placed: Index
    is_covered: bool

    @classmethod
    def of(cls, taps: IntArray, *, length: int, stride: int, dilation: int, axis: int) -> Doubling:
        """Place the source on the stretch that all windows together span."""
        outputs, kernel_size = taps.shape
        reach = (outputs - 1) * stride + span(kernel_size, dilation)
        origin = _origin(taps, stride, dilation)
        low, high = max(origin, 0), max(min(origin + reach, length), 0)
        return cls(
            outputs=outputs,
            kernel_size=kernel_size,
            stride=stride,
            dilation=dilation,
            axis=axis,
            reach=reach,
            kept=_along(axis, slice(low, high)),
            placed=_along(axis, slice(low - origin, high - origin)),
            is_covered=high - low == reach,
        )

    @property
    def cells(self) -> int:
        """Roughly how many cells it works through, per line across the axis."""
        return (self.kernel_size.bit_length() + (not self.is_covered)) * self.reach

    def __call__(
        self, ufunc: np.ufunc, source: Array, *, neutral: float, out: Array | None = None
    ) -> Array:
        """Reduce as :class:`AxisReduction` says."""
        out = _empty(source, self.axis, self.outputs) if out is None else out
        if self.is_covered:
            level = source[self.kept]
        else:
            shape = list(source.shape)
            shape[self.axis] = self.reach
            level = np.full(shape, neutral, dtype=source.dtype)
            level[self.placed] = source[self.kept]
        if ufunc is np.maximum:
            self._cover(ufunc, level, out)
        else:
            self._tile(ufunc, level, out)
        return out

    def _cover(self, ufunc: np.ufunc, level: Array, out: Array) -> None:
        """Cover each window by two runs of a power of two of taps, which may overlap."""
        run = 1
        while 2 * run < self.kernel_size:
            level = self._doubled(ufunc, level, run)
            run *= 2
        rest = self.kernel_size - run
        ufunc(self._run_at(level, 0), self._run_at(level, rest), out=out)

    def _tile(self, ufunc: np.ufunc, level: Array, out: Array) -> None:
        """Tile each window by runs of different powers of two of taps."""
        run, done = 1, 0
        while True:
            if self.kernel_size & run:
                part = self._run_at(level, done)
                if done:
                    ufunc(out, part, out=out)
                else:
                    np.copyto(out, part)
                done += run
            if done == self.kernel_size:
                return
            level = self._doubled(ufunc, level, run)
            run *= 2

    def _run_at(self, level: Array, tap: int) -> Array:
        """Take, of every window, the run that begins at a tap."""
        start = tap * self.dilation
        stop = start + (self.outputs - 1) * self.stride + 1
        return level[_along(self.axis, slice(start, stop, self.stride))]

    def _doubled(self, ufunc: np.ufunc, level: Array, run: int) -> Array:
        """Join each run of taps with the one that follows it."""
        shift = run * self.dilation
        before, after = _along(self.axis, slice(-shift)), _along(self.axis, slice(shift, None))
        doubled: Array = ufunc(level[before], level[after])
        return doubled
