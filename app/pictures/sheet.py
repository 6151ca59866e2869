"""A sheet to draw on: shapes, cells, maps and words, in units of a design and not in pixels.

Everything is drawn at twice the size and then halved, so that lines and letters have smooth edges;
a map keeps whole pixels for its cells all the same.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final, Literal

from PIL import Image, ImageDraw, ImageFont

from app.pictures.colours import ByteArray

Weight = Literal["medium", "semibold"]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
Point = tuple[float, float]

_FILES: Final = {"medium": "Inter-Medium.otf", "semibold": "Inter-SemiBold.otf"}
_FINE: Final = 2
# Below it cells are drawn smaller than a pixel and a half: then the map is smoothed.
_PIXELATED: Final = 1.5
_FILLING: Final = 0.85


@dataclass(frozen=True)
class Written:
    """Words on the sheet.

    Attributes
    ----------
    text, fill : str
        What is written, and in which colour.
    box : Box
        Where, in units.
    """

    text: str
    fill: str
    box: Box


@dataclass(frozen=True)
class Placed:
    """A map on the sheet.

    Attributes
    ----------
    left, top : int
        Corner, in pixels of the finished picture.
    cell_px : float
        Pixels of one cell.
    rows, columns : int
        Cells.
    unit_px : float
        Pixels of one unit.
    """

    left: int
    top: int
    cell_px: float
    rows: int
    columns: int
    unit_px: float

    def box(self, rows: Sequence[int], columns: Sequence[int]) -> Box:
        """Give where cells lie, in units; ``rows`` and ``columns`` are (first, last)."""
        first_row, last_row = (min(max(row, 0), self.rows - 1) for row in rows)
        first_column, last_column = (min(max(column, 0), self.columns - 1) for column in columns)
        return (
            (self.left + first_column * self.cell_px) / self.unit_px,
            (self.top + first_row * self.cell_px) / self.unit_px,
            (self.left + (last_column + 1) * self.cell_px) / self.unit_px,
            (self.top + (last_row + 1) * self.cell_px) / self.unit_px,
        )

    @property
    def whole(self) -> Box:
        """Give where the map lies, in units."""
        return self.box((0, self.rows - 1), (0, self.columns - 1))


class Sheet:
    """A picture in the making.

    Parameters
    ----------
    width, height : float
        In units.
    width_px : int
        Pixels of the finished picture.
    ground : str
        ``#RRGGBB``.

    Attributes
    ----------
    written : list of Written
        All words, in the order in which they were drawn.
    placed : dict of str to Placed
        The maps by name.
    """

    def __init__(self, width: float, height: float, *, width_px: int, ground: str) -> None:
        self.unit_px = width_px / width
        self._scale = _FINE * self.unit_px
        self._size_px = (width_px, round(height * self.unit_px))
        self._image = Image.new("RGB", (_FINE * width_px, _FINE * self._size_px[1]), ground)
        self._draw = ImageDraw.Draw(self._image)
        self.written: list[Written] = []
        self.placed: dict[str, Placed] = {}

    def finished(self) -> Image.Image:
        """Give the picture in its size."""
        return self._image.reduce(_FINE)

    def png(self) -> bytes:
        """Give the picture as a PNG file."""
        file = io.BytesIO()
        self.finished().save(file, "PNG", compress_level=6)
        return file.getvalue()

    def rectangle(self, box: Box, fill: str) -> None:
        """Fill a rectangle."""
        left, top, right, bottom = self._whole(box)
        if right > left and bottom > top:
            self._draw.rectangle((left, top, right - 1, bottom - 1), fill)

    def frame(self, box: Box, colour: str, *, width: float, outside: bool = True) -> None:
        """Draw a frame around a box, or along its inner edge."""
        left, top, right, bottom = box
        out = width if outside else 0
        left, top, right, bottom = left - out, top - out, right + out, bottom + out
        self.rectangle((left, top, right, top + width), colour)
        self.rectangle((left, bottom - width, right, bottom), colour)
        self.rectangle((left, top, left + width, bottom), colour)
        self.rectangle((right - width, top, right, bottom), colour)

    def line(
        self, points: Iterable[Point], colour: str, *, width: float, is_rounded: bool = False
    ) -> None:
        """Draw a line through points."""
        scaled = [(x * self._scale, y * self._scale) for x, y in points]
        width_px = max(1, round(width * self._scale))
        self._draw.line(scaled, colour, width_px, joint="curve")
        if is_rounded:
            for x, y in (scaled[0], scaled[-1]):
                reach = (width_px - 1) / 2
                self._draw.ellipse((x - reach, y - reach, x + reach, y + reach), colour)

    def disc(self, centre: Point, radius: float, fill: str) -> None:
        """Fill a circle."""
        x, y, reach = centre[0] * self._scale, centre[1] * self._scale, radius * self._scale
        self._draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill)

    def arrow(self, start: Point, end: Point, colour: str, *, width: float = 2.5) -> None:
        """Draw an arrow to the right."""
        (x, y), head = end, 9
        self.line([start, end], colour, width=width, is_rounded=True)
        tips = [(x - head, y - head), end, (x - head, y + head)]
        self.line(tips, colour, width=width, is_rounded=True)

    def hatch(self, box: Box, ground: str, line: str, *, pitch: float = 11) -> None:
        """Fill a rectangle with lines from bottom left to top right."""
        left, top, right, bottom = self._whole(box)
        if right <= left or bottom <= top:
            return
        tile = Image.new("RGB", (right - left, bottom - top), ground)
        pen = ImageDraw.Draw(tile)
        step, width = pitch * self._scale, max(1, round(1.6 * self._scale))
        # The same phase everywhere, so that neighbouring boxes run into each other.
        total = (left + top) - (left + top) % step - step
        while total < right + bottom + step:
            sum_here = total - left - top
            pen.line((sum_here - tile.height - 2, tile.height + 2, sum_here + 2, -2), line, width)
            total += step
        self._image.paste(tile, (left, top))

    def place(self, name: str, pixels: ByteArray, box: Box, *, side: float = 0.5) -> Placed:
        """Draw a map, one colour per cell, as large as it can be in a box.

        Parameters
        ----------
        name : str
            To find it by in :attr:`placed`.
        pixels : ndarray of uint8, shape (rows, columns, 3)
        box : Box
            Where there is room.
        side : float
            Where in its width the map lies: 0 at the left, 1 at the right.

        Returns
        -------
        Placed
        """
        rows, columns = pixels.shape[:2]
        left, top, right, bottom = (edge * self.unit_px for edge in box)
        cell_px = min((right - left) / columns, (bottom - top) / rows)
        # Whole pixels, unless too much of the room would stay empty.
        if cell_px >= _PIXELATED and int(cell_px) >= _FILLING * cell_px:
            cell_px = float(int(cell_px))
        width, height = max(1, round(columns * cell_px)), max(1, round(rows * cell_px))
        # Maps of nearly the same height have their upper edges in line.
        is_nearly_full = height >= _FILLING * (bottom - top)
        placed = Placed(
            left=round(left + side * (right - left - width)),
            top=round(top if is_nearly_full else (top + bottom - height) / 2),
            cell_px=cell_px,
            rows=rows,
            columns=columns,
            unit_px=self.unit_px,
        )
        how = Image.Resampling.NEAREST if cell_px >= _PIXELATED else Image.Resampling.BOX
        picture = Image.fromarray(pixels).resize((_FINE * width, _FINE * height), how)
        self._image.paste(picture, (_FINE * placed.left, _FINE * placed.top))
        self.placed[name] = placed
        return placed

    def write(
        self,
        at: Point,
        text: str,
        fill: str,
        *,
        size: float,
        weight: Weight = "medium",
        anchor: str = "ls",
    ) -> float:
        """Write a line of text.

        Parameters
        ----------
        at : Point
            Where its anchor is.
        text, fill : str
            What, in which colour.
        size : float
            Of the letters.
        weight : {"medium", "semibold"}
            How strong they are.
        anchor : str
            As Pillow names them: ``"ls"`` is the left end of the base line.

        Returns
        -------
        float
            The width of the text.
        """
        font = _font(weight, self._scale * size)
        point = (at[0] * self._scale, at[1] * self._scale)
        self._draw.text(point, text, fill, font, anchor=anchor)
        edges = self._draw.textbbox(point, text, font, anchor=anchor)
        left, top, right, bottom = (edge / self._scale for edge in edges)
        self.written.append(Written(text, fill, (left, top, right, bottom)))
        return self.width_of(text, size=size, weight=weight)

    def width_of(self, text: str, *, size: float, weight: Weight = "medium") -> float:
        """Tell how wide a line of text is."""
        return _font(weight, self._scale * size).getlength(text) / self._scale

    def _whole(self, box: Box) -> tuple[int, int, int, int]:
        left, top, right, bottom = (round(edge * self._scale) for edge in box)
        return left, top, right, bottom


@lru_cache(maxsize=1)
def _folder() -> dict[Weight, bytes]:
    folder = files("app.pictures") / "type"
    return {
        "medium": (folder / _FILES["medium"]).read_bytes(),
        "semibold": (folder / _FILES["semibold"]).read_bytes(),
    }


@lru_cache(maxsize=128)
def _font(weight: Weight, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(io.BytesIO(_folder()[weight]), size)
