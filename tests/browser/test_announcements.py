"""What is said aloud: a sentence at a time, with the engine's numbers; none while sweeping."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from app.pipeline.defaults import default_recipe
from app.pipeline.trace import Trace
from tests.browser import gestures
from tests.browser.engine import trace_of
from tests.browser.explorer import Explorer, OpenExplorer


@pytest.fixture(scope="module")
def trace() -> Trace:
    """Compute what the page must say."""
    return trace_of(default_recipe())


@pytest.fixture
def still(open_explorer: OpenExplorer) -> Explorer:
    """Open the explorer with nothing moving."""
    explorer: Explorer = open_explorer(reduced_motion="reduce")
    return explorer


def live(explorer: Explorer) -> Locator:
    """Give the live region."""
    return explorer.element().locator(".frame > [aria-live=polite]")


def signed(value: float) -> str:
    """Say a number with its sign in words."""
    sign = "minus " if value < 0 else "plus " if value > 0 else ""
    return sign + (f"{abs(value):.2f}" if round(value, 2) else "0")


def test_a_step_is_said_with_its_sums(still: Explorer, trace: Trace) -> None:
    gestures.go_to(still, 49, 68, 94)
    gestures.keys(still, "Home")
    gestures.go_to(still, 49, 68, 94)
    still.region("Bench").focus()
    still.page.keyboard.press("ArrowRight")
    cell = trace.cell("conv1", channel=0, row=49, column=69)
    sums = " ".join(signed(partial) for partial in cell["partial_sums"])
    total = signed(cell["value"]).removeprefix("plus ")
    expect(live(still)).to_have_text(f"Row 50, column 70: {sums}, bias minus 0.20, makes {total}.")


def test_a_stage_is_said_with_what_it_does(still: Explorer, trace: Trace) -> None:
    gestures.select(still, "ReLU 1", 1)
    zeroed = int((trace.stage("conv1").values[0] <= 0).sum())
    expect(live(still)).to_have_text(f"ReLU 1. {zeroed:,} of 8,836 cells set to zero.")


def test_a_pin_is_said_with_what_it_sees(still: Explorer) -> None:
    gestures.select(still, "Pool 2", 1)
    gestures.go_to(still, 21, 21, 22)
    gestures.click_cell(still, gestures.frame(still, "result"), (3, 1), (22, 22))
    expect(live(still)).to_have_text("Pinned. Sees 10 by 10 pixels, rows 13–22, columns 5–14.")


def test_the_end_is_said(still: Explorer) -> None:
    gestures.go_to(still, 50, 50, 94)
    still.region("Bench").focus()
    still.page.keyboard.press("End")
    expect(live(still)).to_have_text("All 8,836 windows computed.")


def test_nothing_is_said_while_it_plays(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer()
    gestures.keys(explorer, "1")
    gestures.go_to(explorer, 10, 0, 94)
    expect(live(explorer)).to_contain_text("Row 11, column 1")
    live(explorer).evaluate(
        """(node) => {
          node.said = 0;
          new MutationObserver(() => { node.said += 1; }).observe(node,
            { childList: true, characterData: true, subtree: true });
        }"""
    )
    explorer.play()
    explorer.page.evaluate("() => new Promise((done) => setTimeout(done, 1700))")
    assert explorer.is_playing()
    assert live(explorer).evaluate("node => node.said") == 0
    explorer.pause()
    expect(live(explorer)).to_contain_text(re.compile(r"Row \d+, column \d+: .* makes "))


def test_quick_steps_are_said_once_at_the_end(still: Explorer) -> None:
    gestures.go_to(still, 10, 10, 94)
    expect(live(still)).to_contain_text("Row 11, column 11")
    still.region("Bench").focus()
    live(still).evaluate(
        """(node) => {
          node.said = [];
          new MutationObserver(() => node.said.push(node.textContent)).observe(node,
            { childList: true, characterData: true, subtree: true });
        }"""
    )
    for _ in range(6):
        still.page.keyboard.press("ArrowRight")
    expect(live(still)).to_contain_text("Row 11, column 17")
    assert len(live(still).evaluate("node => node.said")) <= 2


def test_maps_and_scrubber_are_described(still: Explorer, trace: Trace) -> None:
    gestures.select(still, "Conv 1", 2)
    values = trace.stage("conv1").values[1]
    name = gestures.frame(still, "result").get_attribute("aria-label") or ""
    assert name.startswith("Conv 1, map 2 of 4: 94 by 94 cells, values from ")
    low, high = (
        float(part.replace("minus ", "-")) for part in re.findall(r"(?:minus )?\d+\.\d+", name)[:2]
    )
    assert low == pytest.approx(float(values.min()), abs=0.006)
    assert high == pytest.approx(float(values.max()), abs=0.006)


def test_the_lens_is_a_table_of_the_engines_numbers(still: Explorer, trace: Trace) -> None:
    gestures.go_to(still, 93, 93, 94)
    gestures.go_to(still, 50, 60, 94)
    table = still.element().get_by_role("region", name="What comes out").get_by_role("table")
    expect(table).to_contain_text("row 51")
    head, *lines = table.get_by_role("row").all_inner_texts()
    columns = [int(number) - 1 for number in re.findall(r"\d+", head)]
    values = trace.stage("conv1").values[0]
    seen = 0
    for line in lines:
        name, *cells = line.split("\t")
        row = int(re.findall(r"\d+", name)[0]) - 1
        for column, text in zip(columns, cells, strict=True):
            if text.strip() == "pending":
                continue
            printed = float(text.replace("−", "-"))
            assert printed == pytest.approx(float(values[row, column]), abs=0.0051)
            seen += 1
    assert seen > 20
