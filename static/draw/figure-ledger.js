/**
 * The ledger as marks: windows times kernel slices, products, partial sums, bias, total.
 */

import {
  cellText,
  channelName,
  ledgerCaption,
  ledgerFigures,
  ledgerLayout,
  productsHead,
} from "../describe/ledger.js";
import { counted, short, signed } from "../describe/numbers.js";
import { openRow, termShown } from "../model/explain.js";
import { neutral, signedColour } from "./colour.js";
import { drawCells } from "./figure-cells.js";
import { drawCaption, drawTotals } from "./figure-totals.js";
import { colouring } from "./raster.js";

/** @typedef {import("./figure.js").Sheet} Sheet */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../model/explain.js").Explanation} Explanation */
/** @typedef {import("../model/explain.js").ChannelSum} ChannelSum */
/** @typedef {import("../describe/ledger.js").LedgerFigures} LedgerFigures */
/** @typedef {import("../describe/ledger.js").LedgerLayout} LedgerLayout */
/** @typedef {import("./figure-totals.js").LedgerPlace} LedgerPlace */

/** More rows than this are one line together. */
const MOST_ROWS = 24;
/** Room for a partial sum, and the widest gap on both sides of a sign. */
const SUM_PX = 84;
const SIGN_PX = 30;

/**
 * @typedef {object} Columns  Where the grids of an open row begin, in pixels.
 * @property {number} window
 * @property {number} times  middle of the sign
 * @property {number} kernel
 * @property {number} equals
 * @property {number} products
 * @property {[number, number, number]} widths
 * @property {boolean} has_sigma
 * @property {number} cell_px
 * @property {number} kernel_px  width of a kernel cell
 * @property {number} wide_px
 */

/**
 * @param {Sheet} sheet
 * @param {Scene} scene
 * @param {Explanation} explanation
 * @param {LedgerPlace} place
 * @returns {number}  the foot
 */
export function drawLedger(sheet, scene, explanation, place) {
  const layout = ledgerLayout(explanation.size, explanation.channels.length);
  const figures = ledgerFigures(explanation);
  const columns = columnsOf(explanation, layout, place);
  drawHeads(sheet, figures, layout, columns, place);
  const foot = drawRows(sheet, scene, { explanation, figures, layout, columns, place });
  drawCaption(sheet, ledgerCaption(explanation, figures, layout), { x: place.x, y: foot + 24 });
  return drawTotals(sheet, scene, { explanation, figures, foot, place });
}

/**
 * @param {Explanation} explanation
 * @param {LedgerLayout} layout
 * @param {LedgerPlace} place
 * @returns {Columns}
 */
function columnsOf({ channels, size }, layout, { x, right }) {
  const { cell_px, wide_px } = layout;
  const has_wide = channels.some(({ terms }) =>
    terms.some(({ weight }) => Math.abs(weight * 10 - Math.round(weight * 10)) > 1e-4),
  );
  const kernel_px = has_wide ? wide_px : cell_px;
  const widths = /** @type {[number, number, number]} */ (
    [cell_px, kernel_px, wide_px].map((px) => px * size[1])
  );
  const grids = widths[0] + widths[1] + widths[2];
  const letter = layout.decimals === 2 ? 30 : 22;
  const gap = Math.max(12, Math.min(SIGN_PX, (right - x - letter - grids - SUM_PX) / 2));
  const window = x + letter;
  const kernel = window + widths[0] + gap;
  const products = kernel + widths[1] + gap;
  return {
    window,
    times: window + widths[0] + gap / 2,
    kernel,
    equals: kernel + widths[1] + gap / 2,
    products,
    widths,
    has_sigma: right - products - widths[2] > SUM_PX,
    cell_px,
    kernel_px,
    wide_px,
  };
}

/**
 * @param {Sheet} sheet
 * @param {LedgerFigures} figures
 * @param {LedgerLayout} layout
 * @param {Columns} columns
 * @param {LedgerPlace} place
 */
function drawHeads(sheet, figures, layout, columns, { y, right }) {
  const { palette } = sheet;
  const [window, kernel, products] = columns.widths;
  const look = { size_px: 12, weight: 600, anchor: /** @type {const} */ ("middle") };
  sheet.text(columns.window + window / 2, y + 11, "window", { ...look, fill: palette.input });
  sheet.text(columns.kernel + kernel / 2, y + 11, "kernel slice", {
    ...look,
    fill: palette.kernel,
  });
  const head = productsHead(figures, layout);
  const quiet = { ...look, weight: 500, fill: palette.ink_2 };
  sheet.text(columns.products + products / 2, y + 11, head, quiet);
  sheet.text(right, y + 11, "sum", { ...quiet, anchor: "end" });
}

/**
 * @typedef {object} RowsFacts
 * @property {Explanation} explanation
 * @property {LedgerFigures} figures
 * @property {LedgerLayout} layout
 * @property {Columns} columns
 * @property {LedgerPlace} place
 */

/**
 * @param {Sheet} sheet
 * @param {Scene} scene
 * @param {RowsFacts} facts
 * @returns {number}  foot of the last row
 */
function drawRows(sheet, scene, facts) {
  const { explanation, layout, place } = facts;
  const open = openRow(scene.state, explanation);
  const term = termShown(scene);
  const each = explanation.size[0] * explanation.size[1];
  const shown = rowsShown(explanation.channels.length, open);
  let y = place.y + 22;
  for (const position of shown) {
    const is_open = !layout.is_accordion || position === open;
    const is_line = !is_open && layout.folded_px < 40;
    const height = is_open ? explanation.size[0] * layout.cell_px : layout.folded_px;
    const revealed = term === null ? null : Math.max(0, Math.min(each, term - position * each));
    const row = { position, is_open, revealed, y, height };
    drawSpine(sheet, scene, facts, row);
    if (is_line) drawBar(sheet, facts, row);
    else drawGrids(sheet, scene, facts, row);
    drawPartial(sheet, facts, row, is_line);
    y += height + (is_line ? 4 : layout.is_accordion ? 14 : 12);
  }
  const rest = explanation.channels.length - shown.length;
  if (rest > 0) y = drawRest(sheet, facts, new Set(shown), y);
  return y - (layout.is_accordion ? 4 : 12);
}

/**
 * Which rows have a place of their own: the first ones, and the open one.
 *
 * @param {number} count
 * @param {number} open
 */
function rowsShown(count, open) {
  const all = Array.from({ length: count }, (_, position) => position);
  if (count <= MOST_ROWS) return all;
  return all.filter((position) => position < MOST_ROWS - 1 || position === open);
}

/** @typedef {{position: number, is_open: boolean, revealed: number|null, y: number, height: number}} Row */

/**
 * @param {Sheet} sheet
 * @param {Scene} scene
 * @param {RowsFacts} facts
 * @param {Row} row
 */
function drawSpine(sheet, scene, { explanation, place }, { position, is_open, y, height }) {
  const { palette } = sheet;
  const name = channelName(scene, explanation.channels[position].channel);
  const colours = /** @type {Record<string, string>} */ ({
    R: palette.ch_r,
    G: palette.ch_g,
    B: palette.ch_b,
  });
  const colour = colours[name];
  const spine = colour ?? (is_open ? palette.ink : palette.line_strong);
  sheet.rect({ x: place.x, y, width: 3, height }, { fill: spine });
  const look = { fill: colour ?? palette.ink_2, size_px: 11.5, weight: 600 };
  sheet.text(place.x + 9, y + height / 2 + 4, name, look);
}

/**
 * @param {Sheet} sheet
 * @param {Scene} scene
 * @param {RowsFacts} facts
 * @param {Row} row
 */
function drawGrids(sheet, scene, { explanation, layout, columns }, row) {
  const { palette } = sheet;
  const [rows, across] = explanation.size;
  const sum = explanation.channels[row.position];
  const has_numbers = row.is_open && layout.decimals !== null;
  const side = row.is_open
    ? columns.cell_px
    : Math.max(1, Math.floor(layout.folded_px / Math.max(rows, across)));
  /** @param {number} left @param {number} width  of the open grid @param {number} width_px */
  const grid = (left, width, width_px) => ({
    x: left + (width - width_px * across) / 2,
    y: row.y,
    rows,
    columns: across,
    width_px,
    height_px: side,
  });
  const wide = (/** @type {number} */ px) => (row.is_open ? px : side);
  const at = (/** @type {number} */ r, /** @type {number} */ c) => sum.terms[r * across + c];
  const colourOf = scene.source && colouring(scene.scaleOf(scene.source, sum.channel));
  const m = filterPeak(scene);
  const m_product = largestProduct(explanation);
  const middle = row.y + row.height / 2;
  const windowPlace = drawCells(sheet, grid(columns.window, columns.widths[0], side), (r, c) => {
    const term = at(r, c);
    if (term.is_absent || !colourOf) return { fill: null, text: "" };
    const text = has_numbers ? cellText(term.value, layout.decimals) : "";
    const fill = term.is_padding ? neutral(scene.theme) : colourOf(term.value);
    return { fill, text, is_padding: term.is_padding };
  });
  sheet.frame(windowPlace, { stroke: palette.input_line, line_px: 1.5, halo: false });
  const kernel = grid(columns.kernel, columns.widths[1], wide(columns.kernel_px));
  const kernelPlace = drawCells(sheet, kernel, (r, c) => {
    const { weight } = at(r, c);
    const plain = layout.decimals === 2 ? short(weight, 2) : cellText(weight, layout.decimals);
    const text = has_numbers ? plain : "";
    return { fill: signedColour(weight, m, scene.theme), text };
  });
  sheet.frame(kernelPlace, { stroke: palette.kernel_line, line_px: 1.5, halo: false });
  const products = grid(columns.products, columns.widths[2], wide(columns.wide_px));
  const productsPlace = drawCells(sheet, products, (r, c) => {
    const { product, is_absent } = at(r, c);
    if (is_absent) return { fill: null, text: "" };
    const is_pending = row.revealed !== null && r * across + c >= row.revealed;
    const most = layout.decimals === 2 ? 5 : 4;
    const text = has_numbers ? cellText(product, layout.decimals, most) : "";
    return { fill: signedColour(product, m_product, scene.theme), text, is_pending };
  });
  sheet.rect(productsPlace, { stroke: palette.line_strong });
  const sign = { fill: palette.ink_3, size_px: 14, anchor: /** @type {const} */ ("middle") };
  sheet.text(columns.times, middle + 5, "×", sign);
  sheet.text(columns.equals, middle + 5, "=", sign);
  if (columns.has_sigma) {
    sheet.text(columns.products + columns.widths[2] + 16, middle + 5, "Σ", {
      ...sign,
      anchor: "start",
    });
  }
}

/**
 * @param {Sheet} sheet
 * @param {RowsFacts} facts
 * @param {Row} row
 */
function drawBar(sheet, { explanation, columns, place }, { position, y, height }) {
  const { palette } = sheet;
  const { partial } = explanation.channels[position];
  const most = Math.max(...explanation.channels.map((sum) => Math.abs(sum.partial))) || 1;
  const [left, right] = [columns.window, place.right - SUM_PX];
  const zero = (left + right) / 2;
  const width = ((Math.abs(partial) / most) * (right - left)) / 2;
  sheet.rect({ x: zero - 0.5, y, width: 1, height }, { fill: palette.line_strong });
  const fill = partial < 0 ? palette.neg : palette.pos;
  sheet.rect(
    { x: partial < 0 ? zero - width : zero, y: y + 4, width, height: height - 8 },
    { fill },
  );
}

/**
 * @param {Sheet} sheet
 * @param {RowsFacts} facts
 * @param {Row} row
 * @param {boolean} is_line
 */
function drawPartial(
  sheet,
  { explanation, figures, place },
  { position, revealed, y, height },
  is_line,
) {
  const { partial, terms } = explanation.channels[position];
  if (revealed !== null && revealed < terms.length) return;
  const { palette } = sheet;
  const fill = partial < 0 ? palette.neg : partial > 0 ? palette.pos : palette.ink_2;
  const size_px = is_line ? 12.5 : 16;
  const base = y + height / 2 + size_px * 0.36;
  const look = { fill, size_px, weight: 500, anchor: /** @type {const} */ ("end") };
  sheet.text(place.right, base, figures.partials[position], look);
}

/**
 * All channels without a row of their own, as the sum of what would be printed for them.
 *
 * @param {Sheet} sheet
 * @param {RowsFacts} facts
 * @param {Set<number>} shown
 * @param {number} y
 * @returns {number}  where the next row would begin
 */
function drawRest(sheet, { explanation, figures, place }, shown, y) {
  const rest = explanation.channels.filter((_, position) => !shown.has(position));
  const sum = rest.reduce(
    (total, { partial }) => total + Number(partial.toFixed(figures.decimals)),
    0,
  );
  const look = { fill: sheet.palette.ink_2, size_px: 12.5 };
  sheet.text(place.x + 9, y + 14, `${counted(rest.length, "more channel")}, together`, look);
  const text = signed(Number(sum.toFixed(figures.decimals)), figures.decimals);
  sheet.text(place.right, y + 14, text, { ...look, weight: 500, anchor: "end" });
  return y + 24;
}

/** @param {Scene} scene  largest |weight| of the filter */
function filterPeak({ run, stage, map }) {
  const weights = run.weights(stage.id);
  if (!weights) return 0;
  const each = weights.weight.length / weights.weightShape[0];
  const own = weights.weight.subarray(map * each, (map + 1) * each);
  return own.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
}

/** @param {Explanation} explanation */
function largestProduct({ channels }) {
  return Math.max(
    ...channels.map(({ terms }) => Math.max(...terms.map(({ product }) => Math.abs(product)))),
  );
}
