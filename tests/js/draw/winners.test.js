import assert from "node:assert/strict";
import { test } from "node:test";
import { css, signedColour } from "../../../static/draw/colour.js";
import {
  drawField,
  fieldAround,
  loserColour,
  markOf,
  mixed,
} from "../../../static/draw/winners.js";

/** Every property may be set and every method called; rectangles are kept with their colour. */
function recorder() {
  const rectangles = [];
  const frames = [];
  let path = [];
  const context = {
    fillStyle: "",
    strokeStyle: "",
    lineWidth: 1,
    fillRect: (...box) => rectangles.push([context.fillStyle, ...box]),
    strokeRect: (...box) => frames.push(box),
    beginPath() {
      path = [];
    },
    rect: (...box) => path.push(box),
    fill() {
      for (const box of path) rectangles.push([context.fillStyle, ...box]);
    },
    moveTo() {},
    lineTo() {},
    stroke() {},
  };
  return { context, rectangles, frames };
}

const STYLE = {
  ink: "ink",
  dot: "dot",
  pendingGround: "ground",
  pendingLine: "line",
  frame: "frame",
};

test("a loser is half-way to neutral", () => {
  const full = signedColour(2, 4, "light");
  const neutral = signedColour(0, 4, "light");
  assert.deepEqual(loserColour(2, 4, "light"), mixed(full, neutral, 0.5));
  assert.deepEqual(loserColour(0, 4, "light"), neutral);
});

test("the dark mark lies in the quarter that won", () => {
  assert.deepEqual(markOf(0, [2, 2], 12), { x: 0.75, y: 0.75, side: 4.5 });
  assert.deepEqual(markOf(3, [2, 2], 12), { x: 6.75, y: 6.75, side: 4.5 });
  assert.equal(markOf(4, [3, 3], 12).x + markOf(4, [3, 3], 12).side / 2, 6);
});

test("the field stays inside the map and shows more painted rows while rows are missing", () => {
  const map = { rows: 47, columns: 47 };
  const playing = fieldAround({ row: 24, column: 34 }, map, { cells: 19, is_complete: false });
  assert.deepEqual(playing, { row: 10, column: 25, rows: 19, columns: 19 });
  const corner = fieldAround({ row: 46, column: 0 }, map, { cells: 19, is_complete: true });
  assert.deepEqual(corner, { row: 28, column: 0, rows: 19, columns: 19 });
  const small = fieldAround(
    { row: 1, column: 1 },
    { rows: 3, columns: 4 },
    { cells: 19, is_complete: true },
  );
  assert.deepEqual(small, { row: 0, column: 0, rows: 3, columns: 4 });
});

test("painted windows carry a mark, windows of zeros a dot, the others leave the hatch bare", () => {
  const { context, rectangles, frames } = recorder();
  drawField(
    context,
    {
      field: { row: 0, column: 0, rows: 1, columns: 3 },
      columns: 3,
      values: Float32Array.of(1, 0, 1),
      winner: Int32Array.of(3, 0, 0),
      zero: Uint8Array.of(0, 1, 0),
      kernel_size: [2, 2],
      painted: 2,
      cell: { row: 0, column: 1 },
      m: 1,
      theme: "light",
    },
    STYLE,
  );
  const styles = rectangles.map(([style]) => style);
  assert.equal(styles.filter((style) => style === "ink").length, 1);
  assert.equal(styles.filter((style) => style === "dot").length, 1);
  const neutral = css(signedColour(0, 1, "light"));
  assert.deepEqual(styles[0], "ground");
  const ground = rectangles.filter(([style]) => style === neutral);
  assert.deepEqual(ground.at(-1), [neutral, 0, 0, 24, 12]);
  assert.deepEqual(
    rectangles.find(([style]) => style === "ink"),
    ["ink", 6.75, 6.75, 4.5, 4.5],
  );
  assert.equal(frames.length, 1);
  assert.equal(frames[0][0], 11);
});
