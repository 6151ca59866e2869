"""Reduce every window of a picture to one number: the machinery under all pooling.

A maximum over a window is the maximum over its columns of the maxima over its rows, and a sum
likewise. So windows are reduced along the rows axis first, on whole contiguous rows, and what is
left, fewer rows already, along the columns axis (:mod:`app.numerics.axis_reduction`). Pictures are
worked through in blocks that stay in the cache, so temporary memory does not grow with the picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from app.numerics.axis_reduction import (
    COLUMNS,
    ROWS,
    Array,
    AxisReduction,
    Index,
    axis_reduction,
)
from app.numerics.shapes import FloatArray, IntArray, PaddingPairs, Pair, span
from app.numerics.windows import ABSENT, axis_taps

_BLOCK_CELLS = 1 << 16
"""Cells per block after the first reduction: 256 kB in float32."""

_WIDE_SHARE = 4
"""Numbers of 8 bytes, held five times over, take blocks of at most this part of all cells."""

_LEAST_SHARE = 10
"""But of at least this part of the usual block."""

_GATHERED_CELLS = 1 << 12
"""Cells of all windows together up to which they are gathered: above, the overhead matters less."""

_GATHERED_PLACES = 64
"""Places of a window up to which it is gathered: its cells are added up one after the other."""


@dataclass(frozen=True, slots=True)
class PlaceCounts:
    """How many places of each window count: a number per output row times one per column."""

    along_rows: FloatArray
    along_columns: FloatArray
    common: np.float32 | None

    @classmethod
    def of(cls, *tables: npt.NDArray[np.bool_]) -> PlaceCounts:
        """Count in tables of the shape of taps, for rows and for columns, what is true."""
        rows, columns = (table.sum(axis=1).astype(np.float32) for table in tables)
        is_common = (rows == rows[0]).all() and (columns == columns[0]).all()
        return cls(rows, columns, rows[0] * columns[0] if is_common else None)

    def first_empty(self) -> Pair | None:
        """Find the first window in which nothing counts, as output row and column."""
        row, column = int(self.along_rows.argmin()), int(self.along_columns.argmin())
        if self.along_rows[row] == 0:
            return row, 0
        return (0, column) if self.along_columns[column] == 0 else None

    def of_rows(self, rows: slice) -> FloatArray | np.float32:
        """Give the counts of some output rows, as one number if all windows share it."""
        if self.common is not None:
            return self.common
        return np.multiply.outer(self.along_rows[rows], self.along_columns)


@dataclass(frozen=True, slots=True)
class Block:
    """What to read, where to write, and how to get from one to the other."""

    source: Index
    target: Index
    along_rows: AxisReduction
    along_columns: AxisReduction

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
        lines = self.along_rows(ufunc, source, neutral=neutral)
        self.along_columns(ufunc, lines, neutral=neutral, out=out)


@dataclass(frozen=True, slots=True)
class Gathering:
    """Small pictures: all windows as one table of cells, place by place.

    Attributes
    ----------
    cells : ndarray of int, shape (places, windows of all planes)
        Where in the stack of planes each place lies; padding repeats the first cell of its window.
    offsets : ndarray of int, shape (windows of all planes,)
        Where the plane of each window begins.
    windows : ndarray of int, shape (windows of all planes,)
        0, 1, 2 ...
    ones : ndarray of float32, shape (places,)
    """

    cells: npt.NDArray[np.intp]
    offsets: npt.NDArray[np.intp]
    windows: npt.NDArray[np.intp]
    ones: FloatArray

    @classmethod
    def of(cls, planes: int, size: Pair, rows: IntArray, columns: IntArray) -> Gathering | None:
        """Make the table, unless it would be large or a window has no cell."""
        places = rows.shape[1] * columns.shape[1]
        count = planes * len(rows) * len(columns)
        if places > _GATHERED_PLACES or places * count > _GATHERED_CELLS:
            return None
        down, along = rows[:, np.newaxis, :, np.newaxis], columns[:, np.newaxis, :]
        is_cell = ((down >= 0) & (along >= 0)).reshape(-1, places)
        if not is_cell.any(axis=1).all():
            return None
        table = (down * size[1] + along).reshape(-1, places).astype(np.intp)
        first = np.take_along_axis(table, is_cell.argmax(axis=1)[:, np.newaxis], axis=1)
        table = np.where(is_cell, table, first).T
        offsets = np.repeat(np.arange(planes) * (size[0] * size[1]), table.shape[1])
        return cls(
            cells=np.ascontiguousarray(np.tile(table, planes) + offsets),
            offsets=offsets,
            windows=np.arange(count),
            ones=np.ones(places, dtype=np.float32),
        )

    @property
    def places(self) -> int:
        """Places of a window."""
        return len(self.ones)

    def winners(self, stack: FloatArray) -> npt.NDArray[np.intp]:
        """Find the largest cell of each window, the first among equals: its place in the stack."""
        places = stack.take(self.cells).argmax(axis=0)
        places *= len(self.windows)
        places += self.windows
        winners: npt.NDArray[np.intp] = self.cells.take(places)
        return winners


class WindowPlan:
    """The geometry of all windows of a stack of planes, worked out once.

    Parameters
    ----------
    planes : int
        How many.
    size, kernel_size, stride, dilation : pair
        ``(rows, columns)``, in cells.
    padding : pair of pairs
        ``((top, bottom), (left, right))``.
    ceil_mode : bool
        Whether a last window may hang over the end.
    is_wide : bool
        Whether the numbers that are reduced take 8 bytes.

    Attributes
    ----------
    gathering : Gathering or None
        The quicker way for small pictures.
    size, output_size : pair
        Rows and columns before and after.
    blocks : tuple of Block
        The work, cut into pieces.
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
        planes: int,
        size: Pair,
        *,
        kernel_size: Pair,
        stride: Pair,
        padding: PaddingPairs,
        dilation: Pair,
        ceil_mode: bool,
        is_wide: bool,
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
        along_columns = axis_reduction(
            columns, length=size[1], stride=stride[1], dilation=dilation[1], axis=COLUMNS
        )
        self.gathering = Gathering.of(planes, size, rows, columns)
        cells = _BLOCK_CELLS
        if is_wide:
            whole = planes * (size[0] * size[1] + len(rows) * len(columns))
            cells = min(cells, max(whole // _WIDE_SHARE, cells // _LEAST_SHARE))
        group = max(1, cells // (len(rows) * size[1]))
        self.blocks = tuple(
            Block((some, read), (some, written), along_rows, along_columns)
            for read, written, along_rows in self._cut(rows, stride[0], dilation[0], cells)
            for some in (slice(p, min(p + group, planes)) for p in range(0, planes, group))
        )

    def _cut(
        self, taps: IntArray, stride: int, dilation: int, cells: int
    ) -> Iterator[tuple[slice, slice, AxisReduction]]:
        """Cut the output rows into blocks, tall beside the source rows that neighbours share."""
        reach = span(taps.shape[1], dilation)
        height = max(cells // (self.size[1] * stride), -(-4 * reach // stride), 1)
        for first in range(0, len(taps), height):
            part = taps[first : first + height]
            read = part[part >= 0]
            low, high = (int(read.min()), int(read.max()) + 1) if read.size else (0, 0)
            reduction = axis_reduction(
                np.where(part >= 0, part - low, part),
                length=high - low,
                stride=stride,
                dilation=dilation,
                axis=ROWS,
            )
            yield slice(low, high), slice(first, first + len(part)), reduction


@lru_cache(maxsize=256)
def window_plan(
    planes: int,
    size: Pair,
    kernel_size: Pair,
    stride: Pair,
    padding: PaddingPairs,
    dilation: Pair,
    ceil_mode: bool,
    is_wide: bool,
) -> WindowPlan:
    """Give the plan for a geometry; the last few hundred are kept.

    Parameters
    ----------
    planes, size, kernel_size, stride, padding, dilation, ceil_mode, is_wide
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
        planes,
        size,
        kernel_size=kernel_size,
        stride=stride,
        padding=padding,
        dilation=dilation,
        ceil_mode=ceil_mode,
        is_wide=is_wide,
    )
