"""Convolution of large kernels by Fourier transforms of tiles.

A product of spectra is a circular correlation, and the cells whose window does not wrap around are
the wanted ones. The work hardly depends on the size of the kernel.

Transforms round all cells of a tile by about the same amount, so a cell that should be exactly 0
comes out as noise, and a small one loses digits. Every cell that is not clearly larger than the
rounding is therefore computed again, product by product. Where that is more than a few cells
(black or flat areas), the whole is left to the row slabs.

Forward transforms are asked for with their scale (``norm="forward"``): without one, NumPy computes
them in double precision, at four times the cost. The spectra of the kernels make up for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, prod
from typing import Any

import numpy as np
import numpy.typing as npt

from app.numerics.convolution_geometry import Geometry
from app.numerics.convolution_slabs import convolve_slabs
from app.numerics.shapes import FloatArray, span
from app.numerics.workspace import scratch

ComplexArray = npt.NDArray[np.complex64]

LARGEST_TILE = 320
"""Cells along a side of a tile that still fits the cache, where the kernel allows it."""

ROUNDING = 2.0**-23
"""Error of a cell at most, as a share of the root sums of squares of tile and kernel multiplied.
Measured: 0.45 of it on the worst of ramps, flat areas and noise, mostly below 0.1."""

REPEATED_SHARE = 1 / 64
"""Cells computed again at most, as a share of all."""

GATHERED_CELLS = 1 << 18
"""Products held at a time while computing cells again."""


@dataclass(frozen=True)
class Tiling:
    """How one axis is cut, counted before the stride thins the output out.

    Attributes
    ----------
    length : int
        Cells that are transformed.
    step : int
        Output cells of a tile.
    """

    length: int
    step: int


def convolve_fourier(
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
    out = np.empty(geometry.output_shape, dtype=np.float32)
    rows, columns = tilings(geometry)
    spectra = _kernel_spectra(weight, rows, columns, geometry)
    reach = np.sqrt(np.einsum("ocij,ocij->o", weight, weight, dtype=np.float64))
    rounding = ROUNDING * reach
    repeated = 0
    for maps, target in zip(x, out, strict=True):
        for tile, places in _tiles(maps, target, rows, columns, geometry):
            loudness = float(np.sqrt(np.einsum("cij,cij->", tile, tile, dtype=np.float64)))
            _correlate(tile, spectra, target, places, geometry)
            part = target[:, places[0], places[1]]
            unsure = np.abs(part) <= (rounding * loudness)[:, np.newaxis, np.newaxis]
            repeated += int(np.count_nonzero(unsure))
            if repeated > REPEATED_SHARE * out.size:
                return convolve_slabs(x, weight, bias, geometry)
            _compute_again(maps, weight, part, unsure, places, geometry)
    return out if bias is None else np.add(out, bias[:, np.newaxis, np.newaxis], out=out)


def tilings(geometry: Geometry) -> tuple[Tiling, Tiling]:
    """Choose the tiles of both axes.

    Parameters
    ----------
    geometry : Geometry

    Returns
    -------
    tuple of Tiling
        For the rows and the columns.
    """
    rows, columns = (
        _tiling((outputs - 1) * stride + 1, span(kernel_size, dilation), stride)
        for outputs, stride, kernel_size, dilation in zip(
            geometry.output_size,
            geometry.stride,
            geometry.kernel_size,
            geometry.dilation,
            strict=True,
        )
    )
    return rows, columns


@lru_cache(maxsize=256)
def _tiling(cells: int, reach: int, stride: int) -> Tiling:
    """Cut an axis so that the fewest cells are transformed."""
    best: Tiling | None = None
    least = 0
    for count in range(1, ceil(cells / 16) + 1):
        step = ceil(ceil(cells / count) / stride) * stride
        length = _smooth(step + reach - 1)
        is_small = length <= max(LARGEST_TILE, 2 * reach)
        if is_small and (best is None or count * length < least):
            best, least = Tiling(length, step), count * length
    return best or Tiling(_smooth(cells + reach - 1), ceil(cells / stride) * stride)


def _smooth(length: int) -> int:
    """Find the next even length without prime factors above 5: those transform fast."""
    length += length % 2
    while True:
        rest = length
        for factor in (2, 3, 5):
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return length
        length += 2


def _kernel_spectra(
    weight: FloatArray, rows: Tiling, columns: Tiling, geometry: Geometry
) -> ComplexArray:
    """Transform all kernels, conjugated for correlation: (groups, out, in, rows, columns)."""
    height, width = weight.shape[2:]
    spread = np.zeros((*weight.shape[:3], span(width, geometry.dilation[1])), dtype=np.float32)
    spread[..., :: geometry.dilation[1]] = weight
    along = np.fft.rfft(spread, columns.length, axis=-1, norm="forward").conj()
    # Few rows are not zero: a product with those columns of the transform beats a transform.
    turns = np.outer(np.arange(rows.length), np.arange(height) * geometry.dilation[0])
    down = np.exp(2j * np.pi / rows.length * (turns % rows.length))
    down *= rows.length * columns.length**2  # the scales of three forward transforms
    spectra: ComplexArray = np.matmul(down.astype(np.complex64), along)
    return spectra.reshape(
        geometry.groups, geometry.out_channels, geometry.in_channels, *spectra.shape[2:]
    )


def _tiles(
    maps: FloatArray, out: FloatArray, rows: Tiling, columns: Tiling, geometry: Geometry
) -> Iterator[tuple[FloatArray, tuple[slice, slice]]]:
    """Pair the input of every tile, zeros around it, with the places of its output."""
    (top, _), (left, _) = geometry.padding
    tile = scratch("tile", (len(maps), rows.length, columns.length))
    row_stop, column_stop = (
        (outputs - 1) * stride + 1
        for outputs, stride in zip(geometry.output_size, geometry.stride, strict=True)
    )
    for row in range(0, row_stop, rows.step):
        for column in range(0, column_stop, columns.step):
            inner_rows, source_rows = _overlap(row - top, rows.length, maps.shape[1])
            inner_columns, source_columns = _overlap(column - left, columns.length, maps.shape[2])
            tile[...] = 0
            tile[:, inner_rows, inner_columns] = maps[:, source_rows, source_columns]
            places = tuple(
                slice(first // stride, min((first + tiling.step) // stride, outputs))
                for first, tiling, stride, outputs in zip(
                    (row, column), (rows, columns), geometry.stride, out.shape[1:], strict=True
                )
            )
            yield tile, (places[0], places[1])


def _overlap(first: int, length: int, available: int) -> tuple[slice, slice]:
    """Find where cells ``first...first + length`` lie inside an axis: in the tile, in the axis."""
    start = min(max(first, 0), available)
    stop = max(min(first + length, available), start)
    return slice(start - first, stop - first), slice(start, stop)


def _correlate(
    tile: FloatArray,
    spectra: ComplexArray,
    out: FloatArray,
    places: tuple[slice, slice],
    geometry: Geometry,
) -> None:
    """Compute the cells of a tile for every filter."""
    shape = (tile.shape[1], tile.shape[2] // 2 + 1)
    sources = _complex_scratch("sources", (len(tile), *shape))
    np.fft.rfft(tile, axis=2, norm="forward", out=sources)
    np.fft.fft(sources, axis=1, norm="forward", out=sources)
    total, product = _complex_scratch("total", shape), _complex_scratch("product", shape)
    step_rows, step_columns = geometry.stride
    row_stop, column_stop = (
        (place.stop - place.start - 1) * step + 1
        for place, step in zip(places, geometry.stride, strict=True)
    )
    for index in range(len(out)):
        group, filter_ = divmod(index, geometry.out_channels)
        kernels = spectra[group, filter_]
        first = group * geometry.in_channels
        np.multiply(sources[first], kernels[0], out=total)
        for channel in range(1, geometry.in_channels):
            np.multiply(sources[first + channel], kernels[channel], out=product)
            np.add(total, product, out=total)
        np.fft.ifft(total, axis=0, out=total)
        cells = np.fft.irfft(total[:row_stop:step_rows], tile.shape[2], axis=1)
        out[index, places[0], places[1]] = cells[:, :column_stop:step_columns]


def _complex_scratch(name: str, shape: tuple[int, ...]) -> Any:
    """Lend a complex64 array as :func:`scratch` does; the stubs of ``np.fft`` know no such."""
    view: ComplexArray = scratch(name, (2 * prod(shape),)).view(np.complex64)
    return view.reshape(shape)


def _compute_again(
    maps: FloatArray,
    weight: FloatArray,
    part: FloatArray,
    unsure: npt.NDArray[np.bool_],
    places: tuple[slice, slice],
    geometry: Geometry,
) -> None:
    """Compute the unsure cells of a tile product by product, in float64."""
    filters, rows, columns = np.nonzero(unsure)
    if not len(filters):
        return
    padded = np.pad(maps, ((0, 0), (0, 1), (0, 1)))  # an index of -1 reads a zero
    taps = geometry.in_channels * weight.shape[2] * weight.shape[3]
    chunk = max(1, GATHERED_CELLS // taps)
    for start in range(0, len(filters), chunk):
        which = filters[start : start + chunk]
        window_rows = _window(places[0].start + rows[start : start + chunk], 0, geometry)
        window_columns = _window(places[1].start + columns[start : start + chunk], 1, geometry)
        first = which // geometry.out_channels * geometry.in_channels
        channels = first[:, np.newaxis] + np.arange(geometry.in_channels)
        cells = padded[
            channels[:, :, np.newaxis, np.newaxis],
            window_rows[:, np.newaxis, :, np.newaxis],
            window_columns[:, np.newaxis, np.newaxis, :],
        ]
        sums = np.einsum("pcij,pcij->p", cells.astype(np.float64), weight[which])
        part[which, rows[start : start + chunk], columns[start : start + chunk]] = sums


def _window(outputs: npt.NDArray[np.intp], axis: int, geometry: Geometry) -> npt.NDArray[np.intp]:
    """List the source indices of windows along an axis, -1 for padding: (outputs, kernel)."""
    first = outputs * geometry.stride[axis] - geometry.padding[axis][0]
    taps = np.arange(geometry.kernel_size[axis]) * geometry.dilation[axis]
    sources: npt.NDArray[np.intp] = first[:, np.newaxis] + taps
    outside = (sources < 0) | (sources >= geometry.input_size[axis])
    sources[outside] = -1
    return sources
