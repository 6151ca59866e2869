"""Start and end the Chromium of the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import playwright
from playwright.sync_api import Browser, sync_playwright

from tools.chromium import ensure_chromium, flags
from tools.setup import node_environment


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give a headless Chromium, and end it whatever happens."""
    choose_driver_node()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=ensure_chromium(), args=flags())
        try:
            yield browser
        finally:
            browser.close()


def choose_driver_node() -> None:
    """Let Playwright use our Node.js where its own does not start.

    The one that comes with it needs libatomic, which a small Debian does not have.
    """
    own = Path(playwright.__file__).parent / "driver" / "node"
    if "PLAYWRIGHT_NODEJS_PATH" in os.environ or starts(own):
        return
    ours = shutil.which("node", path=node_environment()["PATH"])
    if ours:
        os.environ["PLAYWRIGHT_NODEJS_PATH"] = ours


def starts(program: Path) -> bool:
    """Whether a program can be run on this machine at all."""
    try:
        return subprocess.run([program, "--version"], capture_output=True).returncode == 0
    except OSError:
        return False
