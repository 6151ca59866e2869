from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from app.numerics import dense, reference_pointwise
from app.numerics.shapes import ShapeError


def _numbers(
    seed: int, shape: tuple[int, ...]
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


@given(
    st.lists(st.integers(1, 4), max_size=3),
    st.integers(1, 8),
    st.integers(1, 8),
    st.booleans(),
    st.integers(0, 999),
)
def test_linear_agrees_with_the_oracle(
    rows: list[int], reads: int, outputs: int, has_bias: bool, seed: int
) -> None:
    x, weight = _numbers(seed, (*rows, reads)), _numbers(seed + 1, (outputs, reads))
    bias = _numbers(seed + 2, (outputs,)) if has_bias else None
    result = dense.linear(x, weight, bias)
    assert result.dtype == np.float32 and result.shape == (*rows, outputs)
    assert_allclose(result, reference_pointwise.linear(x, weight, bias), rtol=1e-5, atol=1e-5)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.data(), st.integers(0, 999))
def test_softmax_agrees_with_the_oracle(shape: list[int], data: st.DataObject, seed: int) -> None:
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    x = 20 * _numbers(seed, tuple(shape))
    result = dense.softmax(x, axis=axis)
    assert result.dtype == np.float32
    assert_allclose(result, reference_pointwise.softmax(x, axis=axis), rtol=5e-6, atol=1e-30)
    assert_allclose(result.sum(axis=axis), 1, rtol=1e-6)


@given(st.lists(st.floats(-(2.0**127), 2.0**127, width=32), min_size=1, max_size=9))
def test_softmax_of_any_scores_is_a_share_of_one(scores: list[float]) -> None:
    shares = dense.softmax(scores)
    assert_allclose(shares.sum(), 1, rtol=1e-6)
    assert shares[int(np.argmax(np.array(scores, dtype=np.float32)))] == shares.max()


def test_hand_worked_values() -> None:
    assert_array_equal(
        dense.linear([[1, 2], [0, -1]], [[10, 1], [0, 1], [5, 0]], [0.5, 0, 1]),
        [[12.5, 2, 6], [-0.5, -1, 1]],
    )
    assert_allclose(dense.softmax(np.log([1.0, 2.0, 5.0])), [0.125, 0.25, 0.625], rtol=1e-6)


@pytest.mark.parametrize(
    ("x", "weight", "bias", "words"),
    [
        ((5,), (3, 4), None, r"shape \(5,\).*reads 4 numbers.*\(\.\.\., 4\).*\(3, 5\)"),
        ((), (3, 4), None, r"shape \(\).*use an input of shape"),
        ((4,), (3, 4, 1), None, r"weight has shape \(3, 4, 1\)"),
        ((4,), (0, 4), None, r"weight has shape \(0, 4\).*at least 1"),
        ((4,), (3, 4), (4,), r"bias has shape \(4,\).*3 output channels"),
    ],
)
def test_linear_says_which_shapes_do_not_fit(
    x: tuple[int, ...], weight: tuple[int, ...], bias: tuple[int, ...] | None, words: str
) -> None:
    with pytest.raises(ShapeError, match=words):
        dense.linear(np.zeros(x), np.zeros(weight), None if bias is None else np.zeros(bias))


@pytest.mark.parametrize(
    ("shape", "axis", "words"),
    [
        ((2, 3), 2, "axis 2 of an input of shape .*from -2 to 1"),
        ((2, 3), -3, "axis"),
        ((), 0, "axis"),
        ((2, 0), 1, "has no scores"),
    ],
)
def test_softmax_says_which_axes_there_are(shape: tuple[int, ...], axis: int, words: str) -> None:
    with pytest.raises(ShapeError, match=words):
        dense.softmax(np.zeros(shape), axis=axis)
