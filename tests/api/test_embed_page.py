"""The embed and the explorer open with the scene of their query; its poster is what it shows."""

from __future__ import annotations

import html
import io
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import numpy as np
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.api.routes_embed import read_width
from app.api.scene_pages import ABOUT, TAGLINE
from app.main import create_app
from app.pipeline.defaults import default_recipe
from app.settings import Settings
from tests.api.test_pages import boot_of
from tests.api.test_runs import bundle_of

pytestmark = pytest.mark.anyio

SCENE = "image=camera&kernel=sobel-x&stride=2&stage=relu1&cell=23,40&controls=stride,ledger"


def meta_of(page: str) -> dict[str, str]:
    """Read the meta elements of a page by name or property."""
    found = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', page)
    return {name: html.unescape(content) for name, content in found}


def links_of(page: str, kind: str) -> list[str]:
    """Read the addresses of link elements by their type."""
    found = re.findall(rf'<link [^>]*type="{re.escape(kind)}" href="([^"]+)"', page)
    return [html.unescape(address) for address in found]


async def test_the_embed_boots_with_the_scene_of_its_address(client: httpx.AsyncClient) -> None:
    page = (await client.get(f"/embed?{SCENE}&utm_source=moodle")).text
    boot = boot_of(page)
    assert boot["recipe"]["input"]["image"] == "camera"
    assert boot["recipe"]["stages"][0]["stride"] == [2, 2]
    view = boot["view"]
    assert (view["stage"], view["map"], view["cell"]) == ("relu1", 0, [22, 39])
    assert view["controls"] == ["stride", "ledger"]
    assert boot["notes"] == []
    assert 'layout="embed" autoplay="off"' in page
    assert '<script type="module" src="/static/embed-main.js">' in page
    assert re.search(r'rel="modulepreload" href="/static/embed-main.js"', page)
    assert "/static/main.js" not in page


async def test_an_embed_without_wishes_shows_the_usual_controls(client: httpx.AsyncClient) -> None:
    boot = boot_of((await client.get("/embed")).text)
    assert boot["view"]["controls"] == ["preset", "stride", "transport", "ledger"]
    hidden = boot_of((await client.get("/embed?hide=stride&lock=preset")).text)
    assert hidden["view"]["controls"] == ["preset", "transport", "ledger"]
    assert hidden["view"]["locks"] == ["preset"]


@pytest.mark.parametrize("path", ["/", "/embed"])
async def test_the_bundle_has_the_values_of_all_that_the_scene_shows(
    client: httpx.AsyncClient, path: str
) -> None:
    boot = boot_of((await client.get(f"{path}?stage=conv2&map=3")).text)
    manifest, tensors = bundle_of(await client.get(boot["bundle"]))
    stages = {stage["id"]: stage["maps"] for stage in manifest["stages"]}
    shown = [*stages["pool1"], stages["conv2"][2], stages["relu2"][2], stages["pool2"][2]]
    assert {f"values.{entry['key']}" for entry in shown} == {
        name for name in tensors if name.startswith("values.")
    }


async def test_what_cannot_be_used_is_said_and_the_page_opens_all_the_same(
    client: httpx.AsyncClient,
) -> None:
    for path in ("/", "/embed"):
        answer = await client.get(f"{path}?kernel=sobel-x&stride=banana&map=99")
        assert answer.status_code == 200
        notes = boot_of(answer.text)["notes"]
        assert len(notes) == 2
        assert "“banana”" in notes[0]


async def test_a_visit_without_wishes_is_the_first_visit(client: httpx.AsyncClient) -> None:
    plain = (await client.get("/")).text
    # What others append to links asks for nothing.
    for query in ("?utm_source=mail", "?", "?fbclid=1&x"):
        assert (await client.get(f"/{query}")).text == plain
    boot = boot_of(plain)
    assert boot["recipe"] == default_recipe()
    assert not {"view", "notes"} & boot.keys()
    assert f"<title>{TAGLINE}</title>" in plain
    assert meta_of(plain)["description"] == ABOUT
    assert "full=input,conv1:0,relu1:0,pool1:0&" in boot["bundle"]


async def test_a_scene_is_computed_once_for_all_who_open_its_link(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = (await client.get(f"/?{SCENE}&utm_source=a")).text

    async def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr(app.state.runs, "compute", refuse)
    assert (await client.get(f"/?{SCENE}&utm_source=b")).text == first


async def test_values_that_look_like_parameters_are_told_from_parameters(
    client: httpx.AsyncClient,
) -> None:
    one = boot_of((await client.get("/?stage=conv1%26map=2")).text)
    two = boot_of((await client.get("/?stage=conv1&map=2")).text)
    assert one["view"]["map"] == 0
    assert two["view"]["map"] == 1


@pytest.mark.parametrize("path", ["/", "/embed"])
async def test_title_and_previews_name_the_scene_in_absolute_addresses(
    client: httpx.AsyncClient, path: str
) -> None:
    page = (await client.get(f"{path}?image=camera&kernel=sobel-x&stride=2&cell=23,40")).text
    meta = meta_of(page)
    assert "<title>Sobel x over “Camera” · Kernelscope</title>" in page
    assert meta["og:title"] == "Sobel x over “Camera”"
    assert "Row 23, column 40 of 47 × 47: −0.58 + 0" in meta["og:description"]
    link = f"http://test{path}?image=camera&kernel=sobel-x&stride=2&cell=23,40"
    assert meta["og:url"] == link
    assert meta["twitter:card"] == "summary_large_image"
    for kind, form in (("application/json+oembed", "json"), ("text/xml+oembed", "xml")):
        (address,) = links_of(page, kind)
        assert address.startswith("http://test/oembed?")
        assert parse_qs(urlsplit(address).query) == {"url": [link], "format": [form]}
        assert (await client.get(address)).status_code == 200
    picture = await client.get(meta["og:image"])
    assert picture.headers["content-type"] == "image/png"
    size = (int(meta["og:image:width"]), int(meta["og:image:height"]))
    assert Image.open(io.BytesIO(picture.content)).size == size == (1200, 630)


async def test_without_javascript_an_embed_is_its_picture(client: httpx.AsyncClient) -> None:
    page = (await client.get(f"/embed?{SCENE}")).text
    found = re.search(r'<noscript><img src="([^"]+)"[^>]* alt="([^"]+)"></noscript>', page)
    assert found
    assert (await client.get(html.unescape(found[1]))).status_code == 200
    assert "max(0, " in html.unescape(found[2])


async def test_a_hostile_host_names_no_addresses(client: httpx.AsyncClient) -> None:
    for host in ('a"><script>alert(1)</script>', "a b", "a@b", "x" * 300, ""):
        page = (await client.get("/", headers={"Host": host})).text
        assert "<script>alert" not in page
        assert "og:image" not in page
        assert "+oembed" not in page


async def test_behind_a_proxy_addresses_begin_with_the_public_one() -> None:
    app = create_app(Settings(public_url="https://kernels.example.edu"))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://10.0.0.7:8000") as client:
        meta = meta_of((await client.get("/?kernel=emboss")).text)
        assert meta["og:url"] == "https://kernels.example.edu/?kernel=emboss"
        assert meta["og:image"].startswith("https://kernels.example.edu/embed/poster.png?")
        link = "https://kernels.example.edu/?kernel=emboss"
        answer = (await client.get("/oembed", params={"url": link})).json()
        assert 'src="https://kernels.example.edu/embed?kernel=emboss"' in answer["html"]
    app.state.limiter.close()


async def test_hostile_addresses_still_get_a_page(client: httpx.AsyncClient) -> None:
    for query in (
        '?image="><script>alert(1)</script>',
        "?kernel=%00%ff%F0%9F%92%A9&map=1e309",
        f"?state=v1={'A' * 30_000}",
        "?" + "&".join(f"k{index}=1" for index in range(2000)),
        f"?stride={'9' * 5000}",
        "?%",
    ):
        for path in ("/", "/embed", "/embed/poster.png"):
            answer = await client.get(path + query)
            assert answer.status_code == 200, query
            assert b"<script>alert" not in answer.content


# ---- the poster's route ------------------------------------------------------------------------


async def test_a_poster_is_kept_and_not_drawn_again(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/embed/poster.png?{SCENE}&width=480"
    first = await client.get(address)
    assert first.headers["cache-control"] == "public, max-age=86400"
    again = await client.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")

    async def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("drawn again")

    monkeypatch.setattr(app.state.runs, "compute", refuse)
    assert (await client.get(f"{address}&utm_source=x")).content == first.content


async def test_another_scene_or_width_is_another_poster(client: httpx.AsyncClient) -> None:
    queries = ("", "?width=600", "?kernel=emboss", "?kernel=emboss&theme=dark", "?cell=3,3")
    answers = [await client.get(f"/embed/poster.png{query}") for query in queries]
    assert len({answer.headers["etag"] for answer in answers}) == len(queries)
    assert len({answer.content for answer in answers}) == len(queries)


@pytest.mark.parametrize(
    ("width", "pixels"),
    [
        *[("640", 640), ("240", 240), ("2400", 2400), ("239", 1200), ("2401", 1200), ("-5", 1200)],
        *[("wide", 1200), ("1e3", 1200), ("9" * 400, 1200), ("", 1200), ("²", 1200)],
    ],
)
async def test_a_width_that_cannot_be_drawn_falls_back(
    client: httpx.AsyncClient, width: str, pixels: int
) -> None:
    answer = await client.get("/embed/poster.png", params={"kernel": "emboss", "width": width})
    assert answer.status_code == 200
    size = Image.open(io.BytesIO(answer.content)).size
    assert size == (pixels, round(pixels * 630 / 1200))


async def test_a_dark_scene_has_a_dark_poster(client: httpx.AsyncClient) -> None:
    for theme, ground in (("light", "#FCFBF9"), ("dark", "#131416"), ("auto", "#FCFBF9")):
        answer = await client.get(f"/embed/poster.png?width=480&theme={theme}")
        pixels = np.asarray(Image.open(io.BytesIO(answer.content)))
        assert tuple(pixels[2, 2]) == tuple(bytes.fromhex(ground[1:]))


async def test_the_documentation_of_the_poster_lists_the_table_of_addresses(app: FastAPI) -> None:
    operation = app.openapi()["paths"]["/embed/poster.png"]["get"]
    names = [parameter["name"] for parameter in operation["parameters"]]
    assert {"width", "image", "kernel", "stride", "cell", "theme"} <= set(names)
    assert len(names) == len(set(names))


@given(st.text(max_size=60))
def test_no_text_of_a_width_fails(text: str) -> None:
    assert 240 <= read_width(text) <= 2400
