"""Feature maps as a labelled picture, in the signed colour scale of the page."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from app.pictures.colours import TOKENS, ByteArray, Theme

# A sheet of more is a picture that many viewers refuse.
MAX_SHEET_CELLS = 16_000_000
MAX_SHEET_PIXELS = 64_000_000
_GAP = 12
_LABEL = 18
# Small maps are drawn with several pixels per cell, up to about this side.
_COMFORTABLE_SIDE = 128


def contact_sheet(
    tiles: Sequence[ByteArray], labels: Sequence[str], *, theme: Theme = "light"
) -> Image.Image:
    """Lay painted maps of one size out on a page, with a line of text under each.

    Parameters
    ----------
    tiles : Sequence of ndarray
        At least one, each (H, W, 3).
    labels : Sequence[str]
        As many as tiles.
    theme : {"light", "dark"}
        Colours of paper and text.

    Returns
    -------
    Image.Image
        RGB, about as wide as it is high.
    """
    rows, columns = tiles[0].shape[:2]
    zoom, width, height = _room(rows, columns)
    size = sheet_size(len(tiles), rows, columns)
    across = size[0] // width
    sheet = Image.new("RGB", size, TOKENS[theme].paper)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=11)
    for index, (tile, label) in enumerate(zip(tiles, labels, strict=True)):
        left = _GAP + index % across * width
        top = _GAP + index // across * height
        picture = Image.fromarray(tile).resize(
            (columns * zoom, rows * zoom), Image.Resampling.NEAREST
        )
        sheet.paste(picture, (left, top))
        draw.text((left, top + rows * zoom + 3), label, fill=TOKENS[theme].ink, font=font)
    return sheet


def sheet_size(count: int, rows: int, columns: int) -> tuple[int, int]:
    """Tell width and height in pixels of the sheet of ``count`` maps.

    Examples
    --------
    >>> sheet_size(4, 96, 96)
    (292, 264)
    """
    _, width, height = _room(rows, columns)
    across = max(1, round(math.sqrt(count * height / width)))
    return across * width + _GAP, math.ceil(count / across) * height + _GAP


def _room(rows: int, columns: int) -> tuple[int, int, int]:
    """Tell the pixels of a cell, and the width and height that a map takes with its label."""
    zoom = max(1, _COMFORTABLE_SIDE // max(rows, columns))
    width = max(columns * zoom, _COMFORTABLE_SIDE) + _GAP
    return zoom, width, rows * zoom + _LABEL + _GAP


def png_bytes(picture: Image.Image) -> bytes:
    """Encode a picture as PNG."""
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=False, compress_level=6)
    return file.getvalue()
