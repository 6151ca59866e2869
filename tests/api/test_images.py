"""Sending, showing and deleting pictures, and the samples."""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import anyio
import httpx
import numpy as np
import pytest
from fastapi import FastAPI
from PIL import Image

from app.api import uploads
from app.images.decode import picture_id
from app.images.store import ImageStore
from app.main import create_app
from app.settings import Settings
from tests.api.checks import assert_problem
from tests.images import hostile
from tests.images.files import chunk, encoded, photo_file, png_with

pytestmark = pytest.mark.anyio

KILOBYTE = 1024
MAX_BYTES = 1024 * KILOBYTE
PART_HEADERS = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'


@pytest.fixture
def app() -> FastAPI:
    settings = Settings(max_upload_bytes=MAX_BYTES, max_pixels=1_000_000, upload_ttl_seconds=60)
    return create_app(settings)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    # A raised exception fails the test: a 500 must not pass for a refusal.
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client
    app.state.limiter.close()


async def send(
    client: httpx.AsyncClient, data: bytes, name: str = "photo.png", kind: str = "image/png"
) -> httpx.Response:
    return await client.post("/api/images", files={"file": (name, data, kind)})


async def test_a_picture_is_described_when_sent(client: httpx.AsyncClient) -> None:
    before = datetime.now(UTC)
    response = await send(client, photo_file("png"))
    assert response.status_code == 201
    info = response.json()
    assert set(info) == {"id", "width", "height", "channels", "expires_at"}
    assert (info["width"], info["height"], info["channels"]) == (64, 48, 3)
    assert re.fullmatch("[0-9a-f]{64}", info["id"])
    assert response.headers["location"] == f"/api/images/{info['id']}"
    expires_at = datetime.fromisoformat(info["expires_at"])
    assert 58 <= (expires_at - before).total_seconds() <= 65


async def test_the_same_picture_has_the_same_id_and_is_renewed(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    now = 1_800_000_000.0
    app.state.images = ImageStore(2**28, 60, clock=lambda: now)
    first = (await send(client, photo_file("png"))).json()
    now += 30
    second = (await send(client, photo_file("png"), name="another.gif", kind="text/html")).json()
    assert first["id"] == second["id"] == picture_id(photo_file("png"))
    assert first["expires_at"] == "2027-01-15T08:01:00Z"
    assert second["expires_at"] == "2027-01-15T08:01:30Z"
    assert len(app.state.images) == 1


async def test_an_expired_picture_is_unknown(app: FastAPI, client: httpx.AsyncClient) -> None:
    now = 0.0
    app.state.images = ImageStore(2**28, 60, clock=lambda: now)
    info = (await send(client, photo_file("png"))).json()
    assert (await client.get(f"/api/images/{info['id']}")).json()["width"] == 64
    now = 61
    for path in (f"/api/images/{info['id']}", f"/api/images/{info['id']}/picture.png"):
        problem = assert_problem(await client.get(path), 404, "unknown_image")
        assert "send it again" in problem["detail"]
    assert (await send(client, photo_file("png"))).json()["id"] == info["id"]
    assert (await client.get(f"/api/images/{info['id']}")).status_code == 200


async def test_a_deleted_picture_is_unknown(client: httpx.AsyncClient) -> None:
    path = (await send(client, photo_file("png"))).headers["location"]
    response = await client.delete(path)
    assert (response.status_code, response.content) == (204, b"")
    assert_problem(await client.get(path), 404, "unknown_image")
    assert_problem(await client.delete(path), 404, "unknown_image")


async def test_samples_cannot_be_deleted(client: httpx.AsyncClient) -> None:
    assert_problem(await client.delete("/api/images/coffee"), 404, "unknown_image")
    assert (await client.get("/api/images/coffee")).status_code == 200


async def test_an_uploaded_picture_is_shown_upright_and_without_metadata(
    client: httpx.AsyncClient,
) -> None:
    block = Image.Exif()
    block[274] = 6
    block[0x010F] = "Camera maker"
    data = encoded(Image.new("RGB", (30, 20), "red"), "JPEG", exif=block, comment=b"secret")
    info = (await send(client, data)).json()
    assert (info["width"], info["height"]) == (20, 30)
    response = await client.get(f"/api/images/{info['id']}/picture.png")
    assert response.headers["content-type"] == "image/png"
    assert response.headers["cache-control"].startswith("private")
    assert b"secret" not in response.content
    assert b"Camera" not in response.content
    assert Image.open(io.BytesIO(response.content)).size == (20, 30)


async def test_a_shown_picture_is_not_sent_twice(client: httpx.AsyncClient) -> None:
    path = (await send(client, photo_file("png"))).headers["location"] + "/picture.png"
    first = await client.get(path)
    again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_sample_is_described_and_shown_like_an_upload(client: httpx.AsyncClient) -> None:
    info = (await client.get("/api/images/digit_3_0")).json()
    expected = {"id": "digit_3_0", "width": 28, "height": 28, "channels": 1, "expires_at": None}
    assert info == expected
    response = await client.get("/api/images/digit_3_0/picture.png")
    assert Image.open(io.BytesIO(response.content)).size == (28, 28)


@pytest.mark.parametrize(
    "image_id",
    ["tea", "0" * 64, "0" * 63, "A" * 64, "%00", "..", "%2e%2e%2fsecret", "ä", "x" * 3000],
)
async def test_unknown_pictures_are_unknown(client: httpx.AsyncClient, image_id: str) -> None:
    response = await client.get(f"/api/images/{image_id}/picture.png")
    assert response.status_code == 404
    assert response.json()["code"] in {"unknown_image", "not_found"}


async def test_the_samples_are_listed_with_their_credits(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/samples")
    items = response.json()["samples"]
    assert items[0]["id"] == "coffee"
    keys = {"id", "title", "kind", "author", "licence", "source", "alt"}
    keys |= {"width", "height", "channels", "thumbnail"}
    for item in items:
        assert keys <= set(item)
        assert item["kind"] in {"photograph", "teaching", "digits"}
    again = await client.get("/api/samples", headers={"If-None-Match": response.headers["etag"]})
    assert again.status_code == 304


async def test_every_listed_thumbnail_exists_and_never_changes(client: httpx.AsyncClient) -> None:
    for item in (await client.get("/api/samples")).json()["samples"]:
        response = await client.get(item["thumbnail"])
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]
        side = min(154, item["width"], item["height"])
        assert Image.open(io.BytesIO(response.content)).size == (side, side)


async def test_a_thumbnail_that_was_made_before_needs_no_worker(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    path = "/api/samples/cat/thumbnail.png"
    first = await client.get(path)
    app.state.limiter.pending = app.state.limiter.capacity
    assert (await client.get(path)).content == first.content
    assert_problem(await client.get(path + "?side=20"), 503, "busy")


async def test_a_thumbnail_may_be_smaller(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/samples/cat/thumbnail.png?side=48")
    assert Image.open(io.BytesIO(response.content)).size == (48, 48)


@pytest.mark.parametrize("side", ["0", "385", "x", "-1", "1e9", ""])
async def test_an_impossible_thumbnail_is_refused(client: httpx.AsyncClient, side: str) -> None:
    response = await client.get(f"/api/samples/cat/thumbnail.png?side={side}")
    assert_problem(response, 422, "invalid_request", field="side")


async def test_one_sample_is_described(client: httpx.AsyncClient) -> None:
    item = (await client.get("/api/samples/digit_7_0")).json()
    assert (item["title"], item["licence"]) == ("Digit 7", "CC BY-SA 3.0")
    assert_problem(await client.get("/api/samples/tea"), 404, "unknown_image")
    response = await client.get("/api/samples/tea/thumbnail.png")
    assert_problem(response, 404, "unknown_image")


async def test_a_pdf_is_refused_by_name_and_with_advice(client: httpx.AsyncClient) -> None:
    response = await send(client, b"%PDF-1.7\n", name="lab-report.pdf", kind="image/png")
    problem = assert_problem(response, 415, "unsupported_image", field="file")
    assert problem["detail"].startswith("lab-report.pdf is a PDF document. Kernelscope reads PNG,")
    assert problem["allowed"] == ["PNG", "JPEG", "GIF", "WebP", "BMP", "TIFF", "AVIF"]


async def test_a_damaged_picture_is_refused(client: httpx.AsyncClient) -> None:
    response = await send(client, photo_file("png")[:-30])
    assert_problem(response, 422, "damaged_image", field="file")


async def test_an_empty_file_is_refused(client: httpx.AsyncClient) -> None:
    response = await send(client, b"")
    problem = assert_problem(response, 422, "damaged_image", field="file")
    assert "photo.png is empty." in problem["detail"]


async def test_too_many_pixels_are_refused(client: httpx.AsyncClient) -> None:
    response = await send(client, encoded(Image.new("1", (1001, 1000)), "PNG"))
    problem = assert_problem(response, 422, "too_much_work", field="file")
    assert problem["allowed"] == {"maximum": 1_000_000}


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd",
        "<script>alert(1)</script>.png",
        'a".png',
        "a\u202egnp.exe",
        "x" * 10_000,
        "ä ö.png",
        "a\x00b.png",
    ],
)
async def test_hostile_names_are_not_repeated(client: httpx.AsyncClient, name: str) -> None:
    response = await send(client, b"%PDF-1.7\n", name=name)
    problem = assert_problem(response, 415, "unsupported_image", field="file")
    subject = problem["detail"].split(" is a PDF document.")[0]
    assert len(subject) <= 60
    assert not re.search(r'[<>"\x00-\x1f\u202e/\\]', subject)
    assert (await send(client, photo_file("png"), name=name)).status_code == 201


async def test_a_body_without_a_file_is_refused(client: httpx.AsyncClient) -> None:
    for files in ({"picture": ("a.png", b"x")}, {"file": (None, b"just text")}):
        response = await client.post("/api/images", files=files)
        problem = assert_problem(response, 422, "invalid_request", field="file")
        assert 'in the field "file"' in problem["detail"]


async def test_two_files_are_refused(client: httpx.AsyncClient) -> None:
    part = ("a.png", photo_file("png"), "image/png")
    response = await client.post("/api/images", files=[("file", part), ("file", part)])
    assert_problem(response, 422, "invalid_request", field="file")


@pytest.mark.parametrize(
    "kind", ["image/png", "application/json", "", "multipart/mixed; boundary=x", "\xff"]
)
async def test_other_content_types_are_refused(client: httpx.AsyncClient, kind: str) -> None:
    headers = {b"content-type": kind.encode("latin-1")}
    response = await client.post("/api/images", content=photo_file("png"), headers=headers)
    assert_problem(response, 415, "unsupported_image", field="file")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=", b"--\r\n"),
        ("multipart/form-data; boundary=x", b"nonsense"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n\r\n--x--"),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data\r\n\r\n\r\n--x--",
        ),
        ("multipart/form-data; boundary=x", b"--x\r\n" + b"A: b\r\n" * 5000 + b"\r\n--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\n" + b"A" * 50_000),
        ("multipart/form-data; boundary=" + "x" * 5000, b"--x\r\n"),
    ],
)
async def test_malformed_bodies_are_refused(
    client: httpx.AsyncClient, kind: str, body: bytes
) -> None:
    response = await client.post("/api/images", content=body, headers={"content-type": kind})
    assert_problem(response, 422, "invalid_request", field="file")


async def test_other_fields_are_ignored(client: httpx.AsyncClient) -> None:
    files = {"note": (None, b"for my class"), "file": ("a.png", photo_file("png"))}
    assert (await client.post("/api/images", files=files)).status_code == 201
    many = [("note", (None, b"x"))] * 20 + [("file", ("a.png", photo_file("png")))]
    response = await client.post("/api/images", files=many)
    assert_problem(response, 422, "invalid_request", field="file")


async def test_a_body_that_ends_within_the_file_is_refused(client: httpx.AsyncClient) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    body = PART_HEADERS + photo_file("png")
    response = await client.post("/api/images", content=body, headers=headers)
    problem = assert_problem(response, 422, "invalid_request", field="file")
    assert "ends too early" in problem["detail"]


class Body:
    """A body that counts how much of it was read."""

    def __init__(self, megabytes: int) -> None:
        self.megabytes = megabytes
        self.read = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield PART_HEADERS
        for _ in range(self.megabytes * 16):
            self.read += 64 * KILOBYTE
            yield bytes(64 * KILOBYTE)
        yield b"\r\n--x--\r\n"


@pytest.mark.parametrize("announced", [None, "10", "0", "999999999999", "9" * 5000, "-5", "many"])
async def test_too_many_bytes_are_refused_while_they_stream_in(
    app: FastAPI, announced: str | None
) -> None:
    body = Body(megabytes=20)
    headers = [(b"content-type", b"multipart/form-data; boundary=x")]
    if announced is not None:
        headers.append((b"content-length", announced.encode()))
    answer = await raw_request(app, headers, body)
    assert answer.status_code == 413
    assert_problem(answer, 413, "too_large", field="file")
    assert body.read <= MAX_BYTES + 3 * 64 * KILOBYTE
    app.state.limiter.close()


async def raw_request(
    app: FastAPI, headers: list[tuple[bytes, bytes]], body: Body
) -> httpx.Response:
    """Send a body with any headers, even impossible ones, straight to the application."""
    parts = body.__aiter__()
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        try:
            return {"type": "http.request", "body": await anext(parts), "more_body": True}
        except StopAsyncIteration:
            return {"type": "http.request", "body": b"", "more_body": False}

    async def keep(message: Any) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/api/images",
        "raw_path": b"/api/images",
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("test", 80),
    }
    await app(scope, receive, keep)
    content = b"".join(message.get("body", b"") for message in sent[1:])
    return httpx.Response(sent[0]["status"], headers=sent[0]["headers"], content=content)


async def test_a_file_just_above_the_limit_is_refused_by_name(client: httpx.AsyncClient) -> None:
    data = photo_file("bmp")
    assert (await send(client, data + bytes(MAX_BYTES - len(data)))).status_code == 201
    response = await send(client, data + bytes(MAX_BYTES - len(data) + 1), name="big.bmp")
    problem = assert_problem(response, 413, "too_large", field="file")
    assert problem["detail"].startswith("big.bmp is larger than 1 MB.")


async def test_a_body_that_trickles_is_given_up(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "UPLOAD_TIMEOUT_SECONDS", 0.05)

    class Slow(Body):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield PART_HEADERS
            await anyio.sleep(5)

    headers = [(b"content-type", b"multipart/form-data; boundary=x")]
    assert_problem(await raw_request(app, headers, Slow(1)), 408, "body_timeout")
    app.state.limiter.close()


async def test_uploads_never_touch_the_disk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise AssertionError("a temporary file was opened")

    for name in ("TemporaryFile", "NamedTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, refuse)
    app = create_app(Settings())
    random = np.random.default_rng(0).integers(0, 256, (1000, 1000, 3), np.uint8)
    data = encoded(Image.fromarray(random), "PNG")
    assert len(data) > 2 * 1024 * KILOBYTE, "larger than Starlette keeps in memory"
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://test"
    ) as client:
        assert (await send(client, data)).status_code == 201
    app.state.limiter.close()


async def test_a_full_queue_is_answered_with_retry_after() -> None:
    app = create_app(Settings(workers=1, queue_length=0))
    app.state.limiter.pending = 1
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://test"
    ) as client:
        response = await send(client, photo_file("png"))
        assert_problem(response, 503, "busy")
        assert int(response.headers["retry-after"]) >= 1
    app.state.limiter.close()


async def test_the_store_makes_room_for_new_pictures() -> None:
    app = create_app(Settings(upload_store_bytes=12 * 1024 * KILOBYTE))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://test"
    ) as client:
        for number in range(6):
            data = png_with(chunk(b"tEXt", b"Number\0%d" % number))
            assert (await send(client, data)).status_code == 201
        assert 1 <= len(app.state.images) < 6
        assert app.state.images.nbytes <= 12 * 1024 * KILOBYTE
    app.state.limiter.close()


@pytest.mark.parametrize(
    "family", [family for family in hostile.FAMILIES if family is not hostile.flipped]
)
async def test_hostile_files_are_answered_below_500(family: Any) -> None:
    app = create_app(Settings())
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://test"
    ) as client:
        for name, data in list(family())[::4]:
            response = await send(client, data, name=name)
            if response.status_code == 201:
                assert response.json()["width"] >= 1
            else:
                code = response.json()["code"]
                assert_problem(response, response.status_code, code, field="file")
                assert response.status_code in {413, 415, 422}
    app.state.limiter.close()


async def test_health_is_answered_while_pictures_are_decoded(client: httpx.AsyncClient) -> None:
    data = encoded(Image.new("L", (990, 990)), "PNG")
    async with anyio.create_task_group() as tasks:
        for number in range(6):
            tasks.start_soon(send, client, data + bytes(number))
        with anyio.fail_after(5):
            assert (await client.get("/healthz")).status_code == 200
