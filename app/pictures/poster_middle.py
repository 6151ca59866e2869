"""The middle of a poster: window and kernel, the curve of a function, or a pooled window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from app.numerics.shapes import FloatArray
from app.operations.base import Explanation, Term
from app.pictures.colours import ByteArray, Theme, Tokens, colourise, ink_on
from app.pictures.formulas import COLOURS
from app.pictures.numbers import LEAST, exact_decimals, fixed, printed
from app.pictures.poster_curve import draw_curve
from app.pictures.sheet import Sheet
from app.pictures.shown import Shown
from app.pipeline.stages import InputStage, Stage

_CENTRE: Final = 348.0
_MIDDLE: Final = 600.0
_GRID: Final = 174.0
_ROWS: Final = 288.0
# More channels than these are not laid out one by one: the one that gives most stands for all.
_MOST_ROWS: Final = 3
# Numbers in smaller letters are not written: nobody could read them.
_LEAST_LETTERS: Final = 12.5


def names_of(facts: Shown) -> list[str]:
    """Name the maps that are read for the cell; the map itself for a picture."""
    sources = facts.stage.sources[facts.channel] or [facts.channel]
    if isinstance(facts.source, InputStage):
        return [COLOURS[source] for source in sources] if facts.is_colour else ["grey"]
    return [f"map {source + 1}" for source in sources]


def draw_middle(
    sheet: Sheet, facts: Shown, tokens: Tokens, theme: Theme, *, between: tuple[float, float]
) -> None:
    """Draw what leads from the left map to the right one.

    Parameters
    ----------
    sheet : Sheet
    facts : Shown
        The frame.
    tokens, theme
        Colours.
    between : (float, float)
        Right edge of the left map, left edge of the right one.
    """
    stage, explanation = facts.stage, facts.explanation
    if isinstance(stage, InputStage):
        _colours_of_a_place(sheet, facts, tokens)
        return
    if explanation is None:
        return
    pen = _Pen(sheet, facts, tokens, theme, explanation, stage)
    if "weight" in stage.layer.tensors():
        left, right = pen.weighted()
    elif stage.layer.kind == "elementwise":
        left, right = draw_curve(sheet, facts, tokens, centre=(_MIDDLE, _CENTRE))
    else:
        left, right = pen.pooled()
    for start, end, colour in (
        (between[0], left, tokens.input_line),
        (right, between[1], tokens.output_line),
    ):
        if end - start >= 36:
            sheet.arrow((start + 12, _CENTRE), (end - 12, _CENTRE), colour)


def _colours_of_a_place(sheet: Sheet, facts: Shown, tokens: Tokens) -> None:
    """Draw the numbers that a cell of the picture is made of."""
    stage, side, gap = facts.stage, 76.0, 22.0
    number = len(stage.maps)
    top = _CENTRE - (number * side + (number - 1) * gap) / 2
    for channel, entry in enumerate(stage.maps):
        value = float(str(entry.values[facts.cell]))
        y = top + channel * (side + gap)
        pixels = facts.painted_as(stage, channel, [[value]], "light")
        fill = tuple(int(part) for part in pixels[0, 0])
        box = (_MIDDLE - side / 2, y, _MIDDLE + side / 2, y + side)
        sheet.rectangle(box, "#{:02X}{:02X}{:02X}".format(*fill))
        is_shown = channel == facts.channel
        sheet.frame(
            box,
            tokens.output_line if is_shown else tokens.line_strong,
            width=4 if is_shown else 1.5,
        )
        at = (_MIDDLE, y + side / 2)
        sheet.write(at, fixed(value, LEAST), ink_on(fill), size=22, weight="semibold", anchor="mm")
        if number == 3:
            at = (box[0] - 22, at[1])
            sheet.write(at, "RGB"[channel], tokens.channels[channel], size=22, anchor="rm")


class _Pen:
    """Draws one middle; each method gives its left and right edge."""

    def __init__(
        self,
        sheet: Sheet,
        facts: Shown,
        tokens: Tokens,
        theme: Theme,
        explanation: Explanation,
        stage: Stage,
    ) -> None:
        self.sheet, self.facts, self.tokens, self.theme = sheet, facts, tokens, theme
        self.explanation, self.stage = explanation, stage
        self.size = (stage.layer.rows.kernel_size, stage.layer.columns.kernel_size)
        self.sources = stage.sources[facts.channel]

    def weighted(self) -> tuple[float, float]:
        """Draw window × kernel, for up to three channels; for more, the one that gives most."""
        if 1 < len(self.sources) <= _MOST_ROWS:
            return self._slices()
        position = self.facts.strongest
        cell = _GRID / max(self.size)
        wide, high = cell * self.size[1], cell * self.size[0]
        gap = 60.0
        left, top = _MIDDLE - wide - gap / 2, _CENTRE - high / 2
        window = self._window((left, top), cell, position)
        kernel = self._kernel((_MIDDLE + gap / 2, top), cell, position)
        self._sign((_MIDDLE, _CENTRE), "×", size=34)
        head, foot = top - 18, top + high + 34
        is_one_of_many = len(self.sources) > 1
        self._head((left + wide / 2, head), f"window{window}", self.tokens.input)
        name = "kernel slice" if is_one_of_many else "kernel"
        self._head((_MIDDLE + gap / 2 + wide / 2, head), f"{name}{kernel}", self.tokens.kernel)
        if is_one_of_many:
            text = f"{names_of(self.facts)[position]} of {len(self.sources)}: it gives most"
            self.sheet.write((_MIDDLE, foot), text, self.tokens.ink_3, size=19, anchor="ms")
        return left, _MIDDLE + gap / 2 + wide

    def _slices(self) -> tuple[float, float]:
        """Draw a line for each channel: letter, window × kernel = partial sum."""
        number, names = len(self.sources), names_of(self.facts)
        row_gap = 18.0
        cell = min((_ROWS - row_gap * (number - 1)) / number / self.size[0], 120 / self.size[1])
        wide, high = cell * self.size[1], cell * self.size[0]
        partials = self.explanation.partial_sums
        # As in the line below.
        shown = [*partials, self.explanation.bias, self.explanation.result]
        texts = [fixed(partial, exact_decimals(shown)[0]) for partial in partials]
        room = max(self.sheet.width_of(text, size=27) for text in texts)
        letter, gap = 34.0, 38.0
        total = letter + 2 * wide + 2 * gap + room
        left = _MIDDLE - total / 2
        top = _CENTRE - (number * high + (number - 1) * row_gap) / 2
        for index in range(number):
            y = top + index * (high + row_gap)
            middle = y + high / 2
            colour = self._channel_colour(index)
            self.sheet.rectangle((left, y, left + 4, y + high), colour)
            short = (
                names[index][0].upper() if self.facts.is_colour else str(self.sources[index] + 1)
            )
            self._sign((left + 19, middle), short, size=20, colour=colour)
            x = left + letter
            self._window((x, y), cell, index)
            self._sign((x + wide + gap / 2, middle), "×", size=26)
            x += wide + gap
            self._kernel((x, y), cell, index)
            self._sign((x + wide + gap / 2, middle), "=", size=26)
            self._partial((left + total, middle), texts[index])
        return left, left + total

    def _channel_colour(self, index: int) -> str:
        if self.facts.is_colour:
            return self.tokens.channels[self.sources[index]]
        return self.tokens.ink_3

    def _partial(self, right: tuple[float, float], text: str) -> None:
        colour = self.tokens.ink_3 if text == "0" else self.tokens.positive
        colour = self.tokens.negative if text.startswith("−") else colour
        self.sheet.write(right, text, colour, size=27, anchor="rm")

    def _window(self, corner: tuple[float, float], cell: float, position: int) -> str:
        """Draw the cells under the kernel, of one channel, as their map paints them."""
        terms = self._terms(position)
        channel = self.sources[position]
        values = self._grid(terms, lambda term: term.source)
        colours = self.facts.painted_as(self.facts.source, channel, values, self.theme)
        read = self._grid(terms, _is_inside)
        remark = self._cells("window", corner, cell, values, colours, is_there=read > 0)
        self._frame(corner, cell, self.tokens.input_line)
        return remark

    def _kernel(self, corner: tuple[float, float], cell: float, position: int) -> str:
        """Draw one slice of the filter, in the scale of all of its slices."""
        weights = self._grid(self._terms(position), lambda term: term.weight)
        peak = max(abs(term.weight) for term in self.explanation.terms)
        colours = colourise(weights, peak=peak, theme=self.theme)
        remark = self._cells("kernel", corner, cell, weights, colours)
        self._frame(corner, cell, self.tokens.kernel_line)
        return remark

    def _terms(self, position: int) -> Sequence[Term]:
        each = len(self.explanation.terms) // len(self.sources)
        return self.explanation.terms[position * each : (position + 1) * each]

    def _grid(self, terms: Sequence[Term], value: Callable[[Term], float]) -> FloatArray:
        grid = np.zeros(self.size, np.float32)
        for term in terms:
            grid[term.kernel_row, term.kernel_column] = value(term)
        return grid

    def _frame(self, corner: tuple[float, float], cell: float, colour: str) -> None:
        left, top = corner
        box = (left, top, left + cell * self.size[1], top + cell * self.size[0])
        self.sheet.frame(box, colour, width=3)

    def _cells(
        self,
        kind: str,
        corner: tuple[float, float],
        cell: float,
        values: FloatArray,
        colours: ByteArray,
        *,
        is_there: npt.NDArray[np.bool_] | None = None,
    ) -> str:
        """Draw cells with their numbers; those beyond the edge of the map are hatched.

        Returns
        -------
        str
            What is to be said of the numbers: that they are rounded, or nothing.
        """
        numbers = _texts(self.sheet, values, cell, least=1 if kind == "kernel" else LEAST)
        for row, column in np.ndindex(*values.shape):
            left, top = corner[0] + column * cell, corner[1] + row * cell
            box = (left, top, left + cell, top + cell)
            fill = tuple(int(part) for part in colours[row, column])
            ink = ink_on(fill)
            if is_there is not None and not is_there[row, column]:
                self.sheet.hatch(box, self.tokens.pending, self.tokens.pending_line, pitch=8)
                ink = self.tokens.ink_3
            else:
                self.sheet.rectangle(box, "#{:02X}{:02X}{:02X}".format(*fill))
            if numbers is not None:
                text, size = numbers[0][row][column], numbers[1]
                at = (left + cell / 2, top + cell / 2)
                self.sheet.write(at, text, ink, size=size, anchor="mm")
        if cell >= 10:
            self._lines(corner, cell)
        return ", rounded" if numbers is not None and numbers[2] else ""

    def _lines(self, corner: tuple[float, float], cell: float) -> None:
        """Draw hairlines between cells."""
        left, top = corner
        right, bottom = left + cell * self.size[1], top + cell * self.size[0]
        for row in range(1, self.size[0]):
            y = top + row * cell
            self.sheet.rectangle((left, y - 0.5, right, y + 0.5), self.tokens.line)
        for column in range(1, self.size[1]):
            x = left + column * cell
            self.sheet.rectangle((x - 0.5, top, x + 0.5, bottom), self.tokens.line)

    def _head(self, at: tuple[float, float], text: str, colour: str) -> None:
        self.sheet.write(at, text, colour, size=20, weight="semibold", anchor="ms")

    def _sign(
        self, at: tuple[float, float], text: str, *, size: float, colour: str | None = None
    ) -> None:
        self.sheet.write(at, text, colour or self.tokens.ink_3, size=size, anchor="mm")

    def pooled(self) -> tuple[float, float]:
        """Draw the window, its winner in ink, and the result."""
        cell = min(200 / max(self.size), 96.0)
        wide, high = cell * self.size[1], cell * self.size[0]
        answer, gap = 84.0, 86.0
        total = wide + gap + answer
        left, top = _MIDDLE - total / 2, _CENTRE - high / 2
        terms = self.explanation.terms
        channel = self.sources[0]
        values = self._grid(terms, lambda term: term.source)
        colours = self.facts.painted_as(self.facts.source, channel, values, self.theme)
        winner = self.explanation.winner
        if winner is not None:
            colours = self._faded(colours, terms[winner])
        read = self._grid(terms, _is_inside)
        remark = self._cells("pool", (left, top), cell, values, colours, is_there=read > 0)
        self._frame((left, top), cell, self.tokens.input_line)
        if winner is not None:
            self._winner(terms[winner], (left, top), cell)
        self._head((left + wide / 2, top - 18), f"window{remark}", self.tokens.input)
        x = left + wide + gap
        arrow = ((left + wide + 20, _CENTRE), (x - 20, _CENTRE))
        self.sheet.arrow(*arrow, self.tokens.output_line)
        self._answer((x, _CENTRE - answer / 2), answer)
        return left, x + answer

    def _faded(self, colours: ByteArray, winner: Term) -> ByteArray:
        """Blend all cells but the winner half-way to neutral."""
        neutral = np.array(tuple(bytes.fromhex(self.tokens.neutral[1:])), np.float64)
        faded: ByteArray = np.rint((colours + neutral) / 2).astype(np.uint8)
        place = winner.kernel_row, winner.kernel_column
        faded[place] = colours[place]
        return faded

    def _winner(self, winner: Term, corner: tuple[float, float], cell: float) -> None:
        left = corner[0] + winner.kernel_column * cell
        top = corner[1] + winner.kernel_row * cell
        box = (left, top, left + cell, top + cell)
        self.sheet.frame(box, self.tokens.ink, width=min(4, cell / 4 + 1), outside=False)

    def _answer(self, corner: tuple[float, float], side: float) -> None:
        """Draw the result as a cell of its map."""
        facts = self.facts
        value = np.full((1, 1), facts.value, np.float32)
        colours = facts.painted_as(facts.stage, facts.channel, value, self.theme)
        fill = tuple(int(part) for part in colours[0, 0])
        box = (*corner, corner[0] + side, corner[1] + side)
        self.sheet.rectangle(box, "#{:02X}{:02X}{:02X}".format(*fill))
        self.sheet.frame(box, self.tokens.output_line, width=4)
        centre = (corner[0] + side / 2, corner[1] + side / 2)
        text = printed(facts.value)
        size = min(25, 25 * 0.86 * side / self.sheet.width_of(text, size=25, weight="semibold"))
        self.sheet.write(centre, text, ink_on(fill), size=size, weight="semibold", anchor="mm")


def _is_inside(term: Term) -> float:
    return float(term.row is not None and term.column is not None)


def _texts(
    sheet: Sheet, values: FloatArray, cell: float, *, least: int
) -> tuple[list[list[str]], float, bool] | None:
    """Write the numbers of cells with as many places as fit, or none of them.

    Parameters
    ----------
    sheet : Sheet
    values : ndarray of float32
    cell : float
        Side of a cell.
    least : int
        Fewest places of a number that is not whole.

    Returns
    -------
    tuple of (list of list of str, float, bool) or None
        The texts, the size of the letters, and whether places are missing.
    """
    numbers = [[float(str(value)) for value in row] for row in values]
    flat = [number for row in numbers for number in row]
    needed, is_exact = exact_decimals(flat)
    most = min(needed, LEAST)
    is_whole = all(number == int(number) for number in flat)
    for decimals in [0] if is_whole else range(most, least - 1, -1):
        texts = [[fixed(number, decimals) for number in row] for row in numbers]
        longest = max((text for row in texts for text in row), key=len)
        room = 0.8 * cell / sheet.width_of(longest, size=1)
        letters = min(room, 0.5 * cell, 22.0)
        if letters >= _LEAST_LETTERS:
            return texts, letters, not is_whole and not (is_exact and decimals >= needed)
    return None
