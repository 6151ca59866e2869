"""Every change of a setting or a weight reaches every map, as exactly the engine's output."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from app.numerics import kernels
from app.pipeline.defaults import default_recipe
from tests.browser import gestures
from tests.browser.agreement import assert_bench_shows, assert_pipeline_shows
from tests.browser.explorer import Explorer, OpenExplorer
from tests.browser.settings import choose, field, one_change, type_into

Recipe = dict[str, Any]
Change = Callable[[Explorer], None]
Patch = Callable[[Recipe], None]


@pytest.fixture
def still(open_explorer: OpenExplorer) -> Explorer:
    """Open the explorer with nothing moving."""
    explorer: Explorer = open_explorer(reduced_motion="reduce")
    explorer.pause()
    return explorer


def patched(patch: Patch) -> Recipe:
    """Give the default recipe with a change."""
    recipe = default_recipe()
    patch(recipe)
    return recipe


def with_stage(place: int, **changes: Any) -> Patch:
    """Make a patch of one stage."""
    return lambda recipe: recipe["stages"][place].update(changes)


def press(name: str) -> Change:
    """Make a press of a button of the inspector."""

    def change(explorer: Explorer) -> None:
        with one_change(explorer):
            explorer.region("Settings").get_by_role("button", name=name, exact=True).click()

    return change


def typed(name: str, text: str) -> Change:
    """Make a typed value."""
    return lambda explorer: type_into(explorer, name, text)


def tick(name: str) -> Change:
    """Make a press on a radio button of the inspector."""

    def change(explorer: Explorer) -> None:
        with one_change(explorer):
            explorer.region("Settings").get_by_role("radio", name=name).click()

    return change


def filter_patch(place: int, filters: dict[str, Any]) -> Patch:
    """Make a patch of one filter of the first convolution."""

    def patch(recipe: Recipe) -> None:
        recipe["stages"][0]["filters"][place] = filters

    return patch


def fewer_filters(recipe: Recipe) -> None:
    """Leave two filters; the second convolution's random slices follow by themselves."""
    recipe["stages"][0]["filters"] = recipe["stages"][0]["filters"][:2]
    recipe["stages"][0]["bias"] = recipe["stages"][0]["bias"][:2]


def first_written(edit: Callable[[np.ndarray], None]) -> Patch:
    """Make a patch that writes the first filter out and edits its weights."""

    def patch(recipe: Recipe) -> None:
        mix = np.array(recipe["stages"][0]["filters"][0]["mix"], dtype=np.float64)
        weight = mix[:, np.newaxis, np.newaxis] * kernels.preset("sobel_x").astype(np.float64)
        edit(weight)
        recipe["stages"][0]["filters"][0] = {"weight": weight.round(2).tolist()}

    return patch


CONV_CHANGES: dict[str, tuple[Change, Patch]] = {
    "a preset keeps the mix": (
        press("Emboss"),
        filter_patch(0, {"kernel": "emboss", "mix": [2, -1, -1]}),
    ),
    "channel mix": (
        typed("Mix of green", "0.5"),
        filter_patch(0, {"kernel": "sobel_x", "mix": [2, 0.5, -1]}),
    ),
    "fewer filters": (typed("Filters", "2"), fewer_filters),
    "kernel size 1": (
        typed("Kernel size", "1"),
        lambda recipe: recipe["stages"][0].update(
            kernel_size=[1, 1],
            filters=[{"weight": [[[float(weight)]]] * 3} for weight in (0, 0, 0, -8)],
        ),
    ),
    "kernel size 5": (typed("Kernel size", "5"), with_stage(0, kernel_size=[5, 5])),
    "kernel size 11": (typed("Kernel size", "11"), with_stage(0, kernel_size=[11, 11])),
    "stride 2": (press("More: Stride"), with_stage(0, stride=[2, 2])),
    "stride 3 by 1": (typed("Stride", "3x1"), with_stage(0, stride=[3, 1])),
    "padding 2": (typed("Padding", "2"), with_stage(0, padding=2)),
    "padding same": (typed("Padding", "same"), with_stage(0, padding="same")),
    "uneven padding": (typed("Padding", "0+2"), with_stage(0, padding=[[0, 2], [0, 2]])),
    "dilation 3": (typed("Dilation", "3"), with_stage(0, dilation=[3, 3])),
    "bias": (typed("Bias", "0.75"), with_stage(0, bias=[0.75, 0, 0, 0])),
}


@pytest.mark.parametrize("name", CONV_CHANGES)
def test_a_setting_of_a_convolution_reaches_every_map(still: Explorer, name: str) -> None:
    change, patch = CONV_CHANGES[name]
    change(still)
    maps = assert_pipeline_shows(still, patched(patch))
    assert_bench_shows(still, maps, "conv1")
    shape = " × ".join(str(length) for length in maps["conv1"].shape)
    expect(still.element().locator('.stage[data-stage="conv1"] .stage-shape')).to_have_text(shape)


@pytest.mark.parametrize(
    "label, mode",
    [("mirror image", "reflect"), ("edge cells", "replicate"), ("other side", "circular")],
)
def test_what_padding_holds_reaches_every_map(still: Explorer, label: str, mode: str) -> None:
    type_into(still, "Padding", "3")
    choose(still, "Padding holds", label)
    maps = assert_pipeline_shows(still, patched(with_stage(0, padding=3, padding_mode=mode)))
    assert_bench_shows(still, maps, "conv1")


ACTIVATIONS = ["leaky_relu", "elu", "gelu", "sigmoid", "tanh", "softplus", "hardswish", "none"]


def test_every_activation_reaches_every_map(still: Explorer) -> None:
    gestures.select(still, "ReLU 1")
    tiles = still.region("Settings").get_by_role("radiogroup").first
    for function in ACTIVATIONS:
        tile = tiles.locator(f'[data-item="{function}"]')
        if not tile.is_visible():
            still.region("Settings").get_by_role("button", name=re.compile("more$")).click()
        with one_change(still):
            tile.click()
        maps = assert_pipeline_shows(still, patched(with_stage(1, function=function)))
        gestures.wait_for_arithmetic(still)
        assert_bench_shows(still, maps, "relu1")


POOL_CHANGES: dict[str, tuple[Change, Patch]] = {
    "average": (tick("average"), with_stage(2, kind="average")),
    "size 3": (typed("Window", "3"), with_stage(2, kernel_size=[3, 3])),
    "stride 1": (typed("Stride", "1"), with_stage(2, stride=[1, 1])),
}


@pytest.mark.parametrize("name", POOL_CHANGES)
def test_a_setting_of_a_pooling_reaches_every_map(still: Explorer, name: str) -> None:
    gestures.select(still, "Pool 1")
    change, patch = POOL_CHANGES[name]
    change(still)
    maps = assert_pipeline_shows(still, patched(patch))
    gestures.wait_for_arithmetic(still)
    assert_bench_shows(still, maps, "pool1")


def weight_at(explorer: Explorer, row: int, column: int, slice_name: str) -> Locator:
    """Give a weight of the ledger, counted from 1."""
    name = f"weight row {row} column {column}, {slice_name}"
    ledger = explorer.element().get_by_role("group", name="Arithmetic of this cell")
    return ledger.get_by_role("spinbutton", name=name)


def set_blue_corner(value: float) -> Patch:
    """Make a patch of the last weight of the first filter."""

    def edit(weight: np.ndarray) -> None:
        weight[2, 2, 2] = value

    return first_written(edit)


def test_a_typed_weight_becomes_exactly_the_engines_output(still: Explorer) -> None:
    cell = weight_at(still, 3, 3, "blue slice")
    with one_change(still):
        cell.dblclick()
        still.page.keyboard.type("-2.35")
        still.page.keyboard.press("Enter")
    maps = assert_pipeline_shows(still, patched(set_blue_corner(-2.35)))
    assert_bench_shows(still, maps, "conv1")
    assert cell.input_value() == "−2.35"
    expect(still.region("Settings")).to_contain_text("Edited Sobel x")


def test_a_weight_stepped_by_keys_becomes_exactly_the_engines_output(still: Explorer) -> None:
    cell = weight_at(still, 1, 1, "red slice")
    cell.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight"):
        still.page.keyboard.press(key)
    still.page.keyboard.press("-")
    still.page.keyboard.press("-")
    expect(weight_at(still, 3, 3, "red slice")).to_have_value("1.8")

    def edit(weight: np.ndarray) -> None:
        weight[0, 2, 2] = 1.8

    wait_for_run(still, first_written(edit))


def test_a_dragged_weight_becomes_exactly_the_engines_output(still: Explorer) -> None:
    cell = weight_at(still, 2, 2, "green slice")
    box = cell.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    still.page.mouse.move(x, y)
    still.page.mouse.down()
    still.page.mouse.move(x, y - 30, steps=5)
    still.page.mouse.up()
    # 0.1 for every 4 CSS pixels.
    expect(cell).to_have_value("0.7")

    def edit(weight: np.ndarray) -> None:
        weight[1, 1, 1] = 0.7

    wait_for_run(still, first_written(edit))


def wait_for_run(explorer: Explorer, patch: Patch) -> None:
    """Wait until nothing is under way any more, then hold every map against the engine."""
    busy = explorer.element().locator('.strip[data-request="loading"] .tile')
    expect(busy).to_have_count(0)
    explorer.two_frames()
    expect(busy).to_have_count(0)
    explorer.two_frames()
    maps = assert_pipeline_shows(explorer, patched(patch))
    assert_bench_shows(explorer, maps, "conv1")


def test_undo_and_redo_bring_back_the_maps(still: Explorer) -> None:
    type_into(still, "Bias", "1")
    type_into(still, "Stride", "2")
    bias = with_stage(0, bias=[1, 0, 0, 0])
    both = with_stage(0, bias=[1, 0, 0, 0], stride=[2, 2])
    steps: tuple[tuple[str, Patch], ...] = (
        ("Control+z", bias),
        ("Control+z", lambda recipe: None),
        ("Control+Shift+z", bias),
        ("Control+Shift+z", both),
    )
    for key, patch in steps:
        with one_change(still):
            still.region("Bench").focus()
            still.page.keyboard.press(key)
        assert_pipeline_shows(still, patched(patch))
    undo = still.element().get_by_role("button", name="Undo", exact=True)
    redo = still.element().get_by_role("button", name="Redo", exact=True)
    expect(redo).to_have_attribute("aria-disabled", "true")
    with one_change(still):
        undo.click()
    assert_pipeline_shows(still, patched(bias))
    expect(redo).to_have_attribute("aria-disabled", "false")
    expect(field(still, "Stride")).to_have_value("1")


def test_the_latest_of_many_quick_changes_wins(still: Explorer) -> None:
    more = still.region("Settings").get_by_role("button", name="More: Bias")
    for _ in range(12):
        more.click()
    value = float(field(still, "Bias").input_value().replace("−", "-"))
    wait_for_run(still, with_stage(0, bias=[value, 0, 0, 0]))
    assert value == pytest.approx(-0.2 + 12 * 0.1)


def test_an_answer_that_comes_late_never_covers_a_newer_one(still: Explorer) -> None:
    late: list[Any] = []

    def delay_first(route: Any) -> None:
        if late:
            route.continue_()
        else:
            late.append(route)

    still.page.route("**/api/runs/bundle*", delay_first)
    type_or_fill(still, "Bias", "3")
    expect(still.element().locator('.strip[data-request="loading"] .tile').first).to_be_visible()
    still.page.wait_for_function("() => performance.now() > 0", timeout=2000)
    still.page.evaluate("() => new Promise(done => setTimeout(done, 600))")
    with one_change(still):
        type_or_fill(still, "Bias", "-1")
    assert_pipeline_shows(still, patched(with_stage(0, bias=[-1, 0, 0, 0])))
    late[0].continue_()
    still.two_frames()
    assert_pipeline_shows(still, patched(with_stage(0, bias=[-1, 0, 0, 0])))


def type_or_fill(explorer: Explorer, name: str, text: str) -> None:
    """Type a value without waiting for its maps."""
    control = field(explorer, name)
    control.fill(text)
    control.press("Enter")
