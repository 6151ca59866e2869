"""What a person does on the bench, in more than one step."""

from __future__ import annotations

import re
from collections.abc import Sequence

from playwright.sync_api import Locator, expect

from tests.browser.explorer import Explorer

SIDES = {"source": "What is read", "result": "What comes out"}


def tile(explorer: Explorer, title: str, number: int = 1, *, index: int = 0) -> Locator:
    """Give a map of the overview, by its stage's title and its number."""
    name = re.compile(rf"^{re.escape(title)}, map {number} of ")
    return explorer.element(index).get_by_role("gridcell", name=name)


def select(explorer: Explorer, title: str, number: int = 1, *, index: int = 0) -> None:
    """Click a map of the overview and wait until the bench has it and its arithmetic."""
    tile(explorer, title, number, index=index).click()
    # A pointer that stays there goes on asking for the cell under it.
    explorer.page.mouse.move(2, 2)
    expect(tile(explorer, title, number, index=index)).to_have_attribute("aria-selected", "true")
    wait_for_arithmetic(explorer, index=index)


def wait_for_arithmetic(explorer: Explorer, *, index: int = 0) -> None:
    """Wait until the bench has every exact value that it shows."""
    element = explorer.element(index)
    expect(element.locator(".middle .waiting:visible")).to_have_count(0)
    explorer.two_frames()


def frame(explorer: Explorer, side: str, *, index: int = 0) -> Locator:
    """Give the large map of one side of the bench, with its boxes."""
    return (
        explorer.element(index).get_by_role("region", name=SIDES[side]).get_by_role("application")
    )


def point_of(
    explorer: Explorer, place: Locator, cell: tuple[int, int], size: Sequence[int]
) -> tuple[float, float]:
    """Give the middle of a cell on the screen, in CSS pixels; cells counted from 0."""
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box
    rows, columns = size
    x = box["x"] + (cell[1] + 0.5) * box["width"] / columns
    y = box["y"] + (cell[0] + 0.5) * box["height"] / rows
    return x, y


def hover_cell(
    explorer: Explorer, place: Locator, cell: tuple[int, int], size: Sequence[int]
) -> None:
    """Move the pointer over a cell and let it be painted."""
    explorer.page.mouse.move(*point_of(explorer, place, cell, size))
    explorer.two_frames()


def click_cell(
    explorer: Explorer, place: Locator, cell: tuple[int, int], size: Sequence[int]
) -> None:
    """Click a cell and take the pointer away again."""
    explorer.page.mouse.click(*point_of(explorer, place, cell, size))
    explorer.page.mouse.move(2, 2)
    explorer.two_frames()


def release(explorer: Explorer, *, index: int = 0) -> None:
    """Let go of a pinned cell with the keyboard."""
    explorer.region("Bench", index=index).focus()
    explorer.page.keyboard.press("Escape")


def keys(explorer: Explorer, *presses: str, index: int = 0) -> None:
    """Press keys while the focus is on the page of the explorer but in no control of it."""
    frame(explorer, "result", index=index).focus()
    for press in presses:
        explorer.page.keyboard.press(press)
    explorer.two_frames()


def go_to(explorer: Explorer, row: int, column: int, columns: int, *, index: int = 0) -> None:
    """Set the scrubber on a window, counted from 0."""
    slider = explorer.element(index).get_by_role("slider", name="Window")
    slider.evaluate(
        """(input, step) => {
          input.value = String(step);
          input.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
        }""",
        row * columns + column + 1,
    )
    explorer.two_frames()


def position(explorer: Explorer, *, index: int = 0) -> str:
    """Give where the playhead stands, in the words of the transport."""
    return explorer.element(index).locator(".transport-position").inner_text()


def painted(explorer: Explorer, *, index: int = 0) -> int:
    """Give how many windows the transport says are painted."""
    text = explorer.element(index).locator(".transport-count").inner_text()
    return int(text.split(" of ")[0].replace(",", ""))
