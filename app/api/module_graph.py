"""Which JavaScript modules a page will need, so that the browser can fetch them all at once."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

_IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*["'](\.{1,2}/[^"']+)["']""")


def reachable_modules(entry: Path, *, url: str) -> list[str]:
    """List the addresses of a module and of everything it imports statically.

    Without the list a browser finds the modules level by level, one round trip each.

    Parameters
    ----------
    entry : Path
        The entry file; its folder is served at ``url``.
    url : str
        Address of that folder, without a slash at the end.

    Returns
    -------
    list of str
        Addresses, the entry first; empty when it does not exist.
    """
    root = entry.parent.resolve()
    found: dict[Path, None] = {}
    waiting = [entry.resolve()]
    while waiting:
        module = waiting.pop(0)
        if module in found or not module.is_file() or not module.is_relative_to(root):
            continue
        found[module] = None
        names = _IMPORT.findall(module.read_text(encoding="utf-8"))
        waiting += [(module.parent / name).resolve() for name in names]
    return [f"{url}/{PurePosixPath(module.relative_to(root))}" for module in found]
