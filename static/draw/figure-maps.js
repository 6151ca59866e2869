/**
 * Feature maps as marks of a figure: the map itself, its boxes and hatches, and the colour scale.
 */

import { short } from "../describe/numbers.js";
import { pack, signedColour } from "./colour.js";
import { rasterise, rasterisePicture } from "./raster.js";

/** @typedef {import("./figure.js").Sheet} Sheet */
/** @typedef {import("./figure.js").Place} Place */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../model/taps.js").Area} Area */
/** @typedef {import("../state/state.js").StageManifest} StageManifest */

/** Below so many pixels per cell a map is drawn smooth. */
const PIXELATED_PX = 1.5;
/** Whole pixels per cell are kept to while the map stays about as large as its place. */
const SNUG = 0.9;

/**
 * How large a map is drawn: whole pixels per cell wherever that fills the place.
 *
 * @param {readonly [number, number, number]} shape
 * @param {number} room_px  longest side
 * @returns {{width: number, height: number, cell_px: number}}
 */
export function mapSize([, rows, columns], room_px) {
  const exact = room_px / Math.max(rows, columns);
  const whole = Math.floor(exact);
  const cell_px = whole >= SNUG * exact ? whole : exact;
  return { width: columns * cell_px, height: rows * cell_px, cell_px };
}

/** The last pixels of each map, as frames of an animation show the same ones again. @type {WeakMap<object, Map<string, Uint32Array>>} */
const painted = new WeakMap();

/**
 * @param {Sheet} sheet
 * @param {Pick<Scene, "run"|"scaleOf">} scene
 * @param {{stage: StageManifest, map: number, is_picture: boolean}} what
 * @param {Place} place
 * @returns {boolean}  false while nothing of the map is here
 */
export function drawMap(sheet, scene, { stage, map, is_picture }, place) {
  const [, rows, columns] = stage.shape;
  const pixels = is_picture ? picturePixels(scene, stage) : mapPixels(scene, stage, map);
  if (!pixels) return false;
  const name = `${stage.id}:${is_picture ? "picture" : map}`;
  const is_smooth = place.width / columns < PIXELATED_PX;
  sheet.raster({ ...place, rows, columns, pixels, name, is_smooth });
  return true;
}

/**
 * @param {Pick<Scene, "run"|"scaleOf">} scene
 * @param {StageManifest} stage
 * @param {number} index
 */
function mapPixels({ run, scaleOf }, stage, index) {
  const map = run.map(stage.id, index);
  const source = map.values ?? map.preview;
  const scale = scaleOf(stage, index);
  if (!source) return null;
  return remembered(source, JSON.stringify(scale), map.rows * map.columns, (pixels) =>
    rasterise(pixels, map, scale),
  );
}

/** @param {Pick<Scene, "run">} scene @param {StageManifest} stage */
function picturePixels({ run }, stage) {
  const maps = stage.maps.map((_, index) => run.map(stage.id, index));
  const source = maps[0].values ?? maps[0].preview;
  const keys = maps.map(({ key, values }) => `${key}${values ? "" : "?"}`).join();
  if (!source) return null;
  return remembered(source, `picture ${keys}`, maps[0].rows * maps[0].columns, (pixels) =>
    rasterisePicture(pixels, maps),
  );
}

/**
 * @param {object} source
 * @param {string} look
 * @param {number} cells
 * @param {(pixels: Uint32Array) => boolean} fill
 * @returns {Uint32Array|null}
 */
function remembered(source, look, cells, fill) {
  const known = painted.get(source) ?? new Map();
  painted.set(source, known);
  let pixels = known.get(look) ?? null;
  if (!pixels) {
    pixels = new Uint32Array(cells);
    if (!fill(pixels)) return null;
    known.clear();
    known.set(look, pixels);
  }
  return pixels;
}

/**
 * @param {Area} area
 * @param {{x: number, y: number}} origin  of the map
 * @param {number} cell_px
 * @returns {Place}
 */
export function areaPlace({ rows, columns }, { x, y }, cell_px) {
  return {
    x: x + columns[0] * cell_px,
    y: y + rows[0] * cell_px,
    width: (columns[1] - columns[0] + 1) * cell_px,
    height: (rows[1] - rows[0] + 1) * cell_px,
  };
}

/**
 * The hatch over cells that are still to come: the rest of a row, and all rows below.
 *
 * @param {Sheet} sheet
 * @param {number|null} done  cells painted; null = all
 * @param {readonly [number, number, number]} shape
 * @param {Place} place
 */
export function drawPending(sheet, done, [, rows, columns], { x, y, width, height }) {
  if (done === null || done >= rows * columns) return;
  const [cell_px, row] = [width / columns, Math.floor(done / columns)];
  const [left, top] = [x + (done % columns) * cell_px, y + row * cell_px];
  if (done % columns > 0) {
    sheet.hatch({ x: left, y: top, width: x + width - left, height: cell_px });
  }
  const below = done % columns > 0 ? top + cell_px : top;
  sheet.hatch({ x, y: below, width, height: y + height - below });
}

/**
 * The hatch over rows and columns that no window reads.
 *
 * @param {Sheet} sheet
 * @param {{rows: number, columns: number}} unread
 * @param {Place} place
 * @param {number} cell_px
 */
export function drawUnread(sheet, { rows, columns }, { x, y, width, height }, cell_px) {
  const [right, below] = [columns * cell_px, rows * cell_px];
  const opacity = 0.85;
  if (rows > 0) sheet.hatch({ x, y: y + height - below, width, height: below }, { opacity });
  if (columns > 0) {
    const rest = height - Math.max(0, below);
    sheet.hatch({ x: x + width - right, y, width: right, height: rest }, { opacity });
  }
}

/**
 * What a stage's cells are called: red, green and blue maps of a picture have letters.
 *
 * @param {StageManifest} stage
 */
export function isColourPicture({ kind, maps }) {
  return kind === "input" && maps.length === 3;
}

/** Pixels of the colour bar, and its height. */
const BAR_STEPS = 61;
const BAR_PX = 8;

/**
 * −m, 0, +m, or the positive half where nothing is below zero.
 *
 * @param {Sheet} sheet
 * @param {{m: number, is_positive: boolean, words?: string}} scale
 * @param {{x: number, y: number, width: number}} place  y: top of the words
 */
export function drawLegend(sheet, { m, is_positive, words = "value" }, { x, y, width }) {
  const { palette, theme } = sheet;
  const pixels = Uint32Array.from({ length: BAR_STEPS }, (_, index) => {
    const share = index / (BAR_STEPS - 1);
    const [red, green, blue] = signedColour(is_positive ? share : 2 * share - 1, 1, theme);
    return pack(red, green, blue);
  });
  const quiet = { fill: palette.ink_2, size_px: 11 };
  sheet.text(x, y + 10, words, { ...quiet, size_px: 11.5 });
  const bar = { x, y: y + 17, width, height: BAR_PX };
  sheet.raster({ ...bar, rows: 1, columns: BAR_STEPS, pixels, name: "scale", is_smooth: true });
  const ends = is_positive ? ["0", short(m, 1)] : [short(-m, 1), short(m, 1)];
  const foot = y + 17 + BAR_PX + 13;
  sheet.text(x, foot, ends[0], quiet);
  sheet.text(x + width, foot, ends[1], { ...quiet, anchor: "end" });
  if (is_positive) return;
  sheet.rect(
    { x: x + width / 2 - 0.5, y: y + 15, width: 1, height: BAR_PX + 4 },
    { fill: palette.ink },
  );
  sheet.text(x + width / 2, foot, "0", { ...quiet, anchor: "middle" });
}
