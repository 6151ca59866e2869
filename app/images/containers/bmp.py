"""BMP: the header in front of the pixels (Windows GDI, BITMAPINFOHEADER)."""

from __future__ import annotations

import struct

from app.images.containers.container import Container
from app.images.faults import broken, check_pixels, cut_off
from app.images.limits import DecodeLimits

_KIND = "a BMP picture"
_OLD_HEADER_LENGTH = 12


def examine(data: bytes, *, limits: DecodeLimits) -> Container:
    """Read width and height; a BMP holds nothing else that needs care.

    Raises
    ------
    Fault
        If the header is cut off or announces too many pixels.
    """
    header_length = int.from_bytes(data[14:18], "little")
    if len(data) < 14 + header_length:
        raise cut_off(_KIND)
    is_old = header_length <= _OLD_HEADER_LENGTH
    width, height = struct.unpack_from("<HH" if is_old else "<ii", data, 18)
    size = (width, abs(height))
    if width <= 0 or not height:
        raise broken(_KIND)
    check_pixels(size, limits=limits)
    return Container(data=data, size=size)
