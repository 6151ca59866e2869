import assert from "node:assert/strict";
import { test } from "node:test";
import {
  allZero,
  arrowWords,
  decimalsToTell,
  placeName,
  poolFigures,
  winningPlace,
} from "../../../static/describe/pooling.js";

const term = (value, extra = {}) => ({
  row: 0,
  column: 0,
  is_padding: false,
  is_absent: false,
  value,
  weight: 1,
  product: value,
  ...extra,
});
const words = (values, result, options = {}) =>
  arrowWords({
    kind: "max",
    terms: values.map((value) => term(value)),
    result,
    winner: values.indexOf(result),
    size: [2, 2],
    decimals: 2,
    parameters: {},
    ...options,
  });

test("places of small windows have names, places of larger ones numbers", () => {
  assert.equal(placeName(3, [2, 2]), "bottom right");
  assert.equal(placeName(4, [3, 3]), "centre");
  assert.equal(placeName(3, [3, 3]), "middle left");
  assert.equal(placeName(1, [1, 2]), "right");
  assert.equal(placeName(0, [1, 1]), "the only cell");
  assert.equal(placeName(7, [5, 5]), "row 2, column 3");
});

test("the largest is written out with the place that won", () => {
  assert.deepEqual(words([0, 2.21, 0, 2.8], 2.8), ["max(0, 2.21, 0, 2.80)", "bottom right wins"]);
});

test("the first of equals wins and the words say that there are more", () => {
  assert.equal(words([1, 2, 2, 0], 2)[1], "top right wins, first of 2 equals");
});

test("in a window of zeros nothing wins", () => {
  assert.equal(words([0, 0, 0, 0], 0)[1], "all four are zero");
  assert.equal(allZero(9), "all 9 are zero");
});

test("large windows are summarised", () => {
  const terms = Array.from({ length: 25 }, (_, index) => term(index));
  assert.equal(words([], 24, { terms, winner: 24, size: [5, 5] })[0], "largest of 25 cells");
});

test("an average is written as a sum with its signs", () => {
  const [rule, meaning] = words([1, -0.5, 0, 2], 0.625, { kind: "average" });
  assert.equal(rule, "(1.00 − 0.50 + 0 + 2.00) / 4");
  assert.equal(meaning, "the mean of 4 cells");
});

test("padding that does not count is not divided by", () => {
  const terms = [term(0, { is_padding: true }), term(3), term(5), term(4)];
  const options = { kind: "average", terms, parameters: { count_include_pad: false } };
  assert.match(words([], 4, options)[0], /\/ 3$/);
});

test("a norm of two is a root of squares", () => {
  assert.equal(words([3, 4], 5, { kind: "lp", parameters: { p: 2 } })[0], "√(3.00² + 4.00²)");
});

test("numbers have the places that tell the winner from the runner-up", () => {
  assert.equal(decimalsToTell([term(2.801), term(2.804)], 2.804), 3);
  assert.equal(decimalsToTell([term(2.8), term(2.8)], 2.8), 2);
  assert.equal(decimalsToTell([term(1), term(2.8)], 2.8), 2);
  assert.equal(decimalsToTell([term(2.80004), term(2.80006)], 2.80006), 4);
  const noise = Math.fround(0.1 + 0.15);
  assert.equal(decimalsToTell([term(0.25 - 1e-8), term(noise)], noise), 2, "float32 noise");
});

test("without the server's word the winner is the first cell with the result", () => {
  assert.equal(winningPlace([term(1), term(2), term(2)], 2, null), 1);
  assert.equal(winningPlace([term(2), term(2)], 2, 1), 1);
});

test("the figures of an average lead from the sum to the mean", () => {
  const terms = [1, 2, 3, 6].map((value) => term(value));
  const rows = poolFigures({ kind: "global_average", terms, result: 3, parameters: {} });
  const value = (label) => rows.find((row) => row.label === label)?.value;
  assert.equal(value("sum"), "12.00");
  assert.equal(value("divided by"), "4");
  assert.equal(value("mean"), "3.00");
});
