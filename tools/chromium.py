"""Find a Chromium for the browser tests, or install Debian's where that is possible."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_APPLICATIONS = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)
# The faces that the design's pictures use: Inter for the interface, P052 for the prose.
PACKAGES = ("chromium", "fonts-inter", "fonts-urw-base35")
# A test browser has nobody to report to: every service that would call home is off.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-features=OptimizationHints,MediaRouter,Translate",
    "--force-color-profile=srgb",
)


class ChromiumMissing(RuntimeError):
    """No Chromium here, and none could be installed."""


def flags() -> list[str]:
    """Command-line switches for a test browser; root may not use Chromium's sandbox."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*FLAGS, "--no-sandbox"] if is_root else list(FLAGS)


def find_chromium() -> Path | None:
    """Look for Chromium: ``KERNELSCOPE_CHROMIUM`` first, then the usual names and places."""
    chosen = os.environ.get("KERNELSCOPE_CHROMIUM")
    if chosen:
        if not Path(chosen).is_file():
            raise ChromiumMissing(f"KERNELSCOPE_CHROMIUM is {chosen}, which is not a file.")
        return Path(chosen)
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    return next((path for path in MAC_APPLICATIONS if path.is_file()), None)


def ensure_chromium() -> Path:
    """Find Chromium or install Debian's.

    Returns
    -------
    Path
        The program to start.

    Raises
    ------
    ChromiumMissing
        If it is neither here nor to be had; the message says what to type.
    """
    found = find_chromium()
    if found is None and apt_install(PACKAGES):
        found = find_chromium()
    if found is None:
        raise ChromiumMissing(
            "The browser tests need Chromium, which is not on this machine.\n"
            "Install it (Debian, Ubuntu: sudo apt-get install chromium), or set\n"
            "KERNELSCOPE_CHROMIUM to a Chromium or Chrome program, and try again."
        )
    return found


def apt_install(packages: tuple[str, ...]) -> bool:
    """Install Debian packages when that needs no password; say whether it worked."""
    apt = shutil.which("apt-get")
    prefix = _as_root()
    if apt is None or prefix is None:
        return False
    print(f"Installing {' '.join(packages)} with apt-get ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    steps = ((apt, "update", "-qq"), (apt, "install", "-y", "-qq", *packages))
    for step in steps:
        done = subprocess.run(
            [*prefix, *step],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode != 0:
            print(done.stdout[-2000:], file=sys.stderr)
            return False
    return True


def _as_root() -> list[str] | None:
    """How a command becomes root's: nothing, ``sudo`` without a password, or not at all."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True).returncode == 0:
        return [sudo, "-n"]
    return None
