"""The page's JavaScript under names instead of addresses, so that one file can hold all of it.

A module that stands in a page as text has no folder, so ``./dom.js`` means nothing in it. Each
import gets the module's own name, and the page an import map from names to texts.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

#: In front of every name: a name must not look like a path.
PREFIX = "kernelscope/"

_STATIC = r"\b(?:import|export)\b[^;\"'`()=]*?\bfrom\s*|\bimport\s*"
_DYNAMIC = r"\bimport\s*\(\s*"
_IMPORT = re.compile(rf"(?P<before>{_STATIC}|{_DYNAMIC})(?P<quote>[\"'])(?P<path>\.[^\"'\n]+)[\"']")
_COMMENT = re.compile(r"^[ \t]*/\*\*.*?\*/", re.DOTALL | re.MULTILINE)


def named_modules(entry: Path) -> dict[str, str]:
    """Collect a module and everything that it imports, at once or later, by name.

    Parameters
    ----------
    entry : Path
        The entry file; everything is below its folder.

    Returns
    -------
    dict of str to str
        Source of each module by name, the entry first. Where a source imports, it has a name.

    """
    root = entry.parent.resolve()
    sources: dict[str, str] = {}
    waiting = [entry.name]
    while waiting:
        path = waiting.pop(0)
        if PREFIX + path in sources or not (root / path).is_file():
            continue
        source = (root / path).read_text(encoding="utf-8")
        sources[PREFIX + path] = renamed(source, path)
        waiting += imported_paths(source, path)
    return sources


def imported_paths(source: str, path: str) -> list[str]:
    """List what a module imports, below the same folder; types in comments do not count.

    Examples
    --------
    >>> imported_paths('import { h } from "./dom.js"; import("../api/client.js")', "elements/a.js")
    ['elements/dom.js', 'api/client.js']
    """
    code = _COMMENT.sub("", source)
    return [_joined(path, found["path"]) for found in _IMPORT.finditer(code)]


def renamed(source: str, path: str) -> str:
    """Write a module with names where it imports by address.

    Examples
    --------
    >>> renamed('import { h } from "./dom.js";', "elements/a.js")
    'import { h } from "kernelscope/elements/dom.js";'
    """

    def name(found: re.Match[str]) -> str:
        quote = found["quote"]
        return f"{found['before']}{quote}{PREFIX}{_joined(path, found['path'])}{quote}"

    return _IMPORT.sub(name, source)


def _joined(path: str, relative: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), relative))
