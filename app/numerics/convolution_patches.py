"""Convolution as one matrix product: every window copied into a column ("im2col").

Best for small maps, where one call of BLAS on everything beats many calls on little. A
:class:`PatchPlan` keeps the padded copy, the buffer of columns and the view that fills it, so that
a repeated shape costs two copies and one product.
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

SMALL_BYTES = 64 << 10
"""Up to here a plan keeps its own columns; above, the thread's plans share a buffer."""


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
        self.padded, self.interior = self._padded()
        self.windows = self._windows()
        self.is_single = self.samples == geometry.batch and self.rows == rows
        self.columns: FloatArray | None = None
        if self.is_single and self.samples * rows * row_bytes <= SMALL_BYTES:
            self.columns = np.empty(self.windows.shape, dtype=np.float32)

    def _padded(self) -> tuple[FloatArray, FloatArray]:
        """Make the padded copy, whose border stays zero, and the view of its inside."""
        geometry = self.geometry
        (top, bottom), (left, right) = geometry.padding
        height, width = geometry.input_size
        channels = geometry.groups * geometry.in_channels
        padded = np.zeros(
            (self.samples, channels, top + height + bottom, left + width + right),
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
        geometry = self.geometry
        out = np.empty(geometry.output_shape, dtype=np.float32)
        filters = weight.reshape(geometry.groups, geometry.out_channels, geometry.taps)
        if self.columns is not None:
            self.interior[...] = x
            self.columns[...] = self.windows
            _multiply(filters, self.columns, out, geometry)
            return out if bias is None else np.add(out, bias[:, np.newaxis, np.newaxis], out=out)
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
