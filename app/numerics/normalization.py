"""Normalization with statistics that are already known, as a trained network uses it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from app.numerics.shapes import FloatArray, ShapeError, as_batch


def batch_norm(
    x: npt.ArrayLike,
    mean: npt.ArrayLike,
    variance: npt.ArrayLike,
    weight: npt.ArrayLike | None,
    bias: npt.ArrayLike | None,
    *,
    eps: float = 1e-5,
) -> FloatArray:
    """Shift and scale every channel (ONNX BatchNormalization, inference).

    ``(x - mean) / sqrt(variance + eps) * weight + bias``, one of each per channel.

    Parameters
    ----------
    x : array, shape (C, H, W) or (N, C, H, W)
    mean, variance : array, shape (C,)
    weight, bias : array, shape (C,), or None
        ``None`` stands for ones and for zeros.
    eps : float
        Keeps the root away from zero.

    Returns
    -------
    ndarray of float32, shape of ``x``

    Raises
    ------
    ShapeError
        If there is not one number per channel.
    ValueError
        If ``variance + eps`` is not positive.

    Examples
    --------
    >>> batch_norm([[[3.0, 5.0]]], [1.0], [4.0], [10.0], [0.5], eps=0.0)
    array([[[10.5, 20.5]]], dtype=float32)
    """
    maps, is_batched = as_batch(x, operation="batch_norm")
    channels = maps.shape[1]
    means = _per_channel(mean, "mean", maps.shape)
    spread = _per_channel(variance, "variance", maps.shape) + eps
    if not (spread > 0).all():
        raise ValueError(
            f"batch_norm: variance + eps is {spread.min():g} in channel {int(spread.argmin())}; "
            "use a variance of at least 0 and a positive eps"
        )
    weights = np.ones(channels) if weight is None else _per_channel(weight, "weight", maps.shape)
    scale = weights / np.sqrt(spread)
    offsets = None if bias is None else _per_channel(bias, "bias", maps.shape)

    out: FloatArray = np.empty_like(maps)
    for channel in range(channels):
        target = out[:, channel]
        np.subtract(maps[:, channel], np.float32(means[channel]), out=target)
        target *= np.float32(scale[channel])
        if offsets is not None:
            target += np.float32(offsets[channel])
    return out if is_batched else out[0]


def _per_channel(
    values: npt.ArrayLike, name: str, shape: tuple[int, ...]
) -> npt.NDArray[np.float64]:
    """Read one number per channel, in double precision since there are few."""
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.shape != (shape[1],):
        raise ShapeError(
            f"batch_norm: the {name} has shape {numbers.shape}, but the input has {shape[1]} "
            f"channels (batch shape {shape}); use shape ({shape[1]},)"
        )
    return numbers
