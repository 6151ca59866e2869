"""Transposed convolution: every input cell paints its kernel, scaled, onto the output.

Computed by phases. With a stride of ``s``, output cells whose places agree modulo ``s`` are made
by the same every-``s``-th taps of the kernel, and between neighbours of one phase the input moves
by one cell. So each phase is an ordinary convolution with a small flipped kernel. All phases are
stacked as output channels of a single :func:`conv2d`, and its maps are then interleaved.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.numerics.convolution import conv2d
from app.numerics.shapes import (
    FloatArray,
    PaddingLike,
    PaddingPairs,
    Pair,
    PairLike,
    ShapeError,
    as_batch,
    as_bias,
    as_filters,
    as_integer,
    as_pair,
    resolve_padding,
    span,
)
from app.numerics.windows import transposed_output_size


@dataclass(frozen=True)
class _Axis:
    """One axis of a transposed convolution, cut into phases.

    Attributes
    ----------
    stride : int
        Number of phases.
    taps : int
        Taps of the longest phase.
    sources : slice
        Input cells that are read.
    padding : (int, int)
        Zeros added to those.
    skipped : int
        Cells of every phase before the first that is wanted.
    first : int
        Phase of the first output cell.
    length : int
        Output cells.
    """

    stride: int
    taps: int
    sources: slice
    padding: Pair
    skipped: int
    first: int
    length: int


def conv_transpose2d(
    x: npt.ArrayLike,
    weight: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    *,
    stride: PairLike = 1,
    padding: PaddingLike = 0,
    output_padding: PairLike = 0,
    dilation: PairLike = 1,
    groups: int = 1,
) -> FloatArray:
    """Paint each input cell's kernel onto the output, and sum where they overlap.

    Parameters
    ----------
    x : array, shape (C, H, W) or (N, C, H, W)
        Feature maps; a signal is an image of height 1.
    weight : array, shape (C, out_channels / groups, kh, kw)
        One kernel for each pair of input and output channel.
    bias : array, shape (out_channels,), or None
        Added to every cell of a map.
    stride, dilation : int or pair
        In cells: from one kernel to the next, and between the taps of a kernel.
    padding : int, pair, or pair of pairs
        Output cells cut off at each edge.
    output_padding : int or pair
        Output cells added at the end; below the larger of stride and dilation.
    groups : int
        Channels are cut into this many runs, each painting only its own output channels.

    Returns
    -------
    ndarray of float32, shape (out_channels, rows, columns) or (N, out_channels, rows, columns)

    Raises
    ------
    ShapeError
        If the shapes do not fit together or nothing is left.

    Examples
    --------
    >>> conv_transpose2d([[[1, 2]]], [[[[1, 10, 100]]]], stride=(1, 2)).tolist()
    [[[1.0, 10.0, 102.0, 20.0, 200.0]]]
    """
    maps, is_batched = as_batch(x, operation="conv_transpose2d")
    filters = as_filters(weight, operation="conv_transpose2d")
    asked = f"conv_transpose2d of input {maps.shape} with weight {filters.shape}"
    try:
        _check_channels(maps.shape[1], filters.shape[0], as_integer(groups, name="groups"))
        dilations = as_pair(dilation, name="dilation")
        rows, columns = _axes(
            maps.shape[2:],
            filters.shape[2:],
            as_pair(stride, name="stride"),
            _cut(padding),
            as_pair(output_padding, name="output_padding", minimum=0),
            dilations,
        )
    except ShapeError as error:
        raise ShapeError(f"{asked}: {error}") from None
    out_channels = filters.shape[1] * groups
    offsets = as_bias(bias, out_channels=out_channels, operation="conv_transpose2d")
    phases = conv2d(
        maps[:, :, rows.sources, columns.sources],
        _phase_weight(_spread(filters, dilations), rows, columns, groups),
        None if offsets is None else _phase_bias(offsets, rows, columns, groups),
        padding=(rows.padding, columns.padding),
        groups=groups,
    )
    out = _interleave(phases, rows, columns, groups)
    return out if is_batched else out[0]


def _check_channels(in_channels: int, weight_channels: int, groups: int) -> None:
    """Refuse channel counts that do not divide or do not meet."""
    if in_channels != weight_channels:
        raise ShapeError(
            f"the input has {in_channels} channels, but the weight is for {weight_channels}; "
            f"use a weight of shape ({in_channels}, out_channels / groups, rows, columns)"
        )
    if in_channels % groups:
        divisors = [str(n) for n in range(1, in_channels + 1) if in_channels % n == 0]
        raise ShapeError(
            f"groups {groups} does not divide {in_channels} input channels; "
            f"use groups {', '.join(divisors)}"
        )


def _cut(padding: PaddingLike) -> PaddingPairs:
    """Resolve padding in cells; names have no meaning here."""
    if isinstance(padding, str):
        raise ShapeError(
            f"padding is {padding!r}; use a number, a pair (rows, columns) or "
            "((top, bottom), (left, right))"
        )
    return resolve_padding(padding, input_size=1, kernel_size=1)


def _axes(
    input_size: tuple[int, ...],
    kernel_size: tuple[int, ...],
    stride: Pair,
    padding: PaddingPairs,
    output_padding: Pair,
    dilation: Pair,
) -> tuple[_Axis, _Axis]:
    """Cut both axes into phases."""
    rows, columns = (
        _axis(
            input_size[axis],
            kernel_size[axis],
            stride[axis],
            padding[axis],
            output_padding[axis],
            dilation[axis],
        )
        for axis in (0, 1)
    )
    return rows, columns


def _axis(
    length: int, kernel_size: int, stride: int, padding: Pair, output_padding: int, dilation: int
) -> _Axis:
    """Cut one axis into phases: output cell ``stride * u + phase`` reads inputs up to ``u``."""
    outputs = transposed_output_size(
        length,
        kernel_size=kernel_size,
        stride=stride,
        padding=padding,
        output_padding=output_padding,
        dilation=dilation,
    )
    taps = -(-span(kernel_size, dilation) // stride)
    wanted = padding[0] // stride - (taps - 1)
    # Cells that only output_padding makes read nothing; start early enough to read something.
    first_source = min(wanted, length - 1)
    last_source = (padding[0] + outputs - 1) // stride
    start = min(max(first_source, 0), length - 1)
    stop = max(min(last_source + 1, length), start + 1)
    return _Axis(
        stride=stride,
        taps=taps,
        sources=slice(start, stop),
        padding=(start - first_source, last_source + 1 - stop),
        skipped=wanted - first_source,
        first=padding[0] % stride,
        length=outputs,
    )


def _spread(weight: FloatArray, dilation: Pair) -> FloatArray:
    """Put the zeros between the taps that dilation leaves out."""
    if dilation == (1, 1):
        return weight
    rows, columns = (
        span(size, step) for size, step in zip(weight.shape[2:], dilation, strict=True)
    )
    spread = np.zeros((*weight.shape[:2], rows, columns), dtype=np.float32)
    spread[:, :, :: dilation[0], :: dilation[1]] = weight
    return spread


def _phase_weight(weight: FloatArray, rows: _Axis, columns: _Axis, groups: int) -> FloatArray:
    """Stack the flipped taps of every phase as output channels of a convolution."""
    in_channels, out_channels, kernel_rows, kernel_columns = weight.shape
    whole = np.zeros(
        (in_channels, out_channels, rows.taps * rows.stride, columns.taps * columns.stride),
        dtype=np.float32,
    )
    whole[:, :, :kernel_rows, :kernel_columns] = weight
    split = whole.reshape(
        groups,
        in_channels // groups,
        out_channels,
        rows.taps,
        rows.stride,
        columns.taps,
        columns.stride,
    )[:, :, :, ::-1, :, ::-1]
    stacked: FloatArray = split.transpose(0, 4, 6, 2, 1, 3, 5).reshape(
        -1, in_channels // groups, rows.taps, columns.taps
    )
    return stacked


def _phase_bias(bias: FloatArray, rows: _Axis, columns: _Axis, groups: int) -> FloatArray:
    """Repeat the bias for every phase."""
    phases = rows.stride * columns.stride
    repeated: FloatArray = np.repeat(bias.reshape(groups, 1, -1), phases, axis=1).reshape(-1)
    return repeated


def _interleave(phases: FloatArray, rows: _Axis, columns: _Axis, groups: int) -> FloatArray:
    """Put the cells of every phase in their places: a copy for each phase."""
    samples, stacked, height, width = phases.shape
    out_channels = stacked // (rows.stride * columns.stride)
    if rows.stride == columns.stride == 1:
        return phases[:, :, rows.skipped :, columns.skipped :]
    split = phases.reshape(samples, groups, rows.stride, columns.stride, -1, height, width)
    out = np.empty((samples, out_channels, rows.length, columns.length), dtype=np.float32)
    grouped = out.reshape(samples, groups, -1, rows.length, columns.length)
    for row in range(rows.stride):
        row_places, row_sources = _places(row, rows)
        for column in range(columns.stride):
            column_places, column_sources = _places(column, columns)
            grouped[..., row_places, column_places] = split[
                :, :, row, column, :, row_sources, column_sources
            ]
    return out


def _places(phase: int, axis: _Axis) -> tuple[slice, slice]:
    """Pair the output places of a phase with its cells."""
    is_late = phase < axis.first
    start = phase - axis.first + is_late * axis.stride
    count = len(range(start, axis.length, axis.stride))
    first = axis.skipped + is_late
    return slice(start, None, axis.stride), slice(first, first + count)
