"""What an address does to a recipe: the changes that the controls of the page make.

Plain JSON in, plain JSON out; nothing is checked here but what these changes rest on. The page has
the same in ``static/state/recipe.js`` and ``static/state/address-recipe.js``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from app.numerics.kernels import PRESETS
from app.operations.registry import OPERATIONS
from app.pipeline.defaults import default_recipe

RecipeJson: TypeAlias = dict[str, Any]
Filter: TypeAlias = dict[str, Any]

USUAL_SIZE: Final = 96
# Operations that hand on as many maps as they read.
KEEPS_CHANNELS: Final = ("activation", "pool")
INPUT_DEFAULTS: Final = {"size": 96, "fit": "crop", "color": "rgb", "quantize": "hundredths"}


def one_filter_recipe(entry: Filter | None = None) -> RecipeJson:
    """Give the short pipeline: one filter without bias, ReLU, pooling.

    Parameters
    ----------
    entry : dict, optional
        The filter; Sobel x when left out.

    Examples
    --------
    >>> [stage["id"] for stage in one_filter_recipe({"seed": 7})["stages"]]
    ['conv1', 'relu1', 'pool1']
    """
    return {
        "version": 1,
        "input": default_recipe()["input"],
        "stages": [
            {"id": "conv1", "op": "conv", "filters": [entry or {"kernel": "sobel_x"}]},
            {"id": "relu1", "op": "activation", "function": "relu"},
            {"id": "pool1", "op": "pool", "kind": "max", "kernel_size": [2, 2]},
        ],
    }


def stage_of(recipe: RecipeJson, stage_id: str) -> dict[str, Any] | None:
    """Find a stage by its id."""
    return next((stage for stage in recipe["stages"] if stage["id"] == stage_id), None)


def conv_on_show(recipe: RecipeJson, stage_id: str) -> dict[str, Any] | None:
    """Give the convolution that geometry in an address is about: the one on show, or the first.

    Examples
    --------
    >>> conv_on_show(default_recipe(), "pool2")["id"]
    'conv1'
    """
    convs = [stage for stage in recipe["stages"] if stage["op"] == "conv"]
    shown = next((stage for stage in convs if stage["id"] == stage_id), None)
    return shown or next(iter(convs), None)


def filters_of(stage: Mapping[str, Any]) -> list[Filter]:
    """Give the filters of a convolution, also where all weights are one list."""
    if stage.get("filters") is not None:
        return list(stage["filters"])
    return [{"weight": weight} for weight in stage.get("weight") or []]


def with_stage(recipe: RecipeJson, stage_id: str, changes: Mapping[str, Any]) -> RecipeJson:
    """Change settings of one stage; None takes a setting out."""
    stages = [
        _without_none({**stage, **changes}) if stage["id"] == stage_id else stage
        for stage in recipe["stages"]
    ]
    return {**recipe, "stages": stages}


def _without_none(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if value is not None}


def color_of(recipe: RecipeJson) -> str:
    """Say whether the input has one channel (``grey``) or three (``rgb``)."""
    picture = recipe["input"]
    pixels = picture.get("pixels")
    if pixels is None:
        return str(picture.get("color") or "rgb")
    return "rgb" if channels_of_pixels(pixels) == 3 else "grey"


def channels_of_pixels(pixels: Sequence[Any]) -> int:
    """Count the channels of pixels: (rows, columns) have one."""
    return len(pixels) if _depth(pixels) == 3 else 1


def _depth(value: Any) -> int:
    depth = 0
    while isinstance(value, list) and depth < 4:
        depth += 1
        value = value[0] if value else None
    return depth


def with_image(recipe: RecipeJson, image: str) -> RecipeJson:
    """Choose a picture, read in colour or as grey as the one before."""
    picture = recipe["input"]
    if picture.get("pixels") is not None:
        picture = {**INPUT_DEFAULTS, "color": color_of(recipe)}
    return {**recipe, "input": {**picture, "image": image}}


def with_color(recipe: RecipeJson, color: str) -> RecipeJson:
    """Read the picture in colour or as grey; filters that read it get as many slices."""
    if color_of(recipe) == color:
        return recipe
    changed = {**recipe, "input": {**recipe["input"], "color": color}}
    return _readers_changed(changed, _greyed if color == "grey" else _colored)


def _readers_changed(recipe: RecipeJson, change: Callable[[Filter], Filter]) -> RecipeJson:
    """Change every filter that reads the picture, directly or through other stages."""
    reached = {"input"}
    before = "input"
    stages = []
    for stage in recipe["stages"]:
        source = (stage.get("inputs") or [before])[0]
        before = stage["id"]
        if source not in reached:
            stages.append(stage)
            continue
        if stage["op"] in KEEPS_CHANNELS:
            reached.add(stage["id"])
        if stage["op"] != "conv" or (stage.get("groups") or 1) != 1:
            stages.append(stage)
            continue
        filters = [change(entry) for entry in filters_of(stage)]
        stages.append(_without_none({**stage, "filters": filters, "weight": None}))
    return {**recipe, "stages": stages}


def _greyed(entry: Filter) -> Filter:
    if entry.get("mix") is not None:
        return {**entry, "mix": [1]}
    if entry.get("weight") is not None:
        return {**entry, "weight": entry["weight"][:1]}
    return entry


def _colored(entry: Filter) -> Filter:
    if entry.get("mix") is not None:
        return {**entry, "mix": [*entry["mix"], 1, 1, 1][:3]}
    if entry.get("weight") is not None:
        blank = [[0 for _ in row] for row in entry["weight"][0]] if entry["weight"] else []
        return {**entry, "weight": [*entry["weight"], blank, blank, blank][:3]}
    return entry


def with_filter(recipe: RecipeJson, stage_id: str, index: int, entry: Filter) -> RecipeJson:
    """Put a preset or a seed in the place of a filter; a kernel that is too small grows.

    The channel mix of the filter before stays.
    """
    stage = stage_of(recipe, stage_id)
    if stage is None:
        return recipe
    filters = filters_of(stage)
    index = index if index < len(filters) else 0
    before = filters[index] if filters else {}
    new = dict(entry)
    if "kernel" in entry and before.get("mix") is not None:
        new["mix"] = before["mix"]
    filters[index : index + 1] = [new]
    changes: dict[str, Any] = {"filters": filters, "weight": None}
    size = stage.get("kernel_size")
    if size is not None and "kernel" in entry:
        rows, columns = as_pair(size)
        own = PRESETS[entry["kernel"]].size
        changes["kernel_size"] = [max(rows, own[0]), max(columns, own[1])]
    return with_stage(recipe, stage_id, changes)


def as_pair(value: Any) -> list[Any]:
    """Give rows and columns, also where one number stands for both."""
    return list(value) if isinstance(value, list | tuple) else [value, value]


def as_padding(value: Any) -> Any:
    """Give ``[[top, bottom], [left, right]]``, or the name of a padding."""
    if isinstance(value, str) or value is None:
        return value
    return [as_pair(end) for end in as_pair(value)]


# ---- one form for each meaning ---------------------------------------------------------------


def simplified(recipe: RecipeJson) -> RecipeJson:
    """Leave out everything that goes without saying, so that recipes can be compared.

    Examples
    --------
    >>> recipe = one_filter_recipe({"kernel": "sobel_x", "mix": [1, 1, 1]})
    >>> recipe["stages"][0]["stride"] = 1
    >>> simplified(recipe) == simplified(one_filter_recipe())
    True
    """
    before = "input"
    stages = []
    for stage in recipe["stages"]:
        stages.append(_simple_stage(stage, before))
        before = stage["id"]
    return {"version": 1, "input": _simple_input(recipe["input"]), "stages": stages}


def _simple_input(picture: Mapping[str, Any]) -> dict[str, Any]:
    if picture.get("pixels") is not None:
        return {"pixels": picture["pixels"]}
    size = picture["size"] if "size" in picture else USUAL_SIZE
    usual = {**INPUT_DEFAULTS, **_without_none(picture), "size": size}
    names = ("image", "size", "fit", "color", "quantize")
    return {name: usual[name] for name in names if name in usual}


def _simple_stage(stage: Mapping[str, Any], before: str) -> dict[str, Any]:
    given = _without_none(stage)
    simple: dict[str, Any] = {"id": given.pop("id"), "op": given.pop("op")}
    inputs = given.pop("inputs", [before])
    if inputs != [before]:
        simple["inputs"] = inputs
    if simple["op"] == "conv":
        simple |= _simple_weights(given)
    for parameter in OPERATIONS[simple["op"]].parameters:
        if parameter.name not in given:
            continue
        value = _one_form(parameter.type, given[parameter.name])
        usual = _one_form(parameter.type, parameter.default)
        if value != usual or isinstance(value, bool) != isinstance(usual, bool):
            simple[parameter.name] = value
    return simple


def _one_form(kind: str, value: Any) -> Any:
    if value is None:
        return None
    match kind:
        case "pair":
            return as_pair(value)
        case "padding":
            return as_padding(value)
        case _:
            return value


def _simple_weights(given: dict[str, Any]) -> dict[str, Any]:
    """Take filters, kernel size and bias out of the settings, in their simplest form."""
    filters, weight, size, bias = (
        given.pop(name, None) for name in ("filters", "weight", "kernel_size", "bias")
    )
    simple: dict[str, Any] = {}
    if filters is not None:
        simple["filters"] = [_simple_filter(entry) for entry in filters]
    if weight is not None:
        simple["weight"] = weight
    if size is not None and as_pair(size) != _own_size(filters, weight):
        simple["kernel_size"] = as_pair(size)
    if bias is not None and any(number != 0 for number in bias):
        simple["bias"] = bias
    return simple


def _simple_filter(entry: Filter) -> Filter:
    names = ("kernel", "mix", "seed", "weight")
    simple = {name: entry[name] for name in names if entry.get(name) is not None}
    if "mix" in simple and all(factor == 1 for factor in simple["mix"]):
        del simple["mix"]
    return simple


def _own_size(filters: Sequence[Filter] | None, weight: list[Any] | None) -> list[int] | None:
    """Give the kernel size that follows from the filters; None where that cannot be told."""
    try:
        if weight is not None:
            return [len(weight[0][0]), len(weight[0][0][0])]
        sizes = [
            PRESETS[entry["kernel"]].size
            if "kernel" in entry
            else (len(entry["weight"][0]), len(entry["weight"][0][0]))
            for entry in filters or []
            if "seed" not in entry
        ]
    except (KeyError, IndexError, TypeError):
        return None
    return [max(size[axis] for size in sizes) for axis in (0, 1)] if sizes else [3, 3]
