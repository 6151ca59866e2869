"""The peers, each as people call it: from a cell of the grid to a function without arguments."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

from app.numerics import FloatArray
from tests.benchmarks.engine_grid import Cell, Layer, ours

Runner = Callable[[], Any]
Peer = Callable[[Cell], Runner | None]


def engine(cell: Cell) -> Runner:
    """Compute the cell with our own functions."""
    picture = cell.picture()
    steps = list(zip(cell.layers, cell.weights(), strict=True))

    def run() -> FloatArray:
        maps = picture
        for layer, weight in steps:
            maps = ours(layer, maps, weight)
        return maps

    return run


def torch_functional(cell: Cell) -> Runner:
    """Compute with ``torch.nn.functional`` on contiguous NCHW tensors, on one thread."""
    torch = importlib.import_module("torch")
    functional = importlib.import_module("torch.nn.functional")
    torch.set_num_threads(1)
    picture = torch.from_numpy(cell.picture()[None])
    steps = [
        _torch_step(functional, torch, *step)
        for step in zip(cell.layers, cell.weights(), strict=True)
    ]

    def run() -> Any:
        with torch.no_grad():
            maps = picture
            for step in steps:
                maps = step(maps)
            return maps

    return run


def _torch_step(functional: Any, torch: Any, layer: Layer, weight: FloatArray | None) -> Any:
    settings = {"stride": layer.stride, "padding": layer.padding}
    if layer.kind == "relu":
        return functional.relu
    if layer.kind == "max_indices":
        settings |= {"return_indices": True}
        return lambda maps: functional.max_pool2d(maps, layer.kernel_size, **settings)[0]
    if layer.kind in ("max_pool", "avg_pool"):
        pool = functional.max_pool2d if layer.kind == "max_pool" else functional.avg_pool2d
        return lambda maps: pool(maps, layer.kernel_size, **settings)
    tensor = torch.from_numpy(weight)
    if layer.kind == "transposed":
        return lambda maps: functional.conv_transpose2d(maps, tensor, **settings)
    settings |= {"dilation": layer.dilation, "groups": layer.groups}
    return lambda maps: functional.conv2d(maps, tensor, **settings)


def onnx_runtime(cell: Cell) -> Runner:
    """Compute with ONNX Runtime on the CPU: one session, weights in the model, one thread."""
    runtime = importlib.import_module("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = runtime.InferenceSession(_model(cell), options, providers=["CPUExecutionProvider"])
    feed = {"x": cell.picture()[None]}
    return lambda: session.run(None, feed)[0]


def _model(cell: Cell) -> bytes:
    """Write the layers as an ONNX model."""
    onnx = importlib.import_module("onnx")
    helper = onnx.helper
    nodes, initializers, name = [], [], "x"
    for index, (layer, weight) in enumerate(zip(cell.layers, cell.weights(), strict=True)):
        inputs, output = [name], f"maps{index}"
        if weight is not None:
            initializers.append(onnx.numpy_helper.from_array(weight, f"weight{index}"))
            inputs.append(f"weight{index}")
        operator, inputs, outputs, attributes = _onnx_operator(layer, inputs, output)
        nodes.append(helper.make_node(operator, inputs, outputs, **attributes))
        name = output
    kind = onnx.TensorProto.FLOAT
    results = [helper.make_tensor_value_info(name, kind, [None] * 4)]
    if "indices" in outputs:
        integers = onnx.TensorProto.INT64
        results.append(helper.make_tensor_value_info("indices", integers, [None] * 4))
    graph = helper.make_graph(
        nodes,
        "cell",
        [helper.make_tensor_value_info("x", kind, [1, *cell.shape])],
        results,
        initializers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return bytes(model.SerializeToString())


def _onnx_operator(
    layer: Layer, inputs: list[str], output: str
) -> tuple[str, list[str], list[str], dict[str, Any]]:
    operators = {
        "conv": "Conv",
        "transposed": "ConvTranspose",
        "relu": "Relu",
        "max_pool": "MaxPool",
        "max_indices": "MaxPool",
        "avg_pool": "AveragePool",
    }
    attributes: dict[str, Any] = {}
    if layer.kind != "relu":
        attributes = {
            "kernel_shape": list(layer.kernel_size),
            "strides": [layer.stride] * 2,
            "pads": list(layer.padding) * 2,
        }
    if layer.kind == "conv":
        attributes |= {"dilations": [layer.dilation] * 2, "group": layer.groups}
    outputs = [output, "indices"] if layer.kind == "max_indices" else [output]
    return operators[layer.kind], inputs, outputs, attributes


def scipy_signal(cell: Cell) -> Runner | None:
    """Compute a convolution with ``scipy.signal``: one correlation for each filter.

    Kernels up to 9 directly (``correlate2d``), larger ones by FFT (``fftconvolve``), which is
    faster there; strided cells are computed whole and thinned out.
    """
    (layer, *more) = cell.layers
    if more or layer.kind != "conv" or layer.dilation > 1:
        return None
    signal = importlib.import_module("scipy.signal")
    rows, columns = layer.padding
    padded = np.pad(cell.picture(), ((0, 0), (rows, rows), (columns, columns)))
    (weight,) = cell.weights()
    assert weight is not None
    step, per_group = layer.stride, weight.shape[1]
    filters_per_group = layer.filters // layer.groups

    def one(index: int) -> FloatArray:
        first = index // filters_per_group * per_group
        maps = padded[first : first + per_group]
        if max(layer.kernel_size) > 9:
            whole = signal.fftconvolve(maps, weight[index, ::-1, ::-1, ::-1], "valid")[0]
        else:
            whole = sum(
                signal.correlate2d(channel, kernel, "valid")
                for channel, kernel in zip(maps, weight[index], strict=True)
            )
        thinned: FloatArray = whole[::step, ::step]
        return thinned

    return lambda: np.stack([one(index) for index in range(layer.filters)])


def opencv_filter(cell: Cell) -> Runner | None:
    """Compute a convolution of stride 1 with ``cv2.filter2D``, for each pair of channels.

    Left out above 48 pairs, where nobody would call it so.
    """
    (layer, *more) = cell.layers
    if more or layer.kind != "conv" or layer.stride > 1 or cell.shape[1] == 1:
        return None
    (weight,) = cell.weights()
    assert weight is not None
    if weight.shape[0] * weight.shape[1] > 48:
        return None
    cv2 = importlib.import_module("cv2")
    cv2.setNumThreads(1)
    picture, spread = cell.picture(), layer.dilation
    size = [spread * (length - 1) + 1 for length in layer.kernel_size]
    kernels = np.zeros((*weight.shape[:2], *size), dtype=np.float32)
    kernels[:, :, ::spread, ::spread] = weight
    per_group, filters_per_group = weight.shape[1], layer.filters // layer.groups

    def one(index: int, target: FloatArray) -> None:
        first = index // filters_per_group * per_group
        for channel in range(per_group):
            part = cv2.filter2D(
                picture[first + channel],
                -1,
                kernels[index, channel],
                borderType=cv2.BORDER_CONSTANT,
            )
            if channel:
                cv2.add(target, part, dst=target)
            else:
                target[...] = part

    def run() -> FloatArray:
        out = np.empty((layer.filters, *cell.shape[1:]), dtype=np.float32)
        for index in range(layer.filters):
            one(index, out[index])
        return out

    def single() -> Any:
        return cv2.filter2D(picture[0], -1, kernels[0, 0], borderType=cv2.BORDER_CONSTANT)[None]

    return single if kernels.shape[:2] == (1, 1) else run


PEERS: dict[str, tuple[str, Peer]] = {
    "PyTorch": ("torch", torch_functional),
    "SciPy": ("scipy", scipy_signal),
    "ONNX Runtime": ("onnxruntime", onnx_runtime),
    "OpenCV": ("cv2", opencv_filter),
}
"""Name to the module that must be installed, and how it computes a cell."""


def installed() -> tuple[dict[str, Peer], list[str]]:
    """Tell the peers that can be imported from those that are missing."""
    present: dict[str, Peer] = {}
    missing = []
    for name, (module, peer) in PEERS.items():
        try:
            importlib.import_module(module)
        except ImportError:
            missing.append(name)
        else:
            present[name] = peer
    return present, missing
