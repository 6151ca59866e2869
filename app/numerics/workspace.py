"""Memory beside input and output: how much of it a call may use, and buffers that are kept.

No call takes much more memory than the pictures it is about. Methods cut their work into pieces
that fit :func:`workspace_bytes`.

Buffers are kept from call to call, one set per thread. Fresh memory costs more than half a
millisecond a megabyte until its pages are mapped, longer than many a convolution. Each thread has
its own buffers, so no call waits for another.
"""

from __future__ import annotations

import threading
from math import prod

import numpy as np

from app.numerics.shapes import FloatArray

KEPT_BYTES = 4 << 20
"""Larger buffers are made for one call and let go."""


WORKSPACE_SHARE = 2.7
"""Workspace at most, over input and output: with those, peak memory stays below four times them."""

WORKSPACE_FLOOR = 256 << 10
"""Workspace that every call may use: what a small picture needs to be computed in one piece."""


def workspace_bytes(*shapes: tuple[int, ...]) -> int:
    """Tell how many bytes a call may use beside float32 arrays of these shapes.

    Parameters
    ----------
    *shapes : tuple of int
        Of the input and the output.

    Returns
    -------
    int

    Examples
    --------
    >>> workspace_bytes((1, 1, 28, 28), (1, 1, 28, 28)) // 1024
    256
    >>> workspace_bytes((1, 3, 512, 512), (1, 8, 512, 512)) // 1024
    30412
    """
    return max(WORKSPACE_FLOOR, int(WORKSPACE_SHARE * 4 * sum(prod(shape) for shape in shapes)))


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
