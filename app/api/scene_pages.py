"""The two pages that show the scene of their address: the explorer and the embed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request

from app.api.boot import boot, script_safe
from app.api.module_graph import reachable_modules
from app.api.opened import Opened, Scenes
from app.api.origins import origin_of
from app.pictures.poster import HEIGHT, WIDTH
from app.resources import folder

TAGLINE: Final = "Kernelscope: slide a filter over a picture"
ABOUT: Final = "See what a convolutional network does, on your own picture, with every number true."


_SCHEMES: Final = ("light", "dark")


@dataclass(frozen=True)
class ScenePage:
    """One of the pages.

    Attributes
    ----------
    path : str
        Its address.
    template, entry : str
        Its file of templates/, and of static/.
    """

    path: str
    template: str
    entry: str


EXPLORER: Final = ScenePage("/", "index.html", "main.js")
EMBED: Final = ScenePage("/embed", "embed.html", "embed-main.js")


def render(request: Request, page: ScenePage, opened: Opened) -> str:
    """Write a page with the scene that its address asks for.

    Parameters
    ----------
    request : Request
        For the address of the server.
    page : ScenePage
        Which one.
    opened : Opened
        The scene.

    Returns
    -------
    str
        HTML.

    Raises
    ------
    TemplateNotFound
        If the pages are not installed.
    """
    state = request.app.state
    template = state.templates.get_template(page.template)
    return str(
        template.render(
            boot=script_safe(_boot(request, page, opened)),
            bundle=opened.bundle,
            modules=reachable_modules(folder("static") / page.entry, url="/static"),
            **_colours(request, page, opened),
            **_words(request, page, opened),
        )
    )


def _boot(request: Request, page: ScenePage, opened: Opened) -> dict[str, Any]:
    state = request.app.state
    content = boot(opened.bundle, state.samples, state.settings)
    if page is EMBED:
        view = {**opened.scene.view, "controls": list(opened.scene.controls)}
        return {**content, "recipe": opened.scene.recipe, "view": view, "notes": opened.notes}
    # A visit without wishes starts as it always has.
    if not opened.is_asked:
        return content
    scene = opened.scene
    return {**content, "recipe": scene.recipe, "view": scene.view, "notes": opened.notes}


def _colours(request: Request, page: ScenePage, opened: Opened) -> Mapping[str, str]:
    """Say in which colours a frame begins, so that it never shows others first.

    A host that says what is ``around`` sees to it that its frame and the page in it have one
    scheme; any other host sees the page in the scheme of its scene.
    """
    around = request.query_params.get("around", "")
    if page is not EMBED:
        return {"around": "", "scheme": ""}
    if around in _SCHEMES:
        return {"around": around, "scheme": ""}
    theme = opened.scene.view.get("theme", "")
    return {"around": "", "scheme": theme if theme in _SCHEMES else ""}


def _words(request: Request, page: ScenePage, opened: Opened) -> Mapping[str, Any]:
    """Say what the page is, to people and to what makes previews of it."""
    is_named = opened.is_asked or page is EMBED
    origin = origin_of(request)
    scenes: Scenes = request.app.state.scenes
    poster = poster_path(scenes, opened)
    link = (
        scenes.link_to(opened.scene, origin + page.path) if opened.is_asked else origin + page.path
    )
    return {
        "title": f"{opened.title} · Kernelscope" if is_named else TAGLINE,
        "scene_title": opened.title if is_named else TAGLINE,
        "description": f"{opened.sentence} {ABOUT}" if is_named else ABOUT,
        "sentence": opened.sentence,
        "link": link if origin else "",
        "poster": poster,
        "picture": origin + poster,
        "picture_size": (WIDTH, HEIGHT),
        "oembed": f"{origin}/oembed?{urlencode({'url': link})}",
    }


def poster_path(scenes: Scenes, opened: Opened) -> str:
    """Give the address of the picture of a scene, on this server."""
    query = scenes.query_of(opened.scene)
    return "/embed/poster.png" + (f"?{query}" if query else "")
