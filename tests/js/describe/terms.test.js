import assert from "node:assert/strict";
import { test } from "node:test";
import { embedNote } from "../../../static/describe/embed-note.js";
import { parseNumber } from "../../../static/describe/numbers.js";
import { areTermsWhole, pairLayout, sumsOf, widestTerm } from "../../../static/describe/terms.js";
import { explain } from "../../../static/model/explain.js";
import { goldenRun, jsonOf } from "../fixtures.js";

/** @typedef {import("../../../static/model/explain.js").Explanation} Explanation */
/** @typedef {import("../../../static/model/scene.js").Scene} Scene */
/** @typedef {import("../../../static/describe/terms.js").SignedTerm} SignedTerm */

/**
 * @param {number[][]} channels  products of each
 * @param {{bias?: number, size?: [number, number]}} [options]
 */
function cell(channels, { bias = 0, size = [1, channels[0].length] } = {}) {
  const sums = channels.map((products, channel) => ({
    channel,
    terms: products.map((product) => ({ product, value: product, weight: 1 })),
    partial: products.reduce((sum, product) => sum + product, 0),
  }));
  const sum = sums.reduce((total, { partial }) => total + partial, bias);
  const found = { kind: "weighted", size, channels: sums, bias, sum, result: Math.fround(sum) };
  return /** @type {Explanation} */ (/** @type {unknown} */ (found));
}

/** @param {number} maps */
const reading = (maps) =>
  /** @type {Scene} */ (
    /** @type {unknown} */ ({ source: { kind: "input", maps: Array.from({ length: maps }) } })
  );

/** @param {SignedTerm[]} terms */
const line = (terms) => terms.map(({ operator, text }) => `${operator} ${text}`.trim()).join(" ");

const EDGE = [-0.16, 0, 0.66, -0.18, 0, 1.5, -0.13, 0, 0.82];

test("nine products of one channel are one line that ends in the cell", () => {
  const sums = sumsOf(reading(1), cell([EDGE], { size: [3, 3] }), 0);
  assert.equal(sums.lines.length, 1);
  const [only] = sums.lines;
  assert.equal(line(only.terms), "−0.16 + 0 + 0.66 − 0.18 + 0 + 1.50 − 0.13 + 0 + 0.82");
  assert.equal(`${only.relation} ${only.sum}`, "= 2.51");
  assert.equal(only.name, "");
  assert.equal(sums.bias, null, "a bias of zero is not added");
  assert.equal(sums.partials, null);
});

test("the sign of a term is told apart from its operator, and zero has none", () => {
  const { terms } = sumsOf(reading(1), cell([[-0.5, 0, 2, -0.001]]), 0).lines[0];
  assert.deepEqual(
    terms.map(({ sign }) => sign),
    ["negative", "zero", "positive", "zero"],
  );
  assert.deepEqual(
    terms.map(({ operator }) => operator),
    ["", "+", "+", "+"],
  );
});

test("the bias of a single channel is a term of its line", () => {
  const sums = sumsOf(reading(1), cell([[1, -0.25]], { bias: -0.2 }), 0);
  assert.equal(sums.bias && line([sums.bias]), "− 0.20");
  assert.equal(`${sums.lines[0].relation} ${sums.lines[0].sum}`, "= 0.55");
});

test("three channels are three lines, then bias and total", () => {
  const sums = sumsOf(reading(3), cell([[-1], [2], [0.25]], { bias: 0 }), 1);
  assert.deepEqual(
    sums.lines.map(({ name, relation, sum }) => `${name} ${relation} ${sum}`),
    ["R = −1.00", "G = 2.00", "B = 0.25"],
  );
  assert.equal(sums.bias && line([sums.bias]), "+ 0", "of several channels it is always told");
  assert.equal(sums.total, "1.25");
});

test("many channels show the opened one and all partial sums", () => {
  const channels = Array.from({ length: 6 }, (_, channel) => [channel - 2]);
  const sums = sumsOf(reading(6), cell(channels), 4);
  assert.deepEqual(
    sums.lines.map(({ position, name, sum }) => [position, name, sum]),
    [[4, "5", "2.00"]],
  );
  assert.equal(line(sums.partials ?? []), "−2.00 − 1.00 + 0 + 1.00 + 2.00 + 3.00");
  assert.equal(sums.total, "3.00");
});

test("what rounding changes is not called equal", () => {
  assert.equal(sumsOf(reading(1), cell([[0.125, 0.125]]), 0).lines[0].relation, "≈");
  assert.equal(sumsOf(reading(1), cell([[0.25, 0.5]]), 0).lines[0].relation, "=");
});

test("a window of more than twenty-five cells is summed row by row", () => {
  const products = Array.from({ length: 49 }, (_, place) => (place % 7) - 3);
  const [only] = sumsOf(reading(1), cell([products], { size: [7, 7] }), 0).lines;
  assert.equal(only.terms.length, 7);
  assert.equal(only.reads, 7);
  assert.equal(sumsOf(reading(1), cell([EDGE], { size: [3, 3] }), 0).lines[0].reads, 1);
});

/** @param {string} text */
const units = (text) => Math.round((parseNumber(text.replaceAll(" ", "")) ?? Number.NaN) * 1e4);

test("printed terms add up to the printed sum wherever a line says so, in every cell of the run", () => {
  const run = goldenRun();
  let equal = 0;
  for (const { stage, channel, row, column } of jsonOf("run.json").cells) {
    const weights = run.weights(stage);
    const found = weights && explain(run, stage, channel, { row, column });
    if (!found) continue;
    const scene = /** @type {Scene} */ (/** @type {unknown} */ ({ source: run.source(stage) }));
    const sums = sumsOf(scene, found, 0);
    for (const { terms, relation, sum } of sums.lines) {
      const own = sums.lines.length === 1 && sums.bias && !sums.partials ? [sums.bias] : [];
      const added = [...terms, ...own].reduce(
        (total, { operator, text }) => total + units(operator === "+" ? text : operator + text),
        0,
      );
      assert.equal(added === units(sum), relation === "=", `${stage} ${channel} ${row} ${column}`);
      if (relation === "=") equal += 1;
    }
  }
  assert.ok(equal > 0, "some lines of the run are exact");
});

test("a term of a map is never wider than the room that is kept for it", () => {
  const run = goldenRun();
  for (const { stage: id, channel, row, column } of jsonOf("run.json").cells) {
    const found = run.weights(id) && explain(run, id, channel, { row, column });
    if (!found) continue;
    const scene = /** @type {Scene} */ (
      /** @type {unknown} */ ({ run, stage: run.stage(id), map: channel, source: run.source(id) })
    );
    const widest = widestTerm(scene);
    for (const { terms } of sumsOf(scene, found, 0).lines)
      for (const { text } of terms)
        assert.ok(text.replace("−", "").length <= widest, `${id} ${text} ${widest}`);
  }
});

test("cells of a window have numbers while two decimals fit, then one, then none", () => {
  const layouts = [3, 4, 5, 6, 7, 31].map((side) => pairLayout([side, side]));
  assert.deepEqual(
    layouts.map(({ cell_px, decimals }) => [cell_px, decimals]),
    [
      [28, 2],
      [28, 2],
      [24, 2],
      [21, 1],
      [18, null],
      [4, null],
    ],
  );
});

/**
 * @param {{weight?: number[], quantize?: string, unread?: [number, number], kind?: string}} facts
 */
function noted({ weight = [1, 0, -1], quantize, unread = [0, 0], kind = "photograph" }) {
  const axis = { stride: 2, kernel_size: 3, padding: [0, 0], length: 96, result: 47 };
  const scene = {
    map: 0,
    source: { kind: "input" },
    stage: {
      id: "conv1",
      kind: "windowed",
      parameters: {},
      output_size: { rows: axis, columns: axis },
      unread: { rows: unread[0], columns: unread[1] },
    },
    state: { controls: ["ledger"] },
    run: {
      weights: () => ({ weight: Float32Array.from(weight), weightShape: [1, 1, 1, weight.length] }),
      manifest: { recipe: { input: { image: "camera", quantize } } },
    },
  };
  const asScene = /** @type {Scene} */ (/** @type {unknown} */ (scene));
  return { note: embedNote(asScene, [{ id: "camera", kind }]), whole: areTermsWhole(asScene) };
}

test("the note says what the stride leaves unread, and of which picture", () => {
  const { note } = noted({ unread: [1, 1] });
  assert.equal(note, "Stride 2 leaves one row and one column of the photograph unread (hatched).");
  assert.match(
    noted({ unread: [0, 1], kind: "teaching" }).note,
    /one column of the picture unread/,
  );
  assert.equal(noted({}).note, "", "nothing to say");
});

test("the note says that products are rounded, where any of the map may be", () => {
  assert.equal(noted({ weight: [0.5, 1] }).note, "Products are printed rounded.");
  assert.equal(noted({ quantize: "exact" }).note, "Products are printed rounded.");
  assert.equal(noted({}).whole, true);
});
