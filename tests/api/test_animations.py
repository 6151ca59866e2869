"""Animations over HTTP: frames in, a file that Pillow reads back, and refusals that say why."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import httpx
import numpy as np
import pytest
from PIL import Image

from app.main import create_app
from app.settings import Settings
from tests.api.checks import assert_problem

pytestmark = pytest.mark.anyio

URL = "/api/animations"
SIZE = (24, 16)


def frame(place: int, *, size: tuple[int, int] = SIZE) -> bytes:
    """Draw a frame: a red bar that moves."""
    pixels = np.full((size[1], size[0], 3), 240, np.uint8)
    pixels[:, place : place + 3] = (200, 40, 20 + place)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def parts(frames: list[bytes]) -> list[tuple[str, tuple[str, bytes, str]]]:
    """Give frames as a client sends them."""
    return [("frame", (f"{index}.png", data, "image/png")) for index, data in enumerate(frames)]


@pytest.fixture
async def small() -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of a server that allows little."""
    settings = Settings(
        max_animation_frames=4, max_animation_pixels=10_000, max_animation_bytes=4096
    )
    app = create_app(settings)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client
    app.state.limiter.close()


FORMATS = [
    ("gif", "image/gif", "GIF"),
    ("webp", "image/webp", "WEBP"),
    ("apng", "image/apng", "PNG"),
]


@pytest.mark.parametrize("kind, media_type, format", FORMATS)
async def test_pillow_reads_back_frames_delays_and_pixels(
    client: httpx.AsyncClient, kind: str, media_type: str, format: str
) -> None:
    frames = [frame(place) for place in (0, 5, 10)]
    answer = await client.post(
        URL, files=parts(frames), data={"format": kind, "delays": "100,200,1500"}
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == media_type
    assert "attachment" in answer.headers["content-disposition"]
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.format == format
        assert image.size == SIZE
        assert getattr(image, "n_frames", 1) == 3
        assert image.info.get("loop") == 0
        durations = []
        for index, data in enumerate(frames):
            image.seek(index)
            image.load()
            durations.append(round(float(image.info["duration"])))
            shown = np.asarray(image.convert("RGB"))
            with Image.open(io.BytesIO(data)) as sent:
                np.testing.assert_array_equal(shown, np.asarray(sent))
    assert durations == [100, 200, 1500]


async def test_one_delay_is_for_all_frames(client: httpx.AsyncClient) -> None:
    files = parts([frame(0), frame(5)])
    answer = await client.post(URL, files=files, data={"format": "gif", "delays": "250"})
    with Image.open(io.BytesIO(answer.content)) as image:
        for index in range(2):
            image.seek(index)
            assert image.info["duration"] == 250


async def test_a_gif_has_one_palette_for_all_frames(client: httpx.AsyncClient) -> None:
    """What stands still keeps its colours to the last bit: nothing flickers."""
    noise = np.random.default_rng(1).integers(0, 256, (32, 48, 3), np.uint8)
    frames = []
    for place in range(4):
        pixels = noise.copy()
        pixels[:8, 10 * place : 10 * place + 8] = (255, 0, 0)
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "PNG")
        frames.append(file.getvalue())
    answer = await client.post(URL, files=parts(frames), data={"format": "gif"})
    shown = []
    with Image.open(io.BytesIO(answer.content)) as image:
        for index in range(4):
            image.seek(index)
            shown.append(np.asarray(image.convert("RGB"))[8:])
    for later in shown[1:]:
        np.testing.assert_array_equal(later, shown[0])
    assert np.abs(shown[0].astype(int) - noise[8:]).mean() < 40


async def test_a_gif_of_very_many_colours_keeps_its_ground(client: httpx.AsyncClient) -> None:
    place = np.arange(300 * 300).reshape(300, 300)
    frames = []
    for shift in (0, 1):
        pixels = np.stack([place >> 16, place >> 8, place], axis=-1).astype(np.uint8)
        ground = np.full((300, 300, 3), (252, 251, 249), np.uint8)
        ground[shift] = (201, 130, 0)
        file = io.BytesIO()
        Image.fromarray(np.concatenate([pixels, ground])).save(file, "PNG")
        frames.append(file.getvalue())
    answer = await client.post(URL, files=parts(frames), data={"format": "gif"})
    assert answer.status_code == 200, answer.text
    with Image.open(io.BytesIO(answer.content)) as image:
        shown = np.asarray(image.convert("RGB"))
    assert (shown[302:] == (252, 251, 249)).all()
    assert np.abs(shown[:300].astype(int) - pixels).mean() < 40


WRONG = [
    ({"format": "mp4"}, "format"),
    ({"delays": "fast"}, "delays"),
    ({"delays": "5"}, "delays"),
    ({"delays": "100,100,100"}, "delays"),
    ({"delays": "99999"}, "delays"),
]


@pytest.mark.parametrize("data, field", WRONG)
async def test_wrong_fields_are_named(
    client: httpx.AsyncClient, data: dict[str, str], field: str
) -> None:
    answer = await client.post(URL, files=parts([frame(0), frame(5)]), data=data)
    assert_problem(answer, 422, "invalid_request", field=field)


async def test_frames_must_be_pngs_of_one_size(client: httpx.AsyncClient) -> None:
    odd = [frame(0), frame(0, size=(12, 16))]
    problem = assert_problem(
        await client.post(URL, files=parts(odd)), 422, "invalid_request", field="frame"
    )
    assert "Frame 2 has 12 × 16 pixels" in problem["detail"]
    foreign = [frame(0), b"GIF89a not a png at all, but long enough"]
    assert_problem(
        await client.post(URL, files=parts(foreign)), 415, "unsupported_image", field="frame"
    )
    broken = [frame(0), frame(5)[:60]]
    for kind in ("gif", "webp", "apng"):
        answer = await client.post(URL, files=parts(broken), data={"format": kind})
        assert_problem(answer, 422, "damaged_image", field="frame")
    assert_problem(
        await client.post(URL, files=parts([frame(0)])), 422, "invalid_request", field="frame"
    )


async def test_a_bomb_is_refused_by_its_header(small: httpx.AsyncClient) -> None:
    data = frame(0)
    bomb = data[:16] + (60_000).to_bytes(4, "big") * 2 + data[24:]
    answer = await small.post(URL, files=parts([bomb, bomb]))
    problem = assert_problem(answer, 422, "too_much_work", field="frame")
    assert "7,200,000,000 pixels" in problem["detail"]


async def test_a_second_header_cannot_take_the_place_of_the_first(
    client: httpx.AsyncClient,
) -> None:
    data, large = frame(0), frame(0, size=(4096, 4096))
    # The signature with the first header takes 33 bytes.
    two_headed = data[:33] + large[8:]
    for kind in ("gif", "webp", "apng"):
        answer = await client.post(URL, files=parts([data, two_headed]), data={"format": kind})
        assert_problem(answer, 422, "damaged_image", field="frame")


async def test_limits_hold_and_say_what_helps(small: httpx.AsyncClient) -> None:
    many = await small.post(URL, files=parts([frame(place) for place in range(5)]))
    assert (
        "more than 4 frames" in assert_problem(many, 422, "too_much_work", field="frame")["detail"]
    )
    heavy = parts([frame(0) + bytes(8000), frame(5)])
    problem = assert_problem(await small.post(URL, files=heavy), 413, "too_large", field="frame")
    assert problem["allowed"] == {"maximum": 4096}


async def test_more_than_fits_in_memory_is_not_kept_waiting(small: httpx.AsyncClient) -> None:
    transport = small._transport
    assert isinstance(transport, httpx.ASGITransport)
    room = transport.app.state.animation_room  # type: ignore[attr-defined]
    files = parts([frame(0), frame(5)])
    with room.holding(4 * 4096):
        refused = await small.post(URL, files=files)
        assert_problem(refused, 503, "busy")
        assert refused.headers["retry-after"]
    assert (await small.post(URL, files=files)).status_code == 200
    assert room.held_bytes == 0


@pytest.mark.parametrize(
    "content, kind, status, code",
    [
        (b"{}", "application/json", 415, "unsupported_image"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x", 422, "invalid_request"),
        (b"", "multipart/form-data", 422, "invalid_request"),
        (b"--x--\r\n", "multipart/form-data; boundary=x", 422, "invalid_request"),
    ],
)
async def test_bodies_that_are_no_frames_are_refused(
    client: httpx.AsyncClient, content: bytes, kind: str, status: int, code: str
) -> None:
    answer = await client.post(URL, content=content, headers={"Content-Type": kind})
    assert_problem(answer, status, code, field="frame")


async def test_the_documentation_shows_how_frames_are_sent(client: httpx.AsyncClient) -> None:
    page = (await client.get("/docs")).text
    assert "-F frame=@1.png -F frame=@2.png -F delays=100 -F format=gif" in page
    assert "-F file=@photo.jpg" in page
