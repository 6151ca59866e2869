import assert from "node:assert/strict";
import { test } from "node:test";
import {
  count,
  counted,
  exactDecimals,
  fixed,
  inWords,
  parseNumber,
  percent,
  printed,
  ranged,
  roundingGap,
  short,
  signed,
  span,
  spanRead,
  times,
} from "../../../static/describe/numbers.js";

test("a minus is a minus sign, and only an exact zero is 0", () => {
  assert.equal(fixed(-2.16, 2), "−2.16");
  assert.equal(fixed(0, 2), "0");
  assert.equal(fixed(-0, 2), "0");
  assert.equal(fixed(-0.001, 2), "0.00", "a value that rounds to zero has no sign");
  assert.equal(fixed(3, 2), "3.00");
});

test("a signed number has its plus, and zero has none", () => {
  assert.equal(signed(2.5, 2), "+2.50");
  assert.equal(signed(-2.5, 2), "−2.50");
  assert.equal(signed(0, 2), "0");
  assert.equal(signed(0.001, 2), "0.00");
});

test("a short number has the places it needs", () => {
  assert.deepEqual(
    [2, -0.5, 0.25, 1 / 3].map((value) => short(value)),
    ["2", "−0.5", "0.25", "0.33"],
  );
  assert.equal(short(-0), "0");
  assert.equal(short(-0.001), "0", "no minus without a number");
  assert.equal(short(0.1234, 4), "0.1234");
});

test("thousands have commas", () => {
  assert.deepEqual([0, 999, 1000, 8836, 1234567].map(count), [
    "0",
    "999",
    "1,000",
    "8,836",
    "1,234,567",
  ]);
  assert.equal(percent(0.8), "80.0\u00a0%");
});

test("what a person types is read, with either minus and either point", () => {
  const read = {
    2: 2,
    "-0.5": -0.5,
    "−0.5": -0.5,
    "1,25": 1.25,
    ".5": 0.5,
    " +3 ": 3,
    "4.": 4,
    "-1e5": -1e5,
  };
  for (const [text, value] of Object.entries(read)) assert.equal(parseNumber(text), value, text);
  for (const text of ["", "-", "1.2.3", "e5", "1e", "abc", "0x10", "∞", "NaN", "1 2"]) {
    assert.equal(parseNumber(text), null, text);
  }
});

test("what is printed is read back", () => {
  for (const value of [-12.25, -0.01, 0, 0.5, 99]) {
    assert.equal(parseNumber(fixed(value, 2)), value);
    assert.equal(parseNumber(signed(value, 2)), value);
    assert.equal(parseNumber(short(value)), value);
  }
});

test("a list is printed with as many places as it needs", () => {
  const limits = { least: 2, most: 4 };
  assert.deepEqual(exactDecimals([1, -2.5], limits), { decimals: 2, is_exact: true });
  assert.deepEqual(exactDecimals([1.125, 2], limits), { decimals: 3, is_exact: true });
  assert.deepEqual(exactDecimals([0.12345], limits), { decimals: 4, is_exact: false });
  assert.deepEqual(exactDecimals([], limits), { decimals: 2, is_exact: true });
  const noisy = Math.fround(2.47) + Math.fround(0.33);
  assert.deepEqual(exactDecimals([noisy], limits), { decimals: 2, is_exact: true });
});

/** Random numbers that are the same every time. */
function* numbers(/** @type {number} */ seed) {
  let state = seed;
  while (true) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

test("a number shows from two to four places, and commas in thousands", () => {
  assert.equal(printed(0.25), "0.25");
  assert.equal(printed(1.25), "1.25");
  assert.equal(printed(1.40625), "1.4063");
  assert.equal(printed(1098.93), "1,098.93");
});

test("a range names the bounds that it has", () => {
  assert.equal(ranged("a number", {}), "a number");
  assert.equal(ranged("a number", { minimum: -0.5 }), "a number of at least −0.5");
  assert.equal(ranged("a number", { maximum: 1e6 }), "a number of at most 1,000,000");
  assert.equal(ranged("a number", { minimum: -99, maximum: 99 }), "a number from −99 to 99");
});

test("printed parts and the rounding row always add up to the printed total", () => {
  const random = numbers(7);
  const next = () => /** @type {number} */ (random.next().value);
  const digits = (/** @type {string} */ text, /** @type {number} */ decimals) =>
    Math.round((parseNumber(text) ?? Number.NaN) * 10 ** decimals);
  for (let trial = 0; trial < 4000; trial += 1) {
    const decimals = 2 + (trial % 3);
    // Sixteenths and hundredths meet halves of the last place; both are what kernels are made of.
    const grain = [1 / 32, 0.005, 1e-7][trial % 3];
    const parts = Array.from(
      { length: 1 + (trial % 5) },
      () => Math.round((next() * 8 - 4) / grain) * grain,
    );
    const total = Math.fround(parts.reduce((sum, part) => sum + part, 0));
    const gap = roundingGap(parts, total, decimals);
    const total_printed = parts.reduce(
      (sum, part) => sum + digits(fixed(part, decimals), decimals),
      0,
    );
    assert.equal(
      total_printed + Math.round(gap * 10 ** decimals),
      digits(fixed(total, decimals), decimals),
      `${parts} with ${decimals} places`,
    );
  }
});

test("counts, ranges and shapes are counted from 1 and in words", () => {
  assert.equal(times([3, 5]), "3 × 5");
  assert.equal(span("row", [49, 51]), "rows 50–52");
  assert.equal(span("column", [0, 0]), "column 1");
  assert.equal(span("row", null), "only padding rows");
  assert.equal(counted(1, "cell"), "1 cell");
  assert.equal(counted(1200, "cell"), "1,200 cells");
  assert.deepEqual([0, 3, 9, 10, 1000].map(inWords), ["No", "Three", "Nine", "10", "1,000"]);
});

test("a window that goes on at the other side names what it reads, in its order", () => {
  assert.equal(spanRead("row", [0, 0], [94, 95, 0]), "rows 95, 96, 1");
  assert.equal(spanRead("row", [0, 2], [2, 1, 0, 1, 2]), "rows 1–3", "a mirror image");
  assert.equal(spanRead("column", [0, 1], [-1, 0, 1]), "columns 1–2");
  assert.equal(spanRead("column", null, [-1, -1]), "only padding columns");
});
