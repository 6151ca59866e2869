"""Everything is in reach without a mouse, in a fixed order, with the focus in sight."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from app.numerics import kernels
from app.pipeline.defaults import default_recipe
from tests.browser import gestures
from tests.browser.agreement import assert_pipeline_shows
from tests.browser.explorer import Explorer, OpenExplorer
from tests.browser.gestures import painted, position
from tests.browser.test_pictures import recipe_of_sample

# The element with the focus, wherever it is in the shadow tree, as its role or tag and its name.
_FOCUSED = """
() => {
  let node = document.activeElement;
  while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  if (!node || node === document.body) return null;
  const region = node.closest("header, nav, .overview, .column.source, .middle, .column.result, "
    + ".inspector, .transport");
  // A field's ring may be drawn around the field with its buttons.
  const rings = [node, node.closest(".number-field") ?? node].map((one) => getComputedStyle(one));
  const box = node.getBoundingClientRect();
  return {
    name: node.getAttribute("aria-label") ?? node.textContent.trim().slice(0, 60),
    role: node.getAttribute("role") ?? node.localName,
    region: region ? region.className || region.localName : "",
    hasRing: rings.some((style) => style.outlineStyle !== "none" || style.boxShadow !== "none"),
    isInView: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
  };
}
"""


@pytest.fixture
def still(open_explorer: OpenExplorer) -> Explorer:
    """Open the explorer with nothing moving."""
    explorer: Explorer = open_explorer(reduced_motion="reduce")
    return explorer


def focused(explorer: Explorer) -> dict[str, Any] | None:
    """Tell what has the focus."""
    found: dict[str, Any] | None = explorer.page.evaluate(_FOCUSED)
    return found


def tab_until(explorer: Explorer, wanted: str, *, most: int = 60) -> dict[str, Any]:
    """Press Tab until a control with this name has the focus."""
    seen = []
    for _ in range(most):
        explorer.page.keyboard.press("Tab")
        now = focused(explorer)
        if now and now["name"].startswith(wanted):
            return now
        seen.append(now and now["name"])
    raise AssertionError(f"{wanted!r} is not reached by Tab; the stops are {seen}")


def test_tab_goes_through_the_regions_in_reading_order(still: Explorer) -> None:
    stops = []
    for _ in range(80):
        still.page.keyboard.press("Tab")
        now = focused(still)
        if now is None:
            break
        stops.append(now)
    assert stops, "nothing takes the focus"
    for stop in stops:
        assert stop["hasRing"], f"no focus ring on {stop}"
        assert stop["isInView"], f"the focus is out of sight on {stop}"
    wanted = ["header", "overview", "column source", "middle", "column result", "inspector"]
    found = [
        next(part for part in [*wanted, "transport", "nav", ""] if part in stop["region"])
        for stop in stops
    ]
    firsts = list(dict.fromkeys(found))
    regions_in_order = [name for name in firsts if name in [*wanted, "transport"]]
    assert regions_in_order == [*wanted, "transport"], firsts
    overview = [stop for stop in stops if "overview" in stop["region"]]
    transport = [stop for stop in stops if "transport" in stop["region"]]
    assert len(overview) == 1, "the overview is one stop"
    assert len(transport) == 1, "the transport is one stop"


def test_the_pipeline_is_walked_with_arrows(still: Explorer) -> None:
    tab_until(still, "Conv 1, map 1 of 4")
    for key, wanted in (
        ("ArrowDown", "Conv 1, map 2 of 4"),
        ("ArrowRight", "ReLU 1, map 2 of 4"),
        ("ArrowRight", "Pool 1, map 2 of 4"),
        ("ArrowRight", "Conv 2, map 2 of 6"),
        ("ArrowUp", "Conv 2, map 1 of 6"),
    ):
        still.page.keyboard.press(key)
        expect(tile(still, wanted)).to_have_attribute("aria-selected", "true")
        expect(tile(still, wanted)).to_be_focused()
    expect(still.element().get_by_role("heading", name="Conv 2, map 1 of 6")).to_be_visible()


def test_the_slices_of_a_kernel_are_one_stop_and_the_arrows_cross_them(still: Explorer) -> None:
    element = still.element()
    weights = element.locator(".ledger .kernel-input")
    expect(weights).to_have_count(27)
    expect(element.locator('.ledger .kernel-input[tabindex="0"]')).to_have_count(1)
    still.first_weight().focus()
    for _ in range(3):
        still.page.keyboard.press("ArrowDown")
    place = "weight row 1 column 1, green slice"
    expect(element.get_by_role("spinbutton", name=place)).to_be_focused()
    still.page.keyboard.press("End")
    still.page.keyboard.press("ArrowUp")
    place = "weight row 3 column 3, red slice"
    expect(element.get_by_role("spinbutton", name=place)).to_be_focused()
    still.page.keyboard.press("Tab")
    assert not element.evaluate("(it) => it.shadowRoot.activeElement.matches('.kernel-input')")
    still.page.keyboard.press("Shift+Tab")
    expect(element.get_by_role("spinbutton", name=place)).to_be_focused()


def tile(explorer: Explorer, name: str) -> Locator:
    """Give a map of the overview."""
    return explorer.element().get_by_role("gridcell", name=name)


def test_a_cell_of_the_result_is_found_and_pinned(still: Explorer) -> None:
    still.page.keyboard.press("Tab")
    result = gestures.frame(still, "result")
    result.focus()
    gestures.go_to(still, 20, 20, 94)
    result.focus()
    for key in ("ArrowDown", "ArrowRight", "Shift+ArrowDown", "Shift+ArrowRight", "ArrowLeft"):
        still.page.keyboard.press(key)
    still.two_frames()
    expect(still.element().locator(".readout")).to_contain_text("row 32, column 31")
    still.page.keyboard.press("Enter")
    still.two_frames()
    assert position(still) == "row 32, column 31 of 94 × 94"
    expect(gestures.tile(still, "Conv 1", 1)).to_have_class("tile selected pinned")
    still.page.keyboard.press("Escape")
    expect(gestures.tile(still, "Conv 1", 1)).to_have_class("tile selected")


def test_the_transport_is_one_toolbar(still: Explorer) -> None:
    tab_until(still, "Play")
    still.page.keyboard.press("Space")
    expect(still.play_button()).to_have_accessible_name("Pause")
    still.page.keyboard.press("Space")
    expect(still.play_button()).to_have_accessible_name("Play")
    gestures.go_to(still, 30, 30, 94)
    still.play_button().focus()
    still.page.keyboard.press("ArrowRight")
    now = focused(still)
    assert now and now["name"] == "Forward one window"
    still.page.keyboard.press("Enter")
    still.two_frames()
    assert position(still) == "row 31, column 32 of 94 × 94"
    for _ in range(3):
        still.page.keyboard.press("ArrowRight")
    now = focused(still)
    assert now and now["name"] == "Window"
    still.page.keyboard.press("ArrowLeft")
    still.two_frames()
    assert painted(still) == 30 * 94 + 31, "arrows on the scrubber move the window"
    still.page.keyboard.press("Tab")
    now = focused(still)
    assert now is None or "transport" not in now["region"], "the toolbar is left with one Tab"


def test_a_weight_is_changed_and_taken_back_without_a_mouse(still: Explorer) -> None:
    tab_until(still, "weight row 1 column 1, red slice")
    still.page.keyboard.press("ArrowRight")
    still.page.keyboard.press("ArrowDown")
    still.count_repaints()
    still.page.keyboard.type("3.5")
    still.page.keyboard.press("Enter")
    still.wait_for_repaint()
    still.two_frames()
    recipe = default_recipe()
    weight = [
        [[factor * float(value) for value in line] for line in kernels.preset("sobel_x")]
        for factor in (2, -1, -1)
    ]
    weight[0][1][1] = 3.5
    recipe["stages"][0]["filters"][0] = {"weight": weight}
    assert_pipeline_shows(still, recipe)
    still.count_repaints()
    still.page.keyboard.press("Control+z")
    still.wait_for_repaint()
    still.two_frames()
    assert_pipeline_shows(still, default_recipe())


def test_settings_are_changed_without_a_mouse(still: Explorer) -> None:
    tab_until(still, "Stride")
    still.count_repaints()
    still.page.keyboard.press("ArrowUp")
    still.wait_for_repaint()
    still.two_frames()
    recipe = default_recipe()
    recipe["stages"][0]["stride"] = [2, 2]
    assert_pipeline_shows(still, recipe)


def test_a_preset_is_chosen_without_a_mouse(still: Explorer) -> None:
    tab_until(still, "Sobel x")
    still.page.keyboard.press("ArrowRight")
    now = focused(still)
    assert now and now["name"] == "Sobel y"
    still.count_repaints()
    still.page.keyboard.press("Enter")
    still.wait_for_repaint()
    still.two_frames()
    recipe = default_recipe()
    recipe["stages"][0]["filters"][0]["kernel"] = "sobel_y"
    assert_pipeline_shows(still, recipe)


def test_a_sample_is_chosen_without_a_mouse(still: Explorer) -> None:
    tab_until(still, "Picture: Coffee cup")
    still.page.keyboard.press("Enter")
    dialog = still.element().get_by_role("dialog", name="Choose a picture")
    expect(dialog).to_be_visible()
    still.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    now = focused(still)
    assert now and now["name"].startswith("Picture:"), "the focus comes back"
    still.page.keyboard.press("Enter")
    dialog.wait_for()
    for _ in range(30):
        still.page.keyboard.press("Tab")
        sample = still.element().locator('.sample[data-id="camera"]:focus')
        if sample.count():
            break
    else:
        raise AssertionError("no Tab leads to the sample")
    still.count_repaints()
    still.page.keyboard.press("Enter")
    still.wait_for_repaint()
    still.two_frames()
    assert_pipeline_shows(still, recipe_of_sample("camera"))


def test_a_list_of_keys_opens_and_closes(still: Explorer) -> None:
    still.region("Bench").focus()
    still.page.keyboard.press("?")
    dialog = still.element().get_by_role("dialog")
    expect(dialog).to_be_visible()
    for words in ("Space", "Home", "one row"):
        expect(dialog).to_contain_text(words)
    still.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_letters_mean_nothing_in_a_field(still: Explorer) -> None:
    before = still.play_button().get_attribute("aria-label")
    bias = still.region("Settings").get_by_role("spinbutton", name="Bias")
    bias.focus()
    still.page.keyboard.type("l5t ")
    assert still.play_button().get_attribute("aria-label") == before
    loop = still.element().get_by_role("button", name="Loop")
    expect(loop).to_have_attribute("aria-pressed", "false")
    expect(still.element().get_by_role("combobox", name="Speed")).to_have_value("4")
    still.page.keyboard.press("Escape")


def test_t_changes_the_theme(still: Explorer) -> None:
    still.region("Bench").focus()
    still.page.keyboard.press("t")
    expect(still.element().get_by_role("button", name="Light theme")).to_be_visible()
    still.page.keyboard.press("t")
    expect(still.element().get_by_role("button", name="Dark theme")).to_be_visible()
