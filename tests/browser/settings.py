"""Settings of the inspector as a person finds them: by their labels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator

from tests.browser.explorer import Explorer


@contextmanager
def one_change(explorer: Explorer, *, index: int = 0) -> Iterator[None]:
    """Wait, at the end of the block, until the change made in it is drawn on every map."""
    explorer.count_repaints(index=index)
    yield
    explorer.wait_for_repaint(index=index)
    explorer.two_frames()


def field(explorer: Explorer, name: str, *, index: int = 0) -> Locator:
    """Give a number field of the inspector."""
    panel = explorer.region("Settings", index=index)
    return panel.get_by_role("spinbutton", name=name, exact=True)


def type_into(explorer: Explorer, name: str, text: str, *, index: int = 0) -> None:
    """Type a value into a field and wait for the maps."""
    with one_change(explorer, index=index):
        control = field(explorer, name, index=index)
        control.fill(text)
        control.press("Enter")


def choose(explorer: Explorer, name: str, value: str, *, index: int = 0) -> None:
    """Choose from a list of the inspector and wait for the maps."""
    with one_change(explorer, index=index):
        explorer.region("Settings", index=index).get_by_role("combobox", name=name).select_option(
            value
        )
