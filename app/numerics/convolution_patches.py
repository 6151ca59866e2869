"""Convolution as one matrix product: every window copied into a column ("im2col").

Best for small maps, where one call of BLAS on everything beats many calls on little. A
:class:`PatchPlan` keeps the padded copy, the buffer of columns and the view that fills it, so that
a repeated shape costs two copies and one product.

At stride 1, a tap reads the padded map from one place on without a gap, if the products may also
run through the padding at the end of each row. Copying in such long runs is several times faster,
and the few cells too many are left out of the result.

A kernel of one cell needs no copies: the maps are the columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

import numpy as np

from app.numerics.convolution_geometry import Geometry, Shape
from app.numerics.shapes import FloatArray
from app.numerics.workspace import scratch

COLUMN_BYTES = 512 << 10
"""Columns that are filled at a time: what stays in the second-level cache."""

OWN_BYTES = 64 << 10
"""Up to here a plan keeps its own buffers; above, the thread's plans share them."""

WIDEST_RUN = 1.6
"""Padded columns at most, over those of the output, to take whole runs."""

MOST_RUN_BLOCKS = 4
"""Runs are cut at most into so many, where the workspace is too small for a single one."""


@dataclass(frozen=True)
class Portion:
    """What is computed at a time.

    Attributes
    ----------
    samples, rows : int
        Samples of the batch, and output rows of each.
    is_flat : bool
        Whether taps are copied in runs over all these rows.
    bytes : int
        What it takes beside input and output.
    """

    samples: int
    rows: int
    is_flat: bool
    bytes: int


def is_pointwise(geometry: Geometry) -> bool:
    """Tell whether every window is one cell, and every cell a window."""
    return geometry.kernel_size == geometry.stride == (1, 1) and not np.any(geometry.padding)


def portion(geometry: Geometry) -> Portion:
    """Choose how much is computed at a time: for the cache, and for the workspace if possible.

    Parameters
    ----------
    geometry : Geometry

    Returns
    -------
    Portion
    """
    rows, columns = geometry.output_size
    if is_pointwise(geometry):
        return Portion(geometry.batch, rows, is_flat=True, bytes=0)
    padded = padded_shape(geometry)
    sample_bytes, width = 4 * prod(padded), padded[-1]
    row_bytes = 4 * geometry.groups * geometry.taps * columns
    fitting = min(COLUMN_BYTES // (row_bytes * rows), geometry.workspace // (2 * sample_bytes))
    samples = min(geometry.batch, max(1, fitting))
    is_whole = samples == geometry.batch and samples * rows * row_bytes <= COLUMN_BYTES
    if is_whole and geometry.stride == (1, 1) and width <= WIDEST_RUN * columns:
        filters = geometry.groups * geometry.out_channels
        wide_row_bytes = row_bytes * width // columns + 4 * filters * width
        spare = geometry.workspace - samples * sample_bytes
        blocks = -(-rows * samples * wide_row_bytes // max(spare, 1))
        if blocks <= MOST_RUN_BLOCKS:
            height = -(-rows // blocks)
            taken = samples * (sample_bytes + height * wide_row_bytes)
            return Portion(samples, height, is_flat=True, bytes=taken)
    spare = min(geometry.workspace - samples * sample_bytes, COLUMN_BYTES)
    if spare < samples * rows * row_bytes:
        samples, rows = 1, min(rows, max(1, spare // row_bytes))
    return Portion(samples, rows, is_flat=False, bytes=samples * (sample_bytes + rows * row_bytes))


def padded_shape(geometry: Geometry) -> Shape:
    """Give the shape of a padded sample; the last run reads a little beyond the last row."""
    (top, bottom), (left, right) = geometry.padding
    height, width = geometry.input_size
    channels = geometry.groups * geometry.in_channels
    return channels, top + height + bottom + 1, left + width + right


class PatchPlan:
    """The prepared views of one geometry; used by one thread at a time.

    Parameters
    ----------
    geometry : Geometry
    """

    def __init__(self, geometry: Geometry) -> None:
        self.geometry = geometry
        self.portion = portion(geometry)
        self.is_pointwise = is_pointwise(geometry)
        self.padded_shape = self.portion.samples, *padded_shape(geometry)
        self.window_shape, self.window_strides = self._windows()
        self.own: tuple[FloatArray, FloatArray] | None = None
        self.columns: FloatArray | None = None
        if not self.is_pointwise and 4 * prod(self.padded_shape) <= OWN_BYTES:
            padded: FloatArray = np.zeros(self.padded_shape, dtype=np.float32)
            self.own = padded, self._view(padded)
        self.is_single = self.portion.rows == geometry.output_size[0]
        if self.portion.is_flat and self.is_single and 4 * prod(self.window_shape) <= OWN_BYTES:
            self.columns = np.empty(self.window_shape, dtype=np.float32)
        # Kept, since making them costs as much as the copies of the smallest maps.
        (top, _), (left, _) = geometry.padding
        height, width = geometry.input_size
        self.inside = slice(top, top + height), slice(left, left + width)
        self.filter_shape = geometry.groups, geometry.out_channels, geometry.taps
        self.matrix_shape = self.portion.samples, geometry.groups, geometry.taps, -1
        self.wide_shape = (*geometry.output_shape[:2], -1, self.padded_shape[3])

    def _windows(self) -> tuple[Shape, Shape]:
        """Give shape and strides of the padded copy as (samples, groups, channels, kh, kw, ...).

        At the end come rows and columns of the output, or runs over whole padded rows.
        """
        geometry = self.geometry
        _, channels, height, width = self.padded_shape
        rows, columns = geometry.output_size
        down, along = geometry.stride
        shape = (
            self.portion.samples,
            geometry.groups,
            geometry.in_channels,
            *geometry.kernel_size,
            *((rows * width,) if self.portion.is_flat else (rows, columns)),
        )
        strides = (
            channels * height * width,
            geometry.in_channels * height * width,
            height * width,
            geometry.dilation[0] * width,
            geometry.dilation[1],
            *((1,) if self.portion.is_flat else (down * width, along)),
        )
        return shape, tuple(4 * stride for stride in strides)

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
        filters = weight.reshape(self.filter_shape)
        if self.is_pointwise:
            return self._run_pointwise(x, filters, bias)
        if self.portion.is_flat:
            return self._run_flat(x, filters, bias)
        geometry = self.geometry
        out = np.empty(geometry.output_shape, dtype=np.float32)
        for first in range(0, geometry.batch, self.portion.samples):
            windows = self._filled(x[first : first + self.portion.samples])
            for block, target in self._blocks(windows, out[first : first + len(windows)]):
                columns = scratch("columns", block.shape)
                np.copyto(columns, block)
                _multiply(filters, columns, target, geometry)
                if bias is not None:
                    target += bias[:, np.newaxis, np.newaxis]
        return out

    def _filled(self, x: FloatArray) -> FloatArray:
        """Copy samples into zeros, and view all their windows."""
        rows, columns = self.inside
        if self.own is not None:
            padded, windows = self.own
        else:
            padded = scratch("padded", self.padded_shape)
            padded[...] = 0
            windows = self._view(padded)
        padded[: len(x), :, rows, columns] = x
        return windows[: len(x)]

    def _view(self, padded: FloatArray) -> FloatArray:
        """View the windows of padded samples."""
        return np.ndarray(self.window_shape, np.float32, padded, 0, self.window_strides)

    def _run_pointwise(
        self, x: FloatArray, filters: FloatArray, bias: FloatArray | None
    ) -> FloatArray:
        """Multiply the maps as they are."""
        wide = np.matmul(filters, x.reshape(self.matrix_shape))
        out: FloatArray = wide.reshape(self.geometry.output_shape)
        return out if bias is None else np.add(out, bias[:, np.newaxis, np.newaxis], out=out)

    def _run_flat(self, x: FloatArray, filters: FloatArray, bias: FloatArray | None) -> FloatArray:
        """Convolve with rows as long as the padded ones, then leave their ends out."""
        windows = self._filled(x)
        if self.is_single:
            return self._without_ends(self._wide(windows, filters), bias, None)
        out = np.empty(self.geometry.output_shape, dtype=np.float32)
        rows, width = self.portion.rows, self.padded_shape[3]
        for row in range(0, out.shape[2], rows):
            block = windows[..., row * width : (row + rows) * width]
            self._without_ends(self._wide(block, filters), bias, out[:, :, row : row + rows])
        return out

    def _wide(self, windows: FloatArray, filters: FloatArray) -> FloatArray:
        """Multiply the filters by all runs: (samples, filters, rows, padded columns)."""
        columns = self.columns
        if columns is None:
            columns = scratch("columns", windows.shape)
        columns[...] = windows
        wide = np.matmul(filters, columns.reshape(self.matrix_shape))
        shaped: FloatArray = wide.reshape(self.wide_shape)
        return shaped

    def _without_ends(
        self, wide: FloatArray, bias: FloatArray | None, out: FloatArray | None
    ) -> FloatArray:
        """Copy the cells that are wanted, and add the bias on the way."""
        cells = wide[..., : self.geometry.output_size[1]]
        if bias is not None:
            return np.add(cells, bias[:, np.newaxis, np.newaxis], out=out)
        if out is None:
            return cells.copy()
        out[...] = cells
        return out

    def _blocks(
        self, windows: FloatArray, out: FloatArray
    ) -> Iterator[tuple[FloatArray, FloatArray]]:
        """Pair the windows of a block of rows with the cells they make."""
        step = self.portion.rows
        for row in range(0, self.geometry.output_size[0], step):
            yield windows[..., row : row + step, :], out[:, :, row : row + step]


def _multiply(
    filters: FloatArray, columns: FloatArray, out: FloatArray, geometry: Geometry
) -> None:
    """Multiply the filters of each group by its columns, straight into the output."""
    samples, groups = columns.shape[:2]
    np.matmul(
        filters,
        columns.reshape(samples, groups, geometry.taps, -1),
        out=out.reshape(samples, groups, geometry.out_channels, -1),
    )
