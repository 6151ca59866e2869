"""Make the pictures of docs/embedding.md: ``python -m tests.browser.guide_pictures``.

All show the running product. Course pages are pages of another site with a real embed in them; the
book is built by Sphinx.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Route

from app.sphinx_extension import scene_picture
from tests.browser.explorer import Explorer
from tests.browser.hosts import HostSite, embed_in
from tests.browser.launch import chromium
from tests.browser.server import LiveServer
from tests.browser.watch import Watch
from tests.embedding_guide import cases, guide_snippets
from tests.sphinx_book import build, write_book

OUT = Path(__file__).resolve().parents[2] / "docs" / "embedding"
GUIDE_SERVER = "https://kernelscope.example.org"
# Frames of another site are drawn less sharply when pictures of the page are taken.
HERE = "127.0.0.1"
SCALE = 2
QUALITY = 62
# Row 24, column 26: where the coat ends.
STANDING = ' step="1107"'
TEXTS = (".html", ".css", ".js")

STYLE = """
  body { margin: 0; padding: 24px 40px 28px; background: #fcfbf9; color: #1b1a17; }
  main { max-width: 640px; margin: 0 auto; font: 17px/27px "Iowan Old Style", "P052", serif; }
  h1 { margin: 0 0 12px; font-size: 30px; font-weight: 400; line-height: 38px; }
  p { margin: 0 0 18px; }
  .course { margin: 0; color: #6f6b62; font: 12.5px/20px "Inter", sans-serif; }
  html:has(.dark) { background: #1b1c1f; color-scheme: dark; }
  .dark { background: none; color: #edebe6; }
  .narrow { padding: 20px; }
  .narrow main { max-width: 320px; }
  .slide { box-sizing: border-box; height: 100vh; padding: 28px 60px; background: #fff; }
  .slide h2 { margin: 0 0 20px; font: 600 34px/40px "Inter", sans-serif; }
  .slide section { max-width: 800px; margin: 0 auto; }
"""
TEXT = """
  <p class="course">Image analysis for biologists</p>
  <h1>4.2 What an edge filter sees</h1>
  <p>A camera records brightness; it does not record edges. An edge is a place where brightness
  changes, so to find it we subtract neighbours. The filter below does this for three columns at a
  time. Press play, then stop it where the coat meets the sky.</p>
"""
AFTER = """
  <p style="margin-top: 18px">Orange means the right side of the window is brighter than the left,
  violet the opposite, and pale grey that nothing changes. Before you move on, predict what the
  picture looks like with the Sobel y kernel, which compares rows instead of columns.</p>
"""


class Studio:
    """A browser, a server and a site of a teacher, for one picture after the other."""

    def __init__(self, browser: Browser, server: LiveServer, site: HostSite) -> None:
        self.browser = browser
        self.server = server
        self.site = site

    def snippet(self, name: str) -> str:
        """Give a snippet of the guide that leads to this server."""
        return guide_snippets()[name].replace(GUIDE_SERVER, self.server.url)

    def page_of(self, body: str, kind: str = "") -> str:
        """Put a page on the site; gives its path."""
        path = f"/page{len(self.site.pages)}.html"
        head = f'<meta charset="utf-8"><title>4.2</title><style>{STYLE}</style>'
        self.site.pages[path] = (
            f'<!doctype html><html lang="en"><head>{head}</head>'
            f'<body class="{kind}"><main>{body}</main></body></html>'
        )
        return path

    def take(
        self,
        name: str,
        path: str,
        *,
        width: int,
        height: int = 400,
        is_full: bool = True,
        dark: bool = False,
    ) -> None:
        """Open a page of the site, wait for its embed, and write the picture."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            device_scale_factor=SCALE,
            locale="en-GB",
        )
        page = context.new_page()
        page.goto(self.site.url + path)
        frame = page.locator("iframe").first
        embed = embed_in(page, Watch(page), self.server.url, frame)
        if page.locator("conv-visualizer-frame").count():
            embed.wait_until_fitting()
        page.wait_for_timeout(800)
        save(name, page.screenshot(full_page=is_full))
        context.close()


def save(name: str, content: bytes) -> None:
    """Write a picture of the guide as WebP."""
    OUT.mkdir(parents=True, exist_ok=True)
    path = OUT / f"{name}.webp"
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    picture.save(path, quality=QUALITY, method=6)
    size = f"{picture.width} x {picture.height}, {path.stat().st_size / 1000:.0f} kB"
    print(f"{path.name}: {size}")  # noqa: T201


def course_pages(studio: Studio) -> None:
    """Take the course page, wide, narrow and dark."""
    code = studio.snippet("html").replace(" title=", f"{STANDING} title=")
    studio.take("course-page", studio.page_of(TEXT + code + AFTER), width=720)
    studio.take("narrow", studio.page_of(code, "narrow"), width=360)
    dark = code.replace(" title=", ' theme="dark" title=')
    studio.take("dark", studio.page_of(dark, "dark"), width=720, dark=True)


def slide(studio: Studio) -> None:
    """Take a slide, as reveal.js shows it."""
    code = studio.snippet("reveal").replace("data-src=", "src=")
    code = code.replace("<section>", "<section><h2>What an edge filter sees</h2>")
    path = studio.page_of(code, "slide")
    studio.site.pages[path] = studio.site.pages[path].replace("main", "div")
    studio.take("slide", path, width=960, height=540, is_full=False)


def book(studio: Studio) -> None:
    """Take a page of a book that Sphinx has built, and the picture that its PDF gets."""
    caption = "   :caption: Sobel x over the camera picture\n   :name: edges"
    directive = f"{studio.snippet('sphinx')}\n{caption}"
    text = (
        "What an edge filter sees\n========================\n\n"
        "A camera records brightness; it does not record edges. To find an edge we subtract\n"
        "neighbours; the filter in :numref:`edges` does this for three columns at a time.\n\n"
        f"{directive}\n\nPress play, then stop it where the coat meets the sky.\n"
    )
    conf = (
        studio.snippet("sphinx, Once, in conf.py")
        + '\nproject = "Image analysis for biologists"\nnumfig = True\nhtml_theme = "alabaster"\n'
    )
    with tempfile.TemporaryDirectory() as folder:
        out = build(write_book(Path(folder), conf, index_rst=text), "html").out
        for file in out.rglob("*"):
            if file.suffix in TEXTS:
                studio.site.pages[f"/{file.relative_to(out)}"] = file.read_text(encoding="utf-8")
    studio.take("sphinx", "/index.html", width=1060, height=640, is_full=False)
    save("pdf", scene_picture(cases()[0].search))


def dialog(studio: Studio) -> None:
    """Take the embed dialog over the explorer."""
    context = studio.browser.new_context(
        viewport={"width": 1200, "height": 900},
        color_scheme="light",
        reduced_motion="reduce",
        locale="en-GB",
    )

    def answer(route: Route) -> None:
        here = route.request.url.replace(GUIDE_SERVER, studio.server.url)
        route.fulfill(response=route.fetch(url=here))

    # Under the address that the guide's snippets have.
    context.route(f"{GUIDE_SERVER}/**", answer)
    page = context.new_page()
    explorer = Explorer(page, Watch(page), GUIDE_SERVER).open(f"/{cases()[0].search}")
    explorer.element().get_by_role("button", name="Embed", exact=True).first.click()
    embed_in(page, Watch(page), studio.server.url, explorer.element().locator("iframe").first)
    page.wait_for_timeout(1200)
    save("dialog", page.screenshot())
    context.close()


PICTURES: dict[str, Callable[[Studio], None]] = {
    "course": course_pages,
    "slide": slide,
    "book": book,
    "dialog": dialog,
}


def main() -> int:
    """Make all pictures, or those that are named."""
    wanted = sys.argv[1:] or list(PICTURES)
    with LiveServer() as server, chromium() as browser, HostSite(server.url, name=HERE) as site:
        studio = Studio(browser, server, site)
        for name in wanted:
            PICTURES[name](studio)
    return 0


if __name__ == "__main__":
    sys.exit(main())
