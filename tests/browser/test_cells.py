"""Any cell of any map tells its value, its terms and where they come from."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from app.pipeline.defaults import default_recipe
from app.pipeline.trace import Trace
from tests.browser import gestures, reading
from tests.browser.engine import trace_of
from tests.browser.explorer import Explorer, OpenExplorer
from tests.browser.gestures import click_cell, frame, hover_cell, position, tile
from tests.browser.reading import assert_prints
from tests.browser.settings import type_into


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
    """Stand at the last window of the first map, everything painted and nothing pinned."""
    shared.page.mouse.move(2, 2)
    shared.pause()
    gestures.release(shared)
    gestures.select(shared, "Conv 1", 1)
    gestures.go_to(shared, 93, 93, 94)
    return shared


def readout(explorer: Explorer) -> Locator:
    """Give the card beside the pointer."""
    return explorer.element().locator(".readout")


def span(word: str, first: int, last: int) -> str:
    """Give rows or columns, counted from 0, as they are printed."""
    return f"{word} {first + 1}" if first == last else f"{word}s {first + 1}–{last + 1}"


def assert_framed(box: Locator, outer: Locator, area: tuple[int, int, int, int], size: int) -> None:
    """Hold a box against rows and columns of a square map: first and last, inclusive."""
    expect(box).to_be_visible()
    inner, whole = box.bounding_box(), outer.bounding_box()
    assert inner and whole
    cell = whole["width"] / size
    top, bottom, left, right = area
    centre = (
        (inner["x"] + inner["width"] / 2 - whole["x"]) / cell,
        (inner["y"] + inner["height"] / 2 - whole["y"]) / cell,
    )
    # Strokes lie outside the cells and are rounded to pixels.
    assert abs(centre[0] - (left + right + 1) / 2) * cell <= 1.6, (inner, whole, area)
    assert abs(centre[1] - (top + bottom + 1) / 2) * cell <= 1.6, (inner, whole, area)
    assert abs(inner["width"] - (right - left + 1) * cell) <= 6.5, (inner, whole, area)


def test_a_cell_of_the_result_tells_its_value_and_terms(still: Explorer, trace: Trace) -> None:
    row, column = 40, 61
    hover_cell(still, frame(still, "result"), (row, column), (94, 94))
    cell = trace.cell("conv1", channel=0, row=row, column=column)
    card = readout(still)
    expect(card).to_be_visible()
    expect(card).to_contain_text("Conv 1, map 1")
    expect(card).to_contain_text(f"row {row + 1}, column {column + 1}")
    expect(card).to_contain_text(f"from {span('row', 40, 42)}, {span('column', 61, 63)}")
    assert_prints(card.locator(".readout-value").inner_text(), cell["value"])
    terms = card.locator(".readout-terms").inner_text().replace("− ", "−").replace("+ ", "")
    printed = reading.all_numbers(terms)
    for text, value in zip(printed, [*cell["partial_sums"], cell["bias"]], strict=True):
        assert abs(float(text) - value) < 5e-3
    assert abs(float(sum(printed)) - cell["value"]) < 1e-5, "the printed terms add up"
    assert_prints(reading.read_ledger(still).total, cell["value"])


def test_hovering_frames_the_sources_and_leaving_restores_the_playhead(still: Explorer) -> None:
    before = reading.read_ledger(still)
    hover_cell(still, frame(still, "result"), (20, 33), (94, 94))
    source = frame(still, "source")
    assert_framed(source.locator(".box.dashed"), source, (20, 22, 33, 35), 96)
    result = frame(still, "result")
    assert_framed(result.locator(".box.dashed"), result, (20, 20, 33, 33), 94)
    assert reading.read_ledger(still) != before
    still.page.mouse.move(2, 2)
    still.two_frames()
    expect(source.locator(".box.dashed")).to_be_hidden()
    expect(readout(still)).to_be_hidden()
    assert reading.read_ledger(still) == before


def test_a_pixel_of_the_picture_tells_its_colours_and_who_reads_it(
    still: Explorer, trace: Trace
) -> None:
    row, column = 50, 47
    hover_cell(still, frame(still, "source"), (row, column), (96, 96))
    picture = trace.stage("input").values[:, row, column]
    value = readout(still).locator(".readout-value").inner_text()
    for number, pixel in zip(reading.all_numbers(value), picture, strict=True):
        assert abs(float(number) - float(pixel)) < 1e-6
    result = frame(still, "result")
    readers = (row - 2, row, column - 2, column)
    assert_framed(result.locator(".box.dashed"), result, readers, 94)


@pytest.mark.parametrize(
    "title, stage, number, cell, size",
    [
        ("Conv 1", "conv1", 3, (7, 90), 94),
        ("ReLU 1", "relu1", 2, (60, 20), 94),
        ("Pool 1", "pool1", 4, (30, 30), 47),
        ("Conv 2", "conv2", 5, (12, 40), 45),
        ("Pool 2", "pool2", 6, (10, 3), 22),
    ],
)
def test_a_cell_of_any_map_of_the_overview_tells_its_value(
    still: Explorer,
    trace: Trace,
    title: str,
    stage: str,
    number: int,
    cell: tuple[int, int],
    size: int,
) -> None:
    place = tile(still, title, number)
    hover_cell(still, place, cell, (size, size))
    card = readout(still)
    expect(card).to_be_visible()
    expect(card).to_contain_text(f"{title}, map {number}")
    # Cells are smaller than a pixel there: the card says which one it is.
    expect(card.locator(".readout-value")).not_to_have_text("…")
    where = reading.all_numbers(card.locator(".readout-head .quiet").inner_text())
    row, column = (int(value) - 1 for value in where)
    assert abs(row - cell[0]) <= 2 and abs(column - cell[1]) <= 2
    explained = trace.cell(stage, channel=number - 1, row=row, column=column)
    assert_prints(card.locator(".readout-value").inner_text(), explained["value"])
    rows, columns = explained["sources"]["rows"], explained["sources"]["columns"]
    expect(card).to_contain_text(f"from {span('row', *rows)}, {span('column', *columns)}")


def test_the_receptive_field_of_a_deep_cell_is_framed_on_the_picture(still: Explorer) -> None:
    gestures.select(still, "Pool 2", 1)
    gestures.go_to(still, 5, 8, 22)
    # One cell of Pool 2 reads 2 × 2 of Conv 2, that 4 × 4 of Pool 1, that 10 × 10 pixels.
    top, left = 5 * 4, 8 * 4
    photo = still.element().locator(".photo")
    assert_framed(photo.locator(".box"), photo, (top, top + 9, left, left + 9), 96)


def test_a_click_pins_a_cell_and_escape_releases_it(still: Explorer, trace: Trace) -> None:
    still.play()
    result = frame(still, "result")
    click_cell(still, result, (33, 44), (94, 94))
    assert not still.is_playing(), "pinning pauses"
    assert position(still) == "row 34, column 45 of 94 × 94"
    cell = trace.cell("conv1", channel=0, row=33, column=44)
    assert_prints(reading.read_ledger(still).total, cell["value"])
    assert_framed(result.locator(".box.result:not(.dashed)"), result, (33, 33, 44, 44), 94)
    source = frame(still, "source")
    assert_framed(source.locator(".box.source:not(.dashed)"), source, (33, 35, 44, 46), 96)
    expect(tile(still, "Conv 1", 1)).to_have_class("tile selected pinned")
    gestures.release(still)
    expect(tile(still, "Conv 1", 1)).to_have_class("tile selected")


def test_a_second_click_releases_a_pinned_cell(still: Explorer) -> None:
    result = frame(still, "result")
    click_cell(still, result, (70, 10), (94, 94))
    expect(tile(still, "Conv 1", 1)).to_have_class("tile selected pinned")
    click_cell(still, result, (70, 10), (94, 94))
    expect(tile(still, "Conv 1", 1)).to_have_class("tile selected")


def test_hovering_a_kernel_cell_frames_its_pixel_and_its_product_in_every_row(
    still: Explorer,
) -> None:
    name = "weight row 2 column 3, red slice"
    still.element().get_by_role("spinbutton", name=name).first.hover()
    still.two_frames()
    framed = (
        still.element()
        .locator(".ledger-row")
        .evaluate_all(
            """(rows) => rows.map((row) => [".window-cells", ".product-cells"].map((grid) =>
          [...row.querySelectorAll(`${grid} .cell`)]
            .map((cell, place) => (cell.className.includes("focus") ? place : -1))
            .filter((place) => place >= 0)))"""
        )
    )
    assert framed == [[[5], [5]]] * 3


def test_a_hover_while_it_plays_does_not_stop_it(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer()
    explorer.play()
    gestures.go_to(explorer, 10, 0, 94)
    explorer.play()
    hover_cell(explorer, frame(explorer, "result"), (80, 80), (94, 94))
    assert explorer.is_playing()
    expect(frame(explorer, "result").locator(".box.dashed")).to_be_visible()


def test_hatching_marks_what_a_stride_leaves_unread(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer(reduced_motion="reduce")

    type_into(explorer, "Stride", "2")
    source = frame(explorer, "source")
    whole = source.bounding_box()
    below = source.locator(".unread.rows").bounding_box()
    right = source.locator(".unread.columns").bounding_box()
    assert whole and below and right
    assert abs(below["height"] - whole["height"] / 96) <= 1
    assert abs(right["width"] - whole["width"] / 96) <= 1
