"""What a trace tells: the manifest, the tensors of a bundle, one cell."""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson
import pytest

from app.errors import InvalidRequest, LimitExceeded, NotFound
from app.numerics.shapes import FloatArray
from app.pipeline.defaults import default_recipe
from app.pipeline.trace import Trace
from tests.pipeline.recipes import traced

PICTURE: FloatArray = (np.random.default_rng(3).integers(0, 101, (3, 96, 96)) / 100).astype("f4")


@pytest.fixture(scope="module")
def trace() -> Trace:
    return traced(default_recipe(), PICTURE)


@pytest.fixture(scope="module")
def manifest(trace: Trace) -> dict[str, Any]:
    """The manifest as it arrives: through JSON."""
    described = trace.manifest(run_id="ab" * 16, output_url=lambda stage: f"/out/{stage}")
    loaded: dict[str, Any] = orjson.loads(orjson.dumps(described))
    return loaded


def test_manifest_names_run_engine_and_recipe(manifest: dict[str, Any], trace: Trace) -> None:
    assert manifest["id"] == "ab" * 16
    assert manifest["engine"]
    assert orjson.dumps(manifest["recipe"]) == orjson.dumps(trace.recipe.canonical)


def test_stages_are_titled_numbered_and_measured_as_drawn(manifest: dict[str, Any]) -> None:
    drawn = [(stage["title"], stage["summary"], stage["shape"]) for stage in manifest["stages"]]
    assert drawn == [
        ("Input", "red, green, blue", [3, 96, 96]),
        ("Conv 1", "4 filters 3 × 3, stride 1", [4, 94, 94]),
        ("ReLU 1", "max(0, z)", [4, 94, 94]),
        ("Pool 1", "max 2 × 2, stride 2", [4, 47, 47]),
        ("Conv 2", "6 filters 3 × 3, stride 1", [6, 45, 45]),
        ("ReLU 2", "max(0, z)", [6, 45, 45]),
        ("Pool 2", "max 2 × 2, stride 2", [6, 22, 22]),
    ]
    work = [
        (stage["parameter_count"], stage["multiply_adds"], stage["comparisons"])
        for stage in manifest["stages"]
    ]
    assert work[1:5] == [(112, 954_288, 0), (0, 0, 35_344), (0, 0, 26_508), (222, 437_400, 0)]
    fields = [stage["receptive_field"]["size"][0] for stage in manifest["stages"]]
    assert fields == [1, 3, 3, 4, 8, 8, 10]


def test_every_stage_has_the_same_entries(manifest: dict[str, Any]) -> None:
    first, *others = manifest["stages"]
    for stage in others:
        assert set(stage) == set(first)
        assert stage["output"] == f"/out/{stage['id']}"
    assert first["taps"] is None


def test_taps_list_kernel_place_and_source(manifest: dict[str, Any]) -> None:
    conv, relu = manifest["stages"][1]["taps"], manifest["stages"][2]["taps"]
    assert conv["kernel_size"] == [3, 3]
    assert len(conv["rows"]) == 94
    assert conv["rows"][50] == [[0, 50], [1, 51], [2, 52]]
    assert (relu["kernel_size"], relu["columns"][7]) == ([1, 1], [[0, 7]])


def test_padding_is_null_and_absent_taps_are_left_out() -> None:
    stages = [
        {"id": "c", "op": "conv", "filters": [{"seed": 1}], "padding": 1},
        {"id": "p", "op": "pool", "kernel_size": 2, "padding": 1, "ceil_mode": True},
    ]
    data = {"input": {"image": "coffee"}, "stages": stages}
    described = traced(data, PICTURE[:, :4, :4]).manifest(run_id="")["stages"]
    assert described[1]["taps"]["rows"][0] == [[0, None], [1, 0], [2, 1]]
    assert described[2]["taps"]["rows"] == [[[1, 0]], [[0, 1], [1, 2]], [[0, 3]]]


def test_output_size_and_unread_are_given_for_windows_only(manifest: dict[str, Any]) -> None:
    pool = manifest["stages"][6]
    assert pool["output_size"]["rows"]["result"] == 22
    assert pool["unread"] == {"rows": 1, "columns": 1}
    assert manifest["stages"][2]["output_size"] is None


def test_maps_name_what_they_read(manifest: dict[str, Any]) -> None:
    sources = [stage["maps"][1]["sources"] for stage in manifest["stages"]]
    assert sources == [[], [0, 1, 2], [1], [1], [0, 1, 2, 3], [1], [1]]
    assert all(len(entry["key"]) == 16 for stage in manifest["stages"] for entry in stage["maps"])


def test_dead_maps_are_listed() -> None:
    stages = [
        {"id": "c", "op": "conv", "filters": [{"kernel": "identity"}] * 2, "bias": [0, -9]},
        {"id": "r", "op": "activation"},
    ]
    described = traced({"input": {"image": "coffee"}, "stages": stages}, PICTURE).manifest(
        run_id=""
    )
    assert described["stages"][2]["dead_maps"] == [1]
    assert [entry["dead"] for entry in described["stages"][2]["maps"]] == [False, True]


def test_bundle_has_values_of_the_maps_asked_for_and_previews_of_the_others(trace: Trace) -> None:
    tensors = trace.tensors(full=["input", "conv1:0", "pool1:2"])
    previews = [name for name in tensors if name.startswith("preview.")]
    assert len(trace.keys) == 3 + 3 * 4 + 3 * 6
    assert len(previews) == len(trace.keys) - 5
    assert all(tensors[name].dtype == np.int8 for name in previews)
    keys = [entry.key for entry in trace.input.maps]
    keys += [trace.stages[0].maps[0].key, trace.stages[2].maps[2].key]
    assert [name for name in tensors if name.startswith("values.")] == [
        f"values.{key}" for key in keys
    ]
    np.testing.assert_array_equal(tensors[f"values.{keys[0]}"], PICTURE[0])
    assert [name for name in tensors if name.startswith("winner.")] == [f"winner.{keys[-1]}"]


def test_bundle_has_weights_and_taps(trace: Trace) -> None:
    tensors = trace.tensors()
    assert tensors["weight.conv2"].shape == (6, 4, 3, 3)
    assert tensors["bias.conv1"].tolist() == pytest.approx([-0.2, 0, 0, 0])
    taps = tensors["taps.pool1.rows"]
    assert taps.dtype == np.int16
    assert taps.shape == (47, 2)
    assert taps[1].tolist() == [2, 3]
    assert "taps.relu1.rows" not in tensors


def test_bundle_leaves_out_what_is_there_already(trace: Trace) -> None:
    key = trace.stages[0].maps[0].key
    tensors = trace.tensors(full=["conv1:0"], known=trace.keys, have=[key])
    assert not [name for name in tensors if name.startswith(("preview.", "values."))]
    again = trace.tensors(full=["conv1:0"], known=trace.keys)
    assert f"values.{key}" in again


def test_winners_are_left_out_with_the_values(trace: Trace) -> None:
    key = trace.stages[2].maps[0].key
    assert f"winner.{key}" in trace.tensors(full=["pool1:0"])
    assert f"winner.{key}" not in trace.tensors(full=["pool1:0"], have=[key])


@pytest.mark.parametrize("name", ["conv9", "conv9:0", "conv1:4", "conv1:99999", "input:3"])
def test_a_map_that_the_run_does_not_have_is_left_out(trace: Trace, name: str) -> None:
    tensors = trace.tensors(full=[name, "conv1:3"])
    assert [name for name in tensors if name.startswith("values.")] == [
        f"values.{trace.stages[0].maps[3].key}"
    ]


@pytest.mark.parametrize(
    "name",
    [
        *("", ":", "conv1:", "conv1:-1", "conv1:x", "conv1:²", "conv1:0:0", "conv1:0\n"),
        *("Conv1", "conv1:100000", "c" * 33, "conv1:\N{ARABIC-INDIC DIGIT ONE}"),
    ],
)
def test_what_is_not_the_name_of_a_map_is_refused(trace: Trace, name: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        trace.tensors(full=[name])
    assert refused.value.field == "full"
    assert refused.value.allowed


@pytest.mark.parametrize(
    ("place", "field", "allowed"),
    [
        ({"channel": 4, "row": 0, "column": 0}, "channel", 3),
        ({"channel": 0, "row": -1, "column": 0}, "row", 93),
        ({"channel": 0, "row": 0, "column": 94}, "column", 93),
    ],
)
def test_cell_outside_the_stage_is_refused(
    trace: Trace, place: dict[str, int], field: str, allowed: int
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        trace.cell("conv1", **place)
    assert refused.value.field == field
    assert refused.value.allowed == {"minimum": 0, "maximum": allowed}


def test_unknown_stage_is_not_found(trace: Trace) -> None:
    with pytest.raises(NotFound, match="no stage 'conv9'; there are input, conv1"):
        trace.cell("conv9", channel=0, row=0, column=0)


def test_cell_of_the_picture_is_its_value(trace: Trace) -> None:
    explained = trace.cell("input", channel=1, row=2, column=3)
    assert explained["value"] == explained["result"] == pytest.approx(float(PICTURE[1, 2, 3]))
    assert explained["terms"] == []


def test_cell_is_json_and_complete(trace: Trace) -> None:
    explained = orjson.loads(orjson.dumps(trace.cell("conv1", channel=0, row=50, column=70)))
    assert len(explained["terms"]) == 27
    assert set(explained["terms"][0]) == {
        *("channel", "kernel_row", "kernel_column", "row", "column"),
        *("source", "weight", "product"),
    }
    assert explained["sources"] == {"rows": [50, 52], "columns": [70, 72]}
    assert explained["bias"] == -0.2
    assert explained["kind"] == "windowed"
    relu = trace.cell("relu1", channel=0, row=50, column=70)
    assert relu["function"] == "relu"
    assert trace.cell("pool1", channel=0, row=5, column=7)["winner"] in range(4)


def test_a_cell_of_too_many_terms_is_refused() -> None:
    picture = np.zeros((1, 500, 500), dtype=np.float32)
    stages = [{"id": "p", "op": "pool", "kind": "global_average"}]
    trace = traced({"input": {"image": "coffee"}, "stages": stages}, picture)
    with pytest.raises(LimitExceeded, match="250,000 terms") as refused:
        trace.cell("p", channel=0, row=0, column=0)
    assert (refused.value.status, refused.value.code) == (422, "too_much_work")
