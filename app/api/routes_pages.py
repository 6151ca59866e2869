"""The explorer page with everything it needs to start, and the documentation page."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter, Request
from jinja2 import TemplateNotFound
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from app import __version__
from app.api.answers import etag_of, not_modified
from app.api.assets import Assets
from app.api.bundles import scene_bundle_url
from app.api.documentation import Endpoint, endpoints
from app.api.limits import run_limits
from app.api.module_graph import reachable_modules
from app.api.routes_operations import describe_kernels, describe_operations
from app.images.samples import Samples
from app.pipeline.defaults import default_recipe
from app.resources import folder
from app.scenes.address import read_address
from app.scenes.interpret import Reading
from app.scenes.parameters import describe_address
from app.scenes.scene import Scene
from app.settings import Settings

router = APIRouter(include_in_schema=False)

_NO_PAGE = """<!doctype html>
<html lang="en"><title>Kernelscope</title>
<p>The explorer page is not installed here; the HTTP interface is: <a href="/docs">/docs</a>.
"""
_CACHE_CONTROL = "no-cache"


@router.get("/")
async def index(request: Request) -> Response:
    """Show the explorer, with the scene that its address names."""
    state = request.app.state
    reading = read_address(
        f"?{request.url.query}", samples=state.samples, limits=run_limits(state.settings)
    )
    bundle_url = await scene_bundle_url(state.runs, reading.scene)
    try:
        template = state.templates.get_template("index.html")
    except TemplateNotFound:
        return HTMLResponse(_NO_PAGE)
    page = template.render(
        version=__version__,
        bundle=bundle_url,
        boot=script_safe(boot(bundle_url, state.samples, state.settings, reading)),
        modules=reachable_modules(folder("static") / "main.js", url="/static"),
    )
    return _page(request, page)


@router.get("/docs")
async def docs(request: Request) -> Response:
    """Show the HTTP interface: every endpoint, its parameters, an example, its refusals."""
    base_url = str(request.base_url).rstrip("/")
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


def boot(
    bundle_url: str, samples: Samples, settings: Settings, reading: Reading | None = None
) -> dict[str, Any]:
    """Collect what the page would otherwise have to ask for before it can draw.

    Parameters
    ----------
    bundle_url : str
        Address of the bundle that the page draws first.
    samples : Samples
        The pictures to choose from.
    settings : Settings
        For the limits that the page shows.
    reading : Reading, optional
        What the address of the page says; the first scene when left out.

    Returns
    -------
    dict
        JSON with samples, kernels, operations, limits, address, recipe, view, notes and bundle.
    """
    scene = reading.scene if reading is not None else Scene(default_recipe())
    return {
        "samples": samples.list(),
        **describe_kernels(),
        **describe_operations(),
        "limits": {
            "max_upload_bytes": settings.max_upload_bytes,
            "max_pixels": settings.max_pixels,
            "max_side": settings.max_side,
            "max_stages": settings.max_stages,
            "max_multiply_adds": settings.max_multiply_adds,
        },
        "address": describe_address(run_limits(settings)),
        "recipe": scene.recipe,
        "view": scene.view,
        "notes": list(reading.notes) if reading is not None else [],
        "bundle": bundle_url,
    }


def script_safe(content: Any) -> Markup:
    r"""Write JSON that cannot end the script element it is put in.

    Examples
    --------
    >>> script_safe({"title": "</script>"})
    Markup('{"title":"\\u003c/script>"}')
    """
    return Markup(orjson.dumps(content).decode().replace("<", "\\u003c"))


def _page(request: Request, html: str) -> Response:
    etag = etag_of(html)
    held = not_modified(request, etag=etag, cache_control=_CACHE_CONTROL)
    return held or HTMLResponse(html, headers={"ETag": etag, "Cache-Control": _CACHE_CONTROL})
