"""Convolution: worked by hand, and what is said about it."""

from __future__ import annotations

import numpy as np
import pytest

from app.numerics.kernels import preset
from app.numerics.shapes import FloatArray
from app.operations.conv import ConvLayer
from tests.operations.bound import bound


def _conv(shape: tuple[int, int, int], **settings: object) -> ConvLayer:
    layer = bound("conv", shape, **settings)
    assert isinstance(layer, ConvLayer)
    return layer


def test_cell_of_the_design_is_explained_as_drawn() -> None:
    # Row 50, column 70 of the coffee cup, as in the picture of the explorer.
    window = np.array(
        [
            [[0.85, 0.44, 0.49], [0.84, 0.40, 0.54], [0.70, 0.42, 0.58]],
            [[0.78, 0.20, 0.09], [0.78, 0.11, 0.11], [0.56, 0.08, 0.12]],
            [[0.76, 0.17, 0.02], [0.77, 0.07, 0.03], [0.50, 0.03, 0.03]],
        ],
        dtype=np.float32,
    )
    layer = _conv((3, 3, 3), filters=[{"kernel": "sobel_x", "mix": [2, -1, -1]}], bias=[-0.2])
    explained = layer.explain([window], channel=0, row=0, column=0)
    assert explained.partial_sums == (-2.16, 2.47, 2.69)
    assert explained.bias == -0.2
    assert explained.sum == 2.8
    assert [term.product for term in explained.terms[:9]] == [
        *(-1.7, 0, 0.98),
        *(-3.36, 0, 2.16),
        *(-1.4, 0, 1.16),
    ]
    assert layer.forward([window]).item() == pytest.approx(2.8)


def test_counts_are_those_of_the_design() -> None:
    layer = _conv((3, 96, 96), filters=[{"seed": 1}] * 4)
    assert layer.out_shape == (4, 94, 94)
    assert layer.multiply_adds == 954_288
    assert (layer.parameter_formula(), layer.parameter_count) == ("4 · (3·3·3 + 1)", 112)
    deep = _conv((4, 47, 47), filters=[{"seed": 7}] * 6)
    assert (deep.multiply_adds, deep.parameter_count) == (437_400, 222)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "4 filters 3 × 3, stride 1"),
        ({"filters": [{"seed": 1}]}, "1 filter 3 × 3, stride 1"),
        ({"stride": 2, "padding": 1}, "4 filters 3 × 3, stride 2, padding 1"),
        ({"stride": [2, 1], "padding": "same"}, "4 filters 3 × 3, stride 2 × 1, padding same"),
        ({"padding": [[1, 0], [2, 2]]}, "4 filters 3 × 3, stride 1, padding (1, 0) × 2"),
        ({"dilation": 2, "groups": 4}, "4 filters 3 × 3, stride 1, dilation 2, 4 groups"),
    ],
)
def test_summary_names_what_is_not_usual(settings: dict[str, object], words: str) -> None:
    assert _conv((4, 20, 20), **{"filters": [{"seed": 1}] * 4, **settings}).summary() == words


def test_a_mix_weighs_the_preset_for_each_channel() -> None:
    layer = _conv((2, 5, 5), filters=[{"kernel": "sobel_x", "mix": [2, -0.5]}])
    sobel = preset("sobel_x")
    np.testing.assert_array_equal(layer.weight[0], [2 * sobel, -0.5 * sobel])


def test_a_smaller_kernel_lies_in_the_middle() -> None:
    layer = _conv((1, 5, 5), filters=[{"weight": [[[7]]]}], kernel_size=3)
    assert layer.weight.tolist() == [[[[0, 0, 0], [0, 7, 0], [0, 0, 0]]]]


def test_filters_of_different_sizes_share_the_largest() -> None:
    layer = _conv((1, 9, 9), filters=[{"kernel": "gaussian_5"}, {"kernel": "sobel_x"}])
    assert layer.weight.shape == (2, 1, 5, 5)
    assert not layer.weight[1, 0, [0, -1]].any()


def test_a_seed_gives_every_filter_of_its_own() -> None:
    weight = _conv((2, 5, 5), filters=[{"seed": 3}, {"seed": 3}]).weight
    assert (weight[0] != weight[1]).any()
    np.testing.assert_array_equal(
        weight, _conv((2, 7, 7), filters=[{"seed": 3}, {"seed": 3}]).weight
    )
    np.testing.assert_array_equal(np.round(weight, 2), weight)


def test_padding_is_explained_as_zero_without_a_place() -> None:
    layer = _conv((1, 2, 2), weight=[[[[1, 2], [3, 4]]]], padding=1)
    x: FloatArray = np.ones((1, 2, 2), dtype=np.float32)
    corner = layer.explain([x], channel=0, row=0, column=0)
    assert [(term.row, term.column, term.product) for term in corner.terms] == [
        (None, None, 0),
        (None, 0, 0),
        (0, None, 0),
        (0, 0, 4),
    ]


def test_copied_padding_is_explained_with_the_cell_that_it_copies() -> None:
    layer = _conv((1, 1, 3), weight=[[[[1, 1, 1]]]], padding=[0, 1], padding_mode="circular")
    x = np.array([[[1, 2, 4]]], dtype=np.float32)
    first = layer.explain([x], channel=0, row=0, column=0)
    assert [term.column for term in first.terms] == [2, 0, 1]
    assert layer.forward([x])[0, 0, 0] == first.sum == 7


@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize("channels", [[0], [3], [1, 2], [0, 1, 2, 3]])
def test_some_of_the_maps_are_those_of_all(groups: int, channels: list[int]) -> None:
    layer = _conv((4, 8, 8), filters=[{"seed": 5}] * 4, groups=groups, bias=[1, 2, 3, 4])
    x = np.random.default_rng(0).random((4, 8, 8)).astype(np.float32)
    np.testing.assert_allclose(
        layer.forward([list(x)], channels), layer.forward([x])[channels], rtol=1e-5, atol=1e-6
    )


def test_a_filter_of_a_group_reads_the_channels_of_the_group() -> None:
    layer = _conv((6, 5, 5), filters=[{"seed": 1}] * 4, groups=2)
    assert [list(layer.sources(channel)) for channel in range(4)] == [
        [0, 1, 2],
        [0, 1, 2],
        [3, 4, 5],
        [3, 4, 5],
    ]


def test_rows_that_no_window_reads_are_counted() -> None:
    layer = _conv((1, 6, 8), filters=[{"seed": 1}], stride=2)
    assert (layer.rows.unread(), layer.columns.unread()) == (1, 1)
    assert layer.rows.record() == {
        "length": 6,
        "padding": [0, 0],
        "dilation": 1,
        "kernel_size": 3,
        "stride": 2,
        "ceil_mode": False,
        "result": 2,
    }


def test_same_padding_is_resolved_in_cells() -> None:
    layer = _conv((1, 8, 8), filters=[{"seed": 1}], kernel_size=4, padding="same")
    assert layer.out_shape == (1, 8, 8)
    assert layer.resolved()["padding"] == [[1, 2], [1, 2]]
