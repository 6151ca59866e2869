"""Hostile file names do not reach a sentence as they are."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.images.names import LONGEST, subject


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("beach.jpg", "beach.jpg"),
        ("Ferien am Meer (2).jpeg", "Ferien am Meer (2).jpeg"),
        ("写真.png", "写真.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\lab.png", "lab.png"),
        ("a\r\nSet-Cookie: x=1.png", "a Set-Cookie: x=1.png"),
        ("<img src=x onerror=alert(1)>.png", "img src=x onerror=alert(1) .png"),
        ("gnp.\u202egpj.exe", "gnp.gpj.exe"),
        ("\x1b[31mred\x07.png", "[31mred.png"),
        ("e\u0301te.png", "\u00e9te.png"),
        ("", "This file"),
        (None, "This file"),
        ("...", "This file"),
        ("\ud800\udfff", "This file"),
        ("💥", "This file"),
    ],
)
def test_names_are_cleaned(name: str | None, expected: str) -> None:
    assert subject(name) == expected


def test_long_names_keep_their_beginning_and_ending() -> None:
    short = subject("begin" + "a" * 300 + "end.tiff")
    assert short.startswith("begina")
    assert short.endswith("aend.tiff")
    assert "…" in short
    assert len(short) == LONGEST


@given(st.text())
def test_no_name_breaks_a_sentence(name: str) -> None:
    cleaned = subject(name)
    assert 0 < len(cleaned) <= LONGEST
    assert all(unicodedata.category(character)[0] != "C" for character in cleaned)
    assert not set(cleaned) & set("<>&\"'`\r\n\t/\\")
    cleaned.encode()
