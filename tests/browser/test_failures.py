"""What goes wrong is said in plain words, with a way out, and the last good picture stays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from app.pipeline.defaults import default_recipe
from tests.browser import gestures
from tests.browser.agreement import assert_pipeline_shows
from tests.browser.explorer import Explorer, OpenExplorer
from tests.browser.server import LiveServer
from tests.browser.settings import field, one_change, type_into

GONE = (
    "The last change was not computed: no answer from the server. "
    "The picture shows the values before it."
)


@pytest.fixture
def own_server() -> Iterator[LiveServer]:
    """Give a server that the test may stop."""
    with LiveServer() as live:
        yield live


def message(explorer: Explorer) -> Locator:
    """Give the line above the bench."""
    return explorer.element().locator(".message:not(.note)")


def ask(explorer: Explorer, name: str, text: str) -> None:
    """Type a value without waiting for its maps."""
    control = field(explorer, name)
    control.fill(text)
    control.press("Enter")


def test_a_server_that_stops_is_told_and_one_that_comes_back_is_found(
    open_explorer: OpenExplorer, own_server: LiveServer
) -> None:
    explorer: Explorer = open_explorer(at=own_server, reduced_motion="reduce")
    explorer.watch.expect("ERR_CONNECTION_REFUSED|Failed to load resource")
    expect(field(explorer, "Bias")).to_be_visible()
    own_server.stop()
    ask(explorer, "Bias", "1.5")
    alert = message(explorer)
    expect(alert).to_contain_text(GONE)
    expect(alert).to_have_attribute("role", "alert")
    assert_pipeline_shows(explorer, default_recipe())
    explorer.count_repaints()
    own_server.start()
    explorer.wait_for_repaint()
    expect(alert).to_be_hidden()
    explorer.two_frames()
    recipe = default_recipe()
    recipe["stages"][0]["bias"] = [1.5, 0, 0, 0]
    assert_pipeline_shows(explorer, recipe)


def test_try_again_and_undo_are_offered_while_the_server_is_gone(
    open_explorer: OpenExplorer, own_server: LiveServer
) -> None:
    explorer: Explorer = open_explorer(at=own_server, reduced_motion="reduce")
    explorer.watch.expect("ERR_CONNECTION_REFUSED|Failed to load resource")
    expect(field(explorer, "Stride")).to_be_visible()
    own_server.stop()
    ask(explorer, "Stride", "2")
    alert = message(explorer)
    expect(alert).to_contain_text(GONE)
    expect(alert.get_by_role("button", name="Try again")).to_be_visible()
    alert.get_by_role("button", name="Undo the change").click()
    expect(field(explorer, "Stride")).to_have_value("1")
    own_server.start()
    expect(alert).to_be_hidden()
    assert_pipeline_shows(explorer, default_recipe())


def test_pictures_stay_in_reach_of_every_view_while_the_server_is_gone(
    open_explorer: OpenExplorer, own_server: LiveServer
) -> None:
    explorer: Explorer = open_explorer(at=own_server, reduced_motion="reduce")
    explorer.watch.expect("ERR_CONNECTION_REFUSED|Failed to load resource")
    own_server.stop()
    explorer.element().get_by_role("gridcell", name="Conv 2, map 3 of 6").click()
    expect(explorer.element().get_by_role("heading", name="Conv 2, map 3 of 6")).to_be_visible()
    assert_pipeline_shows(explorer, default_recipe())
    own_server.start()
    expect(message(explorer)).to_be_hidden()


def test_a_refused_recipe_offers_the_nearest_setting_that_works(
    open_explorer: OpenExplorer,
) -> None:
    explorer: Explorer = open_explorer(reduced_motion="reduce")
    explorer.choose_size(28)
    type_into(explorer, "Kernel size", "11")
    explorer.watch.expect("422")
    before = explorer.pixels(explorer.result_canvas())
    ask(explorer, "Dilation", "4")
    alert = message(explorer)
    expect(alert).to_be_visible()
    expect(alert).to_contain_text("spans 41 cells")
    expect(alert).to_contain_text("28")
    assert (explorer.pixels(explorer.result_canvas()) == before).all(), "the old picture stays"
    fix = alert.get_by_role("button").first
    label = fix.inner_text()
    assert label.startswith("Use "), label
    with one_change(explorer):
        fix.click()
    expect(alert).to_be_hidden()
    recipe = default_recipe()
    recipe["input"]["size"] = 28
    dilation = int(label.rsplit(" ", 1)[-1]) if "dilation" in label else 4
    recipe["stages"][0].update(kernel_size=[11, 11], dilation=[dilation, dilation])
    assert_pipeline_shows(explorer, recipe)


def test_a_refusal_goes_away_with_the_change_that_caused_it(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer(reduced_motion="reduce")
    explorer.choose_size(28)
    explorer.watch.expect("422")
    # The first convolution can do this; what it leaves is too small for the second.
    ask(explorer, "Stride", "8")
    alert = message(explorer)
    expect(alert).to_be_visible()
    expect(explorer.element().locator('.strip[data-request="failed"] .tile').first).to_be_visible()
    alert.get_by_role("button", name="Undo the change").click()
    expect(alert).to_be_hidden()
    expect(explorer.element().locator('.strip[data-request="failed"] .tile')).to_have_count(0)
    recipe = default_recipe()
    recipe["input"]["size"] = 28
    assert_pipeline_shows(explorer, recipe)


def test_a_map_whose_values_do_not_come_shows_no_arithmetic_of_another(
    open_explorer: OpenExplorer, own_server: LiveServer
) -> None:
    explorer: Explorer = open_explorer(at=own_server, reduced_motion="reduce")
    explorer.watch.expect("ERR_CONNECTION_REFUSED|Failed to load resource")
    total = explorer.element().locator(".ledger-total")
    expect(total).to_be_visible()
    own_server.stop()
    gestures.tile(explorer, "Conv 2", 3).click()
    expect(explorer.element().locator(".column.result .column-title")).to_contain_text("Conv 2")
    expect(total).to_be_hidden()
    expect(explorer.element().locator(".ledger-row").first).to_be_hidden()
