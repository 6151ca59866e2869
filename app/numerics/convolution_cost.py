"""How long each method would take: the model by which a convolution chooses one.

All figures are nanoseconds on one thread of the machine on which they were measured. Another
machine differs, but much the same in all of them, and only comparisons matter: a choice is wrong
only where two methods are about equally fast anyway. A method that cannot do with the workspace of
the geometry is out of the question; slabs can do with any.

========== ==================================================================================
patches    copies every tap of every window, then one product with the longest possible rows
slabs      copies ``kw`` taps of every row, then one product per output row
separable  two products with a band of ``TILE`` columns; only for filters that factor
fourier    three transforms per tile, and a product per pair of channels; rounds differently
========== ==================================================================================
"""

from __future__ import annotations

from enum import Enum
from math import ceil, inf

from app.numerics.convolution_fourier import fourier_bytes, tilings
from app.numerics.convolution_geometry import Geometry
from app.numerics.convolution_patches import is_pointwise, portion
from app.numerics.convolution_separable import TILE
from app.numerics.convolution_slabs import FILTERS_ONE_BY_ONE, copied_rows
from app.numerics.shapes import span

PATCH_COPY = 0.25
PATCH_ROW = 8.0
SLAB_COPY = 0.2
SLAB_CALL = 100.0
BAND_MULTIPLY_ADD = 0.014
TRANSFORM = 8.0
SPECTRUM_MULTIPLY_ADD = 0.6
NUMPY_CALL = 1500.0
FACTORING = 20000.0

FOURIER_ADVANTAGE = 1.5
"""Fourier transforms round differently, so they must be this much faster to be chosen."""

FACTORED_ADVANTAGE = 1.4
"""Looking for factors is in vain for most filters, so finding them must be worth this much."""


class Method(Enum):
    """The methods to compute a convolution."""

    PATCHES = "patches"
    SLABS = "slabs"
    SEPARABLE = "separable"
    FOURIER = "fourier"


def costs(geometry: Geometry) -> dict[Method, float]:
    """Estimate how long each method takes.

    Parameters
    ----------
    geometry : Geometry

    Returns
    -------
    dict of Method to float
        In nanoseconds.
    """
    return {
        Method.PATCHES: _patches(geometry),
        Method.SLABS: _slabs(geometry),
        Method.SEPARABLE: _separable(geometry),
        Method.FOURIER: _fourier(geometry),
    }


def rank(geometry: Geometry) -> tuple[Method, bool]:
    """Choose a method for any weight, and say whether a factored one would be faster.

    Parameters
    ----------
    geometry : Geometry

    Returns
    -------
    method : Method
        Patches, slabs or fourier.
    is_worth_factoring : bool

    Examples
    --------
    >>> from app.numerics.convolution_geometry import convolution_geometry
    >>> rank(convolution_geometry((1, 1, 28, 28), (1, 1, 3, 3)))
    (<Method.PATCHES: 'patches'>, False)
    >>> rank(convolution_geometry((1, 3, 512, 512), (8, 3, 31, 31)))
    (<Method.FOURIER: 'fourier'>, True)
    """
    cost = costs(geometry)
    best = min(Method.PATCHES, Method.SLABS, key=cost.__getitem__)
    if cost[Method.FOURIER] * FOURIER_ADVANTAGE < cost[best]:
        best = Method.FOURIER
    return best, cost[Method.SEPARABLE] * FACTORED_ADVANTAGE < cost[best]


def _multiply_add(filters: int) -> float:
    """Estimate one multiply-add of BLAS: thin products are slow."""
    return 0.06 if filters <= FILTERS_ONE_BY_ONE else 0.024 + 0.1 / filters


def _patches(geometry: Geometry) -> float:
    part = portion(geometry)
    if part.bytes > geometry.workspace:
        return inf
    rows, columns = geometry.output_size
    maps = geometry.batch * geometry.groups
    products = geometry.multiply_adds * _multiply_add(geometry.out_channels)
    if is_pointwise(geometry):
        return products + NUMPY_CALL
    if part.is_flat:
        copies = maps * geometry.taps * (4 * PATCH_ROW + rows * columns * SLAB_COPY)
        copies += maps * geometry.out_channels * rows * (PATCH_ROW + columns * PATCH_COPY)
    else:
        copies = maps * geometry.taps * rows * (PATCH_ROW + columns * PATCH_COPY)
    blocks = ceil(geometry.batch / part.samples) * ceil(rows / part.rows)
    return copies + products + (1 + 2 * blocks) * NUMPY_CALL


def _slabs(geometry: Geometry) -> float:
    rows, columns = geometry.output_size
    kernel_columns = geometry.kernel_size[1]
    channels = geometry.batch * geometry.groups * geometry.in_channels
    row_copies = channels * kernel_columns * (PATCH_ROW + columns * SLAB_COPY)
    copies = copied_rows(geometry) * row_copies
    # A product packs its filters anew for every row, or takes them one by one.
    filters = geometry.out_channels
    packing = (
        SLAB_CALL * filters
        if filters <= FILTERS_ONE_BY_ONE
        else SLAB_CALL + (filters * geometry.taps * 0.2)
    )
    calls = geometry.batch * geometry.groups * rows * packing
    products = geometry.multiply_adds * _multiply_add(filters)
    return copies + calls + products + (kernel_columns + 2) * NUMPY_CALL


def _separable(geometry: Geometry) -> float:
    rows, columns = geometry.output_size
    height, width = geometry.input_size
    down, along = (
        (TILE - 1) * stride + span(kernel_size, dilation)
        for stride, kernel_size, dilation in zip(
            geometry.stride, geometry.kernel_size, geometry.dilation, strict=True
        )
    )
    products = rows * width * down + rows * columns * along
    mixing = height * width * geometry.in_channels * 0.1 if geometry.in_channels > 1 else 0
    calls = (ceil(rows / TILE) + ceil(columns / TILE) + 12) * NUMPY_CALL
    filters = geometry.groups * geometry.out_channels
    once = products * BAND_MULTIPLY_ADD + mixing + calls
    return filters * (geometry.batch * once + FACTORING)


def _fourier(geometry: Geometry) -> float:
    if fourier_bytes(geometry) > geometry.workspace:
        return inf
    tiles, cells = geometry.batch, 1
    for tiling, outputs, stride in zip(
        tilings(geometry), geometry.output_size, geometry.stride, strict=True
    ):
        tiles *= ceil(((outputs - 1) * stride + 1) / tiling.step)
        cells *= tiling.length
    channels = geometry.groups * geometry.in_channels
    filters = geometry.groups * geometry.out_channels
    pairs = filters * geometry.in_channels
    once = cells * ((channels + filters) * TRANSFORM / 2 + pairs * SPECTRUM_MULTIPLY_ADD)
    calls = (12 + 6 * filters + 2 * pairs) * NUMPY_CALL
    kernels = pairs * cells * geometry.kernel_size[0] * 0.05
    checking = geometry.batch * filters * geometry.output_size[0] * geometry.output_size[1]
    return tiles * (once + calls) + kernels + checking + 100 * NUMPY_CALL
