"""oEmbed 1.0: the answer in both formats, the room that is given, and every way to be refused."""

from __future__ import annotations

import html
import io
import re
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit
from xml.etree import ElementTree

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.api.oembed import as_xml, frame_html, frame_size, our_page, thumbnail_size
from app.errors import NotFound
from app.scenes.address import write_address
from app.scenes.recipes import one_filter_recipe
from app.scenes.scene import Scene
from tests.api.checks import assert_problem
from tests.api.test_pages import boot_of

pytestmark = pytest.mark.anyio

LINK = "http://test/?image=camera&kernel=sobel-x&stride=2"


def frame_of(content: dict[str, Any]) -> dict[str, str]:
    """Read the attributes of the frame."""
    assert re.fullmatch(r"<iframe( [a-z]+=\"[^\"<>]*\")+></iframe>", content["html"])
    found = re.findall(r' ([a-z]+)="([^"]*)"', content["html"])
    return {name: html.unescape(value) for name, value in found}


async def test_a_link_becomes_a_frame_with_its_scene(client: httpx.AsyncClient) -> None:
    answer = await client.get("/oembed", params={"url": f"{LINK}&utm_source=chat"})
    assert answer.headers["content-type"] == "application/json"
    content = answer.json()
    assert (content["type"], content["version"]) == ("rich", "1.0")
    assert content["provider_name"] == "Kernelscope"
    assert content["provider_url"] == "http://test"
    assert content["title"] == "Sobel x over “Camera”"
    assert content["cache_age"] > 0
    frame = frame_of(content)
    assert frame["src"] == LINK.replace("/?", "/embed?")
    assert frame["title"] == "Sobel x over “Camera” (Kernelscope)"
    assert (int(frame["width"]), int(frame["height"])) == (content["width"], content["height"])
    boot = boot_of((await client.get(frame["src"])).text)
    assert boot["recipe"]["stages"][0]["stride"] == [2, 2]


async def test_the_thumbnail_is_as_large_as_it_says(client: httpx.AsyncClient) -> None:
    for room in ("", "&maxwidth=600", "&maxheight=200"):
        content = (await client.get(f"/oembed?url={quote(LINK)}{room}")).json()
        picture = await client.get(content["thumbnail_url"])
        size = content["thumbnail_width"], content["thumbnail_height"]
        assert Image.open(io.BytesIO(picture.content)).size == size
        assert parse_qs(urlsplit(content["thumbnail_url"]).query)["kernel"] == ["sobel-x"]


async def test_both_formats_say_the_same(client: httpx.AsyncClient) -> None:
    as_json = (await client.get("/oembed", params={"url": LINK, "format": "json"})).json()
    answer = await client.get("/oembed", params={"url": LINK, "format": "xml"})
    assert answer.headers["content-type"].startswith("text/xml")
    root = ElementTree.fromstring(answer.content)
    assert root.tag == "oembed"
    assert {part.tag: part.text for part in root} == {
        name: str(value) for name, value in as_json.items()
    }


@pytest.mark.parametrize("maxwidth", [1, 100, 320, 500, 640, 5000])
@pytest.mark.parametrize("maxheight", [1, 90, 200, 5000])
async def test_nothing_is_larger_than_the_room(
    client: httpx.AsyncClient, maxwidth: int, maxheight: int
) -> None:
    room: dict[str, str | int] = {"url": LINK, "maxwidth": maxwidth, "maxheight": maxheight}
    content = (await client.get("/oembed", params=room)).json()
    assert 1 <= content["width"] <= maxwidth
    assert 1 <= content["height"] <= maxheight
    assert content.get("thumbnail_width", 0) <= maxwidth
    assert content.get("thumbnail_height", 0) <= maxheight
    assert ("thumbnail_url" in content) == ("thumbnail_width" in content)


@pytest.mark.parametrize(
    "url",
    [
        *["https://elsewhere.example/embed", "http://test.evil.example/", "//evil.example/embed"],
        *["http://user@test/", "http://user:secret@test/embed", "ftp://test/embed"],
        *["http://@test/embed", "http://test:443:80/embed", "http://test:8000/embed"],
        *["javascript:alert(1)", "data:text/html,x", "http://[", "http://test:99999/", "\x00"],
        *["http://test/docs", "http://test/embed/poster.png", "http://test/api/runs", "x" * 9000],
        *["http://test\\@evil.example/", "http:///embed", "", " "],
    ],
)
async def test_what_is_not_a_scene_of_ours_is_not_found(
    client: httpx.AsyncClient, url: str
) -> None:
    assert_problem(await client.get("/oembed", params={"url": url}), 404, "not_found", field="url")


@pytest.mark.parametrize(
    "url", ["http://test", "http://test/", "https://TEST:443/embed/", "http://test:80/embed?a=b#c"]
)
async def test_addresses_of_ours_are_known_in_every_spelling(
    client: httpx.AsyncClient, url: str
) -> None:
    answer = await client.get("/oembed", params={"url": url})
    assert answer.status_code == 200
    scheme = urlsplit(url).scheme
    assert frame_of(answer.json())["src"].lower().startswith(f"{scheme}://test")


async def test_what_hosts_append_to_an_address_is_left_out(client: httpx.AsyncClient) -> None:
    url = "http://test/?kernel=emboss&bias=0.25&utm_source=a#?secret=a"
    content = (await client.get("/oembed", params={"url": url})).json()
    assert frame_of(content)["src"] == "http://test/embed?kernel=emboss&bias=0.25"


async def test_a_scene_behind_the_number_sign_stays_whole(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    recipe = one_filter_recipe({"weight": [[[0.5, -0.25], [1, 0]]] * 3})
    url = write_address(
        Scene(recipe, {"cell": [3, 4]}), base="http://test/", samples=app.state.samples
    )
    assert "#v1=" in url
    content = (await client.get("/oembed", params={"url": url})).json()
    assert frame_of(content)["src"] == url.replace("test/", "test/embed")
    # No server sees what stands behind the sign: the picture's address says it before.
    picture = urlsplit(content["thumbnail_url"])
    assert not picture.fragment
    assert parse_qs(picture.query)["state"] == [urlsplit(url).fragment]
    assert (await client.get(content["thumbnail_url"])).status_code == 200


async def test_other_formats_are_not_implemented(client: httpx.AsyncClient) -> None:
    for name in ("yaml", "JSON", ""):
        answer = await client.get("/oembed", params={"url": LINK, "format": name})
        assert_problem(answer, 501, "unsupported_format", field="format")


async def test_what_is_asked_wrongly_is_refused_with_its_field(client: httpx.AsyncClient) -> None:
    assert_problem(await client.get("/oembed"), 422, "invalid_request", field="url")
    for name in ("maxwidth", "maxheight"):
        for value in ("0", "-1", "wide", "1e9", "9" * 30):
            answer = await client.get("/oembed", params={"url": LINK, name: value})
            assert_problem(answer, 422, "invalid_request", field=name)
    long = await client.get("/oembed", params={"url": "http://test/?" + "x" * 60_000})
    assert_problem(long, 422, "invalid_request", field="url")


async def test_bad_values_of_a_scene_fall_back_as_on_the_page(client: httpx.AsyncClient) -> None:
    url = 'http://test/?image="><script>&stride=banana&kernel=emboss'
    content = (await client.get("/oembed", params={"url": url})).json()
    assert frame_of(content)["src"] == "http://test/embed?kernel=emboss"


@given(st.text())
def test_no_title_breaks_the_frame_or_the_xml(title: str) -> None:
    written = frame_html("http://test/embed", title, (640, 480))
    assert frame_of({"html": written})["title"] == html.unescape(html.escape(title))


@given(st.text(st.characters(min_codepoint=32, exclude_categories=("Cs", "Cc", "Cn"))))
def test_xml_is_read_back_as_it_was(title: str) -> None:
    root = ElementTree.fromstring(as_xml({"title": title}))
    assert (root[0].text or "") == title


@given(
    st.sampled_from(["", "/", "http://", "http://test", "https://test/embed"]), st.text(max_size=80)
)
def test_any_address_is_ours_or_not_found(beginning: str, rest: str) -> None:
    try:
        address = our_page(beginning + rest, "http://test")
        assert (address.hostname, address.username) == ("test", None)
    except NotFound:
        pass


@given(st.none() | st.integers(1, 100_000), st.none() | st.integers(1, 100_000))
def test_frames_and_pictures_fit_in_every_room(width: int | None, height: int | None) -> None:
    sizes = [frame_size(width, height), thumbnail_size(width, height) or (1, 1)]
    for own_width, own_height in sizes:
        assert 1 <= own_width <= (width or own_width)
        assert 1 <= own_height <= (height or own_height)


async def test_a_frame_is_as_high_as_what_it_shows(client: httpx.AsyncClient) -> None:
    async def height(query: str) -> int:
        answer = await client.get("/oembed", params={"url": f"http://test/embed?{query}"})
        return int(answer.json()["height"])

    usual = await height("image=camera&kernel=sobel-x")
    assert await height("image=camera&kernel=sobel-x&hide=transport") < usual
    assert await height("kernel=sobel-x") > usual
    assert await height("image=camera&kernel=sobel-x&controls=ledger") < usual
