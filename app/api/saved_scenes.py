"""Scenes to take home: what is asked for, and what of a run goes into the file."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, get_args
from urllib.parse import urlsplit

from app.api.boot import boot
from app.api.bundles import bundle
from app.api.runs import Run
from app.api.stylesheets import JOINED
from app.errors import InvalidRequest, LimitExceeded, VisualizerError
from app.images.samples import Samples
from app.operations.values import shown
from app.pictures.poster import poster
from app.pictures.titles import picture_title, scene_title, stage_title
from app.pipeline.limits import Limits
from app.scenes.address import write_address
from app.scenes.scene import Scene, scene_from_json
from app.scenes.view import fit_view
from app.settings import Settings
from app.takeaway.single_file import Layout, SavedPage

LAYOUTS: Final = get_args(Layout)
MAX_TITLE_LETTERS: Final = 200
#: Of all maps of a scene; a file is about half as large.
MAX_TENSOR_BYTES: Final = 32 * 1024 * 1024

# Enough to read, and a twentieth of the file.
POSTER_WIDTH: Final = 800
_MEBIBYTE: Final = 1024 * 1024


@dataclass(frozen=True)
class Wish:
    """What somebody wants to take home.

    Attributes
    ----------
    scene : Scene
    title : str
        Empty for the scene's own.
    layout : {"explorer", "embed"}
    """

    scene: Scene
    title: str = ""
    layout: Layout = "explorer"


def read_wish(data: Any, *, limits: Limits) -> Wish:
    """Read the body of a request: a scene, and beside it ``title`` and ``layout``.

    Raises
    ------
    InvalidRequest, LimitExceeded
        If the scene cannot be read, or title or layout are not what they may be.

    Examples
    --------
    >>> from app.pipeline.defaults import default_recipe
    >>> read_wish({"recipe": default_recipe(), "layout": "embed"}, limits=Limits()).layout
    'embed'
    """
    scene = scene_from_json(data, limits=limits)
    given = data if "recipe" in data else {}
    return Wish(scene, checked_title(given.get("title")), checked_layout(given.get("layout")))


def checked_title(title: Any) -> str:
    """Read a title; nothing, or only spaces, stands for the scene's own.

    Raises
    ------
    InvalidRequest
        If it is no text, or too long.
    """
    if title is None:
        return ""
    if not isinstance(title, str) or len(title) > MAX_TITLE_LETTERS:
        message = f"title is {shown(title)}; it is a text of at most {MAX_TITLE_LETTERS} letters."
        raise InvalidRequest(message, field="title", allowed={"maximum": MAX_TITLE_LETTERS})
    return " ".join("".join(c if c.isprintable() else " " for c in title).split())


def checked_layout(layout: Any) -> Layout:
    """Read a layout; nothing stands for the explorer.

    Raises
    ------
    InvalidRequest
        If there is no such layout.
    """
    for known in LAYOUTS:
        if layout == known or layout is None:
            return known  # type: ignore[no-any-return]
    message = f"layout is {shown(layout)}; {' and '.join(LAYOUTS)} work."
    raise InvalidRequest(message, field="layout", allowed=list(LAYOUTS))


def saved_page(
    run: Run, wish: Wish, *, samples: Samples, settings: Settings, home: str | None = None
) -> SavedPage:
    """Collect what the file of a scene holds.

    Parameters
    ----------
    run : Run
        That of the scene's recipe.
    wish : Wish
        The scene, and how it is to look.
    samples, settings
        For the picture's credit, and what the page says about limits.
    home : str, optional
        Address where the scene can be opened with a server.

    Returns
    -------
    SavedPage
        For :func:`app.takeaway.single_file.single_file`.

    Raises
    ------
    LimitExceeded
        If the maps together have more than :data:`MAX_TENSOR_BYTES`.
    """
    trace = run.trace
    size = sum(stage.values.nbytes for stage in trace.all_stages)
    if size > MAX_TENSOR_BYTES:
        message = (
            f"The maps of this scene have {size / _MEBIBYTE:.0f} MB and all go into the file, "
            f"which takes {MAX_TENSOR_BYTES // _MEBIBYTE} MB; choose a smaller picture or fewer "
            "filters."
        )
        raise LimitExceeded(message, code="too_much_work", field="recipe")
    source = wish.scene.recipe["input"]
    picture = _picture(source, samples)
    shapes = {stage.id: stage.shape for stage in trace.all_stages}
    view, notes = fit_view(wish.scene.view, shapes)
    if wish.layout == "embed":
        view["controls"] = list(wish.scene.controls)
    name = picture_title(source, {item["id"]: item["title"] for item in samples.list()})
    own_title = scene_title(trace, trace.stage(view["stage"]), view["map"], picture=name)
    stages = ", ".join(stage_title(stage) for stage in trace.all_stages)
    page_boot = {
        **boot("", samples, settings),
        "samples": [picture] if picture else [],
        "recipe": wish.scene.recipe,
        "view": view,
        "notes": notes,
        "saved": True,
        **({"home": home} if home else {}),
    }
    return SavedPage(
        title=wish.title or own_title,
        description=f"{own_title}. The pipeline: {stages}.",
        layout=wish.layout,
        boot=page_boot,
        run=bundle(run, full=[stage.id for stage in trace.all_stages]),
        styles={name.removeprefix("styles/").removesuffix(".css"): JOINED[name] for name in JOINED},
        poster=poster(Scene(wish.scene.recipe, view), trace, width=POSTER_WIDTH, picture=name),
    )


def _picture(source: Mapping[str, Any], samples: Samples) -> dict[str, Any] | None:
    """Describe the picture in the file; its thumbnail would have to be asked for."""
    image = source.get("image")
    if image is None:
        return None
    own = {"id": image, "title": "Own picture", "alt": "", "kind": "own"}
    return {**(samples.item(image) if image in samples else own), "thumbnail": ""}


def home_of(base_url: str, scene: Scene, *, samples: Samples) -> str | None:
    """Give the address of a scene on this server, where others can reach it.

    Parameters
    ----------
    base_url : str
        Address of the server.
    scene : Scene
        What to open there.
    samples : Samples
        The sample pictures.

    Returns
    -------
    str or None
        None for a server that only this machine knows, and for an uploaded picture.

    Examples
    --------
    >>> from app.resources import folder
    >>> from app.scenes.recipes import one_filter_recipe
    >>> samples, scene = Samples(folder("sample_images")), Scene(one_filter_recipe())
    >>> home_of("https://kernels.example/", scene, samples=samples)
    'https://kernels.example/?kernel=sobel-x'
    >>> home_of("http://127.0.0.1:8000/", scene, samples=samples) is None
    True
    """
    image = scene.recipe["input"].get("image")
    if _is_only_here(urlsplit(base_url).hostname or "") or (image and image not in samples):
        return None
    try:
        return write_address(scene, base=base_url, samples=samples)
    except VisualizerError:
        return None


def _is_only_here(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return not host


def file_name(title: str, ending: str) -> str:
    """Name a file after what it shows, in letters that every system takes.

    Examples
    --------
    >>> file_name("Sobel x over “Coffee cup”", "html")
    'kernelscope-sobel-x-over-coffee-cup.html'
    """
    words = re.findall(r"[a-z0-9]+", title.lower())
    return "-".join(["kernelscope", *words])[:80].rstrip("-") + f".{ending}"
