/**
 * The lens: a few cells of a map drawn large, with their numbers.
 */

import { cellText } from "../describe/ledger.js";
import { ABSENT, PADDING } from "../model/taps.js";
import { css, neutral, textOn } from "./colour.js";
import { colouring } from "./raster.js";

/** @typedef {Pick<CanvasRenderingContext2D, "fillRect"|"fillText"|"fillStyle"|"strokeStyle"|"lineWidth"|"strokeRect"|"font"|"textAlign"|"textBaseline"|"beginPath"|"moveTo"|"lineTo"|"stroke"|"save"|"restore"|"rect"|"clip"|"clearRect">} LensContext */

/**
 * @typedef {object} LensCell
 * @property {import("./colour.js").Rgb|null} fill  null: outside the map
 * @property {string} text  "" = none
 * @property {boolean} is_pending  not computed yet: hatched
 */

/**
 * @typedef {object} LensStyle
 * @property {string} paper
 * @property {string} line  between cells
 * @property {string} pendingGround
 * @property {string} pendingLine
 * @property {string} ink
 * @property {string} font  family
 */

/** Numbers are printed in cells of at least this. */
const NUMBER_PX = 22;
/** Text on cells under 26 px is set in 10, else in 10.5. */
const SMALL_CELL_PX = 26;
/** Left free on both sides of a text: a neighbour's frame of 2 px lies there. */
const TEXT_GAP_PX = 2.75;

/**
 * @param {LensContext} context
 * @param {{cells: number, cell_px: number}} size
 * @param {(row: number, column: number) => LensCell} cellAt  place within the lens
 * @param {LensStyle} style
 */
export function drawLens(context, { cells, cell_px }, cellAt, style) {
  const side = cells * cell_px;
  context.clearRect(0, 0, side, side);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.font = `500 ${fontSize(cell_px)}px ${style.font}`;
  for (let row = 0; row < cells; row += 1) {
    for (let column = 0; column < cells; column += 1) {
      const cell = cellAt(row, column);
      drawCell(context, { x: column * cell_px, y: row * cell_px, cell_px }, cell, style);
    }
  }
  drawGrid(context, { cells, cell_px }, style);
}

/** @param {number} cell_px */
export function fontSize(cell_px) {
  if (cell_px >= 40) return 13;
  return cell_px < SMALL_CELL_PX ? 10 : 10.5;
}

/**
 * @param {LensContext} context
 * @param {{x: number, y: number, cell_px: number}} place
 * @param {LensCell} cell
 * @param {LensStyle} style
 */
function drawCell(context, { x, y, cell_px }, cell, style) {
  if (cell.is_pending) {
    drawHatch(context, { x, y, cell_px }, style);
    return;
  }
  context.fillStyle = cell.fill ? css(cell.fill) : style.paper;
  context.fillRect(x, y, cell_px, cell_px);
  if (cell.text === "") return;
  context.fillStyle = cell.fill ? textOn(cell.fill) : style.ink;
  context.fillText(cell.text, x + cell_px / 2, y + cell_px / 2 + 0.5, cell_px - 2 * TEXT_GAP_PX);
}

/**
 * @param {LensContext} context
 * @param {{x: number, y: number, cell_px: number}} place
 * @param {LensStyle} style
 */
function drawHatch(context, { x, y, cell_px }, style) {
  context.save();
  context.beginPath();
  context.rect(x, y, cell_px, cell_px);
  context.clip();
  context.fillStyle = style.pendingGround;
  context.fillRect(x, y, cell_px, cell_px);
  context.strokeStyle = style.pendingLine;
  context.lineWidth = 1;
  context.beginPath();
  // 135 degrees, 5 px between lines: the same phase in every cell, so the hatch runs through.
  const pitch = 5 * Math.SQRT2;
  const first = Math.ceil((x + y) / pitch) * pitch;
  for (let sum = first; sum < x + y + 2 * cell_px; sum += pitch) {
    context.moveTo(sum - y - cell_px, y + cell_px);
    context.lineTo(sum - y, y);
  }
  context.stroke();
  context.restore();
}

/**
 * @param {LensContext} context
 * @param {{cells: number, cell_px: number}} size
 * @param {LensStyle} style
 */
function drawGrid(context, { cells, cell_px }, style) {
  const side = cells * cell_px;
  context.strokeStyle = style.line;
  context.lineWidth = 1;
  context.beginPath();
  for (let place = 0; place <= cells; place += 1) {
    const offset = Math.min(side - 0.5, Math.max(0.5, Math.round(place * cell_px) - 0.5));
    context.moveTo(offset, 0);
    context.lineTo(offset, side);
    context.moveTo(0, offset);
    context.lineTo(side, offset);
  }
  context.stroke();
}

/**
 * What stands in each cell of a lens.
 *
 * @param {Pick<import("../model/scene.js").Scene, "run"|"scaleOf"|"theme">} scene
 * @param {import("../model/lens.js").LensFacts} facts
 * @param {number} cell_px
 * @returns {(row: number, column: number) => LensCell}  by place within the lens
 */
export function lensCells(
  { run, scaleOf, theme },
  { stage, map, is_colour, area, painted, padding },
  cell_px,
) {
  const [, rows, columns] = stage.shape;
  const colourOf = colouring(scaleOf(stage, map));
  const decimals = cell_px < NUMBER_PX ? null : cell_px < 40 ? 1 : 2;
  const zero = neutral(theme);
  return (atRow, atColumn) => {
    const row = shownAt(area.row + atRow, rows, padding.rows);
    const column = shownAt(area.column + atColumn, columns, padding.columns);
    if (row === ABSENT || column === ABSENT) return { fill: null, text: "", is_pending: false };
    if (row === PADDING || column === PADDING)
      return { fill: zero, text: decimals === null ? "" : "0", is_pending: false };
    const is_pending = painted !== null && row * columns + column >= painted;
    if (is_colour) return { fill: pictureColour(run, stage.id, row, column), text: "", is_pending };
    const value = run.value(stage.id, map, row, column);
    if (value === null) return { fill: null, text: "", is_pending };
    return {
      fill: colourOf(value),
      text: is_pending ? "" : cellText(value, decimals, cell_px < 40 ? 4 : cell_px < 48 ? 5 : 6),
      is_pending,
    };
  };
}

/**
 * The row or column whose cells stand at a place of the lens.
 *
 * @param {number} place
 * @param {number} length
 * @param {Map<number, number>} around
 */
function shownAt(place, length, around) {
  return place >= 0 && place < length ? place : (around.get(place) ?? ABSENT);
}

/**
 * @param {import("../model/run.js").Run} run
 * @param {string} stage
 * @param {number} row
 * @param {number} column
 * @returns {import("./colour.js").Rgb|null}
 */
function pictureColour(run, stage, row, column) {
  const [red, green, blue] = [0, 1, 2].map((map) => run.value(stage, map, row, column));
  if (red === null || green === null || blue === null) return null;
  return [Math.round(255 * red), Math.round(255 * green), Math.round(255 * blue)];
}
