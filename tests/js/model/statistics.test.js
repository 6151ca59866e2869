import assert from "node:assert/strict";
import { test } from "node:test";
import {
  countAtMost,
  countAtMostWithoutBias,
  countWinners,
  divisorOf,
  fullestPair,
  histogram,
  niceStep,
  summarise,
  zeroWindows,
} from "../../../static/model/statistics.js";

const floats = (...values) => Float32Array.from(values);

test("a nice step is 1, 2, 2.5 or 5 times a power of ten and cuts into no more parts than asked", () => {
  assert.equal(niceStep(8, 40), 0.2);
  assert.equal(niceStep(9, 40), 0.25);
  assert.equal(niceStep(8, 8), 1);
  assert.equal(niceStep(1300, 40), 50);
  for (const length of [0.003, 0.7, 8.88, 41, 99999]) {
    assert.ok(length / niceStep(length, 40) <= 40 + 1e-9, `${length}`);
  }
});

test("a nice step of nothing is still a step", () => {
  assert.equal(niceStep(0, 40), 1);
  assert.equal(niceStep(Number.NaN, 40), 1);
});

test("zero is an edge: an exact zero lies below it, the smallest positive value above", () => {
  const { bins } = histogram(floats(0, 1e-20, -1e-20), 0.25);
  assert.deepEqual(bins, [
    { from: -0.25, to: 0, count: 2 },
    { from: 0, to: 0.25, count: 1 },
  ]);
});

test("a value on an edge counts to the bin below it, in spite of float32", () => {
  const { bins } = histogram(floats(0.3, 0.1, 0.2), 0.1);
  assert.deepEqual(
    bins.map(({ count }) => count),
    [1, 1, 1],
  );
});

test("every cell is counted once and empty bins between are kept", () => {
  const { bins, most, total } = histogram(floats(-2.1, -2.2, 1.9), 1);
  assert.deepEqual(
    bins.map(({ count }) => count),
    [2, 0, 0, 0, 1],
  );
  assert.equal(most, 2);
  assert.equal(total, 3);
});

test("the fullest pair is the two neighbouring bins with most cells", () => {
  const pair = fullestPair(histogram(floats(-0.3, -0.1, -0.2, 0.9), 0.25));
  assert.deepEqual(pair, { from: -0.5, to: 0, count: 3 });
  assert.equal(fullestPair(histogram(floats(), 1)), null);
});

test("cells at a bound count", () => {
  assert.equal(countAtMost(floats(-1, 0, 1), 0), 2);
});

test("without its bias, a sum that was exactly zero is not kept", () => {
  const bias = Math.fround(-0.2);
  const values = floats(-0.2, Math.fround(1e-8) + bias, -0.19, -0.21);
  assert.equal(countAtMostWithoutBias(values, bias), 3);
});

test("a map is summarised by its least and most, sum and zeros", () => {
  assert.deepEqual(summarise(floats(-1, 0, 3)), { least: -1, most: 3, sum: 2, zeros: 1 });
});

const GEOMETRY = {
  rows: Int16Array.of(0, 1),
  columns: Int16Array.of(0, 1, 2, 3),
  kernel_size: /** @type {[number, number]} */ ([2, 2]),
};

test("a result of zero over a negative cell is not a window of zeros", () => {
  const read = { columns: 2, sourceColumns: 4, geometry: GEOMETRY, values: floats(0, 0) };
  const source = floats(0, 0, 0, -1, 0, 0, 0, 0);
  assert.deepEqual([...zeroWindows({ ...read, source })], [1, 0]);
});

test("winners are counted by place, windows of zeros apart, and all add up to the total", () => {
  const counts = countWinners(Int32Array.of(3, 0, 3, 0), Uint8Array.of(0, 0, 0, 1), 4);
  assert.deepEqual(counts, { places: [1, 0, 0, 2], zero: 1, total: 4 });
});

test("an average divides by padding only when padding counts, and never by absent places", () => {
  const terms = [
    { is_padding: false, is_absent: false },
    { is_padding: true, is_absent: false },
    { is_padding: false, is_absent: true },
  ];
  assert.equal(divisorOf(terms, true), 2);
  assert.equal(divisorOf(terms, false), 1);
});
