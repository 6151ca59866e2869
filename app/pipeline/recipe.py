"""The recipe: a picture and a list of stages, read strictly from JSON.

Equal recipes have equal canonical text: defaults are filled in, single numbers become pairs,
settings without a meaning are left out, names are sorted. Its hash, with the picture and the
version of the engine, is the id of the run.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal, TypeAlias

import numpy as np
import orjson

from app import __version__
from app.errors import InvalidRequest, LimitExceeded
from app.numerics.shapes import FloatArray
from app.operations.number_lists import as_json, finite_box
from app.operations.parameters import Choice, Parameter
from app.operations.place import Place
from app.operations.reading import read_value
from app.operations.values import counted, nearest_name, shown
from app.pipeline.limits import Limits
from app.pipeline.stage_recipe import StageRecipe, read_stage

ENGINE_VERSION: Final = __version__
RECIPE_VERSION: Final = 1
INPUT: Final = "input"
MAX_PIXELS_SIDE: Final = 48

IMAGE_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")

Fit: TypeAlias = Literal["crop", "fit"]
Color: TypeAlias = Literal["rgb", "grey"]
Quantize: TypeAlias = Literal["hundredths", "exact"]

_FIT: Final = Parameter(
    "fit",
    "Fit",
    "choice",
    "The square in the middle, or the whole picture.",
    "crop",
    choices=(Choice("crop", "Crop to a square"), Choice("fit", "Whole picture")),
)
_COLOR: Final = Parameter(
    "color",
    "Colour",
    "choice",
    "Three channels, or one.",
    "rgb",
    choices=(Choice("rgb", "Red, green, blue"), Choice("grey", "Grey")),
)
_QUANTIZE: Final = Parameter(
    "quantize",
    "Pixel values",
    "choice",
    "Rounded to hundredths, so that printed sums add up, or as they are.",
    "hundredths",
    choices=(Choice("hundredths", "hundredths"), Choice("exact", "exact")),
)


@dataclass(frozen=True, eq=False)
class InputPicture:
    """What a recipe works on: a picture by name, or a few pixels given as numbers.

    Attributes
    ----------
    image : str or None
        Name of a sample, or id of an upload.
    pixels : nested lists of numbers (C, H, W), or None
        Instead of a picture.
    size : int or None
        Side of the square, or longest side; ``None`` keeps the original.
    fit : {"crop", "fit"}
    color : {"rgb", "grey"}
    quantize : {"hundredths", "exact"}
    """

    image: str | None = None
    pixels: list[Any] | None = None
    size: int | None = 96
    fit: Fit = "crop"
    color: Color = "rgb"
    quantize: Quantize = "hundredths"

    @cached_property
    def pixel_maps(self) -> FloatArray | None:
        """The pixels given as numbers: shape (C, H, W), read-only; ``None`` for a picture."""
        if self.pixels is None:
            return None
        maps = np.array(self.pixels, dtype=np.float32)
        maps.setflags(write=False)
        return maps

    def canonical(self) -> dict[str, Any]:
        """Give the one JSON form of this input."""
        if self.pixels is not None:
            return {"pixels": self.pixels}
        return {
            "image": self.image,
            "size": self.size,
            "fit": self.fit,
            "color": self.color,
            "quantize": self.quantize,
        }


@dataclass(frozen=True, eq=False)
class Recipe:
    """A picture and the stages it goes through."""

    input: InputPicture
    stages: tuple[StageRecipe, ...]

    @cached_property
    def canonical(self) -> dict[str, Any]:
        """The one JSON form of this recipe."""
        return {
            "version": RECIPE_VERSION,
            "input": self.input.canonical(),
            "stages": [stage.canonical for stage in self.stages],
        }

    @cached_property
    def _canonical_json(self) -> bytes:
        return orjson.dumps(self.canonical, option=orjson.OPT_SORT_KEYS)

    def canonical_json(self) -> bytes:
        """Give the recipe as canonical JSON text; equal for equal recipes."""
        return self._canonical_json

    def run_id(self, image_id: str = "") -> str:
        """Name the run of this recipe on a picture.

        Parameters
        ----------
        image_id : str
            Id of the picture's content; empty for pixels given as numbers.

        Returns
        -------
        str
            32 hexadecimal digits.

        Examples
        --------
        >>> recipe = parse_recipe({"input": {"image": "coffee"}, "stages": []})
        >>> len(recipe.run_id("coffee"))
        32
        """
        text = b"\0".join((ENGINE_VERSION.encode(), image_id.encode(), self._canonical_json))
        return hashlib.blake2b(text, digest_size=16).hexdigest()


def parse_recipe(data: Any, *, limits: Limits | None = None) -> Recipe:
    """Read a recipe.

    Parameters
    ----------
    data : Any
        Parsed JSON.
    limits : Limits, optional
        The usual ones when left out.

    Returns
    -------
    Recipe

    Raises
    ------
    InvalidRequest
        If something is missing, unknown or illegal; ``field`` says where.
    LimitExceeded
        If there are too many stages.

    Examples
    --------
    >>> recipe = parse_recipe({
    ...     "input": {"image": "coffee"},
    ...     "stages": [{"id": "relu1", "op": "activation"}],
    ... })
    >>> recipe.stages[0].inputs
    ('input',)
    """
    limits = limits or Limits()
    if not isinstance(data, Mapping):
        raise InvalidRequest('A recipe is a JSON object {"input": …, "stages": […]}.', field="")
    _check_names(data, ("version", "input", "stages"), "")
    version = data.get("version")
    if version not in (None, RECIPE_VERSION) or isinstance(version, bool):
        raise InvalidRequest(
            f"version is {shown(version)}; this server reads version {RECIPE_VERSION}.",
            field="version",
            allowed=[RECIPE_VERSION],
        )
    return Recipe(_read_input(data.get("input"), limits), _read_stages(data.get("stages"), limits))


def _check_names(data: Mapping[str, Any], known: Sequence[str], path: str) -> None:
    for name in data:
        if name not in known:
            nearest = nearest_name(name, known)
            hint = f"did you mean {nearest}?" if nearest else f"it has {', '.join(known)}."
            raise InvalidRequest(
                f"{path or 'The recipe'} has no {shown(name)}; {hint}",
                field=f"{path}.{name[:60]}".lstrip("."),
                allowed=list(known),
            )


def _read_input(data: Any, limits: Limits) -> InputPicture:
    if not isinstance(data, Mapping):
        raise InvalidRequest(
            'input is missing; give {"image": name of a sample or id of an upload}, '
            'or {"pixels": nested lists}.',
            field="input",
        )
    _check_names(data, ("image", "pixels", "size", "fit", "color", "quantize"), "input")
    if (data.get("image") is None) == (data.get("pixels") is None):
        raise InvalidRequest(
            "input has to have either image or pixels, and one of them only.", field="input.image"
        )
    if data.get("pixels") is not None:
        return InputPicture(pixels=_read_pixels(data["pixels"]))
    image = data["image"]
    if not isinstance(image, str) or not IMAGE_ID.fullmatch(image):
        raise InvalidRequest(
            f"input.image is {shown(image)}; it is the name of a sample or the id of an upload.",
            field="input.image",
        )
    at = Place(INPUT, "input")
    fit, color, quantize = (
        read_value(parameter, _given(data, parameter), at)
        for parameter in (_FIT, _COLOR, _QUANTIZE)
    )
    return InputPicture(image, None, _read_size(data, at, limits), fit, color, quantize)


def _given(data: Mapping[str, Any], parameter: Parameter) -> Any:
    value = data.get(parameter.name)
    return parameter.default if value is None else value


def _read_size(data: Mapping[str, Any], at: Place, limits: Limits) -> int | None:
    # Left out is the usual size; null, in so many letters, is the original one.
    if "size" not in data:
        return InputPicture.size
    if data["size"] is None:
        return None
    size = Parameter(
        "size", "Size", "integer", "Cells.", InputPicture.size, minimum=1, maximum=limits.max_side
    )
    return int(read_value(size, data["size"], at))


def _read_pixels(value: Any) -> list[Any]:
    for axes in (2, 3):
        box = finite_box(value, axes=axes)
        if box is None:
            continue
        box = box if axes == 3 else box[np.newaxis]
        if box.shape[0] <= 3 and max(box.shape[1:]) <= MAX_PIXELS_SIDE:
            return as_json(box)
    raise InvalidRequest(
        "input.pixels has to be nested lists (channels, rows, columns) or (rows, columns) of "
        f"finite numbers, at most 3 × {MAX_PIXELS_SIDE} × {MAX_PIXELS_SIDE}.",
        field="input.pixels",
        allowed={"maximum": [3, MAX_PIXELS_SIDE, MAX_PIXELS_SIDE]},
    )


def _read_stages(data: Any, limits: Limits) -> tuple[StageRecipe, ...]:
    if not isinstance(data, list | tuple):
        raise InvalidRequest("stages is not a list of stages.", field="stages")
    if len(data) > limits.max_stages:
        raise LimitExceeded(
            f"The recipe has {counted(len(data), 'stage')}; this server computes at most "
            f"{limits.max_stages}.",
            code="too_much_work",
            field="stages",
            allowed={"maximum": limits.max_stages},
        )
    known = [INPUT]
    stages: list[StageRecipe] = []
    for index, entry in enumerate(data):
        stage = read_stage(entry, f"stages[{index}]", known)
        known.append(stage.id)
        stages.append(stage)
    return tuple(stages)
