"""A saved file works from a disk, without a server and without a network, and shows the truth."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from app.cli import main
from app.numerics.shapes import FloatArray
from app.pipeline.defaults import default_recipe
from app.scenes.recipes import one_filter_recipe
from tests.browser import colours
from tests.browser.agreement import CHAIN, EXACT, assert_bench_shows, assert_shows, peak_of
from tests.browser.engine import maps_of, trace_of
from tests.browser.explorer import ELEMENT, Explorer, OpenExplorer
from tests.browser.gestures import go_to, hover_cell, keys, position, select, tile
from tests.browser.hosts import HostSite
from tests.browser.reading import assert_prints, read_ledger

LOCKED = "This is a saved file."
MEGABYTE = 1_000_000
OpenFile = Callable[..., Explorer]

_VALUES = "(element, [stage, map]) => Array.from(element.values(stage, map))"
_STATE = "(element) => JSON.stringify(element.state.recipe)"


def export(scene: str, *more: str, to: Path) -> Path:
    """Save a scene by the command line."""
    assert (
        main(["export", scene, f"--{'scorm' if to.suffix == '.zip' else 'html'}", str(to), *more])
        == 0
    )
    return to


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with saved files, as on a memory stick."""
    folder = tmp_path_factory.mktemp("stick")
    export("coffee", to=folder / "scene.html")
    return folder


def opened(explorer: Explorer, path: Path, fragment: str) -> Explorer:
    """Open a file from the disk; every request that would leave the page fails."""
    # Where code may not be made of text, a page cannot be asked to wait for a function.
    explorer.page.goto(path.as_uri() + fragment)
    wait_for(explorer.page.locator(ELEMENT))
    return explorer


def wait_for(element: Locator) -> None:
    """Wait until a saved scene is drawn, and its settings are there."""
    expect(element).to_have_attribute("aria-busy", "false")


def refuse_all(page: Page) -> None:
    page.context.set_offline(True)
    page.route(re.compile("^(?!file:|data:|blob:)"), lambda route: route.abort())


def open_saved(
    open_page: OpenExplorer, path: Path, *, fragment: str = "", **options: Any
) -> Explorer:
    """Open a file from the disk in a page without any network."""
    explorer = open_page(None, **options)
    refuse_all(explorer.page)
    return opened(explorer, path, fragment)


@pytest.fixture(scope="module")
def shared(open_shared: OpenExplorer, files: Path) -> Explorer:
    """Open the file of the first scene with nothing moving, for tests that only look."""
    explorer = open_saved(open_shared, files / "scene.html", reduced_motion="reduce")
    explorer.element().locator(".inspector").wait_for()
    return explorer


@pytest.fixture(scope="module")
def maps() -> dict[str, FloatArray]:
    """Compute what the file must show."""
    return maps_of(default_recipe())


def assert_never_asked(explorer: Explorer) -> None:
    asked = [url for url in explorer.watch.requests if not url.startswith(("data:", "blob:"))]
    assert [url.partition(":")[0] for url in asked] == ["file"], asked


def test_every_map_of_the_overview_is_drawn_from_exact_values(
    shared: Explorer, maps: dict[str, FloatArray]
) -> None:
    for stage in CHAIN:
        for number, values in enumerate(maps[stage]):
            canvas = f'.overview canvas[data-stage="{stage}"][data-map="{number}"]'
            drawn = shared.pixels(shared.element().locator(canvas))
            expected = colours.signed(values, peak=peak_of(maps, stage, number), theme="light")
            assert_shows(drawn, expected, EXACT)


def test_every_value_of_every_map_is_the_engine_s_bit_by_bit(
    shared: Explorer, maps: dict[str, FloatArray]
) -> None:
    for stage, tensor in maps.items():
        for number, values in enumerate(tensor):
            found = shared.element().evaluate(_VALUES, [stage, number])
            np.testing.assert_array_equal(np.float32(found), values.ravel())


@pytest.mark.parametrize(
    ("title", "stage", "number"), [("Pool 2", "pool2", 4), ("Conv 2", "conv2", 6)]
)
def test_any_map_comes_to_the_bench_with_its_arithmetic(
    shared: Explorer, maps: dict[str, FloatArray], title: str, stage: str, number: int
) -> None:
    select(shared, title, number)
    keys(shared, "End")
    assert_bench_shows(shared, maps, stage, number - 1)


def test_steps_and_the_scrubber_tell_the_engine_s_numbers(shared: Explorer) -> None:
    trace = trace_of(default_recipe())
    select(shared, "Conv 1", 2)
    go_to(shared, 40, 60, 94)
    shared.region("Bench").focus()
    shared.page.keyboard.press("ArrowRight")
    shared.two_frames()
    assert position(shared).startswith("row 41, column 62 of")
    cell = trace.cell("conv1", channel=1, row=40, column=61)
    assert_prints(read_ledger(shared).total, cell["value"])


def test_hovering_a_cell_of_a_later_map_tells_its_value(shared: Explorer) -> None:
    value = trace_of(default_recipe()).stage("relu1").values[2, 70, 12]
    select(shared, "Conv 1", 1)
    hover_cell(shared, tile(shared, "ReLU 1", 3), (70, 12), (94, 94))
    card = shared.element().locator(".readout")
    expect(card).to_contain_text("ReLU 1, map 3")
    expect(card).to_contain_text("row 71, column 13")
    assert_prints(card.locator(".readout-value").inner_text(), float(value))
    shared.page.mouse.move(2, 2)


def test_playing_paints_the_map_window_by_window(open_explorer: OpenExplorer, files: Path) -> None:
    explorer = open_saved(open_explorer, files / "scene.html")
    explorer.play()
    expect(explorer.element().locator(".transport-position")).to_contain_text(
        re.compile(r"row [1-9]\d*, column ([2-9]|\d\d) of")
    )
    explorer.pause()
    assert_never_asked(explorer)


def test_the_theme_and_the_colour_scale_are_the_viewer_s(
    open_explorer: OpenExplorer, files: Path, maps: dict[str, FloatArray]
) -> None:
    explorer = open_saved(open_explorer, files / "scene.html", reduced_motion="reduce")
    explorer.element().get_by_role("button", name="Dark theme").click()
    keys(explorer, "End")
    assert_bench_shows(explorer, maps, "conv1", theme="dark")
    assert_never_asked(explorer)


def test_what_needs_a_server_is_locked_and_says_why(
    open_explorer: OpenExplorer, files: Path
) -> None:
    explorer = open_saved(open_explorer, files / "scene.html", reduced_motion="reduce")
    element = explorer.element()
    recipe = element.evaluate(_STATE)
    settings = explorer.region("Settings")
    expect(settings).to_contain_text(LOCKED)
    expect(settings).to_contain_text("Rachel Michetti")
    for name in ("Stride", "Padding", "Bias"):
        expect(settings.get_by_role("spinbutton", name=name, exact=True)).to_be_disabled()
    expect(settings.get_by_role("button", name="Box blur")).to_be_disabled()
    message = element.locator(".message.is-locked")
    for beginning in ("Picture:", "Undo$", "Share$", "Embed$"):
        button = element.get_by_role("button", name=re.compile(f"^{beginning}")).first
        expect(button).to_have_attribute("title", re.compile(LOCKED))
        button.click(force=True)
        expect(message).to_contain_text(LOCKED)
        message.get_by_role("button", name="Close").click()
        expect(message).to_have_count(0)
    weight = explorer.first_weight()
    expect(weight).to_have_attribute("aria-readonly", "true")
    weight.focus()
    for key in ("7", "Enter", "+", "s"):
        explorer.page.keyboard.press(key)
    assert element.evaluate(_STATE) == recipe
    expect(element.get_by_role("dialog")).to_have_count(0)
    assert_never_asked(explorer)


def test_a_file_dropped_on_it_is_refused_in_words(open_explorer: OpenExplorer, files: Path) -> None:
    explorer = open_saved(open_explorer, files / "scene.html", reduced_motion="reduce")
    explorer.element().locator(".inspector").wait_for()
    explorer.drop({"name": "a.png", "mimeType": "image/png", "buffer": b"x"})
    expect(explorer.element().locator(".message.is-locked")).to_contain_text(LOCKED)
    assert_never_asked(explorer)


def test_a_filter_is_still_chosen_among_the_locked_settings(shared: Explorer) -> None:
    select(shared, "Conv 1", 1)
    shared.region("Settings").get_by_role("radio", name=re.compile("^Filter 3")).click()
    expect(tile(shared, "Conv 1", 3)).to_have_attribute("aria-selected", "true")


def test_the_browser_itself_would_stop_a_request(shared: Explorer) -> None:
    outcome = shared.page.evaluate(
        """async () => {
          const refused = new Promise((resolve) => addEventListener(
            "securitypolicyviolation", (event) => resolve(event.effectiveDirective)));
          await fetch("https://kernels.example/").catch(() => {});
          return refused;
        }"""
    )
    assert outcome == "connect-src"
    shared.watch.expect("Content Security Policy|violates")


def test_it_opens_where_its_scene_stands(
    open_explorer: OpenExplorer, tmp_path: Path, maps: dict[str, FloatArray]
) -> None:
    scene = {
        "version": 1,
        "recipe": default_recipe(),
        "view": {"stage": "relu1", "map": 2, "cell": [49, 69], "theme": "dark"},
    }
    source = tmp_path / "scene.json"
    source.write_text(json.dumps(scene), encoding="utf-8")
    path = export(str(source), to=tmp_path / "scene.html")
    # What hosts append, and the scene of another address, mean nothing here.
    explorer = open_saved(open_explorer, path, fragment="#v1=q1bKzEvOKU1JVbJSqlWKBQA?secret=1")
    expect(tile(explorer, "ReLU 1", 3)).to_have_attribute("aria-selected", "true")
    assert position(explorer).startswith("row 50, column 70 of")
    assert_bench_shows(explorer, maps, "relu1", 2, theme="dark")


def test_an_embed_is_saved_with_its_controls_locked(
    open_explorer: OpenExplorer, tmp_path: Path
) -> None:
    path = export(
        "image=camera&kernel=sobel-x&stride=2&cell=23,40",
        *("--layout", "embed", "--title", "Edges & <corners>"),
        to=tmp_path / "embed.html",
    )
    explorer = open_saved(open_explorer, path, viewport={"width": 640, "height": 600})
    assert explorer.page.title() == "Edges & <corners>"
    recipe = one_filter_recipe()
    recipe["input"] |= {"image": "camera", "color": "grey"}
    recipe["stages"][0] |= {"filters": [{"kernel": "sobel_x"}], "stride": [2, 2]}
    assert_bench_shows(explorer, maps_of(recipe), "conv1")
    expect(explorer.element().locator(".foot")).to_contain_text(LOCKED)
    stride = explorer.element().get_by_role("spinbutton", name="Stride")
    expect(stride).to_have_attribute("aria-disabled", "true")
    stride.focus()
    explorer.page.keyboard.press("ArrowUp")
    expect(stride).to_have_value("2")
    explorer.play()
    expect(explorer.element().locator(".transport-position")).not_to_contain_text(
        "row 23, column 40"
    )
    assert_never_asked(explorer)


def test_who_has_no_javascript_sees_the_scene_as_a_picture(browser: Browser, files: Path) -> None:
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto((files / "scene.html").as_uri())
    picture = page.get_by_role("img", name=re.compile("Coffee cup"))
    expect(picture).to_be_visible()
    box = picture.bounding_box()
    assert box and box["width"] == 800
    expect(page.locator("noscript p").first).to_be_visible()
    expect(page.locator(".arriving")).to_be_hidden()
    context.close()


# ---- from the page -----------------------------------------------------------------------------


def make_file(explorer: Explorer) -> Locator:
    """Have a file made in the dialog; gives its last button, which saves."""
    explorer.element().get_by_role("button", name="Export").click()
    dialog = explorer.element().get_by_role("dialog", name="Take it home")
    dialog.get_by_text("File", exact=True).click()
    dialog.get_by_role("button", name="Make the file").click()
    save = dialog.get_by_role("button", name="Save the file")
    expect(save).to_be_visible()
    return save


def test_the_page_says_how_large_the_file_is_and_saves_where_one_stands(
    open_explorer: OpenExplorer, tmp_path: Path, maps: dict[str, FloatArray]
) -> None:
    explorer = open_explorer(reduced_motion="reduce")
    select(explorer, "ReLU 1", 2)
    save = make_file(explorer)
    words = explorer.element().locator(".file-words").inner_text()
    assert re.match(r"kernelscope-[a-z0-9-]+\.html has 0\.\d MB\. ", words)
    assert "picture" not in words, "a sample is nobody's secret"
    with explorer.page.expect_download() as downloading:
        save.click()
    path = tmp_path / downloading.value.suggested_filename
    downloading.value.save_as(path)
    assert f"{path.name} has {path.stat().st_size / 1024**2:.1f} MB" in words
    saved = open_saved(open_explorer, path, reduced_motion="reduce")
    expect(tile(saved, "ReLU 1", 2)).to_have_attribute("aria-selected", "true")
    assert_bench_shows(saved, maps, "relu1", 1)


def test_an_uploaded_picture_goes_into_the_file_and_the_page_says_so(
    open_explorer: OpenExplorer, tmp_path: Path
) -> None:
    file = io.BytesIO()
    ramp = np.tile(np.arange(0, 192, 2, dtype=np.uint8), (96, 1))
    Image.fromarray(ramp).save(file, "PNG")
    explorer = open_explorer(reduced_motion="reduce")
    explorer.count_repaints()
    explorer.drop({"name": "lab.png", "mimeType": "image/png", "buffer": file.getvalue()})
    explorer.wait_for_repaint()
    save = make_file(explorer)
    expect(explorer.element().locator(".file-words")).to_contain_text("“lab.png” is in it")
    with explorer.page.expect_download() as downloading:
        save.click()
    downloading.value.save_as(tmp_path / "lab.html")
    saved = open_saved(open_explorer, tmp_path / "lab.html", reduced_motion="reduce")
    values = saved.element().evaluate(_VALUES, ["input", 0])
    expected = np.round(ramp.ravel() / np.float32(255), 2)
    np.testing.assert_allclose(np.float32(values), expected, atol=1e-6)


def test_pictures_are_saved_from_a_saved_file_too(open_explorer: OpenExplorer, files: Path) -> None:
    explorer = open_saved(open_explorer, files / "scene.html", reduced_motion="reduce")
    explorer.element().get_by_role("button", name="Export").click()
    dialog = explorer.element().get_by_role("dialog", name="Take it home")
    with explorer.page.expect_download() as downloading:
        dialog.get_by_role("button", name="Save SVG").click()
    assert "<svg" in downloading.value.path().read_text(encoding="utf-8")
    dialog.get_by_text("Animation", exact=True).click()
    expect(dialog).to_contain_text(LOCKED)
    assert_never_asked(explorer)


# ---- in pages of others ------------------------------------------------------------------------


@pytest.fixture
def site() -> Iterator[HostSite]:
    """Give a learning platform's file area."""
    with HostSite("") as host:
        yield host


@pytest.mark.parametrize("sandbox", ["", 'sandbox="allow-scripts"'])
def test_it_works_in_a_frame_of_another_page(
    open_explorer: OpenExplorer, files: Path, site: HostSite, sandbox: str
) -> None:
    site.pages["/area/7/scene.html"] = (files / "scene.html").read_text(encoding="utf-8")
    site.pages["/course.html"] = (
        '<!doctype html><html lang="en"><title>Course</title>'
        '<link rel="icon" href="data:,"><input aria-label="Notes" autofocus>'
        f'<iframe src="area/7/scene.html" width="1200" height="800" title="Scene" {sandbox}>'
        "</iframe>"
    )
    explorer = open_explorer(None, reduced_motion="reduce")
    explorer.page.goto(f"{site.url}/course.html")
    explorer.page.get_by_label("Notes").focus()
    inner = explorer.page.frame_locator("iframe")
    wait_for(inner.locator(ELEMENT))
    inner.locator(".inspector").wait_for()
    expect(explorer.page.get_by_label("Notes")).to_be_focused()
    values = inner.locator(ELEMENT).evaluate(_VALUES, ["pool2", 3])
    expected = trace_of(default_recipe()).stage("pool2").values[3]
    np.testing.assert_array_equal(np.float32(values), expected.ravel())
    assert [url for url in explorer.watch.requests if url.startswith("http")] == [
        f"{site.url}/course.html",
        f"{site.url}/area/7/scene.html",
    ]


_PLATFORM = """<!doctype html><html lang="en"><title>Platform</title>
<link rel="icon" href="data:,">
<script>
  window.calls = [];
  const values = {{"cmi.core.lesson_status": "{status}"}};
  window.API = {{
    LMSInitialize: (text) => (calls.push(["Initialize", text]), "true"),
    LMSGetValue: (name) => values[name] ?? "",
    LMSSetValue: (name, value) => (calls.push(["SetValue", name, value]), "true"),
    LMSCommit: (text) => (calls.push(["Commit", text]), "true"),
    LMSFinish: (text) => (calls.push(["Finish", text]), "true"),
    LMSGetLastError: () => "0",
  }};
</script>
<iframe src="frames.html" width="1200" height="800" title="Player"></iframe>"""
_FRAMES = """<!doctype html><link rel="icon" href="data:,">
<iframe src="course/index.html" width="1150" height="750" title="Content"></iframe>"""


@pytest.mark.parametrize("status", ["not attempted", "passed"])
def test_a_package_tells_the_platform_that_it_was_opened_and_nothing_else(
    open_explorer: OpenExplorer, site: HostSite, tmp_path: Path, status: str
) -> None:
    package = export("coffee", to=tmp_path / "scene.zip")
    for name in (archive := zipfile.ZipFile(io.BytesIO(package.read_bytes()))).namelist():
        site.pages[f"/course/{name}"] = archive.read(name).decode()
    site.pages["/platform.html"] = _PLATFORM.format(status=status)
    site.pages["/frames.html"] = _FRAMES
    explorer = open_explorer(None, reduced_motion="reduce")
    page = explorer.page
    page.goto(f"{site.url}/platform.html")
    content: FrameLocator = page.frame_locator("iframe").frame_locator("iframe")
    wait_for(content.frame_locator("iframe").locator(ELEMENT))
    begun = [["Initialize", ""]]
    if status == "not attempted":
        begun += [["SetValue", "cmi.core.lesson_status", "completed"], ["Commit", ""]]
    assert page.evaluate("window.calls") == begun
    page.locator("iframe").evaluate("(frame) => frame.remove()")
    assert page.evaluate("window.calls") == [*begun, ["Finish", ""]]


def test_a_package_without_a_platform_is_just_a_page(
    open_explorer: OpenExplorer, tmp_path: Path
) -> None:
    package = export("coffee", to=tmp_path / "scene.zip")
    zipfile.ZipFile(package).extractall(tmp_path / "course")
    explorer = open_explorer(None, reduced_motion="reduce")
    refuse_all(explorer.page)
    explorer.page.goto((tmp_path / "course" / "index.html").as_uri())
    wait_for(explorer.page.frame_locator("iframe").locator(ELEMENT))


def test_the_files_are_small(files: Path) -> None:
    assert (files / "scene.html").stat().st_size < 1.5 * MEGABYTE
