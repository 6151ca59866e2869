"""Files that want to crash, stall, fill the memory, or pass as something else."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO

import numpy as np
from PIL import Image

from tests.images.files import (
    FORMATS,
    PNG_SIGNATURE,
    chunk,
    encoded,
    exif,
    jpeg_with,
    many_scans,
    photo,
    photo_file,
    png_header,
    png_with,
    riff,
    tiff_entries,
    tiff_page,
    webp_canvas,
)

SEED = 20260101
FLIPS = 24
MEGABYTE = 1_000_000


def truncated() -> Iterator[tuple[str, bytes]]:
    """Yield files cut at many places, down to the last byte."""
    for name in FORMATS:
        data = photo_file(name)
        cuts = {1, 2, 3, 4, 8, 12, 16, 24, 32, len(data) - 1, len(data) - 2, len(data) - 9}
        cuts |= {len(data) * part // 16 for part in range(1, 16)}
        for cut in sorted(cuts):
            yield f"{name} cut at {cut}", data[:cut]


def flipped() -> Iterator[tuple[str, bytes]]:
    """Yield files with a few flipped bits, zeroed stretches, or doubled parts."""
    random = np.random.default_rng(SEED)
    for name in FORMATS:
        data = photo_file(name)
        for turn in range(FLIPS):
            changed = bytearray(data)
            for place in random.integers(2, len(data), size=1 + turn % 4):
                changed[place] ^= 1 << int(random.integers(8))
            yield f"{name} with flipped bits {turn}", bytes(changed)
            start = int(random.integers(4, len(data) - 40))
            yield f"{name} with zeros {turn}", data[:start] + bytes(32) + data[start + 32 :]
            yield f"{name} doubled {turn}", data[:start] + data[start // 2 :]


def noise() -> Iterator[tuple[str, bytes]]:
    """Yield signatures followed by random bytes."""
    random = np.random.default_rng(SEED + 1)
    for name in FORMATS:
        for length in (0, 40, 4000):
            tail = random.bytes(length)
            yield f"{name} signature and {length} random bytes", photo_file(name)[:16] + tail


def giants() -> Iterator[tuple[str, bytes]]:
    """Yield small files that announce enormous pictures."""
    side = 60_000
    pixels = chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    yield "png", PNG_SIGNATURE + png_header(side, side) + pixels
    yield "png 2^31", PNG_SIGNATURE + png_header(2**31 - 1, 2**31 - 1) + pixels
    jpeg = photo_file("jpeg")
    frame = jpeg.index(b"\xff\xc0") + 5
    yield "jpeg", jpeg[:frame] + struct.pack(">HH", side, side) + jpeg[frame + 4 :]
    gif = photo_file("gif")
    yield "gif screen", gif[:6] + struct.pack("<HH", side, side) + gif[10:]
    place = gif.index(b",", 13 + 3 * 256) + 5
    yield "gif frame", gif[:place] + struct.pack("<HH", side, side) + gif[place + 4 :]
    bmp = photo_file("bmp")
    yield "bmp", bmp[:18] + struct.pack("<ii", side, -side) + bmp[26:]
    rle = bmp[:28] + struct.pack("<HI", 8, 1) + bmp[34:54] + bytes(1024) + b"\xff\x01" * 500
    yield "bmp compressed", rle[:18] + struct.pack("<ii", side, side) + rle[26:]
    yield "webp canvas", riff(webp_canvas(2**24, 2**24), *_webp_bitstream())
    yield "webp 16383", riff(webp_canvas(16383, 16383), *_webp_bitstream())
    yield "tiff", tiff_page(tiff_entries(side, side, length=16))
    avif = photo_file("avif")
    place = avif.index(b"ispe") + 8
    yield "avif", avif[:place] + struct.pack(">II", side, side) + avif[place + 8 :]


def _webp_bitstream() -> list[tuple[bytes, bytes]]:
    data = photo_file("webp")
    (length,) = struct.unpack_from("<I", data, 16)
    return [(b"VP8 ", data[20 : 20 + length])]


def png_bombs() -> Iterator[tuple[str, bytes]]:
    """Yield PNG files whose chunks inflate a thousandfold, or are too many."""
    inflated = zlib.compress(bytes(100 * MEGABYTE), 9)
    yield "zTXt", png_with(chunk(b"zTXt", b"Comment\0\0" + inflated))
    yield "many zTXt", png_with(*[chunk(b"zTXt", b"Comment\0\0" + inflated)] * 40)
    yield "iCCP", png_with(chunk(b"iCCP", b"profile\0\0" + inflated))
    yield "iTXt", png_with(chunk(b"iTXt", b"Comment\0\1\0\0\0" + inflated))
    yield (
        "pixels",
        PNG_SIGNATURE + png_header(4, 4) + chunk(b"IDAT", inflated) + chunk(b"IEND", b""),
    )
    yield "empty chunks", png_with(chunk(b"tEXt", b"") * 200_000)
    yield "empty pixels", png_with(chunk(b"IDAT", b"") * 100_000)
    yield "animation", png_with(chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0)))
    yield "no pixels", PNG_SIGNATURE + png_header(4, 4) + chunk(b"IEND", b"")
    yield "no rows", PNG_SIGNATURE + png_header(4, 0) + chunk(b"IEND", b"")
    yield "two headers", png_with(png_header(9000, 9000))
    yield "bad checksum", photo_file("png")[:-20] + b"\0\0\0\0" + photo_file("png")[-16:]
    yield "bad depth", PNG_SIGNATURE + png_header(4, 4, depth=3) + photo_file("png")[33:]


def jpeg_attacks() -> Iterator[tuple[str, bytes]]:
    """Yield JPEG files with too many scans, segments, or lying lengths."""
    yield "150 scans", many_scans(150)
    yield "20000 scans", many_scans(20_000)
    yield "a million segments", jpeg_with(*[(0xFE, b"")] * 500_000)
    yield "no scan", photo_file("jpeg")[:200] + b"\xff\xd9"
    yield "length zero", photo_file("jpeg")[:2] + b"\xff\xe0\0\0" + photo_file("jpeg")[2:]
    yield "two frames", jpeg_with((0xC0, b"\x08\0\x10\0\x10\x01\x01\x11\0"))
    yield "height zero", jpeg_with((0xC0, b"\x08\0\0\0\x10\x01\x01\x11\0"))
    yield "twelve bits", jpeg_with((0xC1, b"\x0c\0\x10\0\x10\x01\x01\x11\0"))


def gif_attacks() -> Iterator[tuple[str, bytes]]:
    """Yield GIF files with absurd numbers of blocks or frames."""
    gif = photo_file("gif")
    start = 13 + 3 * 256
    frame = gif[gif.index(b",", start) : -1]
    yield "200000 comments", gif[:start] + b"!\xfe\x01A\0" * 200_000 + gif[start:]
    yield "5000 frames", gif[:-1] + frame * 200 + b",\0\0\0\0\1\0\1\0\0\2\2D\1\0" * 5000 + b";"
    yield "no frame", gif[:start] + b";"
    yield "no size", gif[:6] + bytes(4) + gif[10:]
    yield "endless block", gif[:start] + b"!\xfe" + b"\x01A" * 100_000
    yield "no pixels", gif[:start] + b",\0\0\0\0\x40\0\x30\0\0\x08\0;"


def webp_attacks() -> Iterator[tuple[str, bytes]]:
    """Yield WebP files with absurd chunks."""
    frame = bytes(6) + (63).to_bytes(3, "little") + (47).to_bytes(3, "little") + bytes(4)
    ((kind, bitstream),) = _webp_bitstream()
    body = frame + struct.pack("<4sI", kind, len(bitstream)) + bitstream
    animated = [webp_canvas(64, 48, flags=2), (b"ANIM", bytes(6))]
    yield "5000 frames", riff(*animated, *[(b"ANMF", body)] * 5000)
    yield "no pixels", riff(webp_canvas(64, 48))
    yield "empty", riff()
    yield "short header", riff((b"VP8X", b"\0"), *_webp_bitstream())
    yield "empty header", riff((b"VP8X", b""), *_webp_bitstream())
    yield "not a key frame", riff((b"VP8 ", b"\x01" + bitstream[1:]))


def tiff_attacks() -> Iterator[tuple[str, bytes]]:
    """Yield TIFF files with tags that lie."""
    small = tiff_entries()
    everything = [(40_000 + number, 1, 4_000_000, 8) for number in range(900)]
    bulk = bytes(4 * MEGABYTE + 16)
    yield "900 tags of the same 4 MB", tiff_page([*small, *everything], pixels=bulk)
    yield "60000 tags", tiff_page([*small, *((n, 4, 1, 0) for n in range(5000, 65_000))])
    yield "page after itself", tiff_page(small, following=24)
    yield "pages outside", tiff_page(small, following=10**6)
    yield "pixels outside", tiff_page(tiff_entries(offset=10**6))
    yield "no size", tiff_page(tiff_entries(width=0))
    yield "many samples", tiff_page(tiff_entries(samples=60_000))
    yield "old jpeg", tiff_page(tiff_entries(compression=6))
    yield "lzma", tiff_page(tiff_entries(compression=34925))
    yield "unknown type", tiff_page([*small[:-1], (339, 99, 1, 1)])
    yield "tag outside", tiff_page([*small, (320, 3, 768, 10**6)])
    yield "long list", tiff_page([*small, (258, 3, 10**6, 8)], pixels=bulk)
    yield (
        "many strips",
        tiff_page(
            [(273, 4, 10**6, 8) if entry[0] == 273 else entry for entry in small], pixels=bulk
        ),
    )
    tiles = [(322, 4, 1, 2**30), (323, 4, 1, 2**30), (324, 4, 1, 8), (325, 4, 1, 16)]
    yield "giant tiles", tiff_page([entry for entry in small if entry[0] != 273] + tiles)
    yield "strange bits", tiff_page(tiff_entries(bits=13))
    yield "float not a number", float_tiff(np.float32(np.nan))
    yield "float infinite", float_tiff(np.float32(np.inf))


def float_tiff(value: np.float32) -> bytes:
    """Write a float picture with one chosen value."""
    pixels = np.linspace(0, 1, 16, dtype=np.float32).reshape(4, 4)
    pixels[1, 1] = value
    return encoded(Image.fromarray(pixels), "TIFF")


def metadata() -> Iterator[tuple[str, bytes]]:
    """Yield good pictures with poisonous metadata; they decode, because it is left out."""
    garbage = np.random.default_rng(SEED + 2).bytes(3000)
    entries = b"".join(struct.pack("<HHII", 40_000 + n, 1, 50_000, 8) for n in range(5000))
    selfish = b"II*\0\x08\0\0\0" + struct.pack("<H", 5000) + entries + bytes(4)
    for name, block in (("garbage", garbage), ("selfish", selfish), ("cut", exif(6)[:13])):
        yield f"png exif {name}", png_with(chunk(b"eXIf", block))
        yield f"jpeg exif {name}", jpeg_with((0xE1, b"Exif\0\0" + block[:65_000]))
        yield (
            f"webp exif {name}",
            riff(webp_canvas(64, 48, flags=8), *_webp_bitstream(), (b"EXIF", block)),
        )
        yield f"avif exif {name}", avif_with_exif(block)
    yield "jpeg many exif", jpeg_with(*[(0xE1, b"Exif\0\0" + selfish[:60_000])] * 100)
    yield "jpeg icc", jpeg_with((0xE2, b"ICC_PROFILE\0\x01\x01" + garbage))
    yield "jpeg mpf", jpeg_with((0xE2, b"MPF\0" + selfish[:60_000]))
    yield "jpeg photoshop", jpeg_with((0xED, b"Photoshop 3.0\0" + b"8BIM" + garbage))
    yield "jpeg xmp", jpeg_with((0xE1, b"http://ns.adobe.com/xap/1.0/\0<x " + garbage))
    yield "jpeg jfif", jpeg_with((0xE0, b"JFIF\0\1\1\1\0\0\0\0\xff\xff"))
    yield "png icc", png_with(chunk(b"iCCP", b"p\0\0" + garbage))
    yield "png gamma", png_with(chunk(b"gAMA", bytes(4)), chunk(b"cHRM", bytes(32)))
    yield "webp icc", riff(webp_canvas(64, 48, flags=0x20), (b"ICCP", garbage), *_webp_bitstream())


def avif_with_exif(block: bytes) -> bytes:
    """Write an AVIF with an EXIF block of any contents."""
    room = Image.Exif()
    room[0x010E] = "Q" * len(block)
    data = encoded(photo(), "AVIF", exif=room.tobytes())
    filler = data.index(b"Q" * len(block))
    start = max(data.rindex(mark, 0, filler) for mark in (b"II*\0", b"MM\0*") if mark in data)
    return data[:start] + block + data[start + len(block) :]


def polyglots() -> Iterator[tuple[str, bytes]]:
    """Yield files that are two things at once; they decode as the picture that they begin with."""
    script = b"<script>alert(1)</script>"
    archive = b"PK\x03\x04" + bytes(60) + b"PK\x05\x06" + bytes(18)
    for name in FORMATS:
        if name != "avif":
            yield f"{name} and ZIP", photo_file(name) + archive
    yield "jpeg with script", jpeg_with((0xFE, script))
    yield "png with script", png_with(chunk(b"tEXt", b"Comment\0" + script))
    yield "gif with script", photo_file("gif")[:-1] + b"!\xfe\x19" + script + b"\0;"


def others() -> Iterator[tuple[str, bytes]]:
    """Yield files that are no pictures, or of a format that is not read, with a telling word."""
    yield "PDF", b"%PDF-1.7\n" + photo_file("jpeg")
    yield "PDF", b"\n\n%PDF-1.4"
    yield "SVG", b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'
    yield "SVG", b'<?xml version="1.0"?><!DOCTYPE svg><svg/>'
    yield "SVG", '<?xml version="1.0"?><svg/>'.encode("utf-16")
    yield "web page", b"\xef\xbb\xbf <!DOCTYPE html><html></html>"
    yield "text", b"BMW is a car maker from Munich, not a bitmap."
    yield "text", "name;größe\n".encode()
    yield "text", b'{"version": 1}'
    yield "HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(40)
    yield "film", b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(40)
    yield "sound", b"RIFF\x24\0\0\0WAVEfmt " + bytes(20)
    yield "ZIP", b"PK\x03\x04" + bytes(60)
    yield "icon", b"\0\0\1\0\xff\xff" + bytes(100)
    yield "Photoshop", b"8BPS\0\1" + bytes(60)
    yield "JPEG 2000", b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(60)
    yield "JPEG XL", b"\xff\x0a" + bytes(60)
    yield "Netpbm", b"P6 60000 60000 255\n" + bytes(60)
    yield "program", b"\x7fELF" + bytes(60)
    yield "NumPy", b"\x93NUMPY\1\0" + bytes(60)
    yield "not a picture", bytes(5000)
    yield "not a picture", np.random.default_rng(SEED + 3).bytes(5000)


def everything() -> Iterator[tuple[str, bytes]]:
    """Yield all of the above."""
    yield "empty", b""
    for family in FAMILIES:
        for name, data in family():
            yield f"{family.__name__}: {name}", data


FAMILIES = (
    truncated,
    flipped,
    noise,
    giants,
    png_bombs,
    jpeg_attacks,
    gif_attacks,
    webp_attacks,
    tiff_attacks,
    metadata,
    polyglots,
    others,
)


def two_pictures() -> bytes:
    """Write the JPEG of several pictures that phones write."""
    stream = BytesIO()
    other = Image.new("RGB", photo().size, "blue")
    options = {"quality": 95, "subsampling": 0}
    photo().save(stream, "MPO", save_all=True, append_images=[other], **options)
    return stream.getvalue()
