"""Every route has a decision: who may frame it, who may read it, what a browser is told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from fastapi import FastAPI
from pydantic import ValidationError
from starlette.routing import BaseRoute, Route

from app.api.headers import ASSET, EMBED, OWN, Access, access_of
from app.main import create_app
from app.pipeline.defaults import default_recipe
from app.settings import Settings
from tests.api.checks import assert_problem

pytestmark = pytest.mark.anyio

# One line for every route of the application: a new one fails the first test until it is here.
DECISIONS: dict[str, Access] = {
    "/": OWN,
    "/docs": OWN,
    "/openapi.json": OWN,
    "/healthz": OWN,
    "/readyz": OWN,
    "/static/{name:path}": ASSET,
    "/embed": EMBED,
    "/embed/poster.png": ASSET,
    "/oembed": ASSET,
    "/api/animations": ASSET,
    "/api/images": ASSET,
    "/api/images/{image_id}": ASSET,
    "/api/images/{image_id}/picture.png": ASSET,
    "/api/kernels": ASSET,
    "/api/operations": ASSET,
    "/api/qr.svg": ASSET,
    "/api/runs": ASSET,
    "/api/runs/bundle": ASSET,
    "/api/runs/{run_id}/bundle.safetensors": ASSET,
    "/api/runs/{run_id}/run.npz": ASSET,
    "/api/runs/{run_id}/run.safetensors": ASSET,
    "/api/runs/{run_id}/sheet.png": ASSET,
    "/api/runs/{run_id}/stages/{stage_id}/cell": ASSET,
    "/api/runs/{run_id}/stages/{stage_id}/output.npy": ASSET,
    "/api/runs/{run_id}/stages/{stage_id}/output.png": ASSET,
    "/api/runs/{run_id}/stages/{stage_id}/output.safetensors": ASSET,
    "/api/runs/{run_id}/stages/{stage_id}/{tensor}.npy": ASSET,
    "/api/samples": ASSET,
    "/api/samples/{sample_id}": ASSET,
    "/api/samples/{sample_id}/thumbnail.png": ASSET,
    "/api/scenes/html": ASSET,
    "/api/scenes/scorm": ASSET,
}


def paths_of(routes: list[BaseRoute]) -> Iterator[str]:
    """Name every address that an application answers, those of included routers too."""
    for route in routes:
        if isinstance(route, Route):
            yield route.path
        else:
            included = getattr(route, "original_router", None)
            assert included is not None, f"{route} is of a kind that this test does not know"
            yield from paths_of(included.routes)


async def test_every_route_has_a_decision(app: FastAPI) -> None:
    undecided = set(paths_of(app.routes)) - DECISIONS.keys()
    assert undecided == set(), "say in DECISIONS who may frame and read them"
    assert DECISIONS.keys() - set(paths_of(app.routes)) == set(), "these routes are gone"


@pytest.mark.parametrize(("route", "access"), DECISIONS.items(), ids=DECISIONS)
async def test_a_route_says_who_may_frame_and_read_it(
    client: httpx.AsyncClient, route: str, access: Access
) -> None:
    path = route.replace("{name:path}", "main.js").replace("{", "").replace("}", "")
    # Whatever the answer is, a refusal included.
    assert_headers(await client.get(path), access)
    assert_headers(await client.post(path, content=b"{"), access)


def assert_headers(response: httpx.Response, access: Access) -> None:
    headers = response.headers
    policy = dict(
        part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert policy["frame-ancestors"] == ("*" if access.is_framed else "'self'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == ("no-referrer" if access.is_framed else "same-origin")
    assert headers.get("access-control-allow-origin") == ("*" if access.is_open else None)
    assert "access-control-allow-credentials" not in headers
    assert "set-cookie" not in headers
    assert "x-frame-options" not in headers
    for name in ("content-security-policy", "access-control-allow-origin", "referrer-policy"):
        assert len(headers.get_list(name)) <= 1


@pytest.mark.parametrize("route", [route for route, access in DECISIONS.items() if access.is_open])
async def test_a_preflight_of_a_frame_without_an_origin_is_answered(
    client: httpx.AsyncClient, route: str
) -> None:
    answer = await client.options(
        route,
        headers={
            "Origin": "null",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type,x-have",
        },
    )
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert answer.headers["access-control-allow-headers"] == "Content-Type, X-Have, If-None-Match"
    assert int(answer.headers["access-control-max-age"]) >= 600


async def test_what_is_for_our_own_pages_answers_no_preflight(client: httpx.AsyncClient) -> None:
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
    for path in ("/", "/docs", "/healthz", "/tea"):
        answer = await client.options(path, headers=asked)
        assert answer.status_code in (404, 405)
        assert "access-control-allow-origin" not in answer.headers


async def test_options_without_a_question_is_refused_as_any_other_method(
    client: httpx.AsyncClient,
) -> None:
    assert_problem(await client.options("/api/runs"), 405, "method_not_allowed")


async def test_an_answer_from_a_cache_of_our_own_page_does_for_an_embed_too(
    client: httpx.AsyncClient,
) -> None:
    without = await client.get("/api/kernels")
    kept = await client.get("/api/kernels", headers={"If-None-Match": without.headers["etag"]})
    assert kept.status_code == 304
    assert without.headers["access-control-allow-origin"] == "*"
    assert kept.headers["access-control-allow-origin"] == "*"
    assert "origin" not in without.headers.get("vary", "").lower()


async def test_an_answer_to_an_edit_is_open_too(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/api/runs/bundle", json=default_recipe(), headers={"Origin": "null", "X-Have": "abc"}
    )
    assert answer.status_code == 200
    assert_headers(answer, ASSET)


async def test_even_a_defect_is_told_to_an_embed(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(app.state.samples, "list", fail)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.get("/api/samples")
    assert_problem(answer, 500, "internal_error")
    assert_headers(answer, ASSET)


@pytest.fixture
async def campus() -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(Settings(embed_frame_ancestors="https://moodle.example.edu https://*.a.org"))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://test"
    ) as client:
        yield client
    app.state.limiter.close()


async def test_frames_are_allowed_where_the_settings_say(campus: httpx.AsyncClient) -> None:
    policy = (await campus.get("/embed")).headers["content-security-policy"]
    assert policy.endswith("; frame-ancestors 'self' https://moodle.example.edu https://*.a.org")
    for path in ("/", "/docs", "/static/main.js"):
        policy = (await campus.get(path)).headers["content-security-policy"]
        assert policy.endswith("; frame-ancestors 'self'")


@pytest.mark.parametrize(
    "sources", ["", "*; script-src *", "https://a.example\r\nSet-Cookie: a=b", "https://a.org, b"]
)
def test_a_setting_that_would_end_the_directive_is_refused(sources: str) -> None:
    with pytest.raises(ValidationError):
        Settings(embed_frame_ancestors=sources)


@pytest.mark.parametrize(
    "address",
    [
        *("kernelscope.org", "https://a.org/tools", "https://a.org/", "ftp://a.org"),
        *("https://a b", "https://[", "https://a:b"),
    ],
)
def test_a_public_address_that_is_more_or_less_than_an_origin_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        Settings(public_url=address)
    assert Settings(public_url="https://kernelscope.example.edu:8443").public_url


def test_the_longest_beginning_of_an_address_decides() -> None:
    assert access_of("/embed") is EMBED
    assert access_of("/embed/") is EMBED
    assert access_of("/embed/poster.png") is ASSET
    assert access_of("/embedded") is OWN
    assert access_of("/api/runs/a/b/c") is ASSET
    assert access_of("") is access_of("/") is access_of("/static.js") is OWN
