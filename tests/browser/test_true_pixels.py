"""What the canvases show is what the engine computes, cell by cell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.numerics import kernels
from app.pipeline.defaults import default_recipe
from tests.browser import colours
from tests.browser.engine import maps_of
from tests.browser.explorer import Explorer, OpenExplorer
from tests.browser.screens import THEMES, Theme


def open_still(open_explorer: OpenExplorer, *, theme: Theme) -> Explorer:
    """Open the explorer with nothing moving."""
    explorer: Explorer = open_explorer(color_scheme=theme, reduced_motion="reduce")
    explorer.pause()
    return explorer


def finish(explorer: Explorer) -> None:
    """Paint the whole result map."""
    explorer.region("Bench").focus()
    explorer.page.keyboard.press("End")
    explorer.two_frames()


@pytest.mark.parametrize("theme", THEMES)
def test_a_finished_map_shows_every_value_of_the_engine(
    open_explorer: OpenExplorer, theme: Theme
) -> None:
    explorer = open_still(open_explorer, theme=theme)
    finish(explorer)
    values = maps_of(default_recipe())["conv1"][0]
    expected = colours.signed(values, peak=float(np.abs(values).max()), theme=theme)
    colours.assert_alike(explorer.pixels(explorer.result_canvas()), expected)


@pytest.mark.parametrize("stage, title", [("relu1", "ReLU 1"), ("pool1", "Pool 1")])
def test_a_value_keeps_its_colour_through_the_chain(
    open_explorer: OpenExplorer, stage: str, title: str
) -> None:
    explorer = open_still(open_explorer, theme="light")
    explorer.element().get_by_role("gridcell", name=f"{title}, map 1 of 4").click()
    finish(explorer)
    maps = maps_of(default_recipe())
    peak = float(np.abs(maps["conv1"][0]).max())
    expected = colours.signed(maps[stage][0], peak=peak, theme="light")
    colours.assert_alike(explorer.pixels(explorer.result_canvas()), expected)


def test_the_source_shows_the_picture(open_explorer: OpenExplorer) -> None:
    explorer = open_still(open_explorer, theme="light")
    picture = maps_of(default_recipe())["input"]
    expected = np.rint(255 * picture.transpose(1, 2, 0)).astype(np.uint8)
    drawn = explorer.pixels(explorer.source_canvas())
    colours.assert_alike(drawn, expected, typical=1.0)


def test_an_edited_weight_changes_the_map_to_the_engines_output(
    open_explorer: OpenExplorer,
) -> None:
    explorer = open_still(open_explorer, theme="light")
    explorer.count_repaints()
    explorer.first_weight().focus()
    explorer.page.keyboard.press("+")
    explorer.wait_for_repaint()
    finish(explorer)
    values = maps_of(with_first_weight_raised(0.1))["conv1"][0]
    expected = colours.signed(values, peak=float(np.abs(values).max()), theme="light")
    colours.assert_alike(explorer.pixels(explorer.result_canvas()), expected)


def with_first_weight_raised(amount: float) -> dict[str, Any]:
    """Write the default recipe with the first filter's weights as numbers, one of them edited."""
    recipe = default_recipe()
    mix = np.array(recipe["stages"][0]["filters"][0]["mix"])
    weight = mix[:, np.newaxis, np.newaxis] * kernels.preset("sobel_x").astype(np.float64)
    weight[0, 0, 0] += amount
    recipe["stages"][0]["filters"][0] = {"weight": weight.round(2).tolist()}
    return recipe
