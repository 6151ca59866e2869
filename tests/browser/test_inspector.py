"""Settings change the run, as one step of the history each, and say why when they cannot."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from app.numerics.kernels import PRESETS
from tests.browser.explorer import Explorer, OpenExplorer
from tests.browser.screens import PHONE

WEIGHT_RULE = "A number from −99 to 99, at most two decimals."


@pytest.fixture
def still(open_explorer: OpenExplorer) -> Explorer:
    """Open the explorer with nothing moving."""
    explorer: Explorer = open_explorer(reduced_motion="reduce")
    explorer.pause()
    return explorer


def settings(explorer: Explorer) -> Locator:
    return explorer.region("Settings")


def field(explorer: Explorer, name: str) -> Locator:
    return settings(explorer).get_by_role("spinbutton", name=name, exact=True)


def formula(explorer: Explorer) -> Locator:
    return settings(explorer).locator(".size-lines")


def undo(explorer: Explorer) -> Locator:
    return explorer.element().get_by_role("button", name=re.compile("^Undo")).first


def type_into(explorer: Explorer, name: str, text: str) -> None:
    field(explorer, name).click()
    explorer.page.keyboard.type(text)
    explorer.page.keyboard.press("Enter")


def test_every_preset_is_in_reach_and_becomes_the_kernel(still: Explorer) -> None:
    settings(still).get_by_role("button", name="All kernels").click()
    everything = settings(still).get_by_role("group", name="All kernels")
    for kernel in PRESETS.values():
        everything.get_by_role("button", name=kernel.label, exact=True).click()
        expect(settings(still).locator(".kernel-name")).to_have_text(kernel.label)
    expect(formula(still)).to_contain_text("5")
    expect(still.element().get_by_role("alert")).to_have_count(0)


def test_the_formula_follows_stride_and_says_what_is_left_unread(still: Explorer) -> None:
    settings(still).get_by_role("button", name="More: Stride").click()
    expect(formula(still)).to_have_text("⌊(96 + 2·0 − 1·(3 − 1) − 1) / 2⌋ + 1 = 47")
    expect(
        settings(still).get_by_text("Stride 2 leaves one row and one column unread (hatched).")
    ).to_be_visible()


def test_rows_and_columns_can_differ(still: Explorer) -> None:
    type_into(still, "Kernel size", "3x5")
    expect(field(still, "Kernel size")).to_have_value("3 × 5")
    expect(formula(still)).to_contain_text("= 94")
    expect(formula(still)).to_contain_text("= 92")
    expect(settings(still).get_by_text("4 · (3·3·5 + 1) = 184")).to_be_visible()


def test_a_named_padding_shows_what_it_comes_to(still: Explorer) -> None:
    type_into(still, "Padding", "same")
    expect(formula(still)).to_contain_text("96 + 2·1 −")
    field(still, "Padding").press("ArrowUp")
    expect(field(still, "Padding")).to_have_value("2")


def test_what_is_no_number_is_taken_back(still: Explorer) -> None:
    type_into(still, "Stride", "wide")
    expect(field(still, "Stride")).to_have_value("1")
    expect(undo(still)).to_be_disabled()


@pytest.mark.parametrize(
    "name, typed, before, allowed",
    [
        ("Stride", "99", "1", "from 1 to 8"),
        ("Padding", "wide", "0", "from 0 to 10"),
        ("Kernel size", "12", "3 × 3", "from 1 to 11"),
        ("Filters", "0", "4", "from 1 to 16"),
        ("Mix of red", "1e20", "2", "from −99 to 99"),
        ("Bias", "1e9", "−0.20", "from −1,000,000 to 1,000,000"),
    ],
)
def test_what_cannot_be_says_in_place_what_can(
    still: Explorer, name: str, typed: str, before: str, allowed: str
) -> None:
    type_into(still, name, typed)
    expect(field(still, name)).to_have_value(before)
    note = settings(still).get_by_role("alert")
    expect(note).to_contain_text(f"“{typed}” was not taken. {name}: a")
    expect(note).to_contain_text(allowed)
    expect(undo(still)).to_be_disabled()
    field(still, name).press("ArrowUp")
    expect(note).to_have_count(0)


def test_a_limit_fades_the_button_and_says_why(still: Explorer) -> None:
    less = settings(still).get_by_role("button", name="Less: Stride")
    expect(less).to_have_attribute("aria-disabled", "true")
    less.hover()
    expect(still.element().get_by_role("tooltip")).to_have_text("Stride is at least 1")


def test_dragging_a_number_is_one_step_back(still: Explorer) -> None:
    box = field(still, "Dilation").bounding_box()
    assert box
    x, y = box["x"] + 10, box["y"] + 10
    still.page.mouse.move(x, y)
    still.page.mouse.down()
    for moved in range(4, 36, 4):
        still.page.mouse.move(x + moved, y)
    still.page.mouse.up()
    expect(field(still, "Dilation")).to_have_value("5")
    expect(formula(still)).to_contain_text("5·(3 − 1)")
    still.page.keyboard.press("Control+z")
    expect(field(still, "Dilation")).to_have_value("1")
    expect(undo(still)).to_be_disabled()


def test_dragging_a_weight_is_one_step_back(still: Explorer) -> None:
    weight = still.first_weight()
    box = weight.bounding_box()
    assert box
    x, y = box["x"] + 10, box["y"] + 10
    still.page.mouse.move(x, y)
    still.page.mouse.down()
    for moved in range(4, 44, 4):
        still.page.mouse.move(x, y - moved)
    expect(weight).to_have_value("−1")
    still.page.mouse.up()
    expect(settings(still).locator(".kernel-name")).to_have_text("Edited Sobel x")
    still.page.keyboard.press("Control+z")
    expect(weight).to_have_value("−2")
    expect(settings(still).locator(".kernel-name")).to_have_text("Sobel x")
    expect(undo(still)).to_be_disabled()


def test_weights_are_edited_by_keyboard(still: Explorer) -> None:
    weight = still.first_weight()
    weight.focus()
    still.page.keyboard.press("ArrowDown")
    below = still.element().get_by_role("spinbutton", name="weight row 2 column 1, red slice")
    expect(below).to_be_focused()
    still.page.keyboard.press("+")
    expect(below).to_have_attribute("aria-valuenow", "-3.9")
    still.page.keyboard.press("Escape")
    expect(below).to_have_attribute("aria-valuenow", "-4")
    still.page.keyboard.type("2.25")
    still.page.keyboard.press("Enter")
    expect(below).to_have_value("2.25")
    expect(weight).to_have_value("−2.00")


def test_letters_in_a_weight_are_told_and_lose_nothing(still: Explorer) -> None:
    weight = still.first_weight()
    weight.focus()
    still.page.keyboard.type("abc")
    still.page.keyboard.press("Enter")
    expect(weight).to_have_value("abc")
    expect(weight).to_have_attribute("aria-invalid", "true")
    expect(still.element().get_by_role("alert")).to_have_text(WEIGHT_RULE)
    still.page.keyboard.press("Escape")
    expect(weight).to_have_value("−2")
    expect(still.element().get_by_role("alert")).to_have_count(0)


def test_a_weight_that_is_left_with_what_cannot_be_says_so(still: Explorer) -> None:
    weight = still.first_weight()
    weight.focus()
    still.page.keyboard.type("3.14159")
    still.page.keyboard.press("Tab")
    expect(weight).to_have_value("−2")
    alert = still.element().get_by_role("alert")
    expect(alert).to_have_text(f"“3.14159” was not taken. {WEIGHT_RULE}")
    expect(undo(still)).to_be_disabled()


def test_a_long_press_opens_a_slider_for_the_weight(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer(viewport=PHONE, reduced_motion="reduce", has_touch=True)
    weight = explorer.first_weight()
    weight.scroll_into_view_if_needed()
    box = weight.bounding_box()
    assert box
    touch = explorer.page.context.new_cdp_session(explorer.page)
    finger = [{"x": box["x"] + 8, "y": box["y"] + 8}]
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": finger})
    slider = explorer.element().get_by_role("slider", name=re.compile("^weight row 1 column 1"))
    expect(slider).to_be_visible()
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    slider.press("ArrowRight")
    expect(weight).to_have_value("−1.9")


def test_a_held_button_goes_on_and_is_one_step_back(still: Explorer) -> None:
    more = settings(still).get_by_role("button", name="More: Dilation")
    box = more.bounding_box()
    assert box
    still.page.mouse.move(box["x"] + 10, box["y"] + 10)
    still.page.mouse.down()
    expect(field(still, "Dilation")).not_to_have_value(re.compile("^[12]$"))
    still.page.mouse.up()
    field(still, "Dilation").focus()
    still.page.keyboard.press("Control+z")
    expect(field(still, "Dilation")).to_have_value("1")


def test_the_hint_of_a_field_comes_to_the_pointer_and_covers_no_setting(still: Explorer) -> None:
    hint = still.element().get_by_role("tooltip").filter(has_text="rows × columns")
    field(still, "Stride").focus()
    still.page.wait_for_timeout(600)
    expect(hint).to_be_hidden()
    field(still, "Stride").hover()
    expect(hint).to_be_visible()
    bubble, panel = hint.bounding_box(), settings(still).bounding_box()
    assert bubble and panel
    assert bubble["x"] + bubble["width"] <= panel["x"]
    still.page.keyboard.type("2")
    expect(hint).to_be_hidden()


@pytest.mark.parametrize("change", [("Stride", "2"), ("Filters", "9"), ("Kernel size", "7")])
def test_the_usual_settings_fit_beside_the_bench(
    open_explorer: OpenExplorer, change: tuple[str, str]
) -> None:
    explorer: Explorer = open_explorer(
        viewport={"width": 1440, "height": 900}, reduced_motion="reduce"
    )
    type_into(explorer, *change)
    last = settings(explorer).get_by_text("Receptive field")
    playback = explorer.region("Playback").bounding_box()
    box = last.bounding_box()
    assert box and playback
    assert box["y"] + box["height"] <= playback["y"]


def test_undo_link_brings_the_preset_back_with_its_mix(still: Explorer) -> None:
    still.first_weight().focus()
    still.page.keyboard.press("+")
    expect(field(still, "Mix of red")).to_have_attribute("aria-disabled", "true")
    settings(still).get_by_role("button", name="Undo", exact=True).click()
    expect(field(still, "Mix of red")).to_have_value("2")
    expect(field(still, "Mix of green")).to_have_value("−1")


def test_filters_come_and_go_with_the_stage_that_reads_them(still: Explorer) -> None:
    settings(still).get_by_role("button", name="More: Filters").click()
    chips = settings(still).get_by_role("radiogroup", name="Filters").get_by_role("radio")
    expect(chips).to_have_count(5)
    expect(settings(still).get_by_text("5 · (3·3·3 + 1) = 140")).to_be_visible()
    chips.nth(1).click()
    chips.nth(1).press("Delete")
    expect(chips).to_have_count(4)
    expect(still.element().get_by_role("alert")).to_have_count(0)


def test_a_refusal_stands_beside_its_field_with_the_way_out(still: Explorer) -> None:
    still.watch.expect("422")
    still.choose_size(28)
    type_into(still, "Kernel size", "11")
    type_into(still, "Dilation", "4")
    kernel_size = settings(still).locator('[data-parameter="kernel_size"]')
    expect(kernel_size).to_contain_text("Kernel 11 with dilation 4 spans 41 cells")
    kernel_size.get_by_role("button", name=re.compile("^Use dilation")).click()
    expect(kernel_size.get_by_role("button", name=re.compile("^Use "))).to_have_count(0)


def test_the_sheet_of_a_phone_has_an_editable_slice(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer(viewport=PHONE, reduced_motion="reduce")
    explorer.element().get_by_role("button", name="Settings").click()
    settings(explorer).get_by_role("button", name=re.compile("^Edit slice")).click()
    grid = settings(explorer).get_by_role("grid", name=re.compile("^Kernel"))
    expect(grid.get_by_role("spinbutton")).to_have_count(9)
