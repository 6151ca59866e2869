/**
 * The middle of the bench for pooling as marks: a window, what it sends on, where the winners sat.
 */

import { count, counted, fixed, printed } from "../describe/numbers.js";
import {
  allZero,
  arrowWords,
  decimalsToTell,
  isLargest,
  isWholeMap,
  placeName,
  poolFigures,
} from "../describe/pooling.js";
import { fieldData, fieldInputs } from "../model/winner-field.js";
import { pack, signedColour, textOn } from "./colour.js";
import { hex } from "./figure.js";
import { drawArrow, drawCells } from "./figure-cells.js";
import { MOST_CELLS, poolFacts, poolLook } from "./pool-window.js";
import { colouring } from "./raster.js";
import { FIELD_CELL_PX, fieldAround, loserColour, markOf } from "./winners.js";

/** @typedef {import("./figure.js").Sheet} Sheet */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../model/explain.js").Explanation} Explanation */
/** @typedef {import("../describe/pooling.js").PoolKind} PoolKind */
/** @typedef {import("./pool-window.js").PoolFacts} PoolFacts */
/** @typedef {{x: number, y: number, width: number}} Room */

const RESULT_PX = 72;
const WINDOW_ROOM_PX = 144;
/** A longer result is printed smaller. */
const LONG_LETTERS = 5;
const FIELD_CELLS = 17;
const MOST_LISTED = 9;

/**
 * @param {Sheet} sheet
 * @param {Scene} scene
 * @param {Explanation} explanation
 * @param {Room} room
 * @returns {number}  the foot
 */
export function drawPool(sheet, scene, explanation, room) {
  const kind = /** @type {PoolKind} */ (scene.stage.parameters.kind ?? "max");
  const facts = poolFacts(scene, explanation, kind, room.width);
  const foot = drawExchange(sheet, facts, room);
  const below = { ...room, y: foot + 26 };
  return kind === "max" ? drawField(sheet, scene, below) : drawFigures(sheet, facts, below);
}

/**
 * @param {Sheet} sheet
 * @param {PoolFacts} facts
 * @param {Room} room
 * @returns {number}  the foot
 */
function drawExchange(sheet, facts, { x, y, width }) {
  const { palette } = sheet;
  const { scene, explanation, kind, terms, winner, cell_px } = facts;
  const [rows, columns] = explanation.size;
  const look = { size_px: 12, weight: 600 };
  const place = drawWindow(sheet, facts, { x, y: y + 22 });
  const label = { ...look, fill: palette.input, anchor: /** @type {const} */ ("middle") };
  sheet.text(x + (columns * cell_px) / 2, y + 12, "window", label);
  sheet.text(x + width, y + 12, "output cell", { ...look, fill: palette.output, anchor: "end" });
  const height = Math.max(WINDOW_ROOM_PX, rows * cell_px);
  const decimals = cell_px >= 48 ? decimalsToTell(terms, explanation.result) : 2;
  const { parameters } = scene.stage;
  const { size, result } = explanation;
  const words = arrowWords({ kind, terms, result, winner, size, decimals, parameters });
  const at = {
    x: x + width - RESULT_PX,
    y: y + 22 + height - RESULT_PX,
    width: RESULT_PX,
    height: RESULT_PX,
  };
  const fill = colouring(scene.scaleOf(scene.stage, scene.map))(result);
  sheet.rect(at, { fill: hex(fill) });
  sheet.frame(at, { stroke: palette.output_line, line_px: 2.5, halo: false });
  const text = isLargest(kind) ? fixed(result, decimals) : printed(result);
  const big = {
    fill: textOn(fill),
    size_px: text.length > LONG_LETTERS ? 15 : 18,
    weight: 600,
    anchor: /** @type {const} */ ("middle"),
  };
  const middle = at.y + RESULT_PX / 2;
  sheet.text(at.x + RESULT_PX / 2, middle + 6.5, text, big);
  const [from, to] = [place.x + place.width + 14, at.x - 14];
  drawArrow(
    sheet,
    [
      [from, middle],
      [to, middle],
    ],
    palette.ink_2,
    1.25,
  );
  const centre = { anchor: /** @type {const} */ ("middle") };
  sheet.text((from + to) / 2, middle - 9, words[0], { ...centre, size_px: 12.5, weight: 500 });
  sheet.text((from + to) / 2, middle + 18, words[1], { ...centre, fill: palette.ink_2 });
  return y + 22 + height;
}

/**
 * @param {Sheet} sheet
 * @param {PoolFacts} facts
 * @param {{x: number, y: number}} at
 */
function drawWindow(sheet, facts, { x, y }) {
  const { palette } = sheet;
  const { scene, explanation, terms, winner, cell_px, is_zero, kind } = facts;
  const [rows, columns] = explanation.size;
  const place = { x, y, width: columns * cell_px, height: rows * cell_px };
  if (terms.length > MOST_CELLS && scene.source) {
    const colourOf = colouring(scene.scaleOf(scene.source, explanation.channels[0].channel));
    const pixels = Uint32Array.from(terms, (term) => pack(...colourOf(term.value)));
    sheet.raster({ ...place, rows, columns, pixels, name: "window", is_smooth: cell_px < 1.5 });
  } else {
    const size_px = cell_px >= 48 ? 16 : 10.5;
    const grid = { x, y, rows, columns, width_px: cell_px, height_px: cell_px, size_px };
    drawCells(sheet, grid, (row, column) => poolLook(facts, row * columns + column));
  }
  sheet.frame(place, { stroke: palette.input_line, line_px: 2, halo: false });
  if (isLargest(kind) && winner >= 0 && !is_zero) {
    const [row, column] = [Math.floor(winner / columns), winner % columns];
    const side = Math.max(5, cell_px);
    const won = {
      x: x + (column + 0.5) * cell_px - side / 2,
      y: y + (row + 0.5) * cell_px - side / 2,
      width: side,
      height: side,
    };
    sheet.rect(won, { stroke: palette.ink, line_px: 3 });
  }
  return place;
}

/**
 * @param {Sheet} sheet
 * @param {string} title
 * @param {string} note
 * @param {Room} room
 */
function drawHead(sheet, title, note, { x, y, width }) {
  sheet.text(x, y + 12, title, { size_px: 12.5, weight: 600 });
  sheet.text(x + width, y + 12, note, { fill: sheet.palette.ink_3, anchor: "end" });
}

/**
 * @param {Sheet} sheet
 * @param {PoolFacts} facts
 * @param {Room} room
 * @returns {number}  the foot
 */
function drawFigures(sheet, { scene, kind, terms, explanation }, room) {
  const { palette } = sheet;
  const title = isWholeMap(kind) ? "The whole map in numbers" : "The calculation";
  drawHead(sheet, title, "", room);
  const { result } = explanation;
  const rows = poolFigures({ kind, terms, result, parameters: scene.stage.parameters });
  let y = room.y + 38;
  for (const { label, value, is_total } of rows) {
    if (is_total) {
      sheet.rect({ x: room.x, y: y - 12, width: room.width, height: 1 }, { fill: palette.line });
      y += 6;
    }
    sheet.text(room.x, y, label, { fill: palette.ink_2, size_px: 12.5 });
    const fill = is_total ? palette.output : palette.ink;
    const look = { size_px: 12.5, weight: is_total ? 600 : 500, fill };
    sheet.text(room.x + room.width, y, value, { ...look, anchor: "end" });
    y += 23;
  }
  return y - 14;
}

/**
 * @param {Sheet} sheet
 * @param {Scene} scene
 * @param {Room} room
 * @returns {number}  the foot
 */
function drawField(sheet, scene, room) {
  const { palette, theme } = sheet;
  const read = fieldInputs(scene);
  if (!read) return room.y;
  const data = fieldData(read);
  const [, rows, columns] = scene.stage.shape;
  const is_complete = scene.painted >= rows * columns;
  const field = fieldAround(scene.cell, { rows, columns }, { cells: FIELD_CELLS, is_complete });
  drawHead(
    sheet,
    "Where the winners sat",
    `${counted(data.counts.total, "window")} in the whole map`,
    room,
  );
  const origin = { x: room.x, y: room.y + 26 };
  const [width, height] = [field.columns * FIELD_CELL_PX, field.rows * FIELD_CELL_PX];
  drawWinners(sheet, scene, { data, field, origin });
  const last = [field.row + field.rows, field.column + field.columns];
  const size = rows === columns ? `${rows}` : `${rows} × ${columns}`;
  const where = `rows ${field.row + 1}–${last[0]}, columns ${field.column + 1}–${last[1]} of ${size}`;
  sheet.text(origin.x, origin.y + height + 15, where, { fill: palette.ink_3, size_px: 11 });
  const side = { x: origin.x + Math.max(width, 150) + 24, y: origin.y };
  const shade = theme === "light" ? "dark" : "light";
  const [wide, high] = data.kernel_size;
  const part = wide * high === 4 ? "quarter of" : "square in";
  sheet.text(side.x, side.y + 10, `The ${shade} ${part} each`, { fill: palette.ink_2 });
  sheet.text(side.x, side.y + 26, "cell is the winning place.", { fill: palette.ink_2 });
  const right = room.x + room.width;
  const foot = drawTally(sheet, data, { x: side.x, y: side.y + 44, right });
  return Math.max(origin.y + height + 20, foot);
}

/**
 * @param {Sheet} sheet
 * @param {Scene} scene
 * @param {{data: import("../model/winner-field.js").FieldData, field: import("./winners.js").Field, origin: {x: number, y: number}}} what
 */
function drawWinners(sheet, { stage, painted, cell, m, theme }, { data, field, origin }) {
  const { palette } = sheet;
  const side = FIELD_CELL_PX;
  const ground = hex(signedColour(0, 1, theme));
  const all = { ...origin, width: field.columns * side, height: field.rows * side };
  sheet.hatch(all);
  for (let row = 0; row < field.rows; row += 1) {
    const first = (field.row + row) * stage.shape[2] + field.column;
    const shown = Math.max(0, Math.min(field.columns, painted - first));
    const y = origin.y + row * side;
    sheet.rect({ x: origin.x, y, width: shown * side, height: side }, { fill: ground });
    for (let column = 0; column < shown; column += 1) {
      const index = first + column;
      const x = origin.x + column * side;
      if (data.zero[index]) {
        sheet.rect({ x: x + 5, y: y + 5, width: 2, height: 2 }, { fill: palette.line_strong });
        continue;
      }
      const fill = hex(loserColour(data.values[index], m, theme));
      sheet.rect({ x: x + 0.5, y: y + 0.5, width: side - 1, height: side - 1 }, { fill });
      const mark = markOf(data.winner[index], data.kernel_size, side);
      const spot = { x: x + mark.x, y: y + mark.y, width: mark.side, height: mark.side };
      sheet.rect(spot, { fill: palette.ink });
    }
  }
  const [row, column] = [cell.row - field.row, cell.column - field.column];
  if (row < 0 || column < 0 || row >= field.rows || column >= field.columns) return;
  const box = { x: origin.x + column * side, y: origin.y + row * side, width: side, height: side };
  sheet.frame(box, { stroke: palette.output_line, line_px: 2, halo: false });
}

/**
 * @param {Sheet} sheet
 * @param {import("../model/winner-field.js").FieldData} data
 * @param {{x: number, y: number, right: number}} place
 * @returns {number}  the foot
 */
function drawTally(sheet, { kernel_size, counts }, { x, y, right }) {
  const { palette } = sheet;
  const [rows, columns] = kernel_size;
  const pitch = rows * columns > 4 ? 18 : 25;
  const is_listed = rows * columns <= MOST_LISTED;
  const lines = is_listed
    ? counts.places.map((cells, place) => ({ name: placeName(place, kernel_size), cells, place }))
    : [];
  lines.push({ name: allZero(rows * columns), cells: counts.zero, place: -1 });
  let base = y + 12;
  for (const { name, cells, place } of lines) {
    const box = { x: x + 0.5, y: base - 10.5, width: 13, height: 13 };
    sheet.rect(box, { stroke: palette.line_strong });
    const mark = markOf(Math.max(0, place), kernel_size, 12);
    if (place >= 0) {
      const spot = {
        x: x + 1 + mark.x,
        y: base - 10 + mark.y,
        width: mark.side,
        height: mark.side,
      };
      sheet.rect(spot, { fill: palette.ink });
    } else sheet.rect({ x: x + 6, y: base - 5, width: 2, height: 2 }, { fill: palette.ink_3 });
    sheet.text(x + 24, base, name, { fill: palette.ink_2, size_px: 12 });
    sheet.text(right, base, count(cells), { size_px: 12.5, weight: 500, anchor: "end" });
    base += pitch;
  }
  sheet.rect({ x, y: base - 14, width: right - x, height: 1 }, { fill: palette.line });
  sheet.text(x + 24, base + 5, "total", { fill: palette.ink_2, size_px: 12 });
  sheet.text(right, base + 5, count(counts.total), { size_px: 12.5, weight: 600, anchor: "end" });
  return base + 10;
}
