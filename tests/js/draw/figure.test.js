import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { cellText, ledgerFigures } from "../../../static/describe/ledger.js";
import { short } from "../../../static/describe/numbers.js";
import { hatchLines, hex, wrapped } from "../../../static/draw/figure.js";
import { benchFigure } from "../../../static/draw/figure-bench.js";
import { mapFigure } from "../../../static/draw/figure-map.js";
import { overviewFigure } from "../../../static/draw/figure-overview.js";
import { PALETTES } from "../../../static/draw/palette.js";
import { colouring, rasterise } from "../../../static/draw/raster.js";
import { present } from "../../../static/model/scene.js";
import { mapSelected, runReceived } from "../../../static/state/actions.js";
import { steppedTo } from "../../../static/state/playback.js";
import { initialState } from "../../../static/state/state.js";
import { goldenRun, jsonOf } from "../fixtures.js";

const RUN = goldenRun();
const RECIPE = /** @type {any} */ ({
  version: 1,
  input: { image: "x" },
  stages: [{ id: "conv1" }],
});
const STAGES = RUN.stages.filter(({ kind }) => kind !== "input").map(({ id }) => id);

/**
 * @param {string} stage
 * @param {number} map
 * @param {number|null} [step]
 * @param {"light"|"dark"} [theme]
 */
function sceneAt(stage, map, step = null, theme = "light") {
  const state = mapSelected(runReceived(initialState(RECIPE), RUN.manifest), stage, map);
  const scene = present(step === null ? state : steppedTo(state, step), RUN.tensors, theme);
  assert.ok(scene);
  return scene;
}

/** @param {import("../../../static/draw/figure.js").Figure} figure */
function textsOf({ marks }) {
  return marks.flatMap((mark) =>
    mark.kind === "text" ? [mark.words.map(({ text }) => text).join("")] : [],
  );
}

/**
 * @param {import("../../../static/draw/figure.js").Figure} figure
 * @param {string} name
 */
function rasterOf({ marks }, name) {
  const found = marks.find((mark) => mark.kind === "raster" && mark.name === name);
  assert.ok(found?.kind === "raster", `no raster ${name}`);
  return found;
}

test("every number of the ledger is printed on the bench as the ledger prints it", () => {
  for (const { stage, channel, row, column } of jsonOf("run.json").cells) {
    if (!RUN.weights(stage)) continue;
    const columns = RUN.stage(stage).shape[2];
    const scene = sceneAt(stage, channel, row * columns + column);
    assert.ok(scene.explanation);
    const figures = ledgerFigures(scene.explanation);
    const texts = textsOf(benchFigure(scene));
    for (const partial of figures.partials) assert.ok(texts.includes(partial), partial);
    assert.ok(texts.includes(figures.bias));
    assert.ok(texts.includes(figures.total));
    if (figures.rounding !== null) assert.ok(texts.includes(figures.rounding));
    assert.ok(texts.some((text) => text.includes("products")));
  }
});

test("windows, weights and products of an open row are those of the explanation", () => {
  const scene = sceneAt("conv1", 0, 7);
  assert.ok(scene.explanation);
  const texts = textsOf(benchFigure(scene));
  const [open] = scene.explanation.channels;
  const wanted = open.terms.flatMap(({ value, weight, product }) => [
    cellText(value, 2),
    short(weight, 2),
    cellText(product, 2, 5),
  ]);
  for (const text of wanted) assert.ok(texts.includes(text), text);
});

test("maps on the bench have the pixels of the raster, and pending cells are hatched", () => {
  for (const stage of STAGES) {
    const scene = sceneAt(stage, 0, 3);
    const figure = benchFigure(scene);
    const map = RUN.map(stage, 0);
    const pixels = new Uint32Array(map.rows * map.columns);
    rasterise(pixels, map, scene.scaleOf(scene.stage, 0));
    const mark = rasterOf(figure, `${stage}:0`);
    assert.deepEqual(mark.pixels, pixels);
    assert.deepEqual([mark.rows, mark.columns], [map.rows, map.columns]);
    const is_whole = map.rows * map.columns <= 4;
    const hatches = figure.marks.filter((entry) => entry.kind === "hatch");
    assert.equal(hatches.length > 0, !is_whole, `${stage} pending`);
  }
});

test("the boxes of window and cell lie where the taps and the playhead are", () => {
  const columns = RUN.stage("conv1").shape[2];
  const scene = sceneAt("conv1", 0, columns + 2);
  const figure = benchFigure(scene);
  const result = rasterOf(figure, "conv1:0");
  const cell_px = result.width / columns;
  const { output_line } = PALETTES.light;
  const frames = figure.marks.filter(
    (mark) => mark.kind === "rect" && mark.stroke === output_line && mark.line_px === 2.5,
  );
  // A stroke's middle line lies 1.25 px outside of the cell.
  const [frame] = frames;
  assert.ok(frame.kind === "rect");
  assert.ok(Math.abs(frame.x + 1.25 - (result.x + 2 * cell_px)) < 0.02);
  assert.ok(Math.abs(frame.y + 1.25 - (result.y + cell_px)) < 0.02);
  assert.ok(Math.abs(frame.width - 2.5 - cell_px) < 0.02);
});

test("every mark lies on the sheet, whatever the stage and the theme", () => {
  for (const theme of /** @type {const} */ (["light", "dark"])) {
    for (const stage of STAGES) {
      const scene = sceneAt(stage, 0, 5, theme);
      const which = { stage, map: 0 };
      const figures = [benchFigure(scene), overviewFigure(scene), mapFigure(scene, which)];
      for (const figure of figures) {
        assert.equal(figure.ground, PALETTES[theme].paper);
        for (const mark of figure.marks) {
          if (mark.kind === "path") {
            assert.ok(!/NaN|undefined|Infinity/.test(mark.d), mark.d);
            continue;
          }
          assert.ok(Number.isFinite(mark.x) && Number.isFinite(mark.y));
          assert.ok(mark.x >= 0 && mark.x <= figure.width, `${stage} ${JSON.stringify(mark)}`);
          assert.ok(mark.y >= 0 && mark.y <= figure.height, `${stage} ${JSON.stringify(mark)}`);
          if (mark.kind !== "text") {
            assert.ok(mark.x + mark.width <= figure.width + 0.01);
            assert.ok(mark.y + mark.height <= figure.height + 0.01);
          }
        }
      }
    }
  }
});

test("the overview has a map for every map, with names and shapes", () => {
  const scene = sceneAt("conv1", 0);
  const figure = overviewFigure(scene);
  const texts = textsOf(figure);
  for (const { title, shape, id, maps } of RUN.stages) {
    assert.ok(texts.includes(title), title);
    assert.ok(texts.includes(shape.join(" × ")));
    maps.slice(0, 8).forEach((_, map) => {
      rasterOf(figure, `${id}:${map}`);
    });
  }
});

test("one map prints its range, and says what it is to those who do not see it", () => {
  const scene = sceneAt("conv1", 1);
  const figure = mapFigure(scene, { stage: "conv1", map: 1 });
  assert.match(figure.title, /map 2 of/);
  assert.match(figure.description, /values from/);
  assert.ok(textsOf(figure).some((text) => text.startsWith("values from")));
});

test("cells have the colours of the page, and text that is read on them", () => {
  const scene = sceneAt("conv1", 0, 7);
  assert.ok(scene.explanation && scene.source);
  const figure = benchFigure(scene);
  const fills = new Set(figure.marks.flatMap((mark) => (mark.kind === "rect" ? [mark.fill] : [])));
  const [{ channel, terms }] = scene.explanation.channels;
  for (const { value } of terms.filter((term) => !term.is_padding)) {
    assert.ok(fills.has(hex(colouring(scene.scaleOf(scene.source, channel))(value))));
  }
});

test("hatch lines stay within their place and keep their phase across places", () => {
  const lines = hatchLines({ x: 10, y: 20, width: 30, height: 12, pitch_px: 6 });
  const numbers = [...lines.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [+x, +y]);
  assert.ok(numbers.length >= 4);
  const pitch = 6 * Math.SQRT2;
  for (const [x, y] of numbers) {
    assert.ok(x >= 10 && x <= 40 && y >= 20 && y <= 32, `${x} ${y}`);
    const phase = (x + y) / pitch;
    assert.ok(Math.abs(phase - Math.round(phase)) < 0.01);
  }
});

test("words are cut into lines without losing any, and keep their colours", () => {
  const words = [
    { text: "One two three ", fill: "a", weight: 400 },
    { text: "four five", fill: "b", weight: 600 },
    { text: ":\nsix.", fill: "a", weight: 400 },
  ];
  const lines = wrapped(words, 12);
  const texts = lines.map((line) => line.map(({ text }) => text).join(""));
  assert.deepEqual(texts, ["One two", "three four", "five:", "six."]);
  assert.deepEqual(
    lines[1].map(({ fill }) => fill),
    ["a", "b"],
  );
});

test("the palette is that of the page", () => {
  const tokens = readFileSync(
    new URL("../../../static/styles/tokens.css", import.meta.url),
    "utf8",
  );
  for (const [name, light] of Object.entries(PALETTES.light)) {
    if (typeof light !== "string" || ["halo", "cell_line"].includes(name)) continue;
    const token = name.replaceAll("_", "-");
    const found = tokens.match(new RegExp(`--${token}: light-dark\\((#\\w+), (#\\w+)\\)`));
    assert.ok(found, token);
    const dark = PALETTES.dark[/** @type {keyof typeof PALETTES.dark} */ (name)];
    assert.deepEqual([found[1], found[2]], [light, dark], token);
  }
});
