"""Scenes to take home: one HTML file, or a SCORM package around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api.bodies import parse_json, read_body
from app.api.origins import origin_of
from app.api.run_examples import RECIPE
from app.api.runs import Run, Runs
from app.api.saved_scenes import Wish, file_name, home_of, read_wish, saved_page
from app.api.schemas import binary, json_body, refusals
from app.pipeline.limits import Limits
from app.pipeline.recipe import Recipe, parse_recipe
from app.takeaway.scorm import scorm_package
from app.takeaway.single_file import SavedPage, single_file

router = APIRouter(prefix="/api/scenes", tags=["scenes"])

_PROBLEMS: Final = (
    *("invalid_request", "invalid_json", "shape_error", "too_much_work"),
    *("too_large", "unknown_image", "body_timeout", "busy", "internal_error"),
)
_BODY = json_body(
    "A scene: a recipe and, as far as wanted, where one stands in it (all counted from 0). "
    "`layout` is `explorer` or `embed`; without `title` the file is called what it shows.",
    {
        "version": 1,
        "recipe": RECIPE,
        "view": {"stage": "conv1", "map": 0, "cell": [49, 69]},
        "title": "What an edge filter sees",
        "layout": "explorer",
    },
)


@router.post(
    "/html",
    summary="Save a scene as one HTML file",
    responses=binary(
        "A page with everything in it: it needs no server and no network. It holds all values of "
        "the run, also those of an uploaded picture.",
        "text/html",
    )
    | refusals(*_PROBLEMS),
    openapi_extra=_BODY,
)
async def save_html(request: Request) -> Response:
    """Compute a scene and write the page with all of its tensors."""
    return await _saved(request, "html", "text/html; charset=utf-8", _html)


@router.post(
    "/scorm",
    summary="Save a scene as a SCORM 1.2 package",
    responses=binary(
        "A ZIP with the page of `/api/scenes/html` and a manifest, for learning platforms. It "
        "reports that it was opened, and nothing else.",
        "application/zip",
    )
    | refusals(*_PROBLEMS),
    openapi_extra=_BODY,
)
async def save_scorm(request: Request) -> Response:
    """Compute a scene and write the package around its page."""
    return await _saved(request, "zip", "application/zip", _scorm)


def _read(body: bytes, limits: Limits) -> tuple[Wish, Recipe]:
    wish = read_wish(parse_json(body), limits=limits)
    return wish, parse_recipe(wish.scene.recipe, limits=limits)


def _html(run: Run, page: SavedPage) -> bytes:
    return single_file(page)


def _scorm(run: Run, page: SavedPage) -> bytes:
    return scorm_package(single_file(page), title=page.title, identifier=run.id)


async def _saved(
    request: Request, ending: str, media_type: str, write: Callable[[Run, SavedPage], bytes]
) -> Response:
    state = request.app.state
    runs: Runs = state.runs
    body = await read_body(request, max_bytes=runs.max_recipe_bytes)
    wish, recipe = await state.limiter.run(_read, body, runs.limits)
    home = home_of(f"{origin_of(request)}/", wish.scene, samples=state.samples)

    def saved(run: Run) -> tuple[str, bytes]:
        page = saved_page(run, wish, samples=state.samples, settings=state.settings, home=home)
        return page.title, write(run, page)

    title, content = await runs.compute(recipe, saved, is_heavy=True)
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{file_name(title, ending)}"',
    }
    return Response(content, media_type=media_type, headers=headers)
