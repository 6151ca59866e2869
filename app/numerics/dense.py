"""The tail of a classifier: weighted sums of whole rows, and scores turned into shares of one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from app.numerics.shapes import FloatArray, ShapeError, as_bias, as_integer


def linear(
    x: npt.ArrayLike, weight: npt.ArrayLike, bias: npt.ArrayLike | None = None
) -> FloatArray:
    """Weigh all numbers of a row for every output: ``x @ weight.T + bias`` (ONNX Gemm).

    Parameters
    ----------
    x : array, shape (..., in_features)
    weight : array, shape (out_features, in_features)
    bias : array, shape (out_features,), optional

    Returns
    -------
    ndarray of float32, shape (..., out_features)

    Raises
    ------
    ShapeError
        If the shapes do not fit together.

    Examples
    --------
    >>> linear([1.0, 2.0], [[10.0, 1.0], [0.0, 1.0]], [0.5, 0.0])
    array([12.5,  2. ], dtype=float32)
    """
    rows: FloatArray = np.asarray(x, dtype=np.float32)
    weights: FloatArray = np.asarray(weight, dtype=np.float32)
    if weights.ndim != 2 or 0 in weights.shape:
        raise ShapeError(
            f"linear: the weight has shape {weights.shape}; use (out_features, in_features), "
            "each at least 1"
        )
    out_features, in_features = weights.shape
    if rows.ndim == 0 or rows.shape[-1] != in_features:
        raise ShapeError(
            f"linear: the input has shape {rows.shape}, but the weight of shape {weights.shape} "
            f"reads {in_features} numbers; use an input of shape (..., {in_features})"
            + (f" or a weight of shape ({out_features}, {rows.shape[-1]})" if rows.ndim else "")
        )
    offsets = as_bias(bias, out_channels=out_features, operation="linear")
    out: FloatArray = rows @ weights.T
    if offsets is not None:
        out += offsets
    return out


def softmax(x: npt.ArrayLike, *, axis: int = -1) -> FloatArray:
    """Turn the scores along an axis into shares of one (ONNX Softmax).

    Parameters
    ----------
    x : array, at least one axis
    axis : int
        Along which the shares sum to one; counted from the end if negative.

    Returns
    -------
    ndarray of float32, shape of ``x``

    Raises
    ------
    ShapeError
        If there is no such axis, or it is empty.

    Examples
    --------
    >>> softmax([1000.0, 1000.0])
    array([0.5, 0.5], dtype=float32)
    """
    scores: FloatArray = np.asarray(x, dtype=np.float32)
    place = as_integer(axis, name="softmax: axis", minimum=-scores.ndim)
    if place >= scores.ndim:
        raise ShapeError(
            f"softmax: axis {axis} of an input of shape {scores.shape}; use one from "
            f"{-scores.ndim} to {scores.ndim - 1}"
        )
    if scores.shape[place] == 0:
        raise ShapeError(
            f"softmax: axis {axis} of the input of shape {scores.shape} has no scores; "
            "use at least 1"
        )
    # Half of each keeps the difference finite even between the largest numbers of both signs.
    half = scores * np.float32(0.5)
    half -= half.max(axis=place, keepdims=True)
    half = np.maximum(half, np.float32(-60), out=half)
    half *= np.float32(2)
    powers: FloatArray = np.exp(half, out=half)
    powers /= powers.sum(axis=place, keepdims=True)
    return powers
