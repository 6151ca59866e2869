"""JPEG: marker segments (ITU-T T.81, annex B), including the files of several pictures."""

from __future__ import annotations

import re

from app.images.containers.container import Container
from app.images.faults import TooMuch, broken, check_pixels, cut_off
from app.images.limits import DecodeLimits
from app.images.orientation import UPRIGHT, orientation_of

_KIND = "a JPEG picture"
_END, _SCAN, _COMMENT = 0xD9, 0xDA, 0xFE
_APP0, _APP1, _APP14, _APP15 = 0xE0, 0xE1, 0xEE, 0xEF
_WITHOUT_LENGTH = frozenset({0x01, 0xD8, *range(0xD0, 0xD8)})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}

# In compressed data 0xFF is followed by a stuffed zero or a restart marker.
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")

# Honest files have a few dozen; millions of tiny ones keep a decoder busy.
_MAX_SEGMENTS = 20_000

# A scan walks over every block, so many scans of a large picture are refused although each
# number is within its own limit. Progressive photos have about ten.
_FREE_SCANS = 12


def examine(data: bytes, *, limits: DecodeLimits) -> Container:
    """Walk over the segments of the first picture and leave its metadata out.

    Raises
    ------
    Fault
        If the end marker is missing, or there are too many pixels or scans.
    """
    kept = [data[:2]]
    orientation = UPRIGHT
    size: tuple[int, int] | None = None
    scans = 0
    position = 2
    for _ in range(_MAX_SEGMENTS):
        marker, start, end = _segment(data, position)
        body = data[start + 2 : end]
        if marker == _APP1 and orientation == UPRIGHT and body.startswith(b"Exif\0\0"):
            orientation = orientation_of(body)
        elif marker in _FRAMES:
            size = _size(body, earlier=size)
            check_pixels(size, limits=limits)
        elif marker == _SCAN:
            scans += 1
            _check_scans(scans, size=size, limits=limits)
            end = _end_of_scan(data, end)
        if _is_needed(marker, body):
            kept += (bytes((0xFF, marker)), data[start:end])
        if marker == _END:
            break
        position = end
    else:
        raise broken(_KIND)
    if not scans:
        raise broken(_KIND)
    return Container(data=b"".join(kept), size=size, orientation=orientation)


def _segment(data: bytes, position: int) -> tuple[int, int, int]:
    """Marker at a position, and start (of its length field) and end of its segment."""
    while data[position : position + 2] == b"\xff\xff":
        position += 1
    if position + 2 > len(data):
        raise cut_off(_KIND)
    marker = data[position + 1]
    if data[position] != 0xFF or marker == 0:
        raise broken(_KIND)
    start = position + 2
    if marker == _END or marker in _WITHOUT_LENGTH:
        return marker, start, start
    length = int.from_bytes(data[start : start + 2], "big")
    if start + max(length, 2) > len(data):
        raise cut_off(_KIND)
    if length < 2:
        raise broken(_KIND)
    return marker, start, start + length


def _size(body: bytes, *, earlier: tuple[int, int] | None) -> tuple[int, int]:
    height, width = (int.from_bytes(body[at : at + 2], "big") for at in (1, 3))
    if earlier is not None or not width or not height:
        raise broken(_KIND)
    return width, height


def _end_of_scan(data: bytes, position: int) -> int:
    marker = _NEXT_MARKER.search(data, position)
    if marker is None:
        raise cut_off(_KIND)
    return marker.start()


def _check_scans(scans: int, *, size: tuple[int, int] | None, limits: DecodeLimits) -> None:
    if size is None:
        raise broken(_KIND)
    free = _FREE_SCANS * limits.max_pixels // (size[0] * size[1])
    maximum = min(limits.max_jpeg_scans, max(free, _FREE_SCANS))
    if scans > maximum:
        raise too_many_scans(maximum)


def too_many_scans(maximum: int) -> TooMuch:
    """Fault of a file with more scans than any program writes."""
    advice = "Save it again as an ordinary JPEG (baseline) or as PNG."
    return TooMuch(f"is a JPEG with more than {maximum:,} scans", advice, maximum=maximum)


def _is_needed(marker: int, body: bytes) -> bool:
    """Whether the decoder needs a segment; of the application's only two tell about colours."""
    if marker == _APP0:
        return body.startswith(b"JFIF\0")
    if marker == _APP14:
        return body.startswith(b"Adobe")
    return not _APP0 <= marker <= _APP15 and marker != _COMMENT
