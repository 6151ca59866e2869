"""The first bytes tell what a file is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.images.faults import Fault
from app.images.recognise import recognise
from tests.images.files import FORMATS, photo_file


@pytest.mark.parametrize("name", FORMATS)
def test_pictures_are_recognised(name: str) -> None:
    assert recognise(photo_file(name)) == FORMATS[name][0]


@given(st.binary(max_size=200))
def test_any_bytes_are_recognised_or_refused(data: bytes) -> None:
    try:
        assert recognise(data) in {"PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "AVIF"}
    except Fault as fault:
        assert fault.predicate.startswith(("is ", "has ", "contains "))
        assert fault.advice.endswith(".")


def test_a_text_that_begins_like_a_bitmap_is_a_text() -> None:
    with pytest.raises(Fault, match="is a text file"):
        recognise(b"BM is how this text begins, and it goes on for a while.")


def test_the_beginning_of_a_signature_is_a_cut_off_picture() -> None:
    with pytest.raises(Fault, match="ends too early"):
        recognise(b"\x89PN")
