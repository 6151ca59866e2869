"""Safetensors, written so that a browser can look at every tensor without copying it.

A file is an 8-byte length, a JSON header and raw little-endian data. The header is padded to a
multiple of 8 and tensors are laid out by item size, largest first, so each one starts at a
multiple of its own item size (all of them at a multiple of 8 up to the first odd-sized one):
``new Float32Array(buffer, offset, length)`` never has to copy. The format forbids gaps.

Why not ``safetensors.numpy.save``: it copies each tensor twice. An answer of thirty maps (2 MB)
takes 2.7 ms there and 0.3 ms here, out of a budget of 4 ms for a whole edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

MEDIA_TYPE = "application/vnd.safetensors"

_CODES = {"float32": "F32", "int32": "I32", "int16": "I16", "int8": "I8", "uint8": "U8"}
_ALIGNMENT = 8


def encode(
    tensors: Mapping[str, npt.NDArray[Any]], *, metadata: Mapping[str, str] | None = None
) -> bytes:
    """Write tensors and a few strings as one safetensors file.

    Parameters
    ----------
    tensors : Mapping[str, ndarray]
        Any shapes; float32, int32, int16, int8 or uint8.
    metadata : Mapping[str, str], optional
        Strings for the ``__metadata__`` entry of the header.

    Returns
    -------
    bytes
        The file; ``safetensors.numpy.load`` reads it back.

    Raises
    ------
    TypeError
        If a tensor has another dtype.

    Examples
    --------
    >>> from safetensors.numpy import load
    >>> load(encode({"a": np.float32([[1, 2]])}))["a"].tolist()
    [[1.0, 2.0]]
    """
    # Stable, so tensors of one type keep the order in which they were given.
    ordered = sorted(tensors.items(), key=lambda item: -item[1].dtype.itemsize)
    header: dict[str, Any] = {"__metadata__": dict(metadata)} if metadata else {}
    parts: list[bytes | memoryview] = [b"", b""]
    offset = 0
    for name, tensor in ordered:
        end = offset + tensor.nbytes
        header[name] = {
            "dtype": _code(name, tensor),
            "shape": tensor.shape,
            "data_offsets": (offset, end),
        }
        offset = end
        if tensor.nbytes:
            parts.append(_raw(tensor))
    text = orjson.dumps(header)
    text += b" " * (-len(text) % _ALIGNMENT)
    parts[0] = len(text).to_bytes(8, "little")
    parts[1] = text
    return b"".join(parts)


def _code(name: str, tensor: npt.NDArray[Any]) -> str:
    code = _CODES.get(tensor.dtype.name)
    if code is None:
        message = f"tensor {name!r} has dtype {tensor.dtype}; one of {', '.join(_CODES)} works"
        raise TypeError(message)
    return code


def _raw(tensor: npt.NDArray[Any]) -> memoryview:
    """View the bytes of a tensor; copies only what is not contiguous or not little-endian."""
    little_endian = tensor.dtype.newbyteorder("<")
    contiguous = np.ascontiguousarray(tensor, dtype=little_endian)
    return contiguous.reshape(-1).view(np.uint8).data
