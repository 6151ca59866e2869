"""Embeds on light and dark pages: as the page behind them, whatever the reader's system prefers."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.browser.hosts import HostSite
from tests.browser.server import LiveServer
from tests.browser.watch import Watch

OpenHost = Callable[..., Page]
Pixel = tuple[int, int, int]

_HEAD = '<!doctype html><meta charset="utf-8"><title>Ground</title>'
_SCRIPT = '<script type="module" src="{{server}}/static/embed.js"></script>'
_SCENE = "image=camera&kernel=sobel-x&controls=transport"
WHITE, DARK_CANVAS = (255, 255, 255), (18, 18, 18)
NIGHT = (20, 30, 40)


def element(attributes: str = "") -> str:
    """The two lines of a page."""
    named = 'image="camera" kernel="sobel-x" controls="transport"'
    return f"{_SCRIPT}<conv-visualizer-frame {named} {attributes}></conv-visualizer-frame>"


@pytest.fixture
def open_host(browser: Browser, server: LiveServer) -> Iterator[OpenHost]:
    """Open a page of somebody else's, with an embed in it."""
    with HostSite(server.url) as site:
        opened: list[tuple[Page, Watch]] = []

        def open_page(html: str, *, system: str = "light") -> Page:
            site.pages["/ground"] = html
            context = browser.new_context(
                viewport={"width": 640, "height": 600},
                color_scheme=system,  # type: ignore[arg-type]
            )
            page = context.new_page()
            opened.append((page, Watch(page)))
            page.goto(f"{site.url}/ground")
            return page

        yield open_page
        for page, watch in opened:
            page.context.close()
            watch.assert_silent()


def embed(page: Page) -> FrameLocator:
    """Wait for its picture and the line below it."""
    frame = page.frame_locator("iframe")
    expect(frame.locator(".foot-link")).to_be_visible(timeout=20_000)
    return frame


def colour_beside_the_foot(page: Page) -> Pixel:
    """The colour that a reader sees under the card, in the frame."""
    box = page.locator("iframe").bounding_box()
    assert box
    image = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    pixel = image.getpixel(
        (round(box["x"] + box["width"] / 2), round(box["y"] + box["height"] - 2))
    )
    assert isinstance(pixel, tuple)
    return pixel  # type: ignore[return-value]


def assert_looks(page: Page, theme: str, ground: Pixel) -> None:
    """The card has a theme, and what is around it in the frame is the page itself."""
    expect(embed(page).locator("conv-visualizer")).to_have_css("color-scheme", theme)
    assert colour_beside_the_foot(page) == ground


PAGES = {
    "scheme dark": ("<style>html { color-scheme: dark }</style>", "light", "dark", DARK_CANVAS),
    "meta dark": ('<meta name="color-scheme" content="dark">', "light", "dark", DARK_CANVAS),
    "dark by class": (
        '<style>.night { background: rgb(20 30 40) }</style><body class="night">',
        *("light", "dark", NIGHT),
    ),
    "dark in oklch": (
        "<style>body { background: oklch(0.25 0.03 250) }</style>",
        *("light", "dark", None),
    ),
    "dark part of a light page": (
        "<style>html { color-scheme: light } div { background: rgb(20 30 40) }</style><div>",
        *("light", "dark", NIGHT),
    ),
    "nothing said": ("", "dark", "light", WHITE),
    "scheme light": ("<style>html { color-scheme: light }</style>", "dark", "light", WHITE),
    "the system's": (
        "<style>html { color-scheme: light dark }</style>",
        *("dark", "dark", DARK_CANVAS),
    ),
}


@pytest.mark.parametrize("name", PAGES)
def test_an_embed_looks_like_the_page_behind_it(open_host: OpenHost, name: str) -> None:
    head, system, theme, ground = PAGES[name]
    page = open_host(_HEAD + head + element(), system=system)
    poster = page.locator("conv-visualizer-frame img")
    if poster.count():
        address = poster.get_attribute("src") or ""
        assert ("theme=dark" in address) == (theme == "dark")
    expect(embed(page).locator("conv-visualizer")).to_have_css("color-scheme", theme)
    outside = page.evaluate("document.documentElement.clientWidth")
    assert outside == 640
    if ground:
        assert colour_beside_the_foot(page) == ground


def test_an_embed_follows_a_page_that_becomes_dark_and_light_again(open_host: OpenHost) -> None:
    page = open_host(
        _HEAD
        + "<style>body { transition: background-color 150ms } "
        + "[data-night] body { background: rgb(20 30 40) }</style>"
        + element('poster="none"')
    )
    assert_looks(page, "light", WHITE)
    page.evaluate("document.documentElement.dataset.night = ''")
    expect(embed(page).locator("conv-visualizer")).to_have_css("color-scheme", "dark")
    assert_looks(page, "dark", NIGHT)
    state = page.locator("conv-visualizer-frame").evaluate("it => it.getState()")
    assert "around" not in state
    assert state.get("theme", "auto") == "auto"
    link = embed(page).locator(".foot-link").get_attribute("href") or ""
    assert "kernel=sobel-x" in link
    assert "around" not in link
    page.evaluate("delete document.documentElement.dataset.night")
    expect(embed(page).locator("conv-visualizer")).to_have_css("color-scheme", "light")
    assert_looks(page, "light", WHITE)
    page.evaluate("document.documentElement.style.colorScheme = 'dark'")
    assert_looks(page, "dark", DARK_CANVAS)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_that_was_set_stays_and_has_no_slab_around_it(
    open_host: OpenHost, theme: str
) -> None:
    page = open_host(_HEAD + element(f'poster="none" theme="{theme}"'), system="dark")
    assert_looks(page, theme, WHITE)
    page.evaluate("document.documentElement.style.background = 'rgb(20, 30, 40)'")
    assert_looks(page, theme, NIGHT)


def test_a_plain_frame_with_the_theme_of_its_page_has_no_slab_around_it(
    open_host: OpenHost,
) -> None:
    frame = f'<iframe src="{{{{server}}}}/embed?{_SCENE}&theme=light" style="border: 0"></iframe>'
    assert_looks(open_host(_HEAD + frame, system="dark"), "light", WHITE)


def test_on_a_phone_nothing_of_an_embed_scrolls(browser: Browser, server: LiveServer) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True)
    with HostSite(server.url) as site:
        site.pages["/phone"] = (
            f'{_HEAD}<meta name="viewport" content="width=device-width"><body style="margin: 0">'
            + _SCRIPT
            + '<conv-visualizer-frame image="camera" kernel="sobel-x"></conv-visualizer-frame>'
        )
        page = context.new_page()
        page.goto(f"{site.url}/phone")
        link = embed(page).locator(".foot-link")
        box = link.bounding_box()
        assert box
        assert box["height"] >= 44
        expect(page.locator("conv-visualizer-frame img")).to_have_count(0)
        sizes = (
            embed(page)
            .locator("html")
            .evaluate(
                "async (html) => {"
                " await new Promise((done) => setTimeout(done, 400));"
                " return [html.scrollHeight, html.clientHeight]; }"
            )
        )
        assert sizes[0] == sizes[1]
    context.close()
