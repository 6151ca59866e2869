"""Pooling: one number for every window of a feature map, or for all of it.

The windows themselves are reduced in :mod:`app.numerics.window_reduction`; here is what goes in
and what comes out of the reduction in each kind of pooling.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, TypeAlias, overload

import numpy as np
import numpy.typing as npt

from app.numerics.ranking import LOWEST_KEY, Int64Array, ranked_cells, ranking_keys
from app.numerics.shapes import (
    FloatArray,
    PaddingLike,
    PairLike,
    ShapeError,
    as_batch,
    as_pair,
    is_exact,
    resolve_padding,
)
from app.numerics.window_reduction import WindowPlan, window_plan

Shape: TypeAlias = tuple[int, ...]
Settings: TypeAlias = tuple[PairLike, PairLike | None, PaddingLike, PairLike, bool]
"""kernel_size, stride, padding, dilation, and ceil_mode."""


def _plan(operation: str, shape: Shape, settings: Settings, *, is_wide: bool = False) -> WindowPlan:
    """Check the geometry and fetch its plan; complaints name the operation and all shapes."""
    if is_exact(*settings[:4]):
        return _kept_plan(operation, shape, *settings, is_wide)
    return _checked_plan(operation, shape, *settings, is_wide)


def _checked_plan(
    operation: str,
    shape: Shape,
    kernel_size: PairLike,
    stride: PairLike | None,
    padding: PaddingLike,
    dilation: PairLike,
    ceil_mode: bool,
    is_wide: bool,
) -> WindowPlan:
    planes, size = shape[0] * shape[1], (shape[2], shape[3])
    try:
        kernel = as_pair(kernel_size, name="kernel_size")
        step = kernel if stride is None else as_pair(stride, name="stride")
        spread = as_pair(dilation, name="dilation")
        edges = resolve_padding(
            padding, input_size=size, kernel_size=kernel, stride=step, dilation=spread
        )
        return window_plan(planes, size, kernel, step, edges, spread, bool(ceil_mode), is_wide)
    except ShapeError as error:
        raise ShapeError(
            f"{operation} of {planes} maps of {size[0]} x {size[1]} cells, kernel_size "
            f"{kernel_size}, stride {stride}, padding {padding}, dilation {dilation}: {error}"
        ) from None


_kept_plan = lru_cache(maxsize=256)(_checked_plan)


def _windows(
    operation: str, x: npt.ArrayLike, settings: Settings, *, is_wide: bool = False
) -> tuple[FloatArray, WindowPlan, Shape]:
    """Read what is pooled: the maps as a batch, their plan, and the shape of the result."""
    maps, is_batched = as_batch(x, operation=operation)
    plan = _plan(operation, maps.shape, settings, is_wide=is_wide)
    leading = maps.shape[:2] if is_batched else maps.shape[1:2]
    return maps, plan, (*leading, *plan.output_size)


def _empty_window(operation: str, plan: WindowPlan) -> ShapeError:
    """Refuse windows that see nothing but padding: they have no largest cell and no mean.

    The standard does not say what they give, and its implementations disagree.
    """
    row, column = plan.empty_window or (0, 0)
    return ShapeError(
        f"{operation} of an input of {plan.size[0]} x {plan.size[1]} cells: the window of output "
        f"row {row}, column {column} lies on padding only; use less padding or dilation, or a "
        "larger kernel_size"
    )


@overload
def max_pool2d(
    x: npt.ArrayLike,
    kernel_size: PairLike,
    *,
    stride: PairLike | None = None,
    padding: PaddingLike = 0,
    dilation: PairLike = 1,
    ceil_mode: bool = False,
    return_indices: Literal[False] = False,
) -> FloatArray: ...


@overload
def max_pool2d(
    x: npt.ArrayLike,
    kernel_size: PairLike,
    *,
    stride: PairLike | None = None,
    padding: PaddingLike = 0,
    dilation: PairLike = 1,
    ceil_mode: bool = False,
    return_indices: Literal[True],
) -> tuple[FloatArray, Int64Array]: ...


def max_pool2d(
    x: npt.ArrayLike,
    kernel_size: PairLike,
    *,
    stride: PairLike | None = None,
    padding: PaddingLike = 0,
    dilation: PairLike = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> FloatArray | tuple[FloatArray, Int64Array]:
    """Keep the largest cell of every window (ONNX MaxPool). Padding never wins.

    Parameters
    ----------
    x : array, shape (C, H, W) or (N, C, H, W)
    kernel_size : int or pair
        Rows and columns of the window.
    stride : int or pair, optional
        The kernel size if left out.
    padding : int, pair, pair of pairs, or "valid", "same", "full"
    dilation : int or pair
    ceil_mode : bool
        Whether a last window may hang over the end, by less than a stride and provided that it
        starts inside.
    return_indices : bool
        Whether to tell also where each value comes from.

    Returns
    -------
    values : ndarray of float32, shape (C, OH, OW), batched if ``x`` was
    indices : ndarray of int64, shape of ``values``
        Only with ``return_indices``: ``row * W + column`` of the winner in its channel, without
        padding; the first in reading order among equals.

    Raises
    ------
    ShapeError
        If no window fits, a window lies on padding only, or an argument is out of range.

    Examples
    --------
    >>> values, indices = max_pool2d([[[1, 5, 2, 0], [5, 3, 0, 7]]], 2, return_indices=True)
    >>> values
    array([[[5., 7.]]], dtype=float32)
    >>> indices
    array([[[1, 7]]])
    """
    settings = kernel_size, stride, padding, dilation, ceil_mode
    maps, plan, shape = _windows("max_pool2d", x, settings, is_wide=return_indices)
    if plan.empty_window is not None:
        raise _empty_window("max_pool2d", plan)
    if plan.gathering is not None:
        if not return_indices:
            cells = maps.reshape(-1).take(plan.gathering.cells)
            peaks: FloatArray = np.maximum.reduce(cells, axis=0)
            return peaks.reshape(shape)
        stack = maps.reshape(-1)
        winners = plan.gathering.winners(stack)
        return stack.take(winners).reshape(shape), (winners - plan.gathering.offsets).reshape(shape)
    planes = maps.reshape(-1, *plan.size)
    values: FloatArray = np.empty((len(planes), *plan.output_size), dtype=np.float32)
    if not return_indices:
        for block in plan.blocks:
            block.reduce(
                np.maximum, planes[block.source], neutral=-np.inf, out=values[block.target]
            )
        return values.reshape(shape)
    indices: Int64Array = np.empty(values.shape, dtype=np.int64)
    for block in plan.blocks:
        keys = ranking_keys(planes[block.source], first_row=block.source[1].start)
        winners = indices[block.target]
        block.reduce(np.maximum, keys, neutral=LOWEST_KEY, out=winners)
        values[block.target], indices[block.target] = ranked_cells(winners)
    return values.reshape(shape), indices.reshape(shape)


def avg_pool2d(
    x: npt.ArrayLike,
    kernel_size: PairLike,
    *,
    stride: PairLike | None = None,
    padding: PaddingLike = 0,
    dilation: PairLike = 1,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> FloatArray:
    """Take the mean of every window (ONNX AveragePool).

    Parameters
    ----------
    x : array, shape (C, H, W) or (N, C, H, W)
    kernel_size, stride, padding, dilation, ceil_mode
        As for :func:`max_pool2d`. Places beyond the padded edge never count.
    count_include_pad : bool
        Whether padding counts as cells of value zero, or not at all. The ONNX operator's default
        is not at all, PyTorch's and ours is that it counts.

    Returns
    -------
    ndarray of float32, shape (C, OH, OW), batched if ``x`` was

    Raises
    ------
    ShapeError
        If no window fits, an argument is out of range, or padding does not count and a window
        lies on nothing else.

    Examples
    --------
    >>> avg_pool2d([[[1, 5, 2, 0], [5, 3, 0, 6]]], 2)
    array([[[3.5, 2. ]]], dtype=float32)
    """
    settings = kernel_size, stride, padding, dilation, ceil_mode
    maps, plan, shape = _windows("avg_pool2d", x, settings)
    if not count_include_pad and plan.empty_window is not None:
        raise _empty_window("avg_pool2d", plan)
    counts = plan.place_counts if count_include_pad else plan.cell_counts
    if plan.gathering is not None and plan.cell_counts.common == plan.gathering.places:
        # A product with ones adds up quicker than a sum along an axis.
        sums: FloatArray = plan.gathering.ones @ maps.reshape(-1).take(plan.gathering.cells)
        sums /= np.float32(plan.gathering.places)
        return sums.reshape(shape)
    planes = maps.reshape(-1, *plan.size)
    means: FloatArray = np.empty((len(planes), *plan.output_size), dtype=np.float32)
    for block in plan.blocks:
        out = means[block.target]
        block.reduce(np.add, planes[block.source], neutral=0.0, out=out)
        out /= counts.of_rows(block.target[1])
    return means.reshape(shape)


def lp_pool2d(
    x: npt.ArrayLike,
    kernel_size: PairLike,
    *,
    p: float = 2,
    stride: PairLike | None = None,
    padding: PaddingLike = 0,
    dilation: PairLike = 1,
    ceil_mode: bool = False,
) -> FloatArray:
    """Take the p-norm of every window (ONNX LpPool): ``(sum of |x|^p)^(1/p)``.

    Powers are taken in float64 of cells scaled by a power of two, so that they do not overflow.
    Padding counts as zero.

    Parameters
    ----------
    x : array, shape (C, H, W) or (N, C, H, W)
    kernel_size, stride, padding, dilation, ceil_mode
        As for :func:`max_pool2d`. Places beyond the edge add nothing (PyTorch scales the norm of
        such a window up, the standard does not).
    p : float
        At least 1.

    Returns
    -------
    ndarray of float32, shape (C, OH, OW), batched if ``x`` was

    Raises
    ------
    ShapeError
        If no window fits, or an argument is out of range.

    Examples
    --------
    >>> lp_pool2d([[[3, -4, 0, 0]]], (1, 2))
    array([[[5., 0.]]], dtype=float32)
    """
    if not 1 <= p < np.inf:
        raise ShapeError(f"lp_pool2d: p is {p!r}; use a number of at least 1, 2 for lengths")
    settings = kernel_size, stride, padding, dilation, ceil_mode
    maps, plan, shape = _windows("lp_pool2d", x, settings, is_wide=True)
    planes = maps.reshape(-1, *plan.size)
    # A power of two above the largest cell of each plane: scaling by it rounds nothing.
    peaks = np.maximum(planes.max(axis=(1, 2)), -planes.min(axis=(1, 2)))
    scales = np.ldexp(1.0, np.frexp(peaks)[1])[:, np.newaxis, np.newaxis]
    norms: FloatArray = np.empty((len(planes), *plan.output_size), dtype=np.float32)
    for block in plan.blocks:
        scale = scales[block.source[0]]
        powers = np.divide(planes[block.source], scale)
        _raise_to(p, np.abs(powers, out=powers))
        sums = np.empty(norms[block.target].shape)
        block.reduce(np.add, powers, neutral=0.0, out=sums)
        _raise_to(1 / p, sums)
        np.multiply(sums, scale, out=norms[block.target], casting="same_kind")
    return norms.reshape(shape)


def _raise_to(exponent: float, numbers: npt.NDArray[np.float64]) -> None:
    """Raise non-negative numbers to a power in place, the usual powers the quick way."""
    if exponent == 2:
        np.square(numbers, out=numbers)
    elif exponent == 0.5:
        np.sqrt(numbers, out=numbers)
    elif exponent != 1:
        np.power(numbers, exponent, out=numbers)


def global_avg_pool2d(x: npt.ArrayLike) -> FloatArray:
    """Take the mean of every channel (ONNX GlobalAveragePool).

    Parameters
    ----------
    x : array, shape (C, H, W) or (N, C, H, W)

    Returns
    -------
    ndarray of float32, shape (C, 1, 1), batched if ``x`` was

    Raises
    ------
    ShapeError
        If ``x`` has another number of axes, or one of them is empty.

    Examples
    --------
    >>> global_avg_pool2d([[[1, 2], [3, 6]]])
    array([[[3.]]], dtype=float32)
    """
    rows, shape = _whole_maps(x, operation="global_avg_pool2d")
    sums: FloatArray = np.add.reduce(rows, axis=1)
    sums /= np.float32(rows.shape[1])
    return sums.reshape(shape)


def global_max_pool2d(x: npt.ArrayLike) -> FloatArray:
    """Keep the largest cell of every channel (ONNX GlobalMaxPool).

    Parameters
    ----------
    x : array, shape (C, H, W) or (N, C, H, W)

    Returns
    -------
    ndarray of float32, shape (C, 1, 1), batched if ``x`` was

    Raises
    ------
    ShapeError
        As :func:`global_avg_pool2d`.

    Examples
    --------
    >>> global_max_pool2d([[[1, 2], [3, 6]]])
    array([[[6.]]], dtype=float32)
    """
    rows, shape = _whole_maps(x, operation="global_max_pool2d")
    peaks: FloatArray = rows.max(axis=1)
    return peaks.reshape(shape)


def _whole_maps(x: npt.ArrayLike, *, operation: str) -> tuple[FloatArray, Shape]:
    """Lay every map out as a row, and give the shape of one number for each."""
    maps, is_batched = as_batch(x, operation=operation)
    leading = maps.shape[:2] if is_batched else maps.shape[1:2]
    return maps.reshape(maps.shape[0] * maps.shape[1], -1), (*leading, 1, 1)
