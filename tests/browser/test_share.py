"""Share: a link that opens at the very same cell, what is in it, and its code for a hall."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from app.api.qr_code import MOST_BYTES
from app.images.samples import Samples
from app.pipeline.defaults import default_recipe
from app.resources import folder
from app.scenes.address import write_address
from app.scenes.scene import scene_from_json
from tests.browser import gestures
from tests.browser.dialogs import (
    CLIPBOARD,
    MAKING_MS,
    READ_CLIPBOARD,
    link_field,
    open_share,
    shown,
    standing,
)
from tests.browser.explorer import Explorer, OpenExplorer
from tests.browser.screens import PHONE
from tests.browser.server import ROOT
from tests.browser.test_pictures import png

# As where a page is shown over plain HTTP, or a browser's owner has said no.
NO_CLIPBOARD = """
  globalThis.realClipboard = navigator.clipboard;
  Object.defineProperty(navigator, "clipboard", { value: undefined });
"""


def copied(dialog: Locator) -> str:
    """Press the button, and read what another program would paste."""
    dialog.get_by_role("button", name="Copy link").click()
    expect(dialog.get_by_role("status").first).to_contain_text("Link copied.")
    text: str = dialog.page.evaluate(READ_CLIPBOARD)
    return text


def read_code(picture: Locator) -> str:
    """Read a code from its pixels on the screen, as a phone does."""
    cv2 = pytest.importorskip("cv2")
    pixels = np.frombuffer(picture.screenshot(), dtype=np.uint8)
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(cv2.imdecode(pixels, cv2.IMREAD_COLOR))
    return str(text)


def test_the_copied_link_opens_at_the_very_same_cell_with_the_same_number(
    open_explorer: OpenExplorer,
) -> None:
    explorer = standing(open_explorer)
    before = shown(explorer)
    assert before.position == "row 50, column 70 of 94 × 94"
    dialog = open_share(explorer)
    link = copied(dialog)
    status = dialog.get_by_role("status").first
    expect(status).to_have_text("Link copied. It opens at row 50, column 70.")
    assert link == link_field(dialog).input_value()
    address = urlsplit(link)
    other: Explorer = open_explorer(f"{address.path}?{address.query}", reduced_motion="reduce")
    assert shown(other) == before


def test_own_weights_another_stage_and_a_pinned_cell_come_along(
    open_explorer: OpenExplorer,
) -> None:
    explorer = standing(open_explorer)
    explorer.count_repaints()
    explorer.first_weight().focus()
    explorer.page.keyboard.type("1.25")
    explorer.page.keyboard.press("Enter")
    explorer.wait_for_repaint()
    gestures.select(explorer, "ReLU 1", 1)
    place = gestures.frame(explorer, "result")
    gestures.click_cell(explorer, place, (30, 31), (94, 94))
    dialog = open_share(explorer)
    expect(dialog.locator(".share-contents")).to_contain_text("1 filter with your own weights")
    expect(dialog.locator(".share-contents")).to_contain_text("ReLU 1, map 1 of 4")
    link = copied(dialog)
    address = urlsplit(link)
    assert address.fragment.startswith("v1=")
    fragment = f"#{address.fragment}"
    other: Explorer = open_explorer(
        f"{address.path}?{address.query}{fragment}", reduced_motion="reduce"
    )
    states: list[dict[str, Any]] = [
        one.element().evaluate("(host) => host.state") for one in (explorer, other)
    ]
    assert states[0]["selection"] == states[1]["selection"]
    assert states[1]["pinned"] == states[0]["pinned"] != None  # noqa: E711
    values = "(host) => [...host.values('relu1', 0)]"
    assert explorer.element().evaluate(values) == other.element().evaluate(values)


def test_from_the_start_is_a_choice(open_explorer: OpenExplorer) -> None:
    explorer = standing(open_explorer)
    dialog = open_share(explorer)
    here = link_field(dialog).input_value()
    dialog.get_by_text("From the start").click()
    expect(link_field(dialog)).not_to_have_value(here)
    copied(dialog)
    status = dialog.get_by_role("status").first
    expect(status).to_have_text("Link copied. It opens at the first window.")
    start = urlsplit(link_field(dialog).input_value())
    other: Explorer = open_explorer(f"/?{start.query}", reduced_motion="reduce")
    assert gestures.position(other) == "row 1, column 1 of 94 × 94"


def test_copying_works_where_a_page_may_not_use_the_clipboard(
    open_explorer: OpenExplorer,
) -> None:
    explorer: Explorer = open_explorer(None, permissions=CLIPBOARD, reduced_motion="reduce")
    explorer.page.add_init_script(NO_CLIPBOARD)
    explorer.open("/")
    dialog = open_share(explorer)
    copy = dialog.get_by_role("button", name="Copy link")
    copy.click()
    expect(dialog.get_by_role("status").first).to_contain_text("Link copied.")
    text = explorer.page.evaluate("() => realClipboard.readText()")
    assert text == link_field(dialog).input_value()
    expect(copy).to_be_focused()


def test_where_nothing_may_be_copied_the_link_is_selected(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer(None, reduced_motion="reduce")
    explorer.page.add_init_script(NO_CLIPBOARD + "document.execCommand = () => false;")
    explorer.open("/")
    dialog = open_share(explorer)
    dialog.get_by_role("button", name="Copy link").click()
    expect(dialog.get_by_role("status").first).to_contain_text("press Ctrl+C")
    field = link_field(dialog)
    expect(field).to_be_focused()
    selected = field.evaluate("(field) => [field.selectionStart, field.selectionEnd]")
    assert selected == [0, len(field.input_value())]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_code_is_the_link_in_both_themes_and_large(
    open_explorer: OpenExplorer, theme: str
) -> None:
    explorer: Explorer = open_explorer(color_scheme=theme, reduced_motion="reduce")
    dialog = open_share(explorer)
    picture = dialog.get_by_role("img", name="QR code of the link")
    expect(picture).to_be_visible()
    link = link_field(dialog).input_value()
    assert read_code(picture) == link
    dialog.get_by_role("button", name="Show large").click()
    large = explorer.element().get_by_role("dialog", name="Open this scene")
    code = large.get_by_role("img")
    expect(code).to_be_visible()
    expect(code).to_have_js_property("complete", True)
    explorer.two_frames()
    assert read_code(code) == link
    box = code.bounding_box()
    assert box
    assert box["height"] > 500, "a hall reads it from its last row"
    whole = box["width"] / code.evaluate("(image) => image.naturalWidth")
    assert whole == int(whole), "every module is as wide as every other"
    ground = large.evaluate("(dialog) => getComputedStyle(dialog).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    expect(large).to_contain_text(link.removeprefix("http://"))
    large.get_by_role("button", name="Close").click()
    expect(large).to_have_count(0)
    expect(dialog).to_be_visible()


def test_an_uploaded_picture_is_not_in_the_link_and_the_dialog_says_so(
    open_explorer: OpenExplorer,
) -> None:
    explorer: Explorer = open_explorer(reduced_motion="reduce")
    explorer.count_repaints()
    explorer.drop(png(name="lab.png"))
    explorer.wait_for_repaint()
    dialog = open_share(explorer)
    notice = dialog.locator(".notice", has_text="lab.png")
    expect(notice).to_contain_text("lab.png is not in the link")
    expect(notice).to_contain_text("Whoever opens it sees the coffee cup")
    upload = explorer.element().evaluate("(host) => host.state.recipe.input.image")
    assert upload not in link_field(dialog).input_value()
    assert "lab" not in link_field(dialog).input_value()
    # The single file holds it, and says how large it is before it is saved.
    notice.get_by_role("button", name="Make the file").click()
    save = notice.get_by_role("button", name="Save the file")
    expect(save).to_be_visible(timeout=MAKING_MS)
    expect(notice.get_by_role("status")).to_contain_text("MB")
    with explorer.page.expect_download() as download:
        save.click()
    assert download.value.suggested_filename.endswith(".html")
    # The recipe holds the rest.
    with explorer.page.expect_download() as download:
        notice.get_by_role("button", name="Save the recipe").click()
    saved = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert saved["recipe"]["input"]["image"] == "coffee"
    assert saved["view"]["stage"] == "conv1"


def test_a_link_too_long_for_a_code_says_so_in_its_place(open_explorer: OpenExplorer) -> None:
    recipe = default_recipe()
    pixels = np.random.default_rng(7).integers(0, 101, (3, 48, 48)) / 100
    recipe["input"] = {"pixels": pixels.tolist()}
    scene = scene_from_json({"version": 1, "recipe": recipe, "view": {"stage": "conv1"}})
    samples = Samples(folder("sample_images"))
    explorer: Explorer = open_explorer(
        write_address(scene, base="/", samples=samples), reduced_motion="reduce"
    )
    dialog = open_share(explorer)
    assert len(link_field(dialog).input_value()) > MOST_BYTES
    expect(dialog.locator(".qr")).to_contain_text("a QR code holds 2,953. Share the link itself.")
    expect(dialog.get_by_role("img", name="QR code of the link")).to_have_count(0)
    expect(dialog.get_by_role("button", name="Show large")).to_have_count(0)
    expect(dialog).to_contain_text("cut links after 2,000")
    expect(dialog.locator(".share-contents")).to_contain_text("your own, 48 × 48 pixels")


def test_the_page_knows_how_much_a_code_holds() -> None:
    source = (ROOT / "static/describe/sharing.js").read_text(encoding="utf-8")
    assert f"export const LONGEST_CODE = {MOST_BYTES};" in source


def test_the_dialog_is_opened_and_left_by_keys_and_gives_the_focus_back(
    open_explorer: OpenExplorer,
) -> None:
    explorer: Explorer = open_explorer(reduced_motion="reduce")
    dialog = open_share(explorer)
    expect(dialog.get_by_role("button", name="Copy link")).to_be_focused()
    # Letters in it are no keys of the explorer.
    explorer.page.keyboard.press("t")
    assert explorer.element().evaluate("(host) => host.state.theme") == "auto"
    explorer.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(explorer.region("Bench")).to_be_focused()
    button = explorer.element().get_by_role("button", name="Share")
    button.press("Enter")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    expect(button).to_be_focused()


def test_nothing_of_it_is_fetched_before_it_is_opened(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer(reduced_motion="reduce")
    own = re.compile(r"/(share-dialog|embed-builder|builder-\w+|qr-code|modal-dialog)\.js|/api/qr")
    assert not [url for url in explorer.watch.requests if own.search(url)]
    open_share(explorer)
    assert [url for url in explorer.watch.requests if own.search(url)]


def test_where_a_device_can_pass_links_on_it_is_offered(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer(None, reduced_motion="reduce")
    explorer.page.add_init_script(
        "navigator.share = async (what) => { globalThis.passed = what; };"
    )
    explorer.open("/")
    dialog = open_share(explorer)
    dialog.get_by_role("button", name="Share…").click()
    passed = explorer.page.evaluate("() => passed")
    assert passed["url"] == link_field(dialog).input_value()
    assert passed["text"].startswith("It opens at")


def test_playing_waits_while_the_dialog_is_open(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer()
    explorer.play()
    dialog = open_share(explorer)
    assert not explorer.is_playing()
    explorer.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert explorer.is_playing()


def test_on_a_phone_everything_is_inside_the_sheet(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer(viewport=PHONE, has_touch=True, reduced_motion="reduce")
    dialog = open_share(explorer)
    box = dialog.bounding_box()
    assert box
    assert (box["x"], box["width"]) == (0, PHONE["width"])
    assert box["y"] + box["height"] == pytest.approx(PHONE["height"], abs=1)
    overflow = dialog.evaluate("(dialog) => dialog.scrollWidth - dialog.clientWidth")
    assert overflow == 0
    for name in ("Copy link", "Show large", "Close"):
        target = dialog.get_by_role("button", name=name).bounding_box()
        assert target
        assert min(target["width"], target["height"]) >= 44, name
