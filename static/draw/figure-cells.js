/**
 * Cells drawn large, with their numbers, as marks of a figure.
 */

import { textOn } from "./colour.js";
import { hex } from "./figure.js";
import { fontSize } from "./lens.js";

/** @typedef {import("./figure.js").Sheet} Sheet */
/** @typedef {import("./figure.js").Place} Place */

/**
 * @typedef {object} CellLook
 * @property {import("./colour.js").Rgb|null} fill  null: nothing is here
 * @property {string} text  "" = none
 * @property {boolean} [is_pending]  hatched
 * @property {boolean} [is_padding]  a zero that is not of the map: its number is quiet
 */

/**
 * @typedef {object} Grid
 * @property {number} x
 * @property {number} y
 * @property {number} rows
 * @property {number} columns
 * @property {number} width_px  of a cell
 * @property {number} height_px
 * @property {number} [size_px]  of the numbers
 */

/**
 * @param {Sheet} sheet
 * @param {Grid} grid
 * @param {(row: number, column: number) => CellLook} lookAt
 * @returns {Place}
 */
export function drawCells(sheet, grid, lookAt) {
  const { x, y, rows, columns, width_px, height_px } = grid;
  const size_px = grid.size_px ?? fontSize(height_px);
  const place = { x, y, width: columns * width_px, height: rows * height_px };
  sheet.rect(place, { fill: sheet.palette.paper });
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const at = {
        x: x + column * width_px,
        y: y + row * height_px,
        width: width_px,
        height: height_px,
      };
      drawCell(sheet, at, lookAt(row, column), size_px);
    }
  }
  drawLines(sheet, grid, place);
  return place;
}

/**
 * @param {Sheet} sheet
 * @param {Place} at
 * @param {CellLook} look
 * @param {number} size_px
 */
export function drawCell(sheet, at, { fill, text, is_pending, is_padding }, size_px) {
  if (is_pending) {
    sheet.hatch(at, { pitch_px: 5 });
    return;
  }
  if (!fill) return;
  sheet.rect(at, { fill: hex(fill) });
  if (text === "") return;
  const ink = is_padding ? sheet.palette.ink_3 : textOn(fill);
  sheet.text(at.x + at.width / 2, at.y + at.height / 2 + size_px * 0.36, text, {
    fill: ink,
    size_px,
    weight: 500,
    anchor: "middle",
  });
}

/**
 * Hairlines between cells, and around them.
 *
 * @param {Sheet} sheet
 * @param {Grid} grid
 * @param {Place} place
 */
function drawLines(sheet, { x, y, rows, columns, width_px, height_px }, place) {
  const { cell_line: fill, cell_line_opacity: opacity } = sheet.palette;
  if (Math.min(width_px, height_px) < 4) return;
  for (let column = 0; column <= columns; column += 1) {
    const left = Math.min(x + column * width_px, x + place.width - 1);
    sheet.rect({ x: left, y, width: 1, height: place.height }, { fill, opacity });
  }
  for (let row = 0; row <= rows; row += 1) {
    const top = Math.min(y + row * height_px, y + place.height - 1);
    sheet.rect({ x, y: top, width: place.width, height: 1 }, { fill, opacity });
  }
}

/**
 * An arrow to the right, to below or in a bend.
 *
 * @param {Sheet} sheet
 * @param {[number, number][]} points  corners; the last stretch is level
 * @param {string} stroke
 * @param {number} [line_px]
 */
export function drawArrow(sheet, points, stroke, line_px = 1.5) {
  const d = points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${x} ${y}`).join("");
  const [x, y] = points[points.length - 1];
  sheet.path(d, { stroke, line_px });
  sheet.path(`M${x - 5} ${y - 4.5}L${x} ${y}L${x - 5} ${y + 4.5}`, { stroke, line_px });
}
