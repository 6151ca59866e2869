"""Scenes are saved as files that hold all their numbers; what cannot be saved is refused."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
import zipfile
from typing import Any

import httpx
import numpy as np
import pytest
from hypothesis import given, settings, strategies
from PIL import Image
from safetensors.numpy import load

from app.api.saved_scenes import MAX_TENSOR_BYTES, MAX_TITLE_LETTERS, read_wish
from app.errors import VisualizerError
from app.numerics import ShapeError
from app.pipeline.defaults import default_recipe
from app.pipeline.limits import Limits
from tests.api.checks import assert_problem
from tests.api.test_pages import boot_of
from tests.browser.engine import trace_of

pytestmark = pytest.mark.anyio

MEGABYTE = 1_000_000
VIEW = {"stage": "relu1", "map": 2, "cell": [49, 69]}
ADDRESSES = ("/api/scenes/html", "/api/scenes/scorm")


def scene(**more: Any) -> dict[str, Any]:
    return {"version": 1, "recipe": default_recipe(), "view": VIEW, **more}


def part_of(page: str, name: str) -> bytes:
    found = re.search(rf'<script id="kernelscope-{name}"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found
    return gzip.decompress(base64.b64decode(found[1]))


async def test_the_file_of_the_first_scene_is_a_page_of_less_than_1_5_megabytes(
    client: httpx.AsyncClient,
) -> None:
    response = await client.post("/api/scenes/html", json={"recipe": default_recipe()})
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    disposition = response.headers["content-disposition"]
    assert re.fullmatch(r'attachment; filename="kernelscope-[a-z0-9-]+\.html"', disposition)
    assert len(response.content) < 1.5 * MEGABYTE


async def test_the_file_holds_every_tensor_bit_by_bit(client: httpx.AsyncClient) -> None:
    response = await client.post("/api/scenes/html", json=scene())
    data = part_of(response.text, "run")
    tensors = load(data)
    trace = trace_of(default_recipe())
    for stage in trace.all_stages:
        for entry in stage.maps:
            np.testing.assert_array_equal(tensors[f"values.{entry.key}"], entry.values)
    winners = {name for name in tensors if name.startswith("winner.")}
    pooled = {entry.key for name in ("pool1", "pool2") for entry in trace.stage(name).maps}
    assert winners == {f"winner.{key}" for key in pooled}
    assert {"weight.conv1", "bias.conv2", "taps.pool2.rows"} <= set(tensors)
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    manifest = json.loads(header["__metadata__"]["manifest"])
    assert manifest["recipe"] == trace.recipe.canonical


async def test_the_file_says_that_it_is_one_and_where_one_stands(client: httpx.AsyncClient) -> None:
    response = await client.post("/api/scenes/html", json=scene())
    boot = boot_of(response.text)
    assert boot["saved"] is True
    assert boot["view"] == {**VIEW, "step": None}
    assert boot["recipe"] == default_recipe()
    assert [sample["id"] for sample in boot["samples"]] == ["coffee"]
    assert "Rachel Michetti" in boot["samples"][0]["author"]


async def test_nothing_in_the_file_is_an_address_to_ask(client: httpx.AsyncClient) -> None:
    page = (await client.post("/api/scenes/html", json=scene())).text
    assert not re.search(r"""(?:src|href|action)=["'](?!data:)""", page)
    assert not re.search(r"\son[a-z]+=[\"']", page), "an inline event handler"
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert found
    assert found[1].startswith("default-src 'none';")
    assert not re.search(r"https?:|'self'|\*", found[1])


async def test_a_cell_outside_the_map_is_not_pinned_and_the_file_says_so(
    client: httpx.AsyncClient,
) -> None:
    asked = scene(view={"stage": "pool2", "cell": [50, 3]})
    boot = boot_of((await client.post("/api/scenes/html", json=asked)).text)
    assert boot["view"]["cell"] is None
    assert len(boot["notes"]) == 1


async def test_who_has_no_javascript_sees_a_picture_of_the_scene(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.post("/api/scenes/html", json=scene())).text
    found = re.search(r'<noscript>.*?src="data:image/png;base64,([^"]+)".*?</noscript>', page, re.S)
    assert found
    with Image.open(io.BytesIO(base64.b64decode(found[1]))) as picture:
        picture.load()
        assert picture.width == 800


async def test_a_title_is_text_wherever_it_stands(client: httpx.AsyncClient) -> None:
    title = '</title></script><script>alert("1")</script> & more'
    page = (await client.post("/api/scenes/html", json=scene(title=title))).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(&#34;1&#34;)" in page


async def test_a_server_that_others_reach_is_named_as_the_place_to_go_on(
    client: httpx.AsyncClient,
) -> None:
    there = "https://kernels.example/api/scenes/html"
    boot = boot_of((await client.post(there, json=scene())).text)
    assert boot["home"].startswith("https://kernels.example/?")
    here = "http://127.0.0.1:8000/api/scenes/html"
    assert "home" not in boot_of((await client.post(here, json=scene())).text)


@pytest.mark.parametrize(("layout", "entry"), [("explorer", "main"), ("embed", "embed-main")])
async def test_both_layouts_can_be_saved(
    client: httpx.AsyncClient, layout: str, entry: str
) -> None:
    page = (await client.post("/api/scenes/html", json=scene(layout=layout))).text
    program = json.loads(part_of(page, "program"))
    assert program["entry"] == f"kernelscope/{entry}.js"
    assert program["entry"] in program["modules"]
    assert f'<conv-visualizer layout="{layout}"' in page


@pytest.mark.parametrize(
    ("theme", "layout", "scheme"),
    [
        ("dark", "embed", "dark"),
        ("auto", "embed", "light dark"),
        ("dark", "explorer", "light dark"),
    ],
)
async def test_the_page_around_an_embed_of_a_fixed_theme_is_dark_with_it(
    client: httpx.AsyncClient, theme: str, layout: str, scheme: str
) -> None:
    asked = scene(view={**VIEW, "theme": theme}, layout=layout)
    page = (await client.post("/api/scenes/html", json=asked)).text
    assert f'<meta name="color-scheme" content="{scheme}">' in page


async def test_an_uploaded_picture_is_in_the_file(client: httpx.AsyncClient) -> None:
    file = io.BytesIO()
    ramp = np.tile(np.arange(0, 240, 5, dtype=np.uint8), (48, 1))
    Image.fromarray(ramp).save(file, "PNG")
    sent = await client.post("/api/images", files={"file": ("ramp.png", file.getvalue())})
    image = sent.json()["id"]
    recipe = {
        "version": 1,
        "input": {"image": image, "size": 48, "color": "grey"},
        "stages": [{"id": "conv1", "op": "conv", "filters": [{"kernel": "sobel_x"}]}],
    }
    response = await client.post("https://kernels.example/api/scenes/html", json={"recipe": recipe})
    tensors = load(part_of(response.text, "run"))
    expected = np.round(ramp / np.float32(255), 2)
    assert any(
        tensor.shape == (48, 48) and np.allclose(tensor, expected, atol=1e-6)
        for tensor in tensors.values()
    )
    boot = boot_of(response.text)
    assert boot["samples"][0]["title"] == "Own picture"
    assert "home" not in boot, "the address would lead to a picture that will be gone"


async def test_the_package_holds_the_same_file(client: httpx.AsyncClient) -> None:
    page = await client.post("/api/scenes/html", json=scene(title="Edges"))
    package = await client.post("/api/scenes/scorm", json=scene(title="Edges"))
    assert package.headers["content-type"] == "application/zip"
    assert package.headers["content-disposition"].endswith('"kernelscope-edges.zip"')
    archive = zipfile.ZipFile(io.BytesIO(package.content))
    assert archive.read("kernelscope.html") == page.content
    assert b"<title>Edges</title>" in archive.read("imsmanifest.xml")


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        (b"{", 422, "invalid_json", None),
        (b"[]", 422, "invalid_request", "recipe"),
        (json.dumps({"view": VIEW}).encode(), 422, "invalid_request", "recipe"),
        (json.dumps(scene(title=7)).encode(), 422, "invalid_request", "title"),
        (
            json.dumps(scene(title="a" * (MAX_TITLE_LETTERS + 1))).encode(),
            *(422, "invalid_request", "title"),
        ),
        (json.dumps(scene(layout="poster")).encode(), 422, "invalid_request", "layout"),
        (json.dumps(scene(version=9)).encode(), 422, "invalid_request", "version"),
        (b" " * (4 * 1024 * 1024 + 1), 413, "too_large", None),
    ],
)
async def test_what_is_no_scene_is_refused(
    client: httpx.AsyncClient,
    address: str,
    body: bytes,
    status: int,
    code: str,
    field: str | None,
) -> None:
    response = await client.post(address, content=body)
    assert_problem(response, status, code, field=field)


@pytest.mark.parametrize("address", ADDRESSES)
async def test_a_picture_that_is_gone_is_named(client: httpx.AsyncClient, address: str) -> None:
    recipe = {**default_recipe(), "input": {"image": "0" * 64}}
    response = await client.post(address, json={"recipe": recipe})
    assert_problem(response, 404, "unknown_image", field="input.image")


async def test_more_than_a_file_should_hold_is_refused(client: httpx.AsyncClient) -> None:
    filters = [{"kernel": "identity"}] * 60
    recipe = {
        "version": 1,
        "input": {"image": "camera", "size": 384, "color": "grey"},
        "stages": [{"id": "conv1", "op": "conv", "filters": filters}],
    }
    response = await client.post("/api/scenes/html", json={"recipe": recipe})
    problem = assert_problem(response, 422, "too_much_work", field="recipe")
    assert f"{MAX_TENSOR_BYTES // 1024**2} MB" in problem["detail"]


_JSON = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers() | strategies.text(max_size=9),
    lambda inner: (
        strategies.lists(inner, max_size=4)
        | strategies.dictionaries(
            strategies.sampled_from(
                ["recipe", "view", "title", "layout", "stages", "input", "version"]
            )
            | strategies.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(data=_JSON, view=_JSON, title=_JSON, layout=_JSON)
@settings(max_examples=200, deadline=None)
def test_whatever_is_asked_for_is_read_or_refused(
    data: Any, view: Any, title: Any, layout: Any
) -> None:
    for body in (
        data,
        {"recipe": default_recipe(), "view": view, "title": title, "layout": layout},
    ):
        try:
            wish = read_wish(body, limits=Limits())
        except (VisualizerError, ShapeError):
            continue
        assert wish.layout in ("explorer", "embed")
        assert len(wish.title) <= MAX_TITLE_LETTERS
        assert wish.title.isprintable()
