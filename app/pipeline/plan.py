"""The plan of a run: every stage bound to its shapes, and what it will cost, before any of it."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Final, TypeAlias

from app.errors import LimitExceeded, VisualizerError
from app.operations.base import Layer, Shape
from app.pipeline.limits import Limits
from app.pipeline.memo import Memo
from app.pipeline.receptive_field import ReceptiveField
from app.pipeline.recipe import (
    INPUT,
    InputPicture,
    Recipe,
)
from app.pipeline.stage_recipe import StageRecipe

SMALLER_SIZES: Final = (384, 192, 96, 48, 28)
# float32 values, and the 8-bit code of a preview.
BYTES_PER_CELL: Final = 5


@dataclass(frozen=True, eq=False)
class PlannedStage:
    """One stage, bound to the shapes of its inputs.

    Attributes
    ----------
    recipe : StageRecipe
    layer : Layer
    title : str
        With its number among the stages of the same operation: ``"Conv 1"``.
    receptive_field : ReceptiveField
    """

    recipe: StageRecipe
    layer: Layer
    title: str
    receptive_field: ReceptiveField

    @cached_property
    def sources(self) -> list[list[int]]:
        """The input maps, counted through all inputs, that each map reads; not to be changed."""
        return [list(self.layer.sources(channel)) for channel in range(self.layer.out_shape[0])]

    @cached_property
    def identities(self) -> list[bytes]:
        """What, beside its sources, determines each map."""
        return [self.layer.identity(channel) for channel in range(self.layer.out_shape[0])]

    @cached_property
    def description(self) -> dict[str, Any]:
        """What a manifest says about the stage whatever its values; not to be changed."""
        layer = self.layer
        is_elementwise = layer.kind == "elementwise"
        return {
            "id": self.recipe.id,
            "op": self.recipe.operation.name,
            "kind": layer.kind,
            "title": self.title,
            "summary": layer.summary(),
            "inputs": list(self.recipe.inputs),
            "parameters": layer.resolved(),
            "shape": list(layer.out_shape),
            "parameter_count": layer.parameter_count,
            "parameter_formula": layer.parameter_formula(),
            "multiply_adds": layer.multiply_adds,
            "additions": layer.additions,
            "comparisons": layer.comparisons,
            "kept_cells": layer.kept_cells,
            "receptive_field": self.receptive_field.describe(),
            "unread": {"rows": layer.rows.unread(), "columns": layer.columns.unread()},
            "output_size": None
            if is_elementwise
            else {"rows": layer.rows.record(), "columns": layer.columns.record()},
        }


@dataclass(frozen=True, eq=False)
class Plan:
    """All stages of a run, and an estimate of its cost.

    Attributes
    ----------
    input_shape : tuple of int
    stages : tuple of PlannedStage
    work : int
        Multiply-adds and additions of all stages together.
    run_bytes : int
        Feature maps, previews, weights and padded copies.
    """

    input_shape: Shape
    stages: tuple[PlannedStage, ...]
    work: int
    run_bytes: int

    def is_within(self, limits: Limits) -> bool:
        """Say whether the run may be computed."""
        return self.work <= limits.max_multiply_adds and self.run_bytes <= limits.max_run_bytes


# Stages that are read from equal text are one object (see recipe.py), so after an edit only the
# edited stage, and those whose input changed its shape, are bound again.
_Key: TypeAlias = tuple[StageRecipe, tuple[Shape, ...], tuple[ReceptiveField, ...], int]
_PLANNED: Final[Memo[_Key, PlannedStage]] = Memo(max_cost=1_000_000)


def plan_run(recipe: Recipe, shape: Shape, *, limits: Limits | None = None) -> Plan:
    """Bind all stages of a recipe, and refuse what would be too much work.

    Parameters
    ----------
    recipe : Recipe
    shape : tuple of int
        ``(channels, rows, columns)`` of the picture.
    limits : Limits, optional
        The usual ones when left out.

    Returns
    -------
    Plan

    Raises
    ------
    InvalidRequest
        If a stage cannot work on what comes before it.
    LimitExceeded
        If the estimate is over the limits; code ``too_much_work``.

    Examples
    --------
    >>> from app.pipeline.recipe import parse_recipe
    >>> recipe = parse_recipe({"input": {"image": "coffee"}, "stages": [
    ...     {"id": "conv1", "op": "conv", "filters": [{"kernel": "sobel_x"}] * 4}]})
    >>> plan_run(recipe, (3, 96, 96)).work
    954288
    """
    limits = limits or Limits()
    plan = _bound(recipe, shape)
    if not plan.is_within(limits):
        raise _too_much(recipe, plan, limits)
    return plan


def _bound(recipe: Recipe, shape: Shape) -> Plan:
    shapes: dict[str, Shape] = {INPUT: shape}
    fields = {INPUT: ReceptiveField()}
    numbers: Counter[str] = Counter()
    stages = []
    for stage in recipe.stages:
        numbers[stage.operation.name] += 1
        key = (
            stage,
            tuple(shapes[name] for name in stage.inputs),
            tuple(fields[name] for name in stage.inputs),
            numbers[stage.operation.name],
        )
        planned = _PLANNED.recall(key, partial(_planned, *key), cost=_cost)
        shapes[stage.id] = planned.layer.out_shape
        fields[stage.id] = planned.receptive_field
        stages.append(planned)
    cells = sum(math.prod(shape) for shape in shapes.values())
    workspace = sum(stage.layer.workspace_bytes() for stage in stages)
    return Plan(
        input_shape=shape,
        stages=tuple(stages),
        work=sum(stage.layer.multiply_adds + stage.layer.additions for stage in stages),
        run_bytes=BYTES_PER_CELL * cells + workspace,
    )


def _planned(
    stage: StageRecipe,
    shapes: tuple[Shape, ...],
    fields: tuple[ReceptiveField, ...],
    number: int,
) -> PlannedStage:
    layer = stage.operation.bind(stage.settings, shapes, stage.place)
    branches = [field.through(layer.rows, layer.columns) for field in fields]
    joined = ReceptiveField.joined(branches, outputs=layer.out_shape[1:])
    return PlannedStage(stage, layer, f"{layer.title()} {number}", joined)


def _cost(planned: PlannedStage) -> int:
    """Count the numbers that a planned stage may hold."""
    layer = planned.layer
    return 1000 + layer.parameter_count + 16 * layer.out_shape[0]


def _too_much(recipe: Recipe, plan: Plan, limits: Limits) -> LimitExceeded:
    if plan.work > limits.max_multiply_adds:
        what = (
            f"This run needs {plan.work:,} multiply-adds and additions; "
            f"this server computes at most {limits.max_multiply_adds:,}."
        )
        allowed = {"maximum": limits.max_multiply_adds}
    else:
        what = (
            f"This run needs {_mebibytes(plan.run_bytes)} MiB of memory; "
            f"this server has {_mebibytes(limits.max_run_bytes)} MiB for one."
        )
        allowed = {"maximum": limits.max_run_bytes}
    fix = _smaller_picture(recipe, plan.input_shape, limits)
    works = f" {fix['label']}." if fix else " Use fewer filters, smaller kernels or fewer stages."
    return LimitExceeded(
        what + works, code="too_much_work", field="stages", allowed=allowed, fix=fix
    )


def _mebibytes(count: int) -> int:
    return -(-count // (1024 * 1024))


def _smaller_picture(recipe: Recipe, shape: Shape, limits: Limits) -> dict[str, Any] | None:
    """Find the largest usual size of the picture with which the run is within the limits."""
    if recipe.input.image is None:
        return None
    for size in SMALLER_SIZES:
        if size >= max(shape[1:]):
            continue
        try:
            plan = _bound(recipe, _reduced(recipe.input, shape, size))
        except VisualizerError:
            continue
        if plan.is_within(limits):
            label = f"Use the picture at {size} cells"
            return {"label": label, "stage": INPUT, "changes": {"size": size}}
    return None


def _reduced(picture: InputPicture, shape: Shape, size: int) -> Shape:
    channels, rows, columns = shape
    if picture.fit == "crop":
        return channels, size, size
    longest = max(rows, columns)
    return channels, max(round(rows * size / longest), 1), max(round(columns * size / longest), 1)
