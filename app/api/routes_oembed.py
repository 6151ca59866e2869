"""oEmbed: course pages and blogs ask what to show for a link."""

from __future__ import annotations

from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.api.oembed import (
    CACHE_SECONDS,
    as_xml,
    frame_html,
    frame_size,
    our_page,
    thumbnail_size,
)
from app.api.opened import Opened, Scenes
from app.api.origins import origin_of
from app.api.scene_pages import poster_path
from app.api.schemas import example, refusals
from app.errors import UnsupportedFormat

router = APIRouter(tags=["embeds"])

MAX_URL_LETTERS: Final = 60_000
_MOST_PIXELS: Final = 100_000
_EXAMPLE: Final = {
    "type": "rich",
    "version": "1.0",
    "title": "Sobel x over “Camera”",
    "provider_name": "Kernelscope",
    "width": 640,
}

MaxPixels = Annotated[int | None, Query(ge=1, le=_MOST_PIXELS, description="In pixels")]


@router.get(
    "/oembed",
    summary="Say what to show for a link to a scene",
    responses=example("A frame, and a picture of the scene; shortened.", _EXAMPLE)
    | refusals("invalid_request", "not_found", "unsupported_format", "busy"),
)
async def oembed(
    request: Request,
    url: Annotated[
        str,
        Query(
            max_length=MAX_URL_LETTERS,
            description="A link to / or /embed on this server, or what follows its host",
            openapi_examples={"link": {"value": "/?image=camera%26kernel=sobel-x"}},
        ),
    ],
    format: Annotated[str, Query(max_length=40, description="json or xml")] = "json",
    maxwidth: MaxPixels = None,
    maxheight: MaxPixels = None,
) -> Response:
    """Answer as oEmbed 1.0 has it, with type `rich`."""
    if format not in ("json", "xml"):
        raise UnsupportedFormat(f"There is no {format!r}; json and xml can be had.", field="format")
    origin = origin_of(request)
    address = our_page(url, origin)
    if not request.app.state.settings.public_url:
        origin = f"{address.scheme}://{address.netloc}"
    scenes: Scenes = request.app.state.scenes
    opened = await scenes.open(address.geturl())
    content = _content(scenes, opened, origin, room=(maxwidth, maxheight))
    headers = {"Cache-Control": "public, max-age=3600"}
    if format == "xml":
        return Response(as_xml(content), media_type="text/xml", headers=headers)
    return Response(orjson.dumps(content), media_type="application/json", headers=headers)


def _content(
    scenes: Scenes, opened: Opened, origin: str, *, room: tuple[int | None, int | None]
) -> dict[str, str | int]:
    shown = opened.scene.controls
    width, height = frame_size(*room, controls=shown, windows=opened.windows)
    content: dict[str, str | int] = {
        "type": "rich",
        "version": "1.0",
        "title": opened.title,
        "provider_name": "Kernelscope",
        "provider_url": origin,
        "cache_age": CACHE_SECONDS,
        "html": frame_html(
            scenes.link_to(opened.scene, f"{origin}/embed"),
            f"{opened.title} (Kernelscope)",
            (width, height),
        ),
        "width": width,
        "height": height,
    }
    size = thumbnail_size(*room)
    if size:
        path = poster_path(scenes, opened)
        mark = "&" if "?" in path else "?"
        content |= {
            "thumbnail_url": f"{origin}{path}{mark}width={size[0]}",
            "thumbnail_width": size[0],
            "thumbnail_height": size[1],
        }
    return content
