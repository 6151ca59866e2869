"""Only the one tag is read, and nothing in the block can make that fail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.images.orientation import UPRIGHT, orientation_of
from tests.images.files import exif


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_tag_is_read_in_both_byte_orders(orientation: int, order: str) -> None:
    assert orientation_of(exif(orientation, order=order)) == orientation
    assert orientation_of(b"Exif\0\0" + exif(orientation, order=order)) == orientation


@given(st.binary(max_size=100))
def test_garbage_is_upright_or_a_legal_orientation(tail: bytes) -> None:
    assert 1 <= orientation_of(b"II*\0" + tail) <= 8
    assert orientation_of(tail.lstrip(b"IME")) == UPRIGHT


def test_a_cut_block_is_upright() -> None:
    assert orientation_of(exif(6)[:16]) == UPRIGHT


def test_a_tag_of_another_type_is_ignored() -> None:
    block = bytearray(exif(6))
    block[12] = 4
    assert orientation_of(bytes(block)) == UPRIGHT
