"""What other pages show of a scene: the embed, and its picture."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app import __version__
from app.api.answers import etag_of, not_modified
from app.api.opened import Scenes
from app.api.recent import Recent
from app.api.routes_pages import scene_page
from app.api.runs import Run, Runs
from app.api.scene_pages import EMBED
from app.api.schemas import binary, refusals
from app.pictures.poster import WIDTH, WIDTHS, poster
from app.pipeline.recipe import parse_recipe
from app.scenes.interpret import Reading
from app.scenes.parameters import parameters

router = APIRouter(tags=["embeds"])

# The address does not say what the picture looks like: a new version draws another one.
_CACHE_CONTROL: Final = "public, max-age=86400"
_WIDTH: Final = re.compile(r"[0-9]{1,6}")
_EXAMPLES: Final = {"image": "camera", "kernel": "sobel-x", "stride": "2"}


def described_parameters() -> dict[str, Any]:
    """Describe the parameters of an address for ``openapi_extra=``."""
    listed = []
    for entry in parameters():
        words = {"name": entry.name, "in": "query", "schema": {"type": "string"}}
        described: dict[str, Any] = {**words, "description": entry.documentation}
        if entry.name in _EXAMPLES:
            described["example"] = _EXAMPLES[entry.name]
        listed.append(described)
    return {"parameters": listed}


@router.get("/embed", include_in_schema=False)
async def embed(request: Request) -> Response:
    """Show the bench and the chosen controls of a scene, for frames in other pages."""
    return await scene_page(request, EMBED)


@router.get(
    "/embed/poster.png",
    summary="Show a scene as a picture",
    response_class=Response,
    responses=binary(
        "What is read, the arithmetic of the cell, and the result: 1200 × 630 pixels, or as wide "
        "as asked in the same proportions.",
        "image/png",
    )
    | refusals("busy"),
    openapi_extra=described_parameters(),
)
async def embed_poster(
    request: Request,
    width: Annotated[
        str, Query(description=f"Pixels, {WIDTHS[0]} to {WIDTHS[1]}; else {WIDTH} are drawn")
    ] = "",
) -> Response:
    """Draw the scene of an address; what cannot be used falls back as it does on the page."""
    state = request.app.state
    scenes: Scenes = state.scenes
    reading = await scenes.read("?" + request.url.query)
    width_px = read_width(width)
    etag = _etag(reading, width_px)
    held = not_modified(request, etag=etag, cache_control=_CACHE_CONTROL)
    if held:
        return held
    posters: Recent[str, bytes] = state.posters
    body = posters.get(etag)
    if body is None:
        body = await _drawn(state.runs, scenes, reading, width_px)
        posters.put(etag, body, size_bytes=len(body))
    headers = {"ETag": etag, "Cache-Control": _CACHE_CONTROL}
    return Response(body, media_type="image/png", headers=headers)


async def _drawn(runs: Runs, scenes: Scenes, reading: Reading, width_px: int) -> bytes:
    scene, picture = reading.scene, scenes.picture_of(reading.scene)
    recipe = parse_recipe(scene.recipe, limits=runs.limits)

    def drawn(run: Run) -> bytes:
        return poster(scene, run.trace, width=width_px, picture=picture)

    return await runs.compute(recipe, drawn, is_heavy=True)


def read_width(text: str) -> int:
    """Read a width in pixels; the usual one where it cannot be drawn.

    Examples
    --------
    >>> read_width("640"), read_width("7"), read_width("wide")
    (640, 1200, 1200)
    """
    width_px = int(text) if _WIDTH.fullmatch(text) else WIDTH
    return width_px if WIDTHS[0] <= width_px <= WIDTHS[1] else WIDTH


def _etag(reading: Reading, width_px: int) -> str:
    scene = orjson.dumps(reading.scene.json(), option=orjson.OPT_SORT_KEYS)
    return etag_of("poster", __version__, scene, str(width_px))
