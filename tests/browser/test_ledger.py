"""Every number that the bench prints is the engine's, and what is printed adds up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from app.pipeline.defaults import default_recipe
from app.pipeline.trace import Trace
from tests.browser import gestures, reading
from tests.browser.engine import trace_of
from tests.browser.explorer import Explorer, OpenExplorer
from tests.browser.reading import LedgerRow, assert_prints, number, numbers

CELLS = [(0, 0), (49, 69), (93, 93), (30, 5)]
DEEP_CELLS = [(10, 20), (44, 44), (0, 31)]


@pytest.fixture(scope="module")
def trace() -> Trace:
    """Compute what the page must show."""
    return trace_of(default_recipe())


@pytest.fixture(scope="module")
def shared(open_shared: OpenExplorer) -> Explorer:
    """Open the explorer with nothing moving, for all tests of this module."""
    explorer: Explorer = open_shared(reduced_motion="reduce")
    return explorer


@pytest.fixture
def still(shared: Explorer) -> Explorer:
    """Stand at the first window of the first map."""
    gestures.release(shared)
    gestures.select(shared, "ReLU 2", 1)
    gestures.select(shared, "Conv 1", 1)
    gestures.keys(shared, "Home")
    return shared


def assert_row(row: LedgerRow, terms: list[dict[str, Any]], partial: float) -> None:
    """Hold one line against the engine's terms; only an open line has numbers in its cells."""
    assert_prints(row.partial, partial)
    if not row.is_open:
        return
    assert len(row.window) == len(row.kernel) == len(row.products) == len(terms)
    for texts, name in ((row.window, "source"), (row.kernel, "weight"), (row.products, "product")):
        for text, term in zip(texts, terms, strict=True):
            assert_prints(text, term[name])


def assert_ledger(explorer: Explorer, cell: dict[str, Any], *, reads: int) -> None:
    """Hold the whole ledger against one explained cell of the engine."""
    ledger = reading.read_ledger(explorer)
    assert len(ledger.rows) == reads == len(cell["partial_sums"])
    each = len(cell["terms"]) // reads
    for place, row in enumerate(ledger.rows):
        terms = cell["terms"][place * each : (place + 1) * each]
        assert_row(row, terms, cell["partial_sums"][place])
    assert_prints(ledger.bias, cell["bias"])
    assert_prints(ledger.total, cell["value"])
    assert sum(numbers(ledger.parts)) == number(ledger.total), ledger


@pytest.mark.parametrize("filter_number", [1, 2, 3, 4])
def test_the_ledger_of_the_picture_prints_the_engines_numbers(
    still: Explorer, trace: Trace, filter_number: int
) -> None:
    gestures.select(still, "Conv 1", filter_number)
    for row, column in CELLS:
        gestures.go_to(still, row, column, 94)
        cell = trace.cell("conv1", channel=filter_number - 1, row=row, column=column)
        assert_ledger(still, cell, reads=3)


def test_products_of_the_picture_add_up_exactly_as_printed(still: Explorer) -> None:
    gestures.go_to(still, 49, 69, 94)
    ledger = reading.read_ledger(still)
    assert "Nothing is rounded." in ledger.caption
    assert ledger.rounding is None
    for row in ledger.rows:
        products = numbers(row.products)
        factors = zip(numbers(row.window), numbers(row.kernel), strict=True)
        assert [value * weight for value, weight in factors] == products
        assert sum(products) == number(row.partial)


@pytest.mark.parametrize("filter_number", [1, 4])
def test_the_ledger_of_a_deep_convolution_prints_the_engines_numbers(
    still: Explorer, trace: Trace, filter_number: int
) -> None:
    gestures.select(still, "Conv 2", filter_number)
    for row, column in DEEP_CELLS:
        gestures.go_to(still, row, column, 45)
        cell = trace.cell("conv2", channel=filter_number - 1, row=row, column=column)
        assert_ledger(still, cell, reads=4)


def test_every_row_of_a_deep_convolution_opens_with_its_numbers(
    still: Explorer, trace: Trace
) -> None:
    gestures.select(still, "Conv 2", 2)
    gestures.go_to(still, 10, 20, 45)
    cell = trace.cell("conv2", channel=1, row=10, column=20)
    opened = [row.is_open for row in reading.read_ledger(still).rows]
    strongest = int(np.argmax(np.abs(cell["partial_sums"])))
    assert opened == [place == strongest for place in range(4)], "the strongest row opens by itself"
    for place in range(4):
        still.element().locator(".ledger-row").nth(place).locator(".row-head").click()
        still.two_frames()
        assert [row.is_open for row in reading.read_ledger(still).rows].index(True) == place
        assert_ledger(still, cell, reads=4)
        expected = f"Pool 1, map {place + 1} of 4"
        shown = still.element().get_by_role("region", name="What is read").get_by_role("heading")
        expect(shown).to_contain_text(expected)


def test_relu_prints_the_cell_and_the_counts_of_the_engine(still: Explorer, trace: Trace) -> None:
    gestures.select(still, "ReLU 1", 2)
    values = trace.stage("conv1").values[1]
    zeroed = int((values <= 0).sum())
    sentence = still.element().locator(".sentence").inner_text()
    assert f"{100 * zeroed / values.size:.1f}" in sentence
    panel = still.element().locator(".activation-panel").inner_text()
    assert f"{zeroed:,} cells set to zero" in panel
    assert f"{values.size - zeroed:,} cells kept" in panel
    for row, column in CELLS:
        gestures.go_to(still, row, column, 94)
        before = still.element().locator(".lens-notes.source .note-value").inner_text()
        after = still.element().locator(".lens-notes.result .note-value").inner_text()
        assert_prints(before, float(values[row, column]))
        assert_prints(after, max(0.0, float(values[row, column])))


def edge(bound: Decimal) -> float:
    """Give an edge of a bin; a sum of hundredths may miss it by float32 rounding, zero may not."""
    return float(bound) + (2.5e-6 if bound else 0.0)


def test_the_histogram_of_relu_counts_every_cell_once(still: Explorer, trace: Trace) -> None:
    gestures.select(still, "ReLU 1", 1)
    table = still.element().get_by_role("table", name="Cells by value, before the function")
    values = trace.stage("conv1").values[0].astype(np.float64)
    seen = 0
    for line in table.get_by_role("row").all_inner_texts()[1:]:
        name, _, count = line.rpartition("\t")
        low, high = reading.all_numbers(name)
        assert high - low == Decimal("0.25")
        inside = (values > edge(low)) & (values <= edge(high))
        assert int(number(count)) == int(inside.sum()), line
        seen += int(number(count))
    assert seen == values.size


@pytest.mark.parametrize("map_number", [1, 3])
def test_max_pooling_prints_the_window_and_the_winner_of_the_engine(
    still: Explorer, trace: Trace, map_number: int
) -> None:
    gestures.select(still, "Pool 1", map_number)
    for row, column in [(0, 0), (24, 34), (46, 46), (12, 30)]:
        gestures.go_to(still, row, column, 47)
        cell = trace.cell("pool1", channel=map_number - 1, row=row, column=column)
        texts = still.element().locator(".pool-cells .cell").all_inner_texts()
        for text, term in zip(texts, cell["terms"], strict=True):
            assert_prints(text, term["source"])
        rule = still.element().locator(".pool-rule").inner_text()
        printed = reading.all_numbers(rule.removeprefix("max"))
        assert printed == numbers(texts), rule
        result = still.element().locator(".pool-result").inner_text()
        assert_prints(result, cell["value"])
        assert number(result) == max(printed)
        frame = still.element().locator(".pool-winner")
        assert frame.is_visible() == any(term["source"] != 0 for term in cell["terms"])


def test_the_winners_of_a_whole_map_are_counted_as_the_engine_has_them(
    still: Explorer, trace: Trace
) -> None:
    gestures.select(still, "Pool 1", 1)
    before = trace.stage("relu1").values[0]
    windows = before.reshape(47, 2, 47, 2).transpose(0, 2, 1, 3).reshape(47, 47, 4)
    alive = windows.any(axis=-1)
    places = np.bincount(windows.argmax(axis=-1)[alive], minlength=4)
    names = ["top left", "top right", "bottom left", "bottom right", "all four are zero", "total"]
    counts = [*places, int((~alive).sum()), 47 * 47]
    table = still.element().get_by_role("table", name="Windows by winning place")
    lines = [line.strip() for line in table.get_by_role("row").all_inner_texts()]
    for name, count in zip(names, counts, strict=True):
        assert any(line.startswith(name) and line.endswith(f"\t{count:,}") for line in lines), (
            name,
            count,
            lines,
        )


def test_the_fate_of_a_cell_is_the_engines(still: Explorer, trace: Trace) -> None:
    gestures.keys(still, "End")
    gestures.go_to(still, 93, 93, 94)
    row, column = 60, 40
    gestures.click_cell(still, gestures.frame(still, "result"), (row, column), (94, 94))
    strip = still.element().get_by_role("region", name="What happens to this cell next")
    conv, relu = strip.locator(".next-cell").all_inner_texts()[:2]
    assert_prints(conv, float(trace.stage("conv1").values[0, row, column]))
    assert_prints(relu, float(trace.stage("relu1").values[0, row, column]))
    window = trace.stage("relu1").values[0, row : row + 2, column : column + 2].ravel()
    texts = strip.locator(".next-window .cell").all_inner_texts()
    for text, value in zip(texts, window, strict=True):
        assert_prints(text, float(value))
    pooled = strip.locator(".next-cell").last.inner_text()
    assert_prints(pooled, float(window.max()))
