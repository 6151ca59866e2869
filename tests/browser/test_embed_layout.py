"""Embeds by themselves: what is drawn and printed, what can be changed, in every width."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from app.images.samples import Samples
from app.numerics.shapes import FloatArray
from app.pipeline.limits import Limits
from app.resources import folder
from app.scenes.address import read_address
from tests.browser import colours
from tests.browser.agreement import EXACT, assert_bench_shows, assert_shows
from tests.browser.engine import maps_of, trace_of
from tests.browser.explorer import ELEMENT, Explorer, OpenExplorer
from tests.browser.reading import assert_prints, number

EDGES = "image=camera&kernel=sobel-x&stride=2"
EVERYTHING = "controls=preset,kernel,stride,padding,dilation,bias,transport,ledger,pipeline"
COLUMN = 594
WIDTHS = (320, 360, 390, 430, 480, 559, 560, 594, 640, 700, 768, 819, 820, 910, 1000)

OpenEmbed = Callable[..., Explorer]

# Parts that stick out of the card, or of the page; what only screen readers see may.
_OVERFLOWING = """(element) => {
  const root = element.shadowRoot;
  const card = root.querySelector(".card").getBoundingClientRect();
  const found = [];
  for (const part of root.querySelectorAll(".card *")) {
    if (part.closest(".visually-hidden, .box, .tooltip, .readout, svg, .pending-window")) continue;
    const box = part.getBoundingClientRect();
    if (box.width === 0 || !part.checkVisibility({ visibilityProperty: true })) continue;
    if (box.left < card.left - 0.5 || box.right > card.right + 0.5)
      found.push(`${part.className} ${box.left} ${box.right}`);
  }
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) found.push(`the page scrolls sideways: ${scrollWidth}`);
  return found;
}"""

# Texts that are wider than the cells they stand in.
_TOO_WIDE = """(cells) => {
  const pen = new OffscreenCanvas(1, 1).getContext("2d");
  return cells.flatMap((cell) => {
    const style = getComputedStyle(cell);
    const text = cell.value ?? cell.textContent;
    pen.font = style.font;
    pen.letterSpacing = style.letterSpacing;
    const width = pen.measureText(text).width;
    return width > cell.getBoundingClientRect().width ? [`${text} ${width}`] : [];
  });
}"""


@pytest.fixture
def open_embed(open_explorer: OpenExplorer) -> OpenEmbed:
    """Open an embed as its own page: ``open_embed("image=coffee", width=320)``."""

    def open_page(query: str, *, width: int = COLUMN, **options: Any) -> Explorer:
        embed = open_explorer(None, viewport={"width": width, "height": 900}, **options)
        embed.page.goto(f"{embed.url}/embed?{query}")
        embed.wait_until_ready()
        embed.element().locator(".readout").first.wait_for(state="attached")
        embed.element().locator(".foot").wait_for(state="attached")
        return embed

    return open_page


def scene_of(query: str) -> dict[str, Any]:
    """Read the recipe that an address means, as the server does."""
    samples = Samples(folder("sample_images"))
    return dict(read_address(f"/embed?{query}", samples=samples, limits=Limits()).scene.recipe)


def recipe_of(embed: Explorer) -> dict[str, Any]:
    """Read the recipe that the embed shows now, as it is sent."""
    recipe: dict[str, Any] = embed.element().evaluate("(element) => element.state.recipe")
    for stage in recipe["stages"]:
        for filter_ in stage.get("filters", ()):
            filter_.pop("edited", None)
    return recipe


def terms_of(line: Locator) -> list[Decimal]:
    """Read the signed terms of a line, as printed."""
    texts = line.locator(".term").all_inner_texts()
    return [number(text.replace(" ", "").removeprefix("+")) for text in texts]


def products_of(
    maps: dict[str, FloatArray], weight: FloatArray, row: int, column: int, *, stride: int
) -> FloatArray:
    """Multiply a window of the picture with the slices of one filter."""
    _, high, wide = weight.shape
    top, left = row * stride, column * stride
    products: FloatArray = maps["input"][:, top : top + high, left : left + wide] * weight
    return products


def test_the_line_of_terms_is_the_engines_products_and_adds_up_to_its_cell(
    open_embed: OpenEmbed,
) -> None:
    embed = open_embed(f"{EDGES}&step=1074")
    recipe = scene_of(EDGES)
    maps = maps_of(recipe)
    weight = np.array([[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]], np.float32)
    element = embed.element()
    expect(element.locator(".transport-position")).to_have_text("row 23, column 40 of 47 × 47")
    printed = terms_of(element.locator(".sum-line"))
    products = products_of(maps, weight, 22, 39, stride=2).ravel()
    assert [float(term) for term in printed] == pytest.approx(products.tolist(), abs=0.005)
    expect(element.locator(".sum-relation")).to_have_text("=")
    total = element.locator(".sum-value").inner_text()
    assert sum(printed) == number(total)
    assert_prints(total, float(maps["conv1"][0, 22, 39]))


def test_the_maps_are_the_engines_and_stand_under_the_designs_titles(
    open_embed: OpenEmbed,
) -> None:
    embed = open_embed(EDGES)
    maps = maps_of(scene_of(EDGES))
    assert_shows(embed.pixels(embed.source_canvas()), colours.grey(maps["input"][0]), EXACT)
    assert_bench_shows(embed, maps, "conv1")
    titles = embed.element().get_by_role("heading", level=2).all_inner_texts()
    assert titles == ["Input", "Output"]
    sizes = embed.element().locator(".column-size").all_inner_texts()
    assert sizes == ["96 × 96", "47 × 47"]
    note = embed.element().locator(".foot-note")
    sentence = "Stride 2 leaves one row and one column of the photograph unread (hatched)."
    expect(note).to_have_text(sentence)


def test_at_a_step_the_map_is_painted_up_to_there_and_nothing_moves(open_embed: OpenEmbed) -> None:
    embed = open_embed(f"{EDGES}&step=1074")
    assert not embed.is_playing()
    expect(embed.element().get_by_role("slider", name="Window")).to_have_value("1074")
    result = embed.element().locator(".column.result")
    map_box = result.locator(".map-frame").bounding_box()
    # Below row 23 of 47 everything is hatched; the rest of that row too.
    below = result.locator(".pending-window:not(.row)").bounding_box()
    row = result.locator(".pending-window.row").bounding_box()
    assert map_box and below and row
    cell = map_box["height"] / 47
    assert below["y"] - map_box["y"] == pytest.approx(23 * cell, abs=0.6)
    assert row["x"] - map_box["x"] == pytest.approx(40 * cell, abs=0.6)
    assert row["y"] - map_box["y"] == pytest.approx(22 * cell, abs=0.6)


def test_three_channels_are_three_lines_then_bias_and_total(open_embed: OpenEmbed) -> None:
    embed = open_embed("image=coffee&cell=50,70")
    trace = trace_of(scene_of("image=coffee"))
    maps = {stage.id: stage.values for stage in trace.all_stages}
    lines = embed.element().locator(".sum-lines .sum-line")
    expect(lines).to_have_count(3)
    weight = trace.stage("conv1").layer.tensors()["weight"][0]  # type: ignore[union-attr]
    products = products_of(maps, weight, 49, 69, stride=1)
    partials = []
    for place, name in enumerate("RGB"):
        expect(lines.nth(place).locator(".sum-name")).to_have_text(name)
        terms = terms_of(lines.nth(place))
        expected = products[place].ravel().tolist()
        assert [float(term) for term in terms] == pytest.approx(expected, abs=0.005)
        partials.append(number(lines.nth(place).locator(".sum-value").inner_text()))
        assert sum(terms) == partials[-1]
    closing = embed.element().locator(".sum-closing")
    bias = number(closing.locator(".bias .term").inner_text().strip())
    total = closing.locator(".sum-total").inner_text()
    assert sum(partials) + bias == number(total)
    assert_prints(total, float(maps["conv1"][0, 49, 69]))


@pytest.mark.parametrize(
    ("query", "stage", "lines"),
    [
        ("image=camera&kernel=gaussian-5&cell=20,30", "conv1", 1),
        ("stage=conv2&map=3&cell=20,30", "conv2", 4),
    ],
)
def test_rounded_terms_say_so_and_the_total_is_the_engines(
    open_embed: OpenEmbed, query: str, stage: str, lines: int
) -> None:
    embed = open_embed(query)
    maps = maps_of(scene_of(query))
    element = embed.element()
    expect(element.locator(".sum-lines .sum-line")).to_have_count(lines)
    place = 2 if stage == "conv2" else 0
    total = element.locator(".sum-total:visible, .sums.single .sum-value").first.inner_text()
    assert_prints(total, float(maps[stage][place, 19, 29]))
    expect(element.locator(".sum-lines .sum-relation").first).to_have_text("≈")
    expect(element.locator(".foot-note")).to_contain_text("Products are printed rounded.")


def test_pool_and_relu_have_their_panels_and_the_engines_numbers(open_embed: OpenEmbed) -> None:
    query = f"image=camera&kernel=sobel-x&stage=pool1&cell=30,12&{EVERYTHING}"
    embed = open_embed(query)
    maps = maps_of(scene_of(query))
    element = embed.element()
    result = element.locator(".pool-result")
    result.wait_for()
    assert_prints(result.inner_text(), float(maps["pool1"][0, 29, 11]))
    assert_bench_shows(embed, maps, "pool1")
    expect(element.locator(".sums")).to_be_hidden()
    element.get_by_role("navigation", name="Pipeline").get_by_role("button", name="ReLU 1").click()
    expect(element.locator(".curve")).to_be_visible()
    assert_bench_shows(embed, maps, "relu1")
    expect(element.locator(".sentence")).to_contain_text("ReLU keeps every positive cell")


def test_controls_are_the_chosen_ones_in_their_fixed_order(open_embed: OpenEmbed) -> None:
    embed = open_embed(f"{EDGES}&controls=bias,stride,transport,preset,padding&hide=padding")
    element = embed.element()
    element.locator(".controls").wait_for()
    labels = element.locator(".controls :is(.control-label, .setting-label)").all_inner_texts()
    assert labels == ["Kernel", "Stride", "Bias"]
    expect(element.locator(".sums")).to_be_hidden()
    expect(element.locator(".pipeline-place")).to_be_hidden()
    expect(element.locator(".playback")).to_be_visible()
    assert element.get_by_role("spinbutton", name="weight row 1 column 1").count() == 0


def test_an_embed_may_have_no_controls_at_all(open_embed: OpenEmbed) -> None:
    embed = open_embed(f"{EDGES}&controls=none")
    element = embed.element()
    for part in (".controls-place", ".playback", ".sums", ".pipeline-place"):
        expect(element.locator(part)).to_be_hidden()
    assert_bench_shows(embed, maps_of(scene_of(EDGES)), "conv1")


def test_stride_and_preset_change_what_is_computed(open_embed: OpenEmbed) -> None:
    embed = open_embed(EDGES)
    element = embed.element()
    embed.count_repaints()
    element.get_by_role("button", name="More: Stride").click()
    embed.wait_for_repaint()
    changed = recipe_of(embed)
    assert changed["stages"][0]["stride"] == [3, 3]
    assert_bench_shows(embed, maps_of(changed), "conv1")
    element.get_by_role("button", name="Sobel y").click()
    embed.wait_for_repaint(2)
    assert recipe_of(embed)["stages"][0]["filters"][0]["kernel"] == "sobel_y"
    assert_bench_shows(embed, maps_of(recipe_of(embed)), "conv1")
    expect(element.locator(".kernel-name")).to_have_text("Sobel y")
    link = element.get_by_role("link", name="Open in Kernelscope")
    expect(link).to_have_attribute("href", "/?image=camera&kernel=sobel-y&stride=3")
    expect(link).to_have_attribute("target", "_blank")


def test_weights_are_edited_where_they_stand_and_the_edit_is_undone(open_embed: OpenEmbed) -> None:
    embed = open_embed(f"{EDGES}&controls=kernel,ledger")
    weight = embed.first_weight()
    weight.focus()
    embed.count_repaints()
    embed.page.keyboard.type("4")
    embed.page.keyboard.press("Enter")
    embed.wait_for_repaint()
    changed = recipe_of(embed)
    assert changed["stages"][0]["filters"][0]["weight"][0][0][0] == 4
    assert_bench_shows(embed, maps_of(changed), "conv1")
    expect(embed.element().locator(".kernel-name")).to_have_text("Edited Sobel x")
    embed.element().get_by_role("button", name="Undo", exact=True).click()
    embed.wait_for_repaint(2)
    assert_bench_shows(embed, maps_of(scene_of(EDGES)), "conv1")


def test_what_is_locked_is_shown_says_why_and_stays(open_embed: OpenEmbed) -> None:
    embed = open_embed(f"{EDGES}&{EVERYTHING}&lock=preset,kernel,stride")
    element = embed.element()
    before = recipe_of(embed)
    preset = element.get_by_role("button", name="Sobel y")
    expect(preset).to_have_attribute("aria-disabled", "true")
    preset.click(force=True)
    element.get_by_role("button", name="More: Stride").click(force=True)
    stride = element.get_by_role("spinbutton", name="Stride")
    expect(stride).to_have_attribute("aria-disabled", "true")
    stride.focus()
    embed.page.keyboard.press("ArrowUp")
    weight = embed.first_weight()
    expect(weight).to_have_attribute("aria-readonly", "true")
    weight.focus()
    embed.page.keyboard.type("4")
    embed.page.keyboard.press("Enter")
    assert recipe_of(embed) == before
    preset.hover()
    expect(element.locator(".tooltip")).to_have_text("Locked by the author of this page.")
    embed.count_repaints()
    element.get_by_role("button", name="More: Padding").click()
    embed.wait_for_repaint()
    assert recipe_of(embed) != before, "what is not locked can be changed"


def test_keys_work_only_after_a_click_and_nothing_has_taken_the_focus(
    open_embed: OpenEmbed,
) -> None:
    embed = open_embed(f"{EDGES}&step=100")
    position = embed.element().locator(".transport-position")
    assert embed.page.evaluate("document.activeElement === document.body")
    embed.page.keyboard.press("ArrowRight")
    embed.page.keyboard.press("Space")
    embed.two_frames()
    expect(position).to_have_text("row 3, column 6 of 47 × 47")
    assert not embed.is_playing()
    embed.element().locator(".sums").click(position={"x": 2, "y": 2})
    embed.page.keyboard.press("ArrowRight")
    expect(position).to_have_text("row 3, column 7 of 47 × 47")
    for letter in ("e", "s", "?"):
        embed.page.keyboard.press(letter)
    assert embed.element().get_by_role("dialog").count() == 0


@pytest.mark.parametrize(
    "query",
    [
        f"{EDGES}&step=1074",
        f"image=coffee&{EVERYTHING}",
        f"stage=conv2&{EVERYTHING}",
        f"image=camera&kernel=gaussian-5&{EVERYTHING}",
        f"image=camera&kernel=sobel-x&stage=relu1&{EVERYTHING}",
    ],
    ids=["edges", "colour", "deep", "large kernel", "relu"],
)
def test_from_320_to_1000_px_nothing_is_cut_and_nothing_scrolls(
    open_embed: OpenEmbed, query: str
) -> None:
    embed = open_embed(query)
    found = {}
    for width in WIDTHS:
        embed.page.set_viewport_size({"width": width, "height": 900})
        embed.two_frames()
        if overflowing := embed.element().evaluate(_OVERFLOWING):
            found[width] = overflowing
    assert not found


@pytest.mark.parametrize("width", [320, 390, COLUMN])
def test_the_height_is_the_same_at_every_window(open_embed: OpenEmbed, width: int) -> None:
    embed = open_embed("image=camera&kernel=laplacian-8&stride=2", width=width)
    heights = set()
    for step in range(0, 2209, 131):
        embed.element().evaluate("(element, by) => element.step(by)", 131 if step else 0)
        embed.two_frames()
        heights.add(embed.page.evaluate("document.documentElement.scrollHeight"))
    assert len(heights) == 1


def test_three_windows_stand_abreast_only_where_there_is_room(open_embed: OpenEmbed) -> None:
    embed = open_embed("image=coffee", width=1000)
    windows = embed.element().locator(".windows > :visible")
    expect(windows).to_have_count(3)
    embed.page.set_viewport_size({"width": COLUMN, "height": 900})
    expect(windows).to_have_count(1)
    embed.element().get_by_role("button", name="Channel G").click()
    expect(embed.element().locator(".pair-label:visible")).to_have_text("G window")


@pytest.mark.parametrize("query", ["kernel=gabor-45", "kernel=gabor-45&controls=kernel"])
def test_numbers_of_a_kernel_of_five_have_room_in_the_narrowest_column(
    open_embed: OpenEmbed, query: str
) -> None:
    embed = open_embed(query, width=320)
    cells = embed.element().locator(".kernels > .open :is(.cell, .kernel-input):visible")
    if "controls" in query:
        embed.element().locator(".kernel-input").first.wait_for()
    expect(cells).to_have_count(25)
    texts = cells.evaluate_all("(cells) => cells.map((cell) => cell.value ?? cell.textContent)")
    assert texts.count("\u22120.56") >= 2, texts
    assert cells.evaluate_all(_TOO_WIDE) == []


def test_a_note_about_the_address_covers_no_number_and_counts_as_height(
    open_embed: OpenEmbed,
) -> None:
    embed = open_embed("image=camera&kernel=sobel-x&stride=banana", width=480)
    note = embed.element().locator(".note")
    expect(note).to_contain_text("banana")
    box = note.bounding_box()
    assert box
    for part in (".sums", ".pairs", ".controls"):
        other = embed.element().locator(part).bounding_box()
        assert other
        above = other["y"] + other["height"] <= box["y"]
        assert above or other["y"] >= box["y"] + box["height"], part
    height = "() => document.body.getBoundingClientRect().height"
    with_note = embed.page.evaluate(height)
    note.get_by_role("button", name="Dismiss").click()
    assert embed.page.evaluate(height) <= with_note - box["height"]


def test_printed_it_is_a_picture_without_controls(open_embed: OpenEmbed) -> None:
    embed = open_embed(f"{EDGES}&step=1074&{EVERYTHING}")
    element = embed.element()
    element.locator(".controls").wait_for()
    embed.page.emulate_media(media="print")
    for part in (".controls", ".playback", ".foot-link", ".map-choice"):
        expect(element.locator(part)).to_be_hidden()
    for part in (".column.source canvas", ".column.result canvas", ".windows", ".kernels", ".sums"):
        expect(element.locator(part)).to_be_visible()
    expect(element.locator(".foot-note")).to_be_visible()


@pytest.mark.parametrize(
    ("query", "scheme", "theme"),
    [
        (EDGES, "dark", "dark"),
        (f"{EDGES}&theme=light", "dark", "light"),
        (f"{EDGES}&theme=dark", "light", "dark"),
    ],
)
def test_the_theme_is_the_hosts_or_a_fixed_one(
    open_embed: OpenEmbed, query: str, scheme: str, theme: Any
) -> None:
    embed = open_embed(query, color_scheme=scheme)
    assert_bench_shows(embed, maps_of(scene_of(EDGES)), "conv1", theme=theme)
    ground = embed.element().locator(".card").evaluate("(c) => getComputedStyle(c).backgroundColor")
    assert ground == ("rgb(27, 28, 31)" if theme == "dark" else "rgb(255, 255, 255)")
    around = embed.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert around == "rgba(0, 0, 0, 0)", "what is around the card is the host's"


def test_the_pipeline_is_one_line_that_leads_to_every_stage_and_map(open_embed: OpenEmbed) -> None:
    embed = open_embed(f"image=coffee&{EVERYTHING}", width=700)
    line = embed.element().get_by_role("navigation", name="Pipeline")
    line.wait_for()
    names = line.get_by_role("listitem").all_inner_texts()
    assert names == ["Input", "Conv 1", "ReLU 1", "Pool 1", "Conv 2", "ReLU 2", "Pool 2"]
    embed.element().get_by_role("button", name="Conv 2").click()
    line.get_by_role("combobox", name="Map").select_option(label="3")
    expect(embed.element().get_by_role("heading", name="Map 3 of 6")).to_be_visible()
    expect(line.locator("[aria-current]")).to_have_text("Conv 2")
    expect(embed.element().locator(".sums")).not_to_have_class("waiting")
    assert_bench_shows(embed, maps_of(scene_of("image=coffee")), "conv2", 2)


def test_an_embed_is_accessible_and_asks_for_no_part_of_the_explorer(
    open_embed: OpenEmbed, assert_accessible: Callable[[Explorer], None]
) -> None:
    embed = open_embed(f"image=coffee&{EVERYTHING}&lock=stride", bypass_csp=True)
    embed.element().locator(".controls").wait_for()
    names = {url.rpartition("/")[2] for url in embed.watch.requests}
    explorers = {"header.js", "overview.js", "inspector.js", "lens-view.js", "uploads.js"}
    assert explorers - {"uploads.js"} - names == explorers - {"uploads.js"}
    assert not {"first.css", "later.css"} & names
    assert embed.page.evaluate("document.querySelectorAll('a').length") == 0
    assert embed.page.locator(f"{ELEMENT} a[href]").count() == 1, "one way out"
    assert_accessible(embed)
