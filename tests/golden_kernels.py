"""Golden kernels: what named filters come to, for the page's own preview of them.

Until the run of an edit arrives, the page centres, cuts and mixes kernels by itself. These are the
same weights by the engine.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from app.numerics.kernels import PRESETS, centred
from app.numerics.shapes import FloatArray
from app.operations.conv import ConvLayer
from app.pipeline.execute import execute
from app.pipeline.limits import Limits
from app.pipeline.map_cache import MapCache
from app.pipeline.recipe import parse_recipe

SIDES = range(1, 7)
MIXES = (None, [2, -1, -1], [0.5, 0, -0.25], [1.1, 0.7, -0.3])
NAMES = ("identity", "box_blur", "gaussian_3", "gaussian_5", "sobel_x", "roberts_x", "edge_top")


def kernels() -> dict[str, Any]:
    """Give kernels in other sizes, and the weights of preset times mix."""
    return {
        "presets": [{"name": name, "weight": PRESETS[name].weight} for name in NAMES],
        "centred": list(_resized()),
        "filters": list(_mixed()),
    }


def _resized() -> list[dict[str, Any]]:
    cases = []
    for rows, columns, height, width in product(SIDES, (2, 5), SIDES, (3, 4)):
        kernel = np.arange(1, rows * columns + 1, dtype=np.float32).reshape(rows, columns)
        weight = _in_size(kernel, (height, width))
        cases.append(
            {"kernel": kernel.tolist(), "size": [height, width], "weight": weight.tolist()}
        )
    return cases


def _in_size(kernel: FloatArray, size: tuple[int, int]) -> FloatArray:
    """Centre a kernel, along an axis that is too short for it the other way round.

    What is cut is the part in which a kernel of the wanted size would be centred, so that growing
    and shrinking again gives the kernel back.
    """
    kept = tuple(min(pair) for pair in zip(kernel.shape, size, strict=True))
    inside = centred(np.ones(kept, dtype=np.float32), kernel.shape) == 1
    return centred(kernel[inside].reshape(kept), size)


def _mixed() -> list[dict[str, Any]]:
    cases = []
    for name, size, mix in product(NAMES, ((3, 3), (4, 3), (5, 5), (6, 7)), MIXES):
        shape = np.shape(PRESETS[name].weight)
        if shape[0] > size[0] or shape[1] > size[1]:
            continue
        filters = {"kernel": name} if mix is None else {"kernel": name, "mix": mix}
        cases.append({"filter": filters, "kernel_size": size, "weight": _weight(filters, size)})
    return cases


def _weight(filters: dict[str, Any], size: tuple[int, int]) -> list[Any]:
    stage = {"id": "conv1", "op": "conv", "kernel_size": size, "filters": [filters]}
    pixels = np.zeros((3, 8, 8)).tolist()
    recipe = parse_recipe(
        {"version": 1, "input": {"pixels": pixels}, "stages": [stage]}, limits=Limits()
    )
    maps = recipe.input.pixel_maps
    assert maps is not None
    layer = execute(recipe, maps, cache=MapCache(1 << 20), limits=Limits()).stages[0].layer
    assert isinstance(layer, ConvLayer)
    weight: list[Any] = layer.weight[0].tolist()
    return weight
