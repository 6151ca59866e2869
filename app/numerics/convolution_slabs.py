"""Convolution by row slabs: copy the horizontal taps once, let the vertical ones overlap.

For every input row, a slab holds the row once for each kernel column and channel, shifted so that
output column ``x`` stands at place ``x``. The patch matrix of an output row is then the slabs of
``kh`` consecutive rows, one after the other in memory. Overlapping strided views of the slabs are
matrices that BLAS takes as they are, so a product per output row writes straight into the result:
``kw`` copies instead of ``kh * kw``, and nothing to add up.

A dilation of the rows would leave gaps between the slabs. Rows are therefore taken in phases: the
outputs whose windows start at the same row modulo the dilation share every ``dilation``-th row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd, prod
from typing import TypeAlias

import numpy as np

from app.numerics.convolution_geometry import Geometry
from app.numerics.shapes import FloatArray, Pair
from app.numerics.workspace import scratch

Index: TypeAlias = tuple[slice | int, ...]

BLOCK_BYTES = 1 << 20
"""Slabs that are filled at a time: about twice the second-level cache of a core. Smaller blocks
copy the rows that neighbours share too often, larger ones leave the cache."""

WIDEST_TILE = 4096
"""Output columns of a block at most."""

NARROWEST_TILE = 64
"""Output columns of a block at least, where the map is that wide: BLAS needs some length."""

ALIASED_COLUMNS = 1024
"""Cells whose multiples lie in the same places of the first-level cache, and throw each other out:
3.1 instead of 1.9 ms for one 3 x 3 kernel on 1024 x 1024 cells."""

LINE = 16
"""Cells of a line of the cache."""

TIGHTEST_TILE = 16
"""The same where the workspace is too small for that."""

LEAST_BYTES = 64 << 10
"""Slabs that are filled at a time even where the workspace is taken up otherwise."""

COPY_BYTES = 512
"""What a prepared copy takes: a step is remembered as about that much for each kernel column."""

PREPARED_SHARE = 8
"""Steps are prepared if they take at most this part of the workspace, otherwise made on the way."""

OWN_BYTES = 128 << 10
"""Up to here a plan of one block keeps slabs of its own, whose padding is blank for good."""

FILTERS_ONE_BY_ONE = 3
"""Up to here a matrix-vector product per filter is faster than one thin matrix product."""


@dataclass(frozen=True)
class Block:
    """A part of the output: every ``row_step``-th row of a tile of columns.

    Attributes
    ----------
    first_row, row_step, rows : int
        Output rows.
    first_column, columns : int
        Output columns.
    """

    first_row: int
    row_step: int
    rows: int
    first_column: int
    columns: int


@dataclass(frozen=True)
class Step:
    """How to compute one block: what to copy where, and what to multiply.

    Attributes
    ----------
    shape : tuple of int
        Of the slabs: (groups, rows, kernel columns, channels, columns).
    blanks : list of index
        Parts of the slabs that are padding.
    copies : list of (index, index)
        Parts of the slabs, and of the input (groups, channels, rows, columns) that fills them.
    patches : (shape, strides)
        The overlapping patch matrices in the slabs: (groups, rows, taps, columns).
    target : index
        Part of the output (groups, filters, rows, columns).
    """

    shape: tuple[int, ...]
    blanks: list[Index]
    copies: list[tuple[Index, Index]]
    patches: tuple[tuple[int, ...], tuple[int, ...]]
    target: Index


class SlabPlan:
    """The steps of one geometry, prepared if they are few; used by one thread at a time.

    Parameters
    ----------
    geometry : Geometry
    """

    def __init__(self, geometry: Geometry) -> None:
        self.geometry = geometry
        self.blocks = list(blocks(geometry))
        taken = len(self.blocks) * geometry.kernel_size[1] * COPY_BYTES * PREPARED_SHARE
        self.prepared = list(self._steps()) if taken <= geometry.workspace else None
        self.own: FloatArray | None = None
        if (
            self.prepared
            and len(self.prepared) == 1
            and 4 * prod(self.prepared[0].shape) <= OWN_BYTES
        ):
            self.own = np.zeros(self.prepared[0].shape, dtype=np.float32)
        # Kept, since making them takes as long as the copies of a small map.
        groups, filters = geometry.groups, geometry.out_channels
        self.filter_shape = groups, filters, geometry.in_channels, *geometry.kernel_size
        self.matrix_shape = groups, filters, geometry.taps
        self.source_shape = geometry.batch, groups, geometry.in_channels, *geometry.input_size
        self.output_shape = geometry.output_shape
        self.target_shape = geometry.batch, groups, filters, *geometry.output_size
        self.bias_shape = groups, filters, 1, 1

    def _steps(self) -> Iterator[Step]:
        """Prepare every block."""
        return (_step(block, self.geometry) for block in self.blocks)

    def run(self, x: FloatArray, weight: FloatArray, bias: FloatArray | None) -> FloatArray:
        """Convolve a batch.

        Parameters
        ----------
        x : ndarray of float32, shape (N, C, H, W)
        weight : ndarray of float32, shape (out, C / groups, kh, kw)
        bias : ndarray of float32, shape (out,), or None

        Returns
        -------
        ndarray of float32, shape (N, out, rows, columns)
        """
        ordered = weight.reshape(self.filter_shape).transpose(0, 1, 3, 4, 2)
        matrix = ordered.reshape(self.matrix_shape)
        offsets = None if bias is None else bias.reshape(self.bias_shape)
        out = np.empty(self.output_shape, dtype=np.float32)
        sources, targets = x.reshape(self.source_shape), out.reshape(self.target_shape)
        for step in self.prepared or self._steps():
            for source, target in zip(sources, targets, strict=True):
                part = target[step.target]
                slabs = _blanked(step) if self.own is None else self.own
                _multiply(matrix, _patches(source, step, slabs), part)
                if offsets is not None:
                    part += offsets
        return out


def convolve_slabs(
    x: FloatArray, weight: FloatArray, bias: FloatArray | None, geometry: Geometry
) -> FloatArray:
    """Convolve a batch whose geometry has no plan; see :meth:`SlabPlan.run`."""
    return SlabPlan(geometry).run(x, weight, bias)


def blocks(geometry: Geometry) -> Iterator[Block]:
    """Cut the output into blocks whose slabs fit the cache.

    Parameters
    ----------
    geometry : Geometry

    Yields
    ------
    Block
        Every output cell lies in exactly one of them.
    """
    rows, columns = geometry.output_size
    row_step = _row_step(geometry)
    height, tile = _block_size(geometry)
    for first_row in range(min(row_step, rows)):
        phase_rows = -(-(rows - first_row) // row_step)
        for start in range(0, phase_rows, height):
            for first_column in range(0, columns, tile):
                yield Block(
                    first_row=first_row + start * row_step,
                    row_step=row_step,
                    rows=min(height, phase_rows - start),
                    first_column=first_column,
                    columns=min(tile, columns - first_column),
                )


def copied_rows(geometry: Geometry) -> int:
    """Count the input rows that all blocks below each other copy, the shared ones repeatedly.

    Parameters
    ----------
    geometry : Geometry

    Returns
    -------
    int
    """
    rows, step = geometry.output_size[0], _slab_step(geometry)
    row_step = min(_row_step(geometry), rows)
    blocks_below = row_step * -(-rows // (row_step * _block_size(geometry)[0]))
    return rows * step + blocks_below * max(geometry.kernel_size[0] - step, 0)


def _row_step(geometry: Geometry) -> int:
    """Output rows from one row of a phase to the next."""
    return geometry.dilation[0] // gcd(geometry.stride[0], geometry.dilation[0])


def _block_size(geometry: Geometry) -> Pair:
    """Choose the output rows and columns of a block: for the cache, then for the workspace."""
    kernel_rows, kernel_columns = geometry.kernel_size
    rows, columns = geometry.output_size
    step = _slab_step(geometry)
    phase_rows = -(-rows // _row_step(geometry))
    cell_bytes = geometry.groups * geometry.in_channels * kernel_columns * 4
    most = max(geometry.workspace - geometry.weight_bytes, LEAST_BYTES)
    # Neighbouring blocks copy the rows that both read, so blocks are tall beside the kernel.
    for share, least in ((4, TIGHTEST_TILE), (2, TIGHTEST_TILE), (1, 0)):
        slab_rows = min(share * kernel_rows, (phase_rows - 1) * step + kernel_rows)
        row_bytes = cell_bytes * slab_rows
        fitting = max(NARROWEST_TILE, min(BLOCK_BYTES // row_bytes, WIDEST_TILE))
        tile = min(columns, fitting, most // row_bytes)
        if tile >= min(columns, least):
            break
    tile = -(-columns // -(-columns // max(1, tile)))
    slab_rows = max(min(BLOCK_BYTES, most) // (cell_bytes * tile), slab_rows)
    return max(1, (slab_rows - kernel_rows) // step + 1), tile


def _slab_step(geometry: Geometry) -> int:
    """Slabs from one output row of a phase to the next."""
    return geometry.stride[0] // gcd(geometry.stride[0], geometry.dilation[0])


def _step(block: Block, geometry: Geometry) -> Step:
    """Prepare a block."""
    kernel_rows, kernel_columns = geometry.kernel_size
    count = (block.rows - 1) * _slab_step(geometry) + kernel_rows
    spread = geometry.dilation[0]
    first = block.first_row * geometry.stride[0] - geometry.padding[0][0]
    start, stop = _inside(count, first=first, step=spread, length=geometry.input_size[0])
    blanks: list[Index] = [
        (slice(None), rows)
        for rows in (slice(0, start), slice(stop, count))
        if rows.start < rows.stop
    ]
    copies: list[tuple[Index, Index]] = []
    if start < stop:
        rows = slice(start, stop)
        source_rows = slice(first + start * spread, first + (stop - 1) * spread + 1, spread)
        for tap in range(kernel_columns):
            _add_tap(tap, rows, source_rows, block, geometry, blanks, copies)
    width = _stored_columns(block.columns)
    patch_row = 4 * width
    slab = patch_row * kernel_columns * geometry.in_channels
    last_row = block.first_row + (block.rows - 1) * block.row_step
    return Step(
        shape=(geometry.groups, count, kernel_columns, geometry.in_channels, width),
        blanks=blanks,
        copies=copies,
        patches=(
            (geometry.groups, block.rows, geometry.taps, block.columns),
            (slab * count, slab * _slab_step(geometry), patch_row, 4),
        ),
        target=(
            slice(None),
            slice(None),
            slice(block.first_row, last_row + 1, block.row_step),
            slice(block.first_column, block.first_column + block.columns),
        ),
    )


def _stored_columns(columns: int) -> int:
    """Lengthen rows of slabs that would all begin at the same places of the first-level cache."""
    is_aliased = columns >= NARROWEST_TILE and (columns + LINE) % ALIASED_COLUMNS < 2 * LINE
    return columns + 2 * LINE if is_aliased else columns


def _add_tap(
    tap: int,
    rows: slice,
    source_rows: slice,
    block: Block,
    geometry: Geometry,
    blanks: list[Index],
    copies: list[tuple[Index, Index]],
) -> None:
    """Add what one kernel column reads, and the zeros where it reads padding."""
    every, step = slice(None), geometry.stride[1]
    shift = tap * geometry.dilation[1] - geometry.padding[1][0]
    first = block.first_column * step + shift
    start, stop = _inside(block.columns, first=first, step=step, length=geometry.input_size[1])
    for columns in (slice(0, start), slice(stop, block.columns)):
        if columns.start < columns.stop:
            blanks.append((every, rows, tap, every, columns))
    if start < stop:
        source_columns = slice(first + start * step, first + (stop - 1) * step + 1, step)
        copies.append(
            (
                (every, rows, tap, every, slice(start, stop)),
                (every, every, source_rows, source_columns),
            )
        )


def _inside(count: int, *, first: int, step: int, length: int) -> Pair:
    """Find the places ``i < count`` with ``0 <= first + i * step < length``, from and up to."""
    start = min(max(-(first // step), 0), count)
    stop = min(max(-((first - length) // step), start), count)
    return start, stop


def _blanked(step: Step) -> FloatArray:
    """Borrow slabs whose padding is zero."""
    slabs = scratch("slabs", step.shape)
    for blank in step.blanks:
        slabs[blank] = 0
    return slabs


def _patches(x: FloatArray, step: Step, slabs: FloatArray) -> FloatArray:
    """Fill the slabs of a block, and view them as overlapping patch matrices."""
    for place, source in step.copies:
        slabs[place] = x[source].swapaxes(1, 2)
    shape, strides = step.patches
    return np.ndarray(shape, np.float32, slabs, 0, strides)


def _multiply(matrix: FloatArray, patches: FloatArray, out: FloatArray) -> None:
    """Multiply the filters by the patch matrices of all rows of a block."""
    if matrix.shape[1] <= FILTERS_ONE_BY_ONE:
        # (groups, filters, rows): one vector of weights against each row's patches.
        np.matmul(
            matrix[:, :, np.newaxis, np.newaxis],
            patches[:, np.newaxis],
            out=out[:, :, :, np.newaxis],
        )
    else:
        np.matmul(matrix[:, np.newaxis], patches, out=out.swapaxes(1, 2))
