"""Good files of every kind come out as what they show."""

from __future__ import annotations

import struct
import threading
import warnings

import numpy as np
import pytest
from PIL import Image

from app.errors import DamagedImage, LimitExceeded, UnsupportedImage
from app.images.decode import decode, picture_id
from app.images.limits import DecodeLimits
from app.images.picture import Picture
from tests.images.files import (
    FORMATS,
    HEIGHT,
    PNG_SIGNATURE,
    WIDTH,
    chunk,
    encoded,
    exif,
    jpeg_with,
    many_scans,
    photo,
    photo_file,
    png_header,
    png_with,
    tiff_entries,
    tiff_page,
)
from tests.images.hostile import two_pictures

LIMITS = DecodeLimits()
PALETTE_TOLERANCE = 40


def decoded(data: bytes, **limits: int) -> Picture:
    return decode(data, limits=DecodeLimits(**limits), name="photo.png")


def grey_file(values: np.ndarray, format: str = "PNG") -> bytes:
    return encoded(Image.fromarray(values), format)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_shows_the_photo(name: str) -> None:
    picture = decoded(photo_file(name))
    assert (picture.width, picture.height, picture.channels) == (WIDTH, HEIGHT, 3)
    difference = np.abs(picture.whole.astype(int) - np.asarray(photo()).astype(int))
    lossless = name in {"png", "webp_lossless", "bmp", "tiff", "tiff_lzw", "tiff_big"}
    assert difference.max() <= (0 if lossless else PALETTE_TOLERANCE)
    assert difference.mean() <= (0 if lossless else 6)


@pytest.mark.parametrize("name", FORMATS)
def test_the_name_never_decides(name: str) -> None:
    picture = decode(photo_file(name), limits=LIMITS, name="report.pdf")
    assert picture.width == WIDTH


def test_of_several_pictures_in_a_jpeg_the_first_is_used() -> None:
    assert two_pictures().count(b"MPF\0") >= 1
    difference = decoded(two_pictures()).whole.astype(int) - np.asarray(photo()).astype(int)
    assert np.abs(difference).mean() < 6


def animation(format: str) -> bytes:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue", "lime")]
    options = {"save_all": True, "append_images": frames[1:]}
    if format == "WEBP":
        options["lossless"] = True
    return encoded(frames[0], format, **options)


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG", "TIFF"])
def test_of_an_animation_the_first_frame_is_used(format: str) -> None:
    data = animation(format)
    np.testing.assert_array_equal(decoded(data).whole[3, 3], [255, 0, 0])


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG", "TIFF"])
def test_more_frames_than_allowed_are_refused(format: str) -> None:
    with pytest.raises(LimitExceeded, match="more than 2 frames or pages") as refusal:
        decoded(animation(format), max_frames=2)
    assert refusal.value.allowed == {"maximum": 2}


def turned_file(format: str, orientation: int) -> bytes:
    order = "<" if orientation % 2 else ">"
    if format == "PNG":
        return png_with(chunk(b"eXIf", exif(orientation, order=order)))
    if format == "JPEG":
        return jpeg_with((0xE1, b"Exif\0\0" + exif(orientation, order=order)))
    if format == "TIFF":
        return encoded(photo(), "TIFF", tiffinfo={274: orientation})
    block = Image.Exif()
    block[274] = orientation
    options = {"lossless": True} if format == "WEBP" else {"quality": 95}
    return encoded(photo(), format, exif=block, **options)


UPRIGHT = {
    1: lambda pixels: pixels,
    2: lambda pixels: pixels[:, ::-1],
    3: lambda pixels: pixels[::-1, ::-1],
    4: lambda pixels: pixels[::-1],
    5: lambda pixels: pixels.transpose(1, 0, 2),
    6: lambda pixels: pixels.transpose(1, 0, 2)[:, ::-1],
    7: lambda pixels: pixels.transpose(1, 0, 2)[::-1, ::-1],
    8: lambda pixels: pixels.transpose(1, 0, 2)[::-1],
}


@pytest.mark.parametrize("orientation", UPRIGHT)
@pytest.mark.parametrize("format", ["PNG", "JPEG", "TIFF", "WEBP", "AVIF"])
def test_the_camera_orientation_is_applied(format: str, orientation: int) -> None:
    picture = decoded(turned_file(format, orientation))
    expected = UPRIGHT[orientation](np.asarray(photo()))
    assert (picture.height, picture.width) == expected.shape[:2]
    assert np.abs(picture.whole.astype(int) - expected.astype(int)).mean() < 6


@pytest.mark.parametrize("orientation", [0, 9, 700])
def test_an_impossible_orientation_is_ignored(orientation: int) -> None:
    assert decoded(turned_file("PNG", orientation)).width == WIDTH


def test_transparency_is_laid_over_white() -> None:
    colours = Image.new("RGBA", (3, 1))
    colours.putdata([(255, 0, 0, 0), (255, 0, 0, 255), (0, 0, 0, 51)])
    row = decoded(encoded(colours, "PNG")).whole[0]
    np.testing.assert_array_equal(row, [[255, 255, 255], [255, 0, 0], [204, 204, 204]])


def test_grey_with_transparency_stays_grey() -> None:
    colours = Image.new("LA", (2, 1))
    colours.putdata([(0, 0), (100, 255)])
    picture = decoded(encoded(colours, "PNG"))
    assert picture.channels == 1
    np.testing.assert_array_equal(picture.whole, [[255, 100]])


def test_a_transparent_colour_of_a_palette_is_white() -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([10, 20, 30, 200, 0, 0])
    image.putdata([0, 1])
    for data in (encoded(image, "PNG", transparency=0), encoded(image, "GIF", transparency=0)):
        np.testing.assert_array_equal(decoded(data).whole[0], [[255, 255, 255], [200, 0, 0]])


def test_a_transparent_grey_value_is_white() -> None:
    image = Image.new("L", (2, 1))
    image.putdata([7, 8])
    picture = decoded(encoded(image, "PNG", transparency=7))
    np.testing.assert_array_equal(picture.whole, [[255, 8]])


def test_a_transparent_value_of_16_bits_is_white() -> None:
    data = grey_file(np.array([[1000, 2000]], np.uint16))
    keyed = data[:33] + chunk(b"tRNS", struct.pack(">H", 1000)) + data[33:]
    np.testing.assert_allclose(decoded(keyed).whole, [[1, 2000 / 65535]], rtol=1e-6)


@pytest.mark.parametrize("format", ["JPEG", "TIFF"])
def test_print_colours_become_screen_colours(format: str) -> None:
    inks = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    options = {"quality": 95} if format == "JPEG" else {}
    data = encoded(inks, format, **options)
    assert (b"Adobe" in data) == (format == "JPEG"), "Adobe's JPEG inks are inverted"
    assert np.abs(decoded(data).whole.astype(int) - [255, 0, 0]).max() <= 3


def test_black_and_white_is_grey() -> None:
    image = Image.new("1", (2, 1))
    image.putdata([0, 255])
    for format in ("PNG", "TIFF", "BMP", "GIF"):
        picture = decoded(encoded(image, format))
        np.testing.assert_array_equal(np.squeeze(picture.whole)[..., :2].max(), 255)
        np.testing.assert_array_equal(picture.working(color="grey", fit="fit"), [[[0, 1]]])


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_16_bits_are_divided_by_the_largest_value_of_the_type(format: str) -> None:
    values = np.array([[0, 1, 256, 32768, 65535]], np.uint16)
    picture = decoded(grey_file(values, format))
    np.testing.assert_allclose(picture.whole, values / 65535, rtol=1e-6)
    assert picture.channels == 1


def test_signed_16_bits_use_their_whole_range() -> None:
    pixels = np.array([-32768, 0, 32767, -1], "<i2").tobytes()
    data = tiff_page(tiff_entries(4, 1, bits=16, sample_format=2, length=8), pixels=pixels)
    expected = [[0, 32768 / 65535, 1, 32767 / 65535]]
    np.testing.assert_allclose(decoded(data).whole, expected, rtol=1e-6)


def test_12_bits_are_divided_by_4095() -> None:
    pixels = bytes((0x00, 0x0F, 0xFF))
    entries = tiff_entries(2, 1, bits=12, length=3)
    np.testing.assert_array_equal(decoded(tiff_page(entries, pixels=pixels)).whole, [[0, 1]])


def test_white_is_zero_is_inverted_also_above_8_bits() -> None:
    entries = tiff_entries(2, 1, bits=16, photometric=0, length=4)
    pixels = np.array([0, 65535], "<u2").tobytes()
    np.testing.assert_array_equal(decoded(tiff_page(entries, pixels=pixels)).whole, [[1, 0]])
    entries = tiff_entries(2, 1, photometric=0, length=2)
    np.testing.assert_array_equal(decoded(tiff_page(entries, pixels=b"\0\xff")).whole, [[255, 0]])


@pytest.mark.parametrize("compression", [None, "tiff_adobe_deflate"])
def test_floats_within_0_and_1_are_kept(compression: str | None) -> None:
    values = np.array([[0.25, 0.5, 0.125]], np.float32)
    data = encoded(Image.fromarray(values), "TIFF", compression=compression)
    np.testing.assert_array_equal(decoded(data).whole, values)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([-1.0, 0.0, 3.0], [0, 0.25, 1]),
        ([0.0, 100.0, 400.0], [0, 0.25, 1]),
        ([-3e38, 0.0, 3e38], [0, 0.5, 1]),
        ([7.0, 7.0, 7.0], [0.5, 0.5, 0.5]),
        ([-1e-45, -1e-45, 0.0], [0.5, 0.5, 0.5]),
    ],
)
def test_other_floats_are_stretched_to_their_own_range(
    values: list[float], expected: list[float]
) -> None:
    data = grey_file(np.array([values], np.float32), "TIFF")
    np.testing.assert_allclose(decoded(data).whole, [expected], atol=1e-7)


def test_32_bit_integers_are_stretched_to_their_own_range() -> None:
    data = grey_file(np.array([[2_000_000_000, 2_000_000_001, 2_000_000_004]], np.int32), "TIFF")
    np.testing.assert_allclose(decoded(data).whole, [[0, 0.25, 1]])


def test_unsigned_32_bit_integers_do_not_become_negative() -> None:
    pixels = np.array([0, 3_000_000_000], "<u4").tobytes()
    data = tiff_page(tiff_entries(2, 1, bits=32, length=8), pixels=pixels)
    np.testing.assert_array_equal(decoded(data).whole, [[0, 1]])


def test_a_large_picture_is_kept_small_but_reports_its_own_size() -> None:
    picture = decoded(encoded(Image.new("RGB", (3000, 1500), "red"), "PNG"))
    assert (picture.width, picture.height) == (3000, 1500)
    assert picture.whole.shape == (512, 1024, 3)
    assert picture.square.shape == (1024, 1024, 3)


def test_the_id_is_that_of_the_contents() -> None:
    data = photo_file("png")
    assert decoded(data).id == picture_id(data) == decoded(data).id
    assert decoded(photo_file("bmp")).id != decoded(data).id


def test_an_empty_file_is_called_empty() -> None:
    with pytest.raises(DamagedImage, match=r"^photo\.png is empty\. Choose a file"):
        decoded(b"")


def test_too_many_bytes_are_refused_with_413() -> None:
    with pytest.raises(LimitExceeded) as refusal:
        decoded(bytes(1024 * 1024 + 1), max_bytes=1024 * 1024)
    assert (refusal.value.status, refusal.value.code) == (413, "too_large")
    assert "photo.png is larger than 1 MB." in refusal.value.detail


def test_a_file_of_exactly_the_limit_is_read() -> None:
    data = photo_file("png")
    assert decoded(data, max_bytes=len(data)).width == WIDTH
    with pytest.raises(LimitExceeded):
        decoded(data, max_bytes=len(data) - 1)


def test_too_many_pixels_are_refused_before_decoding() -> None:
    data = PNG_SIGNATURE + png_header(8000, 6000) + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")
    with pytest.raises(LimitExceeded) as refusal:
        decode(data, limits=DecodeLimits(max_pixels=24_000_000), name="beach.jpg")
    assert refusal.value.detail == (
        "beach.jpg has 48 megapixels; the limit is 24. Export it at half the size and try again."
    )
    assert refusal.value.allowed == {"maximum": 24_000_000}


def test_exactly_as_many_pixels_as_allowed_are_read() -> None:
    assert decoded(photo_file("png"), max_pixels=WIDTH * HEIGHT).width == WIDTH
    with pytest.raises(LimitExceeded):
        decoded(photo_file("png"), max_pixels=WIDTH * HEIGHT - 1)


def test_scans_are_counted_before_decoding() -> None:
    assert decoded(many_scans(40)).width == WIDTH
    with pytest.raises(LimitExceeded, match="more than 100 scans"):
        decoded(many_scans(101))


def test_many_scans_of_a_large_picture_are_refused_earlier() -> None:
    data = many_scans(40)
    pixels = WIDTH * HEIGHT
    with pytest.raises(LimitExceeded, match="more than 12 scans"):
        decoded(data, max_pixels=pixels)
    assert decoded(data, max_pixels=pixels * 5).width == WIDTH


def test_the_sentence_says_what_it_is_and_what_works() -> None:
    with pytest.raises(UnsupportedImage) as refusal:
        decode(b"%PDF-1.7\n", limits=LIMITS, name="lab-report.pdf")
    assert refusal.value.detail == (
        "lab-report.pdf is a PDF document. Kernelscope reads PNG, JPEG, GIF, WebP, BMP, TIFF and "
        "AVIF files of at most 10 MB. Save the page as an image, or take a screenshot, and try "
        "again."
    )
    assert refusal.value.field == "file"


def test_threads_decode_side_by_side_without_touching_the_warning_filters() -> None:
    before = list(warnings.filters)
    problems: list[BaseException] = []

    def work() -> None:
        try:
            for name in FORMATS:
                assert decoded(photo_file(name)).width == WIDTH
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert list(warnings.filters) == before
