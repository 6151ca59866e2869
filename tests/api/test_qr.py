"""A code holds exactly the text that was asked for, and nothing a hostile text wishes for."""

from __future__ import annotations

import re
from urllib.parse import quote

import httpx
import numpy as np
import numpy.typing as npt
import pytest
import segno

from app.api.qr_code import MOST_BYTES, QUIET_ZONE, qr_svg
from tests.api.checks import assert_problem

pytestmark = pytest.mark.anyio

LINK = "https://kernelscope.example/?image=camera&kernel=sobel-x&stride=2&cell=50,70&step=4676"


def modules_of(drawing: str) -> npt.NDArray[np.uint8]:
    """Paint the bars of a drawing: 1 where a module is dark."""
    found = re.fullmatch(
        r'<svg xmlns="http://www\.w3\.org/2000/svg" width="(\d+)" height="\1" '
        r'viewBox="0 0 \1 \1" shape-rendering="crispEdges">'
        r'<path fill="#fff" d="M0 0h\1v\1H0z"/><path d="([Mhvz\d\- ]+)"/></svg>',
        drawing,
    )
    assert found, drawing[:300]
    side = int(found[1])
    modules = np.zeros((side, side), dtype=np.uint8)
    bars = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", found[2])
    assert "".join("M{} {}h{}v1h-{}z".format(*bar) for bar in bars) == found[2]
    for column, row, length, back in bars:
        assert length == back
        modules[int(row), int(column) : int(column) + int(length)] = 1
    return modules


def read(modules: npt.NDArray[np.uint8]) -> str:
    """Read a code as a phone would: from its picture."""
    cv2 = pytest.importorskip("cv2")
    picture = np.kron(1 - modules, np.full((8, 8), 255, dtype=np.uint8))
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(picture)
    return str(text)


async def drawing_of(client: httpx.AsyncClient, text: str) -> str:
    response = await client.get(f"/api/qr.svg?text={quote(text, safe='')}")
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "image/svg+xml"
    return response.text


@pytest.mark.parametrize(
    "text",
    [LINK, "https://kernelscope.example/#v1=" + "q1YqS00qVrJSSlSqBQA" * 12, "Grüße, π ≈ 3", "7"],
)
async def test_a_reader_finds_the_text_that_was_asked_for(
    client: httpx.AsyncClient, text: str
) -> None:
    assert read(modules_of(await drawing_of(client, text))) == text


@pytest.mark.parametrize(
    ("length", "level"), [(30, "q"), (200, "m"), (2331, "m"), (2332, "l"), (MOST_BYTES, "l")]
)
async def test_every_module_is_the_librarys_at_the_level_that_fits(
    client: httpx.AsyncClient, length: int, level: str
) -> None:
    text = LINK[:8] + "a" * (length - 8)
    modules = modules_of(await drawing_of(client, text))
    code = segno.make_qr(text, error=level, boost_error=False)
    inner = modules[QUIET_ZONE:-QUIET_ZONE, QUIET_ZONE:-QUIET_ZONE]
    assert np.array_equal(inner, np.array(code.matrix))
    modules[QUIET_ZONE:-QUIET_ZONE, QUIET_ZONE:-QUIET_ZONE] = 0
    assert not modules.any(), "the quiet zone is light"


async def test_a_text_that_no_code_holds_is_refused_with_what_would_fit(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get(f"/api/qr.svg?text={'a' * (MOST_BYTES + 1)}")
    content = assert_problem(answer, 422, "invalid_request", field="text")
    assert "2,954 bytes" in content["detail"] and "2,953" in content["detail"]
    assert content["allowed"] == {"minimum": 1, "maximum": MOST_BYTES}
    # Bytes count, not characters.
    answer = await client.get(f"/api/qr.svg?text={quote('ä' * 1500)}")
    assert_problem(answer, 422, "invalid_request", field="text")


async def test_no_text_is_refused(client: httpx.AsyncClient) -> None:
    for address in ("/api/qr.svg", "/api/qr.svg?text="):
        assert_problem(await client.get(address), 422, "invalid_request", field="text")


@pytest.mark.parametrize(
    "text",
    [
        '"/><script>alert(1)</script>',
        "]]></svg><svg onload=alert(1)>",
        "javascript:alert(document.cookie)",
        "\x00\x01\r\nSet-Cookie: a=b\r\n",
        "\u202e\ufeff\U0001f4a9",
        "%ff%fe",
    ],
)
async def test_a_hostile_text_is_only_ever_modules(client: httpx.AsyncClient, text: str) -> None:
    drawing = await drawing_of(client, text)
    # The whole drawing is digits and bars: see `modules_of`.
    assert np.array_equal(modules_of(drawing), modules_of(qr_svg(text)))
    assert "alert" not in drawing and "Set-Cookie" not in drawing


async def test_bytes_that_are_no_text_are_refused_or_drawn_but_never_a_fault(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/api/qr.svg?text=%ff%fe%c3%28%ed%a0%80")
    assert answer.status_code == 200
    modules_of(answer.text)


async def test_a_browser_keeps_a_code_and_a_cache_between_does_not(
    client: httpx.AsyncClient,
) -> None:
    first = await client.get("/api/qr.svg", params={"text": LINK})
    assert first.headers["cache-control"] == "private, max-age=86400"
    assert first.headers["x-content-type-options"] == "nosniff"
    assert "script-src 'self'" in first.headers["content-security-policy"]
    held = {"If-None-Match": first.headers["etag"]}
    again = await client.get("/api/qr.svg", params={"text": LINK}, headers=held)
    assert (again.status_code, again.content) == (304, b"")
    other = await client.get("/api/qr.svg", params={"text": LINK + "0"}, headers=held)
    assert other.status_code == 200
