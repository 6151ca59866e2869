"""Two explorers on one page share nothing but the page."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from app.pipeline.defaults import default_recipe
from tests.browser import gestures
from tests.browser.agreement import assert_pipeline_shows
from tests.browser.explorer import Explorer, OpenExplorer
from tests.browser.settings import one_change, type_into
from tests.browser.test_pictures import png, recipe_of


@pytest.fixture
def pair(open_explorer: OpenExplorer) -> Explorer:
    """Open a page and put a second explorer under the first."""
    explorer: Explorer = open_explorer(reduced_motion="reduce")
    explorer.page.evaluate(
        """() => new Promise((done) => {
          const second = document.createElement("conv-visualizer");
          second.addEventListener("ready", done, { once: true });
          document.body.append(second);
          second.scrollIntoView();
        })"""
    )
    explorer.wait_until_usable(index=1)
    return explorer


def test_a_change_in_one_leaves_the_other_as_it_was(pair: Explorer) -> None:
    recipe = default_recipe()
    assert_pipeline_shows(pair, recipe, index=1)
    type_into(pair, "Bias", "2", index=1)
    changed = default_recipe()
    changed["stages"][0]["bias"] = [2, 0, 0, 0]
    assert_pipeline_shows(pair, changed, index=1)
    assert_pipeline_shows(pair, recipe, index=0)
    undo = pair.element(0).get_by_role("button", name="Undo", exact=True)
    expect(undo).to_have_attribute("aria-disabled", "true")


def test_selection_playhead_and_speed_are_ones_own(pair: Explorer) -> None:
    gestures.select(pair, "Conv 2", 4, index=1)
    gestures.go_to(pair, 12, 13, 45, index=1)
    gestures.keys(pair, "1", "l", index=1)
    first, second = pair.element(0), pair.element(1)
    expect(second.get_by_role("heading", name="Conv 2, map 4 of 6")).to_be_visible()
    expect(first.get_by_role("heading", name="Conv 1, map 1 of 4")).to_be_visible()
    assert gestures.position(pair, index=1) == "row 13, column 14 of 45 × 45"
    assert gestures.position(pair, index=0) != gestures.position(pair, index=1)
    expect(second.get_by_role("combobox", name="Speed")).to_have_value("0.5")
    expect(first.get_by_role("combobox", name="Speed")).to_have_value("4")
    for element, pressed in ((first, "false"), (second, "true")):
        loop = element.get_by_role("button", name="Loop")
        expect(loop).to_have_attribute("aria-pressed", pressed)


def test_playing_one_does_not_play_the_other(pair: Explorer) -> None:
    pair.pause(index=0)
    pair.pause(index=1)
    pair.play(index=1)
    expect(pair.play_button(index=1)).to_have_accessible_name("Pause")
    expect(pair.play_button(index=0)).to_have_accessible_name("Play")


def test_a_picture_dropped_on_one_is_not_the_others(pair: Explorer) -> None:
    file = png()
    with one_change(pair, index=1):
        pair.drop(file, index=1)
    recipe, working = recipe_of(file)
    assert_pipeline_shows(pair, recipe, picture=working, index=1)
    assert_pipeline_shows(pair, default_recipe(), index=0)


def test_an_explorer_that_is_taken_away_leaves_the_other_working(pair: Explorer) -> None:
    gestures.select(pair, "Conv 2", 1, index=1)
    pair.element(0).evaluate("first => first.remove()")
    before = pair.pixels(pair.result_canvas())
    type_into(pair, "Stride", "2")
    assert pair.pixels(pair.result_canvas()).shape != before.shape
    recipe = default_recipe()
    recipe["stages"][3]["stride"] = [2, 2]
    assert_pipeline_shows(pair, recipe)


def test_an_explorer_put_elsewhere_begins_anew(pair: Explorer) -> None:
    pair.count_repaints(index=1)
    pair.element(1).evaluate("second => document.body.prepend(second)")
    pair.wait_for_repaint(index=0)
    pair.two_frames()
    maps = assert_pipeline_shows(pair, default_recipe(), index=0)
    assert np.isfinite(maps["conv1"]).all()
