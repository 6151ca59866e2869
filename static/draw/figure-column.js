/**
 * One side of the bench as marks: a map with its boxes, the lens under it, and what stands beside.
 */

import { fixed, spanRead } from "../describe/numbers.js";
import { sourceArea } from "../model/bench.js";
import { drawCells } from "./figure-cells.js";
import { areaPlace, drawLegend, drawMap, drawPending, drawUnread, mapSize } from "./figure-maps.js";
import { lensCells } from "./lens.js";

/** @typedef {import("./figure.js").Sheet} Sheet */
/** @typedef {import("./figure.js").Place} Place */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../model/bench.js").ColumnFacts} ColumnFacts */
/** @typedef {import("../model/lens.js").LensFacts} LensFacts */
/** @typedef {"source"|"result"} Role */

export const COLUMN_PX = 288;
const LENS_PX = 196;
const HEAD_PX = 22;
const GAP_PX = 12;
const NOTES_PX = 12;
const LEGEND_PX = 74;
/** From the top of a column to the top of its lens, and to its foot. */
const LENS_TOP_PX = HEAD_PX + COLUMN_PX + GAP_PX;
export const COLUMN_HEIGHT_PX = LENS_TOP_PX + LENS_PX;

/**
 * @param {Sheet} sheet
 * @param {Scene} scene
 * @param {ColumnFacts} facts
 * @param {{x: number, y: number, role: Role}} where
 * @returns {Place}  of the lens
 */
export function drawColumn(sheet, scene, facts, { x, y, role }) {
  const { width, height, cell_px } = mapSize(facts.stage.shape, COLUMN_PX);
  const map = { x, y: y + HEAD_PX, width, height };
  const lens = { x, y: y + LENS_TOP_PX, width: LENS_PX, height: LENS_PX };
  const stroke = lineOf(sheet, role);
  drawHead(sheet, facts, { x, y, width }, role);
  if (!drawMap(sheet, scene, facts, map)) sheet.hatch(map);
  drawUnread(sheet, facts.unread, map, cell_px);
  drawPending(sheet, facts.painted, facts.stage.shape, map);
  const joined = facts.areaBox ?? facts.box;
  if (joined) joinLens(sheet, areaPlace(joined, map, cell_px), lens, stroke);
  if (facts.areaBox) {
    sheet.frame(areaPlace(facts.areaBox, map, cell_px), { stroke, line_px: 1, halo: false });
  }
  if (facts.box) {
    const line_px = role === "source" ? 1.5 : 2.5;
    sheet.frame(areaPlace(facts.box, map, cell_px), { stroke, line_px });
  }
  drawLens(sheet, scene, facts.lens, lens, role);
  drawNotes(sheet, scene, { x: x + LENS_PX + NOTES_PX, y: lens.y }, role);
  return lens;
}

/** @param {Sheet} sheet @param {Role} role */
function lineOf({ palette }, role) {
  return role === "source" ? palette.input_line : palette.output_line;
}

/** @param {Sheet} sheet @param {Role} role */
function inkOf({ palette }, role) {
  return role === "source" ? palette.input : palette.output;
}

/**
 * @param {Sheet} sheet
 * @param {ColumnFacts} facts
 * @param {{x: number, y: number, width: number}} place  of the head and the map under it
 * @param {Role} role
 */
function drawHead(sheet, { title, size }, { x, y, width }, role) {
  sheet.rect({ x, y: y - 1, width: 3, height: 15 }, { fill: lineOf(sheet, role) });
  sheet.text(x + 10, y + 11, title, { fill: inkOf(sheet, role), size_px: 13, weight: 600 });
  const end = x + Math.max(width, COLUMN_PX - 20);
  sheet.text(end, y + 11, size, { fill: sheet.palette.ink_2, anchor: "end" });
}

/**
 * Two hairlines from the framed cells to the upper corners of the lens.
 *
 * @param {Sheet} sheet
 * @param {Place} box
 * @param {Place} lens
 * @param {string} stroke
 */
function joinLens(sheet, box, lens, stroke) {
  const foot = box.y + box.height;
  sheet.path(
    `M${box.x} ${foot}L${lens.x} ${lens.y}M${box.x + box.width} ${foot}L${lens.x + lens.width} ${lens.y}`,
    { stroke, line_px: 0.75 },
  );
}

/**
 * @param {Sheet} sheet
 * @param {Scene} scene
 * @param {LensFacts} facts
 * @param {Place} lens
 * @param {Role} role
 */
function drawLens(sheet, scene, facts, lens, role) {
  const { area } = facts;
  const cell_px = lens.width / area.cells;
  const size = { rows: area.cells, columns: area.cells, width_px: cell_px, height_px: cell_px };
  drawCells(sheet, { x: lens.x, y: lens.y, ...size }, lensCells(scene, facts, cell_px));
  const origin = { x: lens.x - area.column * cell_px, y: lens.y - area.row * cell_px };
  for (const cell of facts.winners) {
    const place = areaPlace(cell, origin, cell_px);
    sheet.rect(inner(place, 0.75), { stroke: sheet.palette.ink, line_px: 1.5 });
  }
  const stroke = lineOf(sheet, role);
  for (const cell of facts.taps) {
    sheet.rect(inner(areaPlace(cell, origin, cell_px), 1), { stroke, line_px: 2 });
  }
  if (!facts.box) return;
  const is_span = facts.taps.length > 0;
  const box = within(areaPlace(facts.box, origin, cell_px), lens);
  if (!box) return;
  sheet.frame(box, { stroke, line_px: is_span ? 1 : role === "source" ? 2 : 2.5, halo: false });
}

/** @param {Place} place @param {number} by @returns {Place} */
function inner({ x, y, width, height }, by) {
  return { x: x + by, y: y + by, width: width - 2 * by, height: height - 2 * by };
}

/**
 * The part of a box on the lens, or null.
 *
 * @param {Place} box
 * @param {Place} lens
 * @returns {Place|null}
 */
function within(box, lens) {
  const [x, y] = [Math.max(box.x, lens.x), Math.max(box.y, lens.y)];
  const width = Math.min(box.x + box.width, lens.x + lens.width) - x;
  const height = Math.min(box.y + box.height, lens.y + lens.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}

/**
 * @param {Sheet} sheet
 * @param {Scene} scene
 * @param {{x: number, y: number}} place
 * @param {Role} role
 */
function drawNotes(sheet, scene, { x, y }, role) {
  const { stage, source, explanation, painted } = scene;
  const { palette } = sheet;
  const { title, lines, value } = role === "source" ? sourceNotes(scene) : resultNotes(scene);
  sheet.text(x, y + 13, title, { fill: inkOf(sheet, role), size_px: 12.5, weight: 600 });
  lines.forEach((text, index) => {
    sheet.text(x, y + 31 + 17 * index, text, { fill: palette.ink_2, size_px: 11.5 });
  });
  if (value) {
    const look = { fill: inkOf(sheet, role), size_px: 16, weight: 600 };
    sheet.text(x, y + 38 + 17 * lines.length, value, look);
  }
  const legend = { x, y: y + LENS_PX - 38, width: LEGEND_PX };
  if (role === "source") {
    if (explanation && explanation.winner !== null) {
      sheet.rect(
        { x: x + 0.5, y: y + 80.5, width: 10, height: 10 },
        { stroke: palette.ink, line_px: 1.5 },
      );
      sheet.text(x + 18, y + 90, "winner", { fill: palette.ink_2 });
    }
    const is_signed = source !== null && source.kind !== "input";
    const of = is_signed ? scene.scaleOf(source, stage.maps[scene.map].sources[0] ?? 0) : null;
    if (source && of?.kind === "signed" && (explanation?.channels.length ?? 2) === 1) {
      drawLegend(sheet, { m: of.m, is_positive: source.value_range[0] >= 0 }, legend);
    }
    return;
  }
  if (painted < stage.shape[1] * stage.shape[2]) {
    const top = y + 48 + 17 * lines.length + (value ? 6 : -22);
    sheet.hatch({ x, y: top, width: 12, height: 12 }, { pitch_px: 4 });
    sheet.text(x + 18, top + 10, "pending", { fill: palette.ink_2 });
  }
  drawLegend(sheet, { m: scene.m, is_positive: stage.value_range[0] >= 0 }, legend);
}

/** @param {Scene} scene */
function sourceNotes(scene) {
  const { stage, explanation, cell, run } = scene;
  const is_elementwise = stage.kind === "elementwise";
  const read = sourceArea(scene, cell);
  const taps = run.taps(stage.id, cell.row, cell.column);
  return {
    title: is_elementwise ? "Before" : "Window",
    lines: [
      spanRead("row", read?.rows ?? null, taps.rows),
      spanRead("column", read?.columns ?? null, taps.columns),
    ],
    value: is_elementwise && explanation ? fixed(explanation.channels[0].terms[0].value, 2) : "",
  };
}

/** @param {Scene} scene */
function resultNotes({ stage, explanation, cell, run }) {
  const is_conv = run.weights(stage.id) !== null;
  return {
    title: stage.kind === "elementwise" ? "After" : "Output cell",
    lines: [`row ${cell.row + 1}`, `column ${cell.column + 1}`],
    value: is_conv || !explanation ? "" : fixed(explanation.result, 2),
  };
}
