"""Every size of window: nothing sticks out, nothing is cut, everything can be reached."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import ViewportSize, expect

from app.pipeline.defaults import default_recipe
from tests.browser import gestures
from tests.browser.agreement import assert_bench_shows, assert_pipeline_shows
from tests.browser.explorer import Explorer, OpenExplorer
from tests.browser.screens import PHONE
from tests.browser.settings import one_change

SIZES = {
    "desktop": ViewportSize(width=1440, height=900),
    "large": ViewportSize(width=1920, height=1200),
    "tablet": ViewportSize(width=1024, height=768),
    # A window of 1440 at 200 % zoom.
    "zoomed": ViewportSize(width=720, height=450),
    "embed": ViewportSize(width=640, height=800),
    "phone": ViewportSize(width=390, height=844),
    "small phone": ViewportSize(width=320, height=640),
}
STAGES = ["Conv 1", "ReLU 1", "Pool 1", "Conv 2"]

# Elements with text or a picture that stick out of the page sideways, or whose text is cut off,
# although no ancestor scrolls and nothing says that there is more (an ellipsis).
_MISPLACED = """
(host) => {
  const width = document.documentElement.clientWidth;
  const found = [];
  const seen = (node) => {
    const style = getComputedStyle(node);
    return style.visibility !== "hidden" && style.display !== "none" && style.opacity !== "0";
  };
  const scrolls = (node) => {
    for (let at = node.parentElement; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (/(auto|scroll)/.test(style.overflowX)) return true;
      if (at.matches(".visually-hidden, [hidden], .readout, .flight")) return true;
    }
    return false;
  };
  for (const node of host.shadowRoot.querySelectorAll("*")) {
    if (node.matches(".visually-hidden, option, script, link, style") || !seen(node)) continue;
    const box = node.getBoundingClientRect();
    if (box.width === 0 || box.height === 0 || scrolls(node)) continue;
    const hasText = [...node.childNodes].some(
      (child) => child.nodeType === Node.TEXT_NODE && child.textContent.trim());
    if (!hasText && !node.matches("canvas, input, button, select, svg")) continue;
    const name = `${node.localName}.${node.getAttribute("class") ?? ""} `
      + `"${node.textContent.trim().slice(0, 40)}"`;
    if (box.left < -1 || box.right > width + 1) {
      found.push(`${name} from ${Math.round(box.left)} to ${Math.round(box.right)}`);
    }
    const style = getComputedStyle(node);
    const isCut = style.overflowX !== "visible" && node.scrollWidth > node.clientWidth + 1;
    if (hasText && isCut && style.textOverflow !== "ellipsis") found.push(`${name} is cut`);
  }
  return found;
}
"""


def assert_nothing_sticks_out(explorer: Explorer) -> None:
    """Fail when the page scrolls sideways, or a part of it lies outside."""
    page = explorer.page
    width = page.evaluate("() => document.documentElement.clientWidth")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    misplaced: list[str] = explorer.element().evaluate(_MISPLACED)
    assert not misplaced, "\n".join(misplaced)


@pytest.mark.parametrize("name", SIZES)
def test_no_stage_sticks_out_of_any_window(open_explorer: OpenExplorer, name: str) -> None:
    explorer: Explorer = open_explorer(viewport=SIZES[name], reduced_motion="reduce")
    for title in STAGES:
        tile = gestures.tile(explorer, title, 1)
        tile.scroll_into_view_if_needed()
        gestures.select(explorer, title, 1)
        assert_nothing_sticks_out(explorer)


LARGE = {(1600, 1000): 384, (1920, 1080): 384, (1920, 1200): 480, (2560, 1440): 576}


@pytest.mark.parametrize("size", LARGE, ids=lambda size: f"{size[0]}x{size[1]}")
def test_large_windows_have_larger_maps_and_no_empty_half(
    open_explorer: OpenExplorer, size: tuple[int, int]
) -> None:
    explorer: Explorer = open_explorer(
        viewport=ViewportSize(width=size[0], height=size[1]), reduced_motion="reduce"
    )
    assert_nothing_sticks_out(explorer)
    source = gestures.frame(explorer, "source").bounding_box()
    assert source
    assert source["width"] == LARGE[size], "whole pixels per cell"
    lens = explorer.element().locator(".column.source .lens").bounding_box()
    transport = explorer.region("Playback").bounding_box()
    assert lens
    assert transport
    assert 8 <= transport["y"] - (lens["y"] + lens["height"]) <= 48


@pytest.mark.parametrize("name", ["zoomed", "embed"])
def test_window_and_kernel_stand_between_the_maps_of_an_upright_window(
    open_explorer: OpenExplorer, name: str
) -> None:
    explorer: Explorer = open_explorer(viewport=SIZES[name], reduced_motion="reduce")
    source = gestures.frame(explorer, "source").bounding_box()
    result = gestures.frame(explorer, "result").bounding_box()
    windows = explorer.element().locator(".window-cells")
    kernels = explorer.element().locator(".row-kernel")
    assert source
    assert result
    assert windows.count() == 3
    for index in range(3):
        window, kernel = windows.nth(index).bounding_box(), kernels.nth(index).bounding_box()
        assert window
        assert kernel
        assert window["x"] > source["x"] + source["width"]
        assert window["x"] + window["width"] < result["x"]
        assert kernel["y"] > window["y"] + window["height"]


@pytest.mark.parametrize("name", ["tablet", "zoomed", "phone"])
def test_every_map_is_drawn_at_every_size(open_explorer: OpenExplorer, name: str) -> None:
    explorer: Explorer = open_explorer(viewport=SIZES[name], reduced_motion="reduce")
    maps = assert_pipeline_shows(explorer, default_recipe())
    assert_bench_shows(explorer, maps, "conv1")
    for side in ("source", "result"):
        box = gestures.frame(explorer, side).bounding_box()
        assert box
        assert box["width"] >= 120
        assert abs(box["width"] - box["height"]) <= 1, "cells are square"


def phone(open_explorer: OpenExplorer, **options: Any) -> Explorer:
    """Open the explorer on a phone."""
    explorer: Explorer = open_explorer(
        viewport=PHONE, has_touch=True, is_mobile=True, reduced_motion="reduce", **options
    )
    return explorer


def test_a_tap_on_a_phone_shows_a_cell(open_explorer: OpenExplorer) -> None:
    explorer = phone(open_explorer)
    gestures.go_to(explorer, 93, 93, 94)
    x, y = gestures.point_of(explorer, gestures.frame(explorer, "result"), (40, 50), (94, 94))
    explorer.page.touchscreen.tap(x, y)
    explorer.two_frames()
    words = gestures.position(explorer)
    row, column = _place(words)
    # A cell is under two pixels wide there.
    assert abs(row - 41) <= 1 and abs(column - 51) <= 1, words
    assert not explorer.is_playing()


def _place(words: str) -> tuple[int, int]:
    numbers = [int(word.strip(",")) for word in words.split() if word.strip(",").isdigit()]
    return numbers[0], numbers[1]


def test_settings_of_a_phone_are_a_sheet(open_explorer: OpenExplorer) -> None:
    explorer = phone(open_explorer)
    sheet = explorer.element().locator(".settings-sheet")
    expect(sheet).to_be_hidden()
    explorer.element().get_by_role("button", name="Settings").tap()
    expect(sheet).to_be_visible()
    box = sheet.bounding_box()
    assert box
    assert box["height"] <= 0.75 * PHONE["height"]
    assert_nothing_sticks_out(explorer)
    with one_change(explorer):
        sheet.get_by_role("button", name="More: Stride").tap()
    recipe = default_recipe()
    recipe["stages"][0]["stride"] = [2, 2]
    assert_pipeline_shows(explorer, recipe)
    sheet.get_by_role("button", name="Done").tap()
    expect(sheet).to_be_hidden()


def test_targets_of_a_phone_are_large_enough(open_explorer: OpenExplorer) -> None:
    explorer = phone(open_explorer)
    small = explorer.element().evaluate(
        """(host) => [...host.shadowRoot.querySelectorAll(
            ".transport button, .transport input, .header button, .settings-button")]
          .filter((node) => node.offsetParent !== null)
          .map((node) => [node.getAttribute("aria-label") ?? node.textContent.trim(),
            node.getBoundingClientRect().width, node.getBoundingClientRect().height])
          .filter(([, width, height]) => width < 43.5 || height < 43.5)
          .map(String)"""
    )
    assert small == []


def test_the_transport_of_a_phone_stays_in_sight(open_explorer: OpenExplorer) -> None:
    explorer = phone(open_explorer)
    explorer.page.evaluate("() => window.scrollTo(0, document.body.scrollHeight)")
    expect(explorer.play_button()).to_be_in_viewport()
    explorer.page.evaluate("() => window.scrollTo(0, 0)")
    expect(explorer.play_button()).to_be_in_viewport()


def test_resizing_keeps_the_place(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer(reduced_motion="reduce")
    gestures.select(explorer, "Conv 2", 2)
    gestures.go_to(explorer, 20, 20, 45)
    for size in (SIZES["phone"], SIZES["tablet"], SIZES["desktop"]):
        explorer.page.set_viewport_size(size)
        explorer.two_frames()
        assert gestures.position(explorer) == "row 21, column 21 of 45 × 45"
        assert_nothing_sticks_out(explorer)
