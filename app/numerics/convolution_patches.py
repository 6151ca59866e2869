"""Convolution as one matrix product: every window copied into a column ("im2col").

Best for small maps, where one call of BLAS on everything beats many calls on little. A
:class:`PatchPlan` keeps the padded copy, the buffer of columns and the view that fills it, so that
a repeated shape costs two copies and one product.

At stride 1, a tap reads the padded map from one place on without a gap, if the products may also
run through the padding at the end of each row. Copying in such long runs is several times faster,
and the few cells too many are left out of the result.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import as_strided

from app.numerics.convolution_geometry import Geometry
from app.numerics.shapes import FloatArray
from app.numerics.workspace import scratch

COLUMN_BYTES = 512 << 10
"""Columns that are filled at a time: what stays in the second-level cache."""

OWN_BYTES = 64 << 10
"""Up to here a plan keeps its own columns; above, the thread's plans share a buffer."""

WIDEST_RUN = 1.6
"""Padded columns at most, over those of the output, to take whole runs."""


def is_flat(geometry: Geometry) -> bool:
    """Tell whether taps can be copied in runs over all rows, with little waste."""
    (left, right), width = geometry.padding[1], geometry.input_size[1]
    return (
        geometry.stride == (1, 1) and left + width + right <= WIDEST_RUN * geometry.output_size[1]
    )


class PatchPlan:
    """The prepared views of one geometry; used by one thread at a time.

    Parameters
    ----------
    geometry : Geometry
    """

    def __init__(self, geometry: Geometry) -> None:
        self.geometry = geometry
        rows, columns = geometry.output_size
        row_bytes = geometry.groups * geometry.taps * columns * 4
        self.samples = min(geometry.batch, max(1, COLUMN_BYTES // (row_bytes * rows)))
        self.rows = rows if self.samples > 1 else min(rows, max(1, COLUMN_BYTES // row_bytes))
        self.is_single = self.samples == geometry.batch and self.rows == rows
        self.padded, self.interior = self._padded()
        self.is_flat = is_flat(geometry) and self.is_single
        self.windows = self._runs() if self.is_flat else self._windows()
        self.columns: FloatArray | None = None
        if self.is_flat and self.windows.nbytes <= OWN_BYTES:
            self.columns = np.empty(self.windows.shape, dtype=np.float32)
        # Kept, since making them costs as much as the copies of the smallest maps.
        self.filter_shape = geometry.groups, geometry.out_channels, geometry.taps
        self.matrix_shape = self.samples, geometry.groups, geometry.taps, -1
        self.wide_shape = (*geometry.output_shape[:3], self.padded.shape[3])

    def _padded(self) -> tuple[FloatArray, FloatArray]:
        """Make the padded copy, whose border stays zero, and the view of its inside."""
        geometry = self.geometry
        (top, bottom), (left, right) = geometry.padding
        height, width = geometry.input_size
        channels = geometry.groups * geometry.in_channels
        padded = np.zeros(
            # The last run reads a little beyond the last row.
            (self.samples, channels, top + height + bottom + 1, left + width + right),
            dtype=np.float32,
        )
        return padded, padded[:, :, top : top + height, left : left + width]

    def _windows(self) -> FloatArray:
        """View the padded copy as (samples, groups, channels, kh, kw, rows, columns)."""
        geometry = self.geometry
        sample, channel, row, column = self.padded.strides
        return as_strided(
            self.padded,
            (
                self.samples,
                geometry.groups,
                geometry.in_channels,
                *geometry.kernel_size,
                *geometry.output_size,
            ),
            (
                sample,
                channel * geometry.in_channels,
                channel,
                row * geometry.dilation[0],
                column * geometry.dilation[1],
                row * geometry.stride[0],
                column * geometry.stride[1],
            ),
        )

    def _runs(self) -> FloatArray:
        """View the padded copy as (samples, groups, channels, kh, kw, rows * padded columns)."""
        geometry = self.geometry
        sample, channel, row, column = self.padded.strides
        return as_strided(
            self.padded,
            (
                self.samples,
                geometry.groups,
                geometry.in_channels,
                *geometry.kernel_size,
                geometry.output_size[0] * self.padded.shape[3],
            ),
            (
                sample,
                channel * geometry.in_channels,
                channel,
                row * geometry.dilation[0],
                column * geometry.dilation[1],
                column,
            ),
        )

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
        if self.is_flat:
            return self._run_flat(x, weight, bias)
        geometry = self.geometry
        out = np.empty(geometry.output_shape, dtype=np.float32)
        filters = weight.reshape(self.filter_shape)
        for first in range(0, geometry.batch, self.samples):
            part = x[first : first + self.samples]
            self.interior[: len(part)] = part
            for block, target in self._blocks(out[first : first + self.samples]):
                columns = scratch("columns", block.shape)
                np.copyto(columns, block)
                _multiply(filters, columns, target, geometry)
                if bias is not None:
                    target += bias[:, np.newaxis, np.newaxis]
        return out

    def _run_flat(self, x: FloatArray, weight: FloatArray, bias: FloatArray | None) -> FloatArray:
        """Convolve with rows as long as the padded ones, then leave their ends out."""
        self.interior[...] = x
        columns = self.columns
        if columns is None:
            columns = scratch("columns", self.windows.shape)
        columns[...] = self.windows
        wide = np.matmul(weight.reshape(self.filter_shape), columns.reshape(self.matrix_shape))
        cells: FloatArray = wide.reshape(self.wide_shape)[..., : self.geometry.output_size[1]]
        out: FloatArray = cells.copy() if bias is None else cells + bias[:, np.newaxis, np.newaxis]
        return out

    def _blocks(self, out: FloatArray) -> Iterator[tuple[FloatArray, FloatArray]]:
        """Pair the windows of a block of rows with the cells they make."""
        windows = self.windows[: len(out)]
        for row in range(0, self.geometry.output_size[0], self.rows):
            yield windows[..., row : row + self.rows, :], out[:, :, row : row + self.rows]


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
