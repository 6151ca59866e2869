"""WebP: RIFF chunks (RFC 9649)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from app.images.containers.container import Container
from app.images.faults import broken, check_frames, check_pixels, cut_off
from app.images.limits import DecodeLimits
from app.images.orientation import UPRIGHT, orientation_of

_KIND = "a WebP picture"
_HEADER_LENGTH = 12
_BITSTREAMS = frozenset({b"VP8 ", b"VP8L"})
_HAS_ALPHA_OR_ANIMATION = 0x12


def examine(data: bytes, *, limits: DecodeLimits) -> Container:
    """Walk over the chunks and keep the still picture or the first frame of the animation.

    Raises
    ------
    Fault
        If the file is cut off, or announces too many frames or pixels. The decoder would
        allocate the whole canvas before anyone could look at its size.
    """
    if int.from_bytes(data[4:8], "little") + 8 > len(data):
        raise cut_off(_KIND)
    kept: list[bytes] = []
    size: tuple[int, int] | None = None
    orientation = UPRIGHT
    frames = 0
    for kind, body in _chunks(data):
        if kind == b"VP8X" or (kind in _BITSTREAMS and size is None):
            size = _size(kind, body)
            check_pixels(size, limits=limits)
        if kind == b"ANMF":
            frames += 1
            check_frames(frames, limits=limits)
        elif kind == b"EXIF":
            orientation = orientation_of(body)
        if kind == b"VP8X":
            body = bytes((body[0] & _HAS_ALPHA_OR_ANIMATION,)) + body[1:]
        if kind in _BITSTREAMS | {b"VP8X", b"ALPH", b"ANIM"} or (frames == 1 and kind == b"ANMF"):
            kept.append(struct.pack("<4sI", kind, len(body)) + body + b"\0" * (len(body) % 2))
    if size is None:
        raise broken(_KIND)
    content = b"WEBP" + b"".join(kept)
    clean = struct.pack("<4sI", b"RIFF", len(content)) + content
    return Container(data=clean, size=size, orientation=orientation)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and body of each chunk inside the RIFF."""
    position = _HEADER_LENGTH
    end = 8 + int.from_bytes(data[4:8], "little")
    while position + 8 <= end:
        kind, length = struct.unpack_from("<4sI", data, position)
        start = position + 8
        if start + length > end:
            raise cut_off(_KIND)
        yield kind, data[start : start + length]
        position = start + length + length % 2


def _size(kind: bytes, body: bytes) -> tuple[int, int]:
    """Width and height of a canvas or of a lossy or lossless picture."""
    if kind == b"VP8X" and len(body) >= 10:
        return (
            int.from_bytes(body[4:7], "little") + 1,
            int.from_bytes(body[7:10], "little") + 1,
        )
    if kind == b"VP8 " and len(body) >= 10 and body[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", body, 6)
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L" and len(body) >= 5 and body[0] == 0x2F:
        packed = int.from_bytes(body[1:5], "little")
        return (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
    raise broken(_KIND)
