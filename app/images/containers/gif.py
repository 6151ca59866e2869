"""GIF: blocks (GIF89a specification)."""

from __future__ import annotations

import struct

from app.images.containers.container import Container
from app.images.faults import broken, check_frames, check_pixels, cut_off
from app.images.limits import DecodeLimits

_KIND = "a GIF picture"
_HEADER_LENGTH, _DESCRIPTOR_LENGTH = 13, 10
_EXTENSION, _FRAME, _TRAILER, _GRAPHIC_CONTROL = 0x21, 0x2C, 0x3B, 0xF9


def examine(data: bytes, *, limits: DecodeLimits) -> Container:
    """Walk over the blocks and keep the first frame with its colours and transparency.

    Raises
    ------
    Fault
        If the file is cut off, has no frame, or has too many of them or too many pixels.
    """
    if len(data) < _HEADER_LENGTH:
        raise cut_off(_KIND)
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    position = _HEADER_LENGTH + _colours(flags)
    kept = [data[:position]]
    control = b""
    frames = 0
    while (block := _byte(data, position)) != _TRAILER:
        if block == _EXTENSION:
            end = _skip_blocks(data, position + 2)
            if _byte(data, position + 1) == _GRAPHIC_CONTROL:
                control = data[position:end]
        elif block == _FRAME:
            size = _extent(data, position, width=width, height=height)
            check_pixels(size, limits=limits)
            end = _end_of_frame(data, position)
            frames += 1
            check_frames(frames, limits=limits)
            if frames == 1:
                width, height = size
                kept += (control, data[position:end])
        else:
            raise broken(_KIND)
        position = end
    if not frames or not width or not height:
        raise broken(_KIND)
    return Container(data=b"".join((*kept, b";")), size=(width, height))


def _byte(data: bytes, position: int) -> int:
    if position >= len(data):
        raise cut_off(_KIND)
    return data[position]


def _colours(flags: int) -> int:
    """Bytes of a colour table that a flags byte announces."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _skip_blocks(data: bytes, position: int) -> int:
    """End of a chain of sub-blocks, each with its length in front, after the empty one."""
    end = len(data)
    while position < end:
        length = data[position]
        position += 1 + length
        if not length:
            return position
    raise cut_off(_KIND)


def _extent(data: bytes, position: int, *, width: int, height: int) -> tuple[int, int]:
    """Size of the screen, enlarged by a frame that reaches beyond it."""
    if position + _DESCRIPTOR_LENGTH > len(data):
        raise cut_off(_KIND)
    left, top, across, down = struct.unpack_from("<4H", data, position + 1)
    if not across or not down:
        raise broken(_KIND)
    return max(width, left + across), max(height, top + down)


def _end_of_frame(data: bytes, position: int) -> int:
    table = _colours(data[position + 9])
    return _skip_blocks(data, position + _DESCRIPTOR_LENGTH + table + 1)
