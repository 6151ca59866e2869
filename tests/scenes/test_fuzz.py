"""Nothing that anybody sends makes the readers of addresses, scenes and recipes fail."""

from __future__ import annotations

import base64
import math
import time
import zlib
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.errors import InvalidRequest, VisualizerError
from app.pipeline.defaults import default_recipe
from app.pipeline.recipe import parse_recipe
from app.scenes.address import read_address, write_address
from app.scenes.checks import scene_shapes
from app.scenes.fragment import pack_state, unpack_state
from app.scenes.parameters import PARAMETERS
from app.scenes.recipes import one_filter_recipe, simplified
from app.scenes.scene import is_recipe, scene_from_json
from tests.golden_addresses import TEXTS, branches, own_pixels, own_weights, samples, stored

SECONDS = 10.0
NAMES = [name for entry in PARAMETERS for name in (entry.name, *entry.aliases)]
RECIPES = [default_recipe(), own_weights(), own_pixels(), branches()]

numbers = st.one_of(
    st.integers(),
    st.floats(),
    st.sampled_from([0, 1, -1, 2**31, 2**64, 10**400, 1e308, -0.0, math.nan, math.inf, True]),
)
words = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["conv", "pool", "activation", "input", "conv1", "same", "coffee", "sobel_x"]),
)
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, words),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(words, inner, max_size=4)),
    max_leaves=12,
)
texts = st.one_of(
    st.text(max_size=40),
    st.sampled_from([text for known in TEXTS.values() for text in known]),
    st.from_regex(r"[0-9,. -]{0,12}", fullmatch=True),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the places in JSON."""
    found = [path] if path else []
    if isinstance(value, dict):
        for name, part in value.items():
            found += places(part, (*path, name))
    if isinstance(value, list):
        for index, part in enumerate(value):
            found += places(part, (*path, index))
    return found


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """Give JSON with something else at one place."""
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = changed(value[path[0]], path[1:], new)
    return copy


@st.composite
def broken_recipes(draw: st.DrawFn) -> Any:
    """Draw recipes that work, except for one to three places."""
    recipe: Any = draw(st.sampled_from(RECIPES))
    for _ in range(draw(st.integers(1, 3))):
        found = places(recipe)
        if not found:
            break
        recipe = changed(recipe, draw(st.sampled_from(found)), draw(json_values))
    return recipe


@st.composite
def addresses(draw: st.DrawFn) -> str:
    """Draw addresses whose parts look like ours."""
    pairs = draw(st.lists(st.tuples(st.sampled_from(NAMES), texts), max_size=8))
    query = "&".join(f"{name}={quote(text, errors='replace')}" for name, text in pairs)
    fragment = draw(st.one_of(st.just(""), st.text(max_size=20), packed_scenes()))
    return f"?{query}" + (f"#{fragment}" if fragment else "")


@st.composite
def packed_scenes(draw: st.DrawFn) -> str:
    """Draw packed scenes, whole and damaged."""
    recipe = draw(broken_recipes())
    view = draw(json_values)
    try:
        packed = stored({"recipe": recipe, "view": view})
    except (TypeError, orjson.JSONEncodeError):
        packed = stored({"recipe": None})
    cut = draw(st.one_of(st.none(), st.integers(0, len(packed))))
    return packed[:cut] + draw(st.sampled_from(["", "?secret=x", "AAAA", "="]))


def assert_is_scene(address: str) -> None:
    """Fail unless there is a scene that can be computed, and an address that is read as it."""
    started = time.perf_counter()
    reading = read_address(address, samples=samples())
    assert time.perf_counter() - started < SECONDS
    scene = reading.scene
    channels, rows, columns = scene_shapes(scene.recipe, samples=samples())[scene.stage]
    assert 0 <= scene.map < channels
    assert scene.cell is None or (scene.cell[0] < rows and scene.cell[1] < columns)
    orjson.dumps([scene.json(), reading.notes])
    again = read_address(write_address(scene, samples=samples()), samples=samples())
    assert again.notes == ()
    assert simplified(again.scene.recipe) == simplified(scene.recipe)


@given(st.one_of(st.text(), st.text(alphabet="?&=#%+v1,-_ab0"), st.binary().map(str)))
@example("?" * 300_000)
@example("#" + "v1=" * 90_000)
@example("?" + "&" * 300_000)
@example("?stride=" + "," * 200_000)
@example("?controls=" + "a," * 100_000)
@example("?\ud800=\udfff&stride=\ud800")
def test_any_text_is_an_address_of_some_scene(text: str) -> None:
    assert_is_scene(text)


@given(addresses())
@settings(max_examples=150)
def test_any_parameters_are_an_address_of_some_scene(address: str) -> None:
    assert_is_scene(address)


def test_a_long_scene_that_does_not_fit_is_read_about_once() -> None:
    refused = one_filter_recipe({"kernel": "nobody"})
    fitting = one_filter_recipe()
    for recipe in (refused, fitting):
        recipe["stages"] += [
            {"id": f"c{place}", "op": "activation", "inputs": ["conv1"] * 9, "bias": [0] * 8000}
            for place in range(20)
        ]
        every = "&".join(f"{entry.name}={entry.example}" for entry in PARAMETERS[:-1])
        assert_is_scene(f"?{every}&dilation=31&size=8#{pack_state({'recipe': recipe})}")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_packed_scene_or_refused(data: bytes) -> None:
    for packed in (data, _deflated(data)):
        text = "v1=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")
        try:
            unpack_state(text)
        except InvalidRequest as refusal:
            assert refusal.detail


def _deflated(data: bytes) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    return compressor.compress(data) + compressor.flush()


@given(st.one_of(json_values, broken_recipes()))
@settings(max_examples=250)
@example([[[[[[[[[[[[]]]]]]]]]]]])
@example({"input": {"pixels": [[10**400]]}, "stages": []})
@example({"input": {"image": "coffee", "size": 10**400}, "stages": []})
def test_any_json_is_a_recipe_or_refused(data: Any) -> None:
    started = time.perf_counter()
    try:
        recipe = parse_recipe(data)
    except VisualizerError as refusal:
        assert refusal.detail
        assert refusal.status in (413, 422)
    else:
        assert parse_recipe(recipe.canonical).canonical_json() == recipe.canonical_json()
    assert time.perf_counter() - started < SECONDS


@given(st.one_of(json_values, broken_recipes()), json_values)
def test_any_json_is_a_scene_or_refused(recipe: Any, view: Any) -> None:
    for data in (
        recipe,
        view,
        {"recipe": recipe, "view": view},
        {"recipe": RECIPES[0], "view": view},
    ):
        try:
            scene = scene_from_json(data)
        except VisualizerError as refusal:
            assert refusal.detail
        else:
            assert scene.stage


@given(broken_recipes())
def test_what_the_engine_reads_has_the_shape_of_a_recipe(data: Any) -> None:
    try:
        parse_recipe(data)
    except VisualizerError:
        return
    if orjson.loads(orjson.dumps(data)) == data:
        assert is_recipe(data)


@pytest.mark.parametrize("depth", [20, 500, 5000])
def test_endless_nesting_is_refused(depth: int) -> None:
    nested: Any = 1
    for _ in range(depth):
        nested = [nested]
    for data in (
        nested,
        {"input": {"pixels": nested}, "stages": []},
        {"input": {"image": "coffee"}, "stages": [{"id": "a", "op": "conv", "weight": nested}]},
        {"input": {"image": "coffee"}, "stages": [{"id": "a", "op": "conv", "stride": nested}]},
    ):
        with pytest.raises(VisualizerError):
            parse_recipe(data)
        with pytest.raises(VisualizerError):
            scene_from_json(data)
