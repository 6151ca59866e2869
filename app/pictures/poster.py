"""The picture of a scene: what is read, the arithmetic of one cell, and the result.

Drawn from the run in the page's colours: for link previews (1200 × 630), for documents, and in the
place of an embed that is not there yet. Every number is that of the engine, and the line of
arithmetic adds up as printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.pictures.colours import TOKENS, Theme, Tokens
from app.pictures.formulas import Line, Part, Role, lines
from app.pictures.numbers import count, printed
from app.pictures.poster_middle import draw_middle, names_of
from app.pictures.sheet import Box, Placed, Sheet, Weight
from app.pictures.shown import Shown, View, shown
from app.pictures.titles import OWN_PICTURE, scene_title, stage_title
from app.pipeline.stages import InputStage, Stage
from app.pipeline.trace import Trace

WIDTH: Final = 1200
HEIGHT: Final = 630
#: Widths in pixels that are drawn; below, nobody could read it.
WIDTHS: Final = (240, 2400)

_MARGIN: Final = 52
_SIDE: Final = 288
_MAPS_TOP: Final = 204
_LABEL_GAP: Final = 18
_SUM_LINE: Final = 560
_CAPTION_LINE: Final = 592
_LEFT: Final[Box] = (_MARGIN, _MAPS_TOP, _MARGIN + _SIDE, _MAPS_TOP + _SIDE)
_RIGHT: Final[Box] = (WIDTH - _MARGIN - _SIDE, _MAPS_TOP, WIDTH - _MARGIN, _MAPS_TOP + _SIDE)


def poster(
    scene: View,
    trace: Trace,
    *,
    width: int = WIDTH,
    theme: Theme | None = None,
    picture: str = OWN_PICTURE,
) -> bytes:
    """Draw a scene.

    Parameters
    ----------
    scene : View
        Its ``view`` says which stage, map, cell and step.
    trace : Trace
        What came out of the run of its recipe.
    width : int
        In pixels; taken into :data:`WIDTHS`. The height is 630 / 1200 of it.
    theme : {"light", "dark"}, optional
        That of the scene when left out, and light for a scene that follows its page.
    picture : str
        What the picture is called.

    Returns
    -------
    bytes
        A PNG file.
    """
    return draw_poster(scene, trace, width=width, theme=theme, picture=picture).png()


def draw_poster(
    scene: View,
    trace: Trace,
    *,
    width: int = WIDTH,
    theme: Theme | None = None,
    picture: str = OWN_PICTURE,
) -> Sheet:
    """Draw a scene and give the sheet, which knows what stands where; as :func:`poster`."""
    colours: Theme = theme or ("dark" if scene.view.get("theme") == "dark" else "light")
    tokens = TOKENS[colours]
    width_px = min(max(width, WIDTHS[0]), WIDTHS[1])
    sheet = Sheet(WIDTH, HEIGHT, width_px=width_px, ground=tokens.paper)
    facts = shown(scene, trace)
    _head(sheet, facts, tokens, picture)
    source = _source(sheet, facts, tokens, colours)
    result = _result(sheet, facts, tokens, colours)
    draw_middle(sheet, facts, tokens, colours, between=(source.whole[2], result.whole[0]))
    _arithmetic(sheet, facts, tokens)
    return sheet


def _head(sheet: Sheet, facts: Shown, tokens: Tokens, picture: str) -> None:
    _mark(sheet, tokens)
    title = scene_title(facts.trace, facts.stage, facts.channel, picture=picture)
    room = WIDTH - 2 * _MARGIN - 230
    size = next(
        (
            size
            for size in (46, 40, 34)
            if sheet.width_of(title, size=size, weight="semibold") < room
        ),
        28,
    )
    sheet.write((_MARGIN - 2, 84), title, tokens.ink, size=size, weight="semibold")
    _, rows, columns = facts.stage.shape
    row, column = facts.cell
    where = f"row {row + 1}, column {column + 1} of {count(rows)} × {count(columns)}"
    name = stage_title(facts.stage)
    words = ["" if title.startswith(name) else name, _summary(facts.stage), where]
    text = "  ·  ".join(word for word in words if word)
    _fitted(sheet, (_MARGIN, 124), text, tokens.ink_2, size=23, room=WIDTH - 2 * _MARGIN)


def _summary(stage: InputStage | Stage) -> str:
    return str(stage.describe()["summary"])


def _mark(sheet: Sheet, tokens: Tokens) -> None:
    """Draw the name and the sign of Kernelscope at the top right."""
    name, size = "Kernelscope", 24
    right, base = WIDTH - _MARGIN, 80
    sheet.write((right, base), name, tokens.ink, size=size, weight="semibold", anchor="rs")
    left = right - sheet.width_of(name, size=size, weight="semibold") - 40
    for row in range(3):
        for column in range(3):
            corner = (left + 9 * column, base - 22 + 9 * row)
            is_centre = row == column == 1
            box = (*corner, corner[0] + 7, corner[1] + 7)
            if is_centre:
                sheet.rectangle(box, tokens.kernel_line)
            else:
                sheet.frame(box, tokens.ink_3, width=1.2, outside=False)


def _source(sheet: Sheet, facts: Shown, tokens: Tokens, theme: Theme) -> Placed:
    stage = facts.source
    placed = sheet.place("source", facts.source_pixels(theme), _LEFT, side=0)
    _unread(sheet, facts, placed, tokens)
    reads = len(facts.stage.sources[facts.channel])
    name = "Input" if isinstance(stage, InputStage) else stage_title(stage)
    if not isinstance(stage, InputStage):
        name += f", map {facts.source_channel + 1}"
    depth = "3 × " if facts.is_colour and reads != 1 else ""
    size = depth + _size(stage)
    edges = (_LEFT[0], placed.whole[2])
    colours = (tokens.input, tokens.input_line)
    _label(sheet, edges, placed.whole[1], name, size, colours, tokens)
    rows, columns = facts.window()
    _marked(sheet, placed.box(rows, columns), tokens.input_line, tokens, width=3)
    return placed


def _result(sheet: Sheet, facts: Shown, tokens: Tokens, theme: Theme) -> Placed:
    stage = facts.stage
    pixels = facts.pixels_of(stage, facts.channel, theme)
    placed = sheet.place("result", pixels, _RIGHT, side=1)
    _pending(sheet, facts, placed, tokens)
    entry = stage.maps[facts.channel]
    if entry.is_dead and facts.painted == entry.values.size:
        left, top, right, bottom = placed.whole
        middle = ((left + right) / 2, (top + bottom) / 2)
        sheet.write(middle, "all zero", tokens.ink_3, size=22, anchor="mm")
    name = f"{stage_title(stage)}, map {facts.channel + 1}"
    if isinstance(stage, InputStage):
        name = f"{names_of(facts)[0]}" if len(stage.maps) == 3 else "Input"
    colours = (tokens.output, tokens.output_line)
    edges = (placed.whole[0], _RIGHT[2])
    _label(sheet, edges, placed.whole[1], name, _size(stage), colours, tokens)
    row, column = facts.cell
    _marked(sheet, placed.box((row, row), (column, column)), tokens.output_line, tokens, width=4)
    return placed


def _size(stage: InputStage | Stage) -> str:
    return f"{count(stage.shape[1])} × {count(stage.shape[2])}"


def _label(
    sheet: Sheet,
    edges: tuple[float, float],
    top: float,
    name: str,
    size: str,
    colours: tuple[str, str],
    tokens: Tokens,
) -> None:
    """Write over a map what it is and how large; above a narrow one over its neighbourhood."""
    left, right = edges
    needed = 16 + sheet.width_of(name, size=23, weight="semibold") + 18
    needed += sheet.width_of(size, size=20)
    missing = max(0.0, needed - (right - left))
    left, right = (left, right + missing) if left == _LEFT[0] else (left - missing, right)
    base = top - _LABEL_GAP
    sheet.rectangle((left, base - 20, left + 5, base + 4), colours[1])
    sheet.write((left + 16, base), name, colours[0], size=23, weight="semibold")
    sheet.write((right, base), size, tokens.ink_3, size=20, anchor="rs")


def _marked(sheet: Sheet, box: Box, colour: str, tokens: Tokens, *, width: float) -> None:
    """Frame cells, with a halo on both sides, and never too small to be found."""
    left, top, right, bottom = box
    least = 10
    wide, high = max(0.0, least - (right - left)) / 2, max(0.0, least - (bottom - top)) / 2
    grown = (left - wide, top - high, right + wide, bottom + high)
    outer = tuple(edge + sign * width for edge, sign in zip(grown, (-1, -1, 1, 1), strict=True))
    sheet.frame((outer[0], outer[1], outer[2], outer[3]), tokens.halo, width=1.5)
    sheet.frame(grown, colour, width=width)


def _unread(sheet: Sheet, facts: Shown, placed: Placed, tokens: Tokens) -> None:
    """Hatch the last rows and columns that no window reads."""
    if isinstance(facts.stage, InputStage):
        return
    layer = facts.stage.layer
    rows, columns = layer.rows.unread(), layer.columns.unread()
    last_row, last_column = placed.rows - 1, placed.columns - 1
    for missing, box in (
        (rows, placed.box((placed.rows - rows, last_row), (0, last_column))),
        (columns, placed.box((0, last_row), (placed.columns - columns, last_column))),
    ):
        if missing > 0:
            sheet.hatch(box, tokens.pending, tokens.pending_line)


def _pending(sheet: Sheet, facts: Shown, placed: Placed, tokens: Tokens) -> None:
    """Hatch the cells that the animation has not reached."""
    row, column = divmod(facts.painted, placed.columns)
    last_row, last_column = placed.rows - 1, placed.columns - 1
    if row > last_row:
        return
    if column:
        box = placed.box((row, row), (column, last_column))
        sheet.hatch(box, tokens.pending, tokens.pending_line)
        row += 1
    if row <= last_row:
        box = placed.box((row, last_row), (0, last_column))
        sheet.hatch(box, tokens.pending, tokens.pending_line)


_SIZES: Final = ((34, 44), (30, 40), (26, 36), (22, 32))


def _arithmetic(sheet: Sheet, facts: Shown, tokens: Tokens) -> None:
    """Write how the cell comes about: in the largest letters, then in the fewest words."""
    explanation = facts.explanation
    if explanation is None or isinstance(facts.stage, InputStage):
        choices: list[Line] = [(Part(printed(facts.value), "result", _one_value(facts)),)]
    else:
        choices = lines(facts.stage.layer, explanation, names=names_of(facts))
    line, sizes = _choice(sheet, choices, WIDTH - 2 * _MARGIN)
    has_captions = any(part.caption for part in line)
    base = _SUM_LINE if has_captions else _SUM_LINE + 10
    x = (WIDTH - _width(sheet, line, sizes)) / 2
    for part in line:
        is_result = part.role == "result"
        size = sizes[1] if is_result else sizes[0]
        weight: Weight = "semibold" if is_result else "medium"
        colour = _colour(part.role, tokens)
        wide = sheet.width_of(part.text, size=size, weight=weight)
        sheet.write((x, base), part.text, colour, size=size, weight=weight)
        if part.caption:
            own = tokens.kernel if part.role == "bias" else tokens.ink_3
            sheet.write((x + wide / 2, _CAPTION_LINE), part.caption, own, size=18, anchor="ms")
        x += wide


def _one_value(facts: Shown) -> str:
    return f"{names_of(facts)[0]} at this place" if not facts.stage.inputs else "this cell"


def _choice(sheet: Sheet, choices: Sequence[Line], room: float) -> tuple[Line, tuple[float, float]]:
    for line in choices:
        for sizes in _SIZES:
            if _width(sheet, line, sizes) <= room:
                return line, sizes
    return choices[-1], _SIZES[-1]


def _width(sheet: Sheet, line: Line, sizes: tuple[float, float]) -> float:
    return sum(
        sheet.width_of(part.text, size=sizes[1], weight="semibold")
        if part.role == "result"
        else sheet.width_of(part.text, size=sizes[0])
        for part in line
    )


def _colour(role: Role, tokens: Tokens) -> str:
    return {
        "sign": tokens.ink_3,
        "zero": tokens.ink_3,
        "quiet": tokens.ink_3,
        "negative": tokens.negative,
        "positive": tokens.positive,
        "bias": tokens.kernel,
        "result": tokens.output,
    }[role]


def _fitted(
    sheet: Sheet, at: tuple[float, float], text: str, fill: str, *, size: float, room: float
) -> None:
    """Write a line, smaller where it would be too long."""
    wide = sheet.width_of(text, size=size)
    sheet.write(at, text, fill, size=size if wide <= room else size * room / wide)
