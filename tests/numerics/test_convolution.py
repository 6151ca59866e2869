from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import signal

from app.numerics import ShapeError, conv2d, reference, resolve_padding
from tests.numerics.cases import Case, assert_agrees, convolutions, onnx_reference

PICTURE = [[1, 2, 0], [0, 1, 3], [2, 0, 1]]


def test_a_three_by_three_worked_by_hand() -> None:
    kernel = [[0, 1, 0], [1, -4, 1], [0, 1, 0]]
    assert conv2d([PICTURE], [[kernel]]).tolist() == [[[1]]]  # 2 + 0 - 4 + 3 + 0
    assert conv2d([PICTURE], [[kernel]], padding=1).tolist() == [
        [[-2, -6, 5], [4, 1, -10], [-8, 4, -1]]
    ]


def test_the_kernel_is_not_flipped() -> None:
    assert conv2d([[[1, 2, 3]]], [[[[1, 10]]]]).tolist() == [[[21, 32]]]


def test_channels_add_up_and_the_bias_comes_once() -> None:
    weight = [[[[1]], [[10]]], [[[2]], [[0]]]]
    assert conv2d([[[1]], [[2]]], weight, [0.5, -1]).tolist() == [[[21.5]], [[1.0]]]


def test_groups_see_only_their_own_channels() -> None:
    weight = [[[[1]]], [[[10]]], [[[100]]], [[[1000]]]]
    assert conv2d([[[1]], [[2]]], weight, groups=2).ravel().tolist() == [1, 10, 200, 2000]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("zeros", [0, 0, 1, 2, 3, 0, 0]),
        ("reflect", [3, 2, 1, 2, 3, 2, 1]),
        ("replicate", [1, 1, 1, 2, 3, 3, 3]),
        ("circular", [2, 3, 1, 2, 3, 1, 2]),
    ],
)
def test_padding_cells_hold_what_the_mode_says(mode: str, expected: list[float]) -> None:
    padded = conv2d([[[1, 2, 3]]], [[[[1]]]], padding=(0, 2), padding_mode=mode)
    assert padded.tolist() == [[expected]]


@given(convolutions())
def test_agrees_with_the_plain_loops(case: Case) -> None:
    result = conv2d(case.x, case.weight, case.bias, **case.settings)
    expected = reference.conv2d(case.x, case.weight, case.bias, **case.settings)
    assert_agrees(result, expected, case)


@given(convolutions(side=40, modes=("zeros",), batches=((1,), (2,))))
def test_agrees_with_the_onnx_reference(case: Case) -> None:
    settings = case.settings
    (top, bottom), (left, right) = resolve_padding(
        settings["padding"],
        input_size=case.x.shape[2:],
        kernel_size=case.weight.shape[2:],
        stride=settings["stride"],
        dilation=settings["dilation"],
    )
    expected = onnx_reference(
        "Conv",
        case,
        dilations=settings["dilation"],
        group=settings["groups"],
        pads=[top, left, bottom, right],
        strides=settings["stride"],
    )
    assert_agrees(conv2d(case.x, case.weight, case.bias, **settings), expected, case)


@pytest.mark.parametrize("mode", ["valid", "same", "full"])
@pytest.mark.parametrize("kernel_size", [(3, 3), (5, 1), (7, 9)])
def test_agrees_with_scipy(mode: str, kernel_size: tuple[int, int]) -> None:
    random = np.random.default_rng(3)
    picture = random.standard_normal((40, 50)).astype(np.float32)
    kernel = random.standard_normal(kernel_size).astype(np.float32)
    expected = signal.correlate2d(picture.astype(np.float64), kernel.astype(np.float64), mode)
    result = conv2d(picture[None], kernel[None, None], padding=mode)
    case = Case(picture, kernel[None, None], None, {})
    assert_agrees(result, expected[None], case)


@given(convolutions(side=40), st.integers(0, 2**32), st.integers(-4, 4), st.integers(-4, 4))
def test_is_linear_and_exact_on_small_integers(case: Case, seed: int, a: int, b: int) -> None:
    random = np.random.default_rng(seed)
    one, other = random.integers(-9, 10, (2, *case.x.shape)).astype(np.float32)
    weight = random.integers(-9, 10, case.weight.shape).astype(np.float32)
    combined = conv2d(a * one + b * other, weight, **case.settings)
    parts = [conv2d(maps, weight, **case.settings) for maps in (one, other)]
    np.testing.assert_array_equal(combined, a * parts[0] + b * parts[1])


@given(st.integers(0, 3), st.integers(0, 3), st.integers(0, 2**32))
def test_a_shifted_picture_gives_shifted_maps(down: int, right: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    picture = random.integers(0, 256, (2, 20, 40)).astype(np.float32)
    weight = random.integers(-9, 10, (3, 2, 3, 3)).astype(np.float32)
    whole = conv2d(picture, weight)
    shifted = conv2d(picture[:, down:, right:], weight)
    np.testing.assert_array_equal(shifted, whole[:, down:, right:])


@pytest.mark.parametrize("shape", [(1, 5, 5), (3, 28, 28), (2, 3, 70, 90)])
def test_the_identity_kernel_gives_the_picture_back(shape: tuple[int, ...]) -> None:
    picture = np.random.default_rng(5).standard_normal(shape).astype(np.float32)
    channels = shape[-3]
    weight = np.zeros((channels, 1, 5, 5))
    weight[:, :, 2, 2] = 1
    result = conv2d(picture, weight, padding="same", groups=channels)
    np.testing.assert_array_equal(result, picture)


@given(convolutions(side=40))
def test_some_filters_give_their_maps_alone(case: Case) -> None:
    settings = {**case.settings, "groups": 1}
    maps = case.x[..., : case.weight.shape[1], :, :]
    whole = conv2d(maps, case.weight, case.bias, **settings)
    bias = None if case.bias is None else case.bias[:1]
    first = conv2d(maps, case.weight[:1], bias, **settings)
    assert_agrees(first, whole[..., :1, :, :], case)


def test_a_signal_is_an_image_of_height_one() -> None:
    tone = np.sin(np.arange(200) / 5).astype(np.float32)
    smoothed = conv2d(tone[None, None], np.full((1, 1, 1, 5), 0.2), padding=(0, 2))
    expected = np.convolve(tone.astype(np.float64), np.full(5, 0.2), "same")
    np.testing.assert_allclose(smoothed[0, 0], expected, atol=1e-6)


@pytest.mark.parametrize("order", ["C", "F"])
def test_any_memory_layout_and_type_gives_the_same_float32_maps(order: Any) -> None:
    random = np.random.default_rng(6)
    picture = random.integers(0, 256, (3, 40, 50))
    weight = random.integers(-5, 6, (4, 3, 3, 3))
    expected = conv2d(picture.astype(np.float32), weight.astype(np.float32))
    for kind in (np.uint8, np.int64, np.float64):
        strange = np.array(picture[:, ::-1].astype(kind), order=order)[:, ::-1]
        result = conv2d(strange, np.array(weight, order=order))
        assert result.dtype == np.float32
        np.testing.assert_array_equal(result, expected)


def test_arguments_are_left_alone_and_the_result_is_not_shared() -> None:
    picture, weight = np.ones((1, 8, 8), np.float32), np.ones((1, 1, 3, 3), np.float32)
    first = conv2d(picture, weight, [1.0], padding=1)
    kept = first.copy()
    second = conv2d(picture * 2, weight, padding=1)
    assert not np.shares_memory(first, second)
    np.testing.assert_array_equal(first, kept)
    assert picture.max() == picture.min() == weight.max() == 1


def test_settings_as_lists_work_like_pairs() -> None:
    picture, weight = np.ones((1, 8, 8)), np.ones((1, 1, 3, 3))
    pair = conv2d(picture, weight, stride=(1, 2), padding=((1, 0), (0, 1)))
    np.testing.assert_array_equal(
        conv2d(picture, weight, stride=[1, 2], padding=[[1, 0], [0, 1]]), pair
    )


def test_many_threads_at_once_do_not_meet() -> None:
    random = np.random.default_rng(7)
    pictures = random.integers(0, 256, (8, 3, 70, 90)).astype(np.float32)
    weights = [random.integers(-5, 6, (n, 3, k, k)).astype(np.float32) for n, k in ((1, 3), (6, 5))]
    jobs = [(p[:, :size, :size], w) for p in pictures for w in weights for size in (16, 28, 70)]
    expected = [conv2d(*job, padding=1) for job in jobs]
    with ThreadPoolExecutor(4) as pool:
        for results in [pool.map(lambda job: conv2d(*job, padding=1), jobs) for _ in range(5)]:
            for result, right in zip(results, expected, strict=True):
                np.testing.assert_array_equal(result, right)


@pytest.mark.parametrize(
    ("shape", "weight", "settings", "message"),
    [
        ((3, 4, 4), (2, 2, 3, 3), {}, "use filters of 3 channels, or an input of 2"),
        ((4, 4, 4), (6, 1, 3, 3), {"groups": 3}, "groups 3 does not divide.*use groups 1, 2"),
        ((4, 4, 4), (4, 1, 3, 3), {"groups": 0}, "groups is 0; use at least 1"),
        ((1, 4, 9), (1, 1, 3, 3), {"dilation": 2}, "along the rows.*use dilation 1"),
        ((1, 9, 4), (1, 1, 3, 3), {"dilation": 2}, "along the columns.*use dilation 1"),
        ((1, 4, 4), (1, 1, 3, 3), {"stride": (1, 0)}, r"stride \(columns\) is 0"),
        ((1, 4, 4), (1, 1, 3, 3), {"padding": "half"}, "one of valid, same, full"),
        ((1, 4, 4), (1, 1, 3, 3), {"padding_mode": "mirror"}, "use one of zeros, reflect"),
    ],
)
def test_what_cannot_work_is_refused_with_operation_shapes_and_what_would(
    shape: tuple[int, ...], weight: tuple[int, ...], settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(ShapeError, match=message) as caught:
        conv2d(np.ones(shape), np.ones(weight), **settings)
    assert f"conv2d of input {(1, *shape)} with weight {weight}" in str(caught.value)
