/**
 * Where everything stands on the plot of a function: axes, numbers, and the words at the ring.
 */

import { short } from "../describe/numbers.js";
import { niceStep } from "../model/statistics.js";
import { ticks } from "./curve.js";
import { wordsBox } from "./labels.js";

/** @typedef {import("./curve.js").Point} Point */
/** @typedef {import("./labels.js").Box} Box */
/** @typedef {import("./labels.js").Place} Place */
/** @typedef {HorizontalAxis & {y: (value: number) => number}} Axes */

/**
 * @typedef {object} HorizontalAxis
 * @property {number} left  in pixels
 * @property {number} right
 * @property {(z: number) => number} x
 */

export const TOP = 4;
export const BOTTOM = 168;
/** Width of one character of the words, and of a number beside the vertical axis. */
export const CHARACTER_PX = 7.3;
const TICK_CHARACTER_PX = 6.2;
/** Numbers stand left of the vertical axis, unless the curve runs there higher than this. */
const TICKS_PX = 40;
const LOW_PX = 12;
/** Base lines of "z = −2.55" above and below the ring, by preference. */
const Z_ABOVE_PX = [103, 70, 44];
const Z_BELOW_PX = [54, 80];

const LEFT = 24;
const RIGHT = 8;
/** Room that a tick's number needs. */
const TICK_PX = 44;

/**
 * @param {number} limit
 * @param {number} width  of the plot, in pixels
 * @returns {HorizontalAxis}
 */
export function horizontalAxis(limit, width) {
  const [left, right] = [LEFT, width - RIGHT];
  return { left, right, x: (z) => left + ((z + limit) / (2 * limit)) * (right - left) };
}

/**
 * Round values along the horizontal axis, none of them at its very end.
 *
 * @param {Pick<HorizontalAxis, "left"|"right">} axis
 * @param {number} limit
 * @returns {number[]}
 */
export function horizontalTicks({ left, right }, limit) {
  const step = niceStep(2 * limit, (right - left) / TICK_PX);
  return ticks(-limit, limit, step).filter((value) => Math.abs(value) < limit * 0.97);
}

/**
 * Over or under the ring, on its dotted line.
 *
 * @param {number} x  of the ring
 * @param {number} y
 * @returns {Place[]}
 */
export function zPlaces(x, y) {
  const bases = [
    ...Z_ABOVE_PX.map((gap) => y - gap),
    ...Z_BELOW_PX.map((gap) => y + gap),
    TOP + 14,
    BOTTOM - 10,
  ];
  const anchors = /** @type {const} */ (["middle", "start", "end"]);
  return anchors.flatMap((anchor) => bases.map((base) => ({ x, y: base, anchor })));
}

/**
 * Beside the ring, then above and below it, at last under the words of z.
 *
 * @param {number} x  of the ring
 * @param {number} y
 * @param {Place} z
 * @returns {Place[]}
 */
export function resultPlaces(x, y, z) {
  const bases = [y + 4, y - 11, y + 20, y - 28, y + 36];
  const beside = bases.flatMap((base) => [
    { x: x - 12, y: base, anchor: /** @type {const} */ ("end") },
    { x: x + 12, y: base, anchor: /** @type {const} */ ("start") },
  ]);
  return [...beside, { ...z, y: z.y + 18 }];
}

/**
 * Numbers of the vertical axis: beside it where the curve leaves room, else left of the plot.
 *
 * @param {Axes} axes
 * @param {number[]} heights
 * @param {Point[]} line  in pixels
 * @returns {{value: number, place: Place, text: string}[]}
 */
export function verticalTicks({ x, y, left }, heights, line) {
  const [low, high] = [Math.min(0, ...heights), Math.max(0, ...heights)];
  const [zero, base] = [x(0), y(0)];
  const isTaken = line.some(
    ([at, height]) => at > zero - TICKS_PX && at < zero && Math.abs(height - base) > LOW_PX,
  );
  const end = isTaken ? left - 5 : zero - 8;
  return ticks(low, high, niceStep(high - low || 1, 5)).map((value) => ({
    value,
    text: short(value, 3),
    place: { x: end, y: y(value) + 4, anchor: "end" },
  }));
}

/** @param {Place} place @param {string} text */
export function tickBox(place, text) {
  return wordsBox(place, TICK_CHARACTER_PX * text.length);
}

/** @param {Point[]} line  in pixels @returns {Box[]}  along the curve, every few pixels */
export function curveBoxes(line) {
  return line.slice(1).flatMap(([toX, toY], index) => {
    const [fromX, fromY] = line[index];
    const parts = Math.max(1, Math.ceil(Math.hypot(toX - fromX, toY - fromY) / 4));
    return Array.from({ length: parts }, (_, part) => {
      const share = (part + 1) / parts;
      const [x, y] = [fromX + share * (toX - fromX), fromY + share * (toY - fromY)];
      return { left: x - 2, right: x + 2, top: y - 2, bottom: y + 2 };
    });
  });
}

/**
 * @param {number} limit
 * @param {number} low
 * @param {number} high
 * @param {number} width
 * @returns {Axes}
 */
export function axesOf(limit, low, high, width) {
  const [down, up] = [low * 1.08, high === 0 && low === 0 ? 1 : high * 1.08];
  return {
    ...horizontalAxis(limit, width),
    y: (value) => BOTTOM - ((value - down) / (up - down)) * (BOTTOM - TOP),
  };
}
