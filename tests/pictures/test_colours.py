"""The colours of pictures are those of the page."""

from __future__ import annotations

import re
from dataclasses import fields

import numpy as np
import pytest

from app.pictures.colours import TOKENS, Theme, Tokens, colourise, ink_on
from app.resources import folder

# Where a token has another name in the style sheets.
NAMES = {"negative": "neg", "positive": "pos", "pending": "pend-a", "pending_line": "pend-b"}


def style_tokens() -> dict[str, tuple[str, str]]:
    """Read the tokens of the style sheet: light, dark."""
    text = (folder("static") / "styles/tokens.css").read_text(encoding="utf-8")
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", text)
    return {name: (light.upper(), dark.upper()) for name, light, dark in found}


@pytest.mark.parametrize(("theme", "place"), [("light", 0), ("dark", 1)])
def test_the_tokens_are_those_of_the_style_sheet(theme: Theme, place: int) -> None:
    styles, tokens = style_tokens(), TOKENS[theme]
    channels = [styles[f"ch-{letter}"][place] for letter in "rgb"]
    assert list(tokens.channels) == channels
    for field in fields(Tokens):
        # A halo is see-through on the page, and solid in a picture.
        if field.name not in ("channels", "halo"):
            name = NAMES.get(field.name, field.name).replace("_", "-")
            assert getattr(tokens, field.name) == styles[name][place], field.name


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_on_any_cell_can_be_read(theme: Theme) -> None:
    values = np.linspace(-1, 1, 201, dtype=np.float32).reshape(1, -1)
    for colour in colourise(values, peak=1.0, theme=theme)[0]:
        ink = 0.0 if ink_on(colour) == "#000000" else 1.0
        light = luminance(colour)
        contrast = (max(ink, light) + 0.05) / (min(ink, light) + 0.05)
        assert contrast >= 4.5, colour


def luminance(colour: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> float:
    shares = colour.astype(float) / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))
