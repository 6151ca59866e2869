"""Addresses become scenes that can be computed, and scenes become addresses."""

from __future__ import annotations

import base64
import time
import tracemalloc
import zlib
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.errors import InvalidRequest, LimitExceeded
from app.pipeline.defaults import default_recipe
from app.pipeline.limits import Limits
from app.pipeline.recipe import parse_recipe
from app.scenes.address import read_address, values_of, write_address
from app.scenes.checks import picture_shape, scene_shapes
from app.scenes.fragment import MAX_UNPACKED_BYTES, pack_state, unpack_state
from app.scenes.interpret import Reading
from app.scenes.parameters import CONTROLS, PARAMETERS, describe_address
from app.scenes.recipes import one_filter_recipe, simplified
from app.scenes.scene import Scene, scene_from_json
from tests.golden_addresses import branches, own_pixels, own_weights, samples, stored


def read(address: str, **limits: int) -> Reading:
    return read_address(address, samples=samples(), limits=replace(Limits(), **limits))


def written(scene: Scene) -> str:
    return write_address(scene, samples=samples())


# ---- what is read ------------------------------------------------------------------------------


def test_an_empty_address_is_the_first_scene() -> None:
    reading = read("/")
    assert reading.scene.recipe == default_recipe()
    assert reading.scene.view == {"stage": "conv1", "map": 0, "cell": None, "step": None}
    assert reading.notes == ()


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example/embed?kernel=emboss&stride=2",
        "/?kernel=emboss&stride=2",
        "?kernel=emboss&stride=2",
        "kernel=emboss&stride=2",
        "/?amp;kernel=emboss&amp;stride=2&fbclid=1#?secret=K8x",
        "/?KERNEL=Emboss&stride=2?wmode=opaque",
    ],
)
def test_an_address_is_read_in_every_form_that_it_comes_in(address: str) -> None:
    reading = read(address)
    assert reading.notes == ()
    assert reading.scene.recipe["stages"][0] == {
        "id": "conv1",
        "op": "conv",
        "filters": [{"kernel": "emboss"}],
        "stride": [2, 2],
    }


def test_a_kernel_is_one_filter_without_bias_and_a_seed_too() -> None:
    for address, entry in (("?kernel=sobel-x", {"kernel": "sobel_x"}), ("?seed=9", {"seed": 9})):
        stages = read(address).scene.recipe["stages"]
        assert [stage["op"] for stage in stages] == ["conv", "activation", "pool"]
        assert stages[0]["filters"] == [entry]


def test_a_picture_without_colour_is_grey_and_its_filters_follow() -> None:
    recipe = read("?image=camera").scene.recipe
    assert recipe["input"]["color"] == "grey"
    assert [entry["mix"] for entry in recipe["stages"][0]["filters"]] == [[1]] * 4
    in_color = read("?image=camera&color=rgb").scene.recipe
    assert in_color["input"]["color"] == "rgb"
    assert in_color["stages"][0]["filters"] == default_recipe()["stages"][0]["filters"]


def test_geometry_is_that_of_the_convolution_on_show() -> None:
    first, _, _, second, *_ = read("?stage=conv2&stride=2&padding=1,2,3,4").scene.recipe["stages"]
    assert "stride" not in first
    assert (second["stride"], second["padding"]) == ([2, 2], [[1, 2], [3, 4]])
    first, *_ = read("?stage=relu2&stride=2").scene.recipe["stages"]
    assert first["stride"] == [2, 2]


def test_a_kernel_goes_into_the_filter_on_show_of_a_pipeline_and_grows_it() -> None:
    packed = stored({"recipe": own_weights()})
    stage = read(f"?map=2&kernel=gaussian-5#{packed}").scene.recipe["stages"][0]
    assert stage["kernel_size"] == [5, 5]
    assert stage["filters"][1] == {"kernel": "gaussian_5"}
    stage = read(f"?kernel=gaussian-5#{packed}").scene.recipe["stages"][0]
    assert stage["filters"][0] == {"kernel": "gaussian_5", "mix": [2, -1, -1]}


def test_what_is_shown_counts_from_one_in_the_address_and_from_zero_in_the_scene() -> None:
    view = read("?stage=pool1&map=3&cell=4,5").scene.view
    assert view == {"stage": "pool1", "map": 2, "cell": [3, 4], "step": None}
    assert read("?step=1").scene.view["step"] == 0


def test_controls_keep_their_order_and_hide_takes_from_them() -> None:
    view = read("?controls=stride preset ledger&hide=ledger&lock=stride").scene.view
    assert (view["controls"], view["locks"]) == (["preset", "stride"], ["stride"])
    assert read("?hide=ledger").scene.controls == ("preset", "stride", "transport")
    assert read("?controls=none").scene.controls == ()
    assert read("?controls=" + ",".join(CONTROLS)).scene.controls == CONTROLS


# ---- what cannot be used -----------------------------------------------------------------------


def test_a_value_that_cannot_be_read_falls_back_with_a_note() -> None:
    reading = read("?stride=banana&padding=1")
    assert reading.scene.recipe["stages"][0]["padding"] == [[1, 1], [1, 1]]
    (note,) = reading.notes
    assert note.startswith("stride is “banana” in the address; it is a whole number from 1 to 31")
    assert note.endswith("1 is used.")


@pytest.mark.parametrize("name", [entry.name for entry in PARAMETERS if entry.type != "boolean"])
def test_every_parameter_has_a_note_of_its_own(name: str) -> None:
    reading = read(f"?{name}=%00")
    assert len(reading.notes) == 1
    assert name in reading.notes[0] or name == "state"


def test_settings_that_do_not_go_together_fall_back_one_by_one() -> None:
    reading = read("?size=10&kernel=gaussian-5&dilation=9&stride=2")
    stage = reading.scene.recipe["stages"][0]
    assert (stage["stride"], "dilation" in stage) == ([2, 2], False)
    (note,) = reading.notes
    assert "dilation is “9” in the address, which does not fit: Kernel 5 with dilation 9" in note
    assert note.endswith("1 is used.")


def test_a_size_that_is_too_small_for_the_pipeline_falls_back() -> None:
    reading = read("?size=4&stride=31")
    assert scene_shapes(reading.scene.recipe, samples=samples())
    assert reading.notes


def test_a_scene_that_the_engine_refuses_is_left_out_with_its_reason() -> None:
    recipe = one_filter_recipe({"kernel": "nobody"})
    reading = read(f"?stride=2#{stored({'recipe': recipe})}")
    assert reading.scene.recipe["stages"][0]["stride"] == [2, 2]
    (note,) = reading.notes
    assert "Filter 1 names the kernel 'nobody'" in note
    assert note.endswith("It is left out.")


def test_a_run_that_is_too_much_work_falls_back() -> None:
    reading = read("?padding=64", max_multiply_adds=5_000_000)
    assert "padding" not in reading.scene.recipe["stages"][0]
    assert "multiply-adds" in reading.notes[0]


def test_a_cell_outside_its_map_is_not_pinned() -> None:
    reading = read("?stage=pool2&cell=22,23")
    assert reading.scene.cell is None
    assert reading.notes == (
        "Cell 22,23 lies outside pool2, whose maps have 22 × 22 cells. No cell is pinned.",
    )
    assert read("?stage=pool2&cell=22,22").scene.cell == (21, 21)


def test_a_picture_that_is_no_sample_is_replaced() -> None:
    upload = {**default_recipe(), "input": {"image": "ab" * 32, "size": 48}}
    reading = read(f"#{stored({'recipe': upload})}")
    assert reading.scene.recipe["input"] == {"image": "coffee", "size": 48}
    assert "is not among the samples" in reading.notes[0]


def test_the_largest_size_is_that_of_the_server() -> None:
    assert read("?size=200", max_side=128).notes
    table = describe_address(replace(Limits(), max_side=128))["parameters"]
    assert next(entry for entry in table if entry["name"] == "size")["maximum"] == 128


def test_a_note_shows_nothing_that_cannot_be_seen() -> None:
    (note,) = read("?stride=%E2%80%AE%00<b>" + "x" * 1000).notes
    assert "“··<b>xxx" in note
    assert len(note) < 300


# ---- packed scenes -----------------------------------------------------------------------------


@pytest.mark.parametrize("recipe", [own_weights(), own_pixels(), branches()])
def test_what_no_parameter_says_travels_in_the_fragment(recipe: dict[str, Any]) -> None:
    scene = Scene(recipe, {"map": 0, "cell": [1, 2]})
    address = written(scene)
    assert address.startswith("?cell=2,3#v1=")
    reading = read(address)
    assert reading.notes == ()
    assert reading.scene.view == scene.view
    assert without_ones(reading.scene.recipe) == without_ones(recipe)


def test_pixels_of_the_largest_size_fit_into_an_address() -> None:
    noise = [
        [[(7 * r * c + 31 * k) % 101 / 100 for c in range(48)] for r in range(48)] for k in range(3)
    ]
    recipe = one_filter_recipe()
    recipe["input"] = {"pixels": noise}
    assert read(written(Scene(recipe))).scene.recipe["input"]["pixels"] == noise


def test_a_scene_that_is_too_long_for_an_address_is_refused() -> None:
    numbers = np.random.default_rng(1).normal(size=(4, 3, 31, 31))
    recipe = one_filter_recipe()
    recipe["stages"][0]["filters"] = [{"weight": weight} for weight in numbers.tolist()]
    with pytest.raises(LimitExceeded, match="too long for an address"):
        written(Scene(recipe))


def _deflated(data: bytes) -> str:
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = compressor.compress(data) + compressor.flush()
    return "v1=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def test_a_small_text_that_unpacks_to_a_huge_one_costs_little() -> None:
    bomb = _deflated(b" " * 50_000_000)
    assert len(bomb) < 100_000
    tracemalloc.start()
    started = time.perf_counter()
    with pytest.raises(InvalidRequest, match="too long"):
        unpack_state(bomb)
    assert time.perf_counter() - started < 5
    assert tracemalloc.get_traced_memory()[1] < 4 * MAX_UNPACKED_BYTES
    tracemalloc.stop()


@pytest.mark.parametrize(
    "text",
    [
        "v1=",
        "v1=AAAA",
        "v1=A",
        "v2=AAAA",
        "v1",
        pack_state([1])[:-2],
        pack_state([1]) + "AAAA",
        _deflated(b"{"),
        _deflated(b"NaN"),
        _deflated(b"\xff"),
        _deflated(b"[" * 900 + b"]" * 900),
    ],
)
def test_a_packed_scene_that_is_damaged_is_refused_in_words(text: str) -> None:
    with pytest.raises(InvalidRequest):
        unpack_state(text)
    reading = read(f"#{text}")
    assert reading.scene.recipe == default_recipe()
    if text.startswith("v1="):
        assert "cannot be read" in reading.notes[0]


# ---- what is written ---------------------------------------------------------------------------


def test_a_scene_is_written_as_short_as_a_teacher_would() -> None:
    recipe = one_filter_recipe({"kernel": "sobel_x", "mix": [1, 1, 1]})
    recipe["stages"][0] |= {"stride": 2, "padding": [[0, 0], [0, 0]], "bias": [0]}
    scene = Scene(recipe, {"map": 0, "cell": [49, 69], "speed": 4, "theme": "auto"})
    assert written(scene) == "?kernel=sobel-x&stride=2&cell=50,70"
    assert written(Scene(default_recipe())) == ""


def test_only_what_is_read_as_the_same_recipe_is_written_short() -> None:
    recipe = default_recipe()
    recipe["stages"][3]["stride"] = 2
    assert values_of(Scene(recipe, {"stage": "conv2"}), samples=samples()) == {
        "stride": "2",
        "stage": "conv2",
    }
    assert list(values_of(Scene(recipe), samples=samples())) == ["state"]


def test_a_bias_with_many_decimals_is_packed() -> None:
    recipe = one_filter_recipe()
    recipe["stages"][0]["bias"] = [1 / 3]
    assert read(written(Scene(recipe))).scene.recipe["stages"][0]["bias"] == [1 / 3]


# ---- scenes in JSON ----------------------------------------------------------------------------


def test_a_scene_is_its_json() -> None:
    scene = read("?image=camera&stage=relu1&map=2&theme=dark&lock=stride").scene
    assert scene_from_json(scene.json()) == scene


def test_a_recipe_by_itself_is_a_scene() -> None:
    assert scene_from_json(default_recipe()) == Scene(default_recipe())


def test_a_server_that_takes_longer_pipelines_reads_them_in_scenes() -> None:
    stages = [{"id": f"relu{n}", "op": "activation", "function": "relu"} for n in range(30)]
    recipe = {**default_recipe(), "stages": stages}
    assert scene_from_json(recipe, limits=Limits(max_stages=30)) == Scene(recipe)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (None, "recipe"),
        ([], "recipe"),
        ({"recipe": {}}, "input"),
        ({"recipe": default_recipe(), "version": 2}, "version"),
        ({"recipe": default_recipe(), "view": []}, "view"),
        ({"recipe": default_recipe(), "view": {"map": -1}}, "view.map"),
        ({"recipe": default_recipe(), "view": {"stage": "conv9"}}, "view.stage"),
        ({"recipe": default_recipe(), "view": {"cell": [1]}}, "view.cell"),
        ({"recipe": default_recipe(), "view": {"speed": 3}}, "view.speed"),
        ({"recipe": default_recipe(), "view": {"locks": [["x"]]}}, "view.locks"),
        ({"recipe": default_recipe(), "view": {"theme": {}}}, "view.theme"),
    ],
)
def test_a_scene_that_is_wrong_is_refused_with_its_field(data: Any, field: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        scene_from_json(data)
    assert refusal.value.field == field


# ---- shapes without computing ------------------------------------------------------------------


@pytest.mark.parametrize("image", ["coffee", "cat", "text", "pixel", "digits", "digit_3_0"])
@pytest.mark.parametrize("size", [None, 7, 96, 1024])
def test_the_shape_of_a_picture_is_told_without_decoding_it(image: str, size: int | None) -> None:
    for fit in ("crop", "fit"):
        for color in ("rgb", "grey"):
            picture = {"image": image, "size": size, "fit": fit, "color": color}
            source = parse_recipe({"input": picture, "stages": []}).input
            values = samples().get(image).working(size, source.fit, source.color)
            shape = picture_shape(source, samples=samples(), limits=Limits())
            assert shape == values.shape


def test_a_recipe_without_what_goes_without_saying_is_the_same_recipe() -> None:
    for recipe in (default_recipe(), own_weights(), own_pixels(), branches()):
        short = simplified(recipe)
        assert without_ones(short) == without_ones(recipe)
        assert simplified(short) == short


def without_ones(recipe: dict[str, Any]) -> dict[str, Any]:
    """Give the canonical recipe, without mixes of ones."""
    canonical = parse_recipe(recipe).canonical
    for stage in canonical["stages"]:
        for entry in stage.get("filters") or []:
            if set(entry.get("mix", [1])) == {1}:
                entry.pop("mix", None)
    return canonical
