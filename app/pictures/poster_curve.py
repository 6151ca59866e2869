"""The middle of a poster of an activation: the curve of the function, and the cell on it."""

from __future__ import annotations

from typing import Final

import numpy as np

from app.numerics.shapes import FloatArray
from app.pictures.colours import Tokens
from app.pictures.numbers import MINUS, printed
from app.pictures.sheet import Box, Point, Sheet
from app.pictures.shown import Shown
from app.pipeline.stages import Stage

_SIZE: Final = (330.0, 220.0)
_POINTS: Final = 241


def draw_curve(sheet: Sheet, facts: Shown, tokens: Tokens, *, centre: Point) -> tuple[float, float]:
    """Draw the function of an elementwise stage, through the engine's own values.

    Parameters
    ----------
    sheet : Sheet
    facts : Shown
        The frame.
    tokens : Tokens
    centre : Point
        Of the plot.

    Returns
    -------
    tuple of float
        Left and right edge.
    """
    stage, explanation = facts.stage, facts.explanation
    assert isinstance(stage, Stage) and explanation is not None
    wide, high = _SIZE
    box = (centre[0] - wide / 2, centre[1] - high / 2, centre[0] + wide / 2, centre[1] + high / 2)
    source = facts.source.maps[facts.source_channel]
    reach = max(1.0, abs(explanation.sum), source.peak)
    inputs = np.linspace(-reach, reach, _POINTS, dtype=np.float32)
    channels = np.zeros((stage.layer.out_shape[0], 1, _POINTS), np.float32)
    channels[0, 0] = inputs
    curve = stage.layer.forward([channels], [0])[0, 0]
    _Plot(sheet, tokens, box, reach, curve).draw(inputs, (explanation.sum, explanation.result))
    title = (centre[0], box[1] - 18)
    name = stage.layer.title()
    sheet.write(title, name, tokens.ink, size=20, weight="semibold", anchor="ms")
    return box[0], box[2]


class _Plot:
    """A plot whose horizontal axis runs from -reach to reach."""

    def __init__(
        self, sheet: Sheet, tokens: Tokens, box: Box, reach: float, curve: FloatArray
    ) -> None:
        self.sheet, self.tokens, self.box, self.reach = sheet, tokens, box, reach
        self.curve = curve
        self.low = min(float(curve.min()), -0.15 * reach)
        self.high = max(float(curve.max()), 0.3 * reach)

    def at(self, x: float, y: float) -> Point:
        """Give where a pair of numbers lies."""
        left, top, right, bottom = self.box
        across = left + (x + self.reach) / (2 * self.reach) * (right - left)
        return across, bottom - (y - self.low) / (self.high - self.low) * (bottom - top)

    def draw(self, inputs: FloatArray, cell: Point) -> None:
        """Draw axes, curve, and the cell: what goes in, and what comes out."""
        left, top, right, bottom = self.box
        sheet, tokens = self.sheet, self.tokens
        zero = self.at(0, 0)
        sheet.rectangle((left, top, zero[0], bottom), tokens.pending)
        sheet.frame(self.box, tokens.line, width=1.5, outside=False)
        sheet.line([(left, zero[1]), (right, zero[1])], tokens.line_strong, width=1.5)
        sheet.line([(zero[0], top), (zero[0], bottom)], tokens.line_strong, width=1.5)
        pairs = zip(inputs.tolist(), self.curve.tolist(), strict=True)
        points = [self.at(x, y) for x, y in pairs]
        sheet.line(points, tokens.ink, width=4, is_rounded=True)
        point = self.at(*cell)
        self._dots(point[0], *sorted((zero[1], point[1])))
        sheet.disc(point, 11, tokens.output_line)
        sheet.disc(point, 6, tokens.panel)
        under = bottom + 28
        for x, text, anchor in (
            (left, MINUS + printed(self.reach), "ls"),
            (zero[0], "0", "ms"),
            (right, printed(self.reach), "rs"),
        ):
            sheet.write((x, under), text, tokens.ink_3, size=18, anchor=anchor)

    def _dots(self, x: float, top: float, bottom: float) -> None:
        y = top
        while y < bottom:
            self.sheet.disc((x, y), 1.8, self.tokens.input_line)
            y += 8
