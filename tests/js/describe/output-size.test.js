import assert from "node:assert/strict";
import { test } from "node:test";
import {
  leftOver,
  outputSizeLines,
  parameterSum,
  plainText,
} from "../../../static/describe/output-size.js";

const AXIS = {
  length: 96,
  padding: [0, 0],
  dilation: 1,
  kernel_size: 3,
  stride: 1,
  ceil_mode: false,
  result: 94,
};

/** @param {any} [changes] @returns {any} */
function conv(changes = {}) {
  return {
    kind: "windowed",
    shape: [4, 94, 94],
    parameters: { dilation: [1, 1], in_channels: 3, out_channels: 4, groups: 1 },
    parameter_count: 112,
    unread: { rows: 0, columns: 0 },
    output_size: { rows: AXIS, columns: AXIS },
    ...changes,
  };
}

/** @param {any} stage */
const texts = (stage) => outputSizeLines(stage).map(plainText);

test("the formula has the numbers in it, in the colours of their roles", () => {
  assert.deepEqual(texts(conv()), ["⌊(96 + 2·0 − 1·(3 − 1) − 1) / 1⌋ + 1 = 94"]);
  const roles = outputSizeLines(conv())[0].pieces.filter(({ role }) => role);
  assert.deepEqual(roles, [
    { text: "96", role: "input" },
    { text: "3", role: "kernel" },
    { text: "94", role: "output" },
  ]);
});

test("padding that differs is written end by end", () => {
  const rows = { ...AXIS, padding: [0, 1], result: 95 };
  assert.match(texts(conv({ output_size: { rows, columns: rows } }))[0], /^⌊\(96 \+ 0 \+ 1 − 1/);
});

test("rows and columns that differ have a line each", () => {
  const columns = { ...AXIS, kernel_size: 5, result: 92 };
  const [rows, second] = texts(conv({ output_size: { rows: AXIS, columns } }));
  assert.match(rows, /^rows .* = 94$/);
  assert.match(second, /^columns .* = 92$/);
});

test("pooling leaves out a dilation of one, and rounds up when it is told to", () => {
  const axis = { ...AXIS, length: 94, kernel_size: 2, stride: 2, result: 47 };
  const pool = { parameters: { kind: "max", dilation: [1, 1] }, parameter_count: 0 };
  assert.deepEqual(texts(conv({ ...pool, output_size: { rows: axis, columns: axis } })), [
    "⌊(94 + 2·0 − 2) / 2⌋ + 1 = 47",
  ]);
  const up = { ...axis, ceil_mode: true };
  assert.match(texts(conv({ ...pool, output_size: { rows: up, columns: up } }))[0], /^⌈.*⌉ \+ 1/);
});

test("a function of each cell keeps the size", () => {
  assert.deepEqual(texts(conv({ output_size: null })), ["same as the input: 4 × 94 × 94"]);
});

test("a whole map becomes one cell", () => {
  const stage = conv({ parameters: { kind: "global_average" }, shape: [4, 1, 1] });
  assert.deepEqual(texts(stage), ["96 × 96 becomes one cell: 1 × 1"]);
});

test("what a stride leaves unread is said in words", () => {
  const axis = { ...AXIS, stride: 2, result: 47 };
  const sizes = { rows: axis, columns: axis };
  const stage = conv({ output_size: sizes, unread: { rows: 1, columns: 1 } });
  assert.equal(leftOver(stage), "Stride 2 leaves one row and one column unread (hatched).");
  const rows = conv({ output_size: sizes, unread: { rows: 2, columns: 0 } });
  assert.equal(leftOver(rows), "Stride 2 leaves two rows unread (hatched).");
  assert.equal(leftOver(conv()), "");
});

test("windows that tile the map leave nothing over", () => {
  const axis = { ...AXIS, length: 94, kernel_size: 2, stride: 2, result: 47 };
  const stage = conv({ output_size: { rows: axis, columns: axis } });
  assert.equal(leftOver(stage), "No row or column is left over: 94 = 2 · 47.");
});

test("parameters are counted in front of the reader", () => {
  assert.equal(parameterSum(conv()), "4 · (3·3·3 + 1) = 112");
  assert.equal(parameterSum(conv({ parameter_count: 0 })), "0");
});
