import assert from "node:assert/strict";
import { test } from "node:test";
import {
  BIAS_MS,
  CHANNEL_MS,
  FIRST_WINDOW_LIMIT_MS,
  FLIGHT_MS,
  GLIDE_MS,
  REST_MS,
  ROW_MS,
  schedule,
  TERM_MS,
  TOTAL_MS,
} from "../../../static/timeline/schedule.js";

const SIZES = [
  { rows: 94, columns: 94, terms: 27, channels: 3 },
  { rows: 5, columns: 7, terms: 9, channels: 1 },
  { rows: 1, columns: 6, terms: 4, channels: 1 },
  { rows: 6, columns: 1, terms: 4, channels: 1 },
  { rows: 1, columns: 1, terms: 1, channels: 1 },
  { rows: 382, columns: 382, terms: 363, channels: 3 },
];
const SIZE = SIZES[0];

/** The first window of 27 terms, as the design times it. */
const FIRST_MS = 27 * TERM_MS + 3 * CHANNEL_MS + BIAS_MS + TOTAL_MS + FLIGHT_MS;

test("a window is found again at the time when it is painted, for every window of a map", () => {
  for (const size of SIZES) {
    const line = schedule(size);
    const steps = size.rows * size.columns;
    const stride = Math.max(1, Math.floor(steps / 5000));
    for (let step = 0; step < steps; step += stride) {
      const moment = line.at(line.timeOf(step));
      assert.equal(moment.step, step, JSON.stringify(size));
      assert.equal(moment.painted, step + 1);
      assert.equal(moment.term, null);
      assert.equal(moment.closing, 1);
    }
  }
});

test("time only ever paints more", () => {
  for (const size of SIZES) {
    const line = schedule(size);
    let before = line.at(0);
    for (let part = 0; part <= 2000; part += 1) {
      const moment = line.at((line.duration_ms * part) / 2000);
      assert.ok(moment.painted >= before.painted);
      assert.ok(moment.step >= before.step);
      assert.ok(moment.toward >= 0 && moment.toward <= 1);
      before = moment;
    }
    assert.equal(before.painted, line.steps);
  }
});

test("it begins with no term and ends with the whole map", () => {
  const line = schedule(SIZE);
  const begin = { step: 0, phase: "terms", term: 0, closing: 0, toward: 0, painted: 0 };
  assert.deepEqual(line.at(0), begin);
  assert.deepEqual(line.at(-50), begin);
  const end = line.at(line.duration_ms);
  assert.deepEqual([end.phase, end.step, end.painted], ["finished", 94 * 94 - 1, 94 * 94]);
  assert.deepEqual(line.at(Number.MAX_SAFE_INTEGER), end);
});

test("the first window takes its terms one by one, then closes", () => {
  const line = schedule(SIZE);
  assert.equal(line.timeOf(0), FIRST_MS);
  const revealing = 27 * TERM_MS + 3 * CHANNEL_MS;
  const halfway = line.at(revealing / 2);
  assert.deepEqual([halfway.phase, halfway.term, halfway.painted], ["terms", 13, 0]);
  assert.equal(line.at(revealing - 1).term, 26);
  const closing = line.at(revealing);
  assert.deepEqual([closing.term, closing.closing], [null, 0]);
  const middle = line.at(revealing + (FIRST_MS - revealing) / 2).closing;
  assert.ok(Math.abs(middle - 0.5) < 1e-9);
});

test("the first window never takes longer than its limit", () => {
  const line = schedule({ rows: 9, columns: 9, terms: 363, channels: 64 });
  assert.ok(Math.abs(line.timeOf(0) - FIRST_WINDOW_LIMIT_MS) < 1e-6);
  assert.equal(line.at(FIRST_WINDOW_LIMIT_MS).painted, 1);
});

test("the first row glides from window to window, and rests at each", () => {
  const line = schedule(SIZE);
  const at = (/** @type {number} */ share) => line.at(FIRST_MS + share * GLIDE_MS);
  assert.deepEqual([at(0).step, at(0).toward, at(0).phase], [0, 0, "window"]);
  assert.equal(at(0.5).step, 0);
  assert.ok(Math.abs(at(0.5).toward - 0.5) < 1e-9);
  assert.deepEqual([at(1).step, at(1).toward], [1, 0]);
  const resting = line.at(FIRST_MS + GLIDE_MS + REST_MS / 2);
  assert.deepEqual([resting.step, resting.toward, resting.painted], [1, 0, 2]);
});

test("after the first row it sweeps, one row in the same time", () => {
  const line = schedule(SIZE);
  const rowEnd = FIRST_MS + 93 * (GLIDE_MS + REST_MS);
  assert.equal(line.duration_ms, rowEnd + 93 * ROW_MS);
  const sweeping = line.at(rowEnd + 10 * ROW_MS);
  assert.deepEqual([sweeping.phase, sweeping.painted], ["sweep", 11 * 94]);
});

test("windows beyond the ends are the ends", () => {
  const line = schedule(SIZE);
  assert.equal(line.timeOf(-3), line.timeOf(0));
  assert.equal(line.timeOf(1e9), line.duration_ms);
});
