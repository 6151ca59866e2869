/**
 * The field of winners: for every window of a pooling, which place its largest cell had.
 */

import { css, signedColour } from "./colour.js";

/** @typedef {import("./colour.js").Rgb} Rgb */
/** @typedef {import("./colour.js").Theme} Theme */
/** @typedef {Pick<CanvasRenderingContext2D, "fillRect"|"fillStyle"|"strokeStyle"|"lineWidth"|"strokeRect"|"beginPath"|"moveTo"|"lineTo"|"stroke">} FieldContext */

export const FIELD_CELL_PX = 12;
export const MARK_PX = 4.5;
/** Along the edge: 6 px between lines at 135 degrees. */
const HATCH_PX = 6 * Math.SQRT2;

/**
 * @typedef {object} Field  The part of the pooled map on show.
 * @property {number} row  first row
 * @property {number} column
 * @property {number} rows  how many
 * @property {number} columns
 */

/**
 * @typedef {object} FieldFacts
 * @property {Field} field
 * @property {number} columns  of the whole map
 * @property {Float32Array} values
 * @property {Int32Array} winner
 * @property {Uint8Array} zero  1 for every window of zeros
 * @property {[number, number]} kernel_size
 * @property {number} painted
 * @property {import("../state/state.js").Cell} cell
 * @property {number} m
 * @property {Theme} theme
 */

/** @typedef {{ink: string, dot: string, pendingGround: string, pendingLine: string, frame: string}} FieldStyle */

/**
 * @param {Rgb} colour
 * @param {Rgb} other
 * @param {number} share  of the other
 * @returns {Rgb}
 */
export function mixed(colour, other, share) {
  const [red, green, blue] = colour.map((part, index) =>
    Math.round(part + (other[index] - part) * share),
  );
  return [red, green, blue];
}

/**
 * A cell that loses: its colour half-way to neutral.
 *
 * @param {number} value
 * @param {number} m
 * @param {Theme} theme
 * @returns {Rgb}
 */
export function loserColour(value, m, theme) {
  return mixed(signedColour(value, m, theme), signedColour(0, 1, theme), 0.5);
}

/**
 * The part of a map that a field shows: the current cell in the middle, or lower while rows below
 * it are still to come.
 *
 * @param {import("../state/state.js").Cell} cell
 * @param {{rows: number, columns: number}} map
 * @param {{cells: number, is_complete: boolean}} field
 * @returns {Field}
 */
export function fieldAround({ row, column }, map, { cells, is_complete }) {
  const [rows, columns] = [Math.min(cells, map.rows), Math.min(cells, map.columns)];
  const above = is_complete ? Math.floor(rows / 2) : Math.floor(rows * 0.75);
  /** @param {number} start @param {number} most */
  const clamp = (start, most) => Math.max(0, Math.min(most, start));
  return {
    row: clamp(row - above, map.rows - rows),
    column: clamp(column - Math.floor(columns / 2), map.columns - columns),
    rows,
    columns,
  };
}

/**
 * @param {FieldContext} context
 * @param {FieldFacts} facts
 * @param {FieldStyle} style
 */
export function drawField(context, facts, style) {
  const { field, columns, painted, cell } = facts;
  drawHatch(context, field, style);
  for (let row = 0; row < field.rows; row += 1) {
    for (let column = 0; column < field.columns; column += 1) {
      const index = (field.row + row) * columns + field.column + column;
      if (index >= painted) continue;
      const place = { x: column * FIELD_CELL_PX, y: row * FIELD_CELL_PX };
      drawWindow(context, place, index, facts, style);
    }
  }
  drawFrame(context, cell, field, style);
}

/**
 * @param {FieldContext} context
 * @param {{x: number, y: number}} place
 * @param {number} index
 * @param {FieldFacts} facts
 * @param {FieldStyle} style
 */
function drawWindow(context, { x, y }, index, facts, style) {
  const { values, winner, zero, kernel_size, m, theme } = facts;
  const side = FIELD_CELL_PX;
  context.fillStyle = css(signedColour(0, 1, theme));
  context.fillRect(x, y, side, side);
  if (zero[index]) {
    context.fillStyle = style.dot;
    context.fillRect(x + side / 2 - 1, y + side / 2 - 1, 2, 2);
    return;
  }
  context.fillStyle = css(loserColour(values[index], m, theme));
  context.fillRect(x + 0.5, y + 0.5, side - 1, side - 1);
  const mark = markOf(winner[index], kernel_size, side);
  context.fillStyle = style.ink;
  context.fillRect(x + mark.x, y + mark.y, mark.side, mark.side);
}

/**
 * Where the dark square of a winning place lies within a cell.
 *
 * @param {number} place
 * @param {[number, number]} kernel_size
 * @param {number} cell_px
 */
export function markOf(place, [rows, columns], cell_px) {
  const side = Math.min((MARK_PX / FIELD_CELL_PX) * cell_px, cell_px / Math.max(rows, columns));
  const row = Math.floor(place / columns);
  const column = place % columns;
  return {
    x: ((column + 0.5) / columns) * cell_px - side / 2,
    y: ((row + 0.5) / rows) * cell_px - side / 2,
    side,
  };
}

/**
 * The hatch of what is still to come; painted windows cover it.
 *
 * @param {FieldContext} context
 * @param {Field} field
 * @param {FieldStyle} style
 */
function drawHatch(context, { rows, columns }, style) {
  const [width, height] = [columns * FIELD_CELL_PX, rows * FIELD_CELL_PX];
  context.fillStyle = style.pendingGround;
  context.fillRect(0, 0, width, height);
  context.strokeStyle = style.pendingLine;
  context.lineWidth = 1;
  context.beginPath();
  for (let foot = HATCH_PX - height; foot < width; foot += HATCH_PX) {
    context.moveTo(foot, height);
    context.lineTo(foot + height, 0);
  }
  context.stroke();
}

/**
 * @param {FieldContext} context
 * @param {import("../state/state.js").Cell} cell
 * @param {Field} field
 * @param {FieldStyle} style
 */
function drawFrame(context, cell, field, style) {
  const [row, column] = [cell.row - field.row, cell.column - field.column];
  if (row < 0 || column < 0 || row >= field.rows || column >= field.columns) return;
  const side = FIELD_CELL_PX;
  context.strokeStyle = style.frame;
  context.lineWidth = 2;
  const [x, y] = [Math.max(1, column * side - 1), Math.max(1, row * side - 1)];
  const right = Math.min(field.columns * side - 1, (column + 1) * side + 1);
  const foot = Math.min(field.rows * side - 1, (row + 1) * side + 1);
  context.strokeRect(x, y, right - x, foot - y);
}
