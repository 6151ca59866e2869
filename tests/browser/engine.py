"""The engine, called in this process: what the page must show for a recipe."""

from __future__ import annotations

from functools import cache
from typing import Any

from app.images.samples import Samples
from app.numerics.shapes import FloatArray
from app.pipeline.execute import execute
from app.pipeline.limits import Limits
from app.pipeline.map_cache import MapCache
from app.pipeline.recipe import Recipe, parse_recipe
from app.pipeline.trace import Trace
from app.resources import folder

LIMITS = Limits()


def trace_of(recipe: dict[str, Any], *, picture: FloatArray | None = None) -> Trace:
    """Compute all stages of a recipe, without the server.

    Parameters
    ----------
    recipe : dict
        As the page would send it; its picture a sample or pixels.
    picture : ndarray of float32, shape (C, H, W), optional
        What the recipe's input stands for, when that is an upload.

    Returns
    -------
    Trace
        ``{stage.id: stage.values for stage in trace.all_stages}`` has every map.
    """
    parsed = parse_recipe(recipe, limits=LIMITS)
    values = _picture(parsed) if picture is None else picture
    return execute(parsed, values, cache=MapCache(1 << 26), limits=LIMITS)


def maps_of(recipe: dict[str, Any], *, picture: FloatArray | None = None) -> dict[str, FloatArray]:
    """Compute the values of every stage, ``(C, H, W)``, by its id; ``"input"`` is the picture."""
    trace = trace_of(recipe, picture=picture)
    return {stage.id: stage.values for stage in trace.all_stages}


def _picture(recipe: Recipe) -> FloatArray:
    source = recipe.input
    if source.pixel_maps is not None:
        return source.pixel_maps
    assert source.image is not None
    picture = _samples().get(source.image)
    return picture.working(source.size, source.fit, source.color, source.quantize, LIMITS.max_side)


@cache
def _samples() -> Samples:
    return Samples(folder("sample_images"))
