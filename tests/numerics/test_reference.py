"""The oracle itself, against numbers worked out by hand."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from app.numerics import reference, reference_pointwise

GRID = np.arange(1, 10).reshape(1, 3, 3)


def test_convolution_does_not_flip() -> None:
    assert_array_equal(reference.conv2d([[[1, 2, 3]]], [[[[1, 10]]]], [0.5]), [[[21.5, 32.5]]])


def test_convolution_of_channels_and_groups() -> None:
    x = np.array([[[1]], [[10]]])
    assert_array_equal(reference.conv2d(x, [[[[2]], [[3]]]]), [[[32]]])
    assert_array_equal(reference.conv2d(x, [[[[2]]], [[[3]]]], groups=2), [[[2]], [[30]]])


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("zeros", [0, 0, 1, 2, 3, 0, 0]),
        ("reflect", [3, 2, 1, 2, 3, 2, 1]),
        ("replicate", [1, 1, 1, 2, 3, 3, 3]),
        ("circular", [2, 3, 1, 2, 3, 1, 2]),
    ],
)
def test_padding_modes(mode: str, expected: list[int]) -> None:
    result = reference.conv2d([[[1, 2, 3]]], [[[[1]]]], padding=((0, 0), (2, 2)), padding_mode=mode)
    assert_array_equal(result, [[expected]])


@pytest.mark.parametrize(
    ("padding", "stride", "expected"),
    [
        ("valid", 1, [12, 23, 34]),
        ("same", 1, [12, 23, 34, 40]),  # the odd cell at the end
        ("same", 3, [12, 40]),
        ("full", 1, [1, 12, 23, 34, 40]),
        (((0, 0), (1, 0)), 1, [1, 12, 23, 34]),
        ((0, 1), 3, [1, 34]),
    ],
)
def test_ways_to_ask_for_padding(padding: object, stride: int, expected: list[int]) -> None:
    x, kernel = [[[1, 2, 3, 4]]], [[[[10, 1]]]]
    result = reference.conv2d(x, kernel, padding=padding, stride=(1, stride))
    assert_array_equal(result, [[expected]])


def test_transposed_convolution_stamps_kernels() -> None:
    x = [[[1, 2]]]
    assert_array_equal(reference.conv_transpose2d(x, [[[[1, 10]]]]), [[[1, 12, 20]]])
    result = reference.conv_transpose2d(
        x, [[[[1, 10]]]], [100], stride=(1, 3), padding=((0, 0), (1, 0)), output_padding=(0, 1)
    )
    assert_array_equal(result, [[[110, 100, 102, 120, 100]]])


def test_pooling_in_the_middle_and_over_the_edge() -> None:
    values, indices = reference.max_pool2d(GRID, 2, ceil_mode=True, return_indices=True)
    assert_array_equal(values, [[[5, 6], [8, 9]]])
    assert_array_equal(indices, [[[4, 5], [7, 8]]])
    assert_array_equal(reference.avg_pool2d(GRID, 2, ceil_mode=True), [[[3, 4.5], [7.5, 9]]])
    corners = reference.avg_pool2d(GRID, 2, stride=3, padding=1)
    assert_array_equal(corners, [[[0.25, 0.75], [1.75, 2.25]]])
    assert_array_equal(
        reference.avg_pool2d(GRID, 2, stride=3, padding=1, count_include_pad=False),
        [[[1, 3], [7, 9]]],
    )
    assert_allclose(reference.lp_pool2d([[[3, -4]]], (1, 2)), [[[5]]])
    assert_array_equal(reference.global_avg_pool2d(GRID), [[[5]]])
    assert_array_equal(reference.global_max_pool2d(-GRID), [[[-1]]])


def test_the_first_of_equals_wins() -> None:
    _, indices = reference.max_pool2d([[[1, 7], [7, 7]]], 2, return_indices=True)
    assert_array_equal(indices, [[[1]]])


def test_dilated_windows_leave_gaps() -> None:
    assert_array_equal(reference.max_pool2d(-GRID, 2, dilation=2), [[[-1]]])
    assert_array_equal(reference.avg_pool2d(GRID, 2, dilation=2), [[[5]]])


@pytest.mark.parametrize("module", [reference, reference_pointwise])
def test_the_oracle_shares_nothing_with_the_engine(module: object) -> None:
    path = Path(getattr(module, "__file__"))  # noqa: B009
    imported = {
        node.module
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module
    }
    assert {name for name in imported if name.startswith("app")} <= {"app.numerics.reference"}
