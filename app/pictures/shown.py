"""What of a run a scene shows: the stage and map, the cell, what was read for it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from app.errors import LimitExceeded
from app.operations.base import Explanation
from app.pictures.colours import ByteArray, Theme, colourise, duotone, photograph
from app.pictures.stage_pictures import peaks
from app.pipeline.cell import refuse_endless
from app.pipeline.feature_map import values_of
from app.pipeline.stages import InputStage, Stage
from app.pipeline.trace import Trace


class View(Protocol):
    """A scene: what poster and title need of it."""

    @property
    def view(self) -> Mapping[str, Any]:
        """Stage, map, cell, step, as a saved scene has them."""


@dataclass(frozen=True, eq=False)
class Shown:
    """One frame of a scene.

    Attributes
    ----------
    trace : Trace
    stage : InputStage or Stage
        The stage on show.
    channel : int
        Its map, from 0.
    cell : (int, int)
        Row and column, from 0.
    painted : int
        Cells of the result that are there; all of them unless the scene stands at a step.
    """

    trace: Trace
    stage: InputStage | Stage
    channel: int
    cell: tuple[int, int]
    painted: int

    @property
    def source(self) -> InputStage | Stage:
        """The stage that is read; the picture itself where nothing is."""
        return self.trace.stage(self.stage.inputs[0]) if self.stage.inputs else self.stage

    @property
    def value(self) -> float:
        """The value of the cell."""
        return float(str(self.stage.maps[self.channel].values[self.cell]))

    @cached_property
    def explanation(self) -> Explanation | None:
        """The cell in full; ``None`` for a cell of the picture and for one that has no end."""
        stage = self.stage
        if isinstance(stage, InputStage):
            return None
        try:
            refuse_endless(stage.layer, stage.id)
        except LimitExceeded:
            return None
        inputs = [values_of(self.trace.stage(name).maps) for name in stage.inputs]
        row, column = self.cell
        return stage.layer.explain(inputs, channel=self.channel, row=row, column=column)

    @property
    def strongest(self) -> int:
        """The place among the maps that are read of the one that gives most."""
        sums = self.explanation.partial_sums if self.explanation else ()
        return max(range(len(sums)), key=lambda index: abs(sums[index]), default=0)

    @property
    def source_channel(self) -> int:
        """The map of the source that stands for all that is read."""
        sources = self.stage.sources[self.channel]
        return sources[self.strongest] if sources else self.channel

    @property
    def is_colour(self) -> bool:
        """Whether what is read is the picture in colour."""
        return isinstance(self.source, InputStage) and len(self.source.maps) == 3

    def window(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Give the first and last row and column that the window covers, beyond the edge too."""
        row, column = self.cell
        if isinstance(self.stage, InputStage):
            return (row, row), (column, column)
        spans = []
        axes = (self.stage.layer.rows, self.stage.layer.columns)
        for axis, place in zip(axes, self.cell, strict=True):
            first = place * axis.stride - axis.padding[0]
            spans.append((first, first + axis.span - 1))
        return spans[0], spans[1]

    def source_pixels(self, theme: Theme) -> ByteArray:
        """Paint what is read, a colour for each cell."""
        if isinstance(self.source, InputStage):
            return photograph(self.source.values)
        return self.pixels_of(self.source, self.source_channel, theme)

    def pixels_of(self, stage: InputStage | Stage, channel: int, theme: Theme) -> ByteArray:
        """Paint one map, a colour for each cell."""
        return self.painted_as(stage, channel, stage.maps[channel].values, theme)

    def painted_as(
        self, stage: InputStage | Stage, channel: int, values: Any, theme: Theme
    ) -> ByteArray:
        """Paint values as cells of a map are painted; shape (rows, columns)."""
        numbers = np.asarray(values, np.float32)
        if not isinstance(stage, InputStage):
            return colourise(numbers, peak=peaks(self.trace, stage)[channel], theme=theme)
        if len(stage.maps) == 3:
            return duotone(numbers, channel=channel)
        return photograph(numbers[np.newaxis])


def shown(scene: View, trace: Trace) -> Shown:
    """Find what a scene shows of its run; what it names and the run does not have is left out.

    Without a cell and a step it is the cell of the map that is furthest from zero.
    """
    view = scene.view
    stage = _stage(view.get("stage"), trace)
    count, rows, columns = stage.shape
    channel = _whole(view.get("map"), count) or 0
    step = _whole(view.get("step"), rows * columns)
    cell = _cell(view.get("cell"), rows, columns)
    if cell is None and step is not None:
        cell = divmod(step, columns)
    if cell is None:
        values = stage.maps[channel].values
        cell = divmod(int(np.abs(values).argmax()), columns)
    painted = rows * columns if step is None else step + 1
    return Shown(trace, stage, channel, cell, painted)


def _stage(name: Any, trace: Trace) -> InputStage | Stage:
    for stage in trace.all_stages:
        if stage.id == name:
            return stage
    return trace.stages[0] if trace.stages else trace.input


def _whole(value: Any, end: int) -> int | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return int(value) if is_number and math.isfinite(value) and 0 <= value < end else None


def _cell(value: Any, rows: int, columns: int) -> tuple[int, int] | None:
    if not isinstance(value, list | tuple) or len(value) != 2:
        return None
    row, column = _whole(value[0], rows), _whole(value[1], columns)
    return None if row is None or column is None else (row, column)
