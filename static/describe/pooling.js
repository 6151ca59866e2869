/**
 * Pooling in words and figures: which place won, how the result follows, what was dropped.
 */

import { divisorOf } from "../model/statistics.js";
import { count, counted, fixed, printed } from "./numbers.js";

/** @typedef {import("../model/explain.js").Term} Term */
/** @typedef {"max"|"average"|"lp"|"global_max"|"global_average"} PoolKind */

/** Above this many cells a window is summarised instead of written out. */
const MOST_WRITTEN = 4;
const SUPERSCRIPTS = ["", "", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸"];

/** @param {PoolKind} kind */
export function isLargest(kind) {
  return kind === "max" || kind === "global_max";
}

/** @param {PoolKind} kind */
export function isWholeMap(kind) {
  return kind.startsWith("global");
}

/**
 * "top left", "centre", "row 2, column 4".
 *
 * @param {number} place  kernel row * kernel columns + kernel column
 * @param {[number, number]} size
 */
export function placeName(place, [rows, columns]) {
  const [row, column] = [Math.floor(place / columns), place % columns];
  if (rows > 3 || columns > 3) return `row ${row + 1}, column ${column + 1}`;
  const across = { 1: [""], 2: ["left", "right"], 3: ["left", "centre", "right"] };
  const down = { 1: [""], 2: ["top", "bottom"], 3: ["top", "middle", "bottom"] };
  const vertical = down[/** @type {1|2|3} */ (rows)][row];
  const horizontal = across[/** @type {1|2|3} */ (columns)][column];
  if (vertical === "middle" && horizontal === "centre") return "centre";
  return [vertical, horizontal].filter(Boolean).join(" ") || "the only cell";
}

const ALL = {
  1: "it is zero",
  2: "both are zero",
  3: "all three are zero",
  4: "all four are zero",
};

/** @param {number} cells  of the window */
export function allZero(cells) {
  return ALL[/** @type {1|2|3|4} */ (cells)] ?? `all ${count(cells)} are zero`;
}

/**
 * The place that won, counted in the window.
 *
 * @param {Term[]} terms
 * @param {number} result
 * @param {number|null} winner  as the server says
 */
export function winningPlace(terms, result, winner) {
  return winner ?? terms.findIndex((term) => !term.is_absent && term.value === result);
}

/**
 * Places needed to tell the winner from the runner-up, from two to four; two where even four do not
 * tell them apart.
 *
 * @param {Term[]} terms
 * @param {number} result
 */
export function decimalsToTell(terms, result) {
  const others = terms.filter((term) => !term.is_absent && term.value !== result);
  const second = Math.max(...others.map((term) => term.value));
  for (let decimals = 2; decimals <= 4; decimals += 1) {
    if (second.toFixed(decimals) !== result.toFixed(decimals)) return decimals;
  }
  return 2;
}

/**
 * The two lines at the arrow: how the result follows, and what that means.
 *
 * @param {object} facts
 * @param {PoolKind} facts.kind
 * @param {Term[]} facts.terms
 * @param {number} facts.result
 * @param {number} facts.winner  place in the window
 * @param {[number, number]} facts.size
 * @param {number} facts.decimals
 * @param {Record<string, any>} facts.parameters
 * @returns {[string, string]}
 */
export function arrowWords({ kind, terms, result, winner, size, decimals, parameters }) {
  const present = terms.filter((term) => !term.is_absent);
  const isShort = present.length <= MOST_WRITTEN;
  if (isLargest(kind)) {
    const values = present.map((term) => fixed(term.value, decimals)).join(", ");
    const rule = isShort ? `max(${values})` : `largest of ${count(present.length)} cells`;
    const isZero = present.every((term) => term.value === 0);
    return [rule, isZero ? allZero(present.length) : whoWins(terms, result, winner, size, kind)];
  }
  if (kind === "lp") return [normRule(present, isShort, Number(parameters.p ?? 2)), "the norm"];
  const cells = divisorOf(terms, parameters.count_include_pad !== false);
  const sum = present.reduce((total, term) => total + term.value, 0);
  const rule = isShort ? `(${sumText(present)}) / ${cells}` : `${printed(sum)} / ${count(cells)}`;
  return [rule, `the mean of ${counted(cells, "cell")}`];
}

/**
 * @param {Term[]} terms
 * @param {number} result
 * @param {number} winner
 * @param {[number, number]} size
 * @param {PoolKind} kind
 */
function whoWins(terms, result, winner, size, kind) {
  const equals = terms.filter((term) => !term.is_absent && term.value === result).length;
  const { row, column } = terms[winner] ?? { row: 0, column: 0 };
  const name = isWholeMap(kind) ? `row ${row + 1}, column ${column + 1}` : placeName(winner, size);
  return equals > 1 ? `${name} wins, first of ${equals} equals` : `${name} wins`;
}

/** @param {Term[]} terms */
function sumText(terms) {
  return terms
    .map(({ value }, index) => {
      if (index === 0) return fixed(value, 2);
      return value < 0 ? `− ${fixed(-value, 2)}` : `+ ${fixed(value, 2)}`;
    })
    .join(" ");
}

/**
 * @param {Term[]} terms
 * @param {boolean} isShort
 * @param {number} p
 */
function normRule(terms, isShort, p) {
  const power = SUPERSCRIPTS[p] ?? `^${p}`;
  if (!isShort) return `root of ${count(terms.length)} ${p === 2 ? "squares" : "powers"}`;
  const parts = terms.map(({ value }) => `${fixed(Math.abs(value), 2)}${power}`).join(" + ");
  if (p === 1) return parts;
  return p === 2 ? `√(${parts})` : `(${parts})^(1/${p})`;
}

/**
 * The calculation of a window whose result is not simply one of its cells, or of a whole map.
 *
 * @param {object} facts
 * @param {PoolKind} facts.kind
 * @param {Term[]} facts.terms
 * @param {number} facts.result
 * @param {Record<string, any>} facts.parameters
 * @returns {{label: string, value: string, is_total: boolean}[]}
 */
export function poolFigures({ kind, terms, result, parameters }) {
  const present = terms.filter((term) => !term.is_absent);
  const values = present.map((term) => term.value);
  const row = (/** @type {string} */ label, /** @type {string} */ value, is_total = false) => ({
    label,
    value,
    is_total,
  });
  const extremes = [
    row("cells", count(values.length)),
    row(
      "largest",
      fixed(
        values.reduce((most, value) => Math.max(most, value)),
        2,
      ),
    ),
    row(
      "smallest",
      fixed(
        values.reduce((least, value) => Math.min(least, value)),
        2,
      ),
    ),
    row("exactly zero", count(values.filter((value) => value === 0).length)),
  ];
  if (isLargest(kind)) return [...extremes, row("sent on", printed(result), true)];
  if (kind === "lp") {
    const p = Number(parameters.p ?? 2);
    const sum = values.reduce((total, value) => total + Math.abs(value) ** p, 0);
    const what = p === 2 ? "sum of the squares" : `sum of the powers of ${p}`;
    return [...extremes, row(what, printed(sum)), row("its root", printed(result), true)];
  }
  const cells = divisorOf(terms, parameters.count_include_pad !== false);
  const padding = present.filter((term) => term.is_padding).length;
  const sum = values.reduce((total, value) => total + value, 0);
  const note = padding > 0 ? [row("of them padding", count(padding))] : [];
  const ends = [
    row("sum", printed(sum)),
    row("divided by", count(cells)),
    row("mean", printed(result), true),
  ];
  return [...extremes.slice(0, 1), ...note, ...extremes.slice(1, 3), ...ends];
}
