"""A link opens at the very same scene; the address follows what is on show; nothing is secret."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from app.pipeline.defaults import default_recipe
from app.scenes.address import read_address, write_address
from app.scenes.recipes import one_filter_recipe
from app.scenes.scene import Scene
from tests.browser import gestures, reading
from tests.browser.agreement import assert_bench_shows
from tests.browser.engine import maps_of, trace_of
from tests.browser.explorer import Explorer, OpenExplorer
from tests.browser.settings import one_change, type_into
from tests.browser.test_pictures import png
from tests.golden_addresses import own_pixels, own_weights, samples, stored

Recipe = dict[str, Any]


def address(explorer: Explorer) -> str:
    """Give path, query and fragment of the page."""
    parts = urlsplit(explorer.page.url)
    query = f"?{parts.query}" if parts.query else ""
    return parts.path + query + (f"#{parts.fragment}" if parts.fragment else "")


def wait_for_address(explorer: Explorer, pattern: str) -> None:
    """Wait until the address of the page matches."""
    explorer.page.wait_for_url(re.compile(pattern))


def notes(explorer: Explorer) -> Locator:
    """Give the message about what of an address could not be used."""
    return explorer.element().get_by_role("status").filter(has=explorer.page.locator("li"))


def link(recipe: Recipe, **view: Any) -> str:
    """Write the address of a scene."""
    return write_address(Scene(recipe, view), base="/", samples=samples())


def click(explorer: Explorer, cell: tuple[int, int], *, size: int) -> None:
    """Click a cell of the large map on the right, which is square."""
    gestures.click_cell(explorer, gestures.frame(explorer, "result"), cell, (size, size))


def assert_stands_at(explorer: Explorer, place: str) -> None:
    """Wait until the transport says where the playhead stands."""
    expect(explorer.element().locator(".transport-position")).to_contain_text(place)


def assert_scene(explorer: Explorer, recipe: Recipe, stage: str, number: int = 0) -> None:
    """Hold the large map on show against the engine."""
    assert_bench_shows(explorer, maps_of(recipe), stage, number)


def test_a_link_opens_at_the_very_same_cell(open_explorer: OpenExplorer) -> None:
    teacher: Explorer = open_explorer(
        "/?image=camera&kernel=gaussian-5&size=48", reduced_motion="reduce"
    )
    click(teacher, (11, 30), size=44)
    type_into(teacher, "Stride", "2")
    wait_for_address(teacher, "stride=2")
    click(teacher, (11, 20), size=22)
    wait_for_address(teacher, "cell=12,21")
    assert address(teacher) == "/?image=camera&size=48&kernel=gaussian-5&stride=2&cell=12,21"

    colleague: Explorer = open_explorer(address(teacher))
    assert_stands_at(colleague, "row 12, column 21 of 22")
    ours, theirs = reading.read_ledger(teacher), reading.read_ledger(colleague)
    assert theirs == ours
    recipe = read_address(address(teacher), samples=samples()).scene.recipe
    cell = trace_of(recipe).cell("conv1", channel=0, row=11, column=20)
    reading.assert_prints(theirs.total, cell["result"])
    assert_scene(colleague, recipe, "conv1")
    assert np.array_equal(
        colleague.pixels(colleague.result_canvas()), teacher.pixels(teacher.result_canvas())
    )
    assert address(colleague) == address(teacher)


def test_a_link_opens_at_its_window_with_the_map_painted_up_to_there(
    open_explorer: OpenExplorer,
) -> None:
    explorer: Explorer = open_explorer("/?stage=pool1&map=2&step=95")
    assert_stands_at(explorer, "row 3, column 1 of 47")
    assert gestures.painted(explorer) == 95
    assert not explorer.is_playing()


def test_back_and_forward_open_what_was_there(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer("/?kernel=emboss&size=48", reduced_motion="reduce")
    page, first = explorer.page, address(explorer)
    gestures.select(explorer, "ReLU 1")
    wait_for_address(explorer, "stage=relu1")
    click(explorer, (4, 5), size=46)
    wait_for_address(explorer, "cell=5,6")
    gestures.select(explorer, "Pool 1")
    wait_for_address(explorer, "stage=pool1")

    page.go_back()
    wait_for_address(explorer, "stage=relu1&cell=5,6")
    assert_stands_at(explorer, "row 5, column 6 of 46")
    page.go_back()
    wait_for_address(explorer, "size=48&kernel=emboss$|kernel=emboss&size=48$")
    page.wait_for_function(
        "() => document.querySelector('conv-visualizer').state.selection.stage === 'conv1'"
    )
    assert address(explorer) == first
    page.go_forward()
    page.go_forward()
    wait_for_address(explorer, "stage=pool1")
    recipe = read_address(first, samples=samples()).scene.recipe
    page.wait_for_function(
        "() => document.querySelector('conv-visualizer').state.selection.stage === 'pool1'"
    )
    explorer.two_frames()
    assert_scene(explorer, recipe, "pool1")


def test_of_addresses_that_follow_each_other_quickly_the_last_one_is_opened(
    open_explorer: OpenExplorer,
) -> None:
    explorer: Explorer = open_explorer("/?kernel=emboss", reduced_motion="reduce")
    long, short = link(own_weights(), stage="relu1"), "/?kernel=sobel-x"
    explorer.count_repaints()
    # What is packed takes longer to read than what follows it.
    explorer.page.evaluate(
        """(addresses) => {
          for (const address of addresses) {
            history.replaceState(null, "", address);
            dispatchEvent(new PopStateEvent("popstate"));
          }
        }""",
        [long, short],
    )
    explorer.wait_for_repaint()
    explorer.page.wait_for_timeout(500)
    assert_scene(explorer, one_filter_recipe(), "conv1")
    assert address(explorer) == short


def test_going_back_closes_a_dialog_about_the_scene_that_is_left(
    open_explorer: OpenExplorer,
) -> None:
    explorer: Explorer = open_explorer("/?kernel=emboss", reduced_motion="reduce")
    gestures.select(explorer, "ReLU 1")
    wait_for_address(explorer, "stage=relu1")
    explorer.page.keyboard.press("s")
    dialog = explorer.element().get_by_role("dialog", name="Share this scene")
    dialog.wait_for()
    explorer.page.go_back()
    expect(dialog).to_have_count(0)
    assert_scene(explorer, one_filter_recipe({"kernel": "emboss"}), "conv1")
    assert not explorer.is_playing()


def test_what_cannot_be_used_is_said_and_put_aside(
    open_explorer: OpenExplorer, assert_accessible: Callable[[Explorer], None]
) -> None:
    path = "/?kernel=sobel-x&stride=banana&cell=500,1&map=9#?secret=K8xMQZ"
    explorer: Explorer = open_explorer(path, reduced_motion="reduce", bypass_csp=True)
    message = notes(explorer)
    expect(message).to_contain_text("stride is “banana” in the address; it is a whole number")
    expect(message).to_contain_text("Map 9 is not there: conv1 has 1 map.")
    expect(message).to_contain_text("Cell 500,1 lies outside conv1")
    assert_scene(explorer, one_filter_recipe(), "conv1")
    assert_accessible(explorer)
    message.get_by_role("button", name="Dismiss").click()
    expect(message).to_be_hidden()


@pytest.mark.parametrize(
    "path",
    [
        "/?kernel=sobel-y&utm_source=moodle&amp;stride=2#?secret=K8xMQZ",
        "/?kernel=sobel-y&stride=2?wmode=opaque",
    ],
)
def test_what_hosts_append_is_passed_over(open_explorer: OpenExplorer, path: str) -> None:
    explorer: Explorer = open_explorer(path, reduced_motion="reduce")
    expect(notes(explorer)).to_have_count(0)
    recipe = one_filter_recipe({"kernel": "sobel_y"})
    recipe["stages"][0]["stride"] = [2, 2]
    assert_scene(explorer, recipe, "conv1")


@pytest.mark.parametrize("make", [own_weights, own_pixels], ids=["weights", "pixels"])
def test_weights_and_pixels_of_ones_own_travel_behind_the_hash(
    open_explorer: OpenExplorer, make: Any
) -> None:
    recipe = make()
    path = link(recipe, stage="relu1", cell=[2, 3])
    assert "#v1=" in path
    explorer: Explorer = open_explorer(path + "?secret=K8xMQZ", reduced_motion="reduce")
    assert_stands_at(explorer, "row 3, column 4 of")
    assert_scene(explorer, recipe, "relu1")
    expect(notes(explorer)).to_have_count(0)
    # Longer than a browser waits before it complains of something that was fetched for nothing.
    explorer.page.wait_for_timeout(4000)


def test_a_weight_that_was_changed_is_in_the_link(open_explorer: OpenExplorer) -> None:
    teacher: Explorer = open_explorer("/?kernel=sobel-x", reduced_motion="reduce")
    with one_change(teacher):
        teacher.first_weight().focus()
        teacher.page.keyboard.type("2.5")
        teacher.page.keyboard.press("Enter")
    wait_for_address(teacher, "#v1=")
    colleague: Explorer = open_explorer(address(teacher), reduced_motion="reduce")
    expect(colleague.first_weight()).to_have_value("2.5")
    state = "() => JSON.stringify(document.querySelector('conv-visualizer').state.run.id)"
    assert colleague.page.evaluate(state) == teacher.page.evaluate(state)


def test_an_upload_is_not_in_the_link_and_comes_back_with_forward(
    open_explorer: OpenExplorer,
) -> None:
    explorer: Explorer = open_explorer("/?image=cat&kernel=emboss", reduced_motion="reduce")
    explorer.count_repaints()
    explorer.upload(png())
    explorer.wait_for_repaint()
    explorer.page.wait_for_function("() => history.state?.kernelscope === 1")
    assert address(explorer) == "/?image=cat&kernel=emboss"
    image = "() => document.querySelector('conv-visualizer').state.run.recipe.input.image"
    upload = explorer.page.evaluate(image)
    explorer.page.go_back()
    explorer.page.wait_for_function(f"() => ({image})() === 'cat'")
    explorer.page.go_forward()
    explorer.page.wait_for_function(f"(id) => ({image})() === id", arg=upload)


def test_after_a_reload_the_page_says_once_that_the_upload_is_gone(
    open_explorer: OpenExplorer,
) -> None:
    explorer: Explorer = open_explorer("/?image=cat&kernel=emboss", reduced_motion="reduce")
    explorer.upload(png())
    explorer.page.wait_for_function("() => history.state?.kernelscope === 1")
    for note in (1, 0):
        explorer.page.reload()
        explorer.wait_until_ready()
        explorer.wait_until_usable()
        # What the address bar says, it says with the first thing it does.
        explorer.page.wait_for_function("() => history.state?.recipe?.input.image === 'cat'")
        notes = explorer.element().locator(".note").filter(has_text="Your own picture is no longer")
        expect(notes.locator("visible=true")).to_have_count(note)


def test_a_link_that_the_server_refuses_opens_the_first_scene_and_says_why(
    open_explorer: OpenExplorer,
) -> None:
    broken = one_filter_recipe({"kernel": "nobody"})
    explorer: Explorer = open_explorer(None, reduced_motion="reduce")
    explorer.watch.expect("422")
    explorer.open(f"/?stride=2#{stored({'recipe': broken})}")
    expect(notes(explorer)).to_contain_text("names the kernel 'nobody'")
    recipe = default_recipe()
    recipe["stages"][0]["stride"] = [2, 2]
    assert_scene(explorer, recipe, "conv1")


def test_another_fragment_typed_into_the_address_opens_its_scene(
    open_explorer: OpenExplorer,
) -> None:
    explorer: Explorer = open_explorer(reduced_motion="reduce")
    recipe = own_pixels()
    explorer.count_repaints()
    explorer.page.evaluate("(hash) => { location.hash = hash; }", link(recipe).split("#")[1])
    explorer.wait_for_repaint()
    assert_scene(explorer, recipe, "conv1")


def test_while_it_plays_the_address_stands_still(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer("/?kernel=emboss&foo=bar")
    explorer.play()
    explorer.page.wait_for_timeout(900)
    assert address(explorer) == "/?kernel=emboss&foo=bar"
    explorer.pause()
    wait_for_address(explorer, "step=[0-9]+&foo=bar$")
