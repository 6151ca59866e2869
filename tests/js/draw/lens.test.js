import assert from "node:assert/strict";
import { test } from "node:test";
import { drawLens } from "../../../static/draw/lens.js";

const STYLE = {
  paper: "paper",
  line: "line",
  pendingGround: "ground",
  pendingLine: "hatch",
  ink: "ink",
  font: "Sans",
};

/** A context that writes down what is asked of it, with the styles of that moment. */
function recorder() {
  /** @type {[string, ...any[]][]} */
  const calls = [];
  const state = /** @type {Record<string, any>} */ ({});
  const context = new Proxy(state, {
    get: (target, name) =>
      name in target
        ? target[/** @type {string} */ (name)]
        : (/** @type {any[]} */ ...values) => {
            calls.push([String(name), ...values, { ...target }]);
          },
    set: (target, name, value) => {
      target[/** @type {string} */ (name)] = value;
      return true;
    },
  });
  return { context: /** @type {any} */ (context), calls };
}

/** @param {Partial<import("../../../static/draw/lens.js").LensCell>} [cell] */
const cellOf = (cell) => ({
  fill: /** @type {[number, number, number]} */ ([241, 240, 237]),
  text: "",
  is_pending: false,
  ...cell,
});

test("every cell is filled at its place and its number stands in its middle", () => {
  const { context, calls } = recorder();
  drawLens(
    context,
    { cells: 3, cell_px: 28 },
    (row, column) => cellOf({ text: `${row}${column}` }),
    STYLE,
  );
  const fills = calls.filter(([name]) => name === "fillRect");
  assert.deepEqual(
    fills.map(([, x, y, width, height]) => [x, y, width, height]),
    [0, 28, 56].flatMap((y) => [0, 28, 56].map((x) => [x, y, 28, 28])),
  );
  const texts = calls.filter(([name]) => name === "fillText");
  assert.deepEqual(texts[5].slice(1, 4), ["12", 70, 42.5]);
  assert.equal(texts[5].at(-1).fillStyle, "#000000", "black on a light cell");
});

test("text is white on a dark cell, and ink where there is no map", () => {
  const { context, calls } = recorder();
  const cells = [cellOf({ fill: [80, 42, 149], text: "−2" }), cellOf({ fill: null, text: "0" })];
  drawLens(context, { cells: 1, cell_px: 28 }, () => cells[0], STYLE);
  drawLens(context, { cells: 1, cell_px: 28 }, () => cells[1], STYLE);
  const styles = calls.filter(([name]) => name === "fillText").map((call) => call.at(-1).fillStyle);
  assert.deepEqual(styles, ["#FFFFFF", "ink"]);
  const outside = calls.filter(([name]) => name === "fillRect").at(-1);
  assert.equal(outside?.at(-1).fillStyle, "paper");
});

test("a pending cell is hatched inside its bounds, and prints nothing", () => {
  const { context, calls } = recorder();
  drawLens(
    context,
    { cells: 1, cell_px: 28 },
    () => cellOf({ text: "3", is_pending: true }),
    STYLE,
  );
  const names = calls.map(([name]) => name);
  assert.ok(!names.includes("fillText"));
  assert.ok(names.indexOf("clip") > names.indexOf("rect"));
  assert.equal(names.filter((name) => name === "save").length, 1);
  assert.equal(names.filter((name) => name === "restore").length, 1);
  const hatch = calls.find(([name]) => name === "stroke");
  assert.equal(hatch?.at(-1).strokeStyle, "hatch");
});

test("lines between cells lie inside the lens", () => {
  const { context, calls } = recorder();
  drawLens(context, { cells: 7, cell_px: 28 }, () => cellOf(), STYLE);
  const lines = calls.filter(([name]) => name === "moveTo" || name === "lineTo");
  assert.equal(lines.length, 4 * 8);
  for (const [, x, y] of lines) assert.ok(x >= 0 && x <= 196 && y >= 0 && y <= 196);
});

test("small cells have small numbers", () => {
  const sizes = [22, 28, 49].map((cell_px) => {
    const { context, calls } = recorder();
    drawLens(context, { cells: 1, cell_px }, () => cellOf({ text: "1" }), STYLE);
    return calls.find(([name]) => name === "fillText")?.at(-1).font;
  });
  assert.deepEqual(sizes, ["500 10px Sans", "500 10.5px Sans", "500 13px Sans"]);
});
