"""Activations: one number in, one number out, the same function for every cell.

All functions take arrays of any shape and give float32 of the same shape. They work through the
cells in blocks that stay in the processor's cache, so temporary memory does not grow with the
picture. None of them overflows on the way to a finite result, and far tails keep their digits:
``sigmoid(-80)`` is 1.8e-35, not zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from app.numerics.shapes import FloatArray

_BLOCK = 1 << 14
"""Cells per block: a few arrays of 64 kB lie in the second-level cache at the same time."""

_RELU_BLOCK = 1 << 16

# The maximum of two arrays takes half the time of the maximum of an array and a number.
_ZEROS: FloatArray = np.zeros(_RELU_BLOCK, dtype=np.float32)
_ZEROS.flags.writeable = False


def _by_blocks(
    x: npt.ArrayLike, function: Callable[[FloatArray, FloatArray], object], *, block: int = _BLOCK
) -> FloatArray:
    """Apply a function of flat cells, which writes to the second array, one block after another."""
    cells: FloatArray = np.asarray(x, dtype=np.float32, order="C")
    out: FloatArray = np.empty(cells.shape, dtype=np.float32)
    source, target = cells.reshape(-1), out.reshape(-1)
    for start in range(0, source.size, block):
        function(source[start : start + block], target[start : start + block])
    return out


def _positive(cells: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """Keep positive cells and set the rest to zero."""
    return np.maximum(cells, _ZEROS[: cells.size], out=out)


def relu(x: npt.ArrayLike) -> FloatArray:
    """Keep positive cells and set the rest to zero (ONNX Relu).

    Parameters
    ----------
    x : array, any shape

    Returns
    -------
    ndarray of float32, shape of ``x``

    Examples
    --------
    >>> relu([-1.5, 0.0, 2.0])
    array([0., 0., 2.], dtype=float32)
    """
    return _by_blocks(x, _positive, block=_RELU_BLOCK)


def leaky_relu(x: npt.ArrayLike, *, negative_slope: float = 0.01) -> FloatArray:
    """Keep positive cells and multiply the rest by a slope (ONNX LeakyRelu).

    Parameters
    ----------
    x : array, any shape
    negative_slope : float
        ``alpha`` of the ONNX operator.

    Returns
    -------
    ndarray of float32, shape of ``x``

    Examples
    --------
    >>> leaky_relu([-2.0, 0.0, 2.0], negative_slope=0.5)
    array([-1.,  0.,  2.], dtype=float32)
    """
    slope = np.float32(negative_slope)

    def function(cells: FloatArray, out: FloatArray) -> None:
        np.minimum(cells, _ZEROS[: cells.size], out=out)
        out *= slope
        out += _positive(cells)

    return _by_blocks(x, function)


def elu(x: npt.ArrayLike, *, alpha: float = 1.0) -> FloatArray:
    """Keep positive cells and bend the rest towards ``-alpha`` (ONNX Elu).

    ``exp(x) - 1`` is computed as ``2 t / (1 - t)`` with ``t = tanh(x / 2)``, which keeps the
    digits of cells near zero and is vectorised where ``expm1`` is not.

    Parameters
    ----------
    x : array, any shape
    alpha : float

    Returns
    -------
    ndarray of float32, shape of ``x``

    Examples
    --------
    >>> elu([-100.0, 0.0, 2.0], alpha=0.5)
    array([-0.5,  0. ,  2. ], dtype=float32)
    """
    factor = np.float32(2 * alpha)

    def function(cells: FloatArray, out: FloatArray) -> None:
        np.minimum(cells, _ZEROS[: cells.size], out=out)
        out *= np.float32(0.5)
        np.tanh(out, out=out)
        out /= np.float32(1) - out
        out *= factor
        out += _positive(cells)

    return _by_blocks(x, function)


# Powers of u, lowest first, of the Chebyshev series of degree 12 of (1 + 2 z) exp(z^2) erfc(z) in
# u = (z - 3.75) / (z + 3.75), the transformation of Shepherd and Laframboise, "Chebyshev
# approximation of (1 + 2x) exp(x^2) erfc x in 0 <= x < infinity", Mathematics of Computation 36
# (1981). Relative error below 5e-8 for every z >= 0.
_ERFC_SERIES = tuple(
    np.float32(power)
    for power in (
        1.23751263,
        -0.140240659,
        0.00358543802,
        0.0822784339,
        -0.108804565,
        0.0922906917,
        -0.0586882521,
        0.0284094304,
        -0.00976469049,
        0.00167573425,
        0.000325388459,
        -0.000224052049,
        2.36348218e-05,
    )
)


def _upper_tail(distance: FloatArray) -> FloatArray:
    """Give the share of the standard normal distribution above ``distance``, which is >= 0."""
    z = distance * np.float32(math.sqrt(0.5))
    u = z - np.float32(3.75)
    u /= z + np.float32(3.75)
    series: FloatArray = np.full_like(u, _ERFC_SERIES[-1])
    for power in _ERFC_SERIES[-2::-1]:
        series *= u
        series += power
    bell: FloatArray = distance * distance
    bell *= np.float32(-0.5)
    np.exp(bell, out=bell)
    bell *= series
    z *= np.float32(4)
    z += np.float32(2)
    bell /= z
    return bell


def gelu(x: npt.ArrayLike, *, approximate: str = "none") -> FloatArray:
    """Weigh every cell by the share of a normal distribution below it (ONNX Gelu).

    Parameters
    ----------
    x : array, any shape
    approximate : {"none", "tanh"}
        The normal distribution itself, or the formula with a hyperbolic tangent of Hendrycks and
        Gimpel, "Gaussian error linear units" (2016).

    Returns
    -------
    ndarray of float32, shape of ``x``

    Raises
    ------
    ValueError
        If ``approximate`` is neither.

    Examples
    --------
    >>> gelu([-1.0, 0.0, 1.0]).round(4)
    array([-0.1587,  0.    ,  0.8413], dtype=float32)
    """

    def exact(cells: FloatArray, out: FloatArray) -> None:
        # From 15 on the tail is zero in float32; the limit keeps the square finite.
        distance = np.minimum(np.abs(cells), np.float32(15))
        distance *= _upper_tail(distance)
        _positive(cells, out)
        out -= distance

    def by_tanh(cells: FloatArray, out: FloatArray) -> None:
        # (1 + tanh u) / 2 is sigmoid(2 u), which keeps its digits far to the left.
        inner = np.clip(cells, np.float32(-20), np.float32(20))
        inner *= np.float32(math.sqrt(8 / math.pi)) * (1 + np.float32(0.044715) * inner * inner)
        _sigmoid(inner, out)
        out *= cells
        out += np.float32(0)  # a negative cell times zero is -0

    functions = {"none": exact, "tanh": by_tanh}
    if approximate not in functions:
        raise ValueError(f"gelu: approximate is {approximate!r}; use 'none' or 'tanh'")
    return _by_blocks(x, functions[approximate])


def _sigmoid(cells: FloatArray, out: FloatArray) -> None:
    """Take ``e / (1 + e)`` left of zero and ``1 / (1 + e)`` right of it, ``e = exp(-|x|)``."""
    power = np.exp(-np.abs(cells))
    # The larger of e and of 1 where x >= 0: a selection without a branch for each cell.
    np.maximum(power, (cells >= 0).astype(np.float32), out=out)
    power += np.float32(1)
    out /= power


def sigmoid(x: npt.ArrayLike) -> FloatArray:
    """Squeeze every cell into 0 .. 1: ``1 / (1 + exp(-x))`` (ONNX Sigmoid).

    Parameters
    ----------
    x : array, any shape

    Returns
    -------
    ndarray of float32, shape of ``x``

    Examples
    --------
    >>> sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ], dtype=float32)
    """
    return _by_blocks(x, _sigmoid)


def tanh(x: npt.ArrayLike) -> FloatArray:
    """Squeeze every cell into -1 .. 1 (ONNX Tanh).

    Parameters
    ----------
    x : array, any shape

    Returns
    -------
    ndarray of float32, shape of ``x``

    Examples
    --------
    >>> tanh([-1000.0, 0.0, 1000.0])
    array([-1.,  0.,  1.], dtype=float32)
    """
    return _by_blocks(x, np.tanh)


def softplus(x: npt.ArrayLike) -> FloatArray:
    """Take ``log(1 + exp(x))``, a rounded relu (ONNX Softplus).

    ``log(1 + e)`` is computed as ``e log(u) / (u - 1)`` with the rounded ``u = 1 + e`` (Goldberg,
    "What every computer scientist should know about floating-point arithmetic", 1991, theorem 4),
    which is vectorised where ``log1p`` is not.

    Parameters
    ----------
    x : array, any shape

    Returns
    -------
    ndarray of float32, shape of ``x``

    Examples
    --------
    >>> softplus([-1000.0, 0.0, 1000.0]).round(4)
    array([0.000e+00, 6.931e-01, 1.000e+03], dtype=float32)
    """

    def function(cells: FloatArray, out: FloatArray) -> None:
        power = np.exp(-np.abs(cells))
        one_more = power + np.float32(1)
        rounded = one_more - np.float32(1)
        logarithm = np.log(one_more)
        logarithm *= power
        np.divide(logarithm, rounded, out=power, where=rounded != 0)
        np.add(power, _positive(cells), out=out)

    return _by_blocks(x, function)


def hardswish(x: npt.ArrayLike) -> FloatArray:
    """Weigh every cell by a ramp that rises from 0 at -3 to 1 at 3 (ONNX HardSwish).

    Parameters
    ----------
    x : array, any shape

    Returns
    -------
    ndarray of float32, shape of ``x``

    Examples
    --------
    >>> hardswish([-4.0, -3.0, 0.0, 1.5, 3.0])
    array([0.   , 0.   , 0.   , 1.125, 3.   ], dtype=float32)
    """

    def function(cells: FloatArray, out: FloatArray) -> None:
        np.clip(cells, np.float32(-3), np.float32(3), out=out)
        out += np.float32(3)
        out /= np.float32(6)
        out *= cells
        out += np.float32(0)  # a negative cell times zero is -0

    return _by_blocks(x, function)
