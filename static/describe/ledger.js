/**
 * The ledger in words and figures: how many places are printed, which rows are open, what is said.
 */

import { counted, exactDecimals, fixed, inWords, roundingGap, short, signed } from "./numbers.js";

/** @typedef {import("../model/explain.js").Explanation} Explanation */
/** @typedef {import("../model/scene.js").Scene} Scene */

/** Rows of the ledger between the column heads and the bias line, at 1440. */
export const LEDGER_HEIGHT_PX = 288;
const ROW_GAP_PX = 12;
const FOLDED_PX = 42;
const LINE_PX = 20;
/** Above this many input maps, folded rows are one line each. */
const MOST_FOLDED = 5;

/**
 * @typedef {object} LedgerLayout
 * @property {number} cell_px  side of an open row's cells
 * @property {number} wide_px  width of product and of two-decimal kernel cells
 * @property {number|null} decimals  printed in window cells; null = too small for numbers
 * @property {boolean} is_accordion
 * @property {number} folded_px  height of a folded row
 */

/**
 * @param {[number, number]} size  kernel rows and columns
 * @param {number} channels
 * @returns {LedgerLayout}
 */
export function ledgerLayout([rows, columns], channels) {
  const longest = Math.max(rows, columns);
  const [cell_px, wide_px, decimals] = cellSize(longest);
  const height = channels * rows * cell_px + (channels - 1) * ROW_GAP_PX;
  return {
    cell_px,
    wide_px,
    decimals,
    is_accordion: channels > 3 || height > LEDGER_HEIGHT_PX,
    folded_px: channels > MOST_FOLDED ? LINE_PX : FOLDED_PX,
  };
}

/** What three grids have of the middle: with numbers (the Σ gives way), and without. */
const GRIDS_PX = { numbers: 330, colours: 306 };
/** Cells print numbers from here up. */
const NUMBER_PX = 22;

/**
 * @param {number} longest  kernel side
 * @returns {[number, number, number|null]}  cell, wide cell, decimals
 */
function cellSize(longest) {
  if (longest <= 3) return [28, 34, 2];
  const numbered = Math.floor(GRIDS_PX.numbers / 3 / longest);
  if (numbered >= NUMBER_PX) return [numbered, numbered, 1];
  const coloured = Math.floor(GRIDS_PX.colours / 3 / longest);
  return [coloured, coloured, null];
}

/**
 * @typedef {object} LedgerFigures
 * @property {string[]} partials
 * @property {string} bias
 * @property {string} total
 * @property {string|null} rounding  the printed difference, when the printed parts do not add up
 * @property {number} decimals
 * @property {boolean} is_exact  sums, bias and total are printed whole
 * @property {boolean} are_products_exact  with two decimals
 */

/**
 * @param {Explanation} explanation
 * @returns {LedgerFigures}
 */
export function ledgerFigures({ channels, bias, result }) {
  const partials = channels.map(({ partial }) => partial);
  const products = channels.flatMap(({ terms }) => terms.map(({ product }) => product));
  const { decimals, is_exact } = exactDecimals([...partials, bias, result], { least: 2, most: 4 });
  const gap = roundingGap([...partials, bias], result, decimals);
  const printedBias = signed(bias, Math.max(2, Math.min(decimals, decimalsOf(bias))));
  // Sums of float32 may miss a zero by a little; a bias is what somebody wrote.
  const isTiny = bias !== 0 && Number(fixed(bias, decimals)) === 0;
  return {
    partials: partials.map((partial) => signed(partial, decimals)),
    bias: isTiny ? withSign(bias) : printedBias,
    total: fixed(result, decimals),
    rounding: gap === 0 ? null : signed(gap, decimals),
    decimals,
    is_exact: is_exact && !isTiny,
    are_products_exact: exactDecimals(products, { least: 2, most: 2 }).is_exact,
  };
}

/** @param {number} value  of six decimals at most, as addresses have them */
function withSign(value) {
  return value > 0 ? `+${short(value, 6)}` : short(value, 6);
}

/** @param {number} value */
function decimalsOf(value) {
  return exactDecimals([value], { least: 2, most: 4 }).decimals;
}

/**
 * A number for a small cell: as many places as fit.
 *
 * @param {number} value
 * @param {number|null} decimals  null = none are printed
 * @param {number} [most]  characters
 */
export function cellText(value, decimals, most = 4) {
  if (decimals === null) return "";
  for (let places = decimals; places > 0; places -= 1) {
    const text = fixed(value, places);
    if (text.length <= most) return text;
  }
  // Only large numbers may lose their places: a bare 0 means an exact zero.
  return Math.abs(value) >= 9.5 ? fixed(value, 0) : "";
}

/**
 * What stands over the products; "rounded" only where rounded numbers are printed.
 *
 * @param {LedgerFigures} figures
 * @param {Pick<LedgerLayout, "decimals">} layout
 */
export function productsHead(figures, layout) {
  const isExact = figures.are_products_exact && layout.decimals === 2;
  return isExact || layout.decimals === null ? "products" : "products, rounded";
}

/**
 * What stands under the rows.
 *
 * @param {Explanation} explanation
 * @param {LedgerFigures} figures
 * @param {Pick<LedgerLayout, "is_accordion"|"decimals">} layout
 */
export function ledgerCaption({ channels, size }, figures, layout) {
  const products = channels.length * size[0] * size[1];
  const exactness = figures.rounding
    ? "What rounding leaves out has its own line."
    : figures.is_exact
      ? "The sums add up exactly."
      : "The sums are printed rounded.";
  if (layout.is_accordion) {
    const sums =
      channels.length === 1 ? "one sum" : `${inWords(channels.length).toLowerCase()} sums`;
    return `${counted(products, "product")} in ${sums}. Press a row to unfold it; the strongest is open. ${exactness}`;
  }
  const order = `${counted(products, "product")}, added in this order, then the bias.`;
  const areRounded = productsHead(figures, layout) !== "products";
  if (areRounded) return `${order} Products are printed rounded. ${exactness}`;
  const isPlain = figures.are_products_exact && figures.is_exact && layout.decimals !== null;
  return isPlain ? `${order} Nothing is rounded.` : `${order} ${exactness}`;
}

/**
 * Letter or number at the spine of a ledger row.
 *
 * @param {Scene} scene
 * @param {number} channel
 */
export function channelName({ source }, channel) {
  if (source?.kind === "input" && source.maps.length === 3) return "RGB"[channel];
  return source?.maps.length === 1 ? "" : String(channel + 1);
}
