"""One stage of a run: its maps, its geometry and what it cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.numerics.shapes import FloatArray, IntArray
from app.operations.base import Layer, Maps, Shape, stacked
from app.pipeline.feature_map import FeatureMap, values_of
from app.pipeline.plan import PlannedStage
from app.pipeline.receptive_field import ReceptiveField
from app.pipeline.recipe import INPUT

OutputUrl = Callable[[str], str]


@dataclass(frozen=True, eq=False)
class InputStage:
    """The picture, as the first stage of a trace."""

    shape: Shape
    maps: tuple[FeatureMap, ...]
    inputs: tuple[str, ...] = ()
    id: str = INPUT

    @property
    def values(self) -> FloatArray:
        """All maps: shape (C, H, W)."""
        return stacked(values_of(self.maps))

    def describe(self) -> dict[str, Any]:
        """Give what a manifest says about the picture, beside its maps."""
        field = ReceptiveField()
        return {
            "id": self.id,
            "op": INPUT,
            "kind": INPUT,
            "title": "Input",
            "summary": "red, green, blue" if self.shape[0] == 3 else "grey",
            "inputs": [],
            "parameters": {},
            "shape": list(self.shape),
            "parameter_count": 0,
            "parameter_formula": None,
            "multiply_adds": 0,
            "additions": 0,
            "comparisons": 0,
            "kept_cells": None,
            "receptive_field": field.describe(),
            "unread": {"rows": 0, "columns": 0},
            "output_size": None,
        }

    def taps(self) -> None:
        """Give no taps: the picture reads nothing."""

    @property
    def sources(self) -> list[list[int]]:
        """No source for any map."""
        return [[] for _ in self.maps]

    def winners(self, inputs: Sequence[Maps], channel: int) -> None:
        """Give no winners: nothing competes."""


@dataclass(frozen=True, eq=False)
class Stage:
    """One computed stage.

    Attributes
    ----------
    planned : PlannedStage
        What it does.
    maps : tuple of FeatureMap
        What came out.
    """

    planned: PlannedStage
    maps: tuple[FeatureMap, ...]

    @property
    def id(self) -> str:
        """The name in the recipe."""
        return self.planned.recipe.id

    @property
    def inputs(self) -> tuple[str, ...]:
        """The stages that it reads."""
        return self.planned.recipe.inputs

    @property
    def layer(self) -> Layer:
        """The operation, bound."""
        return self.planned.layer

    @property
    def shape(self) -> Shape:
        """``(channels, rows, columns)``."""
        return self.layer.out_shape

    @property
    def values(self) -> FloatArray:
        """All maps: shape (C, H, W)."""
        return stacked(values_of(self.maps))

    @property
    def sources(self) -> list[list[int]]:
        """The input maps, counted through all inputs, that each map reads."""
        return self.planned.sources

    def winners(self, inputs: Sequence[Maps], channel: int) -> IntArray | None:
        """Give the winning kernel places of a map; see :meth:`Layer.winners`."""
        return self.layer.winners(inputs, channel, self.maps[channel].values)

    def describe(self) -> dict[str, Any]:
        """Give what a manifest says about the stage, beside its maps."""
        return self.planned.description.copy()

    def taps(self) -> dict[str, Any]:
        """Give the taps of both axes, as a manifest carries them."""
        rows, columns = self.layer.rows, self.layer.columns
        return {
            "kernel_size": [rows.kernel_size, columns.kernel_size],
            "rows": rows.taps_listed(),
            "columns": columns.taps_listed(),
        }


def manifest_entry(
    stage: InputStage | Stage, output_url: OutputUrl | None, *, taps: bool
) -> dict[str, Any]:
    """Make the entry of one stage in the manifest."""
    maps = stage.maps
    entry = stage.describe()
    entry["maps"] = [
        {
            "key": item.key,
            "range": item.range,
            "zeros": item.zeros,
            "dead": item.is_dead,
            "sources": sources,
        }
        for item, sources in zip(maps, stage.sources, strict=True)
    ]
    cells = len(maps) * maps[0].values.size
    entry["value_range"] = (
        min(item.range[0] for item in maps),
        max(item.range[1] for item in maps),
    )
    entry["zero_share"] = sum(item.zeros for item in maps) / cells
    entry["dead_maps"] = [channel for channel, item in enumerate(maps) if item.is_dead]
    if taps:
        entry["taps"] = stage.taps()
    if output_url is not None:
        entry["output"] = output_url(stage.id)
    return entry
