"""Every refusal has one shape, its own code, and the status that the documentation names."""

from __future__ import annotations

import asyncio
import base64
import copy
import json
import threading
import time
import zlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import httpx
import orjson
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app.api import bodies
from app.api.runs import Run
from app.main import create_app
from app.numerics import ShapeError
from app.pipeline.defaults import default_recipe
from app.settings import Settings
from tests.api.checks import assert_problem
from tests.api.test_runs import SMALL, manifest_of, stage_url

pytestmark = pytest.mark.anyio

RUN = "/api/runs/" + "0" * 32


def with_setting(index: int, **changes: Any) -> dict[str, Any]:
    recipe = copy.deepcopy(SMALL)
    recipe["stages"][index] |= changes
    return recipe


@pytest.mark.parametrize("path", ["/api/runs", "/api/runs/bundle"])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"not json",
        b"\xff\xfe",
        b'{"stages": NaN}',
        b'{"stages": Infinity}',
        b'{"stages": [-Infinity]}',
        b'{"stages": 1e999}',
        b"[" * 100_000,
        b'{"a":' * 2000 + b"1" + b"}" * 2000,
        b"9" * 5000,
    ],
    ids=lambda body: repr(body[:16]),
)
async def test_what_is_not_finite_json_is_invalid_json(
    client: httpx.AsyncClient, path: str, body: bytes
) -> None:
    assert_problem(await client.post(path, content=body), 422, "invalid_json")


@pytest.mark.parametrize(
    ("recipe", "field"),
    [
        ([], ""),
        ({}, "input"),
        ({"input": {"image": "coffee"}}, "stages"),
        ({"input": {"image": ["coffee"]}, "stages": []}, "input.image"),
        ({"input": {"pixels": [[1e39]]}, "stages": []}, "input.pixels"),
        ({"input": {"pixels": []}, "stages": []}, "input.pixels"),
        ({**SMALL, "version": 2}, "version"),
        ({**SMALL, "extra": 1}, "extra"),
        (with_setting(0, stride=0), "stages[0].stride"),
        (with_setting(0, strides=1), "stages[0].strides"),
        (with_setting(0, weight=[[[[1e39]]]]), "stages[0].weight"),
        (with_setting(0, weight=[[[["1"]]]]), "stages[0].weight"),
        (with_setting(0, bias=[1, 2]), "stages[0].bias"),
        (with_setting(0, groups=7), "stages[0].groups"),
        (with_setting(1, op="convolve"), "stages[1].op"),
        (with_setting(1, inputs=["later"]), "stages[1].inputs"),
        (with_setting(1, id="conv1"), "stages[1].id"),
        (with_setting(1, kernel_size=[3, 3]), "stages[1].kernel_size"),
    ],
    ids=str,
)
async def test_a_recipe_that_cannot_work_is_refused_at_the_field(
    client: httpx.AsyncClient, recipe: Any, field: str
) -> None:
    for path in ("/api/runs", "/api/runs/bundle"):
        response = await client.post(path, content=orjson.dumps(recipe))
        assert_problem(response, 422, "invalid_request", field=field)


async def test_a_refused_recipe_comes_with_a_fix_that_works(client: httpx.AsyncClient) -> None:
    recipe = with_setting(1, kernel_size=[3, 3])
    response = await client.post("/api/runs", json=recipe)
    content = assert_problem(response, 422, "invalid_request", field="stages[1].kernel_size")
    recipe["stages"][1] |= content["fix"]["changes"]
    assert (await client.post("/api/runs", json=recipe)).status_code == 200


async def test_an_unknown_picture_is_named(client: httpx.AsyncClient) -> None:
    for image in ("tea", "0" * 64):
        recipe = {"input": {"image": image}, "stages": []}
        response = await client.post("/api/runs", json=recipe)
        assert_problem(response, 404, "unknown_image", field="input.image")


async def test_too_much_work_is_refused_before_it_is_done() -> None:
    app = create_app(Settings(max_multiply_adds=10_000_000, max_stages=8))
    transport = httpx.ASGITransport(app)
    stage = {"op": "conv", "kernel_size": 3, "padding": "same", "filters": [{"seed": 1}] * 16}
    coffee = {"image": "coffee", "size": 192}
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        recipe = {"input": coffee, "stages": [{"id": "conv1", **stage}]}
        response = await client.post("/api/runs", json=recipe)
        content = assert_problem(response, 422, "too_much_work", field=response.json()["field"])
        assert "10,000,000" in content["detail"]
        recipe["input"] = coffee | content["fix"]["changes"]
        assert (await client.post("/api/runs", json=recipe)).status_code == 200
        stages = [{"id": f"relu{index}", "op": "activation"} for index in range(9)]
        many = await client.post("/api/runs", json={"input": coffee, "stages": stages})
        assert_problem(many, 422, "too_much_work", field="stages")
    app.state.limiter.close()


async def test_a_body_is_counted_whatever_its_length_claims() -> None:
    app = create_app(Settings(max_recipe_bytes=2000))
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 1_000_000:
            sent += 500
            yield b" " * 500

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        streamed = await client.post("/api/runs", content=endless())
        assert_problem(streamed, 413, "too_large")
        assert sent <= 3000
        lying = await client.post("/api/runs", content=b" " * 3000, headers={"Content-Length": "5"})
        assert_problem(lying, 413, "too_large")
        announced = await client.post(
            "/api/runs/bundle", content=b"{}", headers={"Content-Length": "3000000000"}
        )
        assert_problem(announced, 413, "too_large")
    app.state.limiter.close()


async def test_a_body_that_trickles_is_given_up(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "BODY_TIMEOUT_SECONDS", 0.05)

    async def trickle() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(5)
        yield b"}"

    started = time.monotonic()
    response = await client.post("/api/runs", content=trickle())
    assert_problem(response, 408, "body_timeout")
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("stage", ["conv9", "..", "%00", "a" * 3000, "input.", "ðŸ±"])
@pytest.mark.parametrize("name", ["output.safetensors", "output.npy", "output.png", "cell"])
async def test_a_stage_that_the_run_has_not_is_not_found(
    client: httpx.AsyncClient, stage: str, name: str
) -> None:
    url = stage_url(await manifest_of(client, SMALL), "conv1", name, "channel=0&row=0&column=0")
    response = await client.get(url.replace("/conv1/", f"/{stage}/"))
    assert_problem(response, 404, "not_found", field=None if stage == ".." else "stage")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("channel=0&row=0", "column"),
        ("channel=x&row=0&column=0", "channel"),
        ("channel=0&row=1.5&column=0", "row"),
        ("channel=0&row=&column=0", "row"),
        ("channel=1&row=0&column=0", "channel"),
        ("channel=0&row=-1&column=0", "row"),
        ("channel=0&row=0&column=2", "column"),
        (f"channel=0&row={10**30}&column=0", "row"),
    ],
)
async def test_a_cell_outside_the_map_is_refused_at_the_number(
    client: httpx.AsyncClient, query: str, field: str
) -> None:
    url = stage_url(await manifest_of(client, SMALL), "conv1", "cell", query)
    assert_problem(await client.get(url), 422, "invalid_request", field=field)


@pytest.mark.parametrize(
    ("name", "query", "field"),
    [
        ("output.safetensors", "format=xml", "format"),
        ("output.png", "theme=sepia", "theme"),
        ("output.png", "channel=4", "channel"),
        ("output.png", "channel=-1", "channel"),
    ],
)
async def test_a_form_that_there_is_not_is_refused(
    client: httpx.AsyncClient, name: str, query: str, field: str
) -> None:
    url = stage_url(await manifest_of(client, SMALL), "conv1", name, query)
    assert_problem(await client.get(url), 422, "invalid_request", field=field)


@pytest.mark.parametrize("full", ["conv1:x", "conv1:-1", ":", "conv1:²", "Conv1", "conv1,conv1:"])
async def test_what_is_not_the_name_of_a_map_is_refused(
    client: httpx.AsyncClient, full: str
) -> None:
    response = await client.post("/api/runs/bundle", params={"full": full}, json=SMALL)
    assert_problem(response, 422, "invalid_request", field="full")
    url = (await manifest_of(client, SMALL))["stages"][1]["output"]
    url = url.replace("stages/conv1/output", "bundle")
    for accepted in ("identity", "gzip"):
        response = await client.get(
            f"{url}&full={quote(full)}", headers={"Accept-Encoding": accepted}
        )
        assert_problem(response, 422, "invalid_request", field="full")


@pytest.mark.parametrize("packed", ["!", "abc", "eNp", "%00", "é", "a" * 6000, "eJwDAAAAAAE"])
async def test_a_damaged_recipe_in_an_address_is_refused(
    client: httpx.AsyncClient, packed: str
) -> None:
    response = await client.get(f"{RUN}/bundle.safetensors?recipe={packed}")
    assert response.json()["code"] in ("invalid_request", "invalid_json")
    assert_problem(response, 422, response.json()["code"], field=response.json().get("field"))


async def test_a_recipe_that_unpacks_to_gigabytes_is_refused_at_once(
    client: httpx.AsyncClient,
) -> None:
    packed = base64.urlsafe_b64encode(zlib.compress(b" " * 30_000_000, 9)).decode()
    response = await client.get(f"{RUN}/bundle.safetensors?recipe={packed}")
    assert_problem(response, 422, "invalid_request", field="recipe")


async def test_values_too_many_to_read_are_refused_as_json(client: httpx.AsyncClient) -> None:
    filters = [{"seed": index} for index in range(64)]
    stage = {"id": "conv1", "op": "conv", "kernel_size": 1, "filters": filters}
    recipe = {"input": {"image": "coffee", "size": 192}, "stages": [stage]}
    manifest = await manifest_of(client, recipe)
    readable = stage_url(manifest, "conv1", "output.safetensors", "format=json")
    assert_problem(await client.get(readable), 422, "too_much_work", field="format")


async def test_unknown_addresses_and_methods_are_refused_in_the_same_shape(
    client: httpx.AsyncClient,
) -> None:
    for path in ("/tea", "/api", "/api/runs/x", "/redoc", "/api/runs/bundle/x"):
        assert_problem(await client.get(path), 404, "not_found")
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        response = await client.request(method, "/api/runs")
        assert_problem(response, 405, "method_not_allowed")
        assert response.headers["allow"] == "POST"


async def test_a_defect_of_ours_is_told_without_its_insides(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Any, **options: Any) -> dict[str, Any]:
        raise RuntimeError("secret")

    monkeypatch.setattr("app.pipeline.trace.Trace.manifest", broken)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as careful:
        response = await careful.post("/api/runs", json=SMALL)
    content = assert_problem(response, 500, "internal_error")
    assert "secret" not in str(content)


async def test_a_shape_error_of_the_engine_is_refused(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def misshapen(*arguments: Any, **options: Any) -> None:
        raise ShapeError("kernel_size 7 spans 7 cells, but the padded input has 5 rows")

    monkeypatch.setattr("app.api.runs.execute", misshapen)
    assert_problem(await client.post("/api/runs", json=SMALL), 422, "shape_error")


async def test_a_body_that_is_broken_off_is_not_a_failure_of_ours() -> None:
    app = create_app(Settings())
    sent: list[Any] = []

    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        **{"type": "http", "http_version": "1.1", "method": "POST", "scheme": "http"},
        **{"path": "/api/runs", "raw_path": b"/api/runs", "query_string": b"", "headers": []},
        **{"client": ("127.0.0.1", 1), "server": ("test", 80), "root_path": ""},
    }
    await app(scope, receive, send)
    assert sent[0]["status"] == 422
    app.state.limiter.close()


@pytest.fixture
async def busy() -> AsyncIterator[tuple[httpx.AsyncClient, FastAPI]]:
    """Serve with one worker that computes until the test is over, and no queue."""
    app = create_app(Settings(workers=1, queue_length=0))
    gate = threading.Event()
    held = asyncio.create_task(app.state.limiter.run(gate.wait, 20))
    await asyncio.sleep(0.01)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client, app
    gate.set()
    await held
    app.state.limiter.close()


async def test_a_full_queue_refuses_large_runs_and_says_when_to_come_again(
    busy: tuple[httpx.AsyncClient, FastAPI],
) -> None:
    client, _ = busy
    response = await client.post("/api/runs", json=default_recipe())
    assert_problem(response, 503, "busy")
    assert response.headers["retry-after"] == "1"


async def test_health_and_small_edits_stay_fast_while_the_workers_are_busy(
    busy: tuple[httpx.AsyncClient, FastAPI],
) -> None:
    client, _ = busy
    times = []
    for _ in range(20):
        started = time.perf_counter()
        assert (await client.get("/healthz")).json()["status"] == "ok"
        assert (await client.post("/api/runs", json=SMALL)).status_code == 200
        times.append(time.perf_counter() - started)
    assert sorted(times)[10] < 0.1


async def test_a_server_that_starts_or_is_full_is_alive_but_not_ready(
    busy: tuple[httpx.AsyncClient, FastAPI],
) -> None:
    client, app = busy
    assert_problem(await client.get("/readyz"), 503, "not_ready")
    app.state.is_ready = True
    assert_problem(await client.get("/readyz"), 503, "busy")
    assert (await client.get("/healthz")).status_code == 200


async def test_a_started_server_is_ready(app: FastAPI, client: httpx.AsyncClient) -> None:
    async with app.router.lifespan_context(app):
        assert (await client.get("/readyz")).json() == {"status": "ready", "pending": 0}
    assert_problem(await client.get("/readyz"), 503, "not_ready")


def test_a_run_writes_addresses_with_and_without_its_recipe() -> None:
    run = Run("f" * 32, None, "abc")  # type: ignore[arg-type]
    assert run.url("x", query="a=b") == f"/api/runs/{'f' * 32}/x?a=b&recipe=abc"
    assert Run("f" * 32, None, None).url("x") == f"/api/runs/{'f' * 32}/x"  # type: ignore[arg-type]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**70) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
_PLACES = st.lists(st.sampled_from(["input", "stages", 0, 1, 2, "filters", "weight"]), max_size=4)
_NAMES = st.sampled_from(
    "id op inputs filters weight bias stride padding kernel_size kind size image pixels function "
    "groups dilation padding_mode mix seed".split()
)


def mutated(places: list[Any], name: Any, value: Any) -> dict[str, Any]:
    """Put anything anywhere into a recipe that works."""
    recipe = default_recipe()
    recipe["input"]["size"] = 28
    target: Any = recipe
    for place in places:
        try:
            target = target[place]
        except (KeyError, IndexError, TypeError):
            break
    if isinstance(target, dict):
        target[name] = value
    elif isinstance(target, list) and target:
        target[0] = value
    return recipe


@hypothesis_settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=_PLACES, name=_NAMES | st.text(max_size=5), value=_JSON)
async def test_no_recipe_whatsoever_is_a_failure_of_the_server(
    client: httpx.AsyncClient, places: list[Any], name: str, value: Any
) -> None:
    # The standard library writes NaN and Infinity, as careless clients do.
    body = json.dumps(mutated(places, name, value)).encode()
    for path in ("/api/runs", "/api/runs/bundle?full=conv1,pool1"):
        response = await client.post(path, content=body)
        if response.status_code != 200:
            content = response.json()
            assert_problem(response, content["status"], content["code"], field=content.get("field"))
            assert content["status"] in (404, 422)
