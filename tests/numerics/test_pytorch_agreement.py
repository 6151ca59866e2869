"""The engine agrees with PyTorch on random shapes and settings; skipped where it is missing.

What PyTorch admits and the engine refuses: results without a single cell, and maxima of windows
that lie on padding only (minus infinity there, the lowest number in ONNX Runtime, 0 in ONNX's
reference). What differs by definition: Lp pooling in ceil mode, where PyTorch scales the norm of
a window that hangs over the edge, and the standard does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from app import numerics
from app.numerics import FloatArray, ShapeError

torch = pytest.importorskip("torch", reason="comes with the benchmark's dependencies")
functional = torch.nn.functional

CASES = 60
"""Random cases per test; several thousand were compared once."""


class Dice:
    """Random sizes and numbers that are the same everywhere."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)

    def number(self, low: int, high: int) -> int:
        return int(self.random.integers(low, high + 1))

    def pair(self, low: int, high: int) -> tuple[int, int]:
        return self.number(low, high), self.number(low, high)

    def flag(self) -> bool:
        return self.number(0, 1) == 1

    def numbers(self, *shape: int) -> FloatArray:
        return self.random.standard_normal(shape).astype(np.float32)

    def sizes(self, longest: int, kernel: int) -> tuple[tuple[int, int], tuple[int, int]]:
        """Draw an input and a kernel; every fourth is a signal of height 1."""
        if self.number(0, 3):
            return self.pair(1, longest), self.pair(1, kernel)
        return (1, self.number(1, 8 * longest)), (1, self.number(1, 3 * kernel))


def _dice() -> Iterator[Dice]:
    return (Dice(seed) for seed in range(CASES))


def _or_none(compute: Callable[..., Any], *arrays: Any, **settings: Any) -> Any:
    """Compute, or give nothing where the shapes are refused."""
    try:
        return compute(*arrays, **settings)
    except (ShapeError, RuntimeError):
        return None


def assert_agrees(result: FloatArray, expected: Any, asked: object, *, terms: int = 1) -> None:
    """Hold a result to float32 rounding of so many summed terms of the size of one."""
    assert result.shape == tuple(expected.shape), asked
    np.testing.assert_allclose(
        result, expected.numpy(), rtol=2e-6, atol=4e-6 * terms**0.5, err_msg=str(asked)
    )


def assert_agrees_where_both_admit(
    result: FloatArray | None, expected: Any, asked: object, *, terms: int = 1
) -> bool:
    """Compare, unless PyTorch refuses or makes no cell, where the engine must refuse too."""
    if expected is None or 0 in expected.shape:
        assert result is None, asked
        return False
    assert result is not None, asked
    assert_agrees(result, expected, asked, terms=terms)
    return True


def test_convolution_agrees() -> None:
    compared = 0
    for dice in _dice():
        size, kernel = dice.sizes(24, 6)
        groups, per_group, filters = dice.number(1, 3), dice.number(1, 4), dice.number(1, 5)
        settings: dict[str, Any] = {
            "stride": dice.pair(1, 4),
            "dilation": dice.pair(1, 3),
            "groups": groups,
        }
        rows, columns = dice.pair(0, 4), dice.pair(0, 4)
        x = dice.numbers(dice.number(1, 3), groups * per_group, *size)
        weight = dice.numbers(groups * filters, per_group, *kernel)
        bias = dice.numbers(groups * filters) if dice.flag() else None
        padded = functional.pad(torch.from_numpy(x), (*columns, *rows))
        compared += assert_agrees_where_both_admit(
            _or_none(numerics.conv2d, x, weight, bias, padding=(rows, columns), **settings),
            _or_none(
                functional.conv2d,
                padded,
                torch.from_numpy(weight),
                None if bias is None else torch.from_numpy(bias),
                **settings,
            ),
            (x.shape, weight.shape, rows, columns, settings),
            terms=weight[0].size,
        )
    assert compared > CASES / 2


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
def test_padding_that_copies_cells_agrees(mode: str) -> None:
    for dice in _dice():
        x = dice.numbers(2, 1, dice.number(4, 9), dice.number(4, 9))
        weight = dice.numbers(2, 1, *dice.pair(1, 4))
        rows, columns = dice.pair(0, 3), dice.pair(0, 3)
        padded = functional.pad(torch.from_numpy(x), (*columns, *rows), mode=mode)
        assert_agrees(
            numerics.conv2d(x, weight, padding=(rows, columns), padding_mode=mode),
            functional.conv2d(padded, torch.from_numpy(weight)),
            (x.shape, weight.shape, rows, columns),
            terms=weight[0].size,
        )


def test_transposed_convolution_agrees() -> None:
    compared = 0
    for dice in _dice():
        size, kernel = dice.sizes(9, 5)
        groups, per_group, filters = dice.number(1, 3), dice.number(1, 3), dice.number(1, 4)
        stride, dilation = dice.pair(1, 4), dice.pair(1, 3)
        settings: dict[str, Any] = {
            "stride": stride,
            "dilation": dilation,
            "padding": dice.pair(0, 3),
            "output_padding": tuple(
                dice.number(0, max(most) - 1) for most in zip(stride, dilation, strict=True)
            ),
            "groups": groups,
        }
        x = dice.numbers(dice.number(1, 2), groups * per_group, *size)
        weight = dice.numbers(groups * per_group, filters, *kernel)
        bias = dice.numbers(groups * filters)
        tensors = [torch.from_numpy(array) for array in (x, weight, bias)]
        compared += assert_agrees_where_both_admit(
            _or_none(numerics.conv_transpose2d, x, weight, bias, **settings),
            _or_none(functional.conv_transpose2d, *tensors, **settings),
            (x.shape, weight.shape, settings),
            terms=weight[:, 0].size,
        )
    assert compared > CASES / 2


def _pooling(dice: Dice) -> tuple[FloatArray, tuple[int, int], dict[str, Any]]:
    """Draw maps with many ties, and windows with at most half of them in the padding."""
    size, kernel = dice.sizes(24, 7)
    x = np.round(dice.numbers(dice.number(1, 2), dice.number(1, 3), *size))
    settings = {
        "stride": dice.pair(1, 8) if dice.number(0, 4) else None,
        "padding": (dice.number(0, kernel[0] // 2), dice.number(0, kernel[1] // 2)),
        "ceil_mode": dice.flag(),
    }
    return x, kernel, settings


def test_max_pooling_and_its_indices_agree() -> None:
    compared = 0
    for dice in _dice():
        x, kernel, settings = _pooling(dice)
        settings["dilation"] = dice.pair(1, 3)
        settings |= {"return_indices": True}
        expected = _or_none(functional.max_pool2d, torch.from_numpy(x), kernel, **settings)
        result = _or_none(numerics.max_pool2d, x, kernel, **settings)
        asked = (x.shape, kernel, settings)
        if result is None:
            assert expected is None or bool(torch.isinf(expected[0]).any()), asked
            continue
        for own, other in zip(result, expected, strict=True):
            np.testing.assert_array_equal(own, other.numpy(), err_msg=str(asked))
        compared += 1
    assert compared > CASES / 2


@pytest.mark.parametrize("count_include_pad", [True, False])
def test_average_pooling_agrees(count_include_pad: bool) -> None:
    compared = 0
    for dice in _dice():
        x, kernel, settings = _pooling(dice)
        settings["count_include_pad"] = count_include_pad
        compared += assert_agrees_where_both_admit(
            _or_none(numerics.avg_pool2d, x, kernel, **settings),
            _or_none(functional.avg_pool2d, torch.from_numpy(x), kernel, **settings),
            (x.shape, kernel, settings),
        )
    assert compared > CASES / 2


@pytest.mark.parametrize("p", [1.0, 2.0, 2.5, 3.0])
def test_lp_pooling_agrees(p: float) -> None:
    compared = 0
    for dice in _dice():
        x, kernel, settings = _pooling(dice)
        magnitudes = np.abs(x)  # PyTorch takes odd powers with their sign
        stride = settings["stride"]
        compared += assert_agrees_where_both_admit(
            _or_none(numerics.lp_pool2d, magnitudes, kernel, p=p, stride=stride),
            _or_none(functional.lp_pool2d, torch.from_numpy(magnitudes), p, kernel, stride),
            (x.shape, kernel, stride, p),
            terms=kernel[0] * kernel[1],
        )
    assert compared > CASES / 2


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("relu", {}),
        ("leaky_relu", {"negative_slope": 0.2}),
        ("elu", {"alpha": 1.7}),
        ("gelu", {}),
        ("gelu", {"approximate": "tanh"}),
        ("sigmoid", {}),
        ("tanh", {}),
        ("softplus", {}),
        ("hardswish", {}),
    ],
)
def test_activations_agree_at_every_magnitude(name: str, settings: dict[str, Any]) -> None:
    function = getattr(torch, name) if name in ("sigmoid", "tanh") else getattr(functional, name)
    for exponent in range(-4, 3):
        x = 10.0**exponent * Dice(exponent + 4).numbers(3, 17, 5)
        x = x.astype(np.float32)
        expected = function(torch.from_numpy(x), **settings).numpy()
        result = getattr(numerics, name)(x, **settings)
        # PyTorch's GELU loses digits in the left tail, where it subtracts from 1.
        absolute = 5e-7 if name == "gelu" else 1e-30
        np.testing.assert_allclose(result, expected, rtol=2e-6, atol=absolute)


def test_softmax_linear_and_batch_normalization_agree() -> None:
    for dice in _dice():
        shape = tuple(dice.number(1, 6) for _ in range(4))
        x, axis = 5 * dice.numbers(*shape), dice.number(-4, 3)
        assert_agrees(
            numerics.softmax(x, axis=axis), functional.softmax(torch.from_numpy(x), axis), x
        )
        weight, bias = dice.numbers(dice.number(1, 9), shape[-1]), dice.numbers(shape[1])
        assert_agrees(
            numerics.linear(x, weight),
            functional.linear(torch.from_numpy(x), torch.from_numpy(weight)),
            (shape, weight.shape),
            terms=25 * shape[-1],
        )
        mean, scale, variance = (dice.numbers(shape[1]) for _ in range(3))
        statistics = [mean, np.abs(variance), scale, bias]
        assert_agrees(
            numerics.batch_norm(x, *statistics, eps=1e-2),
            functional.batch_norm(
                torch.from_numpy(x), *(torch.from_numpy(s) for s in statistics), eps=1e-2
            ),
            shape,
            terms=25,
        )
