"""Scenes to draw, and how the tests of this folder come to their runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from app.images.samples import Samples
from app.pipeline.defaults import default_recipe
from app.pipeline.execute import execute
from app.pipeline.map_cache import MapCache
from app.pipeline.recipe import parse_recipe
from app.pipeline.trace import Trace
from app.resources import folder


@dataclass(frozen=True)
class Standing:
    """The view of a scene."""

    view: dict[str, Any] = field(default_factory=dict)


@cache
def samples() -> Samples:
    return Samples(folder("sample_images"))


def run_of(recipe: dict[str, Any]) -> Trace:
    """Compute a recipe on a sample."""
    parsed = parse_recipe(recipe)
    source = parsed.input
    picture = samples().get(source.image or "")
    values = picture.working(
        source.size, fit=source.fit, color=source.color, quantize=source.quantize
    )
    return execute(parsed, values, cache=MapCache(max_bytes=1 << 24))


@cache
def default_run() -> Trace:
    return run_of(default_recipe())


def one_filter(image: str = "camera", kernel: str = "sobel_x", **conv: Any) -> dict[str, Any]:
    """A grey picture under one filter, then ReLU and pooling."""
    recipe = default_recipe()
    recipe["input"] |= {"image": image, "color": "grey"}
    filters = [{"kernel": kernel, "mix": [1]}]
    recipe["stages"] = [
        {"id": "conv1", "op": "conv", "filters": filters, "bias": [0], **conv},
        {"id": "relu1", "op": "activation", "function": "relu"},
        {"id": "pool1", "op": "pool", "kind": "max", "kernel_size": [2, 2]},
    ]
    return recipe
