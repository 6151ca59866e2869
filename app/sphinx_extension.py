"""The directive ``kernelscope`` for Sphinx and MyST: a frame in HTML, a picture in PDF and EPUB.

::

    .. kernelscope::
       :image: camera
       :kernel: sobel-x
       :stride: 2
       :caption: An edge filter, three columns at a time

In ``conf.py``: ``extensions = ["app.sphinx_extension"]`` and ``kernelscope_server`` with the
address of a server. Options are the parameters of an address; a whole link may be given instead,
as the directive's argument. Needs the optional dependencies: ``pip install ".[sphinx]"``.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from docutils import nodes  # type: ignore[import-untyped]
from docutils.parsers.rst import directives  # type: ignore[import-untyped]
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.config import ENUM
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata, OptionSpec

from app import __version__
from app.errors import VisualizerError
from app.images.samples import Samples
from app.pictures.poster import poster
from app.pictures.titles import picture_title, scene_title
from app.pipeline.execute import execute
from app.pipeline.limits import Limits
from app.pipeline.map_cache import MapCache
from app.pipeline.recipe import parse_recipe
from app.pipeline.trace import Trace
from app.resources import folder
from app.scenes.address import read_address, write_address
from app.scenes.interpret import Reading
from app.scenes.parameters import PARAMETERS
from app.scenes.scene import Scene

logger = logging.getLogger(__name__)

DEFAULT_HEIGHT = 510
PICTURE_WIDTH = 1200

# These write HTML, but for readers without a network.
_OFFLINE_BUILDERS = ("epub", "htmlhelp", "qthelp", "devhelp", "applehelp")
_SCHEMES = ("http", "https")
_STATE = "state"
_NO_SERVER = (
    "kernelscope_server is not set in conf.py, so this scene is only a picture; set it to the "
    "address of a Kernelscope server."
)
_CACHE_BYTES = 32 * 1024 * 1024


@cache
def address_names() -> tuple[str, ...]:
    """Name the parameters of an address that teachers may write, with their other names.

    Examples
    --------
    >>> {"image", "sample", "kernel", "stride"} <= set(address_names())
    True
    """
    public = [parameter for parameter in PARAMETERS if parameter.is_public]
    return tuple(name for one in public for name in (one.name, *one.aliases))


class scene_frame(nodes.General, nodes.Element):  # type: ignore[misc]
    """A scene in a document, the same for every builder.

    Its attributes: ``address`` (query and fragment), ``server``, ``title``, ``frame``
    (``"element"`` or ``"iframe"``), ``height`` and ``width``.
    """


@dataclass(frozen=True)
class GivenAddress:
    """What the argument of a directive says.

    Parameters
    ----------
    server : str
        Empty when it names none.
    values : dict of str to str
        Address parameters.
    state : str
        The fragment, without its ``#``.
    """

    server: str
    values: dict[str, str]
    state: str


def given_address(argument: str) -> GivenAddress:
    """Read a link, a query or the name of a sample.

    Examples
    --------
    >>> given_address("https://example.org/lab/embed?image=camera#v1=abc")
    GivenAddress(server='https://example.org/lab', values={'image': 'camera'}, state='v1=abc')
    >>> given_address("image=camera&stride=2").values
    {'image': 'camera', 'stride': '2'}
    >>> given_address("camera").values
    {'image': 'camera'}
    """
    if re.fullmatch(r"[\w-]+", argument):
        return GivenAddress("", {"image": argument}, "")
    text = argument if "?" in argument or "://" in argument else f"?{argument}"
    try:
        parts = urlsplit(text)
    except ValueError:
        return GivenAddress("", {}, "")
    folder = parts.path.removesuffix("/").removesuffix("/embed")
    is_site = parts.scheme in _SCHEMES and parts.netloc
    server = f"{parts.scheme}://{parts.netloc}{folder}" if is_site else ""
    values = dict(parse_qsl(parts.query, keep_blank_values=True))
    return GivenAddress(server, values, parts.fragment)


def server_address(text: str) -> str:
    """Check the address of a server; it loses the slash at its end.

    Raises
    ------
    ValueError
        If it is not one of http or https.

    Examples
    --------
    >>> server_address("https://example.org/lab/")
    'https://example.org/lab'
    """
    parts = urlsplit(text.strip())
    if parts.scheme not in _SCHEMES or not parts.netloc or parts.query or parts.fragment:
        raise ValueError(f"“{text}” is not the address of a server, such as https://example.org")
    return text.strip().rstrip("/")


def css_height(text: str) -> int:
    """Read a height in CSS pixels: ``480`` or ``480px``.

    Examples
    --------
    >>> css_height("480px")
    480
    """
    return int(directives.nonnegative_int(text.strip().removesuffix("px")))


class KernelscopeDirective(SphinxDirective):
    """Put a scene into a document."""

    required_arguments = 0
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[OptionSpec] = {
        **dict.fromkeys(address_names(), directives.unchanged),
        _STATE: directives.unchanged,
        "server": server_address,
        "title": directives.unchanged,
        "caption": directives.unchanged,
        "height": css_height,
        "width": directives.length_or_percentage_or_unitless,
        "align": lambda text: directives.choice(text, ("left", "center", "right")),
        "class": directives.class_option,
        "name": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        """Read the scene and tell what of it could not be used."""
        try:
            return [self._node()]
        except VisualizerError as error:
            _warn(error.detail, "address", self.get_location())
            return []

    def _node(self) -> nodes.Node:
        given = given_address("".join((self.arguments or [""])[0].split()))
        reading = self._reading(given)
        for note in reading.notes:
            _warn(note, "address", self.get_location())
        frame = scene_frame(
            address=write_address(reading.scene, samples=_samples()),
            server=self._server(given),
            title=self._title(reading.scene),
            frame="iframe" if "height" in self.options else self.config.kernelscope_frame,
            height=self.options.get("height") or self.config.kernelscope_height,
            width=self.options.get("width", ""),
            classes=["kernelscope", *self.options.get("class", [])],
        )
        self.set_source_info(frame)
        outer = self._figure(frame) if self._needs_figure() else frame
        self.add_name(outer)
        return outer

    def _reading(self, given: GivenAddress) -> Reading:
        names = address_names()
        options = {name: value or "" for name, value in self.options.items() if name in names}
        # Of what is said twice, the first is read.
        text = f"?{urlencode([*options.items(), *given.values.items()])}"
        state = self.options.get(_STATE) or given.state
        return read_address(f"{text}#{state}" if state else text, samples=_samples())

    def _title(self, scene: Scene) -> str:
        return " ".join((self.options.get("title") or "").split()) or default_title(scene)

    def _server(self, given: GivenAddress) -> str:
        """Choose: the option, the link's own, that of the configuration; empty when none."""
        named = self.options.get("server") or given.server or self.config.kernelscope_server
        if not named:
            _warn(_NO_SERVER, "server", self.get_location())
            return ""
        try:
            return server_address(named)
        except ValueError as error:
            message = f"kernelscope_server in conf.py: {error}; a picture is used."
            _warn(message, "server", self.get_location())
            return ""

    def _needs_figure(self) -> bool:
        return any(self.options.get(name) for name in ("caption", "align", "name"))

    def _figure(self, frame: scene_frame) -> nodes.figure:
        figure = nodes.figure("", frame)
        if "align" in self.options:
            figure["align"] = self.options["align"]
        if self.options.get("caption"):
            inline, messages = self.parse_inline(self.options["caption"], lineno=self.lineno)
            figure += [nodes.caption(self.options["caption"], "", *inline), *messages]
        self.set_source_info(figure)
        return figure


@cache
def _samples() -> Samples:
    return Samples(folder("sample_images"))


def replace_frames(app: Sphinx, document: nodes.document, docname: str) -> None:
    """Where a frame cannot work, put a picture of the scene that leads to it."""
    for frame in list(document.findall(scene_frame)):
        if not frame["server"] or not shows_frames(app.builder):
            frame.replace_self(still(frame, app, docname))


def still(frame: scene_frame, app: Sphinx, docname: str) -> nodes.Node:
    """Make a picture of a scene; words, where a builder takes none."""
    url = frame_url(frame) if frame["server"] else ""
    takes_pictures = "image/png" in app.builder.supported_image_types
    path = picture_file(frame, Path(app.doctreedir)) if takes_pictures else None
    if path is None:
        text = f"{frame['title']} ({url})" if url else frame["title"]
        return nodes.paragraph(text, text, classes=frame["classes"])
    image = nodes.image(uri=str(path), alt=frame["title"], classes=frame["classes"])
    image["candidates"] = {"image/png": str(path)}
    image["width"] = frame["width"] or "100%"
    app.env.images.add_file(docname, str(path))
    return nodes.reference("", "", image, refuri=url) if url else image


def picture_file(frame: scene_frame, folder: Path) -> Path | None:
    """Draw the scene of a frame once; later builds find it beside the doctrees."""
    name = hashlib.sha256(f"{__version__} {frame['address']}".encode()).hexdigest()[:16]
    path = folder / "kernelscope" / f"kernelscope-{name}.png"
    if path.exists():
        return path
    try:
        content = scene_picture(frame["address"])
    except VisualizerError as error:
        _warn(f"no picture of this scene: {error.detail}", "picture", frame)
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    # Another process may write the same file.
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(path)
    return path


def _warn(message: str, subtype: str, location: Any) -> None:
    logger.warning(message, location=location, type="kernelscope", subtype=subtype)


def shows_frames(builder: Builder) -> bool:
    """Whether what a builder writes is read in a browser, on a site."""
    return builder.format == "html" and builder.name not in _OFFLINE_BUILDERS


def scene_picture(address: str) -> bytes:
    """Draw the scene of an address as PNG, 1200 pixels wide, on light ground.

    Parameters
    ----------
    address : str
        Query and fragment.
    """
    scene = read_address(address, samples=_samples()).scene
    source, trace = scene.recipe["input"], _trace(scene)
    picture = picture_title(source, _sample_titles())
    return poster(scene, trace, width=PICTURE_WIDTH, theme="light", picture=picture)


def default_title(scene: Scene) -> str:
    """Say what is to be seen where the author does not: "Sobel x over “Camera”"."""
    trace = _trace(scene)
    stage = next(stage for stage in trace.all_stages if stage.id == scene.stage)
    picture = picture_title(scene.recipe["input"], _sample_titles())
    return scene_title(trace, stage, scene.map, picture=picture)


def _sample_titles() -> dict[str, str]:
    return {sample["id"]: sample["title"] for sample in _samples().list()}


def _trace(scene: Scene) -> Trace:
    limits = Limits()
    recipe = parse_recipe(scene.recipe, limits=limits)
    source = recipe.input
    values = source.pixel_maps
    if values is None:
        picture = _samples().get(source.image or "")
        values = picture.working(source.size, source.fit, source.color, source.quantize)
    return execute(recipe, values, cache=_maps(), limits=limits)


@cache
def _maps() -> MapCache:
    """Documents show one scene again and again, a little changed."""
    return MapCache(max_bytes=_CACHE_BYTES)


def frame_url(frame: scene_frame) -> str:
    """Where the embed of a frame is."""
    return f"{frame['server']}/embed{frame['address']}"


def frame_html(frame: scene_frame) -> str:
    """Write the frame element with its script, or an iframe of a fixed height."""
    url, title = frame_url(frame), frame["title"]
    width = _css_length(frame["width"])
    common = {"title": title, "class": " ".join(frame["classes"])}
    if frame["frame"] == "iframe":
        style = f"border: 0; width: {width}" if width else "border: 0"
        size = {"width": "100%", "height": str(frame["height"])}
        return _tag("iframe", {"src": url, **common, **size, "loading": "lazy", "style": style})
    parts = urlsplit(frame["address"])
    values = dict(parse_qsl(parts.query, keep_blank_values=True))
    if parts.fragment:
        values[_STATE] = parts.fragment
    styles = {"style": f"width: {width}"} if width else {}
    link = _tag("a", {"href": url}, escape(title))
    script = _tag("script", {"type": "module", "src": f"{frame['server']}/static/embed.js"})
    return script + "\n" + _tag("conv-visualizer-frame", {**values, **common, **styles}, link)


def _tag(name: str, attributes: Mapping[str, str], content: str = "") -> str:
    written = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>{content}</{name}>"


def _css_length(width: str) -> str:
    return f"{width}px" if re.fullmatch(r"[\d.]+", width) else width


def visit_frame_html(translator: Any, node: scene_frame) -> None:
    """Write a frame into an HTML page."""
    translator.body.append(frame_html(node) + "\n")
    raise nodes.SkipNode


def visit_frame_elsewhere(translator: Any, node: scene_frame) -> None:
    """Leave out a frame that was not replaced."""
    raise nodes.SkipNode


def setup(app: Sphinx) -> ExtensionMetadata:
    """Tell Sphinx about the directive, its node and its configuration."""
    elsewhere: tuple[Callable[..., None], None] = (visit_frame_elsewhere, None)
    app.add_config_value("kernelscope_server", "", "env", types=(str,))
    app.add_config_value("kernelscope_frame", "element", "env", types=ENUM("element", "iframe"))
    app.add_config_value("kernelscope_height", DEFAULT_HEIGHT, "env", types=(int,))
    app.add_node(
        scene_frame,
        html=(visit_frame_html, None),
        latex=elsewhere,
        text=elsewhere,
        man=elsewhere,
        texinfo=elsewhere,
    )
    app.add_directive("kernelscope", KernelscopeDirective)
    app.connect("doctree-resolved", replace_frames)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
