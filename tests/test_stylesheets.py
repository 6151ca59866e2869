"""Stylesheets: every file is sent once, is short, and uses every token that it could."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.api.stylesheets import EMBED, FIRST, JOINED, LATER

ROOT = Path(__file__).resolve().parent.parent
STYLES = ROOT / "static" / "styles"
# A page of its own, without the explorer's tokens.
OWN_PAGE = {"docs"}
MOST_LINES = 300


def test_every_file_is_in_exactly_one_list() -> None:
    own = [name for name in EMBED if name.startswith("embed") and name not in LATER]
    listed = [*FIRST, *LATER, *own]
    assert sorted(listed) == sorted({path.stem for path in STYLES.glob("*.css")} - OWN_PAGE)


def test_joined_names_hide_no_file() -> None:
    assert set(JOINED) == {"styles/first.css", "styles/later.css", "styles/embed.css"}
    assert not [name for name in JOINED if (ROOT / "static" / name).exists()]
    for names in (FIRST, LATER, EMBED):
        assert len(set(names)) == len(names)


def test_page_and_element_ask_for_the_same_first_sheet() -> None:
    page = (ROOT / "templates" / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'rel="stylesheet" href="([^"]+)"', page) == ["/static/styles/first.css"]
    layout = (ROOT / "static/elements/explorer-layout.js").read_text(encoding="utf-8")
    assert 'const STYLES = ["first", "later"];' in layout


@pytest.mark.parametrize("path", sorted(STYLES.glob("*.css")), ids=lambda path: path.stem)
def test_no_file_is_too_long_to_read(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= MOST_LINES
    assert re.match(r"/\* .+", lines[0]), "says what it is about in its first line"


def test_every_token_is_used_and_every_property_used_is_set() -> None:
    sources = {path: path.read_text(encoding="utf-8") for path in ROOT.glob("static/**/*.[cj]s*")}
    everything = "\n".join(text for path, text in sources.items() if path.stem not in OWN_PAGE)
    used = set(re.findall(r"var\(\s*(--[\w-]+)", everything))
    tokens = set(re.findall(r"^\s+(--[\w-]+):", sources[STYLES / "tokens.css"], re.MULTILINE))
    assert sorted(tokens - used) == []
    in_styles = set(re.findall(r"(--[\w-]+)\s*:", everything))
    by_scripts = set(re.findall(r"""["'](--[\w-]+)["']""", everything))
    assert sorted(used - in_styles - by_scripts) == []
