/**
 * The strip 'What happens to this cell next' in words.
 */

import { activationWords } from "./activations.js";
import { counted, times } from "./numbers.js";

/** @typedef {import("../model/next-cells.js").NextLink} NextLink */

/** What an arrow into a pooled cell says, by the pooling's kind. */
const RULES = /** @type {Record<string, string>} */ ({
  max: "largest",
  average: "mean",
  lp: "norm",
  global_max: "largest",
  global_average: "mean",
});

/**
 * What the arrow into a cell says.
 *
 * @param {import("../model/next-cells.js").NextCell} link
 * @param {NextLink} before
 */
export function ruleOf({ stage }, before) {
  if (before.kind !== "window") return activationWords(stage.parameters).call;
  return RULES[String(stage.parameters.kind)] ?? "";
}

/** @param {import("../model/next-cells.js").NextReaders} link */
export function readersText({ readers, stage }) {
  if (readers === 0) return `no window of ${stage.title} reads it`;
  return `read by ${counted(readers, "window")} of ${stage.title}`;
}

/** @param {import("../model/next-cells.js").NextWindow} link */
export function windowText({ size, waits, readers }) {
  const one = readers > 1 ? `, one of ${readers}` : "";
  return waits > 0 ? `waits for ${counted(waits, "cell")}` : `${times(size)} window${one}`;
}

/**
 * "Conv 1" within a line is "conv 1"; "ReLU 1" keeps its capitals.
 *
 * @param {string} title
 */
export function lowered(title) {
  return /^[A-Z][a-z]+\b/.test(title) ? title[0].toLowerCase() + title.slice(1) : title;
}
