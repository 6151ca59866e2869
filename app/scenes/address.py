"""Addresses: read into scenes, written from scenes.

Reading has two parts. The first is the page's too (:mod:`app.scenes.interpret`): texts become
values, and values change a recipe. The second is the engine's (:mod:`app.scenes.checks`): what it
refuses is left out again, and a cell that lies outside its map is not pinned.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from app.pipeline.defaults import default_recipe
from app.pipeline.limits import Limits
from app.scenes.checks import computable
from app.scenes.fragment import find_state, pack_state
from app.scenes.interpret import Reading, geometry_of, interpreted
from app.scenes.parameters import GEOMETRY, parameters
from app.scenes.recipes import (
    USUAL_SIZE,
    color_of,
    conv_on_show,
    filters_of,
    one_filter_recipe,
    simplified,
)
from app.scenes.scene import Scene, first_stage
from app.scenes.texts import Pictures, write_text

MAX_ADDRESS_CHARACTERS: Final = 250_000
_MOST_PARAMETERS: Final = 100


def read_address(address: str, *, samples: Pictures, limits: Limits | None = None) -> Reading:
    """Read an address; whatever it is, there is a scene in the end.

    Parameters
    ----------
    address : str
        A link to the explorer or an embed, or only its query, with or without fragment.
    samples : Pictures
        The sample pictures.
    limits : Limits, optional
        The usual ones when left out.

    Returns
    -------
    Reading
        With a scene that can be computed.

    Examples
    --------
    >>> from app.images.samples import Samples
    >>> from app.resources import folder
    >>> samples = Samples(folder("sample_images"))
    >>> reading = read_address("/?kernel=sobel-x&stride=2&map=1", samples=samples)
    >>> reading.scene.recipe["stages"][0]["stride"], reading.notes
    ([2, 2], ())
    """
    limits = limits or Limits()
    texts = texts_of(address)
    reading = interpreted(texts, samples=samples, limits=limits)
    return computable(texts, reading, samples=samples, limits=limits)


def texts_of(address: str) -> dict[str, str]:
    """Take an address apart: the text of each known parameter, the first where it is repeated.

    Examples
    --------
    >>> texts_of("https://a.example/embed?sample=cat&x=1#v1=abc?secret=1")
    {'image': 'cat', 'state': 'v1=abc'}
    """
    before, _, fragment = address[:MAX_ADDRESS_CHARACTERS].partition("#")
    names = {name: entry.name for entry in parameters() for name in (entry.name, *entry.aliases)}
    texts: dict[str, str] = {}
    for name, value in _pairs(_query_of(before)):
        known = names.get(name.removeprefix("amp;").lower())
        # A second question mark begins what a host has appended.
        if known and known not in texts:
            texts[known] = value if known == "state" else value.partition("?")[0]
    state = find_state(fragment) or (find_state(before) if before.startswith("v") else None)
    return texts | ({"state": state} if state else {})


def _query_of(before: str) -> str:
    _, mark, query = before.partition("?")
    if mark:
        return query
    return before if "=" in before and "/" not in before else ""


def _pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True)[:_MOST_PARAMETERS]


# ---- writing -----------------------------------------------------------------------------------


def write_address(scene: Scene, *, base: str = "", samples: Pictures) -> str:
    """Write a scene as an address: short parameters where they say it all.

    Parameters
    ----------
    scene : Scene
    base : str
        What stands before the query.
    samples : Pictures
        The sample pictures.

    Returns
    -------
    str
        Which :func:`read_address` reads as the same scene.

    Raises
    ------
    LimitExceeded
        If the recipe is too long for an address.

    Examples
    --------
    >>> from app.images.samples import Samples
    >>> from app.resources import folder
    >>> scene = Scene(one_filter_recipe(), {"cell": [49, 69]})
    >>> write_address(scene, samples=Samples(folder("sample_images")))
    '?kernel=sobel-x&cell=50,70'
    """
    values = values_of(scene, samples=samples)
    state = values.pop("state", None)
    query = "&".join(f"{name}={value}" for name, value in values.items())
    return base + (f"?{query}" if query else "") + (f"#{state}" if state else "")


def values_of(scene: Scene, *, samples: Pictures) -> dict[str, str]:
    """Give the texts of the parameters that stand for a scene, in the order of the table."""
    wanted = simplified(scene.recipe)
    for start in _starts(scene):
        texts = {**start, **_recipe_texts(scene, start, samples)}
        made = interpreted({**texts, "stage": scene.stage}, samples=samples).scene.recipe
        if simplified(made) == wanted:
            return _ordered({**texts, **_view_texts(scene)})
    return _ordered({"state": pack_state({"recipe": wanted}), **_view_texts(scene)})


def _starts(scene: Scene) -> list[dict[str, str]]:
    """Give the beginnings that may lead to a recipe: the usual one, one kernel, one seed."""
    starts: list[dict[str, str]] = [{}]
    stage = conv_on_show(scene.recipe, "")
    filters = filters_of(stage) if stage else []
    if len(filters) == 1:
        kernel, seed = filters[0].get("kernel"), filters[0].get("seed")
        if kernel is not None:
            starts.append({"kernel": str(kernel).replace("_", "-")})
        elif seed is not None:
            starts.append({"seed": str(int(seed))})
    return starts


def _recipe_texts(scene: Scene, start: Mapping[str, str], samples: Pictures) -> dict[str, str]:
    """Write what differs from where an address begins, as far as it has a text."""
    recipe = scene.recipe
    first = one_filter_recipe() if start else default_recipe()
    picture = recipe["input"]
    given: dict[str, Any] = {}
    if picture.get("image") is not None:
        if picture["image"] != first["input"]["image"]:
            given["image"] = picture["image"]
        if picture.get("size", USUAL_SIZE) != USUAL_SIZE:
            given["size"] = picture.get("size", USUAL_SIZE)
        if color_of(recipe) != own_color(picture["image"], samples):
            given["color"] = color_of(recipe)
    table = {entry.name: entry for entry in parameters()}
    stage, usual = (conv_on_show(part, scene.stage) for part in (recipe, first))
    if stage and usual:
        for name in GEOMETRY:
            value = geometry_of(stage, name)
            if value != geometry_of(usual, name):
                given[name] = value
    texts = {name: write_text(table[name], value) for name, value in given.items()}
    return {name: text for name, text in texts.items() if text is not None}


def own_color(image: str, samples: Pictures) -> str:
    """Say how a sample is read when nothing else is said."""
    is_grey = image in samples and samples.item(image)["channels"] == 1
    return "grey" if is_grey else "rgb"


def _view_texts(scene: Scene) -> dict[str, str]:
    table = {entry.name: entry for entry in parameters()}
    view = dict(scene.view)
    if view["stage"] == first_stage(scene.recipe):
        del view["stage"]
    locks = view.pop("locks", [])
    if locks:
        view["lock"] = locks
    texts = {}
    for name, value in view.items():
        text = None if value is None else write_text(table[name], value)
        if text is not None and text != table[name].default:
            texts[name] = text
    return texts


def _ordered(texts: Mapping[str, str]) -> dict[str, str]:
    return {entry.name: texts[entry.name] for entry in parameters() if entry.name in texts}
