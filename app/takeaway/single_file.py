"""One HTML file with a scene in it: the page's own modules and styles, and every tensor of the run.

The file asks nobody for anything. What a server would send is in it, compressed; the numbers are
those of the run, bit by bit. Its content security policy lets the browser see to that.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal, TypeAlias

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app import __version__
from app.resources import folder
from app.takeaway.modules import PREFIX, named_modules

Layout: TypeAlias = Literal["explorer", "embed"]

#: Of each layout the module of ``static`` that starts it, and the sheet that its page links.
ENTRIES: Final[Mapping[Layout, tuple[str, str]]] = {
    "explorer": ("main.js", "first"),
    "embed": ("embed-main.js", "embed"),
}

Sheets: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]

# The last 0.5 % would take three times as long.
_LEVEL: Final = 6

# Inline code and data only: no address of any host, so nothing can be fetched or sent.
POLICY: Final = (
    "default-src 'none'; script-src 'unsafe-inline' data:; style-src 'unsafe-inline'; "
    "img-src data: blob:; media-src data: blob:; connect-src data: blob:; base-uri 'none'; "
    "form-action 'none'"
)


@dataclass(frozen=True)
class SavedPage:
    """What goes into a file.

    Attributes
    ----------
    title : str
        Of the page; any text.
    description : str
        One sentence on what the scene shows.
    layout : {"explorer", "embed"}
    boot : mapping of str to Any
        What the page would get from the server, in JSON.
    run : bytes
        Manifest and all tensors, as a safetensors file.
    styles : mapping of str to sequence of str
        By the name of a joined sheet the files below ``static`` that it is made of.
    poster : bytes
        PNG for whoever has no JavaScript; empty for none.
    """

    title: str
    description: str
    layout: Layout
    boot: Mapping[str, Any]
    run: bytes
    styles: Mapping[str, Sequence[str]]
    poster: bytes = b""


def single_file(page: SavedPage) -> bytes:
    """Write a scene as one HTML file that needs no server and no network.

    Parameters
    ----------
    page : SavedPage
        What goes into it.

    Returns
    -------
    bytes
        HTML in UTF-8.
    """
    template = Environment(
        loader=FileSystemLoader(folder("templates")), autoescape=True, undefined=StrictUndefined
    ).get_template("saved.html")
    start = (folder("static") / "saved-start.js").read_text(encoding="utf-8")
    return template.render(
        title=page.title,
        description=page.description,
        version=__version__,
        policy=Markup(POLICY),
        layout=page.layout,
        scheme=_scheme(page),
        poster=base64.b64encode(page.poster).decode(),
        boot=_script_safe({**page.boot, "saved": True}),
        program=_program(page.layout, _sheets(page), _stamp()),
        run=packed(page.run),
        start=Markup(start),
    ).encode()


def packed(data: bytes) -> str:
    """Compress and write in letters that may stand in any HTML.

    Examples
    --------
    >>> gzip.decompress(base64.b64decode(packed(b"abc")))
    b'abc'
    """
    return base64.b64encode(gzip.compress(data, _LEVEL, mtime=0)).decode()


def _scheme(page: SavedPage) -> str:
    """Name the colour schemes of the page around an embed; the explorer fills its page itself."""
    theme = page.boot.get("view", {}).get("theme", "auto")
    is_fixed = page.layout == "embed" and theme in ("light", "dark")
    return str(theme) if is_fixed else "light dark"


# For each layout; whoever builds an embed has its file made again after every tick.
@lru_cache(maxsize=4)
def _program(layout: Layout, sheets: Sheets, stamp: tuple[int, int]) -> str:
    """Write modules and styles, packed; ``stamp`` changes when one of them does."""
    static = folder("static")
    entry, sheet = ENTRIES[layout]
    content = {
        "entry": PREFIX + entry,
        "sheet": sheet,
        "modules": named_modules(static / entry),
        "styles": {
            name: "".join((static / part).read_text(encoding="utf-8") for part in parts)
            for name, parts in sheets
        },
    }
    return packed(orjson.dumps(content))


def _sheets(page: SavedPage) -> Sheets:
    return tuple((name, tuple(parts)) for name, parts in page.styles.items())


def _stamp() -> tuple[int, int]:
    """Tell the state of the files in ``static``: when one changed last, and how many there are."""
    times = [path.stat().st_mtime_ns for path in folder("static").rglob("*") if path.is_file()]
    return max(times), len(times)


def _script_safe(content: Any) -> Markup:
    """Write JSON that cannot end the script element it is put in."""
    return Markup(orjson.dumps(content).decode().replace("<", "\\u003c"))
