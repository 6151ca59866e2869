"""A text as a QR code: dark modules on a light ground, with the quiet zone that readers need."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby

import segno

from app.errors import InvalidRequest

#: Bytes of UTF-8 that the largest code holds, at the lowest level of error correction.
MOST_BYTES = 2953
#: Modules of light ground on every side; ISO/IEC 18004 asks for four.
QUIET_ZONE = 4


@lru_cache(maxsize=64)
def qr_svg(text: str) -> str:
    """Draw the code of a text as a picture of one unit per module.

    The level of error correction is M where that fits, else L; where the code has room for it at
    the same size, it is higher. Black on white whatever the theme: some readers see nothing else.

    Parameters
    ----------
    text : str
        At most :data:`MOST_BYTES` bytes of UTF-8. It is not written into the picture.

    Returns
    -------
    str
        An SVG document; width and height are the modules of a side with the quiet zone.

    Raises
    ------
    InvalidRequest
        If the text is empty, or longer than any code can hold.

    Examples
    --------
    >>> qr_svg("https://example.org/")[:62]
    '<svg xmlns="http://www.w3.org/2000/svg" width="33" height="33"'
    """
    code = _code(text)
    side = len(code.matrix) + 2 * QUIET_ZONE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}" '
        f'viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{_path(code.matrix)}"/></svg>'
    )


def _code(text: str) -> segno.QRCode:
    _check(text)
    try:
        return segno.make_qr(text, error="m", encoding="utf-8")
    except segno.DataOverflowError:
        return segno.make_qr(text, error="l", encoding="utf-8")


def _check(text: str) -> None:
    allowed = {"minimum": 1, "maximum": MOST_BYTES}
    size = len(text.encode())
    if not size:
        detail = "text is empty; a code needs at least one character, such as those of a link."
        raise InvalidRequest(detail, field="text", allowed=allowed)
    if size > MOST_BYTES:
        raise InvalidRequest(
            f"text has {size:,} bytes, and the largest QR code holds {MOST_BYTES:,}. "
            "Share the link itself, or a shorter one.",
            field="text",
            allowed=allowed,
        )


def _path(matrix: Iterable[Iterable[int]]) -> str:
    """Draw every run of dark modules as one bar.

    Examples
    --------
    >>> _path([[1, 1, 0, 1], [0, 0, 0, 0]])
    'M4 4h2v1h-2zM7 4h1v1h-1z'
    """
    bars = []
    for row, modules in enumerate(matrix, start=QUIET_ZONE):
        column = QUIET_ZONE
        for is_dark, run in groupby(modules):
            length = len(list(run))
            if is_dark:
                bars.append(f"M{column} {row}h{length}v1h-{length}z")
            column += length
    return "".join(bars)
