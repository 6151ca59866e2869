"""The same stage in code: NumPy from first principles, PyTorch and Keras by their own functions.

``x`` is ``(C, H, W)`` in NumPy, ``(N, C, H, W)`` in PyTorch, ``(N, H, W, C)`` in Keras. The code
expects ``import numpy as np``, or ``import torch`` and ``torch.nn.functional as F``, or
``import keras`` and ``import numpy as np``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from app.numerics.shapes import PaddingPairs, Pair
from app.numerics.windows import ABSENT
from app.operations.geometry import Axis

Framework: TypeAlias = Literal["numpy", "torch", "keras"]

_NUMPY_MODES: Final = {
    "zeros": "constant",
    "reflect": "reflect",
    "replicate": "edge",
    "circular": "wrap",
}
_TORCH_MODES: Final = {
    "zeros": "constant",
    "reflect": "reflect",
    "replicate": "replicate",
    "circular": "circular",
}

_ACTIVATIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "numpy": {
        "relu": "np.maximum(x, 0)",
        "leaky_relu": "np.where(x > 0, x, {negative_slope} * x)",
        "elu": "np.where(x > 0, x, {alpha} * np.expm1(np.minimum(x, 0)))",
        "sigmoid": "1 / (1 + np.exp(-x))",
        "tanh": "np.tanh(x)",
        "softplus": "np.logaddexp(x, 0)",
        "hardswish": "x * np.clip(x + 3, 0, 6) / 6",
    },
    "torch": {
        "relu": "F.relu(x)",
        "leaky_relu": "F.leaky_relu(x, negative_slope={negative_slope})",
        "elu": "F.elu(x, alpha={alpha})",
        "gelu": "F.gelu(x, approximate={approximate!r})",
        "sigmoid": "torch.sigmoid(x)",
        "tanh": "torch.tanh(x)",
        "softplus": "F.softplus(x)",
        "hardswish": "F.hardswish(x)",
    },
    "keras": {
        "relu": "keras.ops.relu(x)",
        "leaky_relu": "keras.ops.leaky_relu(x, negative_slope={negative_slope})",
        "elu": "keras.ops.elu(x, alpha={alpha})",
        "sigmoid": "keras.ops.sigmoid(x)",
        "tanh": "keras.ops.tanh(x)",
        "softplus": "keras.ops.softplus(x)",
        "hardswish": "keras.ops.hard_silu(x)",
    },
}
_GELU: Final = {
    ("numpy", "none"): "x * (1 + np.vectorize(math.erf)(x / math.sqrt(2))) / 2",
    ("numpy", "tanh"): "x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2",
    ("keras", "none"): "keras.ops.gelu(x, approximate=False)",
    ("keras", "tanh"): "keras.ops.gelu(x, approximate=True)",
}


def activation(framework: Framework, function: str, options: Mapping[str, Any]) -> str:
    """Write an activation as code.

    Examples
    --------
    >>> activation("torch", "leaky_relu", {"negative_slope": 0.1})
    'x = F.leaky_relu(x, negative_slope=0.1)'
    """
    if function == "none":
        return "# no activation: x passes unchanged"
    if function == "gelu" and framework != "torch":
        expression = _GELU[framework, options["approximate"]]
        imports = "import math\n" if framework == "numpy" else ""
        return f"{imports}x = {expression}"
    return f"x = {_ACTIVATIONS[framework][function].format(**options)}"


def conv(
    framework: Framework,
    *,
    name: str,
    kernel_size: Pair,
    stride: Pair,
    padding: PaddingPairs,
    padding_mode: str,
    dilation: Pair,
    groups: int,
) -> str:
    """Write a convolution with the weights ``{name}_weight`` and ``{name}_bias`` as code.

    Examples
    --------
    >>> print(conv("torch", name="conv1", kernel_size=(3, 3), stride=(1, 1),
    ...            padding=((0, 0), (0, 0)), padding_mode="zeros", dilation=(1, 1), groups=1))
    x = F.conv2d(x, conv1_weight, conv1_bias)
    """
    lines = [_padded(framework, padding, padding_mode)]
    if framework == "numpy":
        lines.append(_numpy_windows(kernel_size, stride, dilation))
        lines.append(_numpy_product(name, groups))
    elif framework == "torch":
        options = {
            "stride": (stride, (1, 1)),
            "dilation": (dilation, (1, 1)),
            "groups": (groups, 1),
        }
        given = "".join(f", {key}={v}" for key, (v, usual) in options.items() if v != usual)
        lines.append(f"x = F.conv2d(x, {name}_weight, {name}_bias{given})")
    else:
        lines.append(
            f"x = keras.ops.conv(x, np.transpose({name}_weight, (2, 3, 1, 0)), strides={stride}, "
            f'padding="valid", data_format="channels_last", dilation_rate={dilation})'
        )
        lines.append(f"x = x + {name}_bias")
    return "\n".join(line for line in lines if line)


def _padded(framework: Framework, padding: PaddingPairs, mode: str, value: str = "") -> str:
    """Write the line that pads ``x``; nothing where there is no padding."""
    if not any(map(any, padding)):
        return ""
    rows, columns = padding
    if framework == "torch":
        extra = f", value={value}" if value else ""
        return f'x = F.pad(x, {(*columns, *rows)}, mode="{_TORCH_MODES[mode]}"{extra})'
    extra = f", constant_values={value}" if value else ""
    if framework == "numpy":
        return f'x = np.pad(x, ((0, 0), {rows}, {columns}), mode="{_NUMPY_MODES[mode]}"{extra})'
    widths = f"((0, 0), {rows}, {columns}, (0, 0))"
    if mode == "zeros":
        return f"x = keras.ops.pad(x, {widths}{extra})"
    return f'x = np.pad(x, {widths}, mode="{_NUMPY_MODES[mode]}")'


def _numpy_windows(kernel_size: Pair, stride: Pair, dilation: Pair) -> str:
    span = tuple(step * (size - 1) + 1 for size, step in zip(kernel_size, dilation, strict=True))
    view = f"np.lib.stride_tricks.sliding_window_view(x, {span}, axis=(1, 2))"
    steps = [*stride, *dilation]
    if steps == [1, 1, 1, 1]:
        return f"windows = {view}"
    return f"windows = {view}[:, {', '.join(f'::{step}' for step in steps)}]"


def _numpy_product(name: str, groups: int) -> str:
    bias = f"{name}_bias[:, None, None]"
    if groups == 1:
        return f'x = np.einsum("crsij,ocij->ors", windows, {name}_weight) + {bias}'
    return (
        f"windows = windows.reshape({groups}, -1, *windows.shape[1:])\n"
        f"weight = {name}_weight.reshape({groups}, -1, *{name}_weight.shape[1:])\n"
        'x = np.einsum("gcrsij,gocij->gors", windows, weight)\n'
        f"x = x.reshape(-1, *x.shape[2:]) + {bias}"
    )


def pool(framework: Framework, rule: str, rows: Axis, columns: Axis, *, exponent: int) -> str:
    """Write a pooling as code; the map is padded for windows that hang over its edge.

    Examples
    --------
    >>> print(pool("torch", "max", Axis(8, 2, 2), Axis(8, 2, 2), exponent=2))
    x = F.max_pool2d(x, (2, 2), stride=(2, 2))
    """
    padding = ((rows.padding[0], _end(rows)), (columns.padding[0], _end(columns)))
    outside = {"numpy": "-np.inf", "torch": '-float("inf")', "keras": '-float("inf")'}[framework]
    lines = [_padded(framework, padding, "zeros", outside if rule == "max" else "")]
    cells = _cell_counts(framework, rows, columns)
    if framework == "numpy":
        lines.extend(_numpy_pool(rule, rows, columns, exponent, cells))
    elif framework == "torch":
        lines.extend(_torch_pool(rule, rows, columns, exponent, cells))
    else:
        lines.extend(_keras_pool(rule, rows, columns, exponent, cells))
    return "\n".join(line for line in lines if line)


def _end(axis: Axis) -> int:
    """Count the cells that the last window reaches beyond the end of the map."""
    reach = (axis.result - 1) * axis.stride + axis.span
    return max(reach - axis.padding[0] - axis.length, 0)


def _cell_counts(framework: Framework, rows: Axis, columns: Axis) -> str:
    """Write how many cells count in each window; nothing where all have the same number."""
    counts = [np.count_nonzero(axis.taps() != ABSENT, axis=1).tolist() for axis in (rows, columns)]
    if all(
        min(count) == axis.kernel_size for count, axis in zip(counts, (rows, columns), strict=True)
    ):
        return ""
    if framework == "torch":
        return f"torch.outer(torch.tensor({counts[0]}), torch.tensor({counts[1]}))"
    outer = f"np.outer({counts[0]}, {counts[1]})"
    return outer if framework == "numpy" else f"{outer}[:, :, None]"


def _numpy_pool(rule: str, rows: Axis, columns: Axis, exponent: int, cells: str) -> tuple[str, ...]:
    windows = _numpy_windows(
        (rows.kernel_size, columns.kernel_size),
        (rows.stride, columns.stride),
        (rows.dilation, columns.dilation),
    )
    if rule == "max":
        return windows, "x = windows.max(axis=(3, 4))"
    if rule == "lp":
        total = f"(np.abs(windows) ** {exponent}).sum(axis=(3, 4))"
        return windows, f"x = {total} ** (1 / {exponent})"
    if cells:
        return windows, f"cells = {cells}", "x = windows.sum(axis=(3, 4)) / cells"
    return windows, "x = windows.mean(axis=(3, 4))"


def _torch_pool(rule: str, rows: Axis, columns: Axis, exponent: int, cells: str) -> tuple[str, ...]:
    size, stride = (rows.kernel_size, columns.kernel_size), (rows.stride, columns.stride)
    dilation = (rows.dilation, columns.dilation)
    if rule == "max":
        spread = "" if dilation == (1, 1) else f", dilation={dilation}"
        return (f"x = F.max_pool2d(x, {size}, stride={stride}{spread})",)
    if rule == "lp":
        norm = f"F.avg_pool2d(x.abs() ** {exponent}, {size}, stride={stride})"
        return (f"x = ({norm} * {size[0] * size[1]}) ** (1 / {exponent})",)
    mean = f"F.avg_pool2d(x, {size}, stride={stride})"
    if cells:
        return f"cells = {cells}", f"x = {mean} * {size[0] * size[1]} / cells"
    return (f"x = {mean}",)


def _keras_pool(rule: str, rows: Axis, columns: Axis, exponent: int, cells: str) -> tuple[str, ...]:
    size, stride = (rows.kernel_size, columns.kernel_size), (rows.stride, columns.stride)
    options = f'strides={stride}, padding="valid", data_format="channels_last"'
    if rule == "max" and (rows.dilation, columns.dilation) != (1, 1):
        # Keras has no dilated pooling.
        span = (rows.span, columns.span)
        steps = f"::{rows.stride}, ::{columns.stride}, :, ::{rows.dilation}, ::{columns.dilation}"
        view = f"np.lib.stride_tricks.sliding_window_view(np.asarray(x), {span}, axis=(1, 2))"
        return f"windows = {view}[:, {steps}]", "x = windows.max(axis=(4, 5))"
    if rule == "max":
        return (f"x = keras.ops.max_pool(x, {size}, {options})",)
    if rule == "lp":
        norm = f"keras.ops.average_pool(keras.ops.abs(x) ** {exponent}, {size}, {options})"
        return (f"x = ({norm} * {size[0] * size[1]}) ** (1 / {exponent})",)
    mean = f"keras.ops.average_pool(x, {size}, {options})"
    if cells:
        return f"cells = {cells}", f"x = {mean} * {size[0] * size[1]} / cells"
    return (f"x = {mean}",)


def global_pool(framework: Framework, rule: str) -> str:
    """Write a pooling of whole maps as code.

    Examples
    --------
    >>> global_pool("torch", "max")
    'x = x.amax(dim=(2, 3), keepdim=True)'
    """
    axes = "(1, 2)"
    if framework == "torch":
        call = "amax" if rule == "max" else "mean"
        return f"x = x.{call}(dim=(2, 3), keepdim=True)"
    call = "max" if rule == "max" else "mean"
    if framework == "numpy":
        return f"x = x.{call}(axis={axes}, keepdims=True)"
    return f"x = keras.ops.{call}(x, axis={axes}, keepdims=True)"
