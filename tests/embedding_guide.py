"""What is pasted, as the page writes it, and the guide for teachers that shows it.

``python -m tests.embedding_guide`` writes the snippets of ``docs/embedding.md`` anew. Each stands
in a fence below a comment with its tab and, where a tab has several, its label::

    <!-- snippet: myst, Once, in _config.yml -->
"""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

ROOT = Path(__file__).resolve().parents[1]
GUIDE = ROOT / "docs" / "embedding.md"
#: Written by ``node tests/js/describe/snippet-cases.js``.
CASES = ROOT / "tests" / "js" / "describe" / "embed-snippets.json"

_MARKED = re.compile(
    r"^<!-- snippet: (?P<name>[^\n]+) -->\n"
    r"(?P<fence>`{3,})(?P<language>\w*)\n(?P<code>.*?)(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
_FENCED = re.compile(r"^(`{3,})(\w*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Case:
    """A scene and what is pasted for it.

    Attributes
    ----------
    search : str
        The query of its address.
    title : str
        As it was given.
    snippets : dict of str to str
        Code by name: the tab, and the label where the tab has several.
    """

    search: str
    title: str
    snippets: dict[str, str]


@cache
def cases() -> tuple[Case, ...]:
    """Give all cases, that of the guide first."""
    return tuple(
        Case(case["search"], case["title"], _by_name(case["snippets"]))
        for case in json.loads(CASES.read_text(encoding="utf-8"))
    )


def _by_name(snippets: list[dict[str, object]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for snippet in snippets:
        found[str(snippet["id"])] = str(snippet["code"])
        for other in snippet["also"]:  # type: ignore[attr-defined]
            found[f"{snippet['id']}, {other['label']}"] = other["code"]
    return found


def guide_snippets() -> dict[str, str]:
    """Give what the page writes for the scene of the guide, by name."""
    return cases()[0].snippets


@cache
def guide() -> str:
    """Read the guide."""
    return GUIDE.read_text(encoding="utf-8")


def shown_snippets(text: str) -> dict[str, str]:
    """Give the code of every marked fence of the guide, by name."""
    return {found["name"]: found["code"].removesuffix("\n") for found in _MARKED.finditer(text)}


def other_blocks(text: str) -> list[tuple[str, str]]:
    """Give language and code of every fence that is not marked."""
    return [(language, code) for _, language, code in _FENCED.findall(_MARKED.sub("", text))]


def refreshed(text: str) -> str:
    """Write the guide with the snippets of today."""

    def fresh(found: re.Match[str]) -> str:
        head = f"<!-- snippet: {found['name']} -->\n{found['fence']}{found['language']}\n"
        return f"{head}{guide_snippets()[found['name']]}\n{found['fence']}"

    return _MARKED.sub(fresh, text)


class IFrame:
    """What ``IPython.display.IFrame`` does with what it is given."""

    def __init__(self, src: str, width: Any, height: Any, extras: Sequence[str] = ()) -> None:
        given = f'width="{width}" height="{height}" src="{escape(src)}" frameborder="0"'
        self.html = f"<iframe {given} {' '.join(extras)}></iframe>"


def notebook_output(code: str) -> str:
    """Run a cell of a notebook; give the HTML of what it shows."""
    display = ModuleType("IPython.display")
    display.IFrame = IFrame  # type: ignore[attr-defined]
    *before, last = ast.parse(code).body
    assert isinstance(last, ast.Expr)
    names: dict[str, Any] = {}
    with patch.dict(sys.modules, {"IPython": ModuleType("IPython"), "IPython.display": display}):
        exec(compile(ast.Module(before, []), "cell", "exec"), names)
    shown = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    assert isinstance(shown, IFrame)
    return shown.html


def run_command(command: str, folder: Path) -> None:
    """Run ``kernelscope ...`` as a shell would, in a folder."""
    program, *words = shlex.split(command)
    assert program == "kernelscope"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    answer = subprocess.run(
        [sys.executable, "-m", "app", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stderr


if __name__ == "__main__":
    GUIDE.write_text(refreshed(guide()), encoding="utf-8")
