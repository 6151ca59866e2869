"""Paper: marks stand on their cells however wide the page is laid out, numbers on their colours."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.explorer import Explorer, OpenExplorer

# Row 20, column 30 of the result, counted from 1, and the window it is made of.
SCENE = "image=camera&kernel=sobel-x&stride=2&cell=20,30"
EXPECTED = {"source": (38, 40, 58, 60, 96), "result": (19, 19, 29, 29, 47)}
A4_PX = 718

# Printing lays out anew and runs no script in between: neither does this.
_NARROWED = """([width]) => {
  const host = document.querySelector("conv-visualizer");
  const inner = (role, part) =>
    host.shadowRoot.querySelector(`.column.${role} .map-frame ${part}`).getBoundingClientRect();
  host.style.width = `${width}px`;
  const places = Object.fromEntries(["source", "result"].map((role) => {
    const [map, mark] = [inner(role, "canvas"), inner(role, `.box.${role}:not(.dashed)`)];
    return [role, {
      side: map.width,
      top: (mark.top - map.top) / map.height, bottom: (mark.bottom - map.top) / map.height,
      left: (mark.left - map.left) / map.width, right: (mark.right - map.left) / map.width,
    }];
  }));
  host.style.width = "";
  return places;
}"""

# The same for what is still to come, in cells: where the hatched part of a row begins.
_HATCHED = """([width, cells]) => {
  const host = document.querySelector("conv-visualizer");
  host.style.width = `${width}px`;
  const frame = host.shadowRoot.querySelector(".column.result .map-frame");
  const map = frame.querySelector("canvas").getBoundingClientRect();
  const row = frame.querySelector(".pending-window.row").getBoundingClientRect();
  host.style.width = "";
  return [row.top - map.top, row.left - map.left].map((px) => (px / map.width) * cells);
}"""


def printed(open_explorer: OpenExplorer, path: str, width: int) -> Explorer:
    """Open a page in a window, print it, and leave it as it is laid out for paper."""
    explorer = open_explorer(None, viewport={"width": width, "height": 900})
    explorer.page.goto(explorer.url + path)
    explorer.wait_until_ready()
    explorer.element().locator(".readout").first.wait_for(state="attached")
    explorer.two_frames()
    assert explorer.page.pdf(format="A4").startswith(b"%PDF")
    explorer.page.emulate_media(media="print")
    return explorer


@pytest.mark.parametrize(("path", "width"), [("/embed", 1000), ("/embed", 640), ("/", 1280)])
def test_marks_stand_on_their_cells_in_a_width_no_script_has_heard_of(
    open_explorer: OpenExplorer, path: str, width: int
) -> None:
    explorer = printed(open_explorer, f"{path}?{SCENE}", width)
    on_screen: dict[str, Any] = explorer.page.evaluate(_NARROWED, [width])
    narrow = A4_PX if width > A4_PX else 360
    on_paper: dict[str, Any] = explorer.page.evaluate(_NARROWED, [narrow])
    for role, (top, bottom, left, right, cells) in EXPECTED.items():
        assert on_paper[role]["side"] < on_screen[role]["side"] - 10
        for place in (on_screen[role], on_paper[role]):
            sides = [place[side] * cells for side in ("top", "bottom", "left", "right")]
            assert sides == pytest.approx([top, bottom + 1, left, right + 1], abs=0.2), role


def test_on_paper_the_hatch_begins_at_the_cell_that_comes_next(
    open_explorer: OpenExplorer,
) -> None:
    embed = printed(open_explorer, "/embed?image=camera&kernel=sobel-x&stride=2&step=1074", 1000)
    # So many windows are done: 22 rows of 47, and 40 cells of the next.
    for width in (1000, A4_PX, 480):
        place = embed.page.evaluate(_HATCHED, [width, 47])
        assert place == pytest.approx([22, 40], abs=0.2), width


def test_the_numbers_of_the_explorer_are_printed_on_their_colours(
    open_explorer: OpenExplorer,
) -> None:
    explorer = printed(open_explorer, f"/?{SCENE}", 1280)
    for part in (".window-cells .cell", ".kernel-grid, .kernel-cells", ".product-cells .cell"):
        expect(explorer.element().locator(part).first).to_have_css("print-color-adjust", "exact")
    for part in (".links", ".role-bars", ".lens-lines.source"):
        expect(explorer.element().locator(part)).to_be_hidden()


def test_no_room_is_kept_on_paper_for_controls_that_are_not_printed(
    open_explorer: OpenExplorer,
) -> None:
    embed = printed(open_explorer, f"/embed?{SCENE}", 800)
    place = embed.element().locator(".controls-place")
    expect(place).to_be_hidden()
    card = embed.element().locator(".card").bounding_box()
    bench = embed.element().locator(".bench").bounding_box()
    assert card and bench
    assert card["y"] + card["height"] == pytest.approx(bench["y"] + bench["height"], abs=2)
