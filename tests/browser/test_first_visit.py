"""A first visit: the page comes, draws itself, and complains about nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, ViewportSize, expect

from tests.browser.explorer import Explorer, OpenExplorer
from tests.browser.screens import SCREENS, THEMES


@pytest.mark.parametrize("viewport", SCREENS.values(), ids=SCREENS.keys())
@pytest.mark.parametrize("color_scheme", THEMES)
def test_the_explorer_draws_itself_in_silence(
    open_explorer: OpenExplorer, viewport: ViewportSize, color_scheme: str
) -> None:
    explorer = open_explorer(viewport=viewport, color_scheme=color_scheme)
    canvases = explorer.element().locator("canvas")
    assert canvases.count() > 0
    assert explorer.element().evaluate("element => element.shadowRoot !== null")
    width = explorer.page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= viewport["width"], "the page scrolls sideways"


def test_a_visit_asks_nobody_but_the_server(explorer: Explorer) -> None:
    assert explorer.watch.requests
    foreign = [url for url in explorer.watch.requests if not url.startswith(explorer.url)]
    assert not [url for url in foreign if not url.startswith(("data:", "blob:"))]


@pytest.mark.parametrize("color_scheme", THEMES)
def test_the_first_scene_has_no_accessibility_violation(
    open_explorer: OpenExplorer,
    assert_accessible: Callable[[Explorer], None],
    color_scheme: str,
) -> None:
    assert_accessible(open_explorer(color_scheme=color_scheme, bypass_csp=True))


# Every frame of the page that shows the explorer's parts: have they got their styles?
_WATCH_FRAMES = """
() => {
  window.unstyledFrames = [];
  const look = () => {
    const frame = document.querySelector("conv-visualizer")?.shadowRoot?.querySelector(".frame");
    if (frame) unstyledFrames.push(getComputedStyle(frame).display !== "grid");
    if (unstyledFrames.length < 120) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
"""


def test_styles_are_fetched_once_and_no_frame_goes_without(open_explorer: OpenExplorer) -> None:
    explorer = open_explorer(path=None)
    explorer.page.add_init_script(f"({_WATCH_FRAMES})()")
    explorer.open()
    sheets = [url for url in explorer.watch.requests if url.endswith(".css")]
    assert sheets == [f"{explorer.url}/static/styles/{name}.css" for name in ("first", "later")]
    frames = explorer.page.evaluate("() => unstyledFrames")
    assert frames
    assert not any(frames)


# Frames of the browser fall between the tasks of the first scene.
_SLOW_TASKS = """
  const later = window.setTimeout.bind(window);
  window.setTimeout = (callback, wait_ms, ...rest) => later(callback, wait_ms || 100, ...rest);
"""


def test_links_are_drawn_also_when_frames_fall_between_the_first_tasks(
    open_explorer: OpenExplorer,
) -> None:
    explorer = open_explorer(path=None)
    explorer.page.add_init_script(_SLOW_TASKS)
    explorer.open()
    expect(explorer.element().locator(".links path").first).to_be_attached()
    expect(explorer.element().locator(".role-bar.result")).to_be_visible()


def test_a_picture_chosen_before_the_rest_of_the_page_came_is_computed(
    open_explorer: OpenExplorer,
) -> None:
    explorer = open_explorer(path=None)
    held: list[Route] = []
    explorer.page.route("**/companions.js", lambda route: held.append(route))
    explorer.page.goto(explorer.url + "/")
    explorer.wait_until_ready()
    explorer.open_pictures().get_by_role("button", name="Cat").click()
    for route in held:
        route.continue_()
    expect(explorer.element().get_by_role("button", name="Picture: Cat")).to_be_visible()
