"""The explorer page with everything it needs to start, and the documentation page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from jinja2 import TemplateNotFound
from starlette.responses import HTMLResponse, Response

from app import __version__
from app.api.answers import etag_of, not_modified
from app.api.assets import Assets
from app.api.documentation import Endpoint, endpoints
from app.api.opened import Scenes
from app.api.origins import origin_of
from app.api.scene_pages import EXPLORER, ScenePage, render

router = APIRouter(include_in_schema=False)

_NO_PAGE = """<!doctype html>
<html lang="en"><title>Kernelscope</title>
<p>The explorer page is not installed here; the HTTP interface is: <a href="/docs">/docs</a>.
"""
_CACHE_CONTROL = "no-cache"


@router.get("/")
async def index(request: Request) -> Response:
    """Show the explorer."""
    return await scene_page(request, EXPLORER)


async def scene_page(request: Request, page: ScenePage) -> Response:
    """Show a page with the scene that the query of its address asks for."""
    scenes: Scenes = request.app.state.scenes
    opened = await scenes.open(f"?{request.url.query}" if request.url.query else "")
    try:
        return _page(request, render(request, page, opened))
    except TemplateNotFound:
        return HTMLResponse(_NO_PAGE)


@router.get("/docs")
async def docs(request: Request) -> Response:
    """Show the HTTP interface: every endpoint, its parameters, an example, its refusals."""
    base_url = origin_of(request) or "http://localhost"
    groups: dict[str, list[Endpoint]] = {}
    for endpoint in endpoints(request.app.openapi(), base_url=base_url):
        groups.setdefault(endpoint.tag, []).append(endpoint)
    template = request.app.state.templates.get_template("docs.html")
    return _page(request, template.render(version=__version__, groups=groups))


@router.get("/static/{name:path}")
async def static(request: Request, name: str) -> Response:
    """Send a script or style of the page."""
    assets: Assets = request.app.state.assets
    return assets.answer(request, name)


def _page(request: Request, html: str) -> Response:
    etag = etag_of(html)
    held = not_modified(request, etag=etag, cache_control=_CACHE_CONTROL)
    return held or HTMLResponse(html, headers={"ETag": etag, "Cache-Control": _CACHE_CONTROL})
