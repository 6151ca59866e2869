"""The array that a run starts from."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from app.images.picture import Picture, from_image, reduced

NAME = "0" * 64


def picture(pixels: np.ndarray, max_side: int = 1024) -> Picture:
    return from_image(Image.fromarray(pixels), id=NAME, max_side=max_side)


def colour_pixels(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (height, width, 3), np.uint8)


def test_hundredths_are_the_nearest_floats_of_two_decimals() -> None:
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    values = picture(levels).working(color="grey")[0].ravel()
    expected = [np.float32(f"{level / 255:.2f}") for level in range(256)]
    np.testing.assert_array_equal(values, np.array(expected, np.float32))


def test_exact_values_are_255ths() -> None:
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    values = picture(levels).working(color="grey", quantize="exact")[0].ravel()
    np.testing.assert_array_equal(values, (np.arange(256) / 255).astype(np.float32))


def test_floats_are_rounded_to_hundredths_too() -> None:
    pixels = np.array([[0.123456, 0.995001]], np.float32)
    values = picture(pixels).working(fit="fit", color="grey")
    np.testing.assert_array_equal(values, np.array([[[0.12, 1.0]]], np.float32))
    exact = picture(pixels).working(fit="fit", color="grey", quantize="exact")
    np.testing.assert_array_equal(exact, pixels[np.newaxis])


def test_channels_come_first_and_keep_their_order() -> None:
    pixels = colour_pixels(5, 7)
    values = picture(pixels).working(fit="fit", quantize="exact")
    np.testing.assert_allclose(values, np.moveaxis(pixels, 2, 0) / 255, rtol=1e-6)
    assert values.dtype == np.float32
    assert values.flags.c_contiguous


def test_crop_takes_the_square_in_the_middle() -> None:
    pixels = colour_pixels(4, 10)
    np.testing.assert_array_equal(picture(pixels).square, pixels[:, 3:7])
    np.testing.assert_array_equal(picture(pixels.transpose(1, 0, 2)).square.shape, (4, 4, 3))
    assert picture(pixels).working(2).shape == (3, 2, 2)


def test_fit_keeps_everything_in_proportion() -> None:
    assert picture(colour_pixels(100, 300)).working(96, "fit").shape == (3, 32, 96)
    assert picture(colour_pixels(300, 100)).working(96, "fit").shape == (3, 96, 32)
    assert picture(colour_pixels(1000, 2)).working(96, "fit").shape == (3, 96, 1)


@pytest.mark.parametrize("fit", ["crop", "fit"])
def test_pictures_are_never_enlarged(fit: str) -> None:
    assert picture(colour_pixels(20, 20)).working(96, fit).shape == (3, 20, 20)  # type: ignore[arg-type]


def test_the_original_is_bounded_by_the_longest_side() -> None:
    assert picture(colour_pixels(60, 80)).working(None, "fit").shape == (3, 60, 80)
    assert picture(colour_pixels(60, 80)).working(None, "fit", max_side=40).shape == (3, 30, 40)
    assert picture(colour_pixels(60, 80)).working(500, "crop", max_side=40).shape == (3, 40, 40)


def test_grey_is_the_luma_of_bt_601() -> None:
    pixels = colour_pixels(30, 30)
    values = picture(pixels).working(color="grey", quantize="exact")
    luma = (pixels @ np.array([0.299, 0.587, 0.114])) / 255
    assert values.shape == (1, 30, 30)
    np.testing.assert_allclose(values[0], luma, atol=0.51 / 255)


def test_a_grey_picture_in_colour_has_three_equal_channels() -> None:
    values = picture(np.full((6, 6), 51, np.uint8)).working()
    np.testing.assert_array_equal(values, np.full((3, 6, 6), 0.2, np.float32))


def test_reduction_agrees_with_lanczos_of_the_whole_square() -> None:
    pixels = colour_pixels(300, 300)
    expected = Image.fromarray(pixels).resize((96, 96), Image.Resampling.LANCZOS)
    values = picture(pixels).working(96, quantize="exact")
    np.testing.assert_array_equal(values, np.moveaxis(np.asarray(expected), 2, 0) / np.float32(255))


def test_reduced_floats_do_not_leave_0_and_1() -> None:
    edge = np.zeros((64, 64), np.float32)
    edge[:, 32:] = 1
    values = picture(edge).working(20, color="grey", quantize="exact")
    assert values.min() == 0
    assert values.max() == 1


def test_working_arrays_cannot_be_changed() -> None:
    values = picture(colour_pixels(8, 8)).working()
    with pytest.raises(ValueError, match="read-only"):
        values[0, 0, 0] = 0.5


def test_the_same_array_is_not_computed_twice_but_few_are_kept() -> None:
    one = picture(colour_pixels(40, 40))
    first = one.working(20)
    assert one.working(20) is first
    for size in (10, 11, 12):
        one.working(size)
    assert one.working(20) is not first
    np.testing.assert_array_equal(one.working(20), first)


def test_the_size_in_memory_covers_both_forms_and_the_kept_arrays() -> None:
    one = picture(colour_pixels(400, 600))
    arrays = [one.working(384, "fit"), one.working(384)]
    held = one.whole.nbytes + one.square.nbytes + sum(array.nbytes for array in arrays)
    assert held <= one.nbytes


def test_a_square_picture_is_kept_once() -> None:
    one = picture(colour_pixels(50, 50))
    assert one.square is one.whole


def test_png_shows_the_picture_without_metadata() -> None:
    pixels = colour_pixels(30, 20)
    data = picture(pixels).png()
    assert data.startswith(b"\x89PNG")
    for chunk in (b"tEXt", b"eXIf", b"iCCP", b"tIME"):
        assert chunk not in data


def test_png_of_floats_has_bytes() -> None:
    data = picture(np.array([[0.0, 0.5, 1.0]], np.float32)).png()
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(data))), [[0, 128, 255]])


def test_reducing_keeps_small_images_as_they_are() -> None:
    image = Image.new("L", (10, 20))
    assert reduced(image, 20) is image
