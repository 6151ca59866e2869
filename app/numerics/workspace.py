"""Buffers that are kept from call to call, one set per thread.

Fresh memory costs more than half a millisecond a megabyte until its pages are mapped, longer than
many a convolution. Each thread has its own buffers, so no call waits for another.
"""

from __future__ import annotations

import threading
from math import prod

import numpy as np

from app.numerics.shapes import FloatArray

KEPT_BYTES = 4 << 20
"""Larger buffers are made for one call and let go."""


class _Buffers(threading.local):
    """The kept buffers of one thread, by name."""

    def __init__(self) -> None:
        self.by_name: dict[str, FloatArray] = {}


_BUFFERS = _Buffers()


def scratch(name: str, shape: tuple[int, ...]) -> FloatArray:
    """Lend a float32 array with unspecified contents.

    The array is overwritten by the next call with the same name in the same thread, so it must
    not leave the function that asked for it.

    Parameters
    ----------
    name : str
        Which buffer of this thread.
    shape : tuple of int

    Returns
    -------
    ndarray of float32, shape `shape`, C-contiguous

    Examples
    --------
    >>> scratch("example", (2, 3)).shape
    (2, 3)
    """
    count = prod(shape)
    if count * 4 > KEPT_BYTES:
        return np.empty(shape, dtype=np.float32)
    buffer = _BUFFERS.by_name.get(name)
    if buffer is None or buffer.size < count:
        buffer = _BUFFERS.by_name[name] = np.empty(count, dtype=np.float32)
    return buffer[:count].reshape(shape)
