"""The lens: marks lie on the cells they mean, and around a map stands what windows read there."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Locator, expect

from app.pipeline.defaults import default_recipe
from tests.browser import gestures
from tests.browser.engine import trace_of
from tests.browser.explorer import Explorer, OpenExplorer
from tests.browser.settings import choose, type_into

SIDE = 96


@pytest.fixture
def still(open_explorer: OpenExplorer) -> Explorer:
    """Open the explorer with nothing moving."""
    explorer: Explorer = open_explorer(reduced_motion="reduce")
    return explorer


def source_lens(explorer: Explorer) -> Locator:
    """Give the lens on what is read."""
    return explorer.element().locator('.lens:has([data-lens="source"])')


def places(explorer: Explorer, marks: str, cells: int) -> set[tuple[int, int]]:
    """Read which cells of the source lens carry a mark, as rows and columns of the lens."""
    lens = source_lens(explorer).bounding_box()
    assert lens
    pitch = lens["width"] / cells
    found = set()
    for mark in source_lens(explorer).locator(marks).all():
        box = mark.bounding_box()
        assert box
        middle = (box["y"] + box["height"] / 2 - lens["y"], box["x"] + box["width"] / 2 - lens["x"])
        found.add((int(middle[0] // pitch), int(middle[1] // pitch)))
    return found


def corners(explorer: Explorer, cells: int) -> npt.NDArray[np.uint8]:
    """Read one pixel of each cell of the source lens, away from grid and digits."""
    pixels = explorer.pixels(source_lens(explorer).locator("canvas"))
    at = (np.arange(cells) * pixels.shape[0] / cells + 4).astype(int)
    return pixels[np.ix_(at, at)][..., :3]


def test_gaps_of_a_dilated_window_are_told_by_marks_on_what_is_read(still: Explorer) -> None:
    type_into(still, "Dilation", "2")
    gestures.go_to(still, 40, 40, 92)
    expect(source_lens(still).locator(".tap")).to_have_count(9)
    # Five cells of window, two on each side.
    assert places(still, ".tap", 9) == {(row, column) for row in (2, 4, 6) for column in (2, 4, 6)}


def test_winners_are_framed_where_they_sat(still: Explorer) -> None:
    gestures.select(still, "Pool 1", 1)
    largest = trace_of(default_recipe()).stage("pool1").values[0].argmax()
    gestures.go_to(still, *divmod(int(largest), 47), 47)
    marks = source_lens(still).locator(".winner")
    expect(marks.first).to_be_visible()
    framed = places(still, ".winner", 8)
    assert len(framed) == marks.count()
    assert all(0 <= row < 8 and 0 <= column < 8 for row, column in framed)
    # One winner for each window of 2 x 2 at most.
    assert len({(row // 2, column // 2) for row, column in framed}) == len(framed)


@pytest.mark.parametrize(
    ("label", "sources"),
    [
        ("mirror image", [2, 1, 0, 1, 2, 3, 4]),
        ("edge cells", [0, 0, 0, 1, 2, 3, 4]),
        ("other side", [94, 95, 0, 1, 2, 3, 4]),
    ],
)
def test_around_the_picture_stands_what_its_padding_repeats(
    still: Explorer, label: str, sources: list[int]
) -> None:
    type_into(still, "Padding", "2")
    choose(still, "Padding holds", label)
    gestures.keys(still, "Home")
    still.two_frames()
    picture = still.pixels(still.source_canvas())[..., :3]
    assert picture.shape[:2] == (SIDE, SIDE)
    np.testing.assert_array_equal(corners(still, 7), picture[np.ix_(sources, sources)])
