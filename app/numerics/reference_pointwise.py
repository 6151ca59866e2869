"""The oracle, second part: activations, dense layers and normalization, cell by cell in float64.

As in :mod:`app.numerics.reference`, arguments are those of the engine's functions of the same
names, and nothing is shared with the fast code.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from app.numerics.reference import Float64Array, each_picture


def _each_cell(x: npt.ArrayLike, function: Callable[[float], float]) -> Float64Array:
    """Apply a function of one number to every cell."""
    cells = np.asarray(x, dtype=np.float64)
    return np.array([function(float(cell)) for cell in cells.flat]).reshape(cells.shape)


def relu(x: npt.ArrayLike) -> Float64Array:
    """Keep positive cells, set the rest to zero.

    Examples
    --------
    >>> relu([-1, 2]).tolist()
    [0.0, 2.0]
    """
    return _each_cell(x, lambda cell: cell if cell > 0 else 0.0)


def leaky_relu(x: npt.ArrayLike, *, negative_slope: float = 0.01) -> Float64Array:
    """Keep positive cells, multiply the rest by the slope.

    Examples
    --------
    >>> leaky_relu([-1, 2], negative_slope=0.5).tolist()
    [-0.5, 2.0]
    """
    return _each_cell(x, lambda cell: cell if cell > 0 else negative_slope * cell)


def elu(x: npt.ArrayLike, *, alpha: float = 1.0) -> Float64Array:
    """Keep positive cells, bend the rest towards -alpha.

    Examples
    --------
    >>> elu([0, 2], alpha=3).tolist()
    [0.0, 2.0]
    """
    return _each_cell(x, lambda cell: cell if cell > 0 else alpha * math.expm1(cell))


def gelu(x: npt.ArrayLike, *, approximate: str = "none") -> Float64Array:
    """Weigh every cell by the share of a normal distribution below it.

    Examples
    --------
    >>> gelu([0, 100]).tolist()
    [0.0, 100.0]
    """

    def exact(cell: float) -> float:
        # erfc keeps its precision far to the left, where 1 + erf has none left.
        return cell * math.erfc(-cell / math.sqrt(2)) / 2

    def by_tanh(cell: float) -> float:
        return 0.5 * cell * (1 + math.tanh(math.sqrt(2 / math.pi) * (cell + 0.044715 * cell**3)))

    return _each_cell(x, {"none": exact, "tanh": by_tanh}[approximate])


def sigmoid(x: npt.ArrayLike) -> Float64Array:
    """Squeeze every cell into 0 .. 1.

    Examples
    --------
    >>> sigmoid([0]).tolist()
    [0.5]
    """
    return _each_cell(
        x,
        lambda cell: (
            1 / (1 + math.exp(-cell)) if cell > 0 else math.exp(cell) / (1 + math.exp(cell))
        ),
    )


def tanh(x: npt.ArrayLike) -> Float64Array:
    """Squeeze every cell into -1 .. 1.

    Examples
    --------
    >>> tanh([0]).tolist()
    [0.0]
    """
    return _each_cell(x, math.tanh)


def softplus(x: npt.ArrayLike) -> Float64Array:
    """Take log(1 + exp(cell)).

    Examples
    --------
    >>> softplus([1000]).tolist()
    [1000.0]
    """
    return _each_cell(x, lambda cell: max(cell, 0.0) + math.log1p(math.exp(-abs(cell))))


def hardswish(x: npt.ArrayLike) -> Float64Array:
    """Weigh every cell by a ramp that rises from 0 at -3 to 1 at 3.

    Examples
    --------
    >>> hardswish([0, 3, 6]).tolist()
    [0.0, 3.0, 6.0]
    """
    return _each_cell(x, lambda cell: cell * max(0.0, min(1.0, cell / 6 + 0.5)))


def linear(
    x: npt.ArrayLike, weight: npt.ArrayLike, bias: npt.ArrayLike | None = None
) -> Float64Array:
    """Weigh all numbers of a row for every output.

    Examples
    --------
    >>> linear([1, 2], [[10, 1], [0, 1]], [0.5, 0]).tolist()
    [12.5, 2.0]
    """
    rows = np.asarray(x, dtype=np.float64)
    weights = np.asarray(weight, dtype=np.float64)
    out = np.zeros((*rows.shape[:-1], len(weights)))
    for *place, o in np.ndindex(out.shape):
        total = 0.0
        for i, number in enumerate(rows[tuple(place)]):
            total += number * weights[o, i]
        out[(*place, o)] = total + (0.0 if bias is None else np.asarray(bias)[o])
    return out


def softmax(x: npt.ArrayLike, *, axis: int = -1) -> Float64Array:
    """Turn the scores along an axis into shares of one.

    Examples
    --------
    >>> softmax([7, 7]).tolist()
    [0.5, 0.5]
    """
    scores = np.moveaxis(np.asarray(x, dtype=np.float64), axis, -1)
    out = np.zeros(scores.shape)
    for place in np.ndindex(scores.shape[:-1]):
        highest = max(scores[place])
        powers = [math.exp(score - highest) for score in scores[place]]
        out[place] = [power / math.fsum(powers) for power in powers]
    return np.moveaxis(out, -1, axis)


def batch_norm(
    x: npt.ArrayLike,
    mean: npt.ArrayLike,
    variance: npt.ArrayLike,
    weight: npt.ArrayLike | None,
    bias: npt.ArrayLike | None,
    *,
    eps: float = 1e-5,
) -> Float64Array:
    """Shift and scale every channel by the given statistics, weight and bias.

    Examples
    --------
    >>> batch_norm([[[3, 5]]], [1], [4], [10], [0.5], eps=0).tolist()
    [[[10.5, 20.5]]]
    """
    means, variances = np.asarray(mean, dtype=np.float64), np.asarray(variance, dtype=np.float64)
    scale = np.ones(len(means)) if weight is None else np.asarray(weight, dtype=np.float64)
    shift = np.zeros(len(means)) if bias is None else np.asarray(bias, dtype=np.float64)

    def one(maps: Float64Array) -> Float64Array:
        out = np.zeros(maps.shape)
        for c, row, column in np.ndindex(maps.shape):
            standard = (maps[c, row, column] - means[c]) / math.sqrt(variances[c] + eps)
            out[c, row, column] = standard * scale[c] + shift[c]
        return out

    return each_picture(x, one)
