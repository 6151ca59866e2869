"""Where the page, its templates and the sample pictures are: the checkout, or inside a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Find one of the data folders ``static``, ``templates`` or ``sample_images``.

    A wheel carries them in ``app/_assets``; a checkout has them beside ``app``.

    Parameters
    ----------
    name : str
        Name of the folder.

    Returns
    -------
    Path
        Absolute path; the folder of the checkout when there is no packaged one.

    Examples
    --------
    >>> folder("templates").name
    'templates'
    """
    packaged = _PACKAGE / "_assets" / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name
