/**
 * What is said under the histogram of a map.
 */

import {
  countAtMost,
  countAtMostWithoutBias,
  fullestPair,
  summarise,
} from "../model/statistics.js";
import { fixed, percent, short } from "./numbers.js";

/** @typedef {import("../model/activation.js").ActivationFacts} ActivationFacts */
/** @typedef {import("../model/statistics.js").Histogram} Histogram */

/**
 * @param {Histogram} bins
 * @param {ActivationFacts} facts
 * @returns {string[]}
 */
export function histogramCaptions(bins, { before, after, words, bias }) {
  const lines = [];
  const range = summarise(before);
  const pair = fullestPair(bins);
  if (range.least === range.most) lines.push(`All cells are ${fixed(range.least, 2)}.`);
  else if (pair) {
    const share = Math.round((100 * pair.count) / before.length);
    lines.push(
      `${share} % of the cells lie between ${short(pair.from, 4)} and ${short(pair.to, 4)}.`,
    );
  }
  if (words.sets_zero) {
    if (bias !== 0) lines.push(biasCaption(before, bias));
  } else {
    const other = summarise(after);
    lines.push(
      `Before: ${fixed(range.least, 2)} to ${fixed(range.most, 2)}. After: ${fixed(other.least, 2)} to ${fixed(other.most, 2)}.`,
    );
  }
  return lines;
}

/**
 * @param {Float32Array} before
 * @param {number} bias
 */
function biasCaption(before, bias) {
  const without = countAtMostWithoutBias(before, bias) / before.length;
  const only = without < countAtMost(before, 0) / before.length ? "only " : "";
  return `Without the bias of ${fixed(bias, 2)}, ${only}${percent(without)} would be set to zero.`;
}
