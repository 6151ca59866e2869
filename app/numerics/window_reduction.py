"""Reduce every window of a picture to one number: the machinery under all pooling.

A maximum over a window is the maximum over its columns of the maxima over its rows, and a sum
likewise. So windows are reduced along the rows axis first, on whole contiguous rows, and what is
left, fewer rows already, along the columns axis. Two ways along one axis:

- *tap by tap*: the cells that tap ``k`` of all windows reads are one strided slice, so a window of
  ``k`` cells costs ``k - 1`` operations on slices as long as the output. Padding is never stored:
  a tap that falls on padding just leaves out the outputs at the edge.
- *doubling*: reduce pairs, then pairs of pairs, and so on at every cell; two or a few of these
  make any window. That is about ``log2(k)`` operations on the whole axis, and wins for large
  overlapping windows.

Which cells a tap reads comes from :func:`app.numerics.windows.axis_taps`. Pictures are worked
through in blocks that stay in the cache, so temporary memory does not grow with the picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from app.numerics.shapes import FloatArray, IntArray, PaddingPairs, Pair, span
from app.numerics.windows import ABSENT, axis_taps

Array: TypeAlias = npt.NDArray[Any]
Index: TypeAlias = tuple[slice, ...]

_BLOCK_CELLS = 1 << 16
"""Cells per block after the first reduction: 256 kB in float32."""

_ALL = slice(None)


def _along(axis: int, part: slice) -> Index:
    """Index (planes, rows, columns) by a slice of rows (axis 1) or of columns (axis 2)."""
    return (_ALL, part, _ALL) if axis == 1 else (_ALL, _ALL, part)


class AxisReduction:
    """How to reduce the windows along one axis, worked out once per geometry.

    Parameters
    ----------
    taps : ndarray of int32, shape (outputs, kernel_size)
        As from ``axis_taps``: source index, or a negative number for anything else.
    length : int
        Cells along the axis.
    stride, dilation : int
        In cells.
    axis : {1, 2}
        Rows or columns of an array of shape (planes, rows, columns).
    """

    def __init__(self, taps: IntArray, *, length: int, stride: int, dilation: int, axis: int):
        self.outputs, self.kernel_size = taps.shape
        self._axis, self._stride, self._dilation = axis, stride, dilation
        hits = taps >= 0
        parts = []
        for k in range(self.kernel_size):
            if (count := int(hits[:, k].sum())) > 0:
                first = int(hits[:, k].argmax())
                start = int(taps[first, k])
                source = slice(start, start + (count - 1) * stride + 1, stride)
                parts.append((count, _along(axis, slice(first, first + count)), source))
        # Taps that every output has come first: they need no neutral element under them.
        parts.sort(key=lambda part: -part[0])
        self._complete = [_along(axis, source) for n, _, source in parts if n == self.outputs]
        self._partial = [
            (target, _along(axis, source)) for n, target, source in parts if n < self.outputs
        ]
        self._plan_doubling(taps, length)

    def _plan_doubling(self, taps: IntArray, length: int) -> None:
        """Place the source on the axis that all windows span, and choose between the ways."""
        row, k = (
            (int(place) for place in np.argwhere(taps >= 0)[0]) if (taps >= 0).any() else (0, 0)
        )
        origin = int(taps[row, k]) - row * self._stride - k * self._dilation
        self._reach = (self.outputs - 1) * self._stride + span(self.kernel_size, self._dilation)
        low, high = max(origin, 0), min(origin + self._reach, length)
        self._kept = _along(self._axis, slice(low, high))
        self._placed = _along(self._axis, slice(low - origin, high - origin))
        self._is_covered = high - low == self._reach
        passes = self.kernel_size.bit_length() + (0 if self._is_covered else 1)
        self._doubles = passes * self._reach < (self.kernel_size - 1) * self.outputs

    def apply(
        self, ufunc: np.ufunc, source: Array, *, neutral: float, out: Array | None = None
    ) -> Array:
        """Reduce the windows of ``source`` with ``np.maximum`` or ``np.add``.

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
        if out is None:
            shape = list(source.shape)
            shape[self._axis] = self.outputs
            out = np.empty(shape, dtype=source.dtype)
        if self._doubles:
            self._by_doubling(ufunc, source, neutral, out)
        else:
            self._tap_by_tap(ufunc, source, neutral, out)
        return out

    def _tap_by_tap(self, ufunc: np.ufunc, source: Array, neutral: float, out: Array) -> None:
        complete = self._complete
        if len(complete) > 1:
            ufunc(source[complete[0]], source[complete[1]], out=out)
        elif complete:
            np.copyto(out, source[complete[0]])
        else:
            out.fill(neutral)
        for index in complete[2:]:
            ufunc(out, source[index], out=out)
        for target, index in self._partial:
            ufunc(out[target], source[index], out=out[target])

    def _by_doubling(self, ufunc: np.ufunc, source: Array, neutral: float, out: Array) -> None:
        if self._is_covered:
            level = source[self._kept]
        else:
            shape = list(source.shape)
            shape[self._axis] = self._reach
            level = np.full(shape, neutral, dtype=source.dtype)
            level[self._placed] = source[self._kept]
        if ufunc is np.maximum:
            self._cover(ufunc, level, out)
        else:
            self._tile(ufunc, level, out)

    def _shifted(self, level: Array, cells: int, *, length: int, step: int = 1) -> Array:
        """Take ``length`` cells, ``step`` apart, from tap ``cells`` on."""
        start = cells * self._dilation
        return level[_along(self._axis, slice(start, start + (length - 1) * step + 1, step))]

    def _cover(self, ufunc: np.ufunc, level: Array, out: Array) -> None:
        """Cover each window by two overlapping runs of a power of two of taps."""
        run = 1
        while 2 * run < self.kernel_size:
            level = self._doubled(ufunc, level, run)
            run *= 2
        first = self._shifted(level, 0, length=self.outputs, step=self._stride)
        second = self._shifted(
            level, self.kernel_size - run, length=self.outputs, step=self._stride
        )
        ufunc(first, second, out=out)

    def _tile(self, ufunc: np.ufunc, level: Array, out: Array) -> None:
        """Tile each window by runs of different powers of two of taps."""
        run, done = 1, 0
        while True:
            if self.kernel_size & run:
                part = self._shifted(level, done, length=self.outputs, step=self._stride)
                if done:
                    ufunc(out, part, out=out)
                else:
                    np.copyto(out, part)
                done += run
            if done == self.kernel_size:
                return
            level = self._doubled(ufunc, level, run)
            run *= 2

    def _doubled(self, ufunc: np.ufunc, level: Array, run: int) -> Array:
        """Join each run of taps with the one that follows it."""
        length = level.shape[self._axis] - run * self._dilation
        doubled: Array = ufunc(
            self._shifted(level, 0, length=length), self._shifted(level, run, length=length)
        )
        return doubled


@dataclass(frozen=True, slots=True)
class RowBlock:
    """Some rows of the output, and the rows of the source that they read."""

    rows: slice
    source_rows: slice
    reduction: AxisReduction


@dataclass(frozen=True, slots=True)
class Block:
    """What to read, where to write, and how to get from one to the other."""

    source: Index
    target: Index
    reductions: tuple[AxisReduction, AxisReduction]

    def reduce(self, ufunc: np.ufunc, source: Array, *, neutral: float, out: Array) -> None:
        """Reduce all windows of the block.

        Parameters
        ----------
        ufunc : np.maximum or np.add
        source : array, shape (planes, rows, columns)
            The cells at ``self.source``, or numbers made of them.
        neutral : number
            The value of padding.
        out : array, shape (planes, output rows, output columns)
        """
        along_rows, along_columns = self.reductions
        lines = along_rows.apply(ufunc, source, neutral=neutral)
        along_columns.apply(ufunc, lines, neutral=neutral, out=out)


@dataclass(frozen=True, slots=True)
class PlaceCounts:
    """How many places of each window count: a number per output row times one per column."""

    along_rows: FloatArray
    along_columns: FloatArray

    @classmethod
    def of(cls, *tables: npt.NDArray[np.bool_]) -> PlaceCounts:
        """Count in tables of the shape of taps, for rows and for columns, what is true."""
        rows, columns = (table.sum(axis=1).astype(np.float32) for table in tables)
        return cls(rows, columns)

    def first_empty(self) -> Pair | None:
        """Find the first window in which nothing counts, as output row and column."""
        row, column = int(self.along_rows.argmin()), int(self.along_columns.argmin())
        if self.along_rows[row] == 0:
            return row, 0
        return (0, column) if self.along_columns[column] == 0 else None

    def of_rows(self, rows: slice) -> FloatArray:
        """Give the counts of some output rows, as one number if they are all the same."""
        down, across = self.along_rows[rows], self.along_columns
        if (down == down[0]).all() and (across == across[0]).all():
            return np.atleast_1d(down[0] * across[0])
        return np.multiply.outer(down, across)


class WindowPlan:
    """The geometry of all windows of a picture, worked out once.

    Parameters
    ----------
    size, kernel_size, stride, dilation : pair
        ``(rows, columns)``, in cells.
    padding : pair of pairs
        ``((top, bottom), (left, right))``.
    ceil_mode : bool
        Whether a last window may hang over the end.

    Attributes
    ----------
    size, output_size : pair
        Rows and columns before and after.
    cell_counts, place_counts : PlaceCounts
        How many cells of the picture, and how many of the picture or its padding, each window has.
    empty_window : pair or None
        Output row and column of the first window that has no cell of the picture, if there is one.

    Raises
    ------
    ShapeError
        If no window fits.
    """

    def __init__(
        self,
        size: Pair,
        *,
        kernel_size: Pair,
        stride: Pair,
        padding: PaddingPairs,
        dilation: Pair,
        ceil_mode: bool,
    ):
        rows, columns = (
            axis_taps(
                size[axis],
                kernel_size=kernel_size[axis],
                stride=stride[axis],
                padding=padding[axis],
                dilation=dilation[axis],
                ceil_mode=ceil_mode,
            )
            for axis in (0, 1)
        )
        self.size = size
        self.output_size = len(rows), len(columns)
        self.cell_counts = PlaceCounts.of(rows >= 0, columns >= 0)
        self.place_counts = PlaceCounts.of(rows != ABSENT, columns != ABSENT)
        self.empty_window = self.cell_counts.first_empty()
        self._along_columns = AxisReduction(
            columns, length=size[1], stride=stride[1], dilation=dilation[1], axis=2
        )
        self._row_blocks = tuple(self._cut(rows, stride[0], dilation[0]))

    def _cut(self, taps: IntArray, stride: int, dilation: int) -> Iterator[RowBlock]:
        """Cut the output rows into blocks, tall beside the rows that neighbours share."""
        reach = span(taps.shape[1], dilation)
        height = max(_BLOCK_CELLS // (self.size[1] * stride), -(-4 * reach // stride), 1)
        for first in range(0, len(taps), height):
            part = taps[first : first + height]
            read = part[part >= 0]
            low, high = (int(read.min()), int(read.max()) + 1) if read.size else (0, 0)
            yield RowBlock(
                rows=slice(first, first + len(part)),
                source_rows=slice(low, high),
                reduction=AxisReduction(
                    np.where(part >= 0, part - low, part),
                    length=high - low,
                    stride=stride,
                    dilation=dilation,
                    axis=1,
                ),
            )

    def blocks(self, planes: int) -> Iterator[Block]:
        """Cut the work on a number of planes into blocks.

        Parameters
        ----------
        planes : int

        Yields
        ------
        Block
        """
        lines = self.output_size[0] * self.size[1]
        group = max(1, _BLOCK_CELLS // lines)
        for first in range(0, planes, group):
            some = slice(first, min(first + group, planes))
            for part in self._row_blocks:
                yield Block(
                    (some, part.source_rows),
                    (some, part.rows),
                    (part.reduction, self._along_columns),
                )


@lru_cache(maxsize=256)
def window_plan(
    size: Pair,
    kernel_size: Pair,
    stride: Pair,
    padding: PaddingPairs,
    dilation: Pair,
    ceil_mode: bool,
) -> WindowPlan:
    """Give the plan for a geometry; the last few hundred are kept.

    Parameters
    ----------
    size, kernel_size, stride, padding, dilation, ceil_mode
        As in :class:`WindowPlan`.

    Returns
    -------
    WindowPlan

    Raises
    ------
    ShapeError
        If no window fits.
    """
    return WindowPlan(
        size,
        kernel_size=kernel_size,
        stride=stride,
        padding=padding,
        dilation=dilation,
        ceil_mode=ceil_mode,
    )
