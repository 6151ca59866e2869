/**
 * One output cell as lines of signed terms: "−0.16 + 0 + 0.66 … = 2.51".
 */

import { channelName, ledgerFigures } from "./ledger.js";
import { fixed } from "./numbers.js";

/** @typedef {import("../model/explain.js").Explanation} Explanation */
/** @typedef {import("../model/scene.js").Scene} Scene */

/**
 * @typedef {object} SignedTerm
 * @property {string} operator  "+" or "−"; the first of a line carries its sign itself
 * @property {string} text
 * @property {"negative"|"zero"|"positive"} sign
 */

/**
 * @typedef {object} TermLine
 * @property {number} position  among the channels
 * @property {string} name  letter or number of the channel; "" when there is only one
 * @property {SignedTerm[]} terms
 * @property {number} reads  products behind each term: 1, or those of a whole kernel row
 * @property {"="|"≈"} relation  "≈" where the printed terms do not add up to the printed sum
 * @property {string} sum
 */

/**
 * @typedef {object} Sums
 * @property {TermLine[]} lines  one per channel, or the opened one of many
 * @property {SignedTerm[]|null} partials  of all channels, where not each has a line
 * @property {SignedTerm|null} bias  null when there is none to add
 * @property {string|null} rounding
 * @property {string} total
 */

/** Larger windows are summed row by row: nobody reads fifty terms. */
const MOST_TERMS = 25;
/** More channels than this have one line together. */
const MOST_LINES = 4;
const DECIMALS = 2;
const MINUS = "\u2212";

/**
 * @param {Scene} scene
 * @param {Explanation} explanation
 * @param {number} open  channel whose terms are shown where not all are
 * @returns {Sums}
 */
export function sumsOf(scene, explanation, open) {
  const { channels, bias } = explanation;
  const figures = ledgerFigures(explanation);
  const isSingle = channels.length === 1;
  const isMany = channels.length > MOST_LINES;
  const own = isSingle && bias !== 0 ? [signedTerm(bias, figures.bias)] : [];
  const lines = channels
    .map((channel, position) => {
      const { terms, reads } = termsOf(channel.terms, explanation.size);
      const sum = isSingle ? figures.total : unsigned(figures.partials[position]);
      return {
        position,
        name: isSingle ? "" : channelName(scene, channel.channel),
        terms,
        reads,
        relation: relationOf([...terms, ...own], sum),
        sum,
      };
    })
    .filter(({ position }) => !isMany || position === open);
  return {
    lines,
    partials: isMany ? partialTerms(figures.partials) : null,
    bias: !isSingle || bias !== 0 ? signedTerm(bias, figures.bias) : null,
    rounding: isSingle ? null : figures.rounding,
    total: figures.total,
  };
}

/** Two grids of an embed have the room of three in the ledger. */
const GRID_PX = 130;
/** Cells with a sign and two decimals, by the longer side of the kernel. @type {Record<number, number>} */
const WIDE_PX = { 1: 34, 2: 34, 3: 34, 4: 32, 5: 30 };

/**
 * @param {[number, number]} size  kernel rows and columns
 * @returns {import("./ledger.js").LedgerLayout}
 */
export function pairLayout([rows, columns]) {
  const longest = Math.max(rows, columns);
  const usual = longest <= 4 ? 28 : Math.max(1, Math.floor(GRID_PX / longest));
  // A window of five leaves room for the signs of a kernel that has two decimals.
  const cell_px = longest === 5 ? 24 : usual;
  const decimals = cell_px >= 24 ? 2 : cell_px >= 21 ? 1 : null;
  const wide_px = WIDE_PX[longest] ?? cell_px;
  return { cell_px, wide_px, decimals, is_accordion: false, folded_px: cell_px };
}

/**
 * Whether every product of a map is printed whole, whichever cell is on show.
 *
 * @param {Scene} scene
 */
export function areTermsWhole({ run, stage, map, source }) {
  const weights = run.weights(stage.id);
  if (!weights || source?.kind !== "input") return false;
  if (run.manifest.recipe.input.quantize === "exact") return false;
  const each = weights.weight.length / weights.weightShape[0];
  return weights.weight.subarray(map * each, (map + 1) * each).every(Number.isInteger);
}

/**
 * Characters that any term of this map needs: lines must not grow and shrink while it is painted.
 *
 * @param {Scene} scene
 */
export function widestTerm({ run, stage, map, source }) {
  const weights = run.weights(stage.id);
  if (!weights || !source) return 0;
  const [, slices, rows, columns] = weights.weightShape;
  const each = slices * rows * columns;
  const largest = Math.max(...weights.weight.subarray(map * each, (map + 1) * each).map(Math.abs));
  const peak = Math.max(
    ...stage.maps[map].sources.map((channel) => run.map(source.id, channel).peak),
  );
  const isGrouped = rows * columns > MOST_TERMS;
  return fixed(largest * peak * (isGrouped ? columns : 1) || 1, DECIMALS).length;
}

/**
 * @param {import("../model/explain.js").Term[]} terms
 * @param {[number, number]} size
 * @returns {{terms: SignedTerm[], reads: number}}
 */
function termsOf(terms, [, columns]) {
  const products = terms.map(({ product }) => product);
  if (products.length <= MOST_TERMS) return { terms: signedTerms(products), reads: 1 };
  const rows = Array.from({ length: products.length / columns }, (_, row) =>
    products.slice(row * columns, (row + 1) * columns).reduce((sum, product) => sum + product, 0),
  );
  return { terms: signedTerms(rows), reads: columns };
}

/** @param {number[]} values */
function signedTerms(values) {
  return values.map((value, place) => signedTerm(value, fixed(value, DECIMALS), place === 0));
}

/** @param {string[]} texts */
function partialTerms(texts) {
  return texts.map((text, place) =>
    signedTerm(text.startsWith(MINUS) ? -1 : 1, unsigned(text), place === 0),
  );
}

/**
 * @param {number} value
 * @param {string} text  as printed, with or without its sign
 * @param {boolean} [isFirst]
 * @returns {SignedTerm}
 */
function signedTerm(value, text, isFirst = false) {
  const plain = text.replace(/^[+\u2212]/, "");
  const isZero = value === 0 || Number(plain) === 0;
  const isNegative = value < 0 && !isZero;
  return {
    operator: isFirst ? "" : isNegative ? MINUS : "+",
    text: isFirst && isNegative ? MINUS + plain : plain,
    sign: isZero ? "zero" : isNegative ? "negative" : "positive",
  };
}

/** "+2.47" as a result is "2.47". @param {string} text */
function unsigned(text) {
  return text.replace(/^\+/, "");
}

/** As printed, in millionths: exact in integers. */
const UNITS = 1_000_000;

/** @param {SignedTerm[]} terms @param {string} sum @returns {TermLine["relation"]} */
function relationOf(terms, sum) {
  const units = (/** @type {string} */ text) =>
    Math.round(Number(text.replace(MINUS, "-")) * UNITS);
  const added = terms.reduce(
    (total, { operator, text }) => total + (operator === MINUS ? -units(text) : units(text)),
    0,
  );
  return added === units(sum) ? "=" : "≈";
}
