"""File names that strangers chose, made fit for a sentence."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 60

_SPECIAL = re.compile(r"[<>&\"'`{}|\\^]+")


def subject(name: str | None) -> str:
    r"""Start a sentence about an uploaded file.

    Parameters
    ----------
    name : str or None
        What the browser said, possibly a path, possibly hostile.

    Returns
    -------
    str
        The file name without folders, control and formatting characters or markup, at most
        60 characters; "This file" when nothing readable is left.

    Examples
    --------
    >>> subject("C:\\photos\\lab-report.pdf")
    'lab-report.pdf'
    >>> subject("../../\x00\u202e")
    'This file'
    """
    last = re.split(r"[/\\]", name or "")[-1][:1000]
    visible = "".join(
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFC", last)
        if character.isspace() or not unicodedata.category(character).startswith("C")
    )
    cleaned = " ".join(_SPECIAL.sub(" ", visible).split()).strip(". ")
    if not any(character.isalnum() for character in cleaned):
        return "This file"
    return cleaned if len(cleaned) <= LONGEST else f"{cleaned[:40]}…{cleaned[-19:]}"
