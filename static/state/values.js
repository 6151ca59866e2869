/**
 * Settings as a person reads, types and steps them: one codec for each type of parameter.
 */

import { parseNumber, ranged, short } from "../describe/numbers.js";

/** @typedef {import("./state.js").Pair} Pair */
/** @typedef {[Pair, Pair]} Padding  ((top, bottom), (left, right)) */

/**
 * @template T
 * @typedef {object} Codec
 * @property {(value: T) => string} format
 * @property {(value: T) => string} spoken  for screen readers
 * @property {(text: string) => T|null} parse  null when the text is not such a value, or out of range
 * @property {string} allowed  what can be typed, in words
 * @property {(value: T, steps: number) => T} moved  by steps, kept in range
 * @property {(value: T) => number} number  one number that stands for it
 */

/** @typedef {{minimum?: number, maximum?: number, step?: number, is_size?: boolean}} Range */

/** @param {number} value @param {Range} range */
function clamp(value, { minimum = -Infinity, maximum = Infinity }) {
  return Math.min(maximum, Math.max(minimum, value));
}

/** @param {number} value @param {Range} range */
function isWithin(value, range) {
  return clamp(value, range) === value;
}

/**
 * One step from a value, in range; a value that came from elsewhere may lie beyond it.
 *
 * @param {number} value
 * @param {number} by
 * @param {Range} range
 */
function stepFrom(value, by, { minimum = -Infinity, maximum = Infinity }) {
  const reach = { minimum: Math.min(minimum, value), maximum: Math.max(maximum, value) };
  return clamp(value + by, reach);
}

/** @param {number} value */
function tidy(value) {
  return Number(value.toFixed(6));
}

/**
 * @param {Range} range
 * @returns {Codec<number>}
 */
export function integerCodec(range) {
  return {
    format: (value) => short(value, 0),
    spoken: (value) => String(value).replace("-", "minus "),
    parse: (text) => {
      const value = parseNumber(text);
      return value !== null && Number.isInteger(value) && isWithin(value, range) ? value : null;
    },
    allowed: ranged("a whole number", range),
    moved: (value, steps) => stepFrom(Math.round(value), steps, range),
    number: (value) => value,
  };
}

/**
 * @param {Range & {decimals?: number}} range  decimals: places shown at least for what is not whole
 * @returns {Codec<number>}
 */
export function numberCodec({ decimals = 0, ...range }) {
  const step = range.step ?? 0.1;
  return {
    format: (value) => formatNumber(value, decimals),
    spoken: (value) => String(tidy(value)).replace("-", "minus "),
    parse: (text) => {
      const value = parseNumber(text);
      return value !== null && isWithin(value, range) ? value : null;
    },
    allowed: ranged("a number", range),
    moved: (value, steps) => tidy(stepFrom(value, steps * step, range)),
    number: (value) => value,
  };
}

/** @param {number} value @param {number} decimals */
function formatNumber(value, decimals) {
  const text = short(value, 4);
  const places = text.split(".")[1]?.length ?? 0;
  return Number.isInteger(value) || places >= decimals
    ? text
    : text + "0".repeat(decimals - places);
}

/**
 * @param {Range} range  is_size: a square is written "3 × 3", not "3"
 * @returns {Codec<Pair>}
 */
export function pairCodec(range) {
  return {
    format: ([rows, columns]) =>
      rows === columns && !range.is_size
        ? short(rows, 0)
        : `${short(rows, 0)} × ${short(columns, 0)}`,
    spoken: ([rows, columns]) =>
      rows === columns && !range.is_size ? `${rows}` : `${rows} by ${columns}`,
    parse: (text) => {
      const pair = pairOf(text, wholeNumber);
      return pair?.every((cells) => isWithin(cells, range)) ? pair : null;
    },
    allowed: `${ranged("a whole number", range)}, or rows × columns such as 3 × 5`,
    moved: ([rows, columns], steps) => {
      const by = shared([rows, columns], steps, range);
      return [rows + by, columns + by];
    },
    number: ([rows]) => rows,
  };
}

/**
 * How far all numbers can move together before one of them is at its limit.
 *
 * @param {number[]} values
 * @param {number} steps
 * @param {Range} range
 */
function shared(values, steps, range) {
  const moves = values.map((value) => stepFrom(value, steps, range) - value);
  return steps > 0 ? Math.max(0, Math.min(...moves)) : Math.min(0, Math.max(...moves));
}

/**
 * "3", "3x5", "3 × 5", "3 5".
 *
 * @template T
 * @param {string} text
 * @param {(part: string) => T|null} read
 * @returns {[T, T]|null}
 */
function pairOf(text, read) {
  const parts = text
    .trim()
    .split(/\s*[x×*,;]\s*|(?<=\d)\s+(?=\d)/i)
    .map(read);
  const [first, second = first] = parts;
  if (parts.length > 2 || first === undefined || first === null) return null;
  return second === undefined || second === null ? null : [first, second];
}

/** @param {string} text @returns {number|null} */
function wholeNumber(text) {
  return /^\d+$/.test(text) ? Number(text) : null;
}

/**
 * Cells added on each side, or a named rule.
 *
 * @param {Range & {names: string[], resolved: () => Padding}} options
 *   names: such as "same"; resolved: what the named rule came to in the last run
 * @returns {Codec<number|Pair|Padding|string>}
 */
export function paddingCodec({ names, resolved, ...range }) {
  const numbers = (/** @type {number|Pair|Padding|string} */ value) =>
    typeof value === "string" ? resolved() : asPadding(value);
  return {
    format: (value) => (typeof value === "string" ? value : formatPadding(asPadding(value))),
    spoken: (value) => (typeof value === "string" ? value : spokenPadding(asPadding(value))),
    parse: (text) => {
      const name = text.trim().toLowerCase();
      if (names.includes(name)) return name;
      const padding = /** @type {Padding|null} */ (pairOf(text, sides));
      return padding?.flat().every((cells) => isWithin(cells, range)) ? padding : null;
    },
    allowed: [ranged("a whole number", range), "rows × columns", "before+after", ...names].join(
      ", ",
    ),
    moved: (value, steps) => {
      const sidesNow = numbers(value);
      const by = shared(sidesNow.flat(), steps, range);
      return /** @type {Padding} */ (sidesNow.map((pair) => pair.map((cells) => cells + by)));
    },
    number: (value) => numbers(value)[0][0],
  };
}

/** @param {number|Pair|Padding} value @returns {Padding} */
function asPadding(value) {
  if (typeof value === "number") {
    return [
      [value, value],
      [value, value],
    ];
  }
  const [rows, columns] = value;
  return [
    typeof rows === "number" ? [rows, rows] : rows,
    typeof columns === "number" ? [columns, columns] : columns,
  ];
}

/** @param {Padding} padding  "0", "1 × 2", "0+1" */
function formatPadding([rows, columns]) {
  const texts = [rows, columns].map(([before, after]) =>
    before === after ? String(before) : `${before}+${after}`,
  );
  return texts[0] === texts[1] ? texts[0] : texts.join(" × ");
}

/** @param {Padding} padding */
function spokenPadding([[top, bottom], [left, right]]) {
  const isEven = top === bottom && left === right && top === left;
  return isEven ? String(top) : `top ${top}, bottom ${bottom}, left ${left}, right ${right}`;
}

/** @param {string} text  "1" or "0+1" @returns {Pair|null} */
function sides(text) {
  const parts = text.split("+").map((part) => wholeNumber(part.trim()));
  const [before, after = before] = parts;
  if (parts.length > 2 || before === null || before === undefined) return null;
  return after === null || after === undefined ? null : [before, after];
}
