from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.numerics import ShapeError, conv2d, conv_transpose2d, reference, transposed_axis_taps
from tests.numerics.cases import Case, assert_agrees, onnx_reference, transposed_convolutions


def test_each_cell_paints_its_scaled_kernel_and_overlaps_add_up() -> None:
    painted = conv_transpose2d([[[1, 2], [3, 4]]], [[[[1, 10], [100, 1000]]]], [0.5])
    assert painted.tolist() == [
        [[1.5, 12.5, 20.5], [103.5, 1234.5, 2040.5], [300.5, 3400.5, 4000.5]]
    ]


def test_stride_leaves_the_cells_between_kernels_at_the_bias() -> None:
    painted = conv_transpose2d([[[1, 2]]], [[[[5]]]], [7], stride=(2, 3))
    assert painted.tolist() == [[[12, 7, 7, 17]]]
    painted = conv_transpose2d([[[1, 2]]], [[[[5]]]], [7], stride=(2, 3), output_padding=(1, 2))
    assert painted.tolist() == [[[12, 7, 7, 17, 7, 7], [7, 7, 7, 7, 7, 7]]]


@given(transposed_convolutions())
def test_agrees_with_the_plain_loops(case: Case) -> None:
    result = conv_transpose2d(case.x, case.weight, case.bias, **case.settings)
    expected = reference.conv_transpose2d(case.x, case.weight, case.bias, **case.settings)
    assert_agrees(result, expected, case)


@given(transposed_convolutions())
def test_agrees_with_its_taps(case: Case) -> None:
    maps, single = (case.x, False) if case.x.ndim == 4 else (case.x[None], True)
    settings, weight = case.settings, case.weight.astype(np.float64)
    taps = [
        transposed_axis_taps(
            maps.shape[2 + axis],
            kernel_size=weight.shape[2 + axis],
            **{name: settings[name][axis] for name in settings if name != "groups"},
        )
        for axis in (0, 1)
    ]
    # One-hot tables: output place and kernel place to source place; an absent tap is all zeros.
    rows, columns = (
        (table[:, :, None] == np.arange(maps.shape[2 + axis])).astype(np.float64)
        for axis, table in enumerate(taps)
    )
    groups = settings["groups"]
    split = maps.reshape(len(maps), groups, -1, *maps.shape[2:])
    filters = weight.reshape(groups, -1, *weight.shape[1:])
    expected = np.einsum("ngchw,gcokl,ykh,xlw->ngoyx", split, filters, rows, columns, optimize=True)
    expected = expected.reshape(len(maps), -1, *expected.shape[3:])
    if case.bias is not None:
        expected += case.bias[:, None, None]
    result = conv_transpose2d(case.x, case.weight, case.bias, **settings)
    assert_agrees(result, expected[0] if single else expected, case)


@given(transposed_convolutions(is_plain=True))
def test_agrees_with_the_onnx_reference(case: Case) -> None:
    settings = case.settings
    (top, bottom), (left, right) = settings["padding"]
    expected = onnx_reference(
        "ConvTranspose",
        case,
        dilations=settings["dilation"],
        pads=[top, left, bottom, right],
        strides=settings["stride"],
    )
    assert_agrees(conv_transpose2d(case.x, case.weight, case.bias, **settings), expected, case)


@given(seed=st.integers(0, 2**32), stride=st.integers(1, 3), padding=st.integers(0, 2))
def test_is_the_transpose_of_convolution(seed: int, stride: int, padding: int) -> None:
    random = np.random.default_rng(seed)
    weight = random.integers(-9, 9, (4, 3, 3, 2)).astype(np.float32)
    image = random.integers(-9, 9, (3, 8, 7)).astype(np.float32)
    made = conv2d(image, weight, stride=stride, padding=padding)
    maps = random.integers(-9, 9, made.shape).astype(np.float32)
    unread = tuple(
        (length + 2 * padding - kernel) % stride
        for length, kernel in zip(image.shape[1:], weight.shape[2:], strict=True)
    )
    painted = conv_transpose2d(maps, weight, stride=stride, padding=padding, output_padding=unread)
    assert painted.shape == image.shape
    assert (made * maps).sum() == (painted * image).sum()


@pytest.mark.parametrize(
    ("shape", "weight", "settings", "message"),
    [
        ((3, 4, 4), (2, 1, 3, 3), {}, "the weight is for 2; use a weight of shape \\(3,"),
        ((3, 4, 4), (3, 1, 3, 3), {"groups": 2}, "groups 2 does not divide 3.* use groups 1, 3"),
        ((1, 4, 4), (1, 1, 3, 3), {"padding": "same"}, "padding is 'same'; use a number"),
        ((1, 1, 1), (1, 1, 3, 3), {"padding": 3}, "cuts off all 3 output cells"),
        ((1, 4, 4), (1, 1, 3, 3), {"output_padding": 1}, "output_padding 1 is not below"),
        ((1, 4, 4), (1, 1, 3, 3), {"stride": 0}, "stride is 0; use at least 1"),
    ],
)
def test_what_cannot_work_is_refused_with_operation_shapes_and_what_would(
    shape: tuple[int, ...], weight: tuple[int, ...], settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(ShapeError, match=message) as caught:
        conv_transpose2d(np.ones(shape), np.ones(weight), **settings)
    assert "conv_transpose2d" in str(caught.value)
    assert str((1, *shape)) in str(caught.value)
    assert str(weight) in str(caught.value)


def test_a_bias_of_another_length_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"conv_transpose2d: the bias.*use shape \(4,\)"):
        conv_transpose2d(np.ones((2, 3, 3)), np.ones((2, 2, 2, 2)), np.ones(2), groups=2)
