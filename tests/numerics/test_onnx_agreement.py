"""The engine agrees with ONNX: with the test data of the standard, and with its reference."""

from __future__ import annotations

import importlib
import itertools
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import onnx
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from onnx import ModelProto, NodeProto, helper, numpy_helper
from onnx.backend.test.loader import load_model_tests
from onnx.reference import ReferenceEvaluator

from app.numerics.shapes import span
from app.numerics.windows import axis_taps
from tests.numerics.onnx_adapter import OPERATORS, NotAdmitted, run_node

NODE_MODULES = (
    "averagepool",
    "batch_normalization",
    "conv",
    "convtranspose",
    "elu",
    "gelu",
    "gemm",
    "globalaveragepool",
    "globalmaxpool",
    "hardswish",
    "leakyrelu",
    "lppool",
    "maxpool",
    "relu",
    "sigmoid",
    "softmax",
    "softplus",
    "tanh",
)

LEFT_OUT = {
    **dict.fromkeys(
        (
            "test_AvgPool3d",
            "test_AvgPool3d_stride",
            "test_AvgPool3d_stride1_pad0_gpu_input",
            "test_BatchNorm3d_eval",
            "test_BatchNorm3d_momentum_eval",
            "test_Conv3d",
            "test_Conv3d_dilated",
            "test_Conv3d_dilated_strided",
            "test_Conv3d_groups",
            "test_Conv3d_no_bias",
            "test_Conv3d_stride",
            "test_Conv3d_stride_padding",
            "test_MaxPool3d",
            "test_MaxPool3d_stride",
            "test_MaxPool3d_stride_padding",
        ),
        "volumes",
    ),
    "test_maxpool_2d_uint8": "uint8, not float32",
    "test_gemm_default_matrix_bias": "a bias for every single output",
    "test_operator_addmm": "a bias for every single output",
    "test_batchnorm_epsilon_training_mode": "training",
    "test_batchnorm_example_training_mode": "training",
}
"""Stored cases of our operators that the engine contract does not admit, and why."""

FOUR_DECIMALS = "test_averagepool_2d_ceil_last_window_starts_on_pad"
"""The one stored case whose answer is written down with four decimals only."""


@dataclass(frozen=True)
class Stored:
    """A stored case: a model, what goes in, and what must come out."""

    name: str
    model: ModelProto
    inputs: list[Any]
    outputs: list[Any]


def _export_unless_volume(cls: Any, _name: str, _bases: object, members: dict[str, Any]) -> None:
    """Make the cases of an operator, in place of the package: its loops over volumes take long."""
    for name in members:
        if name.startswith("export") and "3d" not in name:
            np.random.seed(0)  # noqa: NPY002 - which the cases draw from
            getattr(cls, name)()


def _cases_of_the_standard() -> Iterator[Stored]:
    # Importing a module of cases makes them: some overflow on purpose, and some make thousands of
    # cells in plain loops.
    exporter = importlib.import_module("onnx.backend.test.case.base")._Exporter
    with (
        warnings.catch_warnings(),
        mock.patch.object(exporter, "__init__", _export_unless_volume),
    ):
        warnings.simplefilter("ignore")
        for module in NODE_MODULES:
            importlib.import_module(f"onnx.backend.test.case.node.{module}")
        cases = importlib.import_module("onnx.backend.test.case.node")._NodeTestCases
    for case in cases:
        # The expanded cases are the same data on a graph of other, simpler operators.
        if "_expanded" not in case.name and case.model.graph.node[0].op_type in OPERATORS:
            for inputs, outputs in case.data_sets:
                yield Stored(case.name, case.model, inputs, outputs)


def _cases_of_pytorch() -> Iterator[Stored]:
    for kind in ("pytorch-converted", "pytorch-operator"):
        for case in load_model_tests(kind=kind):
            folder = Path(case.model_dir)
            model = onnx.load(folder / "model.onnx")
            if not {node.op_type for node in model.graph.node} & set(OPERATORS):
                continue
            data = folder / "test_data_set_0"
            yield Stored(case.name, model, _read(data, "input"), _read(data, "output"))


def _read(folder: Path, kind: str) -> list[Any]:
    count = len(list(folder.glob(f"{kind}_*.pb")))
    files = (folder / f"{kind}_{index}.pb" for index in range(count))
    return [numpy_helper.to_array(onnx.load_tensor(file)) for file in files]


@cache
def stored_cases() -> tuple[Stored, ...]:
    return (*_cases_of_the_standard(), *_cases_of_pytorch())


def run_model(case: Stored) -> list[Any]:
    """Run a model with the engine in place of its operators, and the reference for the others."""
    graph = case.model.graph
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    values |= dict(zip((value.name for value in graph.input), case.inputs, strict=False))
    opset = case.model.opset_import[0].version
    for node in graph.node:
        inputs = [values[name] for name in node.input if name]
        if node.op_type in OPERATORS:
            outputs = run_node(node, inputs, opset=opset)
        else:
            outputs = _run_reference(node, inputs, opset)
        values.update(zip(node.output, outputs, strict=False))
    return [values[output.name] for output in graph.output]


def _run_reference(node: NodeProto, inputs: list[Any], opset: int = 22) -> list[Any]:
    feeds = dict(zip((name for name in node.input if name), inputs, strict=True))
    outputs: list[Any] = ReferenceEvaluator(_model(node, feeds, opset)).run(None, feeds)
    return outputs


def _model(node: NodeProto, feeds: dict[str, Any], opset: int) -> ModelProto:
    graph = helper.make_graph(
        [node],
        "node",
        [
            helper.make_tensor_value_info(
                name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape
            )
            for name, array in feeds.items()
        ],
        [helper.make_empty_tensor_value_info(name) for name in node.output],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])


def test_every_stored_case_is_admitted_or_left_out_for_a_reason() -> None:
    reasons = {}
    for case in stored_cases():
        try:
            run_model(case)
        except NotAdmitted as reason:
            reasons[case.name] = str(reason)
    assert reasons == LEFT_OUT


def test_admitted_cases_cover_every_operator() -> None:
    admitted = [case for case in stored_cases() if case.name not in LEFT_OUT]
    tried = {node.op_type for case in admitted for node in case.model.graph.node}
    assert set(OPERATORS) <= tried
    assert len(admitted) > 120


def test_engine_gives_the_stored_outputs() -> None:
    for case in stored_cases():
        if case.name in LEFT_OUT:
            continue
        tolerance = 1e-3 if case.name == FOUR_DECIMALS else 1e-5
        results = run_model(case)
        for result, expected in zip(results, case.outputs, strict=True):
            assert result.shape == expected.shape, case.name
            np.testing.assert_allclose(
                result, expected, rtol=tolerance, atol=tolerance / 10, err_msg=case.name
            )


# Random shapes. The reference evaluator departs from the standard in places, where every other
# implementation agrees with us: maxima without dilation, overhanging windows of LpPool and
# AveragePool in ceil mode, strides beyond the kernel with automatic padding, global maxima of
# signals. Those are compared with ONNX Runtime where it is installed, and everywhere with the
# oracle.


@dataclass(frozen=True)
class Geometry:
    """Everything along the spatial axes, in the words of the standard."""

    size: tuple[int, ...]
    kernel_shape: list[int]
    strides: list[int]
    dilations: list[int]
    pads: list[int]

    @property
    def attributes(self) -> dict[str, Any]:
        return {
            "kernel_shape": self.kernel_shape,
            "strides": self.strides,
            "dilations": self.dilations,
            "pads": self.pads,
        }

    def fits(self) -> bool:
        """Whether there is a window along every axis."""
        axes = len(self.size)
        return all(
            length + self.pads[axis] + self.pads[axis + axes]
            >= span(self.kernel_shape[axis], self.dilations[axis])
            for axis, length in enumerate(self.size)
        )

    def sees_cells(self) -> bool:
        """Whether no window lies on padding only, which has no maximum and no mean."""
        axes = len(self.size)
        tables = (
            axis_taps(
                length,
                kernel_size=self.kernel_shape[axis],
                stride=self.strides[axis],
                padding=(self.pads[axis], self.pads[axis + axes]),
                dilation=self.dilations[axis],
                ceil_mode=True,
            )
            for axis, length in enumerate(self.size)
        )
        return all((table >= 0).any(axis=1).all() for table in tables)


@st.composite
def geometries(draw: st.DrawFn, *, is_dilated: bool = False, for_pooling: bool = False) -> Geometry:
    """Draw signals and pictures, with padding of its own at every edge."""
    axes = draw(st.integers(1, 2))

    def each(low: int, high: int) -> list[int]:
        return draw(st.lists(st.integers(low, high), min_size=axes, max_size=axes))

    kernel, strides, dilations = each(1, 4), each(1, 3), each(1, 2)
    if is_dilated:
        dilations[draw(st.integers(0, axes - 1))] = 2
    pads = [draw(st.integers(0, kernel[axis] - 1)) for _ in range(2) for axis in range(axes)]
    geometry = Geometry(tuple(each(1, 9)), kernel, strides, dilations, pads)
    assume(geometry.fits() and (geometry.sees_cells() or not for_pooling))
    return geometry


def _numbers(seed: int, shape: tuple[int, ...]) -> Any:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def assert_agrees(node: NodeProto, inputs: list[Any]) -> None:
    expected = _run_reference(node, inputs)
    results = run_node(node, inputs)
    for result, wanted in zip(results, expected, strict=False):
        assert result.shape == wanted.shape
        assert result.dtype == wanted.dtype
        np.testing.assert_allclose(result, wanted, rtol=2e-6, atol=2e-6)


SEEDS = st.integers(0, 2**16)
COUNTS = st.integers(1, 3)


@settings(max_examples=80)
@given(geometries(), COUNTS, COUNTS, COUNTS, COUNTS, st.booleans(), SEEDS)
def test_convolution_agrees_on_random_shapes(
    geometry: Geometry,
    batch: int,
    groups: int,
    per_group: int,
    filters: int,
    has_bias: bool,
    seed: int,
) -> None:
    x = _numbers(seed, (batch, groups * per_group, *geometry.size))
    weight = _numbers(seed + 1, (groups * filters, per_group, *geometry.kernel_shape))
    inputs = [x, weight, *([_numbers(seed + 2, (groups * filters,))] if has_bias else [])]
    names = ["x", "weight", "bias"][: len(inputs)]
    node = helper.make_node("Conv", names, ["y"], group=groups, **geometry.attributes)
    assert_agrees(node, inputs)


@settings(max_examples=80)
@given(geometries(), COUNTS, COUNTS, COUNTS, SEEDS)
def test_transposed_convolution_agrees_on_random_shapes(
    geometry: Geometry, batch: int, channels: int, filters: int, seed: int
) -> None:
    # Without groups, which the reference evaluator mixes up; the stored cases have them.
    axes = len(geometry.size)
    # The reference cannot add cells beyond the stride, which the standard allows with dilation.
    extra = [min(seed >> axis & 1, geometry.strides[axis] - 1) for axis in range(axes)]
    for axis, length in enumerate(geometry.size):
        whole = (length - 1) * geometry.strides[axis] + extra[axis]
        whole += span(geometry.kernel_shape[axis], geometry.dilations[axis])
        assume(whole > geometry.pads[axis] + geometry.pads[axis + axes])
    x = _numbers(seed, (batch, channels, *geometry.size))
    weight = _numbers(seed + 1, (channels, filters, *geometry.kernel_shape))
    node = helper.make_node(
        "ConvTranspose",
        ["x", "weight", "bias"],
        ["y"],
        output_padding=extra,
        **geometry.attributes,
    )
    assert_agrees(node, [x, weight, _numbers(seed + 2, (filters,))])


@settings(max_examples=100)
@given(geometries(is_dilated=True, for_pooling=True), COUNTS, COUNTS, st.booleans(), SEEDS)
def test_max_pooling_agrees_on_random_shapes(
    geometry: Geometry, batch: int, channels: int, ceil_mode: bool, seed: int
) -> None:
    x = _numbers(seed, (batch, channels, *geometry.size))
    node = helper.make_node(
        "MaxPool", ["x"], ["y", "indices"], ceil_mode=int(ceil_mode), **geometry.attributes
    )
    assert_agrees(node, [x])


@settings(max_examples=100)
@given(geometries(for_pooling=True), COUNTS, COUNTS, st.booleans(), SEEDS)
def test_average_pooling_agrees_on_random_shapes(
    geometry: Geometry, batch: int, channels: int, includes_pad: bool, seed: int
) -> None:
    x = _numbers(seed, (batch, channels, *geometry.size))
    node = helper.make_node(
        "AveragePool",
        ["x"],
        ["y"],
        count_include_pad=int(includes_pad),
        **geometry.attributes,
    )
    assert_agrees(node, [x])


@settings(max_examples=60)
@given(geometries(), COUNTS, COUNTS, st.integers(1, 4), SEEDS)
def test_lp_pooling_agrees_on_random_shapes(
    geometry: Geometry, batch: int, channels: int, p: int, seed: int
) -> None:
    x = _numbers(seed, (batch, channels, *geometry.size))
    node = helper.make_node("LpPool", ["x"], ["y"], p=p, **geometry.attributes)
    assert_agrees(node, [x])


def _run_onnx_runtime(runtime: Any, node: NodeProto, inputs: list[Any]) -> list[Any]:
    model = _model(node, dict(zip(node.input, inputs, strict=True)), 22)
    model.ir_version = 10  # what makes the model does not outrun what runs it
    options = runtime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    session = runtime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    outputs: list[Any] = session.run(None, dict(zip(node.input, inputs, strict=True)))
    return outputs


@settings(max_examples=150)
@given(
    st.sampled_from(["MaxPool", "AveragePool", "LpPool"]),
    geometries(for_pooling=True),
    st.sampled_from(["NOTSET", "NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"]),
    st.booleans(),
    st.integers(1, 3),
    SEEDS,
)
def test_all_pooling_agrees_with_onnx_runtime(
    operator: str, geometry: Geometry, auto_pad: str, ceil_mode: bool, number: int, seed: int
) -> None:
    runtime = pytest.importorskip("onnxruntime", reason="comes with the benchmark's dependencies")
    attributes = {**geometry.attributes, "auto_pad": auto_pad, "ceil_mode": int(ceil_mode)}
    if auto_pad != "NOTSET":
        del attributes["pads"]
        # ONNX Runtime forgets dilation and the ceiling when it pads by itself.
        attributes |= {"dilations": [1] * len(geometry.size), "ceil_mode": 0}
        # Strides larger than the kernel have a test of their own.
        assume(all(k >= s for k, s in zip(geometry.kernel_shape, geometry.strides, strict=True)))
    if auto_pad == "VALID":
        assume(all(n >= k for n, k in zip(geometry.size, geometry.kernel_shape, strict=True)))
    own = {
        "MaxPool": {"storage_order": number % 2},
        "AveragePool": {"count_include_pad": number % 2},
        "LpPool": {"p": number},
    }
    outputs = ["y", "indices"] if operator == "MaxPool" else ["y"]
    node = helper.make_node(operator, ["x"], outputs, **attributes, **own[operator])
    x = _numbers(seed, (1 + seed % 2, number, *geometry.size))
    for result, wanted in zip(
        run_node(node, [x]), _run_onnx_runtime(runtime, node, [x]), strict=True
    ):
        assert result.shape == wanted.shape
        np.testing.assert_allclose(result, wanted, rtol=2e-6, atol=2e-6)


@pytest.mark.parametrize("operator", ["MaxPool", "AveragePool", "LpPool"])
@pytest.mark.parametrize("includes_pad", [0, 1])
def test_a_kernel_larger_than_the_padded_input_agrees_in_ceil_mode(
    operator: str, includes_pad: int
) -> None:
    runtime = pytest.importorskip("onnxruntime", reason="comes with the benchmark's dependencies")
    own = {"count_include_pad": includes_pad} if operator == "AveragePool" else {}
    admitted = 0
    for length, kernel, stride, before, after in itertools.product(
        (1, 2, 4), (3, 5), (2, 4), (0, 2), (0, 1)
    ):
        if not 0 < kernel - length - before - after < stride:
            continue
        node = helper.make_node(
            operator,
            ["x"],
            ["y"],
            kernel_shape=[kernel, 2],
            strides=[stride, 1],
            pads=[before, 0, after, 0],
            ceil_mode=1,
            **own,
        )
        x = _numbers(length, (1, 2, length, 3))
        result, wanted = run_node(node, [x])[0], _run_onnx_runtime(runtime, node, [x])[0]
        assert result.shape == wanted.shape == (1, 2, 1, 2)
        np.testing.assert_allclose(result, wanted, rtol=2e-6)
        admitted += 1
    assert admitted > 5


@pytest.mark.parametrize("operator", ["Conv", "MaxPool", "AveragePool", "LpPool"])
@pytest.mark.parametrize("mode", ["SAME_UPPER", "SAME_LOWER"])
@pytest.mark.parametrize("kernel", [1, 2, 3])
@pytest.mark.parametrize("stride", [2, 3, 4])
def test_same_padding_agrees_with_onnx_runtime_at_strides_beyond_the_kernel(
    operator: str, mode: str, kernel: int, stride: int
) -> None:
    runtime = pytest.importorskip("onnxruntime", reason="comes with the benchmark's dependencies")
    inputs = [_numbers(stride, (2, 1, kernel, 1))] if operator == "Conv" else []
    names = ["x", "weight"][: 1 + len(inputs)]
    attributes = {"strides": [stride, 1], "auto_pad": mode, "kernel_shape": [kernel, 1]}
    node = helper.make_node(operator, names, ["y"], **attributes)
    for length in range(1, 10):
        x = _numbers(length, (1, 1, length, 2))
        outputs = -(-length // stride)
        result = run_node(node, [x, *inputs])[0]
        assert result.shape[2] == outputs
        # With cells to spare, its operators cut off different numbers of them, or refuse.
        if (outputs - 1) * stride + kernel >= length:
            (wanted,) = _run_onnx_runtime(runtime, node, [x, *inputs])
            assert result.shape == wanted.shape
            np.testing.assert_allclose(result, wanted, rtol=2e-6, atol=2e-6)


@pytest.mark.parametrize("operator", ["Conv", "AveragePool", "LpPool"])
@pytest.mark.parametrize("mode", ["SAME_UPPER", "SAME_LOWER", "VALID"])
@pytest.mark.parametrize("size", [(5,), (7, 4), (6, 9)])
@pytest.mark.parametrize(("stride", "kernel"), [(1, 2), (2, 2), (1, 3), (2, 3), (3, 3), (3, 4)])
def test_automatic_padding_agrees(
    operator: str, mode: str, size: tuple[int, ...], stride: int, kernel: int
) -> None:
    axes = len(size)
    node = helper.make_node(
        operator,
        ["x", "weight"] if operator == "Conv" else ["x"],
        ["y"],
        kernel_shape=[kernel] * axes,
        strides=[stride] * axes,
        auto_pad=mode,
    )
    inputs = [_numbers(kernel, (2, 3, *size))]
    if operator == "Conv":
        inputs.append(_numbers(stride, (4, 3, *[kernel] * axes)))
    assert_agrees(node, inputs)


@pytest.mark.parametrize(
    ("operator", "shape"),
    [
        ("GlobalAveragePool", (1, 1, 1)),
        ("GlobalAveragePool", (2, 3, 17)),
        ("GlobalAveragePool", (2, 3, 5, 4)),
        ("GlobalMaxPool", (2, 3, 5, 4)),
        ("GlobalMaxPool", (1, 4, 33, 1)),
    ],
)
def test_global_pooling_agrees(operator: str, shape: tuple[int, ...]) -> None:
    assert_agrees(helper.make_node(operator, ["x"], ["y"]), [_numbers(1, shape)])


@pytest.mark.parametrize(
    ("operator", "attributes"),
    [
        ("Relu", {}),
        ("LeakyRelu", {}),
        ("LeakyRelu", {"alpha": 0.3}),
        ("Elu", {}),
        ("Elu", {"alpha": 2.5}),
        ("Gelu", {}),
        ("Gelu", {"approximate": "tanh"}),
        ("Sigmoid", {}),
        ("Tanh", {}),
        ("Softplus", {}),
        ("HardSwish", {}),
    ],
)
@pytest.mark.parametrize("shape", [(), (1,), (3, 17), (2, 3, 5, 4), (2, 3, 64, 99)])
def test_activations_agree(
    operator: str, attributes: dict[str, Any], shape: tuple[int, ...]
) -> None:
    x = np.asarray(3 * _numbers(2, shape), dtype=np.float32)
    assert_agrees(helper.make_node(operator, ["x"], ["y"], **attributes), [x])


@given(st.lists(st.integers(1, 5), min_size=1, max_size=4), st.data(), SEEDS)
def test_softmax_agrees_along_every_axis(shape: list[int], data: st.DataObject, seed: int) -> None:
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    node = helper.make_node("Softmax", ["x"], ["y"], axis=axis)
    assert_agrees(node, [10 * _numbers(seed, tuple(shape))])


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 9), st.booleans(), SEEDS)
def test_gemm_agrees(rows: int, reads: int, outputs: int, has_bias: bool, seed: int) -> None:
    inputs = [_numbers(seed, (rows, reads)), _numbers(seed + 1, (outputs, reads))]
    if has_bias:
        inputs.append(_numbers(seed + 2, (outputs,)))
    names = ["x", "weight", "bias"][: len(inputs)]
    assert_agrees(helper.make_node("Gemm", names, ["y"], transB=1), inputs)


@given(COUNTS, COUNTS, st.lists(st.integers(1, 6), min_size=1, max_size=2), SEEDS)
def test_batch_normalization_agrees(batch: int, channels: int, size: list[int], seed: int) -> None:
    x = _numbers(seed, (batch, channels, *size))
    weight, bias, mean, variance = (_numbers(seed + k, (channels,)) for k in range(1, 5))
    names = ["x", "weight", "bias", "mean", "variance"]
    node = helper.make_node("BatchNormalization", names, ["y"], epsilon=1e-3)
    assert_agrees(node, [x, weight, bias, mean, np.abs(variance)])
