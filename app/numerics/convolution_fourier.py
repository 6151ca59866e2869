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

GATHERED_CELLS = 1 << 13
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


@dataclass(frozen=True)
class Tile:
    """A part of the output and what it reads, as rows and columns.

    Attributes
    ----------
    places : pair of slice
        Of the output.
    inside : pair of slice
        Of the transformed cells: those that are not padding.
    sources : pair of slice
        Of the input: what lies there.
    """

    places: tuple[slice, ...]
    inside: tuple[slice, ...]
    sources: tuple[slice, ...]


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
    out = _convolve_unless_flat(x, weight, geometry)
    if out is None:
        return convolve_slabs(x, weight, bias, geometry)
    return out if bias is None else np.add(out, bias[:, np.newaxis, np.newaxis], out=out)


def _convolve_unless_flat(
    x: FloatArray, weight: FloatArray, geometry: Geometry
) -> FloatArray | None:
    """Convolve a batch, or find that too many cells are as small as the rounding."""
    out = np.empty(geometry.output_shape, dtype=np.float32)
    rows, columns = tilings(geometry)
    tiles = list(_tiles(rows, columns, geometry))
    spectra, loudness = _tile_spectra(x, tiles, rows, columns)
    down = _turns(rows.length, columns.length, geometry)
    totals = _complex_scratch("totals", (len(x), len(tiles), *spectra.shape[3:]))
    repeated = 0
    for index, filter_ in enumerate(weight):
        first = index // geometry.out_channels * geometry.in_channels
        group = slice(first, first + geometry.in_channels)
        _correlate(spectra[:, :, group], filter_, down, columns.length, geometry, out=totals)
        rounding = ROUNDING * np.sqrt(np.einsum("cij,cij->", filter_, filter_, dtype=np.float64))
        for sample, which in np.ndindex(loudness.shape):
            part = out[(sample, index, *tiles[which].places)]
            _invert(totals[sample, which], part, columns.length, geometry)
            unsure = np.abs(part) <= rounding * loudness[sample, which]
            repeated += int(np.count_nonzero(unsure))
            if repeated > REPEATED_SHARE * out.size:
                return None
            _compute_again(x[sample, group], filter_, part, unsure, tiles[which], geometry)
    return out


def fourier_bytes(geometry: Geometry) -> int:
    """Tell how much memory it takes beside input and output.

    Parameters
    ----------
    geometry : Geometry

    Returns
    -------
    int
    """
    rows, columns = tilings(geometry)
    tiles = geometry.batch * prod(len(_starts(axis, geometry)) for axis in (0, 1))
    channels = geometry.groups * geometry.in_channels
    half = columns.length // 2 + 1
    spectra = (tiles * (channels + 1) + 2) * rows.length * half
    kernels = (rows.length + 2 * half * geometry.in_channels) * geometry.kernel_size[0]
    return 8 * (spectra + kernels + rows.length * columns.length)


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


def _turns(length: int, width: int, geometry: Geometry) -> ComplexArray:
    """Make the transform along the columns of a kernel: (length, kernel rows).

    Few rows are not zero, and a product with those columns of it beats a transform.
    """
    roots = np.exp(2j * np.pi / length * np.arange(length))
    roots *= length * width**2  # the scales of three forward transforms
    turns = np.outer(
        np.arange(length, dtype=np.int32),
        np.arange(geometry.kernel_size[0], dtype=np.int32) * geometry.dilation[0],
    )
    down: ComplexArray = roots.astype(np.complex64)[turns % length]
    return down


def _tiles(rows: Tiling, columns: Tiling, geometry: Geometry) -> Iterator[Tile]:
    """Cut the output, and tell what each part of it reads."""
    for row in _starts(0, geometry):
        for column in _starts(1, geometry):
            places, inner, sources = [], [], []
            for axis, (first, tiling) in enumerate(((row, rows), (column, columns))):
                stop = min(
                    (first + tiling.step) // geometry.stride[axis], geometry.output_size[axis]
                )
                places.append(slice(first // geometry.stride[axis], stop))
                start = first - geometry.padding[axis][0]
                inside, source = _overlap(start, tiling.length, geometry.input_size[axis])
                inner.append(inside)
                sources.append(source)
            yield Tile(tuple(places), tuple(inner), tuple(sources))


def _starts(axis: int, geometry: Geometry) -> range:
    """Give the first output cell of each tile along an axis, before the stride thins it out."""
    cells = (geometry.output_size[axis] - 1) * geometry.stride[axis] + 1
    return range(0, cells, tilings(geometry)[axis].step)


def _tile_spectra(
    x: FloatArray, tiles: list[Tile], rows: Tiling, columns: Tiling
) -> tuple[ComplexArray, npt.NDArray[np.float64]]:
    """Transform all tiles, and tell the root sum of squares of each.

    Returns (samples, tiles, channels, rows, columns) and (samples, tiles).
    """
    batch, channels = x.shape[:2]
    spectra = _complex_scratch(
        "sources", (batch, len(tiles), channels, rows.length, columns.length // 2 + 1)
    )
    loudness = np.zeros((batch, len(tiles)))
    cells = scratch("tile", (rows.length, columns.length))
    for sample, index, channel in np.ndindex(batch, len(tiles), channels):
        tile, spectrum = tiles[index], spectra[sample, index, channel]
        source = x[(sample, channel, *tile.sources)]
        cells[...] = 0
        cells[tile.inside] = source
        loudness[sample, index] += np.einsum("ij,ij->", source, source, dtype=np.float64)
        np.fft.rfft(cells, axis=1, norm="forward", out=spectrum)
        np.fft.fft(spectrum, axis=0, norm="forward", out=spectrum)
    return spectra, np.sqrt(loudness)


def _overlap(first: int, length: int, available: int) -> tuple[slice, slice]:
    """Find where cells ``first...first + length`` lie inside an axis: in the tile, in the axis."""
    start = min(max(first, 0), available)
    stop = max(min(first + length, available), start)
    return slice(start - first, stop - first), slice(start, stop)


def _correlate(
    sources: ComplexArray,
    filter_: FloatArray,
    down: ComplexArray,
    width: int,
    geometry: Geometry,
    *,
    out: ComplexArray,
) -> None:
    """Multiply the spectra of all tiles by those of a filter, and add up the channels."""
    step = geometry.dilation[1]
    spread = np.zeros((*filter_.shape[:2], span(filter_.shape[2], step)), dtype=np.float32)
    spread[..., ::step] = filter_
    along = np.fft.rfft(spread, width, axis=-1, norm="forward")
    np.conjugate(along, out=along)
    kernel = _complex_scratch("kernel", out.shape[2:])
    for channel, rows in enumerate(along):
        np.matmul(down, rows, out=kernel)
        if channel == 0:
            np.multiply(sources[:, :, 0], kernel, out=out)
            continue
        product = _complex_scratch("product", kernel.shape)
        for place in np.ndindex(out.shape[:2]):
            np.multiply(sources[(*place, channel)], kernel, out=product)
            np.add(out[place], product, out=out[place])


def _invert(total: Any, out: FloatArray, width: int, geometry: Geometry) -> None:
    """Transform the spectrum of a tile back, and keep the cells of the output."""
    np.fft.ifft(total, axis=0, out=total)
    step_rows, step_columns = geometry.stride
    row_stop, column_stop = (
        (count - 1) * step + 1 for count, step in zip(out.shape, geometry.stride, strict=True)
    )
    cells = np.fft.irfft(total[:row_stop:step_rows], width, axis=1)
    out[...] = cells[:, :column_stop:step_columns]


def _complex_scratch(name: str, shape: tuple[int, ...]) -> Any:
    """Lend a complex64 array as :func:`scratch` does; the stubs of ``np.fft`` know no such."""
    view: ComplexArray = scratch(name, (2 * prod(shape),)).view(np.complex64)
    return view.reshape(shape)


def _compute_again(
    maps: FloatArray,
    filter_: FloatArray,
    part: FloatArray,
    unsure: npt.NDArray[np.bool_],
    tile: Tile,
    geometry: Geometry,
) -> None:
    """Compute the unsure cells of a tile product by product, in float64."""
    rows, columns = np.nonzero(unsure)
    chunk = max(1, GATHERED_CELLS // filter_.size)
    for start in range(0, len(rows), chunk):
        some = slice(start, start + chunk)
        window_rows = _window(tile.places[0].start + rows[some], 0, geometry)[:, :, np.newaxis]
        window_columns = _window(tile.places[1].start + columns[some], 1, geometry)[:, np.newaxis]
        cells = maps[:, window_rows, window_columns].astype(np.float64)
        cells *= (window_rows >= 0) & (window_columns >= 0)
        part[rows[some], columns[some]] = np.einsum("cpij,cij->p", cells, filter_)


def _window(outputs: npt.NDArray[np.intp], axis: int, geometry: Geometry) -> npt.NDArray[np.intp]:
    """List the source indices of windows along an axis, -1 for padding: (cells, kernel)."""
    first = outputs * geometry.stride[axis] - geometry.padding[axis][0]
    taps = np.arange(geometry.kernel_size[axis]) * geometry.dilation[axis]
    sources: npt.NDArray[np.intp] = first[:, np.newaxis] + taps
    outside = (sources < 0) | (sources >= geometry.input_size[axis])
    sources[outside] = -1
    return sources
