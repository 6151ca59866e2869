"""Screenshots of all canonical states, at three sizes, in light and dark: ``make shots``.

A state is a name and what a viewer does to get there. Files are ``shots/<state>-<screen>-<theme>``
in PNG. A state that cannot be reached is reported and the rest go on; the exit code then is 1.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Error, ViewportSize

from tests.browser.explorer import Explorer
from tests.browser.launch import chromium
from tests.browser.screens import SCREENS, THEMES
from tests.browser.server import LiveServer
from tests.browser.watch import Watch

ROOT = Path(__file__).resolve().parents[2]
STEP = Callable[[Explorer], None]


@dataclass(frozen=True)
class State:
    """A canonical state: its name in file names, and the steps from the first scene to it."""

    name: str
    steps: tuple[STEP, ...] = ()
    path: str = "/"


def select_stage(title: str, *, map_number: int = 1) -> STEP:
    """Click a map of a stage in the overview."""
    name = re.compile(rf"^{re.escape(title)}, map {map_number} of", re.IGNORECASE)
    return lambda explorer: explorer.element().get_by_role("gridcell", name=name).first.click()


def press(key: str) -> STEP:
    """Press a key while the focus is on the bench."""

    def step(explorer: Explorer) -> None:
        explorer.region("Bench").focus()
        explorer.page.keyboard.press(key)

    return step


def refuse_upload(explorer: Explorer) -> None:
    """Offer a document where a picture is asked for."""
    content = b"%PDF-1.7\n%lab"
    explorer.upload({"name": "lab-report.pdf", "mimeType": "application/pdf", "buffer": content})
    explorer.element().get_by_role("alert").first.wait_for()


# The design's pictures first; the front end adds to this list what it adds to the explorer.
STATES = (
    State("explorer-conv", (Explorer.pause,)),
    State("explorer-start", (press("Home"),)),
    State("explorer-finished", (press("End"),)),
    State("explorer-relu", (select_stage("ReLU 1"), Explorer.pause)),
    State("explorer-pool", (select_stage("Pool 1"), Explorer.pause)),
    State("explorer-conv2", (select_stage("Conv 2"), Explorer.pause)),
    State("upload-error", (Explorer.pause, refuse_upload)),
)


def take(browser: Browser, url: str, state: State, screen: str, theme: str, folder: Path) -> None:
    """Take one screenshot, with motion reduced so that it is the same every time."""
    viewport: ViewportSize = SCREENS[screen]
    context = browser.new_context(
        viewport=viewport,
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
        locale="en-GB",
        has_touch=screen == "phone",
        device_scale_factor=2 if screen == "phone" else 1,
    )
    try:
        context.set_default_timeout(8_000)
        page = context.new_page()
        explorer = Explorer(page, Watch(page), url).open(state.path)
        for step in state.steps:
            step(explorer)
        explorer.two_frames()
        page.wait_for_timeout(300)
        page.screenshot(path=folder / f"{state.name}-{screen}-{theme}.png")
    finally:
        context.close()


def main() -> int:
    """Take all screenshots, or those of the named states."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=[state.name for state in STATES])
    parser.add_argument("--screens", nargs="+", choices=list(SCREENS), default=list(SCREENS))
    parser.add_argument("--themes", nargs="+", choices=THEMES, default=list(THEMES))
    parser.add_argument("--out", type=Path, default=ROOT / "shots")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    wanted = [state for state in STATES if not options.only or state.name in options.only]
    failures = 0
    with LiveServer() as server, chromium() as browser:
        for state in wanted:
            for screen in options.screens:
                for theme in options.themes:
                    try:
                        take(browser, server.url, state, screen, theme, options.out)
                        print(f"{state.name} {screen} {theme}", flush=True)
                    except Error as error:
                        failures += 1
                        reason = str(error).strip().splitlines()[0]
                        print(f"{state.name} {screen} {theme}: FAILED: {reason}", flush=True)
    print(f"{options.out}: {failures} failed")
    return min(failures, 1)


if __name__ == "__main__":
    sys.exit(main())
