"""The Share dialog and the embed builder, as a test opens and reads them."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, expect

from tests.browser import gestures
from tests.browser.explorer import Explorer, OpenExplorer

CLIPBOARD = ("clipboard-read", "clipboard-write")
READ_CLIPBOARD = "() => navigator.clipboard.readText()"
# A single file holds every map of every stage.
MAKING_MS = 20_000
SHARE = "Share this scene"
EMBED = "Embed this scene"


@dataclass(frozen=True)
class Shown:
    """What a viewer sees of where they stand, in the page's own words."""

    position: str
    total: str
    painted: int


def shown(explorer: Explorer) -> Shown:
    """Read place, number and progress."""
    gestures.wait_for_arithmetic(explorer)
    total = explorer.element().locator(".ledger-total")
    return Shown(
        position=gestures.position(explorer),
        total=total.inner_text(),
        painted=gestures.painted(explorer),
    )


def standing(open_explorer: OpenExplorer, row: int = 49, column: int = 69) -> Explorer:
    """Open an explorer that stands at a cell, counted from 0, and may use the clipboard."""
    explorer: Explorer = open_explorer(permissions=CLIPBOARD, reduced_motion="reduce")
    gestures.go_to(explorer, row, column, 94)
    gestures.wait_for_arithmetic(explorer)
    return explorer


def open_dialog(explorer: Explorer, key: str, name: str) -> Locator:
    """Open a dialog by its key while the focus is on the bench."""
    explorer.region("Bench").focus()
    explorer.page.keyboard.press(key)
    dialog = explorer.element().get_by_role("dialog", name=name)
    expect(dialog).to_be_visible()
    return dialog


def open_share(explorer: Explorer) -> Locator:
    """Open the Share dialog and wait for its link."""
    dialog = open_dialog(explorer, "s", SHARE)
    expect(link_field(dialog)).not_to_have_value("")
    return dialog


def link_field(dialog: Locator) -> Locator:
    """The link as text."""
    return dialog.get_by_role("textbox", name="Link")


def open_builder(explorer: Explorer) -> Locator:
    """Open the embed builder and wait until its preview has drawn."""
    dialog = open_dialog(explorer, "e", EMBED)
    wait_for_preview(dialog)
    return dialog


def wait_for_preview(dialog: Locator) -> None:
    """Wait until what is seen is what was chosen last."""
    dialog.page.wait_for_timeout(250)  # ticks come in rows: the preview rests before it follows
    expect(dialog.locator("iframe")).to_have_count(1)
    expect(dialog.locator("iframe.is-coming")).to_have_count(0)


def code_of(dialog: Locator) -> Locator:
    """The code of the tab on show."""
    return dialog.get_by_role("tabpanel").locator("pre").first
