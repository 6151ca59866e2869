"""The embed builder: what is ticked is what students get, in the preview and in the code."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import FrameLocator, Locator, expect

from tests.browser.dialogs import (
    CLIPBOARD,
    EMBED,
    MAKING_MS,
    READ_CLIPBOARD,
    code_of,
    open_builder,
    shown,
    standing,
    wait_for_preview,
)
from tests.browser.explorer import Explorer, OpenExplorer
from tests.browser.screens import PHONE
from tests.browser.test_pictures import png

HOSTS = [
    *("HTML", "Moodle / Canvas", "WordPress", "MyST / Jupyter Book", "Sphinx", "Quarto"),
    *("MkDocs / Docusaurus", "reveal.js", "Jupyter", "Single file"),
]


@pytest.fixture
def explorer(open_explorer: OpenExplorer) -> Explorer:
    """Stand still at a telling cell."""
    return standing(open_explorer)


def preview(dialog: Locator) -> FrameLocator:
    """The embed itself."""
    return dialog.frame_locator("iframe")


def tick(dialog: Locator, name: str) -> Locator:
    """One of the controls to be shown."""
    return dialog.get_by_role("checkbox", name=name, exact=True)


def choose(dialog: Locator, group: str, option: str) -> None:
    """Choose one of a few, and wait for the preview."""
    dialog.get_by_role("group", name=group, exact=True).get_by_text(option, exact=True).click()
    wait_for_preview(dialog)


def attributes(dialog: Locator) -> dict[str, str]:
    """Attributes of the element in the code for any page."""
    found = re.search(r"<conv-visualizer-frame ([^>]*)>", code_of(dialog).inner_text())
    assert found
    return dict(re.findall(r'([a-z-]+)="([^"]*)"', found[1]))


def test_the_preview_shows_the_same_place_and_number_as_the_explorer(explorer: Explorer) -> None:
    before = shown(explorer)
    dialog = open_builder(explorer)
    expect(tick(dialog, "Kernel preset")).to_be_focused()
    frame = preview(dialog)
    expect(frame.locator(".transport-position")).to_have_text(before.position)
    expect(frame.locator(".sum-total")).to_have_text(before.total)
    assert attributes(dialog)["step"] == str(before.painted)
    assert attributes(dialog)["controls"] == "preset,stride,transport,ledger"


def test_ticks_change_the_preview_and_the_code(explorer: Explorer) -> None:
    dialog = open_builder(explorer)
    frame = preview(dialog)
    expect(frame.get_by_role("spinbutton", name="Padding")).to_have_count(0)
    expect(frame.locator(".sum-total")).to_be_visible()
    dialog.get_by_text("Padding", exact=True).click()
    dialog.get_by_text("Ledger", exact=True).click()
    wait_for_preview(dialog)
    expect(frame.get_by_role("spinbutton", name="Padding")).to_be_visible()
    expect(frame.locator(".sum-total")).to_be_hidden()
    assert attributes(dialog)["controls"] == "preset,stride,padding,transport"
    for name in ("Kernel preset", "Stride", "Padding", "Transport"):
        tick(dialog, name).uncheck(force=True)
    assert attributes(dialog)["controls"] == "none"
    wait_for_preview(dialog)
    expect(frame.get_by_role("spinbutton", name="Padding")).to_be_hidden()
    expect(frame.get_by_role("button", name="Play")).to_be_hidden()


def test_a_locked_control_is_shown_and_cannot_be_changed(explorer: Explorer) -> None:
    dialog = open_builder(explorer)
    frame = preview(dialog)
    lock = dialog.get_by_role("button", name="Lock stride")
    lock.click()
    expect(lock).to_have_attribute("aria-pressed", "true")
    wait_for_preview(dialog)
    assert attributes(dialog)["lock"] == "stride"
    field = frame.get_by_role("spinbutton", name="Stride")
    expect(field).to_be_visible()
    before = frame.locator(".transport-position").inner_text()
    field.press("ArrowUp")
    frame.get_by_role("button", name=re.compile("more|Increase|larger", re.I)).first.click(
        force=True
    )
    expect(field).to_have_value("1")
    assert frame.locator(".transport-position").inner_text() == before
    # What is not shown needs no lock, and what has no value cannot have one.
    tick(dialog, "Stride").uncheck(force=True)
    expect(lock).to_be_hidden()
    assert "lock" not in attributes(dialog)
    expect(dialog.get_by_role("button", name="Lock transport")).to_have_count(0)


def test_the_code_and_the_link_are_copied_and_the_link_is_the_preview(explorer: Explorer) -> None:
    dialog = open_builder(explorer)
    dialog.get_by_role("button", name="Copy code").click()
    status = dialog.get_by_role("tabpanel").get_by_role("status")
    expect(status).to_have_text("Copied. 2 lines.")
    copied = explorer.page.evaluate(READ_CLIPBOARD)
    assert copied == code_of(dialog).inner_text()
    dialog.get_by_role("button", name="Copy link").click()
    expect(status).to_have_text("Link copied.")
    link = urlsplit(explorer.page.evaluate(READ_CLIPBOARD))
    assert link.path == "/embed"
    assert parse_qs(link.query)["image"] == ["coffee"]
    source = dialog.locator("iframe").get_attribute("src")
    assert source == f"{link.path}?{link.query}"


def test_every_host_has_a_tab_with_code_and_where_it_goes(explorer: Explorer) -> None:
    dialog = open_builder(explorer)
    tabs = dialog.get_by_role("tab")
    assert tabs.all_inner_texts() == HOSTS
    panel = dialog.get_by_role("tabpanel")
    seen = set()
    tabs.first.focus()
    for host in HOSTS[:-1]:
        tab = dialog.get_by_role("tab", name=host, exact=True)
        expect(tab).to_be_focused()
        expect(tab).to_have_attribute("aria-selected", "true")
        expect(panel).to_have_accessible_name(host)
        code = code_of(dialog).inner_text()
        assert "127.0.0.1" in code or host == "Sphinx" or host.startswith("MyST"), host
        seen.add((host, code))
        # One stop of the keyboard; arrows lead on.
        assert tabs.evaluate_all("(all) => all.filter((tab) => tab.tabIndex === 0).length") == 1
        explorer.page.keyboard.press("ArrowRight")
    assert len(seen) == len(HOSTS) - 1
    explorer.page.keyboard.press("Home")
    expect(tabs.first).to_be_focused()


def test_the_frame_is_as_wide_as_chosen_and_as_high_as_its_content(explorer: Explorer) -> None:
    dialog = open_builder(explorer)
    heights: dict[int, int] = {}
    for width in (320, 1000, 640):
        choose(dialog, "Preview", str(width))
        frame = preview(dialog)
        root = frame.locator("html")
        expect(root).to_have_js_property("clientWidth", width)
        place = dialog.locator("iframe")
        height = root.evaluate("(html) => Math.ceil(html.ownerDocument.body.scrollHeight)")
        expect(place).to_have_css("height", f"{height}px")
        # Wider than there is room for, it is drawn smaller, not laid out anew.
        box, room = place.bounding_box(), dialog.locator(".preview-stage").bounding_box()
        assert box and room
        assert box["width"] <= room["width"] + 0.5
        heights[width] = height
    # A plain frame is as high as any column from the one on show to the widest needs it.
    dialog.get_by_role("tab", name="Moodle / Canvas").click()
    enough = max(heights[640], heights[1000])
    assert f'height="{enough}"' in code_of(dialog).inner_text()
    choose(dialog, "Preview", "320")
    enough = max(heights[320], heights[1000])
    expect(code_of(dialog)).to_contain_text(f'height="{enough}"')
    assert heights[1000] > heights[640], "else this shows nothing"


def test_a_fixed_height_is_in_the_code_and_in_the_preview(explorer: Explorer) -> None:
    dialog = open_builder(explorer)
    assert "height" not in attributes(dialog)
    dialog.get_by_role("tab", name="Moodle / Canvas").click()
    choose(dialog, "Height", "Fixed")
    field = dialog.get_by_role("spinbutton", name="Height in pixels")
    field.fill("360")
    field.press("Enter")
    expect(dialog.locator("iframe")).to_have_css("height", "360px")
    expect(code_of(dialog)).to_contain_text('height="360"')
    field.fill("7")
    field.press("Tab")
    expect(field).to_have_value("160")
    expect(code_of(dialog)).to_contain_text('height="160"')
    dialog.get_by_role("tab", name="HTML", exact=True).click()
    assert attributes(dialog)["height"] == "160"


def test_a_height_that_comes_late_changes_the_code_and_leaves_the_focus(explorer: Explorer) -> None:
    dialog = open_builder(explorer)
    dialog.get_by_role("tab", name="Moodle / Canvas").click()
    copy = dialog.get_by_role("button", name="Copy code")
    copy.focus()
    preview(dialog).locator("body").evaluate(
        "() => parent.postMessage({ kernelscope: 1, type: 'height', height: 777 }, '*')"
    )
    expect(code_of(dialog)).to_contain_text('height="777"')
    expect(copy).to_be_focused()


def test_the_start_and_the_theme_are_choices(explorer: Explorer) -> None:
    dialog = open_builder(explorer)
    frame = preview(dialog)
    choose(dialog, "Opens", "From the start")
    expect(frame.locator(".transport-position")).to_have_text("row 1, column 1 of 94 × 94")
    assert attributes(dialog)["step"] == "1"
    choose(dialog, "Opens", "Whole map, at this cell")
    expect(frame.locator(".transport-position")).to_have_text("row 50, column 70 of 94 × 94")
    assert attributes(dialog)["cell"] == "50,70"
    assert "step" not in attributes(dialog)
    choose(dialog, "Theme", "Dark")
    assert attributes(dialog)["theme"] == "dark"
    host = frame.locator("conv-visualizer")
    expect(host).to_have_css("color-scheme", "dark")
    assert explorer.element().evaluate("(host) => host.state.theme") == "auto"


def test_it_plays_by_itself_only_when_that_is_ticked(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer()
    explorer.pause()
    dialog = open_builder(explorer)
    host = preview(dialog).locator("conv-visualizer")
    assert host.evaluate("(host) => host.state.is_playing") is False
    assert "autoplay" not in attributes(dialog)
    dialog.get_by_text("Plays by itself").click()
    wait_for_preview(dialog)
    assert attributes(dialog)["autoplay"] == "on"
    assert host.evaluate("(host) => host.state.is_playing") is True


def test_the_single_file_says_its_size_before_it_is_saved(explorer: Explorer) -> None:
    dialog = open_builder(explorer)
    tick(dialog, "Ledger").uncheck(force=True)
    dialog.get_by_role("tab", name="Single file").click()
    panel = dialog.get_by_role("tabpanel")
    save = panel.get_by_role("button", name="Save the file")
    expect(save).to_be_visible(timeout=MAKING_MS)
    said = panel.get_by_role("status").first.inner_text()
    with explorer.page.expect_download() as download:
        save.click()
    content = download.value.path().read_bytes()
    assert f"{len(content) / 1024 / 1024:.1f} MB" in said
    assert b'"controls":["preset","stride","transport"]' in content
    panel.get_by_role("group", name="Format").get_by_text("SCORM package").click()
    expect(panel.get_by_role("status").first).to_contain_text(".zip has", timeout=MAKING_MS)


def test_an_uploaded_picture_is_said_not_to_be_embedded_and_a_sample_is_offered(
    open_explorer: OpenExplorer,
) -> None:
    explorer: Explorer = open_explorer(permissions=CLIPBOARD, reduced_motion="reduce")
    explorer.count_repaints()
    explorer.drop(png(name="lab.png"))
    explorer.wait_for_repaint()
    dialog = open_builder(explorer)
    notice = dialog.locator(".notice", has_text="lab.png")
    expect(notice).to_contain_text("lab.png cannot be shown by an embed")
    expect(notice).to_contain_text("Students would see the coffee cup")
    assert attributes(dialog)["image"] == "coffee"
    notice.get_by_role("button", name="Save a single file").click()
    expect(dialog.get_by_role("tab", name="Single file")).to_have_attribute("aria-selected", "true")
    explorer.count_repaints()
    notice.get_by_role("button", name="Use the sample “Coffee cup”").click()
    explorer.wait_for_repaint()
    expect(notice).to_have_count(0)
    assert explorer.element().evaluate("(host) => host.state.recipe.input.image") == "coffee"


def test_it_is_opened_and_left_by_keys_gives_the_focus_back_and_leaves_no_history(
    explorer: Explorer,
) -> None:
    length = explorer.page.evaluate("() => history.length")
    dialog = open_builder(explorer)
    dialog.get_by_text("Padding", exact=True).click()
    wait_for_preview(dialog)
    assert explorer.page.evaluate("() => history.length") == length
    # Back still leads out of the page, not through previews.
    explorer.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(explorer.region("Bench")).to_be_focused()
    button = explorer.element().get_by_role("button", name="Embed")
    button.press("Enter")
    expect(explorer.element().get_by_role("dialog", name=EMBED)).to_be_visible()
    explorer.page.keyboard.press("Escape")
    expect(button).to_be_focused()


def test_on_a_phone_nothing_is_wider_than_the_sheet(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer(viewport=PHONE, has_touch=True, reduced_motion="reduce")
    dialog = open_builder(explorer)
    assert dialog.evaluate("(dialog) => [dialog.scrollTop, dialog.scrollLeft]") == [0, 0]
    assert dialog.evaluate("(dialog) => dialog.scrollWidth - dialog.clientWidth") == 0
    expect(preview(dialog).locator("html")).to_have_js_property("clientWidth", 320)
    lock = dialog.get_by_role("button", name="Lock stride").bounding_box()
    assert lock
    assert min(lock["width"], lock["height"]) >= 44
