"""Whole runs as files: what is saved is what the engine computed, with the recipe beside it."""

from __future__ import annotations

import copy
import io
import json
import zipfile
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import load

from app.api import run_files
from app.pictures.colours import colourise
from app.pipeline.defaults import default_recipe
from tests.api.checks import assert_problem
from tests.api.test_runs import SMALL, manifest_of, stage_url

pytestmark = pytest.mark.anyio


def run_url(manifest: dict[str, Any], name: str, query: str = "") -> str:
    """Give the address of a file of the whole run, as the page derives it."""
    output: str = manifest["stages"][0]["output"]
    url = output.replace("stages/input/output.safetensors", name)
    return url + (f"&{query}" if query else "")


async def test_safetensors_have_every_tensor_of_the_run(
    client: httpx.AsyncClient, tmp_path: Any
) -> None:
    manifest = await manifest_of(client, default_recipe())
    response = await client.get(run_url(manifest, "run.safetensors"))
    assert response.headers["content-type"] == "application/vnd.safetensors"
    saved = load(response.content)
    stages = {stage["id"]: stage for stage in manifest["stages"]}
    outputs = {name.removesuffix(".output") for name in saved if name.endswith(".output")}
    assert outputs == set(stages)
    assert {name for name in saved if not name.endswith(".output")} == {
        f"{stage}.{tensor}" for stage in ("conv1", "conv2") for tensor in ("weight", "bias")
    }
    for stage, entry in stages.items():
        assert list(saved[f"{stage}.output"].shape) == entry["shape"]
        single = await client.get(stage_url(manifest, stage, "output.npy"))
        values = np.load(io.BytesIO(single.content))
        np.testing.assert_array_equal(saved[f"{stage}.output"], values)


async def test_the_recipe_in_the_metadata_computes_the_same_run(
    client: httpx.AsyncClient, tmp_path: Any
) -> None:
    manifest = await manifest_of(client, SMALL)
    response = await client.get(run_url(manifest, "run.safetensors"))
    file = tmp_path / "run.safetensors"
    file.write_bytes(response.content)
    with safe_open(file, "np") as opened:
        about = opened.metadata()
    assert about["run"] == manifest["id"]
    again = await manifest_of(client, json.loads(about["recipe"]))
    assert again["id"] == manifest["id"]


async def test_an_npz_reads_as_numpy_reads_it_and_carries_its_recipe(
    client: httpx.AsyncClient,
) -> None:
    manifest = await manifest_of(client, SMALL)
    response = await client.get(run_url(manifest, "run.npz"))
    with np.load(io.BytesIO(response.content), allow_pickle=False) as archive:
        assert archive["conv1.output"].tolist() == [[[12.5, 16.5], [24.5, 28.5]]]
        assert archive["conv1.weight"].tolist() == [[[[1, 1], [1, 1]]]]
        assert archive["conv1.bias"].tolist() == [0.5]
        assert archive["conv1.output"].dtype == np.float32
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert archive.testzip() is None
        recipe = json.loads(archive.read("recipe.json"))
    assert (await manifest_of(client, recipe))["id"] == manifest["id"]


async def test_the_same_run_is_the_same_file(client: httpx.AsyncClient) -> None:
    manifest = await manifest_of(client, SMALL)
    for name in ("run.npz", "run.safetensors", "sheet.png"):
        first, second = [await client.get(run_url(manifest, name)) for _ in range(2)]
        assert first.content == second.content
        assert first.headers["etag"] == second.headers["etag"]
        held = await client.get(
            run_url(manifest, name), headers={"If-None-Match": first.headers["etag"]}
        )
        assert held.status_code == 304


async def test_weights_and_biases_are_numpy_files_of_their_own(client: httpx.AsyncClient) -> None:
    manifest = await manifest_of(client, default_recipe())
    for name in ("weight", "bias"):
        whole = load((await client.get(stage_url(manifest, "conv1", "output.safetensors"))).content)
        response = await client.get(stage_url(manifest, "conv1", f"{name}.npy"))
        saved = np.load(io.BytesIO(response.content))
        assert saved.dtype == np.float32
        np.testing.assert_array_equal(saved, whole[name])


@pytest.mark.parametrize("stage", ["pool1", "input"])
async def test_a_stage_without_weights_says_which_have_them(
    client: httpx.AsyncClient, stage: str
) -> None:
    manifest = await manifest_of(client, SMALL)
    response = await client.get(stage_url(manifest, stage, "weight.npy"))
    problem = assert_problem(response, 404, "not_found", field="stage")
    assert problem["allowed"] == ["conv1"]
    assert "conv1 has" in problem["detail"]


async def test_another_tensor_is_refused(client: httpx.AsyncClient) -> None:
    manifest = await manifest_of(client, SMALL)
    response = await client.get(stage_url(manifest, "conv1", "gradient.npy"))
    assert_problem(response, 422, "invalid_request", field="tensor")


async def test_the_sheet_shows_every_map_of_every_stage(client: httpx.AsyncClient) -> None:
    manifest = await manifest_of(client, default_recipe())
    for theme in ("light", "dark"):
        response = await client.get(run_url(manifest, "sheet.png", f"theme={theme}"))
        with Image.open(io.BytesIO(response.content)) as image:
            sheet = np.asarray(image.convert("RGB"))
        for stage in manifest["stages"][1:]:
            values = np.load(
                io.BytesIO(
                    (await client.get(stage_url(manifest, stage["id"], "output.npy"))).content
                )
            )
            # Chains share the scale of their convolution; those of the second block are its own.
            start = "conv1" if stage["id"].endswith("1") else "conv2"
            scale = next(entry for entry in manifest["stages"] if entry["id"] == start)
            for index in range(len(values)):
                low, high = scale["maps"][index]["range"]
                peak = max(abs(low), abs(high))
                tile = colourise(values[index], peak=peak, theme=theme)
                assert _is_on(sheet, tile, 128 // max(tile.shape[:2]))


def _is_on(sheet: Any, tile: Any, zoom: int) -> bool:
    """Whether a painted map, enlarged, is somewhere on a sheet."""
    large = tile.repeat(max(1, zoom), axis=0).repeat(max(1, zoom), axis=1)
    rows, columns = large.shape[:2]
    # Enough of its middle row to be told from all others, then the whole.
    line = large[rows // 2]
    windows = np.lib.stride_tricks.sliding_window_view(sheet, (columns, 3), axis=(1, 2))
    hits = np.argwhere((windows[:, :, 0] == line).all(axis=(2, 3)))
    return any(
        (sheet[top - rows // 2 : top - rows // 2 + rows, left : left + columns] == large).all()
        for top, left in hits
        if top >= rows // 2
    )


async def test_too_much_for_one_file_is_refused_with_a_way_out(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_files, "MAX_FILE_BYTES", 32)
    monkeypatch.setattr(run_files, "MAX_SHEET_CELLS", 8)
    manifest = await manifest_of(client, SMALL)
    for name in ("run.npz", "run.safetensors", "sheet.png"):
        response = await client.get(run_url(manifest, name))
        problem = assert_problem(response, 422, "too_much_work", field="size")
        assert "smaller picture" in problem["detail"]


async def test_a_sheet_of_too_many_pixels_is_refused_before_it_is_painted(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small maps are drawn large: few cells may be many pixels."""
    manifest = await manifest_of(client, SMALL)
    with Image.open(
        io.BytesIO((await client.get(run_url(manifest, "sheet.png"))).content)
    ) as sheet:
        pixels = sheet.width * sheet.height
    monkeypatch.setattr(run_files, "MAX_SHEET_PIXELS", pixels - 1)
    response = await client.get(run_url(manifest, "sheet.png", "theme=dark"))
    problem = assert_problem(response, 422, "too_much_work", field="stages")
    assert f"{pixels:,} pixels" in problem["detail"]


async def test_files_of_a_run_find_their_recipe_in_the_address(client: httpx.AsyncClient) -> None:
    recipe = copy.deepcopy(SMALL)
    recipe["stages"][0]["bias"] = [0.75]
    manifest = await manifest_of(client, recipe)
    url = run_url(manifest, "run.npz")
    other = url.replace(manifest["id"], "f" * 32)
    assert_problem(await client.get(other), 404, "unknown_run", field="run_id")
    without = url.split("?")[0].replace(manifest["id"], "e" * 32)
    assert_problem(await client.get(without), 404, "unknown_run", field="run_id")
