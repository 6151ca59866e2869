import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cellText,
  channelName,
  LEDGER_HEIGHT_PX,
  ledgerCaption,
  ledgerFigures,
  ledgerLayout,
  productsHead,
} from "../../../static/describe/ledger.js";
import { parseNumber } from "../../../static/describe/numbers.js";
import { explain } from "../../../static/model/explain.js";
import { goldenRun, jsonOf } from "../fixtures.js";

/** @param {number[]} products  of one channel @param {number} [bias] */
function cell(products, bias = 0) {
  const terms = products.map((product) => ({
    row: 0,
    column: 0,
    is_padding: false,
    is_absent: false,
    value: product,
    weight: 1,
    product,
  }));
  const partial = products.reduce((sum, product) => sum + product, 0);
  return /** @type {import("../../../static/model/explain.js").Explanation} */ ({
    kind: "weighted",
    size: [1, products.length],
    channels: [{ channel: 0, terms, partial }],
    bias,
    sum: partial + bias,
    result: Math.fround(partial + bias),
    strongest: 0,
    winner: null,
    taps: { rows: [], columns: [] },
  });
}

const OPEN = { is_accordion: false, decimals: 2 };

/** @param {string} text */
const read = (text) => Math.round((parseNumber(text) ?? Number.NaN) * 1e4);

test("partials, bias and rounding add up to the total as printed, in every cell of the run", () => {
  const run = goldenRun();
  for (const { stage, channel, row, column, value } of jsonOf("run.json").cells) {
    if (!stage.startsWith("conv")) continue;
    const found = explain(run, stage, channel, { row, column });
    assert.ok(found);
    const figures = ledgerFigures(found);
    const parts = [...figures.partials, figures.bias, figures.rounding ?? "0"].map(read);
    const where = `${stage} ${channel} ${row} ${column}`;
    assert.equal(
      parts.reduce((sum, part) => sum + part, 0),
      read(figures.total),
      where,
    );
    const unit = 10 ** -figures.decimals;
    assert.ok(Math.abs(read(figures.total) / 1e4 - value) <= unit / 2 + 1e-6, where);
  }
});

test("hundredths are printed exactly, with nothing rounded", () => {
  const figures = ledgerFigures(cell([-1.84, 0.92, -3.56], -0.2));
  assert.deepEqual(figures, {
    partials: ["−4.48"],
    bias: "−0.20",
    total: "−4.68",
    rounding: null,
    decimals: 2,
    is_exact: true,
    are_products_exact: true,
  });
});

test("what rounding leaves out has a line of its own", () => {
  const thirds = cell([1 / 3, 1 / 3], 1 / 3);
  const figures = ledgerFigures(thirds);
  assert.deepEqual(
    [figures.partials[0], figures.bias, figures.total],
    ["+0.6667", "+0.3333", "1.0000"],
  );
  assert.equal(figures.rounding, null, "these happen to add up");
  const three = cell([0.00004, 0.00004], 0.00004);
  assert.equal(ledgerFigures(three).rounding, null);
  const four = { ...cell([0.25004]), bias: 0.25004, result: 0.50008 };
  assert.equal(ledgerFigures(four).rounding, "+0.0001");
});

test("nothing is called exact that is printed rounded", () => {
  const figures = ledgerFigures(cell([1, 2], 0.12345));
  const caption = ledgerCaption(cell([1, 2], 0.12345), figures, OPEN);
  assert.doesNotMatch(caption, /Nothing is rounded/);
  const plain = cell([1, 2.25], 0.5);
  assert.equal(
    ledgerCaption(plain, ledgerFigures(plain), OPEN),
    "2 products, added in this order, then the bias. Nothing is rounded.",
  );
  const eighths = cell([0.125, 0.375], 0);
  assert.match(ledgerCaption(eighths, ledgerFigures(eighths), OPEN), /printed rounded/);
});

test("products are called rounded only where they are printed, and rounded", () => {
  const [exact, eighths] = [cell([1, 2.25], 0.5), cell([0.125, 0.375], 0)];
  const figures = [exact, eighths].map(ledgerFigures);
  const heads = [2, 1, null].map((decimals) =>
    figures.map((one) => productsHead(one, { decimals })),
  );
  assert.deepEqual(heads, [
    ["products", "products, rounded"],
    ["products, rounded", "products, rounded"],
    ["products", "products"],
  ]);
  const unprinted = ledgerCaption(eighths, ledgerFigures(eighths), { ...OPEN, decimals: null });
  assert.doesNotMatch(unprinted, /Products are printed|Nothing is rounded/);
  const narrow = ledgerCaption(exact, ledgerFigures(exact), { ...OPEN, decimals: 1 });
  assert.match(narrow, /Products are printed rounded/);
});

test("a folded ledger says how many products its sums stand for", () => {
  const run = goldenRun();
  const deep = explain(run, "conv2", 0, { row: 1, column: 1 });
  assert.ok(deep);
  const caption = ledgerCaption(deep, ledgerFigures(deep), { ...OPEN, is_accordion: true });
  assert.match(caption, /^12 products in three sums\. Press a row to unfold it/);
});

test("three rows of 3 × 3 lie open; more, or larger ones, fold", () => {
  const open = ledgerLayout([3, 3], 3);
  assert.deepEqual(
    [open.is_accordion, open.cell_px, open.wide_px, open.decimals],
    [false, 28, 34, 2],
  );
  assert.ok(ledgerLayout([3, 3], 4).is_accordion);
  assert.ok(ledgerLayout([5, 5], 3).is_accordion);
  assert.equal(ledgerLayout([3, 3], 5).folded_px, 42);
  assert.equal(ledgerLayout([3, 3], 6).folded_px, 20);
});

test("a window of any size up to 31 fits into its row", () => {
  for (let side = 1; side <= 31; side += 1) {
    const { cell_px, wide_px, decimals } = ledgerLayout([side, side], 1);
    assert.ok(cell_px >= 1 && side * cell_px <= LEDGER_HEIGHT_PX, String(side));
    // Window, kernel and products stand side by side in the middle of 456.
    assert.ok(side * (2 * cell_px + wide_px) <= 345, String(side));
    if (decimals !== null) assert.ok(cell_px >= 22, `numbers need room at ${side}`);
  }
});

test("a cell's number keeps as many places as fit, and 0 means zero", () => {
  assert.equal(cellText(0.25, 2), "0.25");
  assert.equal(cellText(-1.25, 2, 4), "−1.3");
  assert.equal(cellText(0, 2), "0");
  assert.equal(cellText(123.45, 2, 4), "123");
  assert.notEqual(cellText(0.001, 2, 4), "0");
  assert.equal(cellText(1.5, null), "");
});

test("rows are named by colour or by number", () => {
  const scene = (/** @type {any} */ source) => /** @type {any} */ ({ source });
  const maps = (/** @type {number} */ number) => Array.from({ length: number }, () => ({}));
  const picture = { kind: "input", maps: maps(3) };
  assert.deepEqual(
    [0, 1, 2].map((channel) => channelName(scene(picture), channel)),
    ["R", "G", "B"],
  );
  assert.equal(channelName(scene({ kind: "windowed", maps: maps(4) }), 2), "3");
  assert.equal(channelName(scene({ kind: "input", maps: maps(1) }), 0), "");
});

test("a bias that is not zero never reads as one, and nothing is called unrounded then", () => {
  const explanation = cell([-0.72], -0.000001);
  const figures = ledgerFigures(explanation);
  assert.equal(figures.bias, "−0.000001");
  assert.equal(figures.is_exact, false);
});
