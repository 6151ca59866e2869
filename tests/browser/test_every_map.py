"""The whole pipeline on screen: every map of every stage has the colours of the engine's values."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from app.pipeline.defaults import default_recipe
from tests.browser import colours, gestures
from tests.browser.agreement import (
    CHAIN,
    EXACT,
    PREVIEW,
    assert_bench_shows,
    assert_pipeline_shows,
    assert_shows,
    overview_pixels,
    peak_of,
)
from tests.browser.engine import maps_of, trace_of
from tests.browser.explorer import Explorer, OpenExplorer
from tests.browser.gestures import tile
from tests.browser.screens import THEMES, Theme


@pytest.mark.parametrize("theme", THEMES)
def test_every_map_of_a_first_visit_has_the_colours_of_the_engines_values(
    open_explorer: OpenExplorer, theme: Theme
) -> None:
    explorer: Explorer = open_explorer(color_scheme=theme, reduced_motion="reduce")
    recipe = default_recipe()
    assert_pipeline_shows(explorer, recipe, theme=theme)
    picture = maps_of(recipe)["input"]
    for number, channel in enumerate(("red", "green", "blue")):
        expected = colours.duotone(picture[number], channel=channel)
        drawn = overview_pixels(explorer, "input", number)
        assert_shows(drawn, expected, EXACT)


def test_every_map_on_the_bench_is_exact(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer(reduced_motion="reduce")
    maps = maps_of(default_recipe())
    titles = {
        "conv1": "Conv 1",
        "relu1": "ReLU 1",
        "pool1": "Pool 1",
        "conv2": "Conv 2",
        "relu2": "ReLU 2",
        "pool2": "Pool 2",
    }
    for stage, title in titles.items():
        for number in (0, len(maps[stage]) - 1):
            gestures.select(explorer, title, number + 1)
            assert_bench_shows(explorer, maps, stage, number)


def test_the_source_of_a_stage_is_the_map_it_reads(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer(reduced_motion="reduce")
    maps = maps_of(default_recipe())
    for title, source in (("ReLU 1", "conv1"), ("Pool 1", "relu1"), ("Pool 2", "relu2")):
        gestures.select(explorer, title, 2)
        peak = peak_of(maps, source, 1)
        expected = colours.signed(maps[source][1], peak=peak, theme="light")
        drawn = explorer.pixels(explorer.source_canvas())
        assert_shows(drawn, expected, EXACT)


def test_the_lens_shows_a_channel_of_the_picture(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer(reduced_motion="reduce")
    picture = maps_of(default_recipe())["input"]
    choice = explorer.element().get_by_role("radiogroup", name="Lens shows")
    for number, (letter, channel) in enumerate((("R", "red"), ("G", "green"), ("B", "blue"))):
        choice.get_by_role("radio", name=letter, exact=True).click()
        explorer.two_frames()
        expected = colours.duotone(picture[number], channel=channel)
        drawn = explorer.pixels(explorer.source_canvas())
        assert_shows(drawn, expected, EXACT)


@pytest.mark.parametrize("scale", ["stage", "network"])
def test_one_range_for_a_stage_or_for_all_recolours_every_map(
    open_explorer: OpenExplorer, scale: str
) -> None:
    explorer: Explorer = open_explorer(reduced_motion="reduce")
    maps = maps_of(default_recipe())
    legend = explorer.element().locator(".lens-notes.result .legend")
    for _ in range(1 if scale == "stage" else 2):
        legend.click()
    expect(legend).to_contain_text({"stage": "per stage", "network": "whole network"}[scale])
    names = ["conv1"] if scale == "stage" else list(CHAIN)
    most = max(float(np.abs(maps[name]).max()) for name in names)
    expect(legend).to_contain_text(f"−{most:.1f}")
    explorer.two_frames()
    for stage, start in CHAIN.items():
        chain = [start] if scale == "stage" else list(CHAIN)
        peak = max(float(np.abs(maps[name]).max()) for name in chain)
        for number, values in enumerate(maps[stage]):
            expected = colours.signed(values, peak=peak, theme="light")
            drawn = overview_pixels(explorer, stage, number)
            assert_shows(drawn, expected, PREVIEW)


def test_the_theme_switch_recolours_every_map(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer(reduced_motion="reduce", color_scheme="light")
    explorer.element().get_by_role("button", name="Dark theme").click()
    expect(explorer.element().get_by_role("button", name="Light theme")).to_be_visible()
    explorer.two_frames()
    assert_pipeline_shows(explorer, default_recipe(), theme="dark")
    ground = explorer.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(19, 20, 22)"
    explorer.element().get_by_role("button", name="Light theme").click()
    expect(explorer.element().get_by_role("button", name="Dark theme")).to_be_visible()
    explorer.two_frames()
    assert_pipeline_shows(explorer, default_recipe(), theme="light")


def test_links_have_the_sign_and_the_width_of_what_each_source_gives(
    open_explorer: OpenExplorer,
) -> None:
    explorer: Explorer = open_explorer(reduced_motion="reduce")
    gestures.select(explorer, "Conv 2", 3)
    gestures.go_to(explorer, 20, 25, 45)
    partials = trace_of(default_recipe()).cell("conv2", channel=2, row=20, column=25)[
        "partial_sums"
    ]
    links = explorer.element().locator(".links path:not(.links g:first-child path)")
    assert links.count() == len(partials)
    most = max(abs(partial) for partial in partials)
    for place, partial in enumerate(partials):
        link = links.nth(place)
        sign = "negative" if partial < 0 else "positive"
        assert sign in (link.get_attribute("class") or "")
        width = float(link.evaluate("path => path.style.strokeWidth"))
        assert abs(width - (1 + 1.6 * abs(partial) / most)) < 1e-4


def test_a_map_without_a_single_positive_cell_is_called_all_zero(
    open_explorer: OpenExplorer,
) -> None:
    explorer: Explorer = open_explorer(reduced_motion="reduce")
    explorer.count_repaints()
    bias = explorer.element().get_by_role("spinbutton", name="Bias")
    bias.fill("-9")
    bias.press("Enter")
    explorer.wait_for_repaint()
    name = tile(explorer, "ReLU 1", 1).get_attribute("aria-label") or ""
    assert name.endswith(", all zero")
    dead = overview_pixels(explorer, "relu1", 0)
    assert (dead[..., :3] == colours.signed(0, peak=1, theme="light")).all()
    gestures.select(explorer, "ReLU 1", 1)
    expect(explorer.region("Settings")).to_contain_text("1 dead map")
