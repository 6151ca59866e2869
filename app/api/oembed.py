"""The answer of oEmbed (https://oembed.com, version 1.0): what to put where a link stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Final
from urllib.parse import SplitResult, urlsplit
from xml.etree import ElementTree

from app.api.origins import is_ours
from app.errors import NotFound
from app.pictures.poster import HEIGHT, WIDTH, WIDTHS
from app.scenes.parameters import USUAL_CONTROLS

PAGES: Final = ("/", "/embed")
#: Of a frame, in CSS pixels, when nothing else is asked for.
FRAME_WIDTH: Final = 640
CACHE_SECONDS: Final = 86_400

# Where the two maps of an embed stand side by side.
_WIDE: Final = 560
# Heights in CSS pixels, side by side and one above the other: without anything that was chosen,
# and what each part adds.
_BARE: Final = (280, 485)
_MORE_WINDOWS: Final = 75
_PARTS: Final = (
    (frozenset({"ledger"}), 35),
    (frozenset({"transport"}), 52),
    (frozenset({"pipeline"}), 45),
    (frozenset({"preset", "kernel", "stride", "padding", "dilation", "bias"}), 55),
)


def our_page(url: str, origin: str) -> SplitResult:
    """Take the address of one of our pages apart.

    Parameters
    ----------
    url : str
        What was asked for; may begin with the path.
    origin : str
        Scheme and host of this server; empty when it is not known.

    Raises
    ------
    NotFound
        If it is on another server, or not a page with a scene.

    Examples
    --------
    >>> our_page("https://a.example/embed?stride=2", "http://a.example").query
    'stride=2'
    """
    try:
        address = urlsplit(origin + url if url.startswith("/") else url)
        is_page = is_ours(address, origin) and (address.path.rstrip("/") or "/") in PAGES
        is_page = is_page and "@" not in address.netloc
    except ValueError:
        is_page = False
    if not is_page:
        raise NotFound(
            f"{url[:80]!r} is not the address of a scene on this server; links to / and /embed "
            "are.",
            field="url",
        )
    return address


def frame_size(
    max_width: int | None,
    max_height: int | None,
    *,
    controls: Iterable[str] = USUAL_CONTROLS,
    windows: int = 1,
) -> tuple[int, int]:
    """Give width and height of a frame, in CSS pixels, inside what there is room for.

    Where the page around listens, the frame tells its exact height later.

    Parameters
    ----------
    max_width, max_height : int, optional
        The room.
    controls : iterable of str
        What the embed shows.
    windows : int
        Maps that are read for a cell.

    Examples
    --------
    >>> frame_size(None, None), frame_size(320, 300), frame_size(None, None, controls=())
    ((640, 422), (320, 300), (640, 280))
    """
    width = min(FRAME_WIDTH, max_width or FRAME_WIDTH)
    chosen = set(controls)
    height = _BARE[0 if width >= _WIDE else 1] + (_MORE_WINDOWS if windows > 1 else 0)
    height += sum(more for names, more in _PARTS if names & chosen)
    return width, min(height, max_height or height)


def thumbnail_size(max_width: int | None, max_height: int | None) -> tuple[int, int] | None:
    """Give width and height of the picture inside what there is room for; None for too little.

    Examples
    --------
    >>> thumbnail_size(None, None), thumbnail_size(600, None), thumbnail_size(600, 100)
    ((1200, 630), (600, 315), None)
    """
    width = min(WIDTH, max_width or WIDTH)
    if max_height is not None:
        width = min(width, max_height * WIDTH // HEIGHT)
    return (width, round(width * HEIGHT / WIDTH)) if width >= WIDTHS[0] else None


def frame_html(src: str, title: str, size: tuple[int, int]) -> str:
    """Write the frame.

    Examples
    --------
    >>> frame_html("https://a.example/embed", 'A "b"', (640, 480))
    '<iframe src="https://a.example/embed" title="A &quot;b&quot;" width="640" ...></iframe>'
    """
    return (
        f'<iframe src="{escape(src)}" title="{escape(title)}" width="{size[0]}" '
        f'height="{size[1]}" loading="lazy" style="border:0;max-width:100%"></iframe>'
    )


def as_xml(content: Mapping[str, str | int]) -> bytes:
    """Write the answer as XML.

    Examples
    --------
    >>> as_xml({"title": "a < b"}).splitlines()[1]
    b'<oembed><title>a &lt; b</title></oembed>'
    """
    root = ElementTree.Element("oembed")
    for name, value in content.items():
        ElementTree.SubElement(root, name).text = str(value)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
