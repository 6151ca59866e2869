"""Which JavaScript modules a page will need, so that the browser can fetch them all at once."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path, PurePath

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
    root = str(entry.parent.resolve())
    found: dict[str, None] = {}
    waiting = [os.path.realpath(entry)]
    while waiting:
        module = waiting.pop(0)
        if module in found or not module.startswith(root + os.sep):
            continue
        try:
            status = Path(module).stat()
        except OSError:
            continue
        found[module] = None
        waiting += _imports(module, status.st_mtime_ns, status.st_size)
    return [f"{url}/{PurePath(module).relative_to(root).as_posix()}" for module in found]


@lru_cache(maxsize=512)
def _imports(module: str, changed_ns: int, size_bytes: int) -> list[str]:
    """List the files that a module imports; read again when it has changed."""
    path = Path(module)
    names = _IMPORT.findall(path.read_text(encoding="utf-8"))
    return [os.path.realpath(path.parent / name) for name in names]
