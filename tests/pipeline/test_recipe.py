"""Recipes: one canonical text for one meaning, and a plain word on everything else."""

from __future__ import annotations

import copy
from typing import Any

import orjson
import pytest
from hypothesis import given, settings

from app.errors import InvalidRequest
from app.numerics.shapes import FloatArray
from app.pipeline.defaults import default_recipe
from app.pipeline.limits import Limits
from app.pipeline.recipe import Recipe, parse_recipe
from tests.pipeline.recipes import pictures, recipes, repaired

RELU = {"id": "relu1", "op": "activation"}
COFFEE = {"image": "coffee"}


def _read(*stages: dict[str, Any], **picture: Any) -> Recipe:
    return parse_recipe({"input": {**COFFEE, **picture}, "stages": list(stages)})


def _same(first: dict[str, Any], second: dict[str, Any]) -> bool:
    return _read(first).run_id("x") == _read(second).run_id("x")


CONV = {"id": "c", "op": "conv", "filters": [{"kernel": "sobel_x"}]}
POOL = {"id": "p", "op": "pool"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (CONV, {**CONV, "stride": 1}),
        (CONV, {**CONV, "stride": [1, 1], "bias": [0], "groups": 1}),
        (CONV, {**CONV, "kernel_size": [3, 3], "padding_mode": "zeros"}),
        (CONV, {**CONV, "bias": [-0.0]}),
        (CONV, {**CONV, "weight": None, "inputs": ["input"]}),
        ({**CONV, "padding": 2}, {**CONV, "padding": [[2, 2], [2, 2]]}),
        (POOL, {**POOL, "kind": "max", "kernel_size": 2, "stride": 2}),
        ({**POOL, "kind": "average"}, {**POOL, "kind": "average", "p": 3, "dilation": 2}),
        (RELU, {**RELU, "function": "relu", "negative_slope": 0.5}),
    ],
)
def test_equal_meanings_have_one_id(first: dict[str, Any], second: dict[str, Any]) -> None:
    assert _same(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (CONV, {**CONV, "stride": 2}),
        (CONV, {**CONV, "id": "d"}),
        (CONV, {**CONV, "bias": [0.01]}),
        (CONV, {**CONV, "filters": [{"kernel": "sobel_y"}]}),
        (POOL, {**POOL, "ceil_mode": True}),
        ({**RELU, "function": "elu"}, {**RELU, "function": "elu", "alpha": 0.5}),
    ],
)
def test_other_meanings_have_other_ids(first: dict[str, Any], second: dict[str, Any]) -> None:
    assert not _same(first, second)


def test_id_depends_on_the_picture_and_its_settings() -> None:
    ids = {
        _read(RELU).run_id("a"),
        _read(RELU).run_id("b"),
        _read(RELU, size=48).run_id("a"),
        _read(RELU, size=None).run_id("a"),
        _read(RELU, color="grey").run_id("a"),
        _read(RELU, fit="fit").run_id("a"),
        _read(RELU, quantize="exact").run_id("a"),
    }
    assert len(ids) == 7
    assert all(len(run_id) == 32 and int(run_id, 16) >= 0 for run_id in ids)


@settings(max_examples=100)
@given(recipes(), pictures())
def test_canonical_text_reads_as_itself(data: dict[str, Any], picture: FloatArray) -> None:
    working, _ = repaired(data, picture.shape)
    text = parse_recipe(working).canonical_json()
    assert parse_recipe(orjson.loads(text)).canonical_json() == text


def test_default_recipe_is_that_of_the_design() -> None:
    recipe = parse_recipe(default_recipe())
    conv = recipe.stages[0].settings
    assert conv["filters"][0] == {"kernel": "sobel_x", "mix": [2.0, -1.0, -1.0]}
    assert conv["bias"] == [-0.2, 0.0, 0.0, 0.0]
    assert recipe.input.canonical() == {
        "image": "coffee",
        "size": 96,
        "fit": "crop",
        "color": "rgb",
        "quantize": "hundredths",
    }


def test_reading_does_not_change_what_is_read() -> None:
    data = default_recipe()
    before = copy.deepcopy(data)
    parse_recipe(data)
    assert data == before
    assert default_recipe() == before


def test_inputs_are_the_stage_before_when_left_out() -> None:
    recipe = _read(RELU, {"id": "relu2", "op": "activation"})
    assert [stage.inputs for stage in recipe.stages] == [("input",), ("relu1",)]


def test_pixels_are_taken_as_they_are() -> None:
    recipe = parse_recipe({"input": {"pixels": [[0.1, 2], [-3, 4]]}, "stages": []})
    assert recipe.input.pixel_maps is not None
    assert recipe.input.pixel_maps.shape == (1, 2, 2)
    assert recipe.canonical["input"] == {"pixels": [[[0.1, 2.0], [-3.0, 4.0]]]}


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ([], "", "JSON object"),
        ({"stages": []}, "input", "missing"),
        ({"input": COFFEE}, "stages", "not a list"),
        ({"input": COFFEE, "stages": [], "stage": []}, "stage", "did you mean stages?"),
        ({"version": 2, "input": COFFEE, "stages": []}, "version", "version 1"),
        ({"version": True, "input": COFFEE, "stages": []}, "version", "true"),
        ({"input": {}, "stages": []}, "input.image", "either image or pixels"),
        ({"input": {**COFFEE, "pixels": [[1]]}, "stages": []}, "input.image", "either"),
        ({"input": {"image": "../etc"}, "stages": []}, "input.image", "'../etc'"),
        ({"input": {"image": 5}, "stages": []}, "input.image", "5"),
        ({"input": {**COFFEE, "colour": "rgb"}, "stages": []}, "input.colour", "color"),
        ({"input": {**COFFEE, "color": "cmyk"}, "stages": []}, "input.color", "rgb, grey"),
        ({"input": {**COFFEE, "size": 0}, "stages": []}, "input.size", "from 1 to 1024"),
        ({"input": {**COFFEE, "size": "96"}, "stages": []}, "input.size", "whole number"),
        ({"input": {"pixels": [[1, 2], [3]]}, "stages": []}, "input.pixels", "3 × 48 × 48"),
        ({"input": {"pixels": [[float("nan")]]}, "stages": []}, "input.pixels", "finite"),
        ({"input": {"pixels": [[0] * 49]}, "stages": []}, "input.pixels", "48"),
        ({"input": {"pixels": [[[0]]] * 4}, "stages": []}, "input.pixels", "at most 3"),
        ({"input": COFFEE, "stages": ["relu"]}, "stages[0]", "not an object"),
        ({"input": COFFEE, "stages": [{"op": "pool"}]}, "stages[0].id", "null"),
        ({"input": COFFEE, "stages": [{**RELU, "id": "Relu"}]}, "stages[0].id", "'Relu'"),
        ({"input": COFFEE, "stages": [{**RELU, "id": "a\n"}]}, "stages[0].id", "id is"),
        ({"input": COFFEE, "stages": [{**RELU, "id": "input"}]}, "stages[0].id", "unique"),
        ({"input": COFFEE, "stages": [RELU, RELU]}, "stages[1].id", "unique"),
        ({"input": COFFEE, "stages": [{**RELU, "inputs": ["relu1"]}]}, "stages[0].inputs", "input"),
        ({"input": COFFEE, "stages": [{**RELU, "op": None}]}, "stages[0].op", "conv"),
        ({"input": COFFEE, "stages": [{**RELU, "op": ["conv"]}]}, "stages[0].op", "conv"),
    ],
)
def test_what_is_not_a_recipe_is_refused_with_the_field(data: Any, field: str, words: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        parse_recipe(data)
    assert refused.value.field == field
    assert words in refused.value.detail


def test_the_largest_size_is_a_setting() -> None:
    with pytest.raises(InvalidRequest, match="from 1 to 300"):
        parse_recipe({"input": {**COFFEE, "size": 301}, "stages": []}, limits=Limits(max_side=300))
