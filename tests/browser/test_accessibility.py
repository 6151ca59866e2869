"""axe-core finds no violation in any state of the explorer, in either theme."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.browser import axe, gestures
from tests.browser.dialogs import open_builder, open_share
from tests.browser.explorer import Explorer, OpenExplorer
from tests.browser.screens import PHONE, TABLET
from tests.browser.settings import field, one_change

Reach = Callable[[Explorer], None]


def conv(explorer: Explorer) -> None:
    """Stand in the middle of the first convolution."""
    gestures.go_to(explorer, 40, 40, 94)


def stage(title: str) -> Reach:
    """Select a stage."""
    return lambda explorer: gestures.select(explorer, title, 1)


def pinned(explorer: Explorer) -> None:
    """Pin a cell with the readout beside the pointer."""
    gestures.go_to(explorer, 93, 93, 94)
    place = gestures.frame(explorer, "result")
    gestures.click_cell(explorer, place, (30, 30), (94, 94))
    gestures.hover_cell(explorer, place, (31, 31), (94, 94))


def pictures(explorer: Explorer) -> None:
    """Open the pictures."""
    explorer.open_pictures()


def refused_picture(explorer: Explorer) -> None:
    """Offer a document."""
    explorer.watch.expect("415")
    explorer.drop({"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\nlab"})
    alert = explorer.element().get_by_role("dialog").get_by_role("alert")
    expect(alert).to_contain_text("a.pdf")


def refused_recipe(explorer: Explorer) -> None:
    """Ask for what cannot work."""
    explorer.choose_size(28)
    explorer.watch.expect("422")
    control = field(explorer, "Stride")
    control.fill("8")
    control.press("Enter")
    expect(explorer.element().locator(".message:not(.note)")).to_be_visible()


def keys(explorer: Explorer) -> None:
    """Open the list of keys."""
    explorer.element().get_by_role("button", name="Keys and help").click()
    expect(explorer.element().get_by_role("dialog")).to_be_visible()


def export(explorer: Explorer) -> None:
    """Open the export menu."""
    explorer.element().get_by_role("button", name="Export").click()
    explorer.two_frames()


def all_kernels(explorer: Explorer) -> None:
    """Open all kernels and the rarely used settings."""
    panel = explorer.region("Settings")
    panel.get_by_text("More settings").click()
    panel.get_by_role("button", name="All kernels").click()
    with one_change(explorer):
        panel.get_by_role("button", name="Gaussian 5").click()


def sheet(explorer: Explorer) -> None:
    """Open the settings of a phone."""
    explorer.element().get_by_role("button", name="Settings").click()
    expect(explorer.element().locator(".settings-sheet")).to_be_visible()


def share(explorer: Explorer) -> None:
    """Open the Share dialog."""
    dialog = open_share(explorer)
    expect(dialog.get_by_role("img", name="QR code of the link")).to_be_visible()


def embed(explorer: Explorer) -> None:
    """Open the embed builder with something copied and locked."""
    dialog = open_builder(explorer)
    dialog.get_by_role("button", name="Lock stride").click()
    dialog.get_by_role("button", name="Copy code").click()


STATES: dict[str, Reach] = {
    "conv": conv,
    "deep conv": stage("Conv 2"),
    "relu": stage("ReLU 1"),
    "pool": stage("Pool 1"),
    "pinned": pinned,
    "pictures": pictures,
    "refused picture": refused_picture,
    "refused recipe": refused_recipe,
    "keys": keys,
    "export": export,
    "share": share,
    "embed": embed,
    "all kernels": all_kernels,
}


SMALL: dict[str, tuple[ViewportSize, Reach]] = {
    "phone": (PHONE, conv),
    "phone with deep conv": (PHONE, stage("Conv 2")),
    "phone with settings": (PHONE, sheet),
    "phone with pictures": (PHONE, pictures),
    "phone with share": (PHONE, share),
    "phone with embed": (PHONE, embed),
    "tablet": (TABLET, conv),
}


def assert_no_violation(explorer: Explorer) -> None:
    """Apply all rules in the light theme, and those about colours in the dark one."""
    found = axe.violations(explorer.page)
    explorer.element().evaluate("host => host.setAttribute('theme', 'dark')")
    explorer.two_frames()
    # Colours cross-fade for a moment.
    explorer.page.wait_for_function("() => document.getAnimations().length === 0")
    in_the_dark = axe.violations(explorer.page, rules=["color-contrast"])
    assert not found and not in_the_dark, "\n".join([*found, "in the dark:", *in_the_dark])


@pytest.mark.parametrize("name", STATES)
def test_no_state_has_a_violation(open_explorer: OpenExplorer, name: str) -> None:
    explorer: Explorer = open_explorer(reduced_motion="reduce", bypass_csp=True)
    STATES[name](explorer)
    assert_no_violation(explorer)


@pytest.mark.parametrize("name", SMALL)
def test_no_small_window_has_a_violation(open_explorer: OpenExplorer, name: str) -> None:
    viewport, reach = SMALL[name]
    explorer: Explorer = open_explorer(viewport=viewport, reduced_motion="reduce", bypass_csp=True)
    reach(explorer)
    assert_no_violation(explorer)


def test_forced_colours_keep_the_boxes(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer(forced_colors="active", reduced_motion="reduce")
    gestures.go_to(explorer, 40, 40, 94)
    for side in ("source", "result"):
        box = gestures.frame(explorer, side).locator(f".box.{side}:not(.dashed)")
        expect(box).to_be_visible()
        drawn = box.evaluate(
            """(node) => { const s = getComputedStyle(node);
              return [s.outlineStyle, s.outlineColor, s.borderTopStyle, s.borderTopColor]; }"""
        )
        assert drawn[0] != "none" or drawn[2] != "none", "boxes are lines, not shadows"
