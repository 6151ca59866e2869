from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from app.numerics import reference_pointwise
from app.numerics.normalization import batch_norm
from app.numerics.shapes import ShapeError

COUNTS = st.integers(1, 4)


@given(
    st.none() | COUNTS, COUNTS, COUNTS, COUNTS, st.booleans(), st.booleans(), st.integers(0, 999)
)
def test_batch_norm_agrees_with_the_oracle(
    batch: int | None,
    channels: int,
    rows: int,
    columns: int,
    has_weight: bool,
    has_bias: bool,
    seed: int,
) -> None:
    random = np.random.default_rng(seed)
    shape = (channels, rows, columns) if batch is None else (batch, channels, rows, columns)
    x = random.standard_normal(shape).astype(np.float32)
    mean, weight, bias = random.standard_normal((3, channels)).astype(np.float32)
    variance = random.uniform(0.1, 3, channels).astype(np.float32)
    arguments: tuple[Any, ...] = (
        x,
        mean,
        variance,
        weight if has_weight else None,
        bias if has_bias else None,
    )
    result = batch_norm(*arguments, eps=1e-3)
    assert result.dtype == np.float32 and result.shape == x.shape
    expected = reference_pointwise.batch_norm(*arguments, eps=1e-3)
    assert_allclose(result, expected, rtol=2e-6, atol=2e-6)


def test_hand_worked_values() -> None:
    x = [[[3, 5]], [[1, 1]]]
    result = batch_norm(x, [1, 1], [4, 9], [10, 3], [0.5, -1], eps=0.0)
    assert_array_equal(result, [[[10.5, 20.5]], [[-1, -1]]])


def test_a_cell_at_the_mean_becomes_exactly_the_bias() -> None:
    x = np.full((1, 2, 2), 1e6 + 0.1, dtype=np.float32)
    assert_array_equal(batch_norm(x, x[:, 0, 0], [1e-6], [50], None), np.zeros((1, 2, 2)))


@pytest.mark.parametrize("name", ["mean", "variance", "weight", "bias"])
def test_every_statistic_needs_one_number_per_channel(name: str) -> None:
    ones: dict[str, Any] = dict.fromkeys(("mean", "variance", "weight", "bias"), np.ones(3))
    ones[name] = np.ones(2)
    with pytest.raises(ShapeError, match=rf"batch_norm: the {name} has shape \(2,\).*3 channels"):
        batch_norm(np.zeros((3, 4, 4)), **ones)


def test_inputs_without_channels_are_refused() -> None:
    with pytest.raises(ShapeError, match="batch_norm"):
        batch_norm(np.zeros((4, 4)), [0], [1], [1], [0])


@pytest.mark.parametrize("variance", [-1.0, 0.0, float("nan")])
def test_a_root_of_nothing_is_refused(variance: float) -> None:
    with pytest.raises(ValueError, match="channel 1; use a variance of at least 0"):
        batch_norm(np.zeros((2, 1, 1)), [0, 0], [1, variance], None, None, eps=0.0)
