"""The oracle: every windowed function of the engine once more, in plain loops and float64.

Nothing in here is fast, and nothing is shared with the fast code, not even the index geometry:
each window is found by walking along the axis, each sum is one addition after the other. The
functions take the arguments of the engine's functions of the same names, described there, and
answer in float64. They expect arguments that make sense; refusing bad ones is the engine's part.
The functions of single cells and plain sums are in :mod:`app.numerics.reference_pointwise`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Float64Array: TypeAlias = npt.NDArray[np.float64]
Pair: TypeAlias = tuple[int, int]
Place: TypeAlias = tuple[int, int]


def _pair(value: Any) -> Pair:
    rows, columns = value if isinstance(value, Sequence) else (value, value)
    return rows, columns


def _edges(padding: Any, length: int, axis: int, kernel: int, stride: int, dilation: int) -> Pair:
    """Resolve the padding before and after one axis (0 = rows, 1 = columns)."""
    reach = (kernel - 1) * dilation
    if padding == "valid":
        return 0, 0
    if padding == "full":
        return reach, reach
    if padding == "same":
        outputs = math.ceil(length / stride)
        missing = max(0, (outputs - 1) * stride + reach + 1 - length)
        return missing // 2, missing - missing // 2
    one = _pair(padding)[axis]
    before, after = _pair(one)
    return before, after


def _windows(
    length: int, kernel: int, stride: int, edges: Pair, dilation: int, ceil_mode: bool = False
) -> list[list[int]]:
    """List where the taps of every window of one axis lie; outside of 0 .. length - 1 is padding.

    In ceil mode a last window may hang over the padded end by less than a stride if it starts
    before the end of the input; its taps beyond are listed too, for the caller to leave out.
    """
    before, after = edges
    windows: list[list[int]] = []
    start = -before
    while start + (kernel - 1) * dilation < length + after:
        windows.append([start + k * dilation for k in range(kernel)])
        start += stride
    leaves_cells = not windows or windows[-1][-1] < length + after - 1
    overhang = start + (kernel - 1) * dilation - (length + after - 1)
    if ceil_mode and leaves_cells and start < length and overhang < stride:
        windows.append([start + k * dilation for k in range(kernel)])
    return windows


def _source(position: int, length: int, mode: str) -> int | None:
    """Find the cell that a position on the padded axis copies; None stands for zero."""
    if 0 <= position < length:
        return position
    if mode == "zeros":
        return None
    if mode == "replicate":
        return 0 if position < 0 else length - 1
    if mode == "circular":
        return position % length
    while not 0 <= position < length:  # reflect, off one end and then off the other
        if length == 1:
            return 0
        position = -position if position < 0 else 2 * (length - 1) - position
    return position


def each_picture(x: npt.ArrayLike, one: Callable[[Float64Array], Float64Array]) -> Float64Array:
    """Apply a function of (C, H, W) to every picture of a batch, or to the only one."""
    maps = np.asarray(x, dtype=np.float64)
    return one(maps) if maps.ndim == 3 else np.stack([one(picture) for picture in maps])


def conv2d(
    x: npt.ArrayLike,
    weight: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    *,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
    padding_mode: str = "zeros",
) -> Float64Array:
    """Cross-correlate feature maps with filters, one product after the other.

    Examples
    --------
    >>> conv2d([[[1, 2, 3]]], [[[[1, 10]]]]).tolist()
    [[[21.0, 32.0]]]
    """
    filters = np.asarray(weight, dtype=np.float64)
    out_channels, per_group, *kernel = filters.shape
    offsets = np.zeros(out_channels) if bias is None else np.asarray(bias, dtype=np.float64)

    def one(maps: Float64Array) -> Float64Array:
        lengths = maps.shape[1:]
        rows, columns = (
            _windows(
                lengths[axis],
                kernel[axis],
                _pair(stride)[axis],
                _edges(
                    padding,
                    lengths[axis],
                    axis,
                    kernel[axis],
                    _pair(stride)[axis],
                    _pair(dilation)[axis],
                ),
                _pair(dilation)[axis],
            )
            for axis in (0, 1)
        )
        out = np.zeros((out_channels, len(rows), len(columns)))
        for o, row, column in np.ndindex(out.shape):
            first = o // (out_channels // groups) * per_group
            total = 0.0
            for c, i, j in np.ndindex(per_group, *kernel):
                y = _source(rows[row][i], lengths[0], padding_mode)
                z = _source(columns[column][j], lengths[1], padding_mode)
                if y is not None and z is not None:
                    total += maps[first + c, y, z] * filters[o, c, i, j]
            out[o, row, column] = total + offsets[o]
        return out

    return each_picture(x, one)


def conv_transpose2d(
    x: npt.ArrayLike,
    weight: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    *,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Float64Array:
    """Stamp a filter, scaled by each input cell, onto the output, then cut the padding off.

    Examples
    --------
    >>> conv_transpose2d([[[1, 2]]], [[[[1, 10]]]], stride=(1, 2)).tolist()
    [[[1.0, 10.0, 2.0, 20.0]]]
    """
    filters = np.asarray(weight, dtype=np.float64)
    in_channels, per_group, *kernel = filters.shape
    out_channels = per_group * groups
    offsets = np.zeros(out_channels) if bias is None else np.asarray(bias, dtype=np.float64)
    (down, right), (spread_y, spread_x) = _pair(stride), _pair(dilation)
    (top, bottom), (left, rest) = (_pair(_pair(padding)[axis]) for axis in (0, 1))
    more_rows, more_columns = _pair(output_padding)

    def one(maps: Float64Array) -> Float64Array:
        height = (maps.shape[1] - 1) * down + (kernel[0] - 1) * spread_y + 1 + more_rows
        width = (maps.shape[2] - 1) * right + (kernel[1] - 1) * spread_x + 1 + more_columns
        whole = np.zeros((out_channels, height, width))
        for c, row, column in np.ndindex(maps.shape):
            first = c // (in_channels // groups) * per_group
            for o, i, j in np.ndindex(per_group, *kernel):
                y, z = row * down + i * spread_y, column * right + j * spread_x
                whole[first + o, y, z] += maps[c, row, column] * filters[c, o, i, j]
        kept = whole[:, top : height - bottom, left : width - rest]
        return kept + offsets[:, None, None]

    return each_picture(x, one)


def _pool(
    x: npt.ArrayLike,
    reduce: Callable[[Float64Array, list[Place], int], float],
    *,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    ceil_mode: bool,
) -> Float64Array:
    """Reduce every window of every channel.

    ``reduce(channel, cells, places)`` is given the cells of the window that lie in the picture,
    in reading order, and how many places lie in the picture or its padding.
    """
    kernel, spread = _pair(kernel_size), _pair(dilation)
    step = kernel if stride is None else _pair(stride)

    def one(maps: Float64Array) -> Float64Array:
        lengths = maps.shape[1:]
        edges = [
            _edges(padding, lengths[axis], axis, kernel[axis], step[axis], spread[axis])
            for axis in (0, 1)
        ]
        rows, columns = (
            _windows(lengths[axis], kernel[axis], step[axis], edges[axis], spread[axis], ceil_mode)
            for axis in (0, 1)
        )
        out = np.zeros((len(maps), len(rows), len(columns)))
        for c, row, column in np.ndindex(out.shape):
            places = [
                (y, z)
                for y, z in itertools.product(rows[row], columns[column])
                if y < lengths[0] + edges[0][1] and z < lengths[1] + edges[1][1]
            ]
            cells = [(y, z) for y, z in places if 0 <= y < lengths[0] and 0 <= z < lengths[1]]
            out[c, row, column] = reduce(maps[c], cells, len(places))
        return out

    return each_picture(x, one)


def max_pool2d(
    x: npt.ArrayLike,
    kernel_size: Any,
    *,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Keep the largest cell of every window, the first in reading order among equals.

    Examples
    --------
    >>> values, indices = max_pool2d([[[1, 5], [5, 2]]], 2, return_indices=True)
    >>> values.tolist(), indices.tolist()
    ([[[5.0]]], [[[1]]])
    """
    width = np.shape(x)[-1]

    def winner(channel: Float64Array, cells: list[Place]) -> Place:
        best = cells[0]
        for cell in cells:
            if channel[cell] > channel[best]:
                best = cell
        return best

    def value(channel: Float64Array, cells: list[Place], _: int) -> float:
        return float(channel[winner(channel, cells)])

    def place(channel: Float64Array, cells: list[Place], _: int) -> float:
        row, column = winner(channel, cells)
        return float(row * width + column)

    options = {
        "kernel_size": kernel_size,
        "stride": stride,
        "padding": padding,
        "dilation": dilation,
        "ceil_mode": ceil_mode,
    }
    values = _pool(x, value, **options)
    return (values, _pool(x, place, **options).astype(np.int64)) if return_indices else values


def avg_pool2d(
    x: npt.ArrayLike,
    kernel_size: Any,
    *,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Float64Array:
    """Take the mean of every window; places beyond the padded edge never count.

    Examples
    --------
    >>> avg_pool2d([[[1, 2], [3, 6]]], 2).tolist()
    [[[3.0]]]
    """

    def mean(channel: Float64Array, cells: list[Place], places: int) -> float:
        total = 0.0
        for cell in cells:
            total += float(channel[cell])
        return total / (places if count_include_pad else len(cells))

    return _pool(
        x,
        mean,
        kernel_size=kernel_size,
        stride=stride,
        padding=padding,
        dilation=dilation,
        ceil_mode=ceil_mode,
    )


def lp_pool2d(
    x: npt.ArrayLike,
    kernel_size: Any,
    *,
    p: float = 2,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
) -> Float64Array:
    """Take the p-norm of every window.

    Examples
    --------
    >>> lp_pool2d([[[3, -4]]], (1, 2)).tolist()
    [[[5.0]]]
    """

    def norm(channel: Float64Array, cells: list[Place], _: int) -> float:
        total = 0.0
        for cell in cells:
            total += abs(float(channel[cell])) ** p
        return float(total ** (1 / p))

    return _pool(
        x,
        norm,
        kernel_size=kernel_size,
        stride=stride,
        padding=padding,
        dilation=dilation,
        ceil_mode=ceil_mode,
    )


def global_avg_pool2d(x: npt.ArrayLike) -> Float64Array:
    """Take the mean of every channel: (C, H, W) to (C, 1, 1), batched or not.

    Examples
    --------
    >>> global_avg_pool2d([[[1, 2], [3, 6]]]).tolist()
    [[[3.0]]]
    """
    return avg_pool2d(x, np.shape(x)[-2:])


def global_max_pool2d(x: npt.ArrayLike) -> Float64Array:
    """Keep the largest cell of every channel: (C, H, W) to (C, 1, 1), batched or not.

    Examples
    --------
    >>> global_max_pool2d([[[1, 2], [3, 6]]]).tolist()
    [[[6.0]]]
    """
    values: Float64Array = max_pool2d(x, np.shape(x)[-2:])
    return values
