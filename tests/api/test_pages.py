"""The page starts with everything it needs, and the documentation works without a network."""

from __future__ import annotations

import html
import json
import re
import shlex
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from jinja2 import DictLoader, Environment

from app import __version__
from app.api import run_examples
from app.api.documentation import endpoints
from app.api.schemas import PROBLEMS
from app.main import create_app
from app.pipeline.defaults import default_recipe
from app.settings import Settings
from tests.api.checks import assert_problem
from tests.api.test_runs import bundle_of

pytestmark = pytest.mark.anyio


def boot_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script [^>]*type="application/json"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found, "the page has no boot JSON"
    content: dict[str, Any] = json.loads(found[1])
    return content


def is_excerpt(example: Any, actual: Any, *, name: str = "") -> bool:
    """Tell whether an example is the beginning of an answer; ids and addresses may differ."""
    if name in ("key", "output", "run", "engine") and isinstance(example, str):
        return isinstance(actual, str)
    if isinstance(example, dict):
        return isinstance(actual, dict) and all(
            key in actual and is_excerpt(value, actual[key], name=key)
            for key, value in example.items()
        )
    if isinstance(example, list):
        return (
            isinstance(actual, list)
            and len(example) <= len(actual)
            and all(map(is_excerpt, example, actual))
        )
    return bool(example == actual)


async def test_the_page_carries_lists_limits_and_the_default_recipe(
    client: httpx.AsyncClient,
) -> None:
    response = await client.get("/")
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-cache"
    boot = boot_of(response.text)
    assert boot["recipe"] == default_recipe()
    assert "coffee" in [sample["id"] for sample in boot["samples"]]
    assert "sobel_x" in [kernel["name"] for kernel in boot["kernels"]]
    assert [operation["name"] for operation in boot["operations"]][:2] == ["conv", "activation"]
    assert boot["limits"]["max_upload_bytes"] == 10 * 1024 * 1024


async def test_links_name_the_public_address_where_there_is_one(client: httpx.AsyncClient) -> None:
    assert "origin" not in boot_of((await client.get("/")).text)
    public = create_app(Settings(public_url="https://kernelscope.example.edu"))
    transport = httpx.ASGITransport(public)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as other:
        assert boot_of((await other.get("/")).text)["origin"] == "https://kernelscope.example.edu"
    public.state.limiter.close()


async def test_the_bundle_that_the_page_names_is_the_default_run(
    client: httpx.AsyncClient,
) -> None:
    boot = boot_of((await client.get("/")).text)
    manifest, tensors = bundle_of(await client.get(boot["bundle"]))
    stages = {stage["id"]: stage["maps"] for stage in manifest["stages"]}
    for stage in ("input", "conv1", "relu1", "pool1"):
        assert f"values.{stages[stage][0]['key']}" in tensors
    for maps in stages.values():
        for entry in maps:
            forms = {f"{form}.{entry['key']}" for form in ("preview", "values")}
            assert len(forms & tensors.keys()) == 1


async def test_every_module_that_the_page_preloads_is_served_as_javascript(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.get("/")).text
    modules = re.findall(r'rel="modulepreload" href="([^"]+)"', page)
    assert "/static/main.js" in modules
    for module in modules:
        response = await client.get(module)
        assert response.status_code == 200, module
        assert response.headers["content-type"].startswith("text/javascript")


async def test_an_unchanged_page_is_not_sent_again(client: httpx.AsyncClient) -> None:
    for path in ("/", "/docs", "/api/operations", "/api/kernels"):
        first = await client.get(path)
        again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b""), path


async def test_boot_json_cannot_end_its_script_element(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = [{"id": "x", "title": "</script><script>alert(1)</script><!--"}]
    monkeypatch.setattr(app.state.samples, "list", lambda: hostile)
    page = (await client.get("/")).text
    assert "alert(1)" in page
    assert "<script>alert(1)" not in page
    assert boot_of(page)["samples"] == hostile


async def test_without_the_page_the_way_to_the_interface_is_shown(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    app.state.templates = Environment(loader=DictLoader({}), autoescape=True)
    response = await client.get("/")
    assert response.status_code == 200
    assert "/docs" in response.text


async def test_text_is_compressed_and_tensors_are_not(client: httpx.AsyncClient) -> None:
    for path in ("/", "/docs", "/openapi.json", "/api/operations"):
        assert (await client.get(path)).headers["content-encoding"] == "gzip", path
    bundle = await client.post("/api/runs/bundle", json=default_recipe())
    assert "content-encoding" not in bundle.headers
    # What is compressed inside would only keep others waiting.
    saved = await client.post("/api/scenes/html", json={"recipe": default_recipe()})
    assert "content-encoding" not in saved.headers


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/healthz", "/openapi.json", "/api/samples", "/api/samples/coffee"]
)
async def test_head_gives_the_headers_of_get(client: httpx.AsyncClient, path: str) -> None:
    got, asked = await client.get(path), await client.head(path)
    assert (asked.status_code, asked.content) == (200, b"")
    for name in ("content-type", "etag", "cache-control", "content-security-policy"):
        assert asked.headers.get(name) == got.headers.get(name)


async def test_head_of_what_has_no_get_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.head("/api/runs")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_every_answer_carries_the_security_headers(client: httpx.AsyncClient) -> None:
    for path in ("/", "/docs", "/static/styles/docs.css", "/healthz", "/tea"):
        headers = (await client.get(path)).headers
        policy = headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "object-src 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


async def test_the_documentation_loads_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    page = (await client.get("/docs")).text
    loaded = re.findall(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="([^"]+)"', page)
    files = [name for name in loaded if not name.startswith("data:")]
    assert files == ["/static/styles/docs.css"]
    assert (await client.get(files[0])).status_code == 200
    assert "<script" not in page
    assert " style=" not in page
    assert_problem(await client.get("/redoc"), 404, "not_found")


async def test_the_documentation_shows_every_endpoint_with_parameters_and_refusals(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    page = html.unescape((await client.get("/docs")).text)
    described = endpoints(app.openapi(), base_url="http://test")
    assert len(described) >= 15
    for endpoint in described:
        assert endpoint.path in page
        assert endpoint.summary
        assert endpoint.summary in page
        assert endpoint.description
        assert endpoint.request in page
        assert endpoint.answers, endpoint.path
        for parameter in endpoint.parameters:
            assert parameter.description, (endpoint.path, parameter.name)
            assert parameter.description in page
        for refusal in endpoint.refusals:
            assert refusal.code in PROBLEMS
        if endpoint.parameters or endpoint.body_example:
            assert endpoint.refusals, endpoint.path


async def test_every_code_of_a_refusal_is_documented_somewhere(app: FastAPI) -> None:
    described = endpoints(app.openapi(), base_url="http://test")
    documented = {refusal.code for endpoint in described for refusal in endpoint.refusals}
    # What has no endpoint of its own: wrong methods.
    assert PROBLEMS.keys() - documented <= {"method_not_allowed"}


async def test_the_openapi_description_resolves_and_names_problems(
    client: httpx.AsyncClient,
) -> None:
    text = (await client.get("/openapi.json")).text
    description = json.loads(text)
    assert description["info"]["version"] == __version__
    for reference in set(re.findall(r'"\$ref":"#/components/schemas/(\w+)"', text)):
        assert reference in description["components"]["schemas"], reference
    assert "Problem" in description["components"]["schemas"]
    assert "HTTPValidationError" not in text


async def test_the_documented_example_is_what_the_server_answers(
    client: httpx.AsyncClient,
) -> None:
    manifest = (await client.post("/api/runs", json=run_examples.RECIPE)).json()
    example = run_examples.MANIFEST
    actual = {stage["id"]: stage for stage in manifest["stages"]}
    for stage in example["stages"]:
        assert is_excerpt(stage, actual[stage["id"]])
    assert is_excerpt(example["recipe"], manifest["recipe"])
    url = actual["conv1"]["output"]
    cell = url.replace("output.safetensors", "cell") + "&channel=0&row=10&column=20"
    assert is_excerpt(run_examples.CELL, (await client.get(cell)).json())
    assert is_excerpt(run_examples.OUTPUT, (await client.get(url + "&format=json")).json())


async def test_the_documented_requests_are_understood(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    for endpoint in endpoints(app.openapi(), base_url="http://test"):
        words = shlex.split(endpoint.request)
        address = next(word for word in words if word.startswith("http"))
        if endpoint.body_example:
            content = json.loads(endpoint.body_example)
            assert (await client.post(address, json=content)).status_code == 200
        elif endpoint.method == "GET" and "{" not in endpoint.path:
            response = await client.get(address)
            assert response.status_code in (200, 503), endpoint.path


async def test_operations_and_kernels_answer_their_lists(client: httpx.AsyncClient) -> None:
    operations = (await client.get("/api/operations")).json()["operations"]
    assert {"conv", "activation", "pool"} <= {operation["name"] for operation in operations}
    kernels = (await client.get("/api/kernels")).json()["kernels"]
    sobel = next(kernel for kernel in kernels if kernel["name"] == "sobel_x")
    assert sobel["weight"] == [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    assert sobel["size"] == [3, 3]
    assert all(kernel["label"] and kernel["help"] and kernel["group"] for kernel in kernels)


def test_the_reading_of_an_example_notices_a_difference() -> None:
    assert is_excerpt({"a": [1]}, {"a": [1, 2], "b": 3})
    assert not is_excerpt({"a": [2]}, {"a": [1, 2]})
    assert not is_excerpt({"a": [1, 2]}, {"a": [1]})
