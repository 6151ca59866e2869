"""Integers that rank the cells of a picture: largest value first, then first in reading order.

With such keys the question which cell of a window is the largest becomes a plain maximum, and
what makes maxima fast makes winners fast.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from app.numerics.shapes import FloatArray

Int64Array: TypeAlias = npt.NDArray[np.int64]

LOWEST_KEY = int(np.iinfo(np.int64).min)
"""Below the key of every cell, minus infinity included."""

_INDEX_BITS = 32
_INDEX_MASK = np.int64((1 << _INDEX_BITS) - 1)
_MAGNITUDE = np.int32(0x7FFFFFFF)


def ranking_keys(cells: FloatArray, *, first_row: int = 0) -> Int64Array:
    """Give integers in the order of the cells, and against reading order among equals.

    The upper half is the float's bit pattern, with the magnitude inverted below zero, which puts
    patterns in the order of their values; the lower half counts down from the first cell on.

    Parameters
    ----------
    cells : ndarray of float32, shape (planes, rows, columns)
        Fewer than 2^32 in a plane.
    first_row : int
        Rows of the plane above these.

    Returns
    -------
    ndarray of int64, shape of ``cells``

    Examples
    --------
    >>> cells = np.array([[[-2.0, 7.0, 7.0]]], dtype=np.float32)
    >>> ranking_keys(cells).argsort().tolist()
    [[[0, 2, 1]]]
    """
    patterns = (cells + np.float32(0)).view(np.int32)  # -0 + 0 is 0, which it equals
    patterns ^= (patterns >> 31) & _MAGNITUDE
    keys = patterns.astype(np.int64)
    keys <<= _INDEX_BITS
    rows, width = cells.shape[1:]
    start = _INDEX_MASK - first_row * width
    keys |= np.arange(start, start - rows * width, -1).reshape(rows, width)
    return keys


def ranked_cells(keys: Int64Array) -> tuple[FloatArray, Int64Array]:
    """Read values and places back from ranking keys.

    Parameters
    ----------
    keys : ndarray of int64

    Returns
    -------
    values : ndarray of float32
    indices : ndarray of int64
        ``row * width + column``.

    Examples
    --------
    >>> values, indices = ranked_cells(ranking_keys(np.float32([[[-2.5, 7.0]]])))
    >>> values.tolist(), indices.tolist()
    ([[[-2.5, 7.0]]], [[[0, 1]]])
    """
    patterns = (keys >> _INDEX_BITS).astype(np.int32)
    patterns ^= (patterns >> 31) & _MAGNITUDE
    values: FloatArray = patterns.view(np.float32)
    return values, _INDEX_MASK - (keys & _INDEX_MASK)
