"""Samples and pictures of one's own: chosen, dropped, pasted, refused, forgotten by the server."""

from __future__ import annotations

import io
import urllib.request
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Locator, expect

from app.images.decode import decode, picture_id
from app.images.limits import DecodeLimits
from app.images.samples import Samples
from app.numerics.shapes import FloatArray
from app.pipeline.defaults import default_recipe
from app.resources import folder
from tests.browser import colours
from tests.browser.agreement import EXACT, assert_pipeline_shows, assert_shows
from tests.browser.engine import maps_of
from tests.browser.explorer import Explorer, OpenExplorer
from tests.browser.server import LiveServer
from tests.browser.settings import one_change, type_into

Recipe = dict[str, Any]


def png(width: int = 150, height: int = 120, *, name: str = "lab.png") -> FilePayload:
    """Make a picture of one's own: two ramps and a bright square off the middle."""
    rows, columns = np.mgrid[0:height, 0:width]
    red = 255 * columns // max(1, width - 1)
    green = 255 * rows // max(1, height - 1)
    blue = np.where((rows // 20 + columns // 20) % 2, 230, 20)
    pixels = np.stack([red, green, blue], axis=-1).astype(np.uint8)
    pixels[10:30, 40:60] = 255
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": file.getvalue()}


def recipe_with(**changes: Any) -> Recipe:
    """Give the default recipe with another input."""
    recipe = default_recipe()
    recipe["input"].update(changes)
    return recipe


def recipe_of_sample(image: str) -> Recipe:
    """Give the recipe of a sample; one without colour is read as grey, and its filters unmixed."""
    recipe = recipe_with(image=image)
    if Samples(folder("sample_images")).get(image).channels == 1:
        recipe["input"]["color"] = "grey"
        for filters in recipe["stages"][0]["filters"]:
            filters["mix"] = [1]
    return recipe


def recipe_of(file: FilePayload, **changes: Any) -> tuple[Recipe, FloatArray]:
    """Give the recipe of an upload and what its input stands for."""
    data = file["buffer"]
    recipe = recipe_with(image=picture_id(data), **changes)
    source = recipe["input"]
    picture = decode(data, limits=DecodeLimits())
    working = picture.working(
        source["size"], source["fit"], source["color"], source["quantize"], 1024
    )
    return recipe, working


def assert_loaded(explorer: Explorer, file: FilePayload) -> None:
    """Hold picture, maps and the header against a file."""
    expect(picture_button(explorer)).to_contain_text(file["name"])
    recipe, working = recipe_of(file)
    maps = assert_pipeline_shows(explorer, recipe, picture=working)
    expected = np.rint(255 * maps["input"].transpose(1, 2, 0)).astype(np.uint8)
    assert_shows(explorer.pixels(explorer.source_canvas()), expected, EXACT)


def picture_button(explorer: Explorer) -> Locator:
    """Give the button in the header that names the picture."""
    return explorer.element().locator(".picture-button")


def close_pictures(explorer: Explorer) -> None:
    """Close the dialog."""
    explorer.element().get_by_role("dialog").get_by_role("button", name="Close").click()


@pytest.fixture
def still(open_explorer: OpenExplorer) -> Explorer:
    """Open the explorer with nothing moving."""
    explorer: Explorer = open_explorer(reduced_motion="reduce")
    explorer.pause()
    return explorer


@pytest.mark.parametrize(
    "group, title, image",
    [("", "Camera", "camera"), ("", "Rocket", "rocket"), ("Patterns", "Step edge", "step")],
)
def test_a_sample_is_a_press_away(still: Explorer, group: str, title: str, image: str) -> None:
    dialog = still.open_pictures()
    if group:
        kinds = dialog.get_by_role("group", name="Kinds of pictures")
        kinds.get_by_role("button", name=group).click()
    found = dialog.locator(f'.sample[data-id="{image}"]')
    with one_change(still):
        found.click()
    expect(dialog).to_have_count(0)
    expect(picture_button(still)).to_contain_text(title)
    assert_pipeline_shows(still, recipe_of_sample(image))


def test_a_grey_picture_on_the_way_keeps_the_channel_mix(still: Explorer) -> None:
    for image in ("camera", "coffee"):
        dialog = still.open_pictures()
        with one_change(still):
            dialog.locator(f'.sample[data-id="{image}"]').click()
        assert_pipeline_shows(still, recipe_of_sample(image))
    undo = still.element().get_by_role("button", name="Undo", exact=True)
    with one_change(still):
        undo.click()
    assert_pipeline_shows(still, recipe_of_sample("camera"))


def test_the_header_names_the_picture_on_show_until_another_is_computed(still: Explorer) -> None:
    first = png(name="first.png")
    with one_change(still):
        still.drop(first)
    still.watch.expect("422")
    still.drop(png(1, 1, name="dot.png"))
    expect(still.element().locator(".message:not(.note)")).to_be_visible()
    expect(picture_button(still)).to_contain_text("first.png")
    assert_loaded(still, first)


@pytest.mark.parametrize("way", ["choose", "drop", "paste"])
def test_a_picture_of_ones_own_is_computed(still: Explorer, way: str) -> None:
    file = png()
    with one_change(still):
        {"choose": still.upload, "drop": still.drop, "paste": still.paste}[way](file)
    assert_loaded(still, file)
    expect(still.element().get_by_role("dialog")).to_have_count(0)


def test_size_crop_and_colour_of_a_picture_are_the_viewers_choice(still: Explorer) -> None:
    file = png(150, 90)
    with one_change(still):
        still.drop(file)
    dialog = still.open_pictures()
    with one_change(still):
        dialog.get_by_role("combobox").select_option("48")
    recipe, working = recipe_of(file, size=48)
    assert_pipeline_shows(still, recipe, picture=working)
    with one_change(still):
        dialog.get_by_role("button", name="Whole").click()
    recipe, working = recipe_of(file, size=48, fit="fit")
    assert working.shape == (3, 29, 48)
    assert_pipeline_shows(still, recipe, picture=working)
    with one_change(still):
        dialog.get_by_role("combobox").select_option("original")
    recipe, working = recipe_of(file, size=None, fit="fit")
    assert working.shape == (3, 90, 150)
    assert_pipeline_shows(still, recipe, picture=working)
    with one_change(still):
        dialog.get_by_role("button", name="Exact").click()
    recipe, working = recipe_of(file, size=None, fit="fit", quantize="exact")
    assert_pipeline_shows(still, recipe, picture=working)


def test_grey_leaves_one_channel_and_the_filters_follow(still: Explorer) -> None:
    dialog = still.open_pictures()
    with one_change(still):
        dialog.get_by_role("button", name="Grey", exact=True).click()
    close_pictures(still)
    recipe = recipe_with(color="grey")
    for place in range(4):
        recipe["stages"][0]["filters"][place]["mix"] = [1]
    maps = assert_pipeline_shows(still, recipe)
    drawn = still.pixels(still.source_canvas())
    assert_shows(drawn, colours.grey(maps["input"][0]), EXACT)
    expect(still.element().locator(".sentence")).to_contain_text("products and one bias make one")
    assert still.element().locator(".ledger-row").count() == 1


def test_a_document_is_refused_in_plain_words_and_the_picture_stays(still: Explorer) -> None:
    still.watch.expect("415")
    file: FilePayload = {
        "name": "lab-report.pdf",
        "mimeType": "application/pdf",
        "buffer": b"%PDF-1.7\n" + b"lab report" * 50,
    }
    still.upload(file)
    dialog = still.element().get_by_role("dialog", name="Choose a picture")
    alert = dialog.get_by_role("alert")
    expect(alert).to_contain_text("This file could not be used as a picture")
    expect(alert).to_contain_text("lab-report.pdf is a PDF document.")
    expect(alert).to_contain_text("Save the page as an image, or take a screenshot, and try again.")
    expect(alert).to_contain_text("Your coffee cup is still loaded.")
    expect(dialog.get_by_role("button", name="Choose another file")).to_be_visible()
    assert_pipeline_shows(still, default_recipe())
    dialog.get_by_role("button", name="Keep the coffee cup").click()
    expect(dialog).to_have_count(0)
    expect(picture_button(still)).to_contain_text("Coffee cup")
    expect(picture_button(still)).to_be_focused()
    expect(still.element().get_by_role("alert")).to_have_count(0)


def test_a_refused_drop_opens_the_dialog_and_another_file_is_taken(still: Explorer) -> None:
    still.watch.expect("415")
    broken: FilePayload = {"name": "notes.png", "mimeType": "image/png", "buffer": b"not a picture"}
    still.drop(broken)
    dialog = still.element().get_by_role("dialog", name="Choose a picture")
    expect(dialog.get_by_role("alert")).to_contain_text("notes.png")
    file = png()
    with one_change(still):
        with still.page.expect_file_chooser() as chooser:
            dialog.get_by_role("button", name="Choose another file").click()
        chooser.value.set_files(file)
    expect(dialog).to_have_count(0)
    expect(picture_button(still)).to_contain_text("lab.png")
    still.two_frames()
    assert_loaded(still, file)


def test_a_file_over_the_limit_is_not_even_sent(open_explorer: OpenExplorer) -> None:
    with LiveServer(max_upload_bytes=20_000) as small:
        explorer: Explorer = open_explorer(at=small, reduced_motion="reduce")
        noise = np.random.default_rng(5).integers(0, 256, (120, 120, 3), dtype=np.uint8)
        file = io.BytesIO()
        Image.fromarray(noise).save(file, "PNG")
        explorer.drop({"name": "beach.png", "mimeType": "image/png", "buffer": file.getvalue()})
        alert = explorer.element().get_by_role("dialog").get_by_role("alert")
        expect(alert).to_contain_text("beach.png")
        expect(alert).to_contain_text("try again")
        expect(alert).to_contain_text("Your coffee cup is still loaded.")
        assert not [url for url in explorer.watch.requests if url.endswith("/api/images")]
        assert_pipeline_shows(explorer, default_recipe())


def test_too_many_pixels_are_refused_with_the_limit(open_explorer: OpenExplorer) -> None:
    with LiveServer(max_pixels=10_000) as small:
        explorer: Explorer = open_explorer(at=small, reduced_motion="reduce")
        explorer.watch.expect("413|422")
        explorer.drop(png(name="beach.png"))
        alert = explorer.element().get_by_role("dialog").get_by_role("alert")
        expect(alert).to_contain_text("beach.png")
        expect(alert).to_contain_text("pixels")
        assert_pipeline_shows(explorer, default_recipe())


def test_an_expired_picture_is_sent_again_without_a_word(
    still: Explorer, server: LiveServer
) -> None:
    file = png()
    with one_change(still):
        still.drop(file)
    forget = urllib.request.Request(
        f"{server.url}/api/images/{picture_id(file['buffer'])}", method="DELETE"
    )
    urllib.request.urlopen(forget, timeout=10).close()
    # The browser itself notes the refused request; the page says nothing.
    still.watch.expect("404")
    type_into(still, "Bias", "0.5")
    recipe, working = recipe_of(file)
    recipe["stages"][0]["bias"] = [0.5, 0, 0, 0]
    assert_pipeline_shows(still, recipe, picture=working)
    expect(still.element().get_by_role("alert")).to_have_count(0)


def test_undo_brings_back_the_picture_before(still: Explorer) -> None:
    with one_change(still):
        still.drop(png())
    with one_change(still):
        still.element().get_by_role("button", name="Undo", exact=True).click()
    assert_pipeline_shows(still, default_recipe())
    expect(picture_button(still)).to_contain_text("Coffee cup")


@pytest.mark.parametrize("size", [28, 384])
def test_other_sizes_are_drawn_cell_by_cell(still: Explorer, size: int) -> None:
    still.choose_size(size)
    maps = maps_of(recipe_with(size=size))
    still.page.wait_for_function(
        """(size) => document.querySelector("conv-visualizer").shadowRoot
          .querySelector('canvas[data-role="result"]').width === size""",
        arg=maps["conv1"].shape[2],
    )
    still.two_frames()
    values = maps["conv1"][0]
    expected = colours.signed(values, peak=float(np.abs(values).max()), theme="light")
    assert_shows(still.pixels(still.result_canvas()), expected, EXACT)
