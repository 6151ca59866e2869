"""A poster shows the values of its run in the page's colours, and words that fit on it."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.numerics.shapes import FloatArray
from app.pictures.colours import TOKENS, Theme
from app.pictures.poster import HEIGHT, WIDTH, WIDTHS, draw_poster, poster
from app.pictures.sheet import Box, Placed, Sheet
from app.pictures.shown import shown
from app.pipeline.defaults import default_recipe
from app.pipeline.trace import Trace
from tests.browser import colours
from tests.pictures.scenes import Standing, default_run, one_filter, run_of
from tests.pipeline.recipes import pictures, recipes, repaired, traced

Pixels = npt.NDArray[np.uint8]


def pixels_of(sheet: Sheet) -> Pixels:
    pixels: Pixels = np.asarray(sheet.finished())
    return pixels


def cells_of(pixels: Pixels, placed: Placed) -> Pixels:
    """Take the pixel in the middle of every cell of a map."""
    rows, columns = np.arange(placed.rows), np.arange(placed.columns)
    y = (placed.top + (rows + 0.5) * placed.cell_px).astype(int)
    x = (placed.left + (columns + 0.5) * placed.cell_px).astype(int)
    cells: Pixels = pixels[y[:, np.newaxis], x]
    return cells


def free_of_frames(placed: Placed, box: tuple[range, range]) -> npt.NDArray[np.bool_]:
    """Tell which cells no frame around a window lies on."""
    reach = int(np.ceil(14 * placed.unit_px / placed.cell_px)) + 1
    mask = np.ones((placed.rows, placed.columns), np.bool_)
    rows, columns = (slice(max(0, axis[0] - reach), axis[-1] + 1 + reach) for axis in box)
    mask[rows, columns] = False
    return mask


def assert_cells(drawn: Pixels, expected: Pixels, mask: npt.NDArray[np.bool_]) -> None:
    assert mask.mean() > 0.5
    difference = np.abs(drawn.astype(int) - expected.astype(int))[mask]
    assert difference.max() <= 1, f"a cell differs by {difference.max()}"


def peak_of(values: FloatArray) -> float:
    return float(np.abs(values).max())


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 2400])
def test_every_cell_has_the_colour_of_its_value(theme: Theme, width: int) -> None:
    run = default_run()
    view = {"stage": "conv1", "map": 1, "cell": [49, 69]}
    sheet = draw_poster(Standing(view), run, width=width, theme=theme)
    pixels = pixels_of(sheet)
    source, result = sheet.placed["source"], sheet.placed["result"]
    assert source.cell_px == result.cell_px == 3 * width / 1200
    values = run.stage("conv1").maps[1].values
    expected = colours.signed(values, peak=peak_of(values), theme=theme)
    box = (range(49, 50), range(69, 70))
    assert_cells(cells_of(pixels, result), expected, free_of_frames(result, box))
    photo = np.rint(255 * run.input.values.transpose(1, 2, 0)).astype(np.uint8)
    window = (range(49, 52), range(69, 72))
    assert_cells(cells_of(pixels, source), photo, free_of_frames(source, window))


@pytest.mark.parametrize(("stage", "source"), [("relu1", "conv1"), ("pool1", "relu1")])
def test_a_value_keeps_its_colour_along_the_chain(stage: str, source: str) -> None:
    run = default_run()
    sheet = draw_poster(Standing({"stage": stage, "map": 2, "cell": [3, 3]}), run, theme="light")
    peak = peak_of(run.stage("conv1").maps[2].values)
    for name, shown_stage in (("source", source), ("result", stage)):
        values = run.stage(shown_stage).maps[2].values
        expected = colours.signed(values, peak=peak, theme="light")
        near = (range(0, 12), range(0, 12))
        drawn = cells_of(pixels_of(sheet), sheet.placed[name])
        assert_cells(drawn, expected, free_of_frames(sheet.placed[name], near))


def test_cells_that_are_not_reached_are_hatched() -> None:
    run = run_of(one_filter(stride=[2, 2]))
    sheet = draw_poster(Standing({"step": 22 * 47 + 39}), run)
    placed = sheet.placed["result"]
    cells = cells_of(pixels_of(sheet), placed)
    values = run.stage("conv1").maps[0].values
    expected = colours.signed(values, peak=peak_of(values), theme="light")
    difference = np.abs(cells.astype(int) - expected).max(axis=-1)
    is_painted: npt.NDArray[np.bool_] = difference <= 1
    mask = free_of_frames(placed, (range(22, 23), range(39, 40)))
    assert is_painted[:22][mask[:22]].all()
    grounds = [tuple(bytes.fromhex(TOKENS["light"].pending[1:]))]
    hatched = cells[23:][mask[23:]]
    assert np.mean([tuple(cell) in grounds for cell in hatched]) > 0.4
    assert not is_painted[23:][mask[23:]].all()


def test_rows_and_columns_that_no_window_reads_are_hatched() -> None:
    run = run_of(one_filter(stride=[2, 2]))
    sheet = draw_poster(Standing({"cell": [3, 3]}), run)
    cells = cells_of(pixels_of(sheet), sheet.placed["source"])
    photo = colours.grey(run.input.values[0])
    last = np.abs(cells[:, -1].astype(int) - photo[:, -1]).max(axis=-1)
    before = np.abs(cells[20:-1, -2].astype(int) - photo[20:-1, -2]).max(axis=-1)
    assert (last > 3).mean() > 0.9
    assert before.max() <= 1


def test_the_frames_stand_where_the_cell_and_its_window_are() -> None:
    sheet = draw_poster(Standing({"cell": [49, 69]}), default_run(), theme="light")
    pixels = pixels_of(sheet)
    for name, rows, columns, colour in (
        ("source", (49, 51), (69, 71), TOKENS["light"].input_line),
        ("result", (49, 49), (69, 69), TOKENS["light"].output_line),
    ):
        left, top, right, bottom = sheet.placed[name].box(rows, columns)
        expected = tuple(bytes.fromhex(colour[1:]))
        for x in (left - 5, right + 4):
            line = pixels[int((top + bottom) / 2), int(min(x, left - 2)) - 4 : int(right) + 8]
            assert expected in {tuple(pixel) for pixel in line}


# ---- words -------------------------------------------------------------------------------------


def words_of(sheet: Sheet) -> list[str]:
    return [written.text for written in sheet.written]


def in_line(sheet: Sheet, *, base: tuple[float, float] = (525, 575)) -> str:
    """Read the line of arithmetic."""
    parts = [
        written
        for written in sheet.written
        if base[0] < (written.box[1] + written.box[3]) / 2 < base[1]
    ]
    return "".join(part.text for part in sorted(parts, key=lambda part: part.box[0]))


def test_the_line_is_the_cell_in_numbers() -> None:
    sheet = draw_poster(Standing({"cell": [49, 69]}), default_run(), picture="Coffee cup")
    assert in_line(sheet) == "−2.50 + 2.82 + 3.04 − 0.20 = 3.16"
    words = words_of(sheet)
    assert {"red", "green", "blue", "bias", "Sobel x over “Coffee cup”"} <= set(words)
    assert "Conv 1  ·  4 filters 3 × 3, stride 1  ·  row 50, column 70 of 94 × 94" in words
    assert "3 × 96 × 96" in words
    value = default_run().stage("conv1").maps[0].values[49, 69]
    assert abs(float(value) - 3.16) < 1e-5


def test_nine_products_are_written_one_by_one_and_add_up() -> None:
    run = run_of(one_filter(stride=[2, 2]))
    sheet = draw_poster(Standing({"cell": [22, 39]}), run)
    left, _, right = in_line(sheet).partition(" = ")
    numbers = [Decimal(word.replace("−", "-")) for word in signed_words(left)]
    assert len(numbers) == 9
    assert sum(numbers) == Decimal(right.replace("−", "-"))
    picture, weight = run.input.values[0], run.stages[0].layer.tensors()["weight"][0, 0]
    products = picture[44:47, 78:81] * weight
    assert np.allclose([float(number) for number in numbers], products.ravel(), atol=1e-5)


def signed_words(text: str) -> list[str]:
    return text.replace(" + ", " ").replace(" − ", " −").split()


def test_window_and_kernel_are_written_cell_by_cell() -> None:
    run = run_of(one_filter(stride=[2, 2]))
    words = words_of(draw_poster(Standing({"cell": [22, 39]}), run))
    at = words.index("window")
    picture = run.input.values[0][44:47, 78:81]
    cells = [word for word in words[:at] if word.startswith("0.")]
    assert cells == [f"{value:.2f}" for value in picture.ravel()]
    for weight in ("−1", "−2", "1", "2"):
        assert weight in words


def test_a_pooling_names_its_largest_and_a_function_its_value() -> None:
    run = default_run()
    pooled = in_line(draw_poster(Standing({"stage": "pool1", "cell": [24, 34]}), run))
    assert pooled.startswith("max(") and pooled.endswith(" = 3.16")
    relu = in_line(draw_poster(Standing({"stage": "relu1", "cell": [49, 69]}), run))
    assert relu == "max(0, 3.16) = 3.16"


def test_without_a_cell_the_strongest_one_is_shown() -> None:
    run = default_run()
    facts = shown(Standing({"stage": "conv1"}), run)
    values = np.abs(run.stage("conv1").maps[0].values)
    assert values[facts.cell] == values.max()
    assert facts.painted == values.size


@pytest.mark.parametrize(
    "view",
    [
        {"stage": "tea", "map": 99, "cell": [1e9, -1], "step": "x"},
        {"stage": None, "map": -1, "cell": [float("nan"), 0], "step": 1e400},
        {"stage": ["conv1"], "map": True, "cell": "12", "step": -5},
        {},
    ],
)
def test_a_view_that_the_run_does_not_have_falls_back(view: dict[str, Any]) -> None:
    facts = shown(Standing(view), default_run())
    assert (facts.stage.id, facts.channel) == ("conv1", 0)
    assert facts.painted == 94 * 94


@pytest.mark.parametrize(("asked", "drawn"), [(1, WIDTHS[0]), (777, 777), (10**9, WIDTHS[1])])
def test_a_poster_is_never_larger_or_smaller_than_it_may_be(asked: int, drawn: int) -> None:
    pixels = pixels_of(draw_poster(Standing({"cell": [1, 1]}), default_run(), width=asked))
    assert pixels.shape == (round(drawn * HEIGHT / WIDTH), drawn, 3)


def test_a_poster_is_a_png_that_is_the_same_every_time() -> None:
    scene = Standing({"cell": [49, 69], "theme": "dark"})
    first = poster(scene, default_run(), width=480)
    assert first.startswith(b"\x89PNG\r\n")
    assert first == poster(scene, default_run(), width=480)
    assert first == poster(Standing({"cell": [49, 69]}), default_run(), width=480, theme="dark")


# ---- any scene ---------------------------------------------------------------------------------


def overlap(one: Box, other: Box) -> float:
    """Give how deep two boxes lie in each other."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return min(wide, high)


def assert_readable(sheet: Sheet) -> None:
    """Assert that all words are inside, and none lies on another."""
    for written in sheet.written:
        left, top, right, bottom = written.box
        assert left >= 0 and top >= 0 and right <= WIDTH and bottom <= HEIGHT, written
    for one, other in combinations(sheet.written, 2):
        assert overlap(one.box, other.box) < 3, (one, other)


KERNELS = ("identity", "gaussian_5", "gabor_45", "laplacian_of_gaussian", "roberts_x")


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("place", [[0, 0], [90, 90], [40, 7]])
def test_words_of_any_kernel_stand_by_themselves(kernel: str, place: list[int]) -> None:
    run = run_of(one_filter("coins", kernel, padding="same", bias=[-0.25]))
    for stage in ("conv1", "relu1"):
        assert_readable(draw_poster(Standing({"stage": stage, "cell": place}), run, width=480))


def test_words_of_every_stage_of_the_first_visit_stand_by_themselves() -> None:
    run = default_run()
    for stage in run.all_stages:
        for channel in range(len(stage.maps)):
            view = {"stage": stage.id, "map": channel}
            assert_readable(draw_poster(Standing(view), run, width=480, picture="Coffee cup"))


def every_line(trace: Trace) -> None:
    for stage in trace.all_stages:
        for channel in (0, len(stage.maps) - 1):
            view = {"stage": stage.id, "map": channel}
            assert_readable(draw_poster(Standing(view), trace, width=240))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(recipes(), pictures())
def test_any_run_has_a_poster_whose_words_can_be_read(
    data: dict[str, Any], picture: FloatArray
) -> None:
    shape = (picture.shape[0], picture.shape[1], picture.shape[2])
    every_line(traced(repaired(data, shape)[0], picture))


def test_the_recipe_of_the_first_visit_is_not_touched() -> None:
    assert default_run().recipe.canonical["input"]["image"] == default_recipe()["input"]["image"]


@given(st.integers(1, 40), st.integers(1, 40))
def test_a_map_lies_in_its_room_whatever_its_shape(rows: int, columns: int) -> None:
    sheet = Sheet(400, 400, width_px=800, ground="#FFFFFF")
    placed = sheet.place("a", np.zeros((rows, columns, 3), np.uint8), (50, 50, 350, 350))
    left, top, right, bottom = placed.whole
    assert left >= 49 and top >= 49 and right <= 351 and bottom <= 351
    assert max(right - left, bottom - top) >= 0.8 * 300


def test_numbers_that_are_not_whole_are_called_rounded() -> None:
    exact = draw_poster(Standing({"cell": [3, 3]}), run_of(one_filter()))
    assert {"window", "kernel"} <= set(words_of(exact))
    rounded = draw_poster(Standing({"cell": [3, 3]}), run_of(one_filter(kernel="gaussian_5")))
    assert {"window", "kernel, rounded"} <= set(words_of(rounded))
