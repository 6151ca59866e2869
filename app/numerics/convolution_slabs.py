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
from math import gcd

import numpy as np
from numpy.lib.stride_tricks import as_strided

from app.numerics.convolution_geometry import Geometry
from app.numerics.shapes import FloatArray, Pair
from app.numerics.workspace import scratch

BLOCK_BYTES = 1 << 19
"""Slabs that are filled at a time: about the second-level cache of a core."""

WIDEST_TILE = 4096
"""Output columns of a block at most."""

NARROWEST_TILE = 64
"""Output columns of a block at least, where the map is that wide: BLAS needs some length."""

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


def convolve_slabs(
    x: FloatArray, weight: FloatArray, bias: FloatArray | None, geometry: Geometry
) -> FloatArray:
    """Convolve a batch.

    Parameters
    ----------
    x : ndarray of float32, shape (N, C, H, W)
    weight : ndarray of float32, shape (out, C / groups, kh, kw)
    bias : ndarray of float32, shape (out,), or None
    geometry : Geometry

    Returns
    -------
    ndarray of float32, shape (N, out, rows, columns)
    """
    groups, filters = geometry.groups, geometry.out_channels
    ordered = weight.reshape(groups, filters, geometry.in_channels, *geometry.kernel_size)
    matrix = ordered.transpose(0, 1, 3, 4, 2).reshape(groups, filters, geometry.taps)
    out = np.empty(geometry.output_shape, dtype=np.float32)
    grouped_out = out.reshape(geometry.batch, groups, filters, *geometry.output_size)
    grouped_x = x.reshape(geometry.batch, groups, geometry.in_channels, *geometry.input_size)
    for block in blocks(geometry):
        for source, target in zip(grouped_x, grouped_out, strict=True):
            part = _part(target, block)
            _multiply(matrix, _slabs(source, block, geometry), part, geometry)
            if bias is not None:
                part += bias.reshape(groups, filters, 1, 1)
    return out


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
    kernel_rows, kernel_columns = geometry.kernel_size
    rows, columns = geometry.output_size
    row_step = geometry.dilation[0] // gcd(geometry.stride[0], geometry.dilation[0])
    cell_bytes = geometry.groups * geometry.in_channels * kernel_columns * 4
    needed_rows = -(-(rows - 1) // row_step) * _slab_step(geometry) + kernel_rows
    fewest_rows = min(4 * kernel_rows, needed_rows)
    fitting = BLOCK_BYTES // (cell_bytes * fewest_rows)
    tile = min(columns, max(NARROWEST_TILE, min(fitting, WIDEST_TILE)))
    tile = -(-columns // -(-columns // tile))
    slab_rows = max(BLOCK_BYTES // (cell_bytes * tile), fewest_rows)
    height = max(1, (slab_rows - kernel_rows) // _slab_step(geometry) + 1)
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


def _slab_step(geometry: Geometry) -> int:
    """Slabs from one output row of a phase to the next."""
    return geometry.stride[0] // gcd(geometry.stride[0], geometry.dilation[0])


def _slabs(x: FloatArray, block: Block, geometry: Geometry) -> FloatArray:
    """Fill the slabs of a block: (groups, rows, kernel columns, channels, columns)."""
    count = (block.rows - 1) * _slab_step(geometry) + geometry.kernel_size[0]
    first = block.first_row * geometry.stride[0] - geometry.padding[0][0]
    step = geometry.dilation[0]
    filled = _inside(count, first=first, step=step, length=geometry.input_size[0])
    slabs = scratch(
        "slabs",
        (geometry.groups, count, geometry.kernel_size[1], geometry.in_channels, block.columns),
    )
    slabs[:, : filled[0]] = 0
    slabs[:, filled[1] :] = 0
    if filled[0] == filled[1]:
        return slabs
    start = first + filled[0] * step
    source = x[:, :, start : first + (filled[1] - 1) * step + 1 : step].swapaxes(1, 2)
    for tap in range(geometry.kernel_size[1]):
        _copy_tap(source, slabs[:, filled[0] : filled[1], tap], tap, block, geometry)
    return slabs


def _copy_tap(
    source: FloatArray, target: FloatArray, tap: int, block: Block, geometry: Geometry
) -> None:
    """Copy what one kernel column reads, and put zeros where it reads padding."""
    step = geometry.stride[1]
    shift = tap * geometry.dilation[1] - geometry.padding[1][0]
    first = block.first_column * step + shift
    start, stop = _inside(block.columns, first=first, step=step, length=source.shape[-1])
    if start:
        target[..., :start] = 0
    if stop < block.columns:
        target[..., stop:] = 0
    if start < stop:
        last = first + (stop - 1) * step
        target[..., start:stop] = source[..., first + start * step : last + 1 : step]


def _inside(count: int, *, first: int, step: int, length: int) -> Pair:
    """Find the places ``i < count`` with ``0 <= first + i * step < length``, from and up to."""
    start = min(max(-(first // step), 0), count)
    stop = min(max(-((first - length) // step), start), count)
    return start, stop


def _part(out: FloatArray, block: Block) -> FloatArray:
    """View the cells of a block: (groups, filters, rows, columns)."""
    stop = block.first_row + (block.rows - 1) * block.row_step + 1
    columns = slice(block.first_column, block.first_column + block.columns)
    return out[:, :, block.first_row : stop : block.row_step, columns]


def _multiply(matrix: FloatArray, slabs: FloatArray, out: FloatArray, geometry: Geometry) -> None:
    """Multiply the filters by the overlapping patch matrices of all rows of a block."""
    patch_row = 4 * out.shape[3]
    slab = patch_row * geometry.kernel_size[1] * geometry.in_channels
    patches = as_strided(
        slabs,
        (geometry.groups, out.shape[2], geometry.taps, out.shape[3]),
        (slab * slabs.shape[1], slab * _slab_step(geometry), patch_row, 4),
    )
    if geometry.out_channels <= FILTERS_ONE_BY_ONE:
        # (groups, filters, rows): one vector of weights against each row's patches.
        np.matmul(
            matrix[:, :, np.newaxis, np.newaxis],
            patches[:, np.newaxis],
            out=out[:, :, :, np.newaxis],
        )
    else:
        np.matmul(matrix[:, np.newaxis], patches, out=out.swapaxes(1, 2))
