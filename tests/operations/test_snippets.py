"""The code that is shown computes what the engine computes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.numerics.shapes import FloatArray
from app.operations.activation import FUNCTIONS
from app.operations.base import Layer
from tests.operations.bound import bound

CASES: list[dict[str, Any]] = [
    {"op": "conv", "filters": [{"seed": 1}] * 4},
    {"op": "conv", "filters": [{"seed": 1}] * 4, "stride": [2, 3], "dilation": [2, 1]},
    {"op": "conv", "filters": [{"seed": 1}] * 4, "padding": "same", "kernel_size": 4},
    {"op": "conv", "filters": [{"seed": 1}] * 4, "groups": 2, "padding": 1},
    *(
        {"op": "conv", "filters": [{"seed": 1}], "padding": [[1, 2], [0, 1]], "padding_mode": mode}
        for mode in ("reflect", "replicate", "circular")
    ),
    *({"op": "activation", "function": function} for function in FUNCTIONS),
    {"op": "activation", "function": "gelu", "approximate": "tanh"},
    {"op": "activation", "function": "leaky_relu", "negative_slope": 0.3},
    *(
        {"op": "pool", "kind": kind, "kernel_size": [3, 2], **geometry}
        for kind in ("max", "average", "lp")
        for geometry in (
            {},
            {"stride": 2, "padding": 1},
            {"stride": 2, "padding": [[1, 0], [0, 1]]},
            {"padding": "same", "ceil_mode": True},
            {"stride": 2, "padding": 1, "ceil_mode": True, "count_include_pad": False},
        )
    ),
    {"op": "pool", "kind": "max", "dilation": 2, "stride": 1, "padding": 1},
    {"op": "pool", "kind": "lp", "p": 3},
    {"op": "pool", "kind": "global_max"},
    {"op": "pool", "kind": "global_average"},
]


def _case(settings: dict[str, Any]) -> tuple[Layer, FloatArray]:
    shape = (4, 10, 11)
    options = {name: value for name, value in settings.items() if name != "op"}
    x = np.random.default_rng(5).normal(size=shape).astype(np.float32)
    return bound(settings["op"], shape, **options), x


@pytest.mark.parametrize("settings", CASES)
def test_numpy_code_computes_the_stage(settings: dict[str, Any]) -> None:
    layer, x = _case(settings)
    names: dict[str, Any] = {"np": np, "x": x}
    names |= {f"s1_{name}": value for name, value in layer.tensors().items()}
    exec(layer.code("numpy", name="s1"), names)
    np.testing.assert_allclose(names["x"], layer.forward([x]), rtol=2e-4, atol=1e-5)


@pytest.mark.parametrize("settings", CASES)
def test_torch_code_computes_the_stage(settings: dict[str, Any]) -> None:
    torch = pytest.importorskip("torch", exc_type=ImportError)
    layer, x = _case(settings)
    names: dict[str, Any] = {
        "torch": torch,
        "F": torch.nn.functional,
        "x": torch.from_numpy(x)[None],
    }
    names |= {f"s1_{name}": torch.from_numpy(value) for name, value in layer.tensors().items()}
    exec(layer.code("torch", name="s1"), names)
    np.testing.assert_allclose(names["x"][0].numpy(), layer.forward([x]), rtol=2e-4, atol=1e-5)


@pytest.mark.parametrize("settings", CASES)
def test_keras_code_is_python(settings: dict[str, Any]) -> None:
    layer, _ = _case(settings)
    compile(layer.code("keras", name="s1"), "snippet", "exec")
