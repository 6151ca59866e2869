"""The command ``kernelscope export SCENE``: a scene as a file, without a server.

NumPy is imported with this module, so :mod:`app.cli` imports it only when it is needed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.api.bodies import parse_json
from app.api.limits import decode_limits, run_limits
from app.api.recipe_urls import pack
from app.api.runs import Run
from app.api.saved_scenes import Wish, checked_title, home_of, saved_page
from app.errors import InvalidRequest, NotFound
from app.images.decode import decode
from app.images.picture import Picture
from app.images.samples import Samples
from app.pipeline.execute import execute
from app.pipeline.map_cache import MapCache
from app.pipeline.recipe import Recipe, parse_recipe
from app.resources import folder
from app.scenes.address import read_address
from app.scenes.interpret import Reading
from app.scenes.recipes import with_color, with_image
from app.scenes.scene import Scene, scene_from_json
from app.settings import Settings
from app.takeaway.scorm import scorm_package
from app.takeaway.single_file import single_file

_LINK_BEGINNINGS = ("http://", "https://", "?", "#", "/?", "/#", "v1=")


def export_scene(options: argparse.Namespace, settings: Settings) -> int:
    """Write a scene to the files that were asked for.

    Parameters
    ----------
    options : argparse.Namespace
        ``scene``, ``html``, ``scorm``, ``picture``, ``layout`` and ``title``.
    settings : Settings
        For the limits.

    Returns
    -------
    int
        Exit status.

    Raises
    ------
    VisualizerError
        If there is no such scene, it cannot be computed, or a file cannot be written.
    """
    if not (options.html or options.scorm):
        raise InvalidRequest("export needs --html FILE, --scorm FILE, or both.", field="html")
    samples = Samples(folder("sample_images"))
    reading = read_scene(options.scene, samples, settings)
    for note in reading.notes:
        sys.stderr.write(f"kernelscope: {note}\n")
    scene = reading.scene
    own = read_picture(options.picture, settings) if options.picture else None
    if own:
        recipe = with_image(scene.recipe, own.id)
        recipe = with_color(recipe, "grey") if own.channels == 1 else recipe
        scene = Scene(recipe, scene.view)
    run = _run(scene, own, samples, settings)
    wish = Wish(scene, checked_title(options.title), options.layout)
    home = _home(options.scene, scene, samples)
    page = saved_page(run, wish, samples=samples, settings=settings, home=home)
    html = single_file(page)
    if options.html:
        _write(options.html, html)
    if options.scorm:
        _write(options.scorm, scorm_package(html, title=page.title, identifier=run.id))
    return 0


def read_scene(given: str, samples: Samples, settings: Settings) -> Reading:
    """Find the scene that an argument stands for.

    Parameters
    ----------
    given : str
        A JSON file with a scene or a recipe, a link or the query of one, or a sample's name.
    samples : Samples
        The sample pictures.
    settings : Settings
        For the limits.

    Returns
    -------
    Reading
        With notes on what of a link could not be used.

    Raises
    ------
    NotFound
        If it is nothing of that.
    InvalidRequest, LimitExceeded
        If the file does not hold a scene.

    Examples
    --------
    >>> samples = Samples(folder("sample_images"))
    >>> read_scene("camera", samples, Settings()).scene.recipe["input"]["color"]
    'grey'
    """
    limits = run_limits(settings)
    path = Path(given)
    if not given.startswith(_LINK_BEGINNINGS) and _is_file(path):
        return Reading(scene_from_json(_json_of(path), limits=limits))
    if given in samples:
        return read_address(f"?image={given}", samples=samples, limits=limits)
    if given.startswith(_LINK_BEGINNINGS) or "=" in given:
        return read_address(given, samples=samples, limits=limits)
    names = ", ".join(item["id"] for item in samples.list() if "tiles" not in item)
    message = (
        f"there is no file {given!r}, and it is neither a link (https://…/?kernel=sobel-x, or "
        f"kernel=sobel-x) nor the name of a sample ({names})."
    )
    raise NotFound(message, field="scene")


def read_picture(name: str, settings: Settings) -> Picture:
    """Read a picture file.

    Raises
    ------
    NotFound
        If it cannot be read.
    UnsupportedImage, DamagedImage, LimitExceeded
        If it is no picture that works.
    """
    path = Path(name)
    return decode(_bytes_of(path), limits=decode_limits(settings), name=path.name)


def _is_file(path: Path) -> bool:
    """Tell whether there is a file; a query may be longer than any name of one."""
    try:
        return path.is_file()
    except OSError:
        return False


def _json_of(path: Path) -> Any:
    try:
        return parse_json(_bytes_of(path))
    except InvalidRequest as error:
        message = (
            f"{path} holds neither a scene nor a recipe in JSON; a picture goes behind --picture."
        )
        raise InvalidRequest(message, field="scene") from error


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotFound(f"cannot read {path}: {error.strerror}.", field=str(path)) from error


def _run(scene: Scene, own: Picture | None, samples: Samples, settings: Settings) -> Run:
    limits = run_limits(settings)
    recipe = parse_recipe(scene.recipe, limits=limits)
    asked = recipe.input
    image = ""
    values = asked.pixel_maps
    if values is None:
        picture = own or _sample(recipe, samples)
        image = picture.id
        values = picture.working(
            asked.size, asked.fit, asked.color, asked.quantize, limits.max_side
        )
    trace = execute(recipe, values, cache=MapCache(settings.run_cache_bytes), limits=limits)
    return Run(recipe.run_id(image), trace, pack(recipe.canonical_json()))


def _sample(recipe: Recipe, samples: Samples) -> Picture:
    image = recipe.input.image or ""
    if image in samples:
        return samples.get(image)
    message = f"the picture {image[:40]!r} is no sample; give its file with --picture FILE."
    raise NotFound(message, code="unknown_image", field="input.image")


def _home(given: str, scene: Scene, samples: Samples) -> str | None:
    """Give the address of the scene on the server that a link leads to."""
    try:
        link = urlsplit(given)
    except ValueError:
        return None
    if link.scheme not in ("http", "https") or not link.netloc:
        return None
    return home_of(f"{link.scheme}://{link.netloc}/", scene, samples=samples)


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InvalidRequest(f"cannot write {path}: {error.strerror}.", field="out") from error
    megabytes = len(content) / 1_000_000
    sys.stdout.write(f"{path}: {megabytes:.1f} MB, complete without server and network.\n")
