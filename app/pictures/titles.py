"""What a scene is called, and where in it one stands; counting starts at 1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.numerics.kernels import PRESETS
from app.operations.conv import ConvLayer
from app.pipeline.stages import InputStage, Stage
from app.pipeline.trace import Trace

OWN_PICTURE: Final = "your picture"
_UPLOAD_LENGTH: Final = 64


def picture_title(source: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """Name the picture of a recipe's input.

    Parameters
    ----------
    source : mapping
        The ``input`` of a recipe.
    titles : mapping of str to str
        Titles of the samples by id.

    Examples
    --------
    >>> picture_title({"image": "coffee"}, {"coffee": "Coffee cup"})
    'Coffee cup'
    >>> picture_title({"image": "digit_3_0"}, {}), picture_title({"pixels": [[0, 1]]}, {})
    ('Digit 3 0', 'your picture')
    """
    image = source.get("image")
    if not isinstance(image, str) or len(image) == _UPLOAD_LENGTH:
        return OWN_PICTURE
    return titles.get(image) or image.replace("_", " ").capitalize()


def scene_title(trace: Trace, stage: InputStage | Stage, channel: int, *, picture: str) -> str:
    """Name what is on show: the kernel over the picture, or the map.

    Parameters
    ----------
    trace : Trace
        What came out of the run.
    stage, channel
        The stage and the map on show.
    picture : str
        What the picture is called.
    """
    over = picture if picture == OWN_PICTURE else f"“{picture}”"
    if isinstance(stage, InputStage):
        return picture[:1].upper() + picture[1:]
    label = kernel_label(stage, channel)
    reads_picture = stage.inputs == (trace.input.id,)
    if label and reads_picture:
        return f"{label} over {over}"
    return f"{stage_title(stage)}, map {channel + 1}, from {over}"


def kernel_label(stage: Stage, channel: int) -> str:
    """Name the preset of a filter; empty for weights without a name."""
    if not isinstance(stage.layer, ConvLayer):
        return ""
    filters = stage.layer.settings.get("filters") or []
    kernel = PRESETS.get(str(filters[channel].get("kernel"))) if channel < len(filters) else None
    return kernel.label if kernel else ""


def stage_title(stage: InputStage | Stage) -> str:
    """Name a stage with its number, as the page does."""
    return str(stage.describe()["title"])
