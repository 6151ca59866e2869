"""Who may frame what, as a browser enforces it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.hosts import HostSite
from tests.browser.server import LiveServer

SECONDS = 10_000


@pytest.fixture
def host(browser: Browser, server: LiveServer) -> Iterator[tuple[HostSite, Page]]:
    """A site elsewhere, and a page to visit it with."""
    with HostSite(server.url) as site:
        page = browser.new_page()
        page.set_default_timeout(SECONDS)
        yield site, page
        page.close()


def frames_of(page: Page) -> dict[str, bool]:
    """Tell which frames show what they were asked to, by their names."""
    shown = {}
    for name in page.locator("iframe").evaluate_all("frames => frames.map(({ name }) => name)"):
        frame = page.frame(name)
        assert frame is not None
        frame.wait_for_load_state()
        shown[name] = frame.locator("conv-visualizer").count() == 1
    return shown


def test_the_embed_may_be_framed_elsewhere_and_the_explorer_not(
    host: tuple[HostSite, Page],
) -> None:
    site, page = host
    site.pages["/frames.html"] = (
        '<!doctype html><iframe name="embed" src="{{server}}/embed"></iframe>'
        '<iframe name="boxed" sandbox="allow-scripts" src="{{server}}/embed"></iframe>'
        '<iframe name="explorer" src="{{server}}/"></iframe>'
    )
    page.goto(f"{site.url}/frames.html")
    assert frames_of(page) == {"embed": True, "boxed": True, "explorer": False}


def test_frames_are_for_the_sites_that_the_settings_name(browser: Browser) -> None:
    with HostSite("") as friend, HostSite("") as stranger:
        with LiveServer(embed_frame_ancestors=friend.url) as server:
            for site, is_shown in ((friend, True), (stranger, False)):
                site.pages["/frame.html"] = f'<iframe name="embed" src="{server.url}/embed">'
                page = browser.new_page()
                page.set_default_timeout(SECONDS)
                page.goto(f"{site.url}/frame.html")
                assert frames_of(page) == {"embed": is_shown}
                page.close()


def test_scripts_of_other_pages_read_answers_and_posters_but_not_the_page(
    host: tuple[HostSite, Page], server: LiveServer
) -> None:
    site, page = host
    site.pages["/reader.html"] = "<!doctype html><title>a reader</title>"
    page.goto(f"{site.url}/reader.html")
    read = """async ([url, options]) => {
      try { return (await fetch(url, options)).status; } catch { return "refused"; }
    }"""
    named = {"X-Have": "a", "Content-Type": "application/json"}
    edit = {"method": "POST", "body": "{}", "headers": named}
    asked: list[tuple[str, object, object]] = [
        ("/api/kernels", {}, 200),
        ("/embed/poster.png?width=240", {}, 200),
        ("/oembed?url=/embed", {}, 200),
        ("/oembed?url=tea", {}, 404),
        ("/api/runs/bundle", edit, 422),
        ("/", {}, "refused"),
        ("/docs", {}, "refused"),
    ]
    for path, options, answer in asked:
        assert page.evaluate(read, [server.url + path, options]) == answer, path


def test_a_picture_of_the_scene_stands_in_for_it_without_javascript(
    browser: Browser, server: LiveServer
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 640, "height": 480})
    page = context.new_page()
    page.goto(f"{server.url}/embed?image=camera&kernel=sobel-x&stride=2&cell=23,40")
    picture = page.locator("noscript img, img")
    picture.wait_for()
    assert picture.get_attribute("alt") == (
        "Sobel x over “Camera”. Row 23, column 40 of 47 × 47: "
        "−0.58 + 0 + 0.57 − 1.16 + 0 + 1.16 − 0.62 + 0 + 0.62 = −0.01."
    )
    box = picture.bounding_box()
    assert box is not None
    assert 200 < box["width"] <= 640
    context.close()
