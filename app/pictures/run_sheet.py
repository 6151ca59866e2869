"""All maps of a run on one sheet: a block for each stage, from the picture to the last one."""

from __future__ import annotations

from typing import Final

from PIL import Image, ImageDraw, ImageFont

from app.pictures.colours import TOKENS, Theme
from app.pictures.contact_sheet import contact_sheet, sheet_size
from app.pictures.stage_pictures import stage_tiles
from app.pipeline.stages import InputStage, Stage
from app.pipeline.trace import Trace

_HEAD: Final = 34
_MARGIN: Final = 12
_TITLE_SIZE: Final = 15


def run_sheet_size(trace: Trace) -> tuple[int, int]:
    """Tell width and height in pixels of the sheet of a run, without painting it."""
    sizes = [_size(stage) for stage in trace.all_stages]
    return max(width for width, _ in sizes), sum(height + _HEAD for _, height in sizes)


def run_sheet(trace: Trace, *, theme: Theme = "light") -> Image.Image:
    """Lay out the maps of every stage, stage under stage.

    Parameters
    ----------
    trace : Trace
        What came out of the run.
    theme : {"light", "dark"}
        Which of the page's colour scales.

    Returns
    -------
    Image.Image
        RGB; each block has a heading with the stage's shape.
    """
    blocks: list[tuple[str, Image.Image]] = []
    for stage in trace.all_stages:
        tiles, labels = stage_tiles(trace, stage, channels=range(stage.shape[0]), theme=theme)
        shape = " × ".join(map(str, stage.shape))
        title = str(stage.describe()["title"])
        blocks.append((f"{title}: {shape}", contact_sheet(tiles, labels, theme=theme)))
    sheet = Image.new("RGB", run_sheet_size(trace), TOKENS[theme].paper)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=_TITLE_SIZE)
    top = 0
    for title, block in blocks:
        draw.text((_MARGIN, top + _MARGIN), title, fill=TOKENS[theme].ink, font=font)
        sheet.paste(block, (0, top + _HEAD))
        top += block.height + _HEAD
    return sheet


def _size(stage: InputStage | Stage) -> tuple[int, int]:
    maps, rows, columns = stage.shape
    # The picture is one tile, in its colours.
    return sheet_size(1 if isinstance(stage, InputStage) else maps, rows, columns)
