"""The outside of files is read as their formats define it, and only the first picture is kept."""

from __future__ import annotations

import struct
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from PIL.GifImagePlugin import GifImageFile
from PIL.TiffImagePlugin import TiffImageFile

from app.images.containers import avif, bmp, gif, jpeg, png, tiff, webp
from app.images.decode import decode
from app.images.faults import Fault, TooMuch
from app.images.limits import DecodeLimits
from tests.images.files import (
    HEIGHT,
    WIDTH,
    chunk,
    encoded,
    exif,
    jpeg_with,
    photo,
    photo_file,
    png_with,
    tiff_entries,
    tiff_page,
)
from tests.images.hostile import two_pictures

LIMITS = DecodeLimits()


@pytest.mark.parametrize(
    ("examine", "name"),
    [
        (png.examine, "png"),
        (jpeg.examine, "jpeg"),
        (gif.examine, "gif"),
        (webp.examine, "webp"),
        (webp.examine, "webp_lossless"),
        (bmp.examine, "bmp"),
        (tiff.examine, "tiff"),
        (tiff.examine, "tiff_big"),
    ],
)
def test_the_size_is_read_without_decoding(examine: object, name: str) -> None:
    container = examine(photo_file(name), limits=LIMITS)  # type: ignore[operator]
    assert container.size == (WIDTH, HEIGHT)


def test_png_metadata_does_not_reach_the_decoder() -> None:
    chunks = [chunk(kind, b"secret") for kind in (b"tEXt", b"iTXt", b"zTXt", b"iCCP", b"prIv")]
    data = png_with(*chunks, chunk(b"eXIf", exif(3)))
    container = png.examine(data, limits=LIMITS)
    assert container.data == photo_file("png")
    assert container.orientation == 3


def test_jpeg_metadata_and_further_pictures_do_not_reach_the_decoder() -> None:
    data = jpeg_with((0xE1, b"Exif\0\0" + exif(8)), (0xED, b"secret"), (0xFE, b"secret"))
    container = jpeg.examine(data + b"behind", limits=LIMITS)
    assert container.data == photo_file("jpeg")
    assert container.orientation == 8
    assert jpeg.examine(two_pictures(), limits=LIMITS).data.count(b"\xff\xd8\xff") == 1


def test_jpeg_markers_may_be_padded() -> None:
    data = photo_file("jpeg")
    table = data.index(b"\xff\xdb")
    padded = data[:table] + b"\xff\xff\xff" + data[table:]
    assert jpeg.examine(padded, limits=LIMITS).data == data


def test_a_jpeg_scan_before_its_frame_is_damaged() -> None:
    data = photo_file("jpeg")
    with pytest.raises(Fault, match="damaged"):
        jpeg.examine(data[:2] + data[data.index(b"\xff\xda") :], limits=LIMITS)


def test_a_gif_keeps_its_first_frame_only() -> None:
    frames = [Image.new("L", (9, 9), 50 * value) for value in range(5)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], comment=b"secret")
    container = gif.examine(data, limits=LIMITS)
    assert b"secret" not in container.data
    with GifImageFile(BytesIO(data)) as whole, GifImageFile(BytesIO(container.data)) as kept:
        assert (whole.n_frames, kept.n_frames) == (5, 1)


def test_a_gif_frame_that_reaches_beyond_the_screen_enlarges_it() -> None:
    data = bytearray(photo_file("gif"))
    data[6:10] = struct.pack("<HH", 10, 10)
    assert gif.examine(bytes(data), limits=LIMITS).size == (WIDTH, HEIGHT)


def test_an_animated_webp_keeps_its_first_frame_only() -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue", "lime")]
    data = encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], exif=exif(6))
    container = webp.examine(data, limits=LIMITS)
    assert container.data.count(b"ANMF") == 1
    assert b"EXIF" not in container.data
    assert container.orientation == 6


def test_a_bitmap_from_top_to_bottom_is_read() -> None:
    data = photo_file("bmp")
    (height,) = struct.unpack_from("<i", data, 22)
    upside_down = data[:22] + struct.pack("<i", -height) + data[26:]
    picture = decode(upside_down, limits=LIMITS)
    np.testing.assert_array_equal(picture.whole, np.asarray(photo())[::-1])


def test_a_bitmap_without_rows_is_damaged() -> None:
    data = photo_file("bmp")
    with pytest.raises(Fault, match="damaged"):
        bmp.examine(data[:22] + bytes(4) + data[26:], limits=LIMITS)


def test_avif_boxes_may_have_long_or_open_lengths() -> None:
    data = photo_file("avif")
    box = data.index(b"mdat") - 4
    open_ended = data[:box] + bytes(4) + data[box + 4 :]
    assert decode(open_ended, limits=LIMITS).width == WIDTH
    free = struct.pack(">I4sQ", 1, b"free", 20) + b"last"
    assert decode(data + free, limits=LIMITS).width == WIDTH
    for length in (2, 7):
        with pytest.raises(Fault, match="damaged"):
            avif.examine(data + struct.pack(">I4s", length, b"free"), limits=LIMITS)


def test_tiff_keeps_the_needed_tags_of_the_first_page_only() -> None:
    data = encoded(
        photo(),
        "TIFF",
        save_all=True,
        append_images=[photo()],
        tiffinfo={274: 6, 315: "secret", 65000: "private"},
    )
    container = tiff.examine(data, limits=LIMITS)
    assert container.orientation == 6
    with TiffImageFile(BytesIO(container.data)) as image:
        assert image.n_frames == 1
        assert not {274, 315, 65000} & set(image.getexif())


@pytest.mark.parametrize("side", [16, 32])
def test_tiled_tiffs_are_read(side: int) -> None:
    tile = np.arange(side * side, dtype=np.uint8).reshape(side, side)
    entries = tiff_entries(side, side)
    entries = [entry for entry in entries if entry[0] not in {273, 278, 279}]
    entries += [(322, 4, 1, side), (323, 4, 1, side), (324, 4, 1, 8), (325, 4, 1, side * side)]
    data = tiff_page(entries, pixels=tile.tobytes())
    np.testing.assert_array_equal(decode(data, limits=LIMITS).whole, tile)


def test_scans_inside_a_tiff_are_counted() -> None:
    data = photo_file("tiff_jpeg")
    start = data.index(b"\xff\xda")
    assert tiff.examine(data, limits=DecodeLimits(max_jpeg_scans=1)).size == (WIDTH, HEIGHT)
    with pytest.raises(TooMuch, match="more than 3 scans"):
        tiff.examine(data + data[start : start + 12] * 9, limits=DecodeLimits(max_jpeg_scans=3))


def test_the_pages_of_a_tiff_are_counted() -> None:
    data = encoded(photo(), "TIFF", save_all=True, append_images=[photo()] * 3)
    assert tiff.examine(data, limits=DecodeLimits(max_frames=4)).size == (WIDTH, HEIGHT)
    with pytest.raises(TooMuch, match="more than 3 frames or pages"):
        tiff.examine(data, limits=DecodeLimits(max_frames=3))
