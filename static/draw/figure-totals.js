/**
 * What stands under the rows of the ledger, as marks: the caption, bias, rounding, total.
 */

import { closingShown } from "../model/explain.js";
import { wrapped } from "./figure.js";
import { drawArrow } from "./figure-cells.js";

/** @typedef {import("./figure.js").Sheet} Sheet */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../model/explain.js").Explanation} Explanation */
/** @typedef {import("../describe/ledger.js").LedgerFigures} LedgerFigures */

/** Sums of more channels say how many. */
const MOST_NAMED = 5;
/** Width of a figure of the total, at most. */
const DIGIT_PX = 13;

/**
 * @typedef {object} LedgerPlace
 * @property {number} x
 * @property {number} y  top of the column heads
 * @property {number} right
 * @property {{x: number, y: number}} target  of the arrow from the total
 */

/**
 * @param {Sheet} sheet
 * @param {string} caption
 * @param {{x: number, y: number}} place
 */
export function drawCaption(sheet, caption, { x, y }) {
  // Nothing can be pressed on a figure.
  const text = caption.replace(" Press a row to unfold it; the strongest is open.", "");
  const words = [{ text, fill: sheet.palette.ink_2, weight: 400 }];
  wrapped(words, 44).forEach((line, index) => {
    sheet.text(x, y + 16 * index, line, { size_px: 11.5 });
  });
}

/**
 * @param {Sheet} sheet
 * @param {Scene} scene
 * @param {{explanation: Explanation, figures: LedgerFigures, foot: number, place: LedgerPlace}} facts
 * @returns {number}  the foot
 */
export function drawTotals(sheet, scene, { explanation, figures, foot, place }) {
  const { palette } = sheet;
  const { has_bias, has_total } = closingShown(scene);
  const { right, target } = place;
  const end = /** @type {const} */ ("end");
  const name = { size_px: 12.5, weight: 600, anchor: end };
  const number = { size_px: 16, weight: 500, anchor: end };
  let y = foot + 26;
  sheet.text(right - 100, y, "bias", { ...name, fill: palette.kernel });
  if (has_bias) sheet.text(right, y, figures.bias, { ...number, fill: palette.kernel });
  if (figures.rounding !== null) {
    y += 20;
    const quiet = { size_px: 12.5, anchor: end, fill: palette.ink_3 };
    sheet.text(right - 100, y, "rounding", quiet);
    if (has_bias) sheet.text(right, y, figures.rounding, quiet);
  }
  sheet.rect({ x: right - 84, y: y + 10, width: 84, height: 1.5 }, { fill: palette.ink });
  y += 35;
  const channels = explanation.channels.length;
  const what = channels > MOST_NAMED ? `sum of ${channels} channels` : "output cell";
  const room = Math.max(100, DIGIT_PX * figures.total.length + 8);
  sheet.text(right - room, y, what, { ...name, fill: palette.output });
  if (!has_total) return y + 8;
  sheet.text(right, y, figures.total, {
    ...number,
    size_px: 22,
    weight: 600,
    fill: palette.output,
  });
  const [start, middle] = [right + 8, (right + 8 + target.x) / 2];
  const level = y - 7;
  const isLevel = Math.abs(level - target.y) < 2;
  /** @type {[number, number][]} */
  const bend = [
    [start, level],
    [middle, level],
    [middle, target.y],
    [target.x, target.y],
  ];
  const straight = /** @type {[number, number][]} */ ([
    [start, target.y],
    [target.x, target.y],
  ]);
  drawArrow(sheet, isLevel ? straight : bend, palette.output_line);
  return y + 8;
}
