"""Feature maps in 8 bits, for drawing: a quarter of the bytes, and every zero still a zero."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from app.numerics.shapes import FloatArray

Codes = npt.NDArray[np.int8]

# Block by block, so that every pass finds its numbers in the cache: several small maps, or a
# part of a large one.
_BLOCK: Final = 1 << 17


def preview_codes(values: FloatArray, *, peaks: Sequence[float], is_signed: bool = True) -> Codes:
    """Turn maps into codes: ``sign(v) * max(1, round(127 * sqrt(|v| / peak)))``.

    Exact zeros, and only they, have the code 0. The root spends the levels where most values
    are, near zero.

    Parameters
    ----------
    values : ndarray of float32, shape (maps, rows, columns)
    peaks : sequence of float
        Largest absolute value of each map.
    is_signed : bool
        Whether there may be values below zero; without them it takes two thirds of the time.

    Returns
    -------
    ndarray of int8, shape (maps, rows, columns)
        Read-only.

    Examples
    --------
    >>> preview_codes(np.float32([[[-4, 0, 1e-9, 1]]]), peaks=[4]).tolist()
    [[[-127, 0, 1, 64]]]
    """
    codes = np.empty(values.shape, dtype=np.int8)
    source, target = values.reshape(len(values), -1), codes.reshape(len(values), -1)
    scales = np.array([[_scale(peak)] for peak in peaks])
    count = source.shape[1]
    together = max(_BLOCK // count, 1)
    scratch = np.empty((min(together, len(values)), min(count, _BLOCK)), dtype=np.float32)
    for first in range(0, len(values), together):
        maps = slice(first, first + together)
        for start in range(0, count, _BLOCK):
            part = source[maps, start : start + _BLOCK]
            code = target[maps, start : start + _BLOCK]
            steps = scratch[: part.shape[0], : part.shape[1]]
            _encode(np.abs(part, out=steps) if is_signed else part, scales[maps], steps, code)
            if is_signed:
                _negate(code, part < 0)
    codes.setflags(write=False)
    return codes


def _scale(peak: float) -> np.float32:
    """Give the factor that takes the root of the peak to 127."""
    return np.float32(127 / math.sqrt(peak) if peak > 0 else 0)


def _encode(size: FloatArray, scale: FloatArray, steps: FloatArray, code: Codes) -> None:
    """Encode absolute values into ``code``; ``steps`` is scratch, and may be ``size`` itself."""
    is_there = size != 0
    np.sqrt(size, out=steps)
    np.multiply(steps, scale, out=steps)
    np.rint(steps, out=steps)
    np.copyto(code, steps, casting="unsafe")
    np.maximum(code, is_there.view(np.int8), out=code)


def _negate(code: Codes, where: npt.NDArray[np.bool_]) -> None:
    """Change the sign of some codes: flip, add one; a selection by mask takes ten times longer."""
    sign = np.negative(where.view(np.int8))
    np.bitwise_xor(code, sign, out=code)
    np.subtract(code, sign, out=code)
