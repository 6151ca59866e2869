"""The explorer as a test sees it: wait until it has drawn, read its canvases and its text."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from playwright.sync_api import FilePayload, Locator, Page

from tests.browser.watch import Watch

OpenExplorer = Callable[..., "Explorer"]

READY_MARK = "kernelscope-ready"
ELEMENT = "conv-visualizer"

# What the journeys, the benchmark and the screenshots touch, by its accessible name: once, here.
PLAY = re.compile(r"^(Play|Pause)\b")
PICTURE = re.compile(r"^Picture:")
SIZE = "Longest side in pixels"
CHOOSE_FILE = re.compile(r"^Choose a(nother)? file")
FIRST_WEIGHT = re.compile(r"^weight row 1 column 1\b", re.IGNORECASE)

# Through a copy: reading the page's own canvas would change how it is kept, and warn about it.
_READ_CANVAS = """
(canvas) => {
  const { width, height } = canvas;
  const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, width, height);
  let text = "";
  for (let start = 0; start < data.length; start += 32768) {
    text += String.fromCharCode(...data.subarray(start, start + 32768));
  }
  return { width, height, data: btoa(text) };
}
"""

# What a browser does with a file that is dropped or pasted, as scripts see it.
_GIVE_FILE = """
(element, [kind, name, type, data]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type }));
  const options = { bubbles: true, cancelable: true, composed: true };
  if (kind === "paste") {
    element.dispatchEvent(new ClipboardEvent("paste", { ...options, clipboardData: transfer }));
    return;
  }
  for (const type of ["dragenter", "dragover", "drop"]) {
    element.dispatchEvent(new DragEvent(type, { ...options, dataTransfer: transfer }));
  }
}
"""

_COUNT_REPAINTS = """
(element) => {
  element.repaintCount = 0;
  element.addEventListener("repaint", () => { element.repaintCount += 1; });
}
"""


class Explorer:
    """One page with one or more ``<conv-visualizer>`` elements on it.

    Locators reach into open shadow roots by themselves, so ``element().locator("canvas")`` and
    ``element().get_by_role("slider")`` work as in the light tree.
    """

    def __init__(self, page: Page, watch: Watch, url: str) -> None:
        self.page = page
        self.watch = watch
        self.url = url

    def open(self, path: str = "/") -> Explorer:
        """Load a page of the server and wait until its first scene is drawn and answers."""
        self.page.goto(self.url + path)
        self.wait_until_ready()
        self.wait_until_usable()
        return self

    def wait_until_ready(self, *, timeout_ms: float = 10_000) -> None:
        """Wait until every map of the scene is drawn for the first time."""
        self.page.wait_for_function(
            "(name) => performance.getEntriesByName(name).length > 0",
            arg=READY_MARK,
            timeout=timeout_ms,
        )

    def wait_until_usable(self, *, index: int = 0) -> None:
        """Wait for what comes after the first picture: keys, drops, the inspector."""
        for part in (".drop-overlay", ".inspector"):
            self.element(index).locator(part).wait_for(state="attached")

    def element(self, index: int = 0) -> Locator:
        """One of the explorers of the page."""
        return self.page.locator(ELEMENT).nth(index)

    def count_repaints(self, *, index: int = 0) -> None:
        """Begin to count how often a new run has been drawn; see ``wait_for_repaint``."""
        self.element(index).evaluate(_COUNT_REPAINTS)

    def wait_for_repaint(self, count: int = 1, *, index: int = 0) -> None:
        """Wait until this many new runs were drawn since ``count_repaints``."""
        self.page.wait_for_function(
            "([name, index, count]) => "
            "document.querySelectorAll(name)[index].repaintCount >= count",
            arg=[ELEMENT, index, count],
        )

    def region(self, name: str, *, index: int = 0) -> Locator:
        """One of the landmarks: Pipeline, Bench, Settings, Playback."""
        return self.element(index).get_by_role("region", name=name).first

    def play_button(self, *, index: int = 0) -> Locator:
        """The button that plays and pauses."""
        return self.element(index).get_by_role("button", name=PLAY).first

    def is_playing(self, *, index: int = 0) -> bool:
        """Whether the button offers to pause."""
        button = self.play_button(index=index)
        return "Pause" in (button.get_attribute("aria-label") or button.inner_text())

    def play(self, *, index: int = 0) -> None:
        """Let the window slide."""
        if not self.is_playing(index=index):
            self.play_button(index=index).click()

    def pause(self, *, index: int = 0) -> None:
        """Stop the animation where it is."""
        if self.is_playing(index=index):
            self.play_button(index=index).click()

    def first_weight(self, *, index: int = 0) -> Locator:
        """The weight at the top left of the first kernel slice on show."""
        return self.element(index).get_by_role("spinbutton", name=FIRST_WEIGHT).first

    def open_pictures(self, *, index: int = 0) -> Locator:
        """Open the popover "Choose a picture"."""
        dialog = self.element(index).get_by_role("dialog", name="Choose a picture")
        if not dialog.is_visible():
            self.element(index).get_by_role("button", name=PICTURE).click()
            dialog.wait_for()
        return dialog

    def choose_size(self, size: int, *, index: int = 0) -> None:
        """Choose the working size of the picture and wait until its maps are drawn."""
        dialog = self.open_pictures(index=index)
        self.count_repaints(index=index)
        dialog.get_by_role("combobox", name=SIZE).select_option(str(size))
        self.wait_for_repaint(index=index)
        dialog.get_by_role("button", name="Close").click()

    def upload(self, file: FilePayload, *, index: int = 0) -> None:
        """Choose a file of one's own with the file chooser."""
        dialog = self.open_pictures(index=index)
        with self.page.expect_file_chooser() as chooser:
            dialog.get_by_role("button", name=CHOOSE_FILE).click()
        chooser.value.set_files(file)

    def drop(self, file: FilePayload, *, index: int = 0) -> None:
        """Drop a file on the explorer."""
        self._give(file, "drop", index=index)

    def paste(self, file: FilePayload, *, index: int = 0) -> None:
        """Paste a file from the clipboard while the explorer has the focus."""
        self.region("Bench", index=index).focus()
        self._give(file, "paste", index=index)

    def _give(self, file: FilePayload, kind: str, *, index: int) -> None:
        data = base64.b64encode(file["buffer"]).decode()
        given = [kind, file["name"], file["mimeType"], data]
        self.element(index).evaluate(_GIVE_FILE, given)

    def source_canvas(self, *, index: int = 0) -> Locator:
        """The large map on the left of the bench: what the window slides over."""
        return self.element(index).locator('canvas[data-role="source"]')

    def result_canvas(self, *, index: int = 0) -> Locator:
        """The large map on the right of the bench: what is being painted."""
        return self.element(index).locator('canvas[data-role="result"]')

    def pixels(self, canvas: Locator) -> npt.NDArray[np.uint8]:
        """Read a canvas back.

        Returns
        -------
        ndarray
            ``(height, width, 4)`` uint8: red, green, blue, alpha of every backing-store pixel.
        """
        answer: dict[str, Any] = canvas.evaluate(_READ_CANVAS)
        flat = np.frombuffer(base64.b64decode(answer["data"]), dtype=np.uint8)
        return flat.reshape(answer["height"], answer["width"], 4)

    def two_frames(self) -> None:
        """Let everything that is due be painted."""
        self.page.evaluate(
            "() => new Promise(done => "
            "requestAnimationFrame(() => requestAnimationFrame(() => done(null))))"
        )
