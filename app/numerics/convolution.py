"""Two-dimensional convolution, and the choice of the method that computes it.

"Convolution" as in deep learning: the kernel is not flipped (a cross-correlation).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from app.numerics.convolution_cost import Method, rank
from app.numerics.convolution_fourier import convolve_fourier
from app.numerics.convolution_geometry import Geometry, Shape, convolution_geometry
from app.numerics.convolution_patches import PatchPlan
from app.numerics.convolution_separable import convolve_separable, separate
from app.numerics.convolution_slabs import SlabPlan
from app.numerics.shapes import (
    FloatArray,
    IntArray,
    PaddingLike,
    PaddingPairs,
    PairLike,
    as_batch,
    as_bias,
    as_filters,
    is_exact,
)
from app.numerics.windows import extended_index

Compute = Callable[[FloatArray, FloatArray, FloatArray | None], FloatArray]

KEPT_PLANS = 64
"""Prepared geometries per thread; the least recently used makes room."""


@dataclass(frozen=True)
class Extension:
    """Padding that copies cells.

    Attributes
    ----------
    rows, columns : ndarray of int32
        Source row and column of every cell of the padded input.
    padding : pair of pairs
        ``((top, bottom), (left, right))``.
    """

    rows: IntArray
    columns: IntArray
    padding: PaddingPairs

    def apply(self, x: FloatArray) -> FloatArray:
        """Pad a batch: the middle first, then what lies above and below it, then the sides."""
        (top, _), (left, _) = self.padding
        height, width = x.shape[2:]
        out = np.empty((*x.shape[:2], len(self.rows), len(self.columns)), dtype=np.float32)
        middle = slice(left, left + width)
        out[:, :, top : top + height, middle] = x
        for edge in (slice(0, top), slice(top + height, None)):
            out[:, :, edge, middle] = x[:, :, self.rows[edge]]
        for edge in (slice(0, left), slice(left + width, None)):
            out[..., edge] = out[..., left + self.columns[edge]]
        return out


@dataclass(frozen=True)
class Plan:
    """A geometry made ready: what to do with arrays of these shapes.

    Attributes
    ----------
    geometry : Geometry
    method : callable
        Computes ``(x, weight, bias)``.
    extension : Extension or None
        When padding copies cells.
    """

    geometry: Geometry
    method: Compute
    extension: Extension | None

    def run(self, x: FloatArray, weight: FloatArray, bias: FloatArray | None) -> FloatArray:
        """Compute a batch."""
        if self.extension is not None:
            x = self.extension.apply(x)
        return self.method(x, weight, bias)


class _Plans(threading.local):
    """The plans of one thread, least recently used first."""

    def __init__(self) -> None:
        self.by_settings: OrderedDict[Hashable, Plan] = OrderedDict()


_PLANS = _Plans()


def conv2d(
    x: npt.ArrayLike,
    weight: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    *,
    stride: PairLike = 1,
    padding: PaddingLike = 0,
    dilation: PairLike = 1,
    groups: int = 1,
    padding_mode: str = "zeros",
) -> FloatArray:
    """Slide every filter over the input and sum the products of each window.

    Parameters
    ----------
    x : array, shape (C, H, W) or (N, C, H, W)
        Feature maps; a signal is an image of height 1.
    weight : array, shape (out_channels, C / groups, kh, kw)
        Filters. A slice of them gives the maps of that slice, to float32 rounding.
    bias : array, shape (out_channels,), or None
        Added to every cell of a map.
    stride, dilation : int or pair
        In cells; ``dilation=2`` leaves one gap between taps.
    padding : int, pair, pair of pairs, or "valid", "same", "full"
        See :func:`app.numerics.resolve_padding`.
    groups : int
        Channels are cut into this many runs, each seen only by its own filters.
    padding_mode : {"zeros", "reflect", "replicate", "circular"}
        What padding cells hold.

    Returns
    -------
    ndarray of float32, shape (out_channels, rows, columns) or (N, out_channels, rows, columns)

    Raises
    ------
    ShapeError
        If the shapes do not fit together or no window fits.

    Examples
    --------
    >>> x = [[[1, 2, 0], [0, 1, 3], [2, 0, 1]]]
    >>> conv2d(x, [[[[1, 0], [0, 2]]]], [0.5]).tolist()
    [[[3.5, 8.5], [0.5, 3.5]]]
    """
    maps, is_batched = as_batch(x, operation="conv2d")
    filters = as_filters(weight, operation="conv2d")
    plan = _plan(maps.shape, filters.shape, stride, padding, dilation, groups, padding_mode)
    offsets = as_bias(bias, out_channels=filters.shape[0], operation="conv2d")
    out = plan.run(maps, filters, offsets)
    return out if is_batched else out[0]


def _plan(input_shape: Shape, weight_shape: Shape, *settings: Any) -> Plan:
    """Find the plan of this thread for these shapes and settings, or make it."""
    key = (input_shape, weight_shape, settings)
    if not is_exact(*settings):
        return _make_plan(*key)
    plans = _PLANS.by_settings
    plan = plans.get(key)
    if plan is None:
        plan = plans[key] = _make_plan(*key)
        if len(plans) > KEPT_PLANS:
            plans.popitem(last=False)
    else:
        plans.move_to_end(key)
    return plan


def _make_plan(input_shape: Shape, weight_shape: Shape, settings: tuple[Any, ...]) -> Plan:
    """Check the geometry and choose the method."""
    stride, padding, dilation, groups, padding_mode = settings
    geometry = convolution_geometry(
        input_shape,
        weight_shape,
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
        padding_mode=padding_mode,
    )
    extension = None
    if padding_mode != "zeros" and geometry.padding != ((0, 0), (0, 0)):
        rows, columns = (
            extended_index(length, before=before, after=after, padding_mode=padding_mode)
            for length, (before, after) in zip(geometry.input_size, geometry.padding, strict=True)
        )
        extension = Extension(rows, columns, geometry.padding)
        geometry = geometry.without_padding()
    return Plan(geometry=geometry, method=_method(geometry), extension=extension)


def _method(geometry: Geometry) -> Compute:
    """Prepare the method that the cost model chooses."""
    method, is_worth_factoring = rank(geometry)
    direct: Compute
    if method is Method.PATCHES:
        direct = PatchPlan(geometry).run
    elif method is Method.SLABS:
        direct = SlabPlan(geometry).run
    else:
        direct = partial(convolve_fourier, geometry=geometry)
    return partial(_factored_or, direct, geometry) if is_worth_factoring else direct


def _factored_or(
    direct: Compute,
    geometry: Geometry,
    x: FloatArray,
    weight: FloatArray,
    bias: FloatArray | None,
) -> FloatArray:
    """Use the factors of the filters if they all have some."""
    factors = separate(weight)
    if factors is None:
        return direct(x, weight, bias)
    return convolve_separable(x, factors, bias, geometry)
