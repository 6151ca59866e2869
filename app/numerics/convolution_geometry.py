"""What a convolution reads and writes, checked once and passed to every method."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.numerics.shapes import (
    PaddingLike,
    PaddingPairs,
    Pair,
    PairLike,
    ShapeError,
    as_integer,
    as_pair,
    output_size,
    resolve_padding,
)
from app.numerics.windows import PADDING_MODES
from app.numerics.workspace import workspace_bytes

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Geometry:
    """All sizes of one two-dimensional convolution, in cells.

    Attributes
    ----------
    batch, groups : int
    in_channels, out_channels : int
        Per group.
    input_size, output_size, kernel_size, stride, dilation : tuple of int
        Pairs ``(rows, columns)``.
    padding : tuple of pairs
        ``((top, bottom), (left, right))``.
    workspace : int
        Bytes that a method may use beside input and output.
    """

    batch: int
    groups: int
    in_channels: int
    out_channels: int
    input_size: Pair
    output_size: Pair
    kernel_size: Pair
    stride: Pair
    dilation: Pair
    padding: PaddingPairs
    workspace: int

    @property
    def taps(self) -> int:
        """Products that one output cell sums."""
        return self.in_channels * self.kernel_size[0] * self.kernel_size[1]

    @property
    def output_shape(self) -> Shape:
        """Shape of the result as a batch."""
        return (self.batch, self.groups * self.out_channels, *self.output_size)

    @property
    def weight_bytes(self) -> int:
        """Bytes of the filters, of which a method may need a copy in another order."""
        return 4 * self.groups * self.out_channels * self.taps

    @property
    def multiply_adds(self) -> int:
        """Products of the whole convolution."""
        rows, columns = self.output_size
        return self.batch * self.groups * self.out_channels * rows * columns * self.taps

    def without_padding(self) -> Geometry:
        """Describe the same convolution of an input that has been padded before."""
        (top, bottom), (left, right) = self.padding
        rows, columns = self.input_size
        height, width = top + rows + bottom, left + columns + right
        # The padded copy, and the two lists of what each of its rows and columns copies.
        copy = 4 * self.batch * self.groups * self.in_channels * height * width
        return replace(
            self,
            input_size=(height, width),
            padding=((0, 0), (0, 0)),
            workspace=self.workspace - copy - 4 * (height + width),
        )


def convolution_geometry(
    input_shape: Shape,
    weight_shape: Shape,
    *,
    stride: PairLike = 1,
    padding: PaddingLike = 0,
    dilation: PairLike = 1,
    groups: int = 1,
    padding_mode: str = "zeros",
) -> Geometry:
    """Check that shapes and settings fit together, and resolve them.

    Parameters
    ----------
    input_shape : tuple of int
        ``(N, C, H, W)``.
    weight_shape : tuple of int
        ``(out_channels, C / groups, kh, kw)``.
    stride, padding, dilation, groups, padding_mode
        As for :func:`app.numerics.conv2d`.

    Returns
    -------
    Geometry

    Raises
    ------
    ShapeError
        If they do not fit.

    Examples
    --------
    >>> convolution_geometry((1, 3, 28, 28), (8, 3, 5, 5), padding="same").output_size
    (28, 28)
    """
    asked = f"conv2d of input {tuple(input_shape)} with weight {tuple(weight_shape)}"
    if padding_mode not in PADDING_MODES:
        modes = ", ".join(PADDING_MODES)
        raise ShapeError(f"{asked}: padding_mode is {padding_mode!r}; use one of {modes}")
    try:
        groups = as_integer(groups, name="groups")
        _check_channels(input_shape[1], weight_shape, groups)
        sizes = input_shape[2:], weight_shape[2:]
        strides, dilations = as_pair(stride, name="stride"), as_pair(dilation, name="dilation")
        paddings = resolve_padding(
            padding,
            input_size=sizes[0],
            kernel_size=sizes[1],
            stride=strides,
            dilation=dilations,
        )
        rows, columns = (
            _axis_output(axis, sizes[0][axis], sizes[1][axis], strides, paddings, dilations)
            for axis in (0, 1)
        )
    except ShapeError as error:
        raise ShapeError(f"{asked}: {error}") from None
    output_shape = (input_shape[0], weight_shape[0], rows, columns)
    return Geometry(
        batch=input_shape[0],
        groups=groups,
        in_channels=weight_shape[1],
        out_channels=weight_shape[0] // groups,
        input_size=(input_shape[2], input_shape[3]),
        output_size=(rows, columns),
        kernel_size=(weight_shape[2], weight_shape[3]),
        stride=strides,
        dilation=dilations,
        padding=paddings,
        workspace=workspace_bytes(input_shape, output_shape),
    )


def _check_channels(in_channels: int, weight_shape: Shape, groups: int) -> None:
    """Refuse channel counts that do not divide or do not meet."""
    out_channels, per_group = weight_shape[:2]
    if in_channels % groups or out_channels % groups:
        common = [
            str(count)
            for count in range(1, min(in_channels, out_channels) + 1)
            if in_channels % count == 0 and out_channels % count == 0
        ]
        raise ShapeError(
            f"groups {groups} does not divide {in_channels} input and {out_channels} output "
            f"channels; use groups {', '.join(common)}"
        )
    if per_group * groups != in_channels:
        raise ShapeError(
            f"the input has {in_channels} channels in {groups} groups, but each filter has "
            f"{per_group}; use filters of {in_channels // groups} channels, or an input of "
            f"{per_group * groups}"
        )


def _axis_output(
    axis: int, length: int, kernel_size: int, stride: Pair, padding: PaddingPairs, dilation: Pair
) -> int:
    """Count the outputs along one axis, naming the axis when none fits."""
    try:
        return output_size(
            length,
            kernel_size=kernel_size,
            stride=stride[axis],
            padding=padding[axis],
            dilation=dilation[axis],
        )
    except ShapeError as error:
        raise ShapeError(f"along the {('rows', 'columns')[axis]}, {error}") from None
