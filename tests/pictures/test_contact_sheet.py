"""Contact sheets show values in the signed colour scale of the design."""

from __future__ import annotations

import numpy as np
import pytest

from app.pictures.colours import Theme, colourise, photograph
from app.pictures.contact_sheet import contact_sheet, png_bytes


@pytest.mark.parametrize(
    ("theme", "neutral", "half_positive"),
    [("light", (241, 240, 237), (247, 163, 120)), ("dark", (34, 35, 37), (173, 79, 38))],
)
def test_zero_is_exactly_neutral_and_the_middle_stop_is_at_t_one_half(
    theme: Theme, neutral: tuple[int, ...], half_positive: tuple[int, ...]
) -> None:
    half = np.float32(0.5 ** (1 / 0.6))
    painted = colourise(np.array([[0, -0.0, half]], np.float32), peak=1, theme=theme)
    assert tuple(painted[0, 0]) == tuple(painted[0, 1]) == neutral
    assert np.abs(painted[0, 2].astype(int) - half_positive).max() <= 1


def test_a_map_of_zeros_is_neutral_even_though_its_peak_is_zero() -> None:
    painted = colourise(np.zeros((2, 3), np.float32), peak=0.0)
    assert painted.shape == (2, 3, 3)
    assert np.unique(painted.reshape(-1, 3), axis=0).tolist() == [[241, 240, 237]]


def test_a_grey_picture_is_painted_with_equal_channels() -> None:
    assert photograph(np.array([[[0, 0.5, 1]]], np.float32)).tolist() == [
        [[0] * 3, [128] * 3, [255] * 3]
    ]


def test_every_tile_is_on_the_sheet_unchanged() -> None:
    tiles = [np.full((128, 128, 3), shade, np.uint8) for shade in (10, 60, 110, 160, 210)]
    sheet = np.asarray(contact_sheet(tiles, [f"map {index}" for index in range(5)]))
    for shade in (10, 60, 110, 160, 210):
        assert (sheet == shade).all(axis=-1).sum() >= 128 * 128
    assert png_bytes(contact_sheet(tiles[:1], ["one"])).startswith(b"\x89PNG")


def test_a_small_map_is_enlarged_by_whole_pixels() -> None:
    tile = np.zeros((4, 4, 3), np.uint8)
    tile[0, 0] = 200
    sheet = np.asarray(contact_sheet([tile], ["map 1"]))
    assert (sheet == 200).all(axis=-1).sum() == 32 * 32
