/**
 * The field of winners: for every window of a pooling, which place its largest cell had.
 */

import { css, signedColour } from "./colour.js";

/** @typedef {import("./colour.js").Rgb} Rgb */
/** @typedef {import("./colour.js").Theme} Theme */
/** @typedef {Pick<CanvasRenderingContext2D, "fillRect"|"fillStyle"|"strokeStyle"|"lineWidth"|"strokeRect"|"beginPath"|"rect"|"fill"|"moveTo"|"lineTo"|"stroke">} FieldContext */

export const FIELD_CELL_PX = 12;
const MARK_PX = 4.5;
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
 * The ground first, then all dots and all marks in one go each: a field is drawn on every step.
 *
 * @param {FieldContext} context
 * @param {FieldFacts} facts
 * @param {FieldStyle} style
 */
export function drawField(context, facts, style) {
  const { field, zero, winner, kernel_size, painted, cell } = facts;
  const side = FIELD_CELL_PX;
  drawHatch(context, field, style);
  drawPaintedGround(context, facts);
  const shown = windowsOf(field, facts.columns).filter(({ index }) => index < painted);
  const decided = shown.filter(({ index }) => !zero[index]);
  for (const { x, y, index } of decided) {
    context.fillStyle = css(loserColour(facts.values[index], facts.m, facts.theme));
    context.fillRect(x + 0.5, y + 0.5, side - 1, side - 1);
  }
  context.fillStyle = style.dot;
  context.beginPath();
  for (const { x, y, index } of shown) {
    if (zero[index]) context.rect(x + side / 2 - 1, y + side / 2 - 1, 2, 2);
  }
  context.fill();
  context.fillStyle = style.ink;
  context.beginPath();
  for (const { x, y, index } of decided) {
    const mark = markOf(winner[index], kernel_size, side);
    context.rect(x + mark.x, y + mark.y, mark.side, mark.side);
  }
  context.fill();
  drawFrame(context, cell, field, style);
}

/**
 * @param {Field} field
 * @param {number} columns  of the whole map
 */
function windowsOf(field, columns) {
  return Array.from({ length: field.rows * field.columns }, (_, place) => {
    const row = Math.floor(place / field.columns);
    const column = place % field.columns;
    const index = (field.row + row) * columns + field.column + column;
    return { x: column * FIELD_CELL_PX, y: row * FIELD_CELL_PX, index };
  });
}

/**
 * Neutral under what is painted: whole rows, and the row that is being painted up to its window.
 *
 * @param {FieldContext} context
 * @param {FieldFacts} facts
 */
function drawPaintedGround(context, { field, columns, painted, theme }) {
  const side = FIELD_CELL_PX;
  const clamp = (/** @type {number} */ value, /** @type {number} */ most) =>
    Math.max(0, Math.min(most, value));
  const whole = clamp(Math.floor(painted / columns) - field.row, field.rows);
  const rest = clamp(painted - (field.row + whole) * columns - field.column, field.columns);
  context.fillStyle = css(signedColour(0, 1, theme));
  context.fillRect(0, 0, field.columns * side, whole * side);
  if (whole < field.rows) context.fillRect(0, whole * side, rest * side, side);
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
