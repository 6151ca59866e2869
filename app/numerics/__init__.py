"""The engine: pure functions on NumPy arrays that compute every number a learner sees.

Names and argument order follow ``torch.nn.functional``, semantics the ONNX operators. Arrays are
float32 of shape ``(channels, rows, columns)``, or with a batch axis in front.
"""

from __future__ import annotations

from app.numerics.activation import (
    elu,
    gelu,
    hardswish,
    leaky_relu,
    relu,
    sigmoid,
    softplus,
    tanh,
)
from app.numerics.convolution import conv2d
from app.numerics.dense import linear, softmax
from app.numerics.kernels import PRESETS, Kernel, centred, preset, random_weight
from app.numerics.normalization import batch_norm
from app.numerics.pooling import (
    avg_pool2d,
    global_avg_pool2d,
    global_max_pool2d,
    lp_pool2d,
    max_pool2d,
)
from app.numerics.shapes import (
    FloatArray,
    IntArray,
    ShapeError,
    as_batch,
    as_bias,
    as_filters,
    as_pair,
    output_size,
    resolve_padding,
)
from app.numerics.transposed import conv_transpose2d
from app.numerics.windows import (
    ABSENT,
    PADDING,
    PADDING_MODES,
    axis_taps,
    transposed_axis_taps,
    transposed_output_size,
)

__all__ = [
    "ABSENT",
    "PADDING",
    "PADDING_MODES",
    "PRESETS",
    "FloatArray",
    "IntArray",
    "Kernel",
    "ShapeError",
    "as_batch",
    "as_bias",
    "as_filters",
    "as_pair",
    "avg_pool2d",
    "axis_taps",
    "batch_norm",
    "centred",
    "conv2d",
    "conv_transpose2d",
    "elu",
    "gelu",
    "global_avg_pool2d",
    "global_max_pool2d",
    "hardswish",
    "leaky_relu",
    "linear",
    "lp_pool2d",
    "max_pool2d",
    "output_size",
    "preset",
    "random_weight",
    "relu",
    "resolve_padding",
    "sigmoid",
    "softmax",
    "softplus",
    "tanh",
    "transposed_axis_taps",
    "transposed_output_size",
]
