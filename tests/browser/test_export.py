"""Taking things home: what is saved shows what the engine computed, and comes back unchanged."""

from __future__ import annotations

import base64
import io
import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Download, FilePayload, Locator, Route, expect
from safetensors.numpy import load

from app.pictures.colours import colourise
from app.pipeline.defaults import default_recipe
from tests.browser.agreement import EXACT, assert_pipeline_shows, assert_shows
from tests.browser.engine import maps_of
from tests.browser.explorer import Explorer, OpenExplorer
from tests.browser.screens import PHONE

SVG = "{http://www.w3.org/2000/svg}"
SMALL: dict[str, Any] = {
    "version": 1,
    "input": {"image": "step", "size": 12, "color": "grey"},
    "stages": [
        {"id": "conv1", "op": "conv", "filters": [{"kernel": "sobel_x"}]},
        {"id": "relu1", "op": "activation", "function": "relu"},
    ],
}


def json_file(content: Any, name: str = "recipe.json") -> FilePayload:
    """Give a file as it lies on a disk."""
    text = content if isinstance(content, str) else json.dumps(content)
    return {"name": name, "mimeType": "application/json", "buffer": text.encode()}


def open_export(explorer: Explorer, tab: str = "Picture") -> Locator:
    """Open the dialog at one of its tabs."""
    explorer.element().get_by_role("button", name="Export", exact=True).click()
    dialog = explorer.element().get_by_role("dialog", name="Take it home")
    dialog.wait_for()
    if tab != "Picture":
        dialog.get_by_role("radio", name=tab, exact=True).check(force=True)
    return dialog


def assert_result(explorer: Explorer, values: Any, *, like: Any) -> None:
    """Hold the result map on the bench against values, in the range of others."""
    expected = colourise(values, peak=float(np.abs(like).max()))
    assert_shows(explorer.pixels(explorer.result_canvas()), expected, EXACT)


def saved(explorer: Explorer, button: Locator) -> bytes:
    """Press a button and read what the browser was given to save."""
    with explorer.page.expect_download() as download:
        button.click()
    return read(download.value)


def read(download: Download) -> bytes:
    """Read a file that was saved."""
    return Path(download.path()).read_bytes()


def result_message(explorer: Explorer) -> Locator:
    """Give the message about a file."""
    return explorer.element().locator(".message.is-recipe")


@pytest.fixture
def still(open_explorer: OpenExplorer) -> Explorer:
    """Open the explorer with nothing moving."""
    return open_explorer(reduced_motion="reduce", accept_downloads=True)


def test_an_svg_shows_the_maps_and_numbers_of_the_engine(still: Explorer) -> None:
    dialog = open_export(still)
    text = saved(still, dialog.get_by_role("button", name="Save SVG")).decode()
    root = ElementTree.fromstring(text)
    maps = maps_of(default_recipe())
    expected = colourise(maps["conv1"][0], peak=float(np.abs(maps["conv1"][0]).max()))
    images = {image.get("data-map"): image for image in root.iter(f"{SVG}image")}
    shown = _image(str(images["conv1:0"].get("href")))
    rows, columns = expected.shape[:2]
    zoom = shown.shape[0] // rows
    assert shown.shape[:2] == (rows * zoom, columns * zoom)
    for place in (0, zoom - 1):
        cells = shown[place::zoom, place::zoom]
        assert np.abs(cells.astype(int) - expected).max() <= EXACT.largest
    photo = _image(str(images["input:picture"].get("href")))
    zoom = photo.shape[0] // maps["input"].shape[1]
    picture = np.rint(255 * maps["input"].transpose(1, 2, 0))
    assert np.abs(photo[::zoom, ::zoom].astype(int) - picture).max() <= EXACT.largest
    words = ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]
    total = still.element().locator(".ledger-total").inner_text()
    partials = still.element().locator(".row-partial").all_inner_texts()
    assert total in words
    assert set(partials) <= set(words)
    assert root.find(f"{SVG}title") is not None
    assert "foreignObject" not in text
    assert not re.search(r'href="(?!data:)', text)


def _image(url: str) -> Any:
    """Read the picture of a data URL."""
    data = base64.b64decode(url.removeprefix("data:image/png;base64,"))
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


def test_pngs_come_in_two_sizes_and_both_show_the_map(still: Explorer) -> None:
    dialog = open_export(still)
    dialog.get_by_role("radio", name="This map").check(force=True)
    dialog.get_by_role("radio", name="Dark").check(force=True)
    expect(dialog.locator(".export-size")).to_contain_text("612 × ")
    maps = maps_of(default_recipe())["conv1"][0]
    expected = colourise(maps, peak=float(np.abs(maps).max()), theme="dark")
    for name, scale in (("Save PNG 1×", 1), ("Save PNG 2×", 2)):
        data = saved(still, dialog.get_by_role("button", name=name))
        with Image.open(io.BytesIO(data)) as image:
            pixels = np.asarray(image.convert("RGB"))
        cell = 6 * scale
        left, top = 24 * scale, 54 * scale
        part = pixels[top + cell // 2 :: cell, left + cell // 2 :: cell][:94, :94]
        assert np.abs(part.astype(int) - expected).max() <= EXACT.largest
        assert tuple(pixels[0, 0]) == (0x13, 0x14, 0x16)


def test_the_overview_has_every_map_exactly(still: Explorer) -> None:
    dialog = open_export(still)
    dialog.get_by_role("radio", name="Overview").check(force=True)
    expect(dialog.get_by_role("img")).to_have_attribute("aria-label", re.compile("7 stages"))
    text = saved(still, dialog.get_by_role("button", name="Save SVG")).decode()
    images = {
        image.get("data-map"): str(image.get("href"))
        for image in ElementTree.fromstring(text).iter(f"{SVG}image")
    }
    maps = maps_of(default_recipe())
    for stage in ("conv2", "relu2"):
        for index in range(6):
            peak = float(np.abs(maps["conv2"][index]).max())
            expected = colourise(maps[stage][index], peak=peak)
            shown = _image(images[f"{stage}:{index}"])
            zoom = shown.shape[0] // expected.shape[0]
            assert np.abs(shown[::zoom, ::zoom].astype(int) - expected).max() <= EXACT.largest


def test_a_recipe_that_is_dropped_opens_and_undo_brings_back_what_was(still: Explorer) -> None:
    still.count_repaints()
    still.drop(json_file({"version": 1, "recipe": SMALL, "view": {"stage": "relu1", "map": 0}}))
    still.wait_for_repaint()
    assert_result(still, np.maximum(maps_of(SMALL)["conv1"][0], 0), like=maps_of(SMALL)["conv1"][0])
    expect(still.element().locator(".column.result .column-title")).to_contain_text("ReLU 1")
    still.count_repaints()
    still.element().get_by_role("button", name="Undo").click()
    still.wait_for_repaint()
    assert_pipeline_shows(still, default_recipe())


def test_a_recipe_goes_out_and_comes_back_as_the_same_run(still: Explorer) -> None:
    dialog = open_export(still, "Data")
    with still.page.expect_download() as download:
        dialog.get_by_role("link", name=re.compile("^Recipe")).click()
    recipe = json.loads(read(download.value))
    dialog.get_by_role("button", name="Close").click()
    before = still.element().evaluate("(element) => element.state.run.id")
    recipe["input"]["size"] = 64
    still.count_repaints()
    still.drop(json_file(recipe))
    still.wait_for_repaint()
    recipe["input"]["size"] = 96
    still.count_repaints()
    dialog = open_export(still, "Data")
    with still.page.expect_file_chooser() as chooser:
        dialog.get_by_role("button", name="Open a recipe").click()
    chooser.value.set_files(json_file(recipe))
    still.wait_for_repaint()
    assert still.element().evaluate("(element) => element.state.run.id") == before


# What is in the file, what is said, and what the browser complains about.
REFUSED = [
    ("{", "is not JSON", ""),
    ('{"name": "package"}', "no “input” with “stages”", ""),
    ("[" * 50_000, "nested deeper", ""),
    ({**SMALL, "input": {"image": "no-such-picture"}}, "no-such-picture", "404"),
    ({**SMALL, "stages": [{"id": "x", "op": "eval"}]}, "eval", "422"),
]


@pytest.mark.parametrize(
    "content, words, complaint", REFUSED, ids=["json", "other", "deep", "image", "op"]
)
def test_a_file_that_cannot_be_opened_says_why_and_changes_nothing(
    still: Explorer, content: Any, words: str, complaint: str
) -> None:
    before = still.element().evaluate("(element) => JSON.stringify(element.state.recipe)")
    if complaint:
        still.watch.expect(complaint)
    still.drop(json_file(content, "odd.json"))
    message = result_message(still)
    expect(message).to_contain_text("odd.json was not opened")
    expect(message).to_contain_text(words)
    after = still.element().evaluate("(element) => JSON.stringify(element.state.recipe)")
    assert after == before
    assert still.element().evaluate("(element) => element.state.past.length") == 0
    message.get_by_role("button", name="Close").click()
    expect(message).to_have_count(0)


def small_scene(explorer: Explorer) -> None:
    """Open twelve by twelve cells: an animation of them is quick."""
    explorer.count_repaints()
    explorer.drop(json_file(SMALL))
    explorer.wait_for_repaint()


def test_an_animation_has_the_frames_that_were_announced(still: Explorer) -> None:
    small_scene(still)
    dialog = open_export(still, "Animation")
    dialog.get_by_role("radio", name="Some rows").check(force=True)
    dialog.get_by_role("spinbutton", name="First row").fill("2")
    dialog.get_by_role("spinbutton", name="Last row").fill("3")
    dialog.get_by_role("combobox", name="Speed").select_option(label="6 windows a second")
    dialog.get_by_role("radio", name="576 px").check(force=True)
    dialog.get_by_role("radio", name="WebP").check(force=True)
    plan = dialog.locator(".export-plan")
    expect(plan).to_contain_text("20 frames of 576 × ")
    dialog.get_by_role("button", name="Make it").click()
    save = dialog.get_by_role("button", name="Save WebP")
    save.wait_for(timeout=60_000)
    with Image.open(io.BytesIO(saved(still, save))) as image:
        assert image.n_frames == 20  # type: ignore[attr-defined]
        delays = []
        for index in range(20):
            image.seek(index)
            image.load()
            delays.append(image.info["duration"])
        last = np.asarray(image.convert("RGB"))
    assert delays[:-1] == [170] * 19
    assert delays[-1] == 1500
    values = maps_of(SMALL)["conv1"][0]
    expected = colourise(values, peak=float(np.abs(values).max()))
    # Ten cells of 28 px at half the size; rows after the third are still to come.
    left, top, cell = 840 / 2, 46 / 2, 14
    for row in range(3):
        for column in range(10):
            if (row, column) in {(2, 9), (1, 9), (2, 8), (1, 8)}:
                continue
            pixel = last[int(top + (row + 0.5) * cell), int(left + (column + 0.5) * cell)]
            assert np.abs(pixel.astype(int) - expected[row, column]).max() <= 2, (row, column)


def test_an_animation_can_be_cancelled_and_made_again(still: Explorer) -> None:
    dialog = open_export(still, "Animation")
    dialog.get_by_role("radio", name="576 px").check(force=True)
    dialog.get_by_role("button", name="Make it").click()
    expect(dialog.get_by_text(re.compile(r"^Drawing frame \d+ of 100\.$"))).to_be_visible()
    assert still.element().evaluate("() => 1") == 1, "the page answers while frames are drawn"
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog.get_by_role("progressbar")).to_have_count(0)
    expect(dialog.get_by_role("button", name="Make it")).to_be_focused()
    expect(dialog.locator(".export-result")).to_be_empty()
    still.page.wait_for_timeout(300)
    expect(dialog.locator(".export-result")).to_be_empty()


def test_a_refusal_of_the_server_is_said(still: Explorer) -> None:
    small_scene(still)
    detail = "Frame 3 cannot be decoded; send it again."

    def refuse(route: Route) -> None:
        problem = {"status": 422, "code": "damaged_image", "title": "x", "detail": detail}
        route.fulfill(status=422, body=json.dumps(problem), content_type="application/problem+json")

    still.page.route("**/api/animations", refuse)
    still.watch.expect("422")
    dialog = open_export(still, "Animation")
    dialog.get_by_role("combobox", name="Speed").select_option(label="4 rows a second")
    dialog.get_by_role("button", name="Make it").click()
    expect(dialog.locator(".export-plan")).to_have_text(detail)
    expect(dialog.get_by_role("button", name="Make it")).to_be_visible()


def test_too_many_frames_are_refused_before_they_are_drawn(still: Explorer) -> None:
    dialog = open_export(still, "Animation")
    dialog.get_by_role("combobox", name="Speed").select_option(label="2 windows a second")
    plan = dialog.locator(".export-plan")
    expect(plan).to_contain_text("8,836 frames; at most 600")
    expect(dialog.get_by_role("button", name="Make it")).to_be_disabled()
    dialog.get_by_role("radio", name="Some rows").check(force=True)
    dialog.get_by_role("spinbutton", name="Last row").fill("500")
    expect(plan).to_contain_text("Rows go from 1 to 94")


def test_the_files_of_the_data_tab_are_the_run(still: Explorer) -> None:
    dialog = open_export(still, "Data")
    maps = maps_of(default_recipe())
    with still.page.expect_download() as download:
        dialog.get_by_role("link", name=re.compile(r"^Values ?\.npy")).click()
    np.testing.assert_array_equal(np.load(io.BytesIO(read(download.value))), maps["conv1"])
    with still.page.expect_download() as download:
        dialog.get_by_role("link", name=re.compile("Every tensor.*safetensors")).click()
    tensors = load(read(download.value))
    for stage, values in maps.items():
        np.testing.assert_array_equal(tensors[f"{stage}.output"], values)


def test_the_dialog_works_by_keyboard_and_gives_the_focus_back(still: Explorer) -> None:
    button = still.element().get_by_role("button", name="Export", exact=True)
    button.focus()
    still.page.keyboard.press("Enter")
    dialog = still.element().get_by_role("dialog", name="Take it home")
    dialog.get_by_role("radio", name="Picture").focus()
    still.page.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("button", name="Make it")).to_be_visible()
    still.page.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("link", name=re.compile("^Recipe"))).to_be_visible()
    still.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(button).to_be_focused()


def test_on_a_phone_the_dialog_fits(open_explorer: OpenExplorer) -> None:
    explorer = open_explorer(viewport=PHONE, reduced_motion="reduce", has_touch=True)
    dialog = open_export(explorer)
    for tab in ("Picture", "Animation", "Data", "File"):
        dialog.get_by_role("radio", name=tab, exact=True).check(force=True)
        explorer.two_frames()
        box = dialog.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
        assert not dialog.evaluate("(element) => element.scrollWidth > element.clientWidth + 1")


def test_no_tab_of_the_dialog_has_a_violation(
    open_explorer: OpenExplorer, assert_accessible: Callable[[Explorer], None]
) -> None:
    explorer = open_explorer(reduced_motion="reduce", bypass_csp=True)
    dialog = open_export(explorer)
    for tab in ("Picture", "Animation", "Data", "File"):
        dialog.get_by_role("radio", name=tab, exact=True).check(force=True)
        explorer.two_frames()
        assert_accessible(explorer)
