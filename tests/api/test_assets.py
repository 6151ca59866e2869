"""Scripts and styles are sent compressed, revalidated, and never from outside their folder."""

from __future__ import annotations

import gzip
import mimetypes
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.responses import Response

from app.api import middleware, problems
from app.api.assets import Assets
from tests.api.checks import assert_problem

pytestmark = pytest.mark.anyio

_SCRIPT = "export const answer = 42;\n" * 100


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "static"
    (root / "state").mkdir(parents=True)
    (root / "main.js").write_text(_SCRIPT, encoding="utf-8")
    (root / "small.css").write_text("a {}", encoding="utf-8")
    (root / "large.css").write_text("b {}\n" * 200, encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    return root


@pytest.fixture
async def client(root: Path) -> AsyncIterator[httpx.AsyncClient]:
    mimetypes.add_type("text/javascript", ".js")
    app = FastAPI()
    assets = Assets(root, joined={"all.css": ("small.css", "large.css"), "torn.css": ("gone.css",)})

    @app.api_route("/static/{name:path}", methods=["GET", "HEAD"])
    async def static(request: Request, name: str) -> Response:
        return assets.answer(request, name)

    problems.install(app)
    middleware.add_to(app)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def test_a_script_is_sent_compressed_once_and_as_javascript(
    client: httpx.AsyncClient,
) -> None:
    async with client.stream("GET", "/static/main.js") as response:
        raw = b"".join([part async for part in response.aiter_raw()])
    assert gzip.decompress(raw).decode() == _SCRIPT
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["content-type"].startswith("text/javascript")
    assert response.headers["cache-control"] == "no-cache"
    assert response.headers["vary"] == "Accept-Encoding"


async def test_a_client_without_gzip_and_a_small_file_are_sent_plain(
    client: httpx.AsyncClient,
) -> None:
    plain = await client.get("/static/main.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == _SCRIPT
    small = await client.get("/static/small.css")
    assert "content-encoding" not in small.headers


async def test_an_unchanged_script_is_not_sent_again_and_a_changed_one_is(
    client: httpx.AsyncClient, root: Path
) -> None:
    first = await client.get("/static/main.js")
    again = {"If-None-Match": first.headers["etag"]}
    assert (await client.get("/static/main.js", headers=again)).status_code == 304
    (root / "main.js").write_text("export {};", encoding="utf-8")
    changed = await client.get("/static/main.js", headers=again)
    assert (changed.status_code, changed.text) == (200, "export {};")


async def test_joined_files_are_one_answer_in_their_order(client: httpx.AsyncClient) -> None:
    joined = await client.get("/static/all.css")
    assert joined.text == "a {}" + "b {}\n" * 200
    assert joined.headers["content-type"].startswith("text/css")
    assert joined.headers["content-encoding"] == "gzip"
    assert joined.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("part", ["small.css", "large.css"])
async def test_a_change_of_any_part_changes_the_joined_answer(
    client: httpx.AsyncClient, root: Path, part: str
) -> None:
    first = await client.get("/static/all.css")
    again = {"If-None-Match": first.headers["etag"]}
    assert (await client.get("/static/all.css", headers=again)).status_code == 304
    (root / part).write_text("c { color: red }", encoding="utf-8")
    changed = await client.get("/static/all.css", headers=again)
    assert changed.status_code == 200
    assert "c { color: red }" in changed.text
    assert changed.headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize(
    "name",
    ["missing.js", "state", "", "../secret.txt", "..%2fsecret.txt", "%00", "a" * 5000, "torn.css"],
)
async def test_anything_that_is_not_a_file_of_the_folder_is_not_found(
    client: httpx.AsyncClient, name: str
) -> None:
    response = await client.get(httpx.URL(f"http://test/static/{name}"))
    assert_problem(response, 404, "not_found")


async def test_another_method_is_refused_with_the_allowed_ones(client: httpx.AsyncClient) -> None:
    response = await client.delete("/static/main.js")
    assert_problem(response, 405, "method_not_allowed")
    assert "GET" in response.headers["allow"]
