"""Playing, stepping and scrubbing: the window is where the transport says, and paints that much."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from app.pipeline.defaults import default_recipe
from app.pipeline.trace import Trace
from tests.browser import colours, gestures, reading
from tests.browser.engine import trace_of
from tests.browser.explorer import Explorer, OpenExplorer
from tests.browser.gestures import go_to, keys, painted, position
from tests.browser.reading import assert_prints

WINDOWS = 94 * 94

_SHOW_OVERLAYS = """
(host, visibility) => {
  for (const node of host.shadowRoot.querySelectorAll(".box, .lens-lines")) {
    node.style.visibility = visibility;
  }
}
"""


@pytest.fixture(scope="module")
def trace() -> Trace:
    """Compute what the page must show."""
    return trace_of(default_recipe())


@pytest.fixture
def still(open_explorer: OpenExplorer) -> Explorer:
    """Open the explorer with nothing moving."""
    explorer: Explorer = open_explorer(reduced_motion="reduce")
    explorer.pause()
    return explorer


def assert_at(explorer: Explorer, row: int, column: int) -> None:
    """Hold words, boxes, count and slider against a window, counted from 0."""
    assert position(explorer) == f"row {row + 1}, column {column + 1} of 94 × 94"
    assert painted(explorer) == row * 94 + column + 1
    slider = explorer.element().get_by_role("slider", name="Window")
    assert slider.input_value() == str(row * 94 + column + 1)
    words = f"row {row + 1}, column {column + 1} of 94 by 94"
    expect(slider).to_have_attribute("aria-valuetext", words)
    notes = explorer.element().locator(".lens-notes.result")
    expect(notes).to_contain_text(f"row {row + 1}")
    expect(notes).to_contain_text(f"column {column + 1}")
    source = explorer.element().locator(".lens-notes.source")
    expect(source).to_contain_text(f"rows {row + 1}–{row + 3}")
    expect(source).to_contain_text(f"columns {column + 1}–{column + 3}")
    assert_boxes(explorer, row, column)


def assert_boxes(explorer: Explorer, row: int, column: int) -> None:
    """Hold the window's box and the output cell's box against the taps of a 3 × 3 kernel."""
    for side, cells, size in (("source", 3, 96), ("result", 1, 94)):
        place = gestures.frame(explorer, side)
        outer = place.bounding_box()
        inner = place.locator(f".box.{side}:not(.dashed)").bounding_box()
        assert outer and inner
        cell = outer["width"] / size
        # Strokes lie outside the cells.
        middle = (
            inner["x"] + inner["width"] / 2 - outer["x"],
            inner["y"] + inner["height"] / 2 - outer["y"],
        )
        assert abs(middle[0] - (column + cells / 2) * cell) <= 1.5, (side, inner, outer)
        assert abs(middle[1] - (row + cells / 2) * cell) <= 1.5, (side, inner, outer)
        assert cells * cell - 0.5 <= inner["width"] <= cells * cell + 6


def assert_painted_up_to(explorer: Explorer, trace: Trace, step: int) -> None:
    """Hold what is on the screen: cells in their colours up to a window, hatched after it."""
    values = trace.stage("conv1").values[0]
    colour = colours.signed(values, peak=float(np.abs(values).max()), theme="light").astype(int)
    explorer.page.mouse.move(2, 2)
    explorer.two_frames()
    # Boxes and the lines to the lens lie above the cells.
    explorer.element().evaluate(_SHOW_OVERLAYS, "hidden")
    shot = gestures.frame(explorer, "result").screenshot()
    explorer.element().evaluate(_SHOW_OVERLAYS, "")
    seen = np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")).astype(int)
    places = (np.arange(94) + 0.5) * seen.shape[0] / 94
    middles = seen[np.ix_(places.astype(int), places.astype(int))]
    # Only cells whose colour no hatch has.
    low, high = np.array([0xDE, 0xDA, 0xD1]) - 3, np.array([0xF4, 0xF2, 0xEE]) + 3
    is_telling = np.any((colour < low - 6) | (colour > high + 6), axis=-1)
    rows, columns = np.mgrid[0:94, 0:94]
    is_hatched = np.all((middles >= low) & (middles <= high), axis=-1)
    is_coloured = np.all(abs(middles - colour) <= 3, axis=-1)
    is_due = np.less_equal(rows * 94 + columns, step)
    assert is_coloured[is_telling & is_due].all(), "a painted cell has not its colour"
    assert is_hatched[is_telling & ~is_due].all(), "a cell is shown before its window"


def test_it_plays_by_itself_and_says_so(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer()
    assert explorer.is_playing()
    first = painted(explorer)
    explorer.page.wait_for_function(
        """(first) => Number(document.querySelector("conv-visualizer").shadowRoot
          .querySelector(".transport-count").textContent.split(" of ")[0].replace(",", "")) > first
        """,
        arg=first,
    )
    explorer.pause()
    # While playing, numbers stand still to be read; with the pause they catch up.
    explorer.two_frames()
    stopped = painted(explorer)
    explorer.two_frames()
    explorer.two_frames()
    assert painted(explorer) == stopped


def test_it_plays_to_the_end_and_stops_with_the_whole_map(
    open_explorer: OpenExplorer, trace: Trace
) -> None:
    explorer: Explorer = open_explorer()
    keys(explorer, "5")
    go_to(explorer, 90, 0, 94)
    explorer.play()
    place = explorer.element().locator(".transport-position")
    expect(place).to_have_text("row 94, column 94 of 94 × 94")
    expect(explorer.play_button()).to_have_accessible_name("Play")
    assert_at(explorer, 93, 93)
    assert_painted_up_to(explorer, trace, WINDOWS - 1)
    live = explorer.element().locator("[aria-live=polite]").last
    expect(live).to_have_text("All 8,836 windows computed.")
    explorer.play()
    expect(explorer.play_button()).to_have_accessible_name("Pause")
    assert painted(explorer) < WINDOWS, "playing again begins at the top"


def test_the_first_window_is_taken_term_by_term(open_explorer: OpenExplorer, trace: Trace) -> None:
    explorer: Explorer = open_explorer()
    explorer.pause()
    keys(explorer, "Home", *["Alt+ArrowRight"] * 4)
    ledger = reading.read_ledger(explorer)
    shown = explorer.element().locator(".product-cells .cell:not([data-kind=pending])")
    terms = trace.cell("conv1", channel=0, row=0, column=0)["terms"]
    assert shown.count() == 4
    for text, term in zip(shown.all_inner_texts(), terms, strict=False):
        assert_prints(text, term["product"])
    assert ledger.rows[0].partial == ""
    assert ledger.total == ""
    # What becomes of a cell is not told before the cell itself.
    strip = explorer.element().locator(".next-cells")
    expect(strip.locator(".next-cell.pending")).to_have_count(3)
    expect(strip.locator(".next-window .cell[data-kind=pending]")).to_have_count(4)
    keys(explorer, *["Alt+ArrowRight"] * 5)
    ledger = reading.read_ledger(explorer)
    assert_prints(ledger.rows[0].partial, sum(term["product"] for term in terms[:9]))
    assert ledger.rows[1].partial == ""
    keys(explorer, "Alt+ArrowLeft")
    assert reading.read_ledger(explorer).rows[0].partial == ""
    keys(explorer, *["Alt+ArrowRight"] * 19)
    ledger = reading.read_ledger(explorer)
    assert shown.count() == 27
    assert_prints(ledger.rows[2].partial, sum(term["product"] for term in terms[18:]))
    assert ledger.total != ""
    expect(strip.locator(".next-cell.pending")).to_have_count(1)
    expect(strip.locator(".next-window .cell[data-kind=pending]")).to_have_count(3)


def test_steps_move_one_window_and_steps_back_unpaint_it(still: Explorer, trace: Trace) -> None:
    go_to(still, 10, 92, 94)
    assert_at(still, 10, 92)
    bench = still.region("Bench")
    bench.focus()
    for key, row, column in (
        ("ArrowRight", 10, 93),
        ("ArrowRight", 11, 0),
        ("ArrowLeft", 10, 93),
        ("Shift+ArrowRight", 11, 93),
        ("Shift+ArrowLeft", 10, 93),
        ("Shift+ArrowLeft", 9, 93),
    ):
        bench.focus()
        still.page.keyboard.press(key)
        still.two_frames()
        assert_at(still, row, column)
        assert_painted_up_to(still, trace, row * 94 + column)


def test_the_buttons_do_what_they_are_called(still: Explorer) -> None:
    go_to(still, 20, 30, 94)
    playback = still.element().get_by_role("toolbar", name="Playback")
    for name, row, column in (
        ("Forward one window", 20, 31),
        ("Forward one row", 21, 31),
        ("Back one window", 21, 30),
        ("Back one row", 20, 30),
        ("Finish", 93, 93),
    ):
        playback.get_by_role("button", name=name).click()
        still.two_frames()
        assert_at(still, row, column)


def test_home_and_end_are_the_first_and_the_last_window(still: Explorer, trace: Trace) -> None:
    go_to(still, 20, 30, 94)
    still.region("Bench").focus()
    still.page.keyboard.press("End")
    still.two_frames()
    assert_at(still, 93, 93)
    still.region("Bench").focus()
    still.page.keyboard.press("Home")
    still.two_frames()
    assert position(still) == "row 1, column 1 of 94 × 94"
    assert painted(still) == 0
    assert_painted_up_to(still, trace, -1)


def test_steps_end_at_the_ends(still: Explorer) -> None:
    go_to(still, 93, 93, 94)
    still.region("Bench").focus()
    still.page.keyboard.press("ArrowRight")
    still.two_frames()
    assert_at(still, 93, 93)
    go_to(still, 0, 0, 94)
    still.region("Bench").focus()
    still.page.keyboard.press("ArrowLeft")
    still.two_frames()
    assert_at(still, 0, 0)


def test_the_scrubber_goes_anywhere_at_once_with_the_pointer_and_the_keyboard(
    still: Explorer, trace: Trace
) -> None:
    slider = still.element().get_by_role("slider", name="Window")
    box = slider.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    still.page.mouse.move(box["x"] + box["width"] * 0.25, middle)
    still.page.mouse.down()
    still.page.mouse.move(box["x"] + box["width"] * 0.5, middle, steps=4)
    still.two_frames()
    assert abs(painted(still) - WINDOWS / 2) < WINDOWS * 0.03
    still.page.mouse.move(box["x"] + box["width"] * 0.75, middle, steps=4)
    still.page.mouse.up()
    still.two_frames()
    assert abs(painted(still) - WINDOWS * 0.75) < WINDOWS * 0.03
    before = painted(still)
    slider.focus()
    still.page.keyboard.press("ArrowRight")
    still.two_frames()
    step = before
    assert_at(still, step // 94, step % 94)
    cell = trace.cell("conv1", channel=0, row=step // 94, column=step % 94)
    assert_prints(reading.read_ledger(still).total, cell["value"])


def test_keys_one_to_five_choose_the_speed(still: Explorer) -> None:
    speed = still.element().get_by_role("combobox", name="Speed")
    for key, value in (("1", "0.5"), ("2", "1"), ("3", "2"), ("4", "4"), ("5", "16")):
        still.region("Bench").focus()
        still.page.keyboard.press(key)
        expect(speed).to_have_value(value)
    speed.select_option("2")
    still.play()
    expect(speed).to_have_value("2")


@pytest.mark.parametrize("key", ["1", "5"])
def test_a_looped_row_is_played_again_and_never_left(open_explorer: OpenExplorer, key: str) -> None:
    explorer: Explorer = open_explorer()
    explorer.pause()
    explorer.region("Bench").focus()
    explorer.page.keyboard.press(key)
    explorer.page.keyboard.press("l")
    loop = explorer.element().get_by_role("button", name="Loop")
    expect(loop).to_have_attribute("aria-pressed", "true")
    go_to(explorer, 40, 88, 94)
    # Every window count that is shown while it plays, beyond the end of the row.
    explorer.element().evaluate(
        """(host) => {
          const place = host.shadowRoot.querySelector(".transport-count");
          host.countsSeen = [];
          new MutationObserver(() => {
            host.countsSeen.push(Number(place.textContent.split(" of ")[0].replace(",", "")));
          }).observe(place, { childList: true, characterData: true, subtree: true });
        }"""
    )
    explorer.play()
    turns = """() => {
      const seen = document.querySelector("conv-visualizer").countsSeen;
      return seen.filter((count, index) => index && count < seen[index - 1]).length >= 1;
    }"""
    explorer.page.wait_for_function(turns)
    explorer.pause()
    seen = explorer.element().evaluate("host => host.countsSeen")
    rows = {(count - 1) // 94 for count in seen}
    assert rows == {40}, rows


def test_space_plays_and_pauses(still: Explorer) -> None:
    for name in ("Pause", "Play"):
        still.region("Bench").focus()
        still.page.keyboard.press("Space")
        expect(still.play_button()).to_have_accessible_name(name)


def test_the_map_is_painted_in_reading_order_and_its_lens_says_what_is_pending(
    still: Explorer,
) -> None:
    go_to(still, 50, 40, 94)
    table = still.element().get_by_role("region", name="What comes out").get_by_role("table")
    # The table follows when nothing has moved for a moment.
    expect(table.get_by_role("row").filter(has_text="row 51")).to_contain_text("pending")
    lines = table.get_by_role("row").all_inner_texts()[1:]
    for line in lines:
        head, *cells = line.split("\t")
        row = int(head.removeprefix("row ")) - 1
        columns = range(37, 44)
        for column, text in zip(columns, cells, strict=True):
            is_painted = (row, column) <= (50, 40)
            assert (text.strip() != "pending") == is_painted, (row, column, text)
