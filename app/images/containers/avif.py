"""AVIF: boxes of the ISO base media file format (ISO/IEC 14496-12)."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from app.images.containers.container import Container
from app.images.faults import broken, check_pixels, cut_off
from app.images.limits import DecodeLimits

_KIND = "an AVIF picture"

# The property "ispe": version and flags, then width and height.
_SIZE = re.compile(rb"ispe\0\0\0\0(.{8})", re.DOTALL)


def examine(data: bytes, *, limits: DecodeLimits) -> Container:
    """Check that every box is complete and hide the EXIF block from the decoder.

    AVIF says in its own properties which way up it is; readers must not look into EXIF for it.
    Several items have a size; which of them is shown is left to the decoder, which parses all
    that without decoding.

    Raises
    ------
    Fault
        If a box is cut off, or an item announces too many pixels.
    """
    clean = bytearray(data)
    for kind, start, end in _boxes(data):
        if kind == b"meta":
            meta = data[start:end]
            for size in _SIZE.finditer(meta):
                width, height = struct.unpack(">II", size[1])
                check_pixels((width, height), limits=limits)
            clean[start:end] = meta.replace(b"Exif", b"skip")
    return Container(data=bytes(clean), size=None, orientation=None)


def _boxes(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, start and end of each box of the file."""
    position = 0
    while position < len(data):
        if position + 8 > len(data):
            raise cut_off(_KIND)
        length, kind = struct.unpack_from(">I4s", data, position)
        header = 8
        if length == 1:
            length, header = int.from_bytes(data[position + 8 : position + 16], "big"), 16
        elif length == 0:
            length = len(data) - position
        if length < header:
            raise broken(_KIND)
        if position + length > len(data):
            raise cut_off(_KIND)
        yield kind, position + header, position + length
        position += length
