import assert from "node:assert/strict";
import { test } from "node:test";
import { css, signedColour } from "../../../static/draw/colour.js";
import { pictogram } from "../../../static/draw/pictogram.js";

const SLICE = [
  [-1, 0, 1],
  [-2, 0, 2],
  [-1, 0, 1],
];

test("a kernel is squares in the signed scale with gaps of one pixel", () => {
  const { width, height, squares } = pictogram([SLICE], { size_px: 30, theme: "light" });
  assert.deepEqual([width, height], [29, 29]);
  assert.deepEqual(
    squares.slice(0, 3).map(({ x }) => x),
    [0, 10, 20],
  );
  assert.equal(squares[3].fill, css(signedColour(-2, 2, "light")));
  assert.equal(squares[1].fill, css(signedColour(0, 2, "light")));
});

test("slices share one range and lie side by side, or two by two", () => {
  const faint = SLICE.map((row) => row.map((value) => value / 10));
  const { squares, width } = pictogram([SLICE, faint], { size_px: 15, theme: "dark" });
  assert.equal(squares[9].fill, css(signedColour(-0.1, 2, "dark")));
  assert.equal(width, 31);
  const square = pictogram([SLICE, SLICE, SLICE, SLICE], { size_px: 15, theme: "dark", across: 2 });
  assert.equal(square.width, square.height);
});

test("large kernels stay within their frame", () => {
  for (const side of [1, 2, 5, 7, 9, 11]) {
    const slice = Array.from({ length: side }, () => Array.from({ length: side }, () => 1));
    const { width, height } = pictogram([slice], { size_px: 30, theme: "light" });
    assert.ok(width <= 30 && height <= 30, `${side} gives ${width}`);
  }
});
