"""What came out of a run: for every stage its maps, its geometry and what it cost."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy.typing as npt

from app.errors import InvalidRequest, NotFound
from app.numerics.shapes import FloatArray
from app.operations.base import Layer, Shape, stacked
from app.pipeline.cell import described, pixel, refuse_endless
from app.pipeline.feature_map import FeatureMap, encode_previews
from app.pipeline.plan import PlannedStage
from app.pipeline.receptive_field import ReceptiveField
from app.pipeline.recipe import ENGINE_VERSION, INPUT, Recipe

AnyArray = npt.NDArray[Any]
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
        return stacked([entry.values for entry in self.maps])

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
            "comparisons": 0,
            "receptive_field": field.describe(),
            "unread": {"rows": 0, "columns": 0},
            "output_size": None,
        }

    def taps(self) -> None:
        """Give no taps: the picture reads nothing."""

    def sources(self, channel: int) -> list[int]:
        """List no source."""
        return []


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
        return stacked([entry.values for entry in self.maps])

    def sources(self, channel: int) -> list[int]:
        """List the input maps, counted through all inputs, that a map reads."""
        return list(self.layer.sources(channel))

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


@dataclass(frozen=True, eq=False)
class Trace:
    """Everything that a run computed.

    Attributes
    ----------
    recipe : Recipe
    input : InputStage
    stages : tuple of Stage
        In the order of the recipe.
    """

    recipe: Recipe
    input: InputStage
    stages: tuple[Stage, ...]

    @property
    def all_stages(self) -> tuple[InputStage | Stage, ...]:
        """The picture, and the stages in the order of the recipe."""
        return (self.input, *self.stages)

    @cached_property
    def _by_id(self) -> Mapping[str, InputStage | Stage]:
        return {stage.id: stage for stage in self.all_stages}

    def stage(self, name: str) -> InputStage | Stage:
        """Find a stage.

        Raises
        ------
        NotFound
            If there is none of this name.
        """
        try:
            return self._by_id[name]
        except KeyError:
            raise NotFound(
                f"There is no stage {name[:40]!r}; there are {', '.join(self._by_id)}.",
                field="stage",
                allowed=list(self._by_id),
            ) from None

    @cached_property
    def keys(self) -> frozenset[str]:
        """Content keys of all maps: what a page has that shows this run."""
        return frozenset(entry.key for stage in self.all_stages for entry in stage.maps)

    def manifest(
        self, *, run_id: str, output_url: OutputUrl | None = None, taps: bool = True
    ) -> dict[str, Any]:
        """Describe the run in JSON.

        Parameters
        ----------
        run_id : str
            See :meth:`Recipe.run_id`.
        output_url : callable, optional
            Gives the address of a stage's values.
        taps : bool
            Whether to list the taps (a bundle carries them as tensors).

        Returns
        -------
        dict
            Ready for a JSON serialiser.
        """
        return {
            "id": run_id,
            "engine": ENGINE_VERSION,
            "recipe": self.recipe.canonical,
            "stages": [_entry(stage, output_url, taps=taps) for stage in self.all_stages],
        }

    def tensors(
        self,
        *,
        full: Iterable[str] = (),
        known: Collection[str] = (),
        have: Collection[str] = (),
    ) -> dict[str, AnyArray]:
        """Collect the tensors of a bundle by name.

        Parameters
        ----------
        full : iterable of str
            The maps whose exact values are wanted: ``"conv1"`` for all of a stage, ``"conv1:0"``
            for one.
        known : collection of str
            Content keys of the maps whose previews are there already.
        have : collection of str
            Content keys of the maps whose values are there already.

        Returns
        -------
        dict
            ``values.*`` and weights (float32), ``winner.*`` (int32), ``taps.*`` (int16),
            ``preview.*`` (int8).

        Raises
        ------
        InvalidRequest
            If ``full`` names something that the run does not have.
        """
        wanted = [self._wanted(name) for name in full]
        tensors: dict[str, AnyArray] = {}
        for source, channels in wanted:
            for channel in channels:
                entry = source.maps[channel]
                if entry.key not in have:
                    tensors[f"values.{entry.key}"] = entry.values
        for stage in self.stages:
            for name, tensor in stage.layer.tensors().items():
                tensors[f"{name}.{stage.id}"] = tensor
        for source, channels in wanted:
            if isinstance(source, Stage):
                tensors.update(self._winners(source, channels))
        for stage in self.stages:
            if stage.layer.kind != "elementwise":
                tensors[f"taps.{stage.id}.rows"] = stage.layer.rows.taps_short()
                tensors[f"taps.{stage.id}.columns"] = stage.layer.columns.taps_short()
        for shown in self.all_stages:
            fresh = [entry for entry in shown.maps if entry.key not in known]
            encode_previews(fresh)
            tensors.update((f"preview.{entry.key}", entry.codes()) for entry in fresh)
        return tensors

    def _wanted(self, name: str) -> tuple[InputStage | Stage, Sequence[int]]:
        """Read one item of ``full``."""
        stage_id, colon, index = name.partition(":")
        stage = self._by_id.get(stage_id)
        if stage is None:
            raise InvalidRequest(
                f"full names {name[:40]!r}; there are the stages {', '.join(self._by_id)}.",
                field="full",
                allowed=list(self._by_id),
            )
        count = len(stage.maps)
        if not colon:
            return stage, range(count)
        if not (index.isascii() and index.isdigit() and len(index) < 6 and int(index) < count):
            raise InvalidRequest(
                f"full names {name[:40]!r}; stage {stage_id} has the maps 0 to {count - 1}.",
                field="full",
                allowed={"minimum": 0, "maximum": count - 1},
            )
        return stage, (int(index),)

    def _winners(self, stage: Stage, channels: Sequence[int]) -> dict[str, AnyArray]:
        inputs = self._inputs(stage)
        winners = {}
        for channel in channels:
            entry = stage.maps[channel]
            places = entry.winners(partial(stage.layer.winners, inputs, channel, entry.values))
            if places is not None:
                winners[f"winner.{entry.key}"] = places
        return winners

    def _inputs(self, stage: Stage) -> list[list[FloatArray]]:
        return [[entry.values for entry in self._by_id[name].maps] for name in stage.inputs]

    def cell(self, stage_id: str, *, channel: int, row: int, column: int) -> dict[str, Any]:
        """Explain one output cell completely.

        Parameters
        ----------
        stage_id : str
        channel, row, column : int
            Counted from 0.

        Returns
        -------
        dict
            The value, its terms with their sources and products, partial sums, bias, and how the
            result follows; in JSON.

        Raises
        ------
        NotFound
            If there is no such stage.
        InvalidRequest
            If a number is outside the stage.
        """
        stage = self.stage(stage_id)
        if isinstance(stage, Stage):
            refuse_endless(stage.layer, stage_id)
        for name, number, count in zip(
            ("channel", "row", "column"), (channel, row, column), stage.shape, strict=True
        ):
            if not 0 <= number < count:
                raise InvalidRequest(
                    f"{name} is {number}; stage {stage_id} has {name}s 0 to {count - 1}.",
                    field=name,
                    allowed={"minimum": 0, "maximum": count - 1},
                )
        value = float(str(stage.maps[channel].values[row, column]))
        place = {"stage": stage_id, "channel": channel, "row": row, "column": column}
        if isinstance(stage, InputStage):
            return {**place, **pixel(value)}
        explanation = stage.layer.explain(
            self._inputs(stage), channel=channel, row=row, column=column
        )
        return {**place, "value": value, **described(stage.layer, explanation)}


def _entry(
    stage: InputStage | Stage, output_url: OutputUrl | None, *, taps: bool
) -> dict[str, Any]:
    """Make the manifest's entry of one stage."""
    maps = stage.maps
    entry = stage.describe()
    entry["maps"] = [
        {
            "key": item.key,
            "range": item.range,
            "zeros": item.zeros,
            "dead": item.is_dead,
            "sources": stage.sources(channel),
        }
        for channel, item in enumerate(maps)
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
