"""The engine: pure functions on NumPy arrays that compute every number a learner sees.

Names and argument order follow ``torch.nn.functional``, semantics the ONNX operators. Arrays are
float32 of shape ``(channels, rows, columns)``, or with a batch axis in front.
"""

from __future__ import annotations

from app.numerics.convolution import conv2d
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
    "FloatArray",
    "IntArray",
    "ShapeError",
    "as_batch",
    "as_bias",
    "as_filters",
    "as_pair",
    "axis_taps",
    "conv2d",
    "conv_transpose2d",
    "output_size",
    "resolve_padding",
    "transposed_axis_taps",
    "transposed_output_size",
]
