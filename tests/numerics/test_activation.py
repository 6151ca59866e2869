from __future__ import annotations

import math
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from app.numerics import activation, reference_pointwise

FLOATS = st.floats(-(2.0**100), 2.0**100, width=32)
VARIANTS: list[tuple[str, dict[str, Any]]] = [
    ("relu", {}),
    ("leaky_relu", {}),
    ("leaky_relu", {"negative_slope": 0.25}),
    ("leaky_relu", {"negative_slope": -1.5}),
    ("elu", {}),
    ("elu", {"alpha": 2.5}),
    ("gelu", {}),
    ("gelu", {"approximate": "tanh"}),
    ("sigmoid", {}),
    ("tanh", {}),
    ("softplus", {}),
    ("hardswish", {}),
]
KEEP_ZERO = ("relu", "leaky_relu", "elu", "gelu", "tanh", "hardswish")


def _pair(name: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    return getattr(activation, name), getattr(reference_pointwise, name)


@pytest.mark.parametrize(("name", "options"), VARIANTS)
@given(cells=st.lists(st.floats(-60, 60, width=32), min_size=1, max_size=20))
def test_activations_agree_with_the_oracle(
    name: str, options: dict[str, Any], cells: list[float]
) -> None:
    fast, slow = _pair(name)
    x = np.array(cells, dtype=np.float32)
    result = fast(x, **options)
    assert result.dtype == np.float32
    assert_allclose(result, slow(x, **options), rtol=4e-6, atol=2e-12)


@pytest.mark.parametrize(("name", "options"), VARIANTS)
@given(cells=st.lists(FLOATS, min_size=1, max_size=20))
def test_activations_stay_finite_and_silent_at_any_size(
    name: str, options: dict[str, Any], cells: list[float]
) -> None:
    fast, _ = _pair(name)
    assert np.isfinite(fast(np.array(cells, dtype=np.float32), **options)).all()


@pytest.mark.parametrize(("name", "options"), VARIANTS)
@pytest.mark.parametrize("shape", [(), (0,), (1,), (3, 4), (2, 3, 5, 7), (3, 80, 90)])
def test_activations_keep_the_shape(
    name: str, options: dict[str, Any], shape: tuple[int, ...]
) -> None:
    fast, slow = _pair(name)
    x = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    before = np.copy(x)
    result = fast(x, **options)
    assert result.shape == shape and result.dtype == np.float32
    assert_array_equal(x, before)
    if x.size:
        assert_allclose(result, slow(x, **options).reshape(shape), rtol=4e-6, atol=1e-7)


@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_blocks_leave_no_seam(name: str, options: dict[str, Any]) -> None:
    fast, _ = _pair(name)
    x = np.random.default_rng(1).standard_normal(150_001).astype(np.float32)
    parts = [fast(part, **options) for part in np.array_split(x, 11)]
    assert_allclose(fast(x, **options), np.concatenate(parts), rtol=3e-7, atol=0)


@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_views_give_the_same_as_copies(name: str, options: dict[str, Any]) -> None:
    fast, _ = _pair(name)
    x = np.random.default_rng(2).standard_normal((40, 60)).astype(np.float32)
    view = x.T[::2, ::-3]
    assert_array_equal(fast(view, **options), fast(np.ascontiguousarray(view), **options))


@pytest.mark.parametrize("name", KEEP_ZERO)
def test_exact_zeros_stay_exact_zeros(name: str) -> None:
    fast, _ = _pair(name)
    assert_array_equal(fast(np.array([0.0, -0.0], dtype=np.float32)), [0, 0])


@pytest.mark.parametrize("name", ["relu", "hardswish", "gelu"])
def test_what_is_cut_to_zero_has_no_sign(name: str) -> None:
    fast, _ = _pair(name)
    result = fast(np.array([-50.0, -100.0], dtype=np.float32))
    assert_array_equal(result, [0, 0])
    assert not np.signbit(result).any()


def test_temporary_memory_does_not_grow_with_the_picture() -> None:
    x = np.random.default_rng(3).standard_normal((4, 512, 512)).astype(np.float32)
    for name, options in VARIANTS:
        fast, _ = _pair(name)
        tracemalloc.start()
        fast(x, **options)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 1.5 * x.nbytes, name


def test_hand_worked_values() -> None:
    assert_array_equal(activation.relu([-1.5, 0, 2]), [0, 0, 2])
    assert_array_equal(activation.leaky_relu([-2, 4], negative_slope=0.5), [-1, 4])
    assert_allclose(activation.elu([-1, 1]), [math.exp(-1) - 1, 1], rtol=1e-6)
    assert_allclose(activation.sigmoid([math.log(3)]), [0.75], rtol=1e-6)
    assert_allclose(activation.softplus([0]), [math.log(2)], rtol=1e-6)
    assert_allclose(activation.hardswish([-3, -1.5, 1.5, 3]), [0, -0.375, 1.125, 3], rtol=1e-6)


def test_gelu_is_as_accurate_as_float32_allows() -> None:
    x = np.linspace(-6, 6, 20_001, dtype=np.float32)
    wide = x.astype(np.float64)
    exact = wide * scipy.special.ndtr(wide)
    assert_allclose(activation.gelu(x), exact, rtol=2e-6, atol=0)
    assert_allclose(activation.gelu(x[x > -2]), exact[x > -2], rtol=3e-7, atol=3e-8)


def test_far_tails_keep_their_digits() -> None:
    assert_allclose(activation.sigmoid([-80.0]), [math.exp(-80)], rtol=1e-5)
    assert_allclose(activation.softplus([-80.0]), [math.exp(-80)], rtol=1e-5)
    assert_allclose(activation.gelu([-8.0]), [-8 * math.erfc(8 / math.sqrt(2)) / 2], rtol=5e-6)


@pytest.mark.parametrize("name", ["elu", "softplus", "tanh"])
def test_cells_near_zero_keep_their_digits(name: str) -> None:
    fast, slow = _pair(name)
    x = -np.geomspace(1e-20, 1e-2, 50).astype(np.float32)
    assert_allclose(fast(x), slow(x), rtol=4e-7, atol=0)


def test_gelu_names_the_approximations_there_are() -> None:
    with pytest.raises(ValueError, match=r"'erf'; use 'none' or 'tanh'"):
        activation.gelu([0.0], approximate="erf")
