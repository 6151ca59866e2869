"""An explorer that is taken off the page leaves nothing of its menus and dialogs behind."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.explorer import PICTURE, Explorer, OpenExplorer
from tests.browser.screens import PHONE

# Before anything of the page runs: what listens on the window, and addresses of files made here.
_KEEP_ACCOUNT = """
  window.listening = [];
  const listen = window.addEventListener.bind(window);
  window.addEventListener = (type, listener, options) => {
    window.listening.push({ type, signal: options?.signal ?? null });
    listen(type, listener, options);
  };
  window.files = new Set();
  const make = URL.createObjectURL.bind(URL);
  const take = URL.revokeObjectURL.bind(URL);
  URL.createObjectURL = (file) => {
    const address = make(file);
    window.files.add(address);
    return address;
  };
  URL.revokeObjectURL = (address) => {
    window.files.delete(address);
    take(address);
  };
"""
_LISTENING = """
  (type) => window.listening.filter((one) => one.type === type && !one.signal?.aborted).length
"""


def listening(explorer: Explorer, kind: str) -> int:
    """Count what still listens on the window."""
    count: int = explorer.page.evaluate(_LISTENING, kind)
    return count


@pytest.fixture
def counted(open_explorer: OpenExplorer) -> Explorer:
    """Open an explorer on a page that keeps account."""
    explorer: Explorer = open_explorer(path=None, viewport=PHONE, has_touch=True)
    explorer.page.add_init_script(_KEEP_ACCOUNT)
    return explorer.open()


def take_away(explorer: Explorer) -> None:
    explorer.element().evaluate("(element) => element.remove()")
    explorer.two_frames()


def test_the_picture_dialog_stops_listening(counted: Explorer) -> None:
    before = listening(counted, "resize")
    counted.open_pictures()
    assert listening(counted, "resize") == before + 1
    take_away(counted)
    assert listening(counted, "resize") == before


def test_the_export_dialog_lets_its_files_go(counted: Explorer) -> None:
    counted.page.set_viewport_size({"width": 1440, "height": 900})
    counted.element().get_by_role("button", name="Export").click()
    dialog = counted.element().get_by_role("dialog", name="Take it home")
    dialog.get_by_text("Data", exact=True).click()
    expect(dialog.get_by_role("link", name="Recipe")).to_be_visible()
    assert counted.page.evaluate("window.files.size") == 1
    take_away(counted)
    assert counted.page.evaluate("window.files.size") == 0


def test_the_slider_of_a_weight_stops_listening(counted: Explorer) -> None:
    before = listening(counted, "pointerdown")
    weight = counted.first_weight()
    weight.scroll_into_view_if_needed()
    box = weight.bounding_box()
    assert box
    touch = counted.page.context.new_cdp_session(counted.page)
    point = {"x": box["x"] + 6, "y": box["y"] + 6}
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    expect(counted.element().locator(".kernel-slider")).to_be_visible()
    assert listening(counted, "pointerdown") == before + 1
    take_away(counted)
    assert listening(counted, "pointerdown") == before
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_the_list_of_keys_opens_inside_the_explorer_wherever_the_focus_is(
    counted: Explorer,
) -> None:
    counted.page.set_viewport_size({"width": 1440, "height": 900})
    help_button = counted.element().get_by_role("button", name="Keys and help")
    # Some browsers give a pressed button no focus.
    help_button.evaluate("(button) => { document.activeElement?.blur(); button.click(); }")
    expect(counted.element().get_by_role("dialog", name="Keys")).to_be_visible()
    take_away(counted)
    expect(counted.page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize(
    ("module", "name"),
    [("picture-dialog", PICTURE), ("keys-dialog", "Keys and help"), ("export-dialog", "Export")],
)
def test_nothing_opens_when_the_explorer_has_left_before_the_code_came(
    open_explorer: OpenExplorer, module: str, name: str | re.Pattern[str]
) -> None:
    explorer: Explorer = open_explorer(path=None)
    held: list[Route] = []
    explorer.page.route(f"**/{module}.js", lambda route: held.append(route))
    explorer.page.add_init_script(_KEEP_ACCOUNT)
    explorer.open()
    before = listening(explorer, "resize")
    with explorer.page.expect_request(f"**/{module}.js"):
        explorer.element().get_by_role("button", name=name).click()
    take_away(explorer)
    with explorer.page.expect_response(f"**/{module}.js"):
        for route in held:
            route.continue_()
    explorer.two_frames()
    assert listening(explorer, "resize") == before
    assert explorer.page.evaluate("window.files.size") == 0
