"""Embeds in the pages of others: what is drawn, how high it is, and what it must never do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, Request

from app.images.samples import Samples
from app.pipeline.limits import Limits
from app.resources import folder
from app.scenes.address import read_address, write_address
from app.scenes.parameters import PARAMETERS
from app.scenes.scene import Scene
from tests.browser.agreement import assert_bench_shows
from tests.browser.engine import maps_of
from tests.browser.explorer import Explorer
from tests.browser.hosts import Embed, HostSite, embed_in
from tests.browser.server import ROOT, LiveServer
from tests.browser.watch import Watch
from tools.chromium import ensure_chromium, flags

EDGES = "image=camera&kernel=sobel-x&stride=2"
SILENCE_MS = 700
"""Longer than the embed's pauses before it says something."""

_LISTEN = """
(element) => {
  element.told = [];
  for (const type of ["ready", "statechange", "step"]) {
    element.addEventListener(type, ({ detail }) => element.told.push([type, detail]));
  }
}
"""


@dataclass
class Host:
    """A page of somebody else, open in a browser, with everything that was asked for."""

    page: Page
    watch: Watch
    site: HostSite
    server: LiveServer
    requests: list[Request] = field(default_factory=list)

    def embed(self, place: str | Locator) -> Embed:
        """Wait for an embed of the page."""
        return embed_in(self.page, self.watch, self.server.url, place)

    def element(self, name: str) -> Locator:
        """One of the page's ``<conv-visualizer-frame>``."""
        return self.page.locator(f"conv-visualizer-frame#{name}")

    def rest(self) -> None:
        """Let everything be said that is going to be said."""
        self.page.wait_for_timeout(SILENCE_MS)

    def addresses_asked(self, *, of_embeds: bool = True) -> list[str]:
        """Every address that was asked for, of the server or of the page's own site."""
        origin = self.server.url if of_embeds else self.site.url
        return [request.url for request in self.requests if request.url.startswith(origin)]


OpenHost = Callable[..., Host]


@pytest.fixture(scope="module")
def site(server: LiveServer) -> Iterator[HostSite]:
    """A site that is neither the server's origin nor its site."""
    with HostSite(server.url) as open_site:
        yield open_site


@pytest.fixture(scope="module")
def desk(browser: Browser) -> Iterator[Browser]:
    """Another Chromium, whose scroll bars take room as they do on most desks."""
    program = browser.browser_type.launch(
        executable_path=ensure_chromium(), args=flags(), ignore_default_args=["--hide-scrollbars"]
    )
    yield program
    program.close()


@pytest.fixture
def open_host(desk: Browser, server: LiveServer, site: HostSite) -> Iterator[OpenHost]:
    """Open pages of the site; in the end none has complained, stored or asked elsewhere."""
    hosts: list[Host] = []

    def open_page(path: str, **options: Any) -> Host:
        options = {"viewport": {"width": 1000, "height": 800}, "color_scheme": "light", **options}
        context = desk.new_context(locale="en-GB", **options)
        context.set_default_timeout(25_000)
        page = context.new_page()
        host = Host(page, Watch(page), site, server)
        context.on("request", lambda request: host.requests.append(request))
        hosts.append(host)
        page.goto(site.url + path)
        return host

    yield open_page
    for host in hosts:
        context = host.page.context
        assert_remembers_nothing(host, context)
        context.close()
        host.watch.assert_silent()


def assert_remembers_nothing(host: Host, context: BrowserContext) -> None:
    """Fail when a cookie was set or sent, something stored, or anybody else asked."""
    assert context.cookies() == []
    assert context.storage_state()["origins"] == []
    for frame in host.page.frames:
        if frame.url.startswith(host.server.url):
            embed = Embed(frame, host.page.locator("iframe"), host.watch, host.server.url)
            assert embed.stored() == []
    own = {urlsplit(host.server.url).netloc, urlsplit(host.site.url).netloc}
    asked = {urlsplit(request.url).netloc for request in host.requests}
    assert asked - {""} <= own, "somebody else was asked"
    assert not [it.url for it in host.requests if "cookie" in it.all_headers()]
    assert not [it.url for it in host.requests if is_telling(it, host)]


def is_telling(request: Request, host: Host) -> bool:
    """Whether a request tells the server more of the page around than its origin."""
    referer = request.all_headers().get("referer", "")
    is_around = referer.startswith(host.site.url) and urlsplit(referer).path != "/"
    return request.url.startswith(host.server.url) and is_around


@cache
def samples() -> Samples:
    """Give the sample pictures."""
    return Samples(folder("sample_images"))


def recipe_of(address: str) -> dict[str, Any]:
    """Give the recipe of an address, as the server reads it."""
    reading = read_address(address, samples=samples(), limits=Limits())
    assert reading.notes == ()
    return reading.scene.recipe


def assert_draws(embed: Explorer, address: str) -> None:
    """Hold the result on the bench against what the engine computes for an address."""
    assert_bench_shows(embed, maps_of(recipe_of(address)), "conv1")


def change_stride(embed: Embed, times: int = 1) -> None:
    """Press the embed's own button for a greater stride, and wait for the picture."""
    embed.count_repaints()
    for _ in range(times):
        embed.element().get_by_role("button", name="More: Stride").click()
    embed.wait_for_repaint()
    embed.two_frames()


def told(element: Locator, kind: str) -> list[dict[str, Any]]:
    """Give what a page heard of one kind."""
    heard: list[tuple[str, dict[str, Any]]] = element.evaluate("it => it.told")
    return [detail for name, detail in heard if name == kind]


def test_a_course_page_draws_its_embeds_at_their_height_and_fetches_only_those_in_sight(
    open_host: OpenHost,
) -> None:
    host = open_host("/course.html")
    for name, address in (("edges", EDGES), ("blur", "image=coins&kernel=box-blur")):
        embed = host.embed(host.element(name).locator("iframe"))
        sizes = embed.wait_until_fitting()
        assert sizes["width"] == 640
        box = host.element(name).bounding_box()
        assert box is not None
        assert box["height"] == sizes["frame"]
        assert_draws(embed, address)
    title = host.element("edges").locator("iframe").get_attribute("title")
    assert title == "Sobel x on a photograph"
    homework = host.element("homework")
    assert homework.locator("iframe").count() == 0
    assert not [url for url in host.addresses_asked() if "sobel-y" in url]
    homework.scroll_into_view_if_needed()
    embed = host.embed(homework.locator("iframe"))
    embed.wait_until_fitting()
    assert_draws(embed, "image=camera&kernel=sobel-y")


def test_embeds_of_one_page_share_nothing(open_host: OpenHost) -> None:
    host = open_host("/course.html")
    edges = host.embed(host.element("edges").locator("iframe"))
    blur = host.embed(host.element("blur").locator("iframe"))
    edges.wait_until_usable()
    change_stride(edges)
    assert_draws(edges, "image=camera&kernel=sobel-x&stride=3")
    assert_draws(blur, "image=coins&kernel=box-blur")
    edges.play()
    assert not blur.is_playing()


def test_the_posters_of_a_page_stand_until_the_frames_do(open_host: OpenHost) -> None:
    host = open_host("/course.html")
    homework = host.element("homework")
    poster = homework.locator("img")
    assert poster.get_attribute("loading") == "lazy"
    address = poster.get_attribute("src") or ""
    assert address.startswith(f"{host.server.url}/embed/poster.png?")
    assert "kernel=sobel-y" in address
    homework.scroll_into_view_if_needed()
    host.embed(homework.locator("iframe"))
    poster.wait_for(state="detached")


def test_the_text_of_a_page_stays_where_it_is_when_frames_take_the_place_of_posters(
    open_host: OpenHost,
) -> None:
    host = open_host("/course.html")
    heading = host.page.get_by_role("heading", name="Homework")
    host.page.wait_for_function("document.querySelector('#blur').shadowRoot?.firstChild")
    before = heading.evaluate("it => it.getBoundingClientRect().top")
    for name in ("edges", "blur"):
        host.embed(host.element(name).locator("iframe")).wait_until_fitting()
        host.element(name).locator("img").wait_for(state="detached")
    assert abs(heading.evaluate("it => it.getBoundingClientRect().top") - before) < 4


def test_a_page_reads_and_changes_what_its_embed_shows(open_host: OpenHost) -> None:
    host = open_host("/course.html")
    element = host.element("edges")
    element.evaluate(_LISTEN)
    state = element.evaluate("it => it.getState()")
    assert {name: state[name] for name in ("image", "kernel", "stride")} == {
        "image": "camera",
        "kernel": "sobel-x",
        "stride": "2",
    }
    embed = host.embed(element.locator("iframe"))
    embed.count_repaints()
    notes = element.evaluate("it => it.setState({ stride: 4, kernel: 'sobel-y' })")
    assert notes == []
    embed.wait_for_repaint()
    embed.two_frames()
    assert_draws(embed, "image=camera&kernel=sobel-y&stride=4")
    notes = element.evaluate("it => it.setState({ padding: 'banana' })")
    assert len(notes) == 1
    assert "banana" in notes[0]
    element.evaluate("it => it.setState({ step: 10 })")
    element.evaluate("it => it.step(2)")
    assert element.evaluate("it => it.getState()")["step"] == "12"
    host.rest()
    (ready,) = told(element, "ready")
    assert ready["state"] == state
    assert told(element, "statechange")[-1]["state"]["step"] == "12"
    assert told(element, "step")[-1] == {"row": 1, "column": 12, "step": 12}
    element.evaluate("it => it.play()")
    embed.two_frames()
    assert embed.is_playing()
    element.evaluate("it => it.pause()")
    embed.two_frames()
    assert not embed.is_playing()
    with pytest.raises(Error, match="windows must be a whole number"):
        element.evaluate("it => it.step('far')")
    with pytest.raises(Error, match="TypeError: setState: stride is of type symbol"):
        element.evaluate("it => it.setState({ stride: Symbol('x') })")


def test_what_changes_nothing_is_no_change_and_is_not_spoken_of_as_an_address(
    open_host: OpenHost,
) -> None:
    host = open_host("/course.html")
    element = host.element("edges")
    element.evaluate(_LISTEN)
    notes = element.evaluate("it => it.setState({ stride: 'x' })")
    assert len(notes) == 1
    assert notes[0].startswith("stride is “x”; it is a whole number")
    assert element.evaluate("it => it.setState({ stride: 2, kernel: 'sobel-x' })") == []
    host.rest()
    assert told(element, "statechange") == []
    element.evaluate("it => it.setState({ stride: 3 })")
    host.rest()
    assert len(told(element, "statechange")) >= 1


def test_a_frame_of_set_height_keeps_it_until_that_is_taken_away(
    open_host: OpenHost, site: HostSite
) -> None:
    site.pages["/fixed"] = (
        '<!doctype html><meta charset="utf-8"><title>Fixed</title>'
        '<script type="module" src="{{server}}/static/embed.js"></script>'
        '<conv-visualizer-frame image="camera" kernel="sobel-x" height="180">'
        "</conv-visualizer-frame>"
    )
    host = open_host("/fixed")
    element = host.page.locator("conv-visualizer-frame")
    assert element.evaluate("it => it.clientHeight") == 180
    embed = host.embed(element.locator("iframe"))
    host.rest()
    assert embed.fit()["frame"] == element.evaluate("it => it.clientHeight") == 180
    element.evaluate("it => it.setAttribute('height', '300')")
    host.rest()
    assert embed.fit()["frame"] == 300
    element.evaluate("it => it.removeAttribute('height')")
    embed.wait_until_fitting()


def test_an_attribute_changes_the_scene_and_a_removed_one_gives_its_own_back(
    open_host: OpenHost,
) -> None:
    host = open_host("/course.html")
    element = host.element("edges")
    embed = host.embed(element.locator("iframe"))
    element.evaluate("it => it.getState()")
    embed.count_repaints()
    element.evaluate("it => it.setAttribute('stride', '5')")
    embed.wait_for_repaint()
    embed.two_frames()
    assert_draws(embed, "image=camera&kernel=sobel-x&stride=5")
    element.evaluate("it => it.removeAttribute('stride')")
    host.rest()
    assert_draws(host.embed(element.locator("iframe")), "image=camera&kernel=sobel-x")


def test_an_element_that_leaves_the_page_and_comes_back_begins_anew(open_host: OpenHost) -> None:
    host = open_host("/course.html")
    element = host.element("edges")
    host.embed(element.locator("iframe"))
    element.evaluate("it => it.setState({ stride: 4 })")
    why = element.evaluate(
        """it => {
          const asked = it.getState();
          window.gone = it;
          it.remove();
          return asked.catch(({ message }) => message);
        }"""
    )
    assert "taken out of the page" in why
    why = host.page.evaluate("() => gone.play().catch(({ message }) => message)")
    assert "not in a page" in why
    host.page.evaluate("() => document.body.prepend(gone)")
    embed = host.embed(element.locator("iframe"))
    embed.wait_until_fitting()
    assert_draws(embed, EDGES)
    assert element.evaluate("it => it.shadowRoot.querySelectorAll('iframe').length") == 1


def test_frames_without_an_origin_and_sandboxed_ones_draw_edit_and_grow(
    open_host: OpenHost,
) -> None:
    host = open_host("/frames.html")
    for name in ("bare", "same"):
        embed = host.embed(f"#{name}")
        origin = embed.frame.evaluate("self.origin")
        assert origin == ("null" if name == "bare" else host.server.url)
        embed.wait_until_fitting()
        assert_draws(embed, EDGES)
        embed.wait_until_usable()
        change_stride(embed)
        assert_draws(embed, "image=camera&kernel=sobel-x&stride=3")


def test_a_frame_of_fixed_height_can_be_scrolled_to_everything(open_host: OpenHost) -> None:
    host = open_host("/frames.html")
    embed = host.embed("#fixed")
    host.rest()
    sizes = embed.fit()
    assert sizes["frame"] == 260
    assert sizes["scrollHeight"] >= sizes["content"] > 260
    embed.play_button().click()
    embed.two_frames()  # a click takes another way to a frame than a question
    assert embed.is_playing()
    asked = host.page.evaluate("heard.filter(({ id, data }) => id === 'fixed' && data.type)")
    assert [it["data"]["height"] for it in asked if it["data"]["type"] == "height"] == [
        sizes["scrollHeight"]
    ]


@pytest.mark.parametrize("name", ["wordpress", "canvas", "h5p", "embedly"])
def test_a_host_is_told_the_height_in_its_own_words_and_not_again(
    open_host: OpenHost, name: str
) -> None:
    host = open_host(f"/{name}.html")
    embed = host.embed("iframe")
    sizes = embed.wait_until_fitting()
    assert sizes["width"] == 600
    assert_draws(embed, EDGES)
    host.rest()
    heard = host.page.evaluate("heard.length")
    assert heard <= 3
    host.rest()
    assert host.page.evaluate("heard.length") == heard, "a host that obeys is not answered"
    # A narrower page: the height is another one, and the host follows.
    host.page.set_viewport_size({"width": 360, "height": 800})
    narrow = embed.wait_until_fitting(
        width=host.page.evaluate("document.documentElement.clientWidth")
    )
    assert narrow["frame"] != sizes["frame"]
    if name == "canvas":
        assert host.page.evaluate("refused") == []
    if name == "wordpress":
        host.page.evaluate("addSecret('another12x')")
        host.page.wait_for_function("heard.at(-1).secret === 'another12x'")


def test_slides_unload_and_reload_their_frames(open_host: OpenHost) -> None:
    host = open_host("/deck.html", viewport={"width": 1000, "height": 700})
    fetched = [urlsplit(address).path for address in host.addresses_asked()]
    scripts = {"/static/embed.js"}
    assert set(fetched) == scripts, "a slide that is not shown asks for nothing"
    for _ in range(2):
        host.page.evaluate("show('demo')")
        embed = host.embed("#demo iframe")
        assert_draws(embed, EDGES)
        host.page.evaluate("show('title')")
        embed.frame.wait_for_url("about:blank")
    host.page.evaluate("show('element')")
    embed = host.embed(host.page.locator("conv-visualizer-frame iframe"))
    embed.wait_until_fitting()
    host.page.evaluate("show('title')")
    host.page.evaluate("show('element')")
    embed.wait_until_fitting()
    assert_draws(embed, EDGES)


@pytest.mark.parametrize("width", [320, 1000])
def test_a_column_of_any_width_has_no_scroll_bar_and_no_gap(
    open_host: OpenHost, site: HostSite, width: int
) -> None:
    site.pages["/column"] = (
        f'<!doctype html><meta charset="utf-8"><title>Column</title>'
        f'<body style="width: {width}px; margin: 0">'
        '<script type="module" src="{{server}}/static/embed.js"></script>'
        '<conv-visualizer-frame image="camera" kernel="sobel-x" stride="2" poster="none">'
        "</conv-visualizer-frame>"
    )
    host = open_host("/column", viewport={"width": 1100, "height": 900})
    embed = host.embed(host.page.locator("iframe"))
    assert embed.wait_until_fitting()["width"] == width
    assert_draws(embed, EDGES)
    assert host.page.evaluate("document.documentElement.scrollWidth") <= 1100


def test_printed_a_page_shows_the_poster_of_a_frame_that_was_never_fetched(
    open_host: OpenHost,
) -> None:
    host = open_host("/course.html")
    host.embed(host.element("edges").locator("iframe"))
    poster = host.element("homework").locator("img")
    assert host.page.pdf().startswith(b"%PDF")
    host.page.wait_for_function(
        "image => image.complete && image.naturalWidth > 0", arg=poster.element_handle()
    )
    assert host.element("homework").locator("iframe").count() == 0


def test_nothing_that_a_host_says_breaks_an_embed(open_host: OpenHost) -> None:
    host = open_host("/frames.html")
    embed = host.embed("#bare")
    source = (ROOT / "tests" / "js" / "anything.js").read_text(encoding="utf-8")
    host.page.evaluate(
        source.replace("export ", "")
        + """
        const random = seeded(11);
        const words = ["kernelscope", "type", "id", "state", "windows", "setState", "step",
          "toString", "image", "stride", "message", "secret", "context", "h5p", "action", "ready"];
        const frame = document.querySelector("#bare").contentWindow;
        for (let round = 0; round < 400; round += 1) {
          const data = anything(random, words);
          frame.postMessage(data, "*");
          frame.postMessage({ kernelscope: 1, type: "step", windows: data, id: data }, "*");
        }
        for (const state of [null, [], "x", { image: {} }, { stride: [2] }, { state: "v1=!!" },
          { kernel: "__proto__" }, { size: 1e9 }, { constructor: 1 }, { cell: "0,0" }]) {
          frame.postMessage({ kernelscope: 1, type: "setState", state, id: "odd" }, "*");
        }
        frame.postMessage({ kernelscope: 1, type: "setState", id: "last",
          state: { image: "camera", kernel: "sobel-x", stride: 2, size: 96, cell: "3,3" } }, "*");
        """
    )
    host.page.wait_for_function("heard.some(({ data }) => data.id === 'last')")
    answers = host.page.evaluate("heard.filter(({ data }) => data.id === 'odd').length")
    assert answers == 10
    embed.two_frames()
    host.rest()
    assert_draws(embed, EDGES)


def test_a_stranger_on_the_same_page_is_not_listened_to(
    open_host: OpenHost, site: HostSite
) -> None:
    site.pages["/visited"] = (
        '<!doctype html><meta charset="utf-8"><title>Visited</title>'
        '<script type="module" src="{{server}}/static/embed.js"></script>'
        '<conv-visualizer-frame image="camera" kernel="sobel-x" stride="2"></conv-visualizer-frame>'
        '<iframe id="advert" src="/stranger.html"></iframe>'
    )
    host = open_host("/visited")
    element = host.page.locator("conv-visualizer-frame")
    embed = host.embed(element.locator("iframe"))
    element.evaluate("it => it.getState()")
    sizes = embed.wait_until_fitting()
    host.rest()
    element.evaluate(_LISTEN)
    host.page.frame(url="**/stranger.html").evaluate("speak()")  # type: ignore[union-attr]
    host.rest()
    assert element.evaluate("it => it.told") == []
    assert embed.fit() == sizes
    assert not embed.is_playing()
    assert_draws(embed, EDGES)


def test_a_frame_that_is_sandboxed_by_its_attribute_still_converses(
    open_host: OpenHost, site: HostSite
) -> None:
    site.pages["/sandboxed"] = (
        '<!doctype html><meta charset="utf-8"><title>Sandboxed</title>'
        '<script type="module" src="{{server}}/static/embed.js"></script>'
        f'<conv-visualizer-frame src="{{{{server}}}}/?{EDGES}" stride="3" sandbox="allow-scripts">'
        "</conv-visualizer-frame>"
    )
    host = open_host("/sandboxed")
    element = host.page.locator("conv-visualizer-frame")
    assert element.evaluate("it => it.getState()")["stride"] == "3"
    embed = host.embed(element.locator("iframe"))
    assert embed.frame.evaluate("self.origin") == "null"
    embed.wait_until_fitting()
    assert_draws(embed, "image=camera&kernel=sobel-x&stride=3")


def test_every_address_parameter_is_an_attribute_of_the_element(open_host: OpenHost) -> None:
    host = open_host("/course.html")
    attributes: list[str] = host.page.evaluate(
        "customElements.get('conv-visualizer-frame').observedAttributes"
    )
    named = {name for entry in PARAMETERS for name in (entry.name, *entry.aliases)}
    assert named | {"src", "poster", "height", "title", "sandbox"} == set(attributes)


def test_a_scene_of_ones_own_is_drawn_from_the_fragment_whatever_wordpress_adds_to_it(
    open_host: OpenHost, site: HostSite
) -> None:
    recipe = recipe_of(EDGES)
    recipe["stages"][0]["filters"] = [{"weight": [[[0.5, -1, 2], [0, 3, 0], [1, 1, -2.25]]]}]
    address = write_address(Scene(recipe, {"stage": "conv1"}), samples=samples())
    state = address.partition("#")[2]
    assert state.startswith("v1=")
    site.pages["/own"] = (
        '<!doctype html><meta charset="utf-8"><title>Own weights</title>'
        '<script type="module" src="{{server}}/static/embed.js"></script>'
        f'<iframe src="{{{{server}}}}/embed{address}?secret=abcdefghij"></iframe>'
        f'<conv-visualizer-frame state="{state}"></conv-visualizer-frame>'
    )
    host = open_host("/own")
    for place in ("body > iframe", "conv-visualizer-frame iframe"):
        assert_bench_shows(host.embed(place), maps_of(recipe), "conv1")
    poster = host.page.locator("conv-visualizer-frame img")
    assert poster.count() == 0 or "state=v1%3D" in (poster.get_attribute("src") or "")


def test_an_embed_takes_no_focus_and_no_keys_of_the_page_around(open_host: OpenHost) -> None:
    host = open_host("/course.html")
    embed = host.embed(host.element("edges").locator("iframe"))
    embed.wait_until_usable()
    assert host.page.evaluate("document.activeElement === document.body")
    host.page.keyboard.press("Space")
    host.page.keyboard.press("ArrowRight")
    assert not embed.is_playing()
    assert_draws(embed, EDGES)
