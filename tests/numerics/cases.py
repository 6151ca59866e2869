"""Random convolutions for property tests, and the tolerance they are held to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from hypothesis import strategies as st
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

from app.numerics.shapes import FloatArray


@dataclass(frozen=True)
class Case:
    """Arrays and settings that fit together."""

    x: FloatArray
    weight: FloatArray
    bias: FloatArray | None
    settings: dict[str, Any]


def assert_agrees(result: FloatArray, expected: Any, case: Case) -> None:
    """Hold a float32 result to a few roundings of the largest sum that could occur."""
    assert result.dtype == np.float32
    assert result.shape == np.shape(expected)
    largest = np.abs(case.x).max() * np.abs(case.weight).sum(axis=(1, 2, 3)).max()
    np.testing.assert_allclose(result, expected, rtol=0, atol=4e-7 * float(largest) + 1e-6)


def onnx_reference(operator: str, case: Case, **attributes: Any) -> Any:
    """Compute a batched case as one ONNX node by ONNX's own reference."""
    arrays = {"x": case.x, "weight": case.weight}
    if case.bias is not None:
        arrays["bias"] = case.bias
    graph = helper.make_graph(
        [helper.make_node(operator, list(arrays), ["out"], **attributes)],
        operator,
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, [None] * array.ndim)
            for name, array in arrays.items()
        ],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, [None] * 4)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)])
    onnx.checker.check_model(model)
    (out,) = ReferenceEvaluator(model).run(None, arrays)
    return out


def _normal(random: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
    return random.standard_normal(shape).astype(np.float32)


def _pairs(low: int, high: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(low, high), st.integers(low, high))


@st.composite
def convolutions(
    draw: st.DrawFn,
    *,
    side: int = 9,
    kernel: int = 4,
    modes: tuple[str, ...] = ("zeros", "reflect", "replicate", "circular"),
    batches: tuple[tuple[int, ...], ...] = ((), (), (1,), (2,)),
) -> Case:
    """Draw a convolution of small maps; every window fits."""
    groups = draw(st.integers(1, 3))
    per_group, filters = draw(_pairs(1, 3))
    kernel_size = draw(_pairs(1, kernel))
    dilation = draw(_pairs(1, 3))
    padding = draw(
        st.one_of(
            st.sampled_from(["valid", "same", "full"]),
            st.integers(0, 3),
            _pairs(0, 3),
            st.tuples(_pairs(0, 3), _pairs(0, 3)),
        )
    )
    height, width = (
        draw(st.integers(d * (k - 1) + 1, d * (k - 1) + side))
        for k, d in zip(kernel_size, dilation, strict=True)
    )
    batch = draw(st.sampled_from(batches))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    return Case(
        x=_normal(random, (*batch, groups * per_group, height, width)),
        weight=_normal(random, (groups * filters, per_group, *kernel_size)),
        bias=_normal(random, (groups * filters,)) if draw(st.booleans()) else None,
        settings={
            "stride": draw(_pairs(1, 3)),
            "padding": padding,
            "dilation": dilation,
            "groups": groups,
            "padding_mode": draw(st.sampled_from(modes)),
        },
    )


@st.composite
def transposed_convolutions(draw: st.DrawFn, *, is_plain: bool = False) -> Case:
    """Draw a transposed convolution of small maps that leaves at least one cell.

    The plain ones are all that ONNX's reference can do: a batch of one, one group, and no
    output_padding.
    """
    groups = 1 if is_plain else draw(st.integers(1, 3))
    per_group, filters = draw(_pairs(1, 2))
    kernel_size, stride, dilation = draw(_pairs(1, 4)), draw(_pairs(1, 4)), draw(_pairs(1, 3))
    size = draw(_pairs(1, 5))
    output_padding = tuple(
        0 if is_plain else draw(st.integers(0, max(step, spread) - 1))
        for step, spread in zip(stride, dilation, strict=True)
    )
    whole = [
        (length - 1) * step + spread * (kernel - 1) + more
        for length, step, spread, kernel, more in zip(
            size, stride, dilation, kernel_size, output_padding, strict=True
        )
    ]
    edges = [(draw(st.integers(0, min(4, spare))), spare) for spare in whole]
    padding = tuple((first, draw(st.integers(0, min(4, spare - first)))) for first, spare in edges)
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    batch = (1,) if is_plain else draw(st.sampled_from([(), (2,)]))
    return Case(
        x=_normal(random, (*batch, groups * per_group, *size)),
        weight=_normal(random, (groups * per_group, filters, *kernel_size)),
        bias=_normal(random, (groups * filters,)) if draw(st.booleans()) else None,
        settings={
            "stride": stride,
            "padding": padding,
            "output_padding": output_padding,
            "dilation": dilation,
            "groups": groups,
        },
    )
