"""Which source cells each window reads: the index geometry of every windowed operation.

Windows are separable: the rows an output cell reads depend only on its row, the columns only on
its column. So one table per axis describes convolution, pooling and transposed convolution with
every stride, padding and dilation. This is the only place where that geometry is written down;
the browser looks it up instead of computing it again.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.numerics.shapes import IntArray, ShapeError, as_integer, as_pair, output_size, span

PADDING = -1
"""A tap on a padding cell: it counts as zero."""

ABSENT = -2
"""No tap at all: beyond the padded edge in ceil mode, or a kernel place that a transposed
convolution does not hit."""

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


def axis_taps(
    length: int,
    *,
    kernel_size: int,
    stride: int = 1,
    padding: int | Sequence[int] = (0, 0),
    dilation: int = 1,
    padding_mode: str = "zeros",
    ceil_mode: bool = False,
) -> IntArray:
    """List the source index of every tap of every window along one axis.

    Parameters
    ----------
    length, kernel_size, stride, padding, dilation, ceil_mode
        As for :func:`app.numerics.output_size`.
    padding_mode : {"zeros", "reflect", "replicate", "circular"}
        What the added cells hold. In the last three they are copies, so the index of the copied
        cell is listed.

    Returns
    -------
    ndarray of int32, shape (outputs, kernel_size)
        Source index, ``PADDING`` or ``ABSENT``.

    Raises
    ------
    ShapeError
        If no window fits, or a number or the mode is out of range.

    Examples
    --------
    >>> axis_taps(4, kernel_size=3, padding=(1, 1)).tolist()
    [[-1, 0, 1], [0, 1, 2], [1, 2, 3], [2, 3, -1]]
    >>> axis_taps(4, kernel_size=3, padding=(1, 0), padding_mode="reflect").tolist()
    [[1, 0, 1], [0, 1, 2], [1, 2, 3]]
    >>> axis_taps(3, kernel_size=2, stride=2, ceil_mode=True).tolist()
    [[0, 1], [2, -2]]
    """
    before, after = as_pair(padding, name="padding", minimum=0)
    outputs = output_size(
        length,
        kernel_size=kernel_size,
        stride=stride,
        padding=(before, after),
        dilation=dilation,
        ceil_mode=ceil_mode,
    )
    starts = np.arange(outputs)[:, np.newaxis] * stride - before
    positions = starts + np.arange(kernel_size) * dilation
    taps = extended_index(length, before=before, after=after, padding_mode=padding_mode)
    beyond = np.full(span(kernel_size, dilation) + stride, ABSENT, dtype=np.int32)
    table: IntArray = np.concatenate([taps, beyond])[positions + before]
    return table


def extended_index(length: int, *, before: int, after: int, padding_mode: str) -> IntArray:
    """List the source index of every cell of a padded axis.

    Reflecting and wrapping go on beyond the far end as in :func:`numpy.pad`, so any amount of
    padding works.

    Parameters
    ----------
    length : int
        Cells along the axis before padding; at least 1.
    before, after : int
        Cells added at either end; at least 0.
    padding_mode : {"zeros", "reflect", "replicate", "circular"}

    Returns
    -------
    ndarray of int32, shape (before + length + after,)
        Source index or ``PADDING``.

    Raises
    ------
    ShapeError
        If the mode is unknown.

    Examples
    --------
    >>> extended_index(3, before=2, after=2, padding_mode="circular").tolist()
    [1, 2, 0, 1, 2, 0, 1]
    """
    positions = np.arange(-before, length + after)
    if padding_mode == "zeros":
        positions[(positions < 0) | (positions >= length)] = PADDING
    elif padding_mode == "replicate":
        positions = positions.clip(0, length - 1)
    elif padding_mode == "circular":
        positions %= length
    elif padding_mode == "reflect":
        last = max(length - 1, 1)
        positions = (last - np.abs(positions % (2 * last) - last)) % length
    else:
        modes = ", ".join(PADDING_MODES)
        raise ShapeError(f"padding_mode is {padding_mode!r}; use one of {modes}")
    return positions.astype(np.int32)


def transposed_output_size(
    length: int,
    *,
    kernel_size: int,
    stride: int = 1,
    padding: int | Sequence[int] = (0, 0),
    output_padding: int = 0,
    dilation: int = 1,
) -> int:
    """Count the output cells of a transposed convolution along one axis.

    Parameters
    ----------
    length : int
        Cells along the axis; at least 1.
    kernel_size, stride, dilation : int
        In cells; each at least 1.
    padding : int or (int, int)
        Output cells cut off ``(before, after)``; at least 0.
    output_padding : int
        Output cells added at the end; at least 0, and below the larger of stride and dilation.

    Returns
    -------
    int
        Number of output cells, at least 1.

    Raises
    ------
    ShapeError
        If nothing is left, or a number is out of range.

    Examples
    --------
    >>> transposed_output_size(4, kernel_size=3, stride=2, padding=1, output_padding=1)
    8
    """
    length = as_integer(length, name="length")
    kernel_size = as_integer(kernel_size, name="kernel_size")
    stride = as_integer(stride, name="stride")
    dilation = as_integer(dilation, name="dilation")
    output_padding = as_integer(output_padding, name="output_padding", minimum=0)
    before, after = as_pair(padding, name="padding", minimum=0)
    if output_padding >= max(stride, dilation):
        raise ShapeError(
            f"output_padding {output_padding} is not below both stride {stride} and dilation "
            f"{dilation}; use at most {max(stride, dilation) - 1}, or a larger stride"
        )
    whole = (length - 1) * stride + span(kernel_size, dilation) + output_padding
    if whole - before - after < 1:
        raise ShapeError(
            f"padding ({before}, {after}) cuts off all {whole} output cells that {length} cells "
            f"make with kernel_size {kernel_size} and stride {stride}; "
            f"use at most {(whole - 1) // 2}"
        )
    return whole - before - after


def transposed_axis_taps(
    length: int,
    *,
    kernel_size: int,
    stride: int = 1,
    padding: int | Sequence[int] = (0, 0),
    output_padding: int = 0,
    dilation: int = 1,
) -> IntArray:
    """List what every output cell of a transposed convolution reads along one axis.

    Parameters
    ----------
    length, kernel_size, stride, padding, output_padding, dilation
        As for :func:`transposed_output_size`.

    Returns
    -------
    ndarray of int32, shape (outputs, kernel_size)
        For kernel place ``k`` of output ``o``: the source index ``i`` with
        ``i * stride + k * dilation - before == o``, or ``ABSENT``.

    Raises
    ------
    ShapeError
        If nothing is left, or a number is out of range.

    Examples
    --------
    >>> transposed_axis_taps(2, kernel_size=3, stride=2).tolist()
    [[0, -2, -2], [-2, 0, -2], [1, -2, 0], [-2, 1, -2], [-2, -2, 1]]
    """
    before, after = as_pair(padding, name="padding", minimum=0)
    outputs = transposed_output_size(
        length,
        kernel_size=kernel_size,
        stride=stride,
        padding=(before, after),
        output_padding=output_padding,
        dilation=dilation,
    )
    places = np.arange(outputs)[:, np.newaxis] + before - np.arange(kernel_size) * dilation
    sources = places // stride
    is_hit = (places % stride == 0) & (sources >= 0) & (sources < length)
    return np.where(is_hit, sources, ABSENT).astype(np.int32)
