"""Runs ONNX nodes on the engine: attributes of the standard become arguments of the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from onnx import NodeProto, helper

from app.numerics import activation, convolution, dense, normalization, pooling, transposed
from app.numerics.shapes import resolve_padding


class NotAdmitted(Exception):
    """A node that the standard allows and the engine contract leaves out; says why."""


@dataclass(frozen=True)
class Node:
    """Attributes of a node, and its input brought into the form of the engine."""

    attributes: dict[str, Any]
    inputs: list[Any]
    opset: int

    @property
    def is_signal(self) -> bool:
        return bool(self.inputs[0].ndim == 3)

    def get(self, name: str, default: Any = None) -> Any:
        value = self.attributes.get(name, default)
        return value.decode() if isinstance(value, bytes) else value

    def maps(self, index: int = 0) -> Any:
        """Give an input with two spatial axes; a signal becomes a picture of height 1."""
        array = self.inputs[index]
        if array.dtype != np.float32:
            raise NotAdmitted(f"{array.dtype}, not float32")
        if array.ndim not in (3, 4):
            raise NotAdmitted("volumes" if array.ndim == 5 else f"{array.ndim} axes")
        return array[:, :, np.newaxis, :] if array.ndim == 3 else array

    def pair(self, name: str, default: int = 1) -> tuple[int, int]:
        values = self.get(name)
        if self.is_signal:
            return (default, values[0] if values else default)
        return (values[0], values[1]) if values else (default, default)

    def edges(self, kernel_size: tuple[int, int]) -> Any:
        """Give the padding, from ``pads`` or ``auto_pad``."""
        mode = self.get("auto_pad", "NOTSET")
        if mode == "NOTSET":
            pads = self.get("pads")
            if not pads:
                return 0
            if self.is_signal:
                return ((0, 0), (pads[0], pads[1]))
            return ((pads[0], pads[2]), (pads[1], pads[3]))
        if mode == "VALID":
            return "valid"
        if mode == "SAME_UPPER":
            return "same"
        edges = resolve_padding(
            "same",
            input_size=self.maps().shape[2:],
            kernel_size=kernel_size,
            stride=self.pair("strides"),
            dilation=self.pair("dilations"),
        )
        return tuple((after, before) for before, after in edges)

    def like_input(self, maps: Any) -> Any:
        return maps[:, :, 0] if self.is_signal else maps


def run_node(node: NodeProto, inputs: list[Any], *, opset: int = 22) -> list[Any]:
    """Compute one node by the engine."""
    attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    outputs = OPERATORS[node.op_type](Node(attributes, inputs, opset))
    return list(outputs) if isinstance(outputs, tuple) else [outputs]


def _weight(node: Node) -> Any:
    weight = node.inputs[1]
    return weight[:, :, np.newaxis, :] if node.is_signal else weight


def _bias(node: Node) -> Any:
    return node.inputs[2] if len(node.inputs) > 2 else None


def _conv(node: Node) -> Any:
    x, weight = node.maps(), _weight(node)
    return node.like_input(
        convolution.conv2d(
            x,
            weight,
            _bias(node),
            stride=node.pair("strides"),
            padding=node.edges(weight.shape[2:]),
            dilation=node.pair("dilations"),
            groups=node.get("group", 1),
        )
    )


def _conv_transpose(node: Node) -> Any:
    x, weight = node.maps(), _weight(node)
    stride, dilation = node.pair("strides"), node.pair("dilations")
    extra = node.pair("output_padding", 0)
    edges = node.edges(weight.shape[2:])
    if node.get("output_shape") or node.get("auto_pad", "NOTSET").startswith("SAME"):
        asked = node.get("output_shape")
        sizes = asked[-2:] if asked else [n * s for n, s in zip(x.shape[2:], stride, strict=True)]
        edges, extra = _edges_for(sizes, x, weight, node)
    return node.like_input(
        transposed.conv_transpose2d(
            x,
            weight,
            _bias(node),
            stride=stride,
            padding=edges,
            output_padding=extra,
            dilation=dilation,
            groups=node.get("group", 1),
        )
    )


def _edges_for(sizes: list[int], x: Any, weight: Any, node: Node) -> tuple[Any, Any]:
    """Find the padding that makes the output have given sizes, as the standard says."""
    edges, extra = [], []
    for axis in (0, 1):
        stride, dilation = node.pair("strides")[axis], node.pair("dilations")[axis]
        more = node.pair("output_padding", 0)[axis]
        reach = (weight.shape[2 + axis] - 1) * dilation + 1
        total = stride * (x.shape[2 + axis] - 1) + more + reach - sizes[axis]
        half, rest = max(total, 0) // 2, max(total, 0) - max(total, 0) // 2
        is_upper = node.get("auto_pad", "NOTSET") == "SAME_UPPER"
        edges.append((half, rest) if is_upper else (rest, half))
        extra.append(more + max(-total, 0))
    return tuple(edges), tuple(extra)


def _pool_settings(node: Node) -> dict[str, Any]:
    kernel_size = node.pair("kernel_shape")
    return {
        "kernel_size": kernel_size,
        "stride": node.pair("strides"),
        "padding": node.edges(kernel_size),
        "dilation": node.pair("dilations"),
        "ceil_mode": bool(node.get("ceil_mode", 0)),
    }


def _max_pool(node: Node) -> Any:
    x = node.maps()
    values, indices = pooling.max_pool2d(x, **_pool_settings(node), return_indices=True)
    rows, columns = x.shape[2:]
    if node.get("storage_order", 0):
        indices = indices % columns * rows + indices // columns
    # The standard counts on through channels and batch.
    planes = np.arange(x.shape[0] * x.shape[1]).reshape(*x.shape[:2], 1, 1)
    return node.like_input(values), node.like_input(indices + planes * rows * columns)


def _average_pool(node: Node) -> Any:
    counts = bool(node.get("count_include_pad", 0))
    return node.like_input(
        pooling.avg_pool2d(node.maps(), **_pool_settings(node), count_include_pad=counts)
    )


def _lp_pool(node: Node) -> Any:
    return node.like_input(
        pooling.lp_pool2d(node.maps(), **_pool_settings(node), p=node.get("p", 2))
    )


def _global(function: Callable[[Any], Any]) -> Callable[[Node], Any]:
    return lambda node: node.like_input(function(node.maps()))


def _elementwise(function: Callable[..., Any], **names: str) -> Callable[[Node], Any]:
    """Apply an activation; ``names`` maps its arguments to attributes."""

    def run(node: Node) -> Any:
        given = {ours: node.get(name) for ours, name in names.items() if node.get(name) is not None}
        return function(node.inputs[0], **given)

    return run


def _softmax(node: Node) -> Any:
    axis = node.get("axis", -1 if node.opset >= 13 else 1)
    if node.opset < 13 and axis != node.inputs[0].ndim - 1:
        raise NotAdmitted("softmax over several axes at once, as before opset 13")
    return dense.softmax(node.inputs[0], axis=axis)


def _gemm(node: Node) -> Any:
    rows, weight = node.inputs[:2]
    rows = rows.T if node.get("transA", 0) else rows
    weight = weight if node.get("transB", 0) else weight.T
    bias = _bias(node)
    if bias is not None and bias.ndim == 2 and bias.shape[0] > 1:
        raise NotAdmitted("a bias for every single output")
    if bias is not None:
        bias = np.broadcast_to(bias.reshape(-1), weight.shape[:1]) * np.float32(node.get("beta", 1))
    return dense.linear(rows, weight * np.float32(node.get("alpha", 1)), bias)


def _batch_norm(node: Node) -> Any:
    if node.get("training_mode", 0):
        raise NotAdmitted("training")
    x = node.maps()
    weight, bias, mean, variance = node.inputs[1:5]
    return node.like_input(
        normalization.batch_norm(x, mean, variance, weight, bias, eps=node.get("epsilon", 1e-5))
    )


OPERATORS: dict[str, Callable[[Node], Any]] = {
    "Conv": _conv,
    "ConvTranspose": _conv_transpose,
    "MaxPool": _max_pool,
    "AveragePool": _average_pool,
    "LpPool": _lp_pool,
    "GlobalAveragePool": _global(pooling.global_avg_pool2d),
    "GlobalMaxPool": _global(pooling.global_max_pool2d),
    "Relu": _elementwise(activation.relu),
    "LeakyRelu": _elementwise(activation.leaky_relu, negative_slope="alpha"),
    "Elu": _elementwise(activation.elu, alpha="alpha"),
    "Gelu": _elementwise(activation.gelu, approximate="approximate"),
    "Sigmoid": _elementwise(activation.sigmoid),
    "Tanh": _elementwise(activation.tanh),
    "Softplus": _elementwise(activation.softplus),
    "HardSwish": _elementwise(activation.hardswish),
    "Softmax": _softmax,
    "Gemm": _gemm,
    "BatchNormalization": _batch_norm,
}
