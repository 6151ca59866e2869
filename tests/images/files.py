"""Picture files made in memory, good ones and the parts that bad ones are made of."""

from __future__ import annotations

import struct
import zlib
from functools import cache
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

WIDTH, HEIGHT = 64, 48
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"

# Format of Pillow, options, and whether a decoded pixel equals the original.
FORMATS: dict[str, tuple[str, dict[str, Any]]] = {
    "png": ("PNG", {}),
    "jpeg": ("JPEG", {"quality": 95, "subsampling": 0}),
    "jpeg_progressive": ("JPEG", {"quality": 95, "subsampling": 0, "progressive": True}),
    "gif": ("GIF", {}),
    "webp": ("WEBP", {"quality": 95}),
    "webp_lossless": ("WEBP", {"lossless": True}),
    "bmp": ("BMP", {}),
    "tiff": ("TIFF", {}),
    "tiff_lzw": ("TIFF", {"compression": "tiff_lzw"}),
    "tiff_jpeg": ("TIFF", {"compression": "jpeg", "quality": 95}),
    "tiff_big": ("TIFF", {"big_tiff": True}),
    "avif": ("AVIF", {"quality": 95, "subsampling": "4:4:4"}),
}


def encoded(image: Image.Image, format: str, **options: Any) -> bytes:
    """Write an image into bytes."""
    stream = BytesIO()
    image.save(stream, format, **options)
    return stream.getvalue()


@cache
def photo() -> Image.Image:
    """A smooth colour picture that every format keeps well; its corners tell which way up it is."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    red = 40 + 3 * columns
    green = 220 - 3 * rows
    blue = 60 + columns + rows
    return Image.fromarray(np.dstack([red, green, blue]).astype(np.uint8))


@cache
def photo_file(name: str) -> bytes:
    """Write the photo in one of :data:`FORMATS`."""
    format, options = FORMATS[name]
    return encoded(photo(), format, **options)


def chunk(kind: bytes, body: bytes) -> bytes:
    """Write a PNG chunk with its checksum."""
    checksum = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", checksum)


def png_header(width: int, height: int, *, depth: int = 8, colour: int = 2) -> bytes:
    """Write the first chunk of a PNG."""
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))


def png_with(*chunks: bytes) -> bytes:
    """Put chunks right after the header of the photo."""
    data = photo_file("png")
    end_of_header = len(PNG_SIGNATURE) + 25
    return data[:end_of_header] + b"".join(chunks) + data[end_of_header:]


def jpeg_with(*segments: tuple[int, bytes]) -> bytes:
    """Put segments, as marker and body, right after the start of the photo."""
    data = photo_file("jpeg")
    written = (struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body for marker, body in segments)
    return data[:2] + b"".join(written) + data[2:]


def exif(orientation: int, *, order: str = "<") -> bytes:
    """Write the smallest EXIF block with an orientation."""
    start = b"II*\0" if order == "<" else b"MM\0*"
    entry = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    return start + struct.pack(f"{order}IH", 8, 1) + entry + struct.pack(f"{order}I", 0)


def many_scans(count: int) -> bytes:
    """Write a progressive JPEG whose last scan is repeated."""
    data = photo_file("jpeg_progressive")
    scan = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + scan * count + data[-2:]


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    """Write a WebP container."""
    body = b"WEBP" + b"".join(
        struct.pack("<4sI", kind, len(data)) + data + b"\0" * (len(data) % 2)
        for kind, data in chunks
    )
    return struct.pack("<4sI", b"RIFF", len(body)) + body


def webp_canvas(width: int, height: int, *, flags: int = 0) -> tuple[bytes, bytes]:
    """Write the extended header of a WebP."""
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"VP8X", bytes((flags, 0, 0, 0)) + size


def tiff_page(
    entries: list[tuple[int, int, int, int]], *, following: int = 0, pixels: bytes = b"\x80" * 16
) -> bytes:
    """Write a little-endian TIFF of one page: tag, type, count and value of each entry.

    The pixels start at byte 8, the directory follows them.
    """
    directory = 8 + len(pixels)
    packed = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    head = b"II*\0" + struct.pack("<I", directory) + pixels
    return head + struct.pack("<H", len(entries)) + packed + struct.pack("<I", following)


def tiff_entries(
    width: int = 4, height: int = 4, **changes: int
) -> list[tuple[int, int, int, int]]:
    """List the tags of a small grey TIFF without compression; changes by name of the tag."""
    numbers = {
        "width": 256,
        "height": 257,
        "bits": 258,
        "compression": 259,
        "photometric": 262,
        "offset": 273,
        "samples": 277,
        "rows_per_strip": 278,
        "length": 279,
        "sample_format": 339,
    }
    values = {
        "width": width,
        "height": height,
        "bits": 8,
        "compression": 1,
        "photometric": 1,
        "offset": 8,
        "samples": 1,
        "rows_per_strip": height,
        "length": width * height,
        "sample_format": 1,
    }
    return [(numbers[name], 4, 1, value) for name, value in (values | changes).items()]
