"""Random recipes, and the repair of those that are refused by the fixes that are offered."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from hypothesis import strategies as st

from app.errors import VisualizerError
from app.numerics.shapes import FloatArray
from app.operations.activation import FUNCTIONS
from app.pipeline.execute import execute
from app.pipeline.limits import Limits
from app.pipeline.map_cache import MapCache
from app.pipeline.plan import plan_run
from app.pipeline.recipe import parse_recipe
from app.pipeline.trace import Trace

CACHE_BYTES = 1 << 24

sizes = st.integers(1, 3) | st.lists(st.integers(1, 4), min_size=2, max_size=2)
steps = st.integers(1, 2) | st.lists(st.integers(1, 3), min_size=2, max_size=2)
ends = st.integers(0, 2)
pads = (
    ends
    | st.lists(ends, min_size=2, max_size=2)
    | st.lists(st.lists(ends, min_size=2, max_size=2), min_size=2, max_size=2)
)
weights = st.integers(-300, 300).map(lambda number: number / 100)


@st.composite
def filters(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["kernel", "mix", "seed", "weight"]))
    if kind == "seed":
        return {"seed": draw(st.integers(0, 99))}
    if kind == "weight":
        shape = (draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 3)))
        flat = draw(st.lists(weights, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))
        return {"weight": np.reshape(flat, shape).tolist()}
    name = draw(st.sampled_from(["sobel_x", "box_blur", "identity", "gaussian_5", "roberts_x"]))
    if kind == "kernel":
        return {"kernel": name}
    return {"kernel": name, "mix": draw(st.lists(weights, min_size=1, max_size=4))}


@st.composite
def conv_stages(draw: st.DrawFn) -> dict[str, Any]:
    entries = draw(st.lists(filters(), min_size=1, max_size=4))
    options = {
        "kernel_size": sizes,
        "stride": steps,
        "padding": pads | st.sampled_from(["valid", "same", "full"]),
        "padding_mode": st.sampled_from(["zeros", "reflect", "replicate", "circular"]),
        "dilation": steps,
        "groups": st.integers(1, 4),
        "bias": st.lists(weights, min_size=len(entries), max_size=len(entries)),
    }
    return {"op": "conv", "filters": entries, **_some(draw, options)}


@st.composite
def pool_stages(draw: st.DrawFn) -> dict[str, Any]:
    options = {
        "kind": st.sampled_from(["max", "average", "lp", "global_max", "global_average"]),
        "kernel_size": sizes,
        "stride": steps,
        "padding": pads | st.sampled_from(["valid", "same"]),
        "dilation": steps,
        "ceil_mode": st.booleans(),
        "count_include_pad": st.booleans(),
        "p": st.sampled_from([1, 2, 2.5, 3]),
    }
    return {"op": "pool", **_some(draw, options)}


@st.composite
def activation_stages(draw: st.DrawFn) -> dict[str, Any]:
    options = {
        "function": st.sampled_from(sorted(FUNCTIONS)),
        "negative_slope": st.sampled_from([0, 0.1, 0.25, -0.5]),
        "alpha": st.sampled_from([0.5, 1, 2]),
        "approximate": st.sampled_from(["none", "tanh"]),
    }
    return {"op": "activation", **_some(draw, options)}


def _some(draw: st.DrawFn, options: dict[str, st.SearchStrategy[Any]]) -> dict[str, Any]:
    """Draw some of the options, so that defaults are met as well."""
    return {name: draw(values) for name, values in options.items() if draw(st.booleans())}


@st.composite
def pictures(draw: st.DrawFn, *, largest: int = 12) -> FloatArray:
    shape = (draw(st.sampled_from([1, 3])), *draw(st.tuples(*[st.integers(1, largest)] * 2)))
    seed = draw(st.integers(0, 2**16))
    values = np.random.default_rng(seed).integers(0, 101, shape) / 100
    return values.astype(np.float32)


stages = conv_stages() | pool_stages() | activation_stages()


@st.composite
def recipes(draw: st.DrawFn, *, most: int = 4) -> dict[str, Any]:
    """A recipe on some picture; it may well be one that cannot work there."""
    chosen = draw(st.lists(stages, min_size=1, max_size=most))
    for index, stage in enumerate(chosen):
        stage["id"] = f"s{index}"
        if index and draw(st.integers(0, 4)) == 0:
            stage["inputs"] = [draw(st.sampled_from(["input", *(f"s{i}" for i in range(index))]))]
    return {"input": {"image": "coffee"}, "stages": chosen}


def patched(data: dict[str, Any], fix: dict[str, Any]) -> dict[str, Any]:
    """Apply a fix as the page does: lay its changes over the stage that it names."""
    changed = copy.deepcopy(data)
    if fix["stage"] == "input":
        changed["input"].update(fix["changes"])
        return changed
    (stage,) = (entry for entry in changed["stages"] if entry["id"] == fix["stage"])
    stage.update(fix["changes"])
    return changed


def refusal(
    data: Any, shape: tuple[int, int, int], *, limits: Limits | None = None
) -> VisualizerError | None:
    """Give what is wrong with a recipe on a picture of this shape; None if it works."""
    try:
        plan_run(parse_recipe(data, limits=limits), shape, limits=limits)
    except VisualizerError as error:
        return error
    return None


def repaired(data: dict[str, Any], shape: tuple[int, int, int]) -> tuple[dict[str, Any], int]:
    """Apply fix after fix until a recipe works; give it and their number."""
    for applied in range(40):
        error = refusal(data, shape)
        if error is None:
            return data, applied
        assert error.field and error.detail, "a refusal names a field and a reason"
        assert error.fix is not None, f"no fix for: {error.detail}"
        data = patched(data, dict(error.fix))
    raise AssertionError(f"still refused after 40 fixes: {error}")


def traced(data: dict[str, Any], picture: FloatArray, *, cache: MapCache | None = None) -> Trace:
    return execute(parse_recipe(data), picture, cache=cache or MapCache(CACHE_BYTES))
