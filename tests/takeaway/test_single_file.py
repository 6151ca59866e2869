"""A page with a scene in it: whatever the texts, it stays one page; equal scenes, equal files."""

from __future__ import annotations

import dataclasses
import html
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings, strategies

from app.takeaway.single_file import POLICY, Layout, SavedPage, single_file

STYLES = {"first": ("styles/tokens.css", "styles/base.css"), "embed": ("styles/tokens.css",)}
PAGE = SavedPage(
    title="Edges",
    description="Sobel x over “Camera”.",
    layout="explorer",
    boot={"recipe": {}, "view": {}},
    run=b"run",
    styles=STYLES,
)


class Outline(HTMLParser):
    """Collects the elements of a page, and its title."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.title = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] == "title":
            self.title += data.partition("\n")[0]


@given(text=strategies.text(strategies.characters(exclude_categories=["Cs", "Cc"]), max_size=40))
@settings(deadline=None, max_examples=60)
def test_no_text_changes_what_the_page_is_made_of(text: str) -> None:
    usual = Outline(single_file(PAGE).decode())
    hostile = f'{text}</script></title><script>"'
    page = dataclasses.replace(
        PAGE, title=hostile, description=hostile, boot={"recipe": {"a": hostile}, "view": {}}
    )
    found = Outline(single_file(page).decode())
    assert found.tags == usual.tags
    assert html.unescape(found.title) == hostile


def test_the_same_scene_makes_the_same_file() -> None:
    assert single_file(PAGE) == single_file(dataclasses.replace(PAGE))


@pytest.mark.parametrize("layout", ["explorer", "embed"])
def test_a_page_without_a_poster_has_no_picture(layout: Layout) -> None:
    page = single_file(dataclasses.replace(PAGE, layout=layout)).decode()
    assert "<img" not in page
    assert POLICY in html.unescape(page)
