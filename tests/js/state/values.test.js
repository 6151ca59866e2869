import assert from "node:assert/strict";
import { test } from "node:test";
import {
  integerCodec,
  numberCodec,
  paddingCodec,
  pairCodec,
} from "../../../static/state/values.js";

const size = pairCodec({ minimum: 1, maximum: 11, is_size: true });
const stride = pairCodec({ minimum: 1, maximum: 8 });
const padding = paddingCodec({
  minimum: 0,
  maximum: 10,
  names: ["same", "valid"],
  resolved: () => [
    [1, 2],
    [1, 2],
  ],
});

test("a kernel size is always written as rows × columns, a stride only when they differ", () => {
  assert.equal(size.format([3, 3]), "3 × 3");
  assert.equal(stride.format([2, 2]), "2");
  assert.equal(stride.format([2, 1]), "2 × 1");
});

test("a pair can be typed in several ways", () => {
  for (const text of ["3x5", "3 × 5", "3*5", "3 5", " 3 X 5 ", "3, 5"]) {
    assert.deepEqual(size.parse(text), [3, 5], text);
  }
  assert.deepEqual(size.parse("7"), [7, 7]);
});

test("what is no pair is not taken", () => {
  for (const text of ["", "x", "3x", "3x5x7", "-3", "2.5", "wide"]) {
    assert.equal(size.parse(text), null, text);
  }
});

test("both numbers of a pair move together and stop together", () => {
  assert.deepEqual(size.moved([3, 5], 1), [4, 6]);
  assert.deepEqual(size.moved([9, 11], 1), [9, 11]);
  assert.deepEqual(size.moved([1, 4], -1), [1, 4]);
});

test("a typed number out of range is not taken, and what would be is said", () => {
  for (const text of ["0", "12", "3x12", "0x3"]) assert.equal(size.parse(text), null, text);
  assert.equal(size.allowed, "a whole number from 1 to 11, or rows × columns such as 3 × 5");
  for (const text of ["11", "2x11", "0+11"]) assert.equal(padding.parse(text), null, text);
  assert.match(padding.allowed, /from 0 to 10, .*before\+after, same, valid$/);
  const filters = integerCodec({ minimum: 1, maximum: 16 });
  for (const text of ["0", "17", "2.6", "x", ""]) assert.equal(filters.parse(text), null, text);
  assert.equal(filters.parse("16"), 16);
  assert.equal(filters.allowed, "a whole number from 1 to 16");
  const bias = numberCodec({ minimum: -1e6, maximum: 1e6 });
  assert.equal(bias.parse("-1e6"), -1e6);
  assert.equal(bias.parse("1e9"), null);
  assert.equal(bias.allowed, "a number from −1,000,000 to 1,000,000");
});

test("padding is one number, rows and columns, both ends, or a name", () => {
  assert.equal(padding.format(0), "0");
  assert.equal(padding.format([1, 2]), "1 × 2");
  assert.equal(
    padding.format([
      [0, 1],
      [0, 1],
    ]),
    "0+1",
  );
  assert.equal(padding.format("same"), "same");
  assert.deepEqual(padding.parse("0+1 x 2"), [
    [0, 1],
    [2, 2],
  ]);
  assert.equal(padding.parse("Same"), "same");
  assert.equal(padding.parse("sane"), null);
});

test("stepping away from a named padding starts at what it came to", () => {
  assert.deepEqual(padding.moved("same", 1), [
    [2, 3],
    [2, 3],
  ]);
  assert.deepEqual(padding.moved(0, -1), [
    [0, 0],
    [0, 0],
  ]);
});

test("decimals of a bias are kept at two unless it is whole", () => {
  const bias = numberCodec({ step: 0.1, decimals: 2 });
  assert.equal(bias.format(-0.2), "−0.20");
  assert.equal(bias.format(0), "0");
  assert.equal(bias.format(0.125), "0.125");
  assert.equal(bias.parse("−0,5"), -0.5);
});

test("steps of a tenth do not gather noise", () => {
  const bias = numberCodec({ step: 0.1, decimals: 2 });
  let value = 0;
  for (let step = 0; step < 10; step += 1) value = bias.moved(value, 1);
  assert.equal(value, 1);
});

test("whole numbers stay whole", () => {
  assert.equal(integerCodec({ minimum: 1, maximum: 16 }).moved(16, 1), 16);
  assert.equal(integerCodec({}).moved(2.6, 1), 4);
});

test("a value beyond the usual range steps back without a jump", () => {
  assert.deepEqual(size.moved([21, 21], -1), [20, 20]);
  assert.deepEqual(size.moved([21, 21], 1), [21, 21]);
  assert.equal(integerCodec({ maximum: 16 }).moved(64, -1), 63);
});
