"""A refusal says where and why, and the fix that it offers works."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.numerics.shapes import FloatArray
from app.pipeline.limits import Limits
from tests.pipeline.recipes import patched, pictures, recipes, refusal, repaired

IDENTITY = [{"kernel": "identity"}]
CONV: dict[str, Any] = {"id": "conv1", "op": "conv", "filters": IDENTITY}
POOL: dict[str, Any] = {"id": "pool1", "op": "pool"}
ACTIVATION: dict[str, Any] = {"id": "act1", "op": "activation"}
SHAPE = (3, 10, 10)

# (stage, setting that is named, words that the reason contains)
REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({**CONV, "stride": 0}, "stride", "from 1 to 31"),
    ({**CONV, "stride": [1, 2, 3]}, "stride", "[1, 2, 3]"),
    ({**CONV, "stride": "two"}, "stride", "'two'"),
    ({**CONV, "stride": True}, "stride", "true"),
    ({**CONV, "stride": 1.5}, "stride", "1.5"),
    ({**CONV, "padding": -1}, "padding", "from 0 to 64"),
    ({**CONV, "padding": "sane"}, "padding", "'sane'"),
    ({**CONV, "padding": [[1, 2], [3]]}, "padding", "[[1, 2], [3]]"),
    ({**CONV, "padding_mode": "mirror"}, "padding_mode", "reflect"),
    ({**CONV, "dilation": 99}, "dilation", "from 1 to 31"),
    ({**CONV, "kernel_size": 40}, "kernel_size", "from 1 to 31"),
    ({**CONV, "kernel_size": 2}, "kernel_size", "largest filter is 3 × 3"),
    ({**CONV, "groups": 2}, "groups", "do not divide 3 input channels"),
    ({**CONV, "groups": 0}, "groups", "from 1 to"),
    ({**CONV, "strides": 2}, "strides", "Did you mean stride?"),
    ({**CONV, "bias": [1, 2]}, "bias", "2 numbers for 1 filter;"),
    ({**CONV, "bias": [float("nan")]}, "bias", "finite"),
    ({**CONV, "bias": "high"}, "bias", "finite"),
    ({**CONV, "filters": []}, "filters", "1 to 256"),
    ({**CONV, "filters": IDENTITY * 257}, "filters", "1 to 256"),
    ({**CONV, "filters": [{"kernel": "sobelx"}]}, "filters[0].kernel", "sobel_x"),
    ({**CONV, "filters": [{"kernel": ["x"]}]}, "filters[0].kernel", "names the kernel"),
    ({**CONV, "filters": [{"seed": -1}]}, "filters[0].seed", "whole number"),
    ({**CONV, "filters": [{"seed": 1, "mix": [1]}]}, "filters[0]", "has to be one of"),
    ({**CONV, "filters": ["sobel_x"]}, "filters[0]", "has to be one of"),
    (
        {**CONV, "filters": [{"kernel": "emboss", "mix": [1, 2]}]},
        "filters[0].mix",
        "made for 2 channels",
    ),
    (
        {**CONV, "filters": [{"kernel": "emboss", "mix": [1, float("inf"), 2]}]},
        "filters[0].mix",
        "finite",
    ),
    (
        {**CONV, "filters": [*IDENTITY, {"weight": [[[1, 2], [3, 4]]]}]},
        "filters[1].weight",
        "made for 1 channel",
    ),
    ({**CONV, "filters": [{"weight": [[[1, 2], [3]]]}]}, "filters[0].weight", "finite"),
    ({**CONV, "filters": None}, "filters", "neither filters nor weight"),
    ({**CONV, "weight": [[[[1]]] * 3]}, "weight", "both filters and weight"),
    ({"id": "c", "op": "conv", "weight": [[[[1]]]]}, "weight", "made for 1 channel"),
    ({"id": "c", "op": "conv", "weight": [[[[True]]]]}, "weight", "finite"),
    ({"id": "c", "op": "conv", "weight": [[[[1e39]]] * 3]}, "weight", "1e+06"),
    (
        {"id": "c", "op": "conv", "weight": [[[[1]]] * 3], "kernel_size": 3},
        "kernel_size",
        "the weight is 1 × 1",
    ),
    (
        {"id": "c", "op": "conv", "filters": [{"seed": 1}], "kernel_size": 7, "dilation": 2},
        "kernel_size",
        "Kernel 7 with dilation 2 spans 13 cells; the input has 10 rows. Use dilation 1.",
    ),
    (
        {"id": "c", "op": "conv", "filters": [{"seed": 1}], "kernel_size": [1, 13]},
        "kernel_size",
        "the input has 10 columns. Use padding 0 × 2.",
    ),
    (
        {"id": "c", "op": "conv", "filters": [{"seed": 1}], "kernel_size": 31, "dilation": 31},
        "kernel_size",
        "Use dilation 1 and padding 11.",
    ),
    ({**POOL, "kernel_size": 11}, "kernel_size", "the map has 10 rows. Use window 10."),
    ({**POOL, "kernel_size": 9, "dilation": 2}, "kernel_size", "Use dilation 1."),
    (
        {**POOL, "kernel_size": 13, "stride": 3, "ceil_mode": True},
        "kernel_size",
        "the map has 10 rows, and 2 more may hang over the edge. Use window 12.",
    ),
    ({**POOL, "padding": 3}, "padding", "without any cell of the map"),
    ({**POOL, "padding": "full"}, "padding", "'full'"),
    ({**POOL, "kind": "mean"}, "kind", "average"),
    ({**POOL, "kind": "lp", "p": 0}, "p", "from 1 to 8"),
    ({**POOL, "kind": "lp", "p": float("inf")}, "p", "finite"),
    ({**POOL, "ceil_mode": 1}, "ceil_mode", "true or false"),
    ({**ACTIVATION, "function": "rellu"}, "function", "relu"),
    ({**ACTIVATION, "function": 7}, "function", "7"),
    ({**ACTIVATION, "function": "elu", "alpha": 11}, "alpha", "from -10 to 10"),
    ({**ACTIVATION, "negative_slope": 10**400}, "negative_slope", "finite"),
    ({**ACTIVATION, "op": "activations"}, "op", "activation"),
    ({**ACTIVATION, "inputs": ["later"]}, "inputs", "not an earlier stage"),
    ({**ACTIVATION, "inputs": []}, "inputs", "reads 1 earlier stage"),
    ({**ACTIVATION, "inputs": [["input"]]}, "inputs", "not an earlier stage"),
]


def _on_its_own(stage: dict[str, Any]) -> dict[str, Any]:
    return {"input": {"image": "coffee"}, "stages": [stage]}


@pytest.mark.parametrize(("stage", "name", "words"), REFUSED)
def test_refusal_names_the_field_and_the_reason_and_its_fix_works(
    stage: dict[str, Any], name: str, words: str
) -> None:
    recipe = _on_its_own(stage)
    error = refusal(recipe, SHAPE)
    assert error is not None
    assert error.status == 422
    assert error.field == f"stages[0].{name}"
    assert words in error.detail
    assert error.fix is not None
    assert error.fix["label"] != ""
    repaired(patched(recipe, dict(error.fix)), SHAPE)


@pytest.mark.parametrize(("stage", "name", "words"), REFUSED)
def test_one_fix_is_enough_for_one_fault(stage: dict[str, Any], name: str, words: str) -> None:
    # The largest legal kernel does not fit a small picture: that would be a second fault.
    shape = (3, 100, 100) if words.startswith("from") else SHAPE
    error = refusal(_on_its_own(stage), shape)
    assert error is not None and error.fix is not None
    assert refusal(patched(_on_its_own(stage), dict(error.fix)), shape) is None


@settings(max_examples=200)
@given(recipes(most=3), pictures(largest=6))
def test_fix_after_fix_leads_to_a_recipe_that_works(
    data: dict[str, Any], picture: FloatArray
) -> None:
    working, _ = repaired(data, picture.shape)
    assert refusal(working, picture.shape) is None


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["conv", "pool", "activation", "relu", "max", "same", "input"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["kernel", "mix", "weight", "seed", "id", "op", "inputs", "stride"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
names = st.sampled_from(
    "filters weight bias kernel_size stride padding padding_mode dilation groups kind ceil_mode "
    "count_include_pad p function negative_slope alpha approximate inputs nonsense".split()
)


@settings(max_examples=200)
@given(st.sampled_from([CONV, POOL, ACTIVATION]), st.dictionaries(names, junk, max_size=3))
def test_any_junk_in_a_stage_can_be_fixed(stage: dict[str, Any], extra: dict[str, Any]) -> None:
    repaired(_on_its_own({**stage, **extra}), SHAPE)


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from(["version", "input", "stages", "more"]), junk) | junk)
def test_junk_for_a_recipe_is_refused_with_a_field(data: Any) -> None:
    error = refusal(data, SHAPE)
    if error is not None:
        assert error.status == 422 and error.field is not None


def test_too_many_multiply_adds_are_refused_with_a_smaller_picture() -> None:
    recipe = _on_its_own({**CONV, "filters": [{"seed": 1}] * 4})
    limits = Limits(max_multiply_adds=1_000_000)
    error = refusal(recipe, (3, 200, 200), limits=limits)
    assert error is not None
    assert (error.status, error.code, error.field) == (422, "too_much_work", "stages")
    assert "4,234,032 multiply-adds and additions" in error.detail
    assert error.fix == {
        "label": "Use the picture at 96 cells",
        "stage": "input",
        "changes": {"size": 96},
    }
    assert refusal(recipe, (3, 96, 96), limits=limits) is None


def test_too_much_memory_is_refused_with_a_smaller_picture() -> None:
    recipe = _on_its_own({**CONV, "filters": IDENTITY * 100})
    limits = Limits(max_run_bytes=10 * 1024 * 1024)
    error = refusal(recipe, (3, 300, 200), limits=limits)
    assert error is not None and error.fix is not None
    assert error.code == "too_much_work"
    assert "MiB" in error.detail
    size = error.fix["changes"]["size"]
    assert refusal(recipe, (3, size, size), limits=limits) is None


def test_too_much_work_is_refused_before_a_weight_is_made() -> None:
    huge = {**CONV, "kernel_size": 31, "filters": [{"seed": 1}] * 256}
    stages = [{**huge, "id": "a"}, {**huge, "id": "b"}, {**huge, "id": "c"}]
    error = refusal({"input": {"image": "coffee"}, "stages": stages}, (3, 1024, 1024))
    assert error is not None and error.code == "too_much_work"


@pytest.mark.parametrize(
    "stage", [{"op": "conv", "filters": IDENTITY}, {"op": "pool"}, {"op": "activation"}]
)
def test_nesting_without_end_is_refused_like_anything_else(stage: dict[str, Any]) -> None:
    nested: Any = 1
    for _ in range(5000):
        nested = [nested]
    for name in ("stride", "filters", "weight", "bias", "padding", "kind", "function", "inputs"):
        error = refusal(_on_its_own({"id": "s", **stage, name: nested}), SHAPE)
        assert error is not None and error.field is not None


def test_too_many_stages_are_refused() -> None:
    stages = [{"id": f"s{index}", "op": "activation"} for index in range(25)]
    error = refusal({"input": {"image": "coffee"}, "stages": stages}, SHAPE)
    assert error is not None
    assert (error.code, error.field, error.allowed) == ("too_much_work", "stages", {"maximum": 24})


def test_a_whole_picture_is_reduced_in_its_own_proportions() -> None:
    recipe = _on_its_own({**CONV, "filters": [{"seed": 1}] * 4})
    recipe["input"]["fit"] = "fit"
    limits = Limits(max_multiply_adds=4_000_000)
    error = refusal(recipe, (3, 100, 1000), limits=limits)
    assert error is not None and error.fix is not None
    # 38 rows and 384 columns: 4 * 36 * 382 * 27 multiply-adds.
    assert error.fix["changes"] == {"size": 384}
    assert refusal(recipe, (3, 38, 384), limits=limits) is None


def test_pixels_given_as_numbers_cannot_be_reduced() -> None:
    recipe = {"input": {"pixels": [[0] * 9] * 9}, "stages": [{**CONV, "filters": IDENTITY}]}
    error = refusal(recipe, (1, 9, 9), limits=Limits(max_multiply_adds=10))
    assert error is not None and error.fix is None
    assert "Use fewer filters" in error.detail
