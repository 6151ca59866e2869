"""What came out of a run: the manifest, the tensors of a bundle, single cells."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy.typing as npt

from app.errors import InvalidRequest, NotFound
from app.operations.base import Maps
from app.operations.values import shown
from app.pipeline.cell import described, pixel, refuse_endless
from app.pipeline.feature_map import encode_previews, values_of
from app.pipeline.recipe import ENGINE_VERSION, Recipe
from app.pipeline.stage_recipe import STAGE_ID
from app.pipeline.stages import InputStage, OutputUrl, Stage, manifest_entry

AnyArray = npt.NDArray[Any]
MAP_NAME: Final = re.compile(rf"({STAGE_ID.pattern})(?::([0-9]{{1,5}}))?", re.ASCII)


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
            "stages": [manifest_entry(stage, output_url, taps=taps) for stage in self.all_stages],
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
            for one. Those that the run does not have are left out: who asks for them cannot
            know how many maps an edit leaves.
        known : collection of str
            Content keys of the maps whose previews, or values, are there already.
        have : collection of str
            Content keys of the maps whose values and winners are there already.

        Returns
        -------
        dict
            ``values.*`` and weights (float32), ``winner.*`` (int32), ``taps.*`` (int16),
            ``preview.*`` (int8; of the maps whose values do not come along).

        Raises
        ------
        InvalidRequest
            If an item of ``full`` is not a name; see :func:`read_map_name`.
        """
        wanted = self._wanted_maps(full, have)
        tensors: dict[str, AnyArray] = {
            f"values.{key}": stage.maps[channel].values for key, (stage, channel) in wanted.items()
        }
        for stage in self.stages:
            for name, tensor in stage.layer.tensors().items():
                tensors[f"{name}.{stage.id}"] = tensor
        for key, (source, channel) in wanted.items():
            winners = source.winners(self._inputs(source), channel)
            if winners is not None:
                tensors[f"winner.{key}"] = winners
        for stage in self.stages:
            if stage.layer.kind != "elementwise":
                tensors[f"taps.{stage.id}.rows"] = stage.layer.rows.taps_short()
                tensors[f"taps.{stage.id}.columns"] = stage.layer.columns.taps_short()
        for source in self.all_stages:
            # Who has the values can draw them: no preview is sent, or made, beside them.
            fresh = [
                entry for entry in source.maps if entry.key not in known and entry.key not in wanted
            ]
            for entry, codes in zip(fresh, encode_previews(fresh), strict=True):
                tensors[f"preview.{entry.key}"] = codes
        return tensors

    def _wanted_maps(
        self, full: Iterable[str], have: Collection[str]
    ) -> dict[str, tuple[InputStage | Stage, int]]:
        """Find the maps that ``full`` names, each once, and without those that are there."""
        wanted: dict[str, tuple[InputStage | Stage, int]] = {}
        for name in full:
            stage_id, channel = read_map_name(name)
            stage = self._by_id.get(stage_id)
            count = 0 if stage is None else len(stage.maps)
            for index in range(count) if channel is None else (channel,):
                if stage is not None and index < count and stage.maps[index].key not in have:
                    wanted[stage.maps[index].key] = stage, index
        return wanted

    def _inputs(self, stage: InputStage | Stage) -> list[Maps]:
        return [values_of(self._by_id[name].maps) for name in stage.inputs]

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


def read_map_name(name: str) -> tuple[str, int | None]:
    """Read the name of maps: ``"conv1"`` for all of a stage, ``"conv1:0"`` for one.

    Raises
    ------
    InvalidRequest
        If it is neither.

    Examples
    --------
    >>> read_map_name("conv1"), read_map_name("conv1:0")
    (('conv1', None), ('conv1', 0))
    """
    found = MAP_NAME.fullmatch(name)
    if found is None:
        raise InvalidRequest(
            f"full names {shown(name)}; it takes stages (conv1) and their maps, counted from 0 "
            "(conv1:0).",
            field="full",
            allowed=["stage", "stage:0"],
        )
    return found[1], None if found[2] is None else int(found[2])
