"""PNG: chunks (https://www.w3.org/TR/png-3/#5Chunk-layout)."""

from __future__ import annotations

import struct

from app.images.containers.container import Container
from app.images.faults import broken, check_frames, check_pixels, cut_off
from app.images.limits import DecodeLimits
from app.images.orientation import UPRIGHT, orientation_of

_KIND = "a PNG picture"
_SIGNATURE_LENGTH = 8

# Compressed text (zTXt, iTXt) and profiles (iCCP) are the classic bombs; an animation's later
# frames are not used. PLTE and tRNS may follow each other in any number only in damaged files.
_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_ONCE = frozenset({b"IHDR", b"PLTE", b"tRNS"})


def examine(data: bytes, *, limits: DecodeLimits) -> Container:
    """Walk over the chunks and keep those of the still picture.

    Raises
    ------
    Fault
        If chunks are missing or cut off, or the header announces too much.
    """
    kept = [data[:_SIGNATURE_LENGTH]]
    seen: set[bytes] = set()
    orientation = UPRIGHT
    size = (0, 0)
    position = _SIGNATURE_LENGTH
    while b"IEND" not in seen:
        kind, body, end = _chunk(data, position)
        if kind == b"IHDR" and not seen:
            size = _size(body)
            check_pixels(size, limits=limits)
        elif not seen or (kind in _ONCE and kind in seen):
            raise broken(_KIND)
        elif kind == b"acTL" and len(body) >= 4:
            check_frames(int.from_bytes(body[:4], "big"), limits=limits)
        elif kind == b"eXIf":
            orientation = orientation_of(bytes(body))
        if kind in _KEPT:
            kept.append(data[position:end])
        seen.add(kind)
        position = end
    if b"IDAT" not in seen:
        raise broken(_KIND)
    return Container(data=b"".join(kept), size=size, orientation=orientation)


def _chunk(data: bytes, position: int) -> tuple[bytes, memoryview, int]:
    """Name, body and end of the chunk at a position."""
    start = position + 8
    if start > len(data):
        raise cut_off(_KIND)
    length, kind = struct.unpack_from(">I4s", data, position)
    end = start + length + 4
    if not kind.isalpha():
        raise broken(_KIND)
    if end > len(data):
        raise cut_off(_KIND)
    return kind, memoryview(data)[start : start + length], end


def _size(header: memoryview) -> tuple[int, int]:
    if len(header) != 13:
        raise broken(_KIND)
    width, height = struct.unpack_from(">II", header)
    if not width or not height:
        raise broken(_KIND)
    return width, height
