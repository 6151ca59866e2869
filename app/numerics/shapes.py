"""Sizes, pairs and padding: the arithmetic of shapes shared by every operation of the engine.

Pairs are ``(rows, columns)``. Nothing in here looks at values; a shape that cannot work raises
:class:`ShapeError` with a sentence that says what was asked, of what, why it fails, and what
would work.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, SupportsIndex, TypeAlias, cast

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float32]
IntArray: TypeAlias = npt.NDArray[np.int32]

Pair: TypeAlias = tuple[int, int]
PairLike: TypeAlias = int | Sequence[int]
PaddingPairs: TypeAlias = tuple[Pair, Pair]
PaddingLike: TypeAlias = int | str | Sequence[int] | Sequence[Sequence[int]]

NAMED_PADDINGS = ("valid", "same", "full")


class ShapeError(ValueError):
    """Shapes or sizes that do not fit together.

    The message names the operation, all shapes involved, and what would work.
    """


def as_integer(value: SupportsIndex, *, name: str, minimum: int = 1) -> int:
    """Read a whole number of cells.

    Parameters
    ----------
    value : int
        A Python or NumPy integer; booleans and fractions are refused.
    name : str
        What the number is, for the message.
    minimum : int
        Smallest legal value.

    Returns
    -------
    int

    Raises
    ------
    ShapeError
        If ``value`` is not a whole number or is below ``minimum``.

    Examples
    --------
    >>> as_integer(3, name="stride")
    3
    """
    if isinstance(value, (bool, np.bool_)):
        raise ShapeError(f"{name} is {value!r}; use a whole number of at least {minimum}")
    try:
        number = operator.index(value)
    except TypeError:
        message = f"{name} is {value!r}; use a whole number of at least {minimum}"
        raise ShapeError(message) from None
    if number < minimum:
        raise ShapeError(f"{name} is {number}; use at least {minimum}")
    return number


def as_pair(value: PairLike, *, name: str, minimum: int = 1) -> Pair:
    """Read a pair ``(rows, columns)``; a single number stands for both.

    Parameters
    ----------
    value : int or sequence of two int
        In cells.
    name : str
        What the pair is, for the message.
    minimum : int
        Smallest legal value of either number.

    Returns
    -------
    tuple of int
        ``(rows, columns)``.

    Raises
    ------
    ShapeError
        If ``value`` is neither a whole number nor two of them, or one is below ``minimum``.

    Examples
    --------
    >>> as_pair(3, name="kernel_size")
    (3, 3)
    >>> as_pair([1, 5], name="kernel_size")
    (1, 5)
    """
    if not isinstance(value, (Sequence, np.ndarray)):
        number = as_integer(value, name=name, minimum=minimum)
        return number, number
    if len(value) != 2:
        raise ShapeError(f"{name} is {value!r}; use one number or a pair (rows, columns)")
    rows, columns = value
    return (
        as_integer(rows, name=f"{name} (rows)", minimum=minimum),
        as_integer(columns, name=f"{name} (columns)", minimum=minimum),
    )


def is_exact(*values: object) -> bool:
    """Tell whether values equal only what means the same, so that they can be part of a key.

    ``2.0`` and ``True`` equal whole numbers, but are refused as sizes; lists have no hash.

    Parameters
    ----------
    *values : object
        Whole numbers, names, None, or tuples of those are exact.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_exact(2, (1, 1), "same"), is_exact(2.0), is_exact((1, True)), is_exact([1, 2])
    (True, False, False, False)
    """
    for value in values:
        kind = type(value)
        if kind is tuple:
            if not is_exact(*cast(tuple[object, ...], value)):
                return False
        elif kind is not int and kind is not str and value is not None:
            return False
    return True


def span(kernel_size: int, dilation: int = 1) -> int:
    """Count the cells from the first to the last tap of a dilated kernel.

    Parameters
    ----------
    kernel_size, dilation : int
        In cells; each at least 1.

    Returns
    -------
    int

    Examples
    --------
    >>> span(3), span(3, 2)
    (3, 5)
    """
    return dilation * (kernel_size - 1) + 1


def output_size(
    length: int,
    *,
    kernel_size: int,
    stride: int = 1,
    padding: int | Sequence[int] = 0,
    dilation: int = 1,
    ceil_mode: bool = False,
) -> int:
    """Count how many windows fit along one axis.

    Parameters
    ----------
    length : int
        Cells along the axis before padding; at least 1.
    kernel_size, stride, dilation : int
        In cells; each at least 1. ``dilation=2`` leaves one gap between taps.
    padding : int or (int, int)
        Cells added at *each* end, or ``(before, after)``; at least 0.
    ceil_mode : bool
        Also count a last window that hangs over the end by less than a stride, provided that it
        starts inside the input or the padding before it. So one window is admitted even where the
        kernel is larger than the padded axis (ONNX, ONNX Runtime and PyTorch agree).

    Returns
    -------
    int
        Number of output cells, at least 1.

    Raises
    ------
    ShapeError
        If the dilated kernel is wider than the padded axis (in ceil mode, by a stride or more),
        or a number is out of range.

    Examples
    --------
    >>> output_size(5, kernel_size=3)
    3
    >>> output_size(5, kernel_size=3, stride=2, padding=1)
    3
    >>> output_size(6, kernel_size=3, stride=2, ceil_mode=True)
    3
    >>> output_size(3, kernel_size=4, stride=2, ceil_mode=True)
    1
    """
    length = as_integer(length, name="length")
    kernel_size = as_integer(kernel_size, name="kernel_size")
    stride = as_integer(stride, name="stride")
    dilation = as_integer(dilation, name="dilation")
    before, after = as_pair(padding, name="padding", minimum=0)
    slack = length + before + after - span(kernel_size, dilation)
    overhang = stride - 1 if ceil_mode else 0
    if slack + overhang < 0:
        raise ShapeError(_does_not_fit(length, kernel_size, dilation, before, after))
    count = (slack + overhang) // stride + 1
    return count - 1 if ceil_mode and (count - 1) * stride >= length + before else count


def _does_not_fit(length: int, kernel_size: int, dilation: int, before: int, after: int) -> str:
    """Say why no window fits, and the nearest settings that work."""
    available = length + before + after
    missing = span(kernel_size, dilation) - available
    fixes = []
    if dilation > 1 and kernel_size <= available:
        fixes.append(f"dilation {(available - 1) // max(kernel_size - 1, 1)}")
    fixes.append(f"kernel_size {(available - 1) // dilation + 1}")
    fixes.append(f"padding {max(before, after) + -(-missing // 2)}")
    options = ", ".join(fixes[:-1]) + f" or {fixes[-1]}"
    return (
        f"kernel_size {kernel_size} with dilation {dilation} spans {span(kernel_size, dilation)} "
        f"cells, but the axis of {length} cells with padding ({before}, {after}) has "
        f"{available}; use {options}"
    )


def resolve_padding(
    padding: PaddingLike,
    *,
    input_size: PairLike,
    kernel_size: PairLike,
    stride: PairLike = 1,
    dilation: PairLike = 1,
) -> PaddingPairs:
    """Turn every way of asking for padding into cells per edge.

    Parameters
    ----------
    padding : int, pair, pair of pairs, or "valid", "same", "full"
        One number for all edges; ``(rows, columns)``; ``((top, bottom), (left, right))``;
        no padding; output = ceil(input / stride) with the odd cell at the end; every window
        that touches at least one cell. "same" is ``SAME_UPPER`` of the ONNX operators. Where the
        stride is larger than the kernel, cells may be to spare instead of missing; then nothing
        is padded and the first window starts at the first cell, as in TensorFlow, from which the
        name comes. The standard leaves it open: ONNX Runtime gives as many windows, but skips
        some cells in Conv, others in AveragePool and LpPool, and refuses in MaxPool.
    input_size, kernel_size, stride, dilation : int or pair
        In cells; each at least 1.

    Returns
    -------
    tuple of pairs
        ``((top, bottom), (left, right))``.

    Raises
    ------
    ShapeError
        If the padding is of none of these forms.

    Examples
    --------
    >>> resolve_padding("same", input_size=(28, 28), kernel_size=4)
    ((1, 2), (1, 2))
    >>> resolve_padding((0, 2), input_size=(28, 28), kernel_size=3)
    ((0, 0), (2, 2))
    """
    if isinstance(padding, str):
        axes = zip(
            as_pair(input_size, name="input_size"),
            as_pair(kernel_size, name="kernel_size"),
            as_pair(stride, name="stride"),
            as_pair(dilation, name="dilation"),
            strict=True,
        )
        rows, columns = (_named_padding(padding, *axis) for axis in axes)
        return rows, columns
    if isinstance(padding, (Sequence, np.ndarray)) and len(padding) == 2:
        return (
            as_pair(cast(PairLike, padding[0]), name="padding (rows)", minimum=0),
            as_pair(cast(PairLike, padding[1]), name="padding (columns)", minimum=0),
        )
    if isinstance(padding, (Sequence, np.ndarray)):
        raise ShapeError(
            f"padding is {padding!r}; use a number, a pair (rows, columns), "
            f"((top, bottom), (left, right)), or one of {', '.join(NAMED_PADDINGS)}"
        )
    both = as_pair(padding, name="padding", minimum=0)
    return both, both


def _named_padding(name: str, length: int, kernel_size: int, stride: int, dilation: int) -> Pair:
    """Resolve one of ``NAMED_PADDINGS`` along one axis."""
    if name == "valid":
        return 0, 0
    reach = span(kernel_size, dilation) - 1
    if name == "full":
        return reach, reach
    if name == "same":
        total = max((-(-length // stride) - 1) * stride + reach + 1 - length, 0)
        return total // 2, total - total // 2
    raise ShapeError(f"padding is {name!r}; use a number or one of {', '.join(NAMED_PADDINGS)}")


def as_batch(x: npt.ArrayLike, *, operation: str) -> tuple[FloatArray, bool]:
    """View feature maps as a batch, and say whether they came as one.

    Parameters
    ----------
    x : array, shape (C, H, W) or (N, C, H, W)
        Cast to float32 if it is of another type. A signal is an image of height 1.
    operation : str
        Who asks, for the message.

    Returns
    -------
    batch : ndarray of float32, shape (N, C, H, W)
    is_batched : bool

    Raises
    ------
    ShapeError
        If there are not three or four axes, or one of them is empty.

    Examples
    --------
    >>> batch, is_batched = as_batch(np.zeros((3, 28, 28)), operation="conv2d")
    >>> batch.shape, is_batched
    ((1, 3, 28, 28), False)
    """
    maps: FloatArray = np.asarray(x, dtype=np.float32)
    if maps.ndim not in (3, 4):
        raise ShapeError(
            f"{operation}: the input has shape {maps.shape}; use (channels, rows, columns) or "
            "(batch, channels, rows, columns), and height 1 for a signal"
        )
    if 0 in maps.shape:
        raise ShapeError(
            f"{operation}: the input has shape {maps.shape}, and an axis of 0 cells leaves "
            "nothing to compute; use at least 1 along every axis"
        )
    return (maps, True) if maps.ndim == 4 else (maps[np.newaxis], False)


def as_filters(weight: npt.ArrayLike, *, operation: str) -> FloatArray:
    """Read a weight of four axes, none of them empty.

    Parameters
    ----------
    weight : array, shape (A, B, kh, kw)
        Cast to float32 if it is of another type.
    operation : str
        Who asks, for the message.

    Returns
    -------
    ndarray of float32, shape (A, B, kh, kw)

    Raises
    ------
    ShapeError
        If there are not four axes, or one of them is empty.

    Examples
    --------
    >>> as_filters(np.ones((4, 3, 5, 5)), operation="conv2d").shape
    (4, 3, 5, 5)
    """
    filters: FloatArray = np.asarray(weight, dtype=np.float32)
    if filters.ndim != 4 or 0 in filters.shape:
        raise ShapeError(
            f"{operation}: the weight has shape {filters.shape}; use four axes of at least 1: "
            "two of channels, then kernel rows and kernel columns"
        )
    return filters


def as_bias(bias: Any, *, out_channels: int, operation: str) -> FloatArray | None:
    """Read a bias of one number per output channel, or none.

    Parameters
    ----------
    bias : array, shape (out_channels,), or None
    out_channels : int
    operation : str
        Who asks, for the message.

    Returns
    -------
    ndarray of float32, shape (out_channels,), or None

    Raises
    ------
    ShapeError
        If there is another number of values.

    Examples
    --------
    >>> as_bias([0.5, 1.0], out_channels=2, operation="conv2d")
    array([0.5, 1. ], dtype=float32)
    """
    if bias is None:
        return None
    values: FloatArray = np.asarray(bias, dtype=np.float32)
    if values.shape != (out_channels,):
        raise ShapeError(
            f"{operation}: the bias has shape {values.shape}, but there are {out_channels} "
            f"output channels; use shape ({out_channels},)"
        )
    return values
