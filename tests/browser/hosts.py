"""Pages of other people, on origins of their own, that have embeds of ours in them."""

from __future__ import annotations

import mimetypes
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, cast

from playwright.sync_api import Frame, Locator, Page, TimeoutError

from tests.browser.explorer import ELEMENT, Explorer
from tests.browser.server import ROOT
from tests.browser.watch import Watch

FOLDER = ROOT / "tests" / "fixtures" / "hosts"
SERVER = "{{server}}"
FRAME_ATTEMPTS = 100

# How high an embed's page is laid out, and how high the frame around it is: a fixed one may be
# lower and then scrolls.
_FIT = """() => {
  const { scrollHeight, scrollWidth, clientWidth } = document.documentElement;
  const style = getComputedStyle(document.body);
  const content = document.body.getBoundingClientRect().height
    + parseFloat(style.marginTop) + parseFloat(style.marginBottom);
  return { content, frame: innerHeight, width: innerWidth, scrollHeight, scrollWidth, clientWidth };
}"""

# A frame without an origin has no place to keep anything.
_STORED = """async () => {
  if (self.origin === "null") return [];
  const kept = (name) => {
    try { return Object.keys(globalThis[name]); } catch { return []; }
  };
  const asked = async (ask) => {
    try { return await ask(); } catch { return []; }
  };
  const cookies = await asked(() => document.cookie);
  return [
    ...kept("localStorage"),
    ...kept("sessionStorage"),
    ...(await asked(() => indexedDB.databases())),
    ...(await asked(() => caches.keys())),
    ...(cookies.length > 0 ? [cookies] : []),
  ];
}"""


class HostSite:
    """A small site on a free port: the files of ``tests/fixtures/hosts``, and pages of a test.

    Parameters
    ----------
    server : str
        Origin of ours, put in for ``{{server}}``.
    name : str
        Host name of the site; ``localhost`` is another site than ``127.0.0.1`` for a browser.
    """

    def __init__(self, server: str, *, name: str = "localhost") -> None:
        self.pages: dict[str, str] = {}
        pages = self.pages

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                if path == "/favicon.ico":
                    self.send_response(204)
                    self.end_headers()
                    return
                file = FOLDER / path.lstrip("/")
                is_here = file.parent == FOLDER and file.is_file()
                if path not in pages and not is_here:
                    self.send_error(404)
                    return
                text = pages[path] if path in pages else file.read_text(encoding="utf-8")
                body = text.replace(SERVER, server).encode()
                media_type = mimetypes.guess_type(path)[0] or "text/html"
                self.send_response(200)
                self.send_header("Content-Type", f"{media_type}; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)
        self.url = f"http://{name}:{self._http.server_port}"

    def __enter__(self) -> HostSite:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class Embed(Explorer):
    """An embed in a frame of a page: what an :class:`Explorer` offers, within that frame.

    Parameters
    ----------
    frame : Frame
        Its page.
    place : Locator
        The ``iframe`` element in the page around.
    """

    def __init__(self, frame: Frame, place: Locator, watch: Watch, url: str) -> None:
        # A frame answers everything that is asked of a page here.
        super().__init__(cast(Page, frame), watch, url)
        self.frame = frame
        self.place = place

    def wait_until_usable(self, *, index: int = 0) -> None:
        """Wait for what comes after the first picture."""
        self.element(index).locator(".readout").first.wait_for(state="attached")

    def fit(self) -> dict[str, float]:
        """Sizes of the frame and of what is in it, in CSS pixels."""
        sizes: dict[str, float] = self.frame.evaluate(_FIT)
        return sizes

    def wait_until_fitting(self, *, width: int | None = None) -> dict[str, float]:
        """Wait until the frame is as high as what is in it, to the pixel, and nothing scrolls.

        Parameters
        ----------
        width : int, optional
            Of the frame, when it is to be another one first.
        """
        try:
            self.frame.wait_for_function(
                f"(wanted) => {{ const it = ({_FIT})(); "
                "return it.frame >= it.content - 0.1 && it.frame - it.content < 1 "
                "&& it.scrollHeight <= it.frame && it.scrollWidth <= it.width "
                "&& it.clientWidth === it.width "
                "&& (wanted === null || it.width === wanted); }",
                arg=width,
            )
        except TimeoutError as error:
            raise AssertionError(f"the frame does not fit: {self.fit()}") from error
        return self.fit()

    def stored(self) -> list[object]:
        """Everything that the frame has kept in this browser."""
        kept: list[object] = self.frame.evaluate(_STORED)
        return kept

    def state(self) -> dict[str, Any]:
        """What is on show, as the element itself says it."""
        values: dict[str, Any] = self.frame.evaluate(
            "(name) => document.querySelector(name).getState()", ELEMENT
        )
        return values


def embed_in(host: Page, watch: Watch, url: str, place: str | Locator) -> Embed:
    """Wait for the embed in a frame of a page until its first picture is drawn.

    Parameters
    ----------
    host : Page
        The page around.
    place : str or Locator
        The ``iframe``; a selector reaches into ``<conv-visualizer-frame>``.
    """
    element = host.locator(place) if isinstance(place, str) else place
    element.wait_for(state="attached")
    for _ in range(FRAME_ATTEMPTS):
        # A frame that is just going to another address has none for a moment.
        frame = element.element_handle().content_frame()
        if frame is not None:
            break
        host.wait_for_timeout(50)
    assert frame is not None, f"{place} is no frame"
    embed = Embed(frame, element, watch, url)
    embed.wait_until_ready(timeout_ms=25_000)
    return embed
