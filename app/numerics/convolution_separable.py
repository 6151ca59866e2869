"""Convolution with separable kernels: down the columns, then along the rows.

Most kernels with a name (every blur, Sobel, Prewitt, Scharr) are the product of a column and a
row of numbers, and a filter often mixes the channels before it applies one such kernel. Then
``kh * kw`` products per cell and channel become ``kh + kw``. Both passes are products with a
banded matrix on plain views of the maps: nothing is copied, and stride, dilation and zero padding
are only a matter of where the band lies.

The factors are found by dividing through the largest weight, not by singular values, so that
equal and opposite weights stay exactly so: a Sobel filter still gives exactly 0 on a flat area.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.numerics.convolution_geometry import Geometry
from app.numerics.shapes import FloatArray, span
from app.numerics.workspace import scratch

TILE = 32
"""Output cells that share a banded matrix; more would multiply by more zeros."""

TOLERANCE = 2.0**-22
"""Distance of each weight from the product of its factors, as a share: the roundings of four
float32 numbers. A weight of 0 must be met exactly."""


@dataclass(frozen=True)
class Factors:
    """A filter as the product of three vectors.

    Attributes
    ----------
    mix : ndarray of float32, shape (channels,)
    column : ndarray of float32, shape (kh,)
    row : ndarray of float32, shape (kw,)
    """

    mix: FloatArray
    column: FloatArray
    row: FloatArray


def separate(weight: FloatArray) -> list[Factors] | None:
    """Factor every filter, or find that one of them does not factor.

    Parameters
    ----------
    weight : ndarray of float32, shape (out, channels, kh, kw)

    Returns
    -------
    list of Factors, or None
        To float32 rounding, the outer product of each is the filter.

    Examples
    --------
    >>> sobel = np.float32([[[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]]])
    >>> (factors,) = separate(sobel)
    >>> factors.column.tolist(), factors.row.tolist()
    ([-1.0, -2.0, -1.0], [1.0, -0.0, -1.0])
    >>> separate(np.float32([[[[0, 1], [1, 0]]]])) is None
    True
    """
    factors = []
    for filter_ in weight:
        taps = filter_.astype(np.float64)
        channel, i, j = np.unravel_index(np.abs(taps).argmax(), taps.shape)
        pivot = taps[channel, i, j] or 1.0
        mix, column, row = taps[:, i, j] / pivot, taps[channel, :, j], taps[channel, i] / pivot
        product = mix[:, np.newaxis, np.newaxis] * column[:, np.newaxis] * row
        if not (np.abs(product - taps) <= TOLERANCE * np.abs(taps)).all():
            return None
        factors.append(
            Factors(
                mix=mix.astype(np.float32),
                column=column.astype(np.float32),
                row=row.astype(np.float32),
            )
        )
    return factors


def convolve_separable(
    x: FloatArray, factors: list[Factors], bias: FloatArray | None, geometry: Geometry
) -> FloatArray:
    """Convolve a batch with factored filters.

    Parameters
    ----------
    x : ndarray of float32, shape (N, C, H, W)
    factors : list of Factors
        One for each output channel.
    bias : ndarray of float32, shape (out,), or None
    geometry : Geometry

    Returns
    -------
    ndarray of float32, shape (N, out, rows, columns)
    """
    out = np.empty(geometry.output_shape, dtype=np.float32)
    grouped = x.reshape(geometry.batch, geometry.groups, geometry.in_channels, *x.shape[2:])
    for sample, maps in enumerate(grouped):
        for index, filter_ in enumerate(factors):
            source = _mixed(maps[index // geometry.out_channels], filter_.mix)
            target = out[sample, index]
            _convolve_one(source, filter_, target, geometry)
            if bias is not None:
                target += bias[index]
    return out


def _mixed(maps: FloatArray, mix: FloatArray) -> FloatArray:
    """Add up the channels, each times its share."""
    if len(mix) == 1:
        only: FloatArray = maps[0]  # its share is 1
        return only
    mixed = scratch("mixed", maps.shape[1:])
    np.matmul(mix, maps.reshape(len(mix), -1), out=mixed.reshape(-1))
    return mixed


def _convolve_one(x: FloatArray, factors: Factors, out: FloatArray, geometry: Geometry) -> None:
    """Convolve one map, (H, W) to (rows, columns)."""
    (top, _), (left, _) = geometry.padding
    between = scratch("between", (out.shape[0], x.shape[1]))
    down = _band(factors.column, geometry.stride[0], geometry.dilation[0]).T
    _apply(down, x, between, stride=geometry.stride[0], padding=top)
    along = _band(factors.row, geometry.stride[1], geometry.dilation[1]).T
    _apply(along, between.T, out.T, stride=geometry.stride[1], padding=left)


def _band(weights: FloatArray, stride: int, dilation: int) -> FloatArray:
    """Lay the weights into columns, each lower by the stride: (source cells, TILE)."""
    length = (TILE - 1) * stride + span(len(weights), dilation)
    band = np.zeros((length, TILE), dtype=np.float32)
    outputs = np.arange(TILE)
    band[outputs * stride + np.arange(len(weights))[:, np.newaxis] * dilation, outputs] = weights[
        :, np.newaxis
    ]
    return band


def _apply(band: FloatArray, x: FloatArray, out: FloatArray, *, stride: int, padding: int) -> None:
    """Multiply tiles of the first axis by the band, cut where it reaches over the edge."""
    outputs, length = out.shape[0], x.shape[0]
    for first in range(0, outputs, TILE):
        count = min(TILE, outputs - first)
        start = first * stride - padding
        stop = min(start + (count - 1) * stride + band.shape[1] - (TILE - 1) * stride, length)
        low = max(start, 0)
        tile = out[first : first + count]
        if low < stop:
            np.matmul(band[:count, low - start : stop - start], x[low:stop], out=tile)
        else:
            tile[...] = 0
