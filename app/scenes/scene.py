"""A scene: a recipe, and where the teacher stands in it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeGuard

from app.errors import InvalidRequest
from app.operations.registry import OPERATIONS
from app.operations.values import is_finite, is_integer, shown
from app.pipeline.limits import Limits
from app.pipeline.recipe import IMAGE_ID, INPUT, parse_recipe
from app.pipeline.stage_recipe import STAGE_ID
from app.scenes.parameters import CONTROLS, USUAL_CONTROLS, parameter_named
from app.scenes.recipes import RecipeJson

SCENE_VERSION: Final = 1
# What is looked at, besides the stage: always in a view, counted from 0.
USUAL_VIEW: Final = {"map": 0, "cell": None, "step": None}
OPTIONAL: Final = ("speed", "theme", "controls", "locks", "autoplay")


@dataclass(frozen=True, eq=True)
class Scene:
    """What a teacher set up.

    Attributes
    ----------
    recipe : dict
        Plain JSON, as :func:`app.pipeline.recipe.parse_recipe` reads it.
    view : dict
        ``stage``, ``map``, ``cell`` ([row, column] or None), ``step`` (or None), counted from 0;
        and, only where they were given, ``speed``, ``theme``, ``controls``, ``locks``,
        ``autoplay``.

    Examples
    --------
    >>> from app.scenes.recipes import one_filter_recipe
    >>> scene = Scene(one_filter_recipe())
    >>> scene.stage, scene.map, scene.controls
    ('conv1', 0, ('preset', 'stride', 'transport', 'ledger'))
    """

    recipe: RecipeJson
    view: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Complete the view."""
        complete = {"stage": first_stage(self.recipe), **USUAL_VIEW, **self.view}
        object.__setattr__(self, "view", complete)

    @property
    def stage(self) -> str:
        """Id of the stage on show."""
        return str(self.view["stage"])

    @property
    def map(self) -> int:
        """The map on show, counted from 0."""
        return int(self.view["map"])

    @property
    def cell(self) -> tuple[int, int] | None:
        """Row and column of the pinned cell, counted from 0."""
        cell = self.view["cell"]
        return None if cell is None else (cell[0], cell[1])

    @property
    def controls(self) -> tuple[str, ...]:
        """What an embed of the scene shows."""
        return tuple(self.view.get("controls", USUAL_CONTROLS))

    def json(self) -> dict[str, Any]:
        """Give the scene in JSON: what files, answers and the page carry."""
        return {"version": SCENE_VERSION, "recipe": self.recipe, "view": self.view}


def first_stage(recipe: Mapping[str, Any]) -> str:
    """Name the stage that is on show when nothing else is said."""
    stages = recipe.get("stages") or []
    return str(stages[0]["id"]) if stages else INPUT


def scene_from_json(data: Any, *, limits: Limits | None = None) -> Scene:
    """Read a scene, or a recipe by itself, from JSON.

    Parameters
    ----------
    data : Any
        Parsed JSON: ``{"version": 1, "recipe": …, "view": …}``, or a recipe.
    limits : Limits, optional
        The usual ones when left out.

    Returns
    -------
    Scene
        Whether its view lies inside its maps is not checked here.

    Raises
    ------
    InvalidRequest
        If it is neither a scene nor a recipe; ``field`` says where.
    LimitExceeded
        If it has too many stages.

    Examples
    --------
    >>> from app.scenes.recipes import one_filter_recipe
    >>> scene_from_json({"recipe": one_filter_recipe(), "view": {"map": 0}}).stage
    'conv1'
    """
    if isinstance(data, Mapping) and "recipe" not in data and "stages" in data:
        data = {"recipe": data}
    if not isinstance(data, Mapping) or "recipe" not in data:
        raise InvalidRequest('A scene is a JSON object {"recipe": …, "view": …}.', field="recipe")
    version = data.get("version")
    if version is not None and (version != SCENE_VERSION or isinstance(version, bool)):
        raise InvalidRequest(
            f"version is {shown(version)}; this server reads version {SCENE_VERSION}.",
            field="version",
            allowed=[SCENE_VERSION],
        )
    recipe = data["recipe"]
    limits = limits or Limits()
    parse_recipe(recipe, limits=limits)
    if not is_recipe(recipe, max_stages=limits.max_stages):
        raise InvalidRequest("recipe is not a recipe.", field="recipe")
    return Scene(dict(recipe), _read_view(data.get("view"), recipe))


def _read_view(data: Any, recipe: Mapping[str, Any]) -> dict[str, Any]:
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        raise InvalidRequest("view is not an object.", field="view")
    view = {}
    stages = [INPUT, *(stage["id"] for stage in recipe["stages"])]
    for name, value in data.items():
        if name not in ("stage", *USUAL_VIEW, *OPTIONAL) or value is None:
            continue
        if not is_view_value(name, value, stages):
            raise InvalidRequest(
                f"view.{name} is {shown(value)}, which a scene cannot have.", field=f"view.{name}"
            )
        view[name] = value
    return view


def is_view_value(name: str, value: Any, stages: list[str]) -> bool:
    """Say whether a member of a view is one that a scene can have."""
    match name:
        case "stage":
            return isinstance(value, str) and value in stages
        case "map" | "step":
            most = parameter_named(name).maximum or 0
            return is_integer(value) and 0 <= value < most
        case "cell":
            most = parameter_named(name).maximum or 0
            return (
                isinstance(value, list)
                and len(value) == 2
                and all(is_integer(number) and 0 <= number < most for number in value)
            )
        case "speed":
            choices = parameter_named(name).choices
            return is_finite(value) and any(float(choice) == value for choice in choices)
        case "theme":
            return isinstance(value, str) and value in parameter_named(name).choices
        case "autoplay":
            return isinstance(value, bool)
        case _:
            return isinstance(value, list) and all(entry in CONTROLS for entry in value)


# ---- the shape of a recipe ---------------------------------------------------------------------


def is_recipe(data: Any, *, max_stages: int = Limits().max_stages) -> TypeGuard[RecipeJson]:
    """Say whether JSON has the shape of a recipe: what the rest of this package relies on.

    Much narrower questions, such as whether a kernel has that name, are those of
    :func:`app.pipeline.recipe.parse_recipe`. The page asks exactly what is asked here.

    Examples
    --------
    >>> from app.scenes.recipes import one_filter_recipe
    >>> is_recipe(one_filter_recipe()), is_recipe({"input": {}, "stages": []})
    (True, False)
    """
    if not isinstance(data, dict) or not _is_version(data.get("version")):
        return False
    stages = data.get("stages")
    if not isinstance(stages, list) or len(stages) > max_stages:
        return False
    ids = [stage.get("id") if isinstance(stage, dict) else None for stage in stages]
    is_named = all(isinstance(name, str) and STAGE_ID.fullmatch(name) for name in ids)
    return (
        is_named
        and len({INPUT, *ids}) == len(ids) + 1
        and _is_input(data.get("input"))
        and all(_is_stage(stage) for stage in stages)
    )


def _is_version(version: Any) -> bool:
    return version is None or (version == 1 and not isinstance(version, bool))


def _is_input(data: Any) -> bool:
    if not isinstance(data, dict):
        return False
    image, pixels = data.get("image"), data.get("pixels")
    if (image is None) == (pixels is None):
        return False
    if pixels is not None:
        return _is_box(pixels, 2) or _is_box(pixels, 3)
    return isinstance(image, str) and IMAGE_ID.fullmatch(image) is not None


def _is_stage(stage: Mapping[str, Any]) -> bool:
    inputs = stage.get("inputs")
    if inputs is not None and not (
        isinstance(inputs, list) and inputs and all(isinstance(name, str) for name in inputs)
    ):
        return False
    op = stage.get("op")
    if not isinstance(op, str) or op not in OPERATIONS:
        return False
    if op != "conv":
        return True
    filters, weight, bias = (stage.get(name) for name in ("filters", "weight", "bias"))
    return (
        (filters is None or (isinstance(filters, list) and all(map(_is_filter, filters))))
        and (weight is None or _is_box(weight, 4))
        and (bias is None or _is_box(bias, 1))
    )


def _is_filter(entry: Any) -> bool:
    if not isinstance(entry, dict):
        return False
    kernel, mix, seed, weight = (entry.get(name) for name in ("kernel", "mix", "seed", "weight"))
    return (
        (kernel is None or isinstance(kernel, str))
        and (mix is None or _is_box(mix, 1))
        and (seed is None or is_integer(seed))
        and (weight is None or _is_box(weight, 3))
    )


def _is_box(value: Any, axes: int) -> bool:
    """Say whether a value is a list (of lists …) of finite numbers, none of them empty."""
    if not isinstance(value, list) or not value:
        return False
    if axes > 1:
        return all(_is_box(inner, axes - 1) for inner in value)
    try:
        # A hundred thousand numbers at a time: what loops over them must not be Python.
        return set(map(type, value)) <= {int, float} and all(map(math.isfinite, value))
    except OverflowError:
        return False


_UNSEEN: Final = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_MOST_SHOWN: Final = 40


def quoted(text: str) -> str:
    """Show a text of an address in a note: short, and without letters that cannot be seen.

    Examples
    --------
    >>> quoted("banana")
    '“banana”'
    """
    short = text[:_MOST_SHOWN] + "…" if len(text) > _MOST_SHOWN else text
    return f"“{_UNSEEN.sub('·', short)}”"
