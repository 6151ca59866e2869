"""TIFF and BigTIFF: directories of tags (TIFF 6.0)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.images.containers.container import Container
from app.images.containers.jpeg import too_many_scans
from app.images.faults import Unsupported, broken, check_frames, check_pixels, cut_off
from app.images.limits import DecodeLimits
from app.images.orientation import UPRIGHT

_KIND = "a TIFF picture"

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC = 256, 257, 258, 259, 262
_STRIP_OFFSETS, _ORIENTATION, _SAMPLES, _STRIP_BYTES = 273, 274, 277, 279
_TILE_WIDTH, _TILE_HEIGHT, _TILE_OFFSETS, _TILE_BYTES = 322, 323, 324, 325
_SAMPLE_FORMAT, _SIGNED = 339, 2
_LISTS = frozenset({_STRIP_OFFSETS, _STRIP_BYTES, _TILE_OFFSETS, _TILE_BYTES})

# Everything that describes the pixels: fill order, rows per strip, planes, fax options,
# predictor, colour map, ink set, extra samples, JPEG tables, YCbCr.
_KEPT = frozenset(
    {_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _SAMPLES, _SAMPLE_FORMAT}
    | {_TILE_WIDTH, _TILE_HEIGHT, 266, 278, 284, 292, 293, 317, 320, 332, 338, 347}
    | {529, 530, 531, 532}
    | _LISTS
)

# None, three for fax, LZW, JPEG, deflate (twice), PackBits. The rest is rare, and LZMA or the
# old form of JPEG let a small file ask for gigabytes.
_COMPRESSIONS = frozenset({1, 2, 3, 4, 5, 7, 8, 32773, 32946})
_JPEG = 7

_TYPE_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 16: 8}
_INTEGERS = {1: "u1", 3: "u2", 4: "u4", 16: "u8"}
_MAX_TAGS = 1000
_MAX_SAMPLES = 6
_MAX_VALUE_BYTES = 3 * 2 * 65536
_PAGES_END = 0


@dataclass(frozen=True)
class _Layout:
    """Where things are: classic TIFF counts in 32 bits, BigTIFF in 64."""

    order: str
    is_big: bool

    @property
    def header(self) -> int:
        return 16 if self.is_big else 8

    @property
    def word(self) -> int:
        return 8 if self.is_big else 4

    @property
    def entry(self) -> int:
        return 4 + 2 * self.word

    @property
    def count(self) -> int:
        return 8 if self.is_big else 2

    def integer(self, data: bytes, position: int, length: int) -> int:
        if position < 0 or position + length > len(data):
            raise cut_off(_KIND)
        order = "little" if self.order == "<" else "big"
        return int.from_bytes(data[position : position + length], order)  # type: ignore[arg-type]

    def packed(self, value: int, length: int) -> bytes:
        return value.to_bytes(length, "little" if self.order == "<" else "big")


@dataclass(frozen=True)
class _Tag:
    """One directory entry: its bytes, and where its values are."""

    raw: bytes
    type: int
    count: int
    start: int


def examine(data: bytes, *, limits: DecodeLimits) -> Container:
    """Read the first page's directory and write a new one with the needed tags only.

    Thousands of private tags may all point at the same megabytes, and a decoder that reads
    each of them runs out of memory. The pixels stay where they are in the file.

    Raises
    ------
    Fault
        If tags or pixels lie outside the file, or there is too much of anything.
    """
    layout = _Layout("<" if data[:2] == b"II" else ">", data[2:4] in (b"+\0", b"\0+"))
    first = layout.integer(data, layout.header - layout.word, layout.word)
    tags, following = _directory(data, first, layout)
    check_frames(_count_pages(data, first, following, layout, limits), limits=limits)
    values = _Values(data, tags, layout)
    size = values.one(_WIDTH, 0), values.one(_HEIGHT, 0)
    if not size[0] or not size[1]:
        raise broken(_KIND)
    check_pixels(size, limits=limits)
    _check_form(values, limits=limits)
    _check_parts(values, size=size, limits=limits)
    return Container(
        data=_rewritten(data, tags, layout),
        size=size,
        orientation=values.one(_ORIENTATION, UPRIGHT),
        bits=values.one(_BITS, 1),
        is_signed=values.one(_SAMPLE_FORMAT, 1) == _SIGNED,
        # Pillow inverts "white is zero" up to 8 bits, but not above.
        is_inverted=values.one(_PHOTOMETRIC, 0) == 0,
    )


class _Values:
    """Integer values of the tags of one page."""

    def __init__(self, data: bytes, tags: dict[int, _Tag], layout: _Layout) -> None:
        self.data = data
        self.tags = tags
        self.layout = layout

    def all(self, number: int) -> Sequence[int]:
        tag = self.tags.get(number)
        if tag is None or tag.type not in _INTEGERS:
            return ()
        kind = np.dtype(self.layout.order + _INTEGERS[tag.type])
        return [int(value) for value in np.frombuffer(self.data, kind, tag.count, tag.start)]

    def one(self, number: int, default: int) -> int:
        values = self.all(number)
        return values[0] if values else default


def _directory(data: bytes, position: int, layout: _Layout) -> tuple[dict[int, _Tag], int]:
    """Needed tags of the page at a position, and the position of the next page."""
    count = layout.integer(data, position, layout.count)
    if count > _MAX_TAGS:
        raise broken(_KIND)
    start = position + layout.count
    end = start + count * layout.entry
    following = layout.integer(data, end, layout.word)
    tags: dict[int, _Tag] = {}
    for at in range(start, end, layout.entry):
        number, type_, length = struct.unpack_from(
            layout.order + ("HHQ" if layout.is_big else "HHI"), data, at
        )
        if number in _KEPT or number == _ORIENTATION:
            raw = data[at : at + layout.entry]
            tags[number] = _Tag(raw, type_, length, _place(data, at, type_, length, layout))
    return tags, following


def _place(data: bytes, at: int, type_: int, count: int, layout: _Layout) -> int:
    """Where the values of the entry at a position start."""
    if type_ not in _TYPE_BYTES:
        raise broken(_KIND)
    inside = at + 4 + layout.word
    length = _TYPE_BYTES[type_] * count
    if length <= layout.word:
        return inside
    start = layout.integer(data, inside, layout.word)
    if start + length > len(data):
        raise cut_off(_KIND)
    return start


def _count_pages(
    data: bytes, first: int, following: int, layout: _Layout, limits: DecodeLimits
) -> int:
    """Count pages along the chain of directories, up to one more than allowed."""
    seen = {first}
    while following != _PAGES_END and len(seen) <= limits.max_frames:
        if following in seen:
            raise broken(_KIND)
        seen.add(following)
        if following + layout.count > len(data):
            raise cut_off(_KIND)
        entries = layout.integer(data, following, layout.count)
        end = following + layout.count + entries * layout.entry
        following = layout.integer(data, end, layout.word)
    return len(seen)


def _check_form(values: _Values, *, limits: DecodeLimits) -> None:
    """Refuse compressions that are not read, and absurd numbers of values."""
    if values.one(_COMPRESSION, 1) not in _COMPRESSIONS:
        advice = "Save it without compression, or export it as PNG, and try again."
        raise Unsupported("is a TIFF picture with an unusual compression", advice)
    if values.one(_SAMPLES, 1) > _MAX_SAMPLES:
        advice = "Export one of its layers as PNG and try that."
        raise Unsupported("is a TIFF picture with more than six layers", advice)
    for number, tag in values.tags.items():
        if number not in _LISTS and tag.count * _TYPE_BYTES[tag.type] > _MAX_VALUE_BYTES:
            raise broken(_KIND)


def _check_parts(values: _Values, *, size: tuple[int, int], limits: DecodeLimits) -> None:
    """Check that every strip or tile is inside the file, and their number makes sense."""
    is_tiled = _TILE_OFFSETS in values.tags
    offsets = values.all(_TILE_OFFSETS if is_tiled else _STRIP_OFFSETS)
    lengths = values.all(_TILE_BYTES if is_tiled else _STRIP_BYTES)
    parts = size[1]
    if is_tiled:
        tile = values.one(_TILE_WIDTH, 0), values.one(_TILE_HEIGHT, 0)
        if not tile[0] or not tile[1] or tile[0] * tile[1] > max(limits.max_pixels, 2**20):
            raise broken(_KIND)
        parts = -(-size[0] // tile[0]) * -(-size[1] // tile[1])
    if not offsets or len(offsets) > parts * values.one(_SAMPLES, 1):
        raise broken(_KIND)
    ends = map(int.__add__, offsets, lengths)
    if any(end > len(values.data) for end in ends):
        raise cut_off(_KIND)
    if values.one(_COMPRESSION, 1) == _JPEG:
        _check_scans(values.data, parts=len(offsets), limits=limits)


def _check_scans(data: bytes, *, parts: int, limits: DecodeLimits) -> None:
    # A scan starts with this marker, which compressed data cannot contain.
    if data.count(b"\xff\xda") > parts + limits.max_jpeg_scans:
        raise too_many_scans(limits.max_jpeg_scans)


def _rewritten(data: bytes, tags: dict[int, _Tag], layout: _Layout) -> bytes:
    """Append a directory of the needed tags and make it the only page of the file."""
    padded = data + b"\0" * (-len(data) % 8)
    entries = [tag.raw for number, tag in sorted(tags.items()) if number in _KEPT]
    directory = b"".join(
        (layout.packed(len(entries), layout.count), *entries, layout.packed(0, layout.word))
    )
    header = layout.header - layout.word
    return b"".join(
        (
            padded[:header],
            layout.packed(len(padded), layout.word),
            padded[layout.header :],
            directory,
        )
    )
