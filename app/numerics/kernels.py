"""Preset kernels: the classical filters of image processing, each with a word on what it finds.

A kernel here is one two-dimensional slice. Deep-learning convolution does not flip it, so the
numbers lie over the picture as written: a positive weight at the right asks for brightness at the
right.

Weights have at most two decimals, so that products with pixels in hundredths can be printed in
full. Four kernels cannot: ``box_blur`` is made of ninths, which have no finite decimals and are
kept as close as float32 gets; ``gaussian_3`` counts in sixteenths, ``gaussian_5`` and ``unsharp``
in parts of 256, which are exact in float32 and sum to exactly 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from app.numerics.shapes import FloatArray, Pair, PairLike, ShapeError, as_integer, as_pair


@dataclass(frozen=True)
class Kernel:
    """A named kernel: one two-dimensional slice of weights, and the words that go with it.

    Attributes
    ----------
    name : str
        Stable, as in recipes.
    label : str
        As a person calls it.
    help : str
        One line: what makes the result large.
    group : str
        Heading it is listed under.
    weight : tuple of tuple of float
        Rows from the top, each from the left.
    """

    name: str
    label: str
    help: str
    group: str
    weight: tuple[tuple[float, ...], ...]

    @property
    def size(self) -> Pair:
        """Rows and columns."""
        return len(self.weight), len(self.weight[0])


def _kernel(name: str, label: str, help: str, group: str, rows: str, parts: int = 1) -> Kernel:
    """Read a kernel written as ``"-1 0 1; -2 0 2; -1 0 1"``, in parts of ``1 / parts``."""
    weight = tuple(tuple(float(cell) / parts for cell in row.split()) for row in rows.split(";"))
    return Kernel(name, label, help, group, weight)


_SMOOTH = "Smooth"
_SHARPEN = "Sharpen"
_GRADIENTS = "Gradients"
_SPOTS = "Lines and spots"
_STRIPES = "Stripes"
_SIDES = "Edges of bright shapes"

_BINOMIAL = "1 4 6 4 1; 4 16 24 16 4; 6 24 36 24 6; 4 16 24 16 4; 1 4 6 4 1"

# Unsharp masking is picture + (picture - blurred picture): 2 identity - Gaussian, in parts of 256.
_UNSHARP = "-1 -4 -6 -4 -1; -4 -16 -24 -16 -4; -6 -24 476 -24 -6; -4 -16 -24 -16 -4; -1 -4 -6 -4 -1"

# Gabor kernels: exp(-(u^2 + (0.6 v)^2) / (2 * 1.6^2)) * (cos(2 pi u / 4) - c), where u runs across
# the stripes and v along them, c makes the sum zero, and the middle is scaled to 1. Rounded to
# hundredths; the bright stripe of the upright and level ones takes up to 0.01 more, so that the
# sum stays zero.
_GABOR_0 = (
    "-0.36 -0.02 0.76 -0.02 -0.36; "
    "-0.45 -0.02 0.94 -0.02 -0.45; "
    "-0.48 -0.02 1 -0.02 -0.48; "
    "-0.45 -0.02 0.94 -0.02 -0.45; "
    "-0.36 -0.02 0.76 -0.02 -0.36"
)
_GABOR_45 = (
    "-0.11 -0.56 -0.55 0.22 0.57; "
    "-0.56 -0.63 0.29 0.87 0.22; "
    "-0.55 0.29 1 0.29 -0.55; "
    "0.22 0.87 0.29 -0.63 -0.56; "
    "0.57 0.22 -0.55 -0.56 -0.11"
)
_GABOR_90 = (
    "-0.36 -0.45 -0.48 -0.45 -0.36; "
    "-0.02 -0.02 -0.02 -0.02 -0.02; "
    "0.76 0.94 1 0.94 0.76; "
    "-0.02 -0.02 -0.02 -0.02 -0.02; "
    "-0.36 -0.45 -0.48 -0.45 -0.36"
)
_GABOR_135 = (
    "0.57 0.22 -0.55 -0.56 -0.11; "
    "0.22 0.87 0.29 -0.63 -0.56; "
    "-0.55 0.29 1 0.29 -0.55; "
    "-0.56 -0.63 0.29 0.87 0.22; "
    "-0.11 -0.56 -0.55 0.22 0.57"
)

_KERNELS = (
    _kernel("identity", "Identity", "leaves the picture as it is", _SMOOTH, "0 0 0; 0 1 0; 0 0 0"),
    _kernel(
        "box_blur",
        "Box blur",
        "plain mean of nine cells, one ninth each",
        _SMOOTH,
        "1 1 1; 1 1 1; 1 1 1",
        9,
    ),
    _kernel(
        "gaussian_3",
        "Gaussian 3",
        "soft mean, sixteenths that favour the middle",
        _SMOOTH,
        "1 2 1; 2 4 2; 1 2 1",
        16,
    ),
    _kernel(
        "gaussian_5", "Gaussian 5", "wider soft mean, in parts of 256", _SMOOTH, _BINOMIAL, 256
    ),
    _kernel(
        "motion_blur",
        "Motion blur",
        "mean along one diagonal, as if the camera had moved",
        _SMOOTH,
        "0.2 0 0 0 0; 0 0.2 0 0 0; 0 0 0.2 0 0; 0 0 0 0.2 0; 0 0 0 0 0.2",
    ),
    _kernel(
        "sharpen",
        "Sharpen",
        "adds the difference to the four neighbours",
        _SHARPEN,
        "0 -1 0; -1 5 -1; 0 -1 0",
    ),
    _kernel(
        "unsharp",
        "Unsharp mask",
        "adds the difference to a Gaussian blur, in parts of 256",
        _SHARPEN,
        _UNSHARP,
        256,
    ),
    _kernel(
        "emboss",
        "Emboss",
        "lit relief: brightness rises to the lower right",
        _SHARPEN,
        "-2 -1 0; -1 1 1; 0 1 2",
    ),
    _kernel(
        "sobel_x", "Sobel x", "brightness rises to the right", _GRADIENTS, "-1 0 1; -2 0 2; -1 0 1"
    ),
    _kernel(
        "sobel_y", "Sobel y", "brightness rises downwards", _GRADIENTS, "-1 -2 -1; 0 0 0; 1 2 1"
    ),
    _kernel(
        "scharr_x",
        "Scharr x",
        "brightness rises to the right, even on slanted edges",
        _GRADIENTS,
        "-3 0 3; -10 0 10; -3 0 3",
    ),
    _kernel(
        "scharr_y",
        "Scharr y",
        "brightness rises downwards, even on slanted edges",
        _GRADIENTS,
        "-3 -10 -3; 0 0 0; 3 10 3",
    ),
    _kernel(
        "prewitt_x",
        "Prewitt x",
        "brightness rises to the right, all rows alike",
        _GRADIENTS,
        "-1 0 1; -1 0 1; -1 0 1",
    ),
    _kernel(
        "prewitt_y",
        "Prewitt y",
        "brightness rises downwards, all columns alike",
        _GRADIENTS,
        "-1 -1 -1; 0 0 0; 1 1 1",
    ),
    _kernel(
        "roberts_x", "Roberts x", "brightness falls to the lower right", _GRADIENTS, "1 0; 0 -1"
    ),
    _kernel(
        "roberts_y", "Roberts y", "brightness falls to the lower left", _GRADIENTS, "0 1; -1 0"
    ),
    _kernel(
        "laplacian_4",
        "Laplacian 4",
        "darker than the four neighbours",
        _SPOTS,
        "0 1 0; 1 -4 1; 0 1 0",
    ),
    _kernel(
        "laplacian_8",
        "Laplacian 8",
        "darker than the eight neighbours",
        _SPOTS,
        "1 1 1; 1 -8 1; 1 1 1",
    ),
    _kernel(
        "laplacian_of_gaussian",
        "Laplacian of Gaussian",
        "dark spots about three cells wide",
        _SPOTS,
        "0 0 1 0 0; 0 1 2 1 0; 1 2 -16 2 1; 0 1 2 1 0; 0 0 1 0 0",
    ),
    _kernel(
        "outline",
        "Outline",
        "brighter than the eight neighbours",
        _SPOTS,
        "-1 -1 -1; -1 8 -1; -1 -1 -1",
    ),
    _kernel("gabor_0", "Gabor 0°", "upright stripes, four cells apart", _STRIPES, _GABOR_0),
    _kernel(
        "gabor_45",
        "Gabor 45°",
        "stripes that rise to the right, four cells apart",
        _STRIPES,
        _GABOR_45,
    ),
    _kernel("gabor_90", "Gabor 90°", "level stripes, four cells apart", _STRIPES, _GABOR_90),
    _kernel(
        "gabor_135",
        "Gabor 135°",
        "stripes that fall to the right, four cells apart",
        _STRIPES,
        _GABOR_135,
    ),
    _kernel("edge_top", "Top edges", "dark above, bright below", _SIDES, "-1 -1 -1; 0 0 0; 1 1 1"),
    _kernel(
        "edge_left",
        "Left edges",
        "dark at the left, bright at the right",
        _SIDES,
        "-1 0 1; -1 0 1; -1 0 1",
    ),
    _kernel(
        "edge_bottom", "Bottom edges", "bright above, dark below", _SIDES, "1 1 1; 0 0 0; -1 -1 -1"
    ),
    _kernel(
        "edge_right",
        "Right edges",
        "bright at the left, dark at the right",
        _SIDES,
        "1 0 -1; 1 0 -1; 1 0 -1",
    ),
)

PRESETS: Mapping[str, Kernel] = MappingProxyType({kernel.name: kernel for kernel in _KERNELS})
"""Every preset by its name, in the order in which to list them."""


def preset(name: str) -> FloatArray:
    """Give the weights of a preset kernel.

    Parameters
    ----------
    name : str
        One of ``PRESETS``.

    Returns
    -------
    ndarray of float32, shape (rows, columns)
        A fresh array.

    Raises
    ------
    ValueError
        If there is no preset of this name.

    Examples
    --------
    >>> preset("sobel_x")
    array([[-1.,  0.,  1.],
           [-2.,  0.,  2.],
           [-1.,  0.,  1.]], dtype=float32)
    """
    if name not in PRESETS:
        raise ValueError(f"there is no kernel {name!r}; use one of {', '.join(PRESETS)}")
    return np.array(PRESETS[name].weight, dtype=np.float32)


def centred(kernel: FloatArray, size: PairLike) -> FloatArray:
    """Put a kernel into the middle of a larger one, with zeros around it.

    Parameters
    ----------
    kernel : array, shape (rows, columns)
    size : int or (int, int)
        Rows and columns of the result. When the number of zeros is odd, the extra row lies
        below and the extra column at the right.

    Returns
    -------
    ndarray of float32, shape ``size``

    Raises
    ------
    ShapeError
        If the kernel is not two-dimensional or does not fit.

    Examples
    --------
    >>> centred(preset("roberts_x"), 3)
    array([[ 1.,  0.,  0.],
           [ 0., -1.,  0.],
           [ 0.,  0.,  0.]], dtype=float32)
    """
    kernel = np.asarray(kernel, dtype=np.float32)
    rows, columns = as_pair(size, name="size")
    if kernel.ndim != 2:
        raise ShapeError(f"centred: the kernel has shape {kernel.shape}; use (rows, columns)")
    height, width = kernel.shape
    if height > rows or width > columns:
        raise ShapeError(
            f"centred: a kernel of {height} x {width} does not fit into {rows} x {columns}; "
            f"use a size of at least {max(height, rows)} x {max(width, columns)}"
        )
    top, left = (rows - height) // 2, (columns - width) // 2
    return np.pad(kernel, ((top, rows - height - top), (left, columns - width - left)))


def random_weight(shape: Sequence[int], *, seed: int, index: int) -> FloatArray:
    """Draw one filter as a fresh network would have it, rounded to hundredths.

    Normal with mean zero and variance 2 / fan-in, after He, Zhang, Ren and Sun, "Delving deep
    into rectifiers" (2015). Filter ``index`` does not depend on how many filters there are.

    Parameters
    ----------
    shape : sequence of int
        ``(in_channels / groups, kernel rows, kernel columns)`` of one filter, or any shape whose
        cells all feed one sum.
    seed, index : int
        Each at least 0. Equal numbers give equal weights, everywhere and for ever.

    Returns
    -------
    ndarray of float32, shape ``shape``

    Raises
    ------
    ShapeError
        If ``shape`` is empty, or it, ``seed`` or ``index`` holds a number out of range.

    Examples
    --------
    >>> random_weight((1, 2, 2), seed=7, index=0)
    array([[[ 0.  ,  0.21],
            [-0.19, -0.63]]], dtype=float32)
    """
    sizes = tuple(as_integer(cells, name="shape") for cells in shape)
    if not sizes:
        raise ShapeError("random_weight: the shape is empty; use (in_channels, rows, columns)")
    entropy = [as_integer(seed, name="seed", minimum=0), as_integer(index, name="index", minimum=0)]
    deviation = math.sqrt(2 / math.prod(sizes))
    # A bit generator named in full: default_rng may change its kind in a later NumPy.
    drawn = np.random.Generator(np.random.PCG64(entropy)).normal(0.0, deviation, sizes)
    return (np.round(drawn, 2) + 0.0).astype(np.float32)
