"""Just enough of JavaScript's grammar to tell code from comments and texts."""

from __future__ import annotations

import re

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_TEXT = re.compile(r""""(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""")
_PATTERN = re.compile(r"/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*")
# After one of these a slash begins a regular expression; after anything else it divides.
_BEFORE_PATTERN = re.compile(r"(?:^|[(,=:\[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case))\s*$")

IMPORT = re.compile(
    r"""
    \b(?:import|export)\b [^;"'`()=]*? \bfrom\s* ["']([^"'\n]+)["']
  | \bimport\s* \(?\s* ["']([^"'\n]+)["']
    """,
    re.VERBOSE,
)


def code_only(source: str, *, keep_texts: bool = False) -> str:
    r"""Leave out comments, and texts too unless they are kept.

    Of template texts only the code inside ``${...}`` remains.

    Parameters
    ----------
    source : str
        A module.
    keep_texts : bool
        Keep texts in single and double quotes as they are, for instance the names of imports.

    Examples
    --------
    >>> code_only("f(`a ${b(`c ${d}`)} e`, 'g'); // h").split()
    ['f(', 'b(', 'd', ')', ',', '"");']
    """
    return _scan(source, 0, keep_texts=keep_texts, until_brace=False)[0]


def imported_names(source: str) -> list[str]:
    """Name every module that a source imports, at load time or later; types do not count.

    Examples
    --------
    >>> imported_names('import { a } from "./a.js"; const b = await import("./b.js");')
    ['./a.js', './b.js']
    """
    found = IMPORT.findall(code_only(source, keep_texts=True))
    return [static or dynamic for static, dynamic in found]


def _scan(source: str, at: int, *, keep_texts: bool, until_brace: bool) -> tuple[str, int]:
    """Read code from ``at`` to the end, or to the brace that closes ``${``."""
    out: list[str] = []
    depth = 0
    while at < len(source):
        character = source[at]
        comment = _COMMENT.match(source, at) if character == "/" else None
        text = _TEXT.match(source, at) if character in "\"'" else None
        if comment:
            out.append(" ")
            at = comment.end()
        elif text:
            out.append(text[0] if keep_texts else '""')
            at = text.end()
        elif character == "`":
            inner, at = _scan_template(source, at + 1, keep_texts=keep_texts)
            out.append(f" {inner} ")
        elif character == "/" and _BEFORE_PATTERN.search("".join(out[-40:])):
            pattern = _PATTERN.match(source, at)
            out.append(" " if pattern else character)
            at = pattern.end() if pattern else at + 1
        else:
            depth += {"{": 1, "}": -1}.get(character, 0)
            if until_brace and depth < 0:
                return "".join(out), at + 1
            out.append(character)
            at += 1
    return "".join(out), at


def _scan_template(source: str, at: int, *, keep_texts: bool) -> tuple[str, int]:
    """Read a template text from after its first backtick; give the code inside it."""
    code: list[str] = []
    while at < len(source) and source[at] != "`":
        if source[at] == "\\":
            at += 2
        elif source.startswith("${", at):
            inner, at = _scan(source, at + 2, keep_texts=keep_texts, until_brace=True)
            code.append(inner)
        else:
            at += 1
    return " ".join(code), at + 1
