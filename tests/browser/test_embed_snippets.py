"""Every snippet of the guide in a page of somebody else: the picture and the numbers appear."""

from __future__ import annotations

import json
import re
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, expect

from app.images.samples import Samples
from app.resources import folder
from app.scenes.address import read_address
from app.sphinx_extension import scene_picture
from tests.browser.agreement import assert_bench_shows
from tests.browser.engine import maps_of
from tests.browser.hosts import Embed, HostSite, embed_in
from tests.browser.server import LiveServer
from tests.browser.watch import Watch
from tests.embedding_guide import (
    cases,
    guide,
    guide_snippets,
    notebook_output,
    other_blocks,
    run_command,
)
from tests.sphinx_book import build, write_book

GUIDE_SERVER = "https://kernelscope.example.org"
POSITION = re.compile(r"row (\d+), column (\d+) of 47 by 47")
# What reveal.js does with the frame of the slide that comes up.
SHOW_SLIDE = (
    "document.querySelector('[data-src]').src = document.querySelector('[data-src]').dataset.src"
)
TEXTS = (".html", ".css", ".js")

OpenPage = Callable[[str], Embed]


@pytest.fixture(scope="module")
def snippets(server: LiveServer) -> dict[str, str]:
    """Those of the guide, leading to the server of the tests."""
    return {name: code.replace(GUIDE_SERVER, server.url) for name, code in guide_snippets().items()}


@pytest.fixture(scope="module")
def site(server: LiveServer) -> Iterator[HostSite]:
    """The site of a teacher."""
    with HostSite(server.url) as open_site:
        open_site.pages["/favicon.ico"] = ""
        yield open_site


@pytest.fixture
def open_page(browser: Browser, server: LiveServer, site: HostSite) -> Iterator[OpenPage]:
    """Open a page of the site and wait for the embed in it; the page must not complain."""
    context = browser.new_context(
        viewport={"width": 800, "height": 700}, color_scheme="light", locale="en-GB"
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    watch = Watch(page)

    def open_one(path: str) -> Embed:
        page.goto(site.url + path)
        if page.locator("iframe[data-src]").count():
            page.evaluate(SHOW_SLIDE)
        return embed_in(page, watch, server.url, page.locator("iframe").first)

    yield open_one
    context.close()
    watch.assert_silent()


def put(site: HostSite, body: str) -> str:
    """Put a page with this body on the site; gives its path."""
    path = f"/snippet{len(site.pages)}.html"
    head = '<meta charset="utf-8"><title>4.2 What an edge filter sees</title>'
    site.pages[path] = (
        f'<!doctype html><html lang="en"><head>{head}</head>'
        f'<body style="margin: 20px auto; width: 640px">{body}</body></html>'
    )
    return path


def assert_shows_the_scene(embed: Embed) -> None:
    """Hold picture and printed numbers against what the engine computes for the address."""
    samples = Samples(folder("sample_images"))
    scene = read_address(cases()[0].search, samples=samples).scene
    maps = maps_of(scene.recipe)
    assert_bench_shows(embed, maps, "conv1")
    slider = embed.element().get_by_role("slider").first
    text = slider.get_attribute("aria-valuetext") or ""
    place = POSITION.match(text)
    assert place, text
    row, column = int(place[1]) - 1, int(place[2]) - 1
    sums = embed.element().get_by_role("group", name="Arithmetic of this cell").inner_text()
    printed = "".join(sums.split()).replace("−", "-")
    terms, _, total = printed.rpartition("=")
    assert float(total) == pytest.approx(float(maps["conv1"][0][row, column]), abs=0.005)
    # Nine products of hundredths and whole weights: they add up exactly as printed.
    numbers = [float(term) for term in re.findall(r"[+-]?[\d.]+", terms)]
    assert len(numbers) == 9
    assert np.isclose(sum(numbers), float(total))


def as_written(code: str) -> str:
    return code


def fenced(code: str) -> str:
    """Quarto passes a block of raw HTML on."""
    return MarkdownIt("commonmark").parse(code)[0].content


def in_react(code: str) -> str:
    """Docusaurus turns the style of JSX into one of CSS."""
    return code.replace("style={{border: 0}}", 'style="border: 0"')


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("html", as_written),
        ("moodle", as_written),
        ("quarto", fenced),
        ("mkdocs", MarkdownIt("commonmark").render),
        ("mkdocs, Docusaurus", in_react),
        ("reveal", as_written),
        ("jupyter", notebook_output),
    ],
    ids=lambda value: value.replace(", ", "-") if isinstance(value, str) else "",
)
def test_a_snippet_shows_the_picture_and_its_numbers(
    open_page: OpenPage,
    site: HostSite,
    snippets: dict[str, str],
    name: str,
    host: Callable[[str], str],
) -> None:
    embed = open_page(put(site, host(snippets[name])))
    assert embed.place.get_attribute("title") == cases()[0].title
    assert_shows_the_scene(embed)


@pytest.mark.parametrize("name", ["html, Without a script", "wordpress, Custom HTML block"])
def test_the_other_plain_frames_are_that_of_moodle(snippets: dict[str, str], name: str) -> None:
    assert snippets[name] == snippets["moodle"] == snippets["myst, Any Markdown page"]


def test_a_bare_link_becomes_a_frame_by_asking_the_server(
    open_page: OpenPage, site: HostSite, server: LiveServer, snippets: dict[str, str]
) -> None:
    with urllib.request.urlopen(snippets["wordpress"]) as answer:
        page = answer.read().decode()
    found = re.search(r'<link rel="alternate" type="application/json\+oembed" href="([^"]+)"', page)
    assert found
    address = found[1].replace("&amp;", "&")
    assert urllib.parse.urlsplit(address).path == "/oembed"
    with urllib.request.urlopen(address) as answer:
        embed = open_page(put(site, json.load(answer)["html"]))
    assert_shows_the_scene(embed)


def test_the_picture_that_mystmd_puts_into_pdf_is_that_of_the_scene(
    snippets: dict[str, str],
) -> None:
    found = re.search(r":placeholder: (\S+)", snippets["myst, Jupyter Book 2, mystmd"])
    assert found
    with urllib.request.urlopen(found[1]) as answer:
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.read() == scene_picture(cases()[0].search)


def test_the_single_file_beside_a_page_shows_the_picture_and_its_numbers(
    open_page: OpenPage, site: HostSite, snippets: dict[str, str], tmp_path: Path
) -> None:
    run_command(snippets["file"], tmp_path)
    (file,) = tmp_path.iterdir()
    site.pages[f"/{file.name}"] = file.read_text(encoding="utf-8")
    assert_shows_the_scene(open_page(put(site, snippets["file, Beside your page"])))


def test_the_script_of_the_guide_changes_the_scene_and_steps(
    open_page: OpenPage, site: HostSite, snippets: dict[str, str]
) -> None:
    (script,) = (code for language, code in other_blocks(guide()) if language == "html")
    embed = open_page(put(site, snippets["html"] + script))
    place = embed.place.page.locator("#place")
    # Window 120 is the 26th of the third row of 47.
    expect(place).to_have_text("Row 3, column 26")
    embed.place.page.get_by_role("button", name="Next window").click()
    expect(place).to_have_text("Row 3, column 27")
    samples = Samples(folder("sample_images"))
    changed = read_address(cases()[0].search.replace("sobel-x", "sobel-y"), samples=samples).scene
    embed.element().get_by_role("slider").first.press("End")
    embed.two_frames()
    assert_bench_shows(embed, maps_of(changed.recipe), "conv1")


@pytest.mark.parametrize("name", ["index", "more"])
def test_a_book_of_sphinx_or_myst_shows_the_picture_and_its_numbers(
    open_page: OpenPage, site: HostSite, snippets: dict[str, str], tmp_path: Path, name: str
) -> None:
    conf = snippets["sphinx, Once, in conf.py"] + '\nextensions.append("myst_parser")\n'
    index = f"Course\n======\n\n{snippets['sphinx']}\n\n.. toctree::\n\n   more\n"
    markdown = f"# More\n\n{snippets['myst']}\n"
    out = build(write_book(tmp_path, conf, index_rst=index, more_md=markdown), "html").out
    for file in out.rglob("*"):
        if file.suffix in TEXTS:
            site.pages[f"/{file.relative_to(out)}"] = file.read_text(encoding="utf-8")
    assert_shows_the_scene(open_page(f"/{name}.html"))
