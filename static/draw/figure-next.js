/**
 * 'What happens to this cell next' as marks: the cell, its activation, its pool window, pooled.
 */

import { cellText } from "../describe/ledger.js";
import { lowered, readersText, ruleOf, windowText } from "../describe/next-cells.js";
import { closingShown } from "../model/explain.js";
import { nextCells } from "../model/next-cells.js";
import { drawArrow, drawCell, drawCells } from "./figure-cells.js";
import { colouring } from "./raster.js";

/** @typedef {import("./figure.js").Sheet} Sheet */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../model/next-cells.js").NextLink} NextLink */

const CELL_PX = 36;
const WINDOW_PX = 56;
const NUMBER_PX = 27;
const ARROW_PX = 64;
/** From the top of the strip to its middle line, and to its foot. */
const MIDDLE_PX = 49;
export const NEXT_HEIGHT_PX = 96;

/**
 * @param {Sheet} sheet
 * @param {Scene} scene
 * @param {{x: number, y: number}} place
 * @returns {boolean}  false when nothing follows
 */
export function drawNext(sheet, scene, { x, y }) {
  const is_made = closingShown(scene).has_total;
  const { run, stage, map, cell, painted } = scene;
  const links = nextCells(run, stage.id, map, cell, { painted, is_made });
  if (!links || links.length === 0) return false;
  const { palette } = sheet;
  sheet.text(x, y + 10, "What happens to this cell next", { fill: palette.ink_3 });
  const middle = y + MIDDLE_PX;
  let left = x + 12;
  links.forEach((link, index) => {
    const before = links[index - 1];
    if (before) {
      const rule = link.kind === "cell" ? ruleOf(link, before) : "";
      const look = { fill: palette.ink_3, size_px: 11, anchor: /** @type {const} */ ("middle") };
      sheet.text(left + ARROW_PX / 2, middle - 7, rule, look);
      const ends = /** @type {[number, number][]} */ ([
        [left + 6, middle],
        [left + ARROW_PX - 6, middle],
      ]);
      drawArrow(sheet, ends, palette.ink_3, 1);
      left += ARROW_PX;
    }
    left += drawLink(sheet, scene, { link, before }, { x: left, middle });
  });
  return true;
}

/**
 * @param {Sheet} sheet
 * @param {Scene} scene
 * @param {{link: NextLink, before: NextLink|undefined}} step
 * @param {{x: number, middle: number}} place
 * @returns {number}  its width
 */
function drawLink(sheet, scene, { link, before }, { x, middle }) {
  const { palette } = sheet;
  const quiet = { fill: palette.ink_3, size_px: 11, anchor: /** @type {const} */ ("middle") };
  if (link.kind === "readers") {
    sheet.text(x, middle + 4, readersText(link), { fill: palette.ink_2 });
    return 200;
  }
  if (link.kind === "cell") {
    const at = { x, y: middle - CELL_PX / 2, width: CELL_PX, height: CELL_PX };
    const fill = colouring(scene.scaleOf(link.stage, link.map))(link.value);
    const look = { fill, text: cellText(link.value, 2, 6), is_pending: link.is_pending };
    drawCell(sheet, at, look, 10.5);
    const stroke = before ? palette.line_strong : palette.output_line;
    sheet.rect(at, { stroke, line_px: 1.5 });
    sheet.text(x + CELL_PX / 2, at.y + CELL_PX + 15, lowered(link.stage.title), quiet);
    return CELL_PX;
  }
  return before?.kind === "cell" ? drawWindow(sheet, scene, link, before, { x, middle }) : 0;
}

/**
 * @param {Sheet} sheet
 * @param {Scene} scene
 * @param {import("../model/next-cells.js").NextWindow} link
 * @param {import("../model/next-cells.js").NextCell} before
 * @param {{x: number, middle: number}} place
 * @returns {number}
 */
function drawWindow(sheet, scene, link, before, { x, middle }) {
  const { palette } = sheet;
  const { cells, waits, winner } = link;
  const [rows, columns] = link.size;
  const side = Math.min(28, Math.floor((WINDOW_PX + 1) / Math.max(rows, columns)));
  const colourOf = colouring(scene.scaleOf(before.stage, before.map));
  const grid = { x, y: middle - (rows * side) / 2, rows, columns, width_px: side, height_px: side };
  const place = drawCells(sheet, grid, (row, column) => {
    const { value, is_pending, is_absent } = cells[row * columns + column];
    const text = side >= NUMBER_PX ? cellText(value, 2, 4) : "";
    return { fill: is_absent ? null : colourOf(value), text, is_pending };
  });
  sheet.rect(place, { stroke: palette.line_strong });
  /** @param {number} index */
  const cellPlace = (index) => ({
    x: x + (index % columns) * side,
    y: grid.y + Math.floor(index / columns) * side,
    width: side,
    height: side,
  });
  const own = cells.findIndex((cell) => cell.is_own);
  if (own >= 0) sheet.rect(cellPlace(own), { stroke: palette.output_line, line_px: 1.5 });
  const decides = waits === 0 && winner !== null && cells.some((cell) => cell.value !== 0);
  if (decides) sheet.rect(cellPlace(winner), { stroke: palette.ink, line_px: 2 });
  const quiet = { fill: palette.ink_3, size_px: 11, anchor: /** @type {const} */ ("middle") };
  sheet.text(x + place.width / 2, grid.y + place.height + 15, windowText(link), quiet);
  return place.width;
}
