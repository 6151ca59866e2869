"""Runs over HTTP: what is answered is what the engine computed, wherever it is asked for."""

from __future__ import annotations

import copy
import io
import json
from typing import Any

import httpx
import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image
from safetensors.numpy import load

from app.api.runs import is_small
from app.main import create_app
from app.pipeline.defaults import default_recipe
from app.pipeline.plan import plan_run
from app.pipeline.recipe import parse_recipe
from app.settings import Settings
from tests.api.checks import assert_problem

pytestmark = pytest.mark.anyio

PIXELS = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]
BOX = {"op": "conv", "weight": [[[[1, 1], [1, 1]]]], "bias": [0.5]}
SMALL: dict[str, Any] = {
    "input": {"pixels": PIXELS},
    "stages": [
        {"id": "conv1", **BOX},
        {"id": "pool1", "op": "pool", "kind": "max", "kernel_size": [2, 2], "stride": [1, 1]},
    ],
}
STAGE_SUFFIXES = ("output.safetensors", "output.npy", "output.png", "cell")


async def manifest_of(client: httpx.AsyncClient, recipe: dict[str, Any]) -> dict[str, Any]:
    response = await client.post("/api/runs", json=recipe)
    assert response.status_code == 200, response.text
    content: dict[str, Any] = response.json()
    return content


def stage_url(manifest: dict[str, Any], stage: str, name: str, query: str = "") -> str:
    entry = next(entry for entry in manifest["stages"] if entry["id"] == stage)
    url: str = entry["output"]
    return url.replace("output.safetensors", name) + (f"&{query}" if query else "")


def bundle_of(response: httpx.Response) -> tuple[dict[str, Any], dict[str, Any]]:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/vnd.safetensors"
    data = response.content
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    return json.loads(header["__metadata__"]["manifest"]), load(data)


async def test_a_manifest_lists_the_input_and_every_stage_with_its_geometry(
    client: httpx.AsyncClient,
) -> None:
    manifest = await manifest_of(client, SMALL)
    source, conv, pool = manifest["stages"]
    assert (source["id"], source["shape"]) == ("input", [1, 3, 3])
    assert conv["shape"] == [1, 2, 2]
    assert conv["value_range"] == [12.5, 28.5]
    assert conv["taps"]["rows"] == [[[0, 0], [1, 1]], [[0, 1], [1, 2]]]
    assert pool["shape"] == [1, 1, 1]
    assert pool["receptive_field"]["size"] == [3, 3]
    assert len(manifest["id"]) == 32


async def test_equal_recipes_are_one_run_and_different_ones_are_two(
    client: httpx.AsyncClient,
) -> None:
    spelled_out = copy.deepcopy(SMALL)
    spelled_out["version"] = 1
    spelled_out["stages"][0] |= {"stride": 1, "inputs": ["input"]}
    other = copy.deepcopy(SMALL)
    other["stages"][0]["bias"] = [0.25]
    first, second, third = [
        (await manifest_of(client, recipe))["id"] for recipe in (SMALL, spelled_out, other)
    ]
    assert first == second != third


async def test_a_stage_file_checks_out_against_numpy(client: httpx.AsyncClient) -> None:
    manifest = await manifest_of(client, default_recipe())
    files = {}
    for stage in ("input", "conv1"):
        response = await client.get(stage_url(manifest, stage, "output.safetensors"))
        files[stage] = load(response.content)
    windows = sliding_window_view(files["input"]["output"], (3, 3), axis=(1, 2))
    weight, bias = files["conv1"]["weight"], files["conv1"]["bias"]
    expected = np.einsum("chwij,ocij->ohw", windows, weight) + bias[:, None, None]
    np.testing.assert_allclose(files["conv1"]["output"], expected, atol=1e-5)


async def test_all_forms_of_a_stage_carry_the_same_values(client: httpx.AsyncClient) -> None:
    manifest = await manifest_of(client, SMALL)
    expected = [[[12.5, 16.5], [24.5, 28.5]]]
    binary = await client.get(stage_url(manifest, "conv1", "output.safetensors"))
    assert load(binary.content)["output"].tolist() == expected
    readable = await client.get(stage_url(manifest, "conv1", "output.safetensors", "format=json"))
    assert readable.json()["output"] == expected
    assert readable.json()["weight"] == BOX["weight"]
    array = await client.get(stage_url(manifest, "conv1", "output.npy"))
    values = np.load(io.BytesIO(array.content))
    assert values.dtype == np.float32
    assert values.tolist() == expected


async def test_a_stage_is_painted_in_the_signed_scale(client: httpx.AsyncClient) -> None:
    manifest = await manifest_of(client, SMALL)
    response = await client.get(stage_url(manifest, "conv1", "output.png", "theme=dark"))
    assert response.headers["content-type"] == "image/png"
    with Image.open(io.BytesIO(response.content)) as image:
        pixels = np.asarray(image.convert("RGB"))
    # The largest value has the last colour of the positive side, enlarged 64 times.
    assert (pixels == (255, 214, 150)).all(axis=-1).sum() == 64 * 64
    picture = await client.get(stage_url(manifest, "input", "output.png", "channel=0"))
    assert picture.status_code == 200


async def test_a_cell_is_explained_down_to_its_sources(client: httpx.AsyncClient) -> None:
    manifest = await manifest_of(client, SMALL)
    url = stage_url(manifest, "conv1", "cell", "channel=0&row=1&column=0")
    cell = (await client.get(url)).json()
    assert [term["source"] for term in cell["terms"]] == [4, 5, 7, 8]
    assert cell["result"] == cell["value"] == 24.5
    winner = stage_url(manifest, "pool1", "cell", "channel=0&row=0&column=0")
    assert (await client.get(winner)).json()["winner"] == 3


async def test_a_bundle_carries_manifest_previews_taps_weights_and_wanted_values(
    client: httpx.AsyncClient,
) -> None:
    response = await client.post("/api/runs/bundle?full=conv1:0,pool1", json=SMALL)
    manifest, tensors = bundle_of(response)
    keys = {stage["id"]: stage["maps"][0]["key"] for stage in manifest["stages"]}
    assert all("taps" not in stage for stage in manifest["stages"])
    assert tensors[f"values.{keys['conv1']}"].tolist() == [[12.5, 16.5], [24.5, 28.5]]
    assert tensors[f"winner.{keys['pool1']}"].tolist() == [[3]]
    assert tensors["taps.conv1.rows"].tolist() == [[0, 1], [1, 2]]
    assert tensors["weight.conv1"].shape == (1, 1, 2, 2)
    assert tensors[f"preview.{keys['input']}"].dtype == np.int8
    assert f"values.{keys['input']}" not in tensors


async def test_an_edit_leaves_out_what_the_page_has(client: httpx.AsyncClient) -> None:
    before, _ = bundle_of(await client.post("/api/runs/bundle", json=SMALL))
    key = before["stages"][0]["maps"][0]["key"]
    edited = copy.deepcopy(SMALL)
    edited["stages"][0]["bias"] = [0.75]
    response = await client.post(
        f"/api/runs/bundle?full=input,conv1:0&known={before['id']}",
        json=edited,
        headers={"X-Have": f"{key}, 0123456789abcdef"},
    )
    after, tensors = bundle_of(response)
    conv = after["stages"][1]["maps"][0]["key"]
    assert f"values.{conv}" in tensors
    assert f"preview.{conv}" not in tensors, "the values can be drawn"
    assert f"preview.{after['stages'][2]['maps'][0]['key']}" in tensors
    assert not {f"values.{key}", f"preview.{key}"} & tensors.keys()
    forgotten = await client.post("/api/runs/bundle?known=" + "f" * 32, json=edited)
    assert f"preview.{key}" in bundle_of(forgotten)[1]


async def test_values_that_an_edit_has_removed_are_left_out(client: httpx.AsyncClient) -> None:
    response = await client.post("/api/runs/bundle?full=conv1:3,conv1:0,relu9", json=SMALL)
    manifest, tensors = bundle_of(response)
    key = manifest["stages"][1]["maps"][0]["key"]
    assert [name for name in tensors if name.startswith("values.")] == [f"values.{key}"]
    url = manifest["stages"][1]["output"].replace("stages/conv1/output", "bundle")
    again = await client.get(f"{url}&full=conv1:3,conv1:0,relu9")
    assert again.content == response.content


async def test_a_bundle_by_address_is_the_posted_one_compressed_or_not(
    client: httpx.AsyncClient,
) -> None:
    posted = await client.post("/api/runs/bundle?full=conv1", json=SMALL)
    manifest, _ = bundle_of(posted)
    url = manifest["stages"][0]["output"].replace("stages/input/output", "bundle") + "&full=conv1"
    plain = await client.get(url, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == posted.content
    for _ in ("computed", "remembered"):
        packed = await client.get(url)
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.content == posted.content
        assert "immutable" in packed.headers["cache-control"]
        again = await client.get(url, headers={"If-None-Match": packed.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


async def test_a_posted_bundle_is_never_compressed_nor_kept(client: httpx.AsyncClient) -> None:
    response = await client.post("/api/runs/bundle?full=input", json=default_recipe())
    assert "content-encoding" not in response.headers
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", STAGE_SUFFIXES)
async def test_what_belongs_to_a_run_is_immutable_and_sent_once(
    client: httpx.AsyncClient, name: str
) -> None:
    query = "channel=0&row=0&column=0" if name == "cell" else ""
    url = stage_url(await manifest_of(client, SMALL), "conv1", name, query)
    first = await client.get(url)
    assert first.status_code == 200
    assert first.headers["cache-control"] == "public, max-age=31536000, immutable"
    again = await client.get(url, headers={"If-None-Match": f'"x", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    stale = await client.get(url, headers={"If-None-Match": '"x"'})
    assert stale.status_code == 200


async def test_an_address_works_on_a_server_that_has_never_seen_the_run(
    client: httpx.AsyncClient,
) -> None:
    url = stage_url(await manifest_of(client, default_recipe()), "pool2", "output.safetensors")
    here = await client.get(url)
    fresh = create_app(Settings())
    transport = httpx.ASGITransport(fresh)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as other:
        there = await other.get(url)
    fresh.state.limiter.close()
    assert there.status_code == 200
    assert there.content == here.content


async def test_a_run_without_its_recipe_is_known_only_where_it_was_computed(
    client: httpx.AsyncClient,
) -> None:
    manifest = await manifest_of(client, SMALL)
    bare = stage_url(manifest, "conv1", "output.npy").partition("?")[0]
    assert (await client.get(bare)).status_code == 200
    unknown = bare.replace(manifest["id"], "f" * 32)
    assert_problem(await client.get(unknown), 404, "unknown_run", field="run_id")


async def test_a_recipe_that_is_not_that_of_the_run_is_refused(client: httpx.AsyncClient) -> None:
    url = stage_url(await manifest_of(client, SMALL), "conv1", "output.npy")
    for name in ("f" * 32, "nonsense", "%2e%2e", "🐈"):
        wrong = f"/api/runs/{name}/" + url.split("/", 4)[4]
        assert_problem(await client.get(wrong), 404, "unknown_run", field="run_id")


async def test_a_long_recipe_is_not_put_into_addresses_but_still_computed(
    client: httpx.AsyncClient,
) -> None:
    weight = np.random.default_rng(3).normal(size=(16, 1, 31, 31)).round(4).tolist()
    stage = {"id": "conv1", "op": "conv", "weight": weight, "padding": "same"}
    manifest = await manifest_of(client, {"input": {"pixels": PIXELS}, "stages": [stage]})
    output = manifest["stages"][1]["output"]
    assert "?" not in output
    assert (await client.get(output)).status_code == 200


async def test_an_uploaded_picture_is_computed_like_a_sample_until_it_is_deleted(
    client: httpx.AsyncClient,
) -> None:
    file = io.BytesIO()
    Image.fromarray(np.full((40, 30), 255, np.uint8)).save(file, "PNG")
    files = {"file": ("white.png", file.getvalue(), "image/png")}
    image = (await client.post("/api/images", files=files)).json()["id"]
    stages = [{"id": "relu1", "op": "activation"}]
    recipe = {"input": {"image": image, "size": 28, "color": "grey"}, "stages": stages}
    for _ in ("decoded", "at hand"):
        manifest = await manifest_of(client, recipe)
        assert manifest["stages"][0]["shape"] == [1, 28, 28]
        assert manifest["stages"][0]["value_range"] == [1, 1]
    bundle = manifest["stages"][0]["output"].replace("stages/input/output", "bundle")
    for _ in ("compressed", "remembered"):
        assert (await client.get(bundle)).status_code == 200
    assert (await client.delete(f"/api/images/{image}")).status_code == 204
    refused = await client.post("/api/runs", json=recipe)
    assert_problem(refused, 404, "unknown_image", field="input.image")
    assert_problem(await client.get(bundle), 404, "unknown_image", field="input.image")


def test_the_default_run_at_224_is_small_and_one_at_1024_is_not() -> None:
    recipe = parse_recipe(default_recipe())
    assert is_small(plan_run(recipe, (3, 224, 224)))
    assert not is_small(plan_run(recipe, (3, 1024, 1024)))


def test_many_maps_of_one_cell_are_not_small() -> None:
    conv = {"op": "conv", "filters": [{"kernel": "identity"}] * 200, "padding": 1}
    stages = [{"id": f"conv{index}", **conv} for index in range(2)]
    recipe = parse_recipe({"input": {"pixels": [[1]]}, "stages": stages})
    assert not is_small(plan_run(recipe, (1, 1, 1)))


def test_long_lists_of_taps_are_not_small() -> None:
    stage = {"op": "pool", "kernel_size": [31, 1], "stride": 1, "padding": [15, 0]}
    stages = [{"id": f"pool{index}", **stage} for index in range(2)]
    recipe = parse_recipe({"input": {"image": "coffee"}, "stages": stages})
    assert is_small(plan_run(recipe, (1, 300, 1)))
    assert not is_small(plan_run(recipe, (1, 1000, 1)))
