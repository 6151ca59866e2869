"""From the texts of an address to a scene, without asking the engine.

The page does the same, word for word: ``static/state/address.js``. The golden file
``tests/fixtures/addresses.json`` holds both to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.errors import InvalidRequest
from app.pipeline.defaults import default_recipe
from app.pipeline.limits import Limits
from app.pipeline.recipe import INPUT
from app.scenes.fragment import unpack_state
from app.scenes.parameters import GEOMETRY, USUAL_CONTROLS, AddressParameter, parameters
from app.scenes.recipes import (
    USUAL_SIZE,
    RecipeJson,
    as_padding,
    as_pair,
    color_of,
    conv_on_show,
    filters_of,
    one_filter_recipe,
    with_color,
    with_filter,
    with_image,
    with_stage,
)
from app.scenes.scene import OPTIONAL, Scene, is_recipe, is_view_value, quoted
from app.scenes.texts import UNREADABLE, Pictures, read_text, write_text


@dataclass(frozen=True)
class Reading:
    """What an address says.

    Attributes
    ----------
    scene : Scene
    notes : tuple of str
        What could not be used, and what is used instead: sentences for a person.
    """

    scene: Scene
    notes: tuple[str, ...] = ()


def interpreted(
    texts: Mapping[str, str],
    *,
    samples: Pictures,
    limits: Limits | None = None,
    base: Scene | None = None,
) -> Reading:
    """Turn the texts of an address into a scene, without asking the engine.

    Parameters
    ----------
    texts : mapping
        Text by name of the parameter.
    samples, limits
        As in :func:`read_address`.
    base : Scene, optional
        What the texts change; left out, the scene that an empty address stands for.
    """
    return _Interpreter(texts, samples, limits or Limits()).read(base)


class _Interpreter:
    """Reads texts in the order of the table, and keeps notes."""

    def __init__(self, texts: Mapping[str, str], samples: Pictures, limits: Limits) -> None:
        self.texts = texts
        self.samples = samples
        self.limits = limits
        self.table = {entry.name: entry for entry in parameters(limits)}
        self.notes: list[str] = []
        self.recipe: RecipeJson = {}
        self.view: dict[str, Any] = {}

    def read(self, base: Scene | None) -> Reading:
        self._begin(base)
        self._read_view()
        self._read_picture()
        self._read_filter()
        self._read_geometry()
        return Reading(Scene(self.recipe, self.view), tuple(self.notes))

    # ---- where an address begins ----

    def _begin(self, base: Scene | None) -> None:
        packed = self._unpacked()
        self.is_short = packed is None and base is None
        start = packed or base
        if start is None:
            is_one = "kernel" in self.texts or "seed" in self.texts
            start = Scene(one_filter_recipe() if is_one else default_recipe())
        self.recipe, self.view = start.recipe, dict(start.view)

    def _unpacked(self) -> Scene | None:
        text = self.texts.get("state")
        if text is None:
            return None
        try:
            scene = _unpacked_scene(text, self.limits.max_stages)
        except InvalidRequest as error:
            self.notes.append(
                f"The scene in the address cannot be read: {error.detail}. It is left out."
            )
            return None
        image = scene.recipe["input"].get("image")
        if image is not None and image not in self.samples:
            self.notes.append(
                f"The picture {quoted(image)} of the address is not among the samples. "
                f"{self._usual('image')} is used."
            )
            picture = {**scene.recipe["input"], "image": self.table["image"].default}
            scene = Scene({**scene.recipe, "input": picture}, scene.view)
        return scene

    def _usual(self, name: str) -> str:
        return str(self.table[name].default)

    # ---- what is looked at ----

    def _read_view(self) -> None:
        before = (self.view["stage"], self.view["map"])
        stage, place = self._value("stage", before[0]), self._value("map", before[1])
        if stage not in (UNREADABLE, before[0]):
            self.view |= {"stage": stage, "map": 0}
        if place is not UNREADABLE and "map" in self.texts:
            self.view["map"] = place or 0
        if before != (self.view["stage"], self.view["map"]):
            self.view |= {"cell": None, "step": None}
        for name, other in (("cell", "step"), ("step", "cell")):
            value = self._value(name, self.view[name])
            if value is UNREADABLE or name not in self.texts:
                continue
            self.view[name] = value
            if other not in self.texts:
                self.view[other] = None
        for name in ("speed", "theme", "autoplay"):
            value = self._value(name, self.view.get(name))
            if value is not UNREADABLE and name in self.texts:
                self.view[name] = value
        self._read_controls()

    def _read_controls(self) -> None:
        shown = self._value("controls", None)
        hidden = self._value("hide", None)
        locked = self._value("lock", None)
        if isinstance(shown, list):
            self.view["controls"] = shown
        if isinstance(hidden, list):
            offered = self.view.get("controls", USUAL_CONTROLS)
            self.view["controls"] = [name for name in offered if name not in hidden]
        if isinstance(locked, list):
            self.view["locks"] = locked

    # ---- what is computed ----

    def _read_picture(self) -> None:
        image = self._value("image", self.recipe["input"].get("image"))
        color = color_of(self.recipe)
        if "image" in self.texts and image is not UNREADABLE:
            self.recipe = with_image(self.recipe, image)
            color = "grey" if self.samples.item(image)["channels"] == 1 else "rgb"
        if self.recipe["input"].get("pixels") is not None:
            for name in ("size", "color"):
                if name in self.texts:
                    self.notes.append(
                        f"{name} is left out: the picture of this address is given as numbers."
                    )
            return
        wanted = self._value("color", color)
        self.recipe = with_color(self.recipe, color if wanted is UNREADABLE else wanted)
        size = self._value("size", self.recipe["input"].get("size", USUAL_SIZE))
        if "size" in self.texts and size is not UNREADABLE:
            self.recipe = {**self.recipe, "input": {**self.recipe["input"], "size": size}}

    def _read_filter(self) -> None:
        if "kernel" not in self.texts and "seed" not in self.texts:
            return
        stage = conv_on_show(self.recipe, self.view["stage"])
        if stage is None:
            for name in ("kernel", "seed"):
                self._leave_out(name)
            return
        index = self.view["map"] if stage["id"] == self.view["stage"] else 0
        entry = self._entry()
        if entry is not None:
            self.recipe = with_filter(self.recipe, stage["id"], index, entry)

    def _entry(self) -> dict[str, Any] | None:
        if "kernel" in self.texts:
            kernel = self._value("kernel", "sobel_x" if self.is_short else None)
            if "seed" in self.texts:
                self.notes.append("seed is left out: the address also names a kernel.")
            return None if kernel is UNREADABLE else {"kernel": kernel}
        seed = self._value("seed", 1 if self.is_short else None)
        if seed is UNREADABLE:
            return {"seed": 1} if self.is_short else None
        return {"seed": seed}

    def _read_geometry(self) -> None:
        for name in GEOMETRY:
            if name not in self.texts:
                continue
            stage = conv_on_show(self.recipe, self.view["stage"])
            if stage is None:
                self._leave_out(name)
                continue
            value = self._value(name, geometry_of(stage, name))
            if name == "bias" and value is not UNREADABLE:
                value = self._bias(value, len(filters_of(stage)))
            if value is not UNREADABLE:
                self.recipe = with_stage(self.recipe, stage["id"], {name: value})

    def _bias(self, numbers: list[float], filters: int) -> Any:
        if len(numbers) == 1:
            return numbers * filters
        if len(numbers) == filters:
            return numbers
        count = "1 filter" if filters == 1 else f"{filters} filters"
        self.notes.append(
            f"bias is {quoted(self.texts['bias'])} in the address, which is {len(numbers)} numbers "
            f"for {count}. It is left out."
        )
        return UNREADABLE

    # ---- values and notes ----

    def _value(self, name: str, current: Any) -> Any:
        """Read a parameter; one that is not there is as it was."""
        if name not in self.texts:
            return current
        entry = self.table[name]
        stages = [INPUT, *(stage["id"] for stage in self.recipe["stages"])]
        value = read_text(entry, self.texts[name], samples=self.samples, stages=stages)
        if value is not UNREADABLE:
            return value
        expected = f"one of {', '.join(stages)}" if name == "stage" else entry.expected
        self.notes.append(
            f"{name} is {quoted(self.texts[name])} in the address; it is {expected}. "
            f"{instead(entry, current)}"
        )
        return UNREADABLE

    def _leave_out(self, name: str) -> None:
        if name in self.texts:
            self.notes.append(f"{name} is left out: this pipeline has no convolution.")


@lru_cache(maxsize=4)
def _unpacked_scene(text: str, max_stages: int) -> Scene:
    """Read a packed scene once, although parameters may be tried on it one by one."""
    return packed_scene(unpack_state(text), max_stages=max_stages)


def instead(entry: AddressParameter, current: Any) -> str:
    """Say what is used in the place of a value that cannot be."""
    text = None if current is None and entry.type != "size" else write_text(entry, current)
    text = entry.default if text is None else text
    return "It is left out." if text is None else f"{text} is used."


def packed_scene(content: Any, *, max_stages: int = Limits().max_stages) -> Scene:
    """Read what a fragment holds: a recipe, and perhaps a view.

    Raises
    ------
    InvalidRequest
        If it holds no recipe.
    """
    recipe = content.get("recipe") if isinstance(content, dict) else None
    if not is_recipe(recipe, max_stages=max_stages):
        raise InvalidRequest("it holds no recipe")
    view = content.get("view")
    stages = [INPUT, *(stage["id"] for stage in recipe["stages"])]
    names = ("stage", "map", "cell", "step", *OPTIONAL)
    given = view if isinstance(view, dict) else {}
    kept = {
        name: given[name]
        for name in names
        if given.get(name) is not None and is_view_value(name, given[name], stages)
    }
    return Scene(recipe, kept)


def geometry_of(stage: Mapping[str, Any], name: str) -> Any:
    """Give a setting of a convolution in its one form, also where the recipe leaves it out."""
    value = stage.get(name)
    match name:
        case "padding":
            return as_padding(0 if value is None else value)
        case "bias":
            return value or [0] * len(filters_of(stage))
        case _:
            return as_pair(1 if value is None else value)
