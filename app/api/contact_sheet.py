"""Feature maps as a labelled picture, in the signed colour scale of the page.

Zero is exactly the neutral colour, positive values are orange, negative ones violet; between
them ``t = (|v| / m) ** 0.6`` runs through five stops per sign. A map and the activation and
pooling after it share ``m``, so a value keeps its colour along the chain.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from app.numerics.shapes import FloatArray

Theme = Literal["light", "dark"]
ByteArray = npt.NDArray[np.uint8]

EXPONENT = 0.6
_NEGATIVE = {
    "light": ("#F1F0ED", "#E1D4F3", "#B79BE2", "#845DC8", "#502A95"),
    "dark": ("#222325", "#403365", "#6C4DAB", "#A781E4", "#E2C8FB"),
}
_POSITIVE = {
    "light": ("#F1F0ED", "#F9D6BF", "#F7A378", "#E26333", "#AA2D14"),
    "dark": ("#222325", "#623124", "#AD4F26", "#ED8641", "#FFD696"),
}
_PAPER = {"light": "#FCFBF9", "dark": "#131416"}
_INK = {"light": "#1B1A17", "dark": "#EDEBE6"}
# A sheet of more is a picture that many viewers refuse.
MAX_SHEET_CELLS = 16_000_000
_GAP = 12
_LABEL = 18
# Small maps are drawn with several pixels per cell, up to about this side.
_COMFORTABLE_SIDE = 128


def colourise(values: FloatArray, *, peak: float, theme: Theme = "light") -> ByteArray:
    """Paint values in the signed colour scale.

    Parameters
    ----------
    values : FloatArray
        (H, W).
    peak : float
        The |value| at the ends of the scale; larger ones take the end colour.
    theme : {"light", "dark"}
        Which of the page's two scales.

    Returns
    -------
    ndarray of uint8
        (H, W, 3).

    Examples
    --------
    >>> colourise(np.float32([[0.0, 2.0, -2.0]]), peak=2.0).tolist()
    [[[241, 240, 237], [170, 45, 20], [80, 42, 149]]]
    """
    scaled = np.minimum(1.0, np.abs(values) / peak) if peak > 0 else np.zeros_like(values)
    place = np.float32(4) * scaled**EXPONENT
    stops = np.arange(5)
    positive, negative = (_rgb(scale[theme]) for scale in (_POSITIVE, _NEGATIVE))
    channels = [
        np.where(
            values >= 0,
            np.interp(place, stops, positive[:, index]),
            np.interp(place, stops, negative[:, index]),
        )
        for index in range(3)
    ]
    colours: ByteArray = np.rint(np.stack(channels, axis=-1)).astype(np.uint8)
    return colours


def photograph(values: FloatArray) -> ByteArray:
    """Paint an input picture as itself.

    Parameters
    ----------
    values : FloatArray
        (1, H, W) or (3, H, W) in [0, 1].

    Returns
    -------
    ndarray of uint8
        (H, W, 3).
    """
    levels = np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(levels, (3, *levels.shape[1:])).transpose(1, 2, 0))


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
    zoom = max(1, _COMFORTABLE_SIDE // max(rows, columns))
    width = max(columns * zoom, _COMFORTABLE_SIDE) + _GAP
    height = rows * zoom + _LABEL + _GAP
    across = max(1, round(math.sqrt(len(tiles) * height / width)))
    down = math.ceil(len(tiles) / across)
    sheet = Image.new("RGB", (across * width + _GAP, down * height + _GAP), _PAPER[theme])
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=11)
    for index, (tile, label) in enumerate(zip(tiles, labels, strict=True)):
        left = _GAP + index % across * width
        top = _GAP + index // across * height
        picture = Image.fromarray(tile).resize(
            (columns * zoom, rows * zoom), Image.Resampling.NEAREST
        )
        sheet.paste(picture, (left, top))
        draw.text((left, top + rows * zoom + 3), label, fill=_INK[theme], font=font)
    return sheet


def png_bytes(picture: Image.Image) -> bytes:
    """Encode a picture as PNG."""
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=False, compress_level=6)
    return file.getvalue()


def _rgb(colours: Sequence[str]) -> npt.NDArray[np.float64]:
    """Read ``#RRGGBB`` colours as (n, 3)."""
    return np.array([tuple(bytes.fromhex(colour[1:])) for colour in colours], np.float64)
