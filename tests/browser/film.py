"""Make the moving picture of the README from the running page: ``make film``."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image

from tests.browser.explorer import Explorer
from tests.browser.launch import chromium
from tests.browser.screens import DESKTOP
from tests.browser.server import LiveServer
from tests.browser.watch import Watch

OUT = Path(__file__).resolve().parents[2] / "docs" / "explorer.webp"
WIDTH = 960
STEPS = 14
ROWS = 16
FRAME_MS = 220
LAST_FRAME_MS = 1600


def frame(explorer: Explorer) -> Image.Image:
    """Take one frame, made smaller."""
    explorer.two_frames()
    picture = Image.open(io.BytesIO(explorer.page.screenshot())).convert("RGB")
    height = round(WIDTH * picture.height / picture.width)
    return picture.resize((WIDTH, height), Image.Resampling.LANCZOS)


def frames(explorer: Explorer) -> list[Image.Image]:
    """Step windows across the first row, then rows down the picture, then show it finished."""
    keyboard = explorer.page.keyboard
    explorer.pause()
    explorer.region("Bench").focus()
    keyboard.press("Home")
    taken = [frame(explorer)]
    for key, count, repeat in (("ArrowRight", STEPS, 1), ("Shift+ArrowRight", ROWS, 5)):
        for _ in range(count):
            for _ in range(repeat):
                keyboard.press(key)
            taken.append(frame(explorer))
    keyboard.press("End")
    return [*taken, frame(explorer)]


def main() -> int:
    """Write docs/explorer.webp."""
    with LiveServer() as server, chromium() as browser:
        context = browser.new_context(
            viewport=DESKTOP, color_scheme="light", reduced_motion="reduce", locale="en-GB"
        )
        page = context.new_page()
        explorer = Explorer(page, Watch(page), server.url).open()
        first, *rest = frames(explorer)
        context.close()
    durations = [FRAME_MS] * len(rest) + [LAST_FRAME_MS]
    first.save(
        OUT, save_all=True, append_images=rest, duration=durations, loop=0, quality=60, method=6
    )
    print(f"{OUT}: {OUT.stat().st_size / 1000:.0f} kB, {1 + len(rest)} frames")
    return 0


if __name__ == "__main__":
    sys.exit(main())
