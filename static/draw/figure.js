/**
 * Figures for slides and papers: a display list of a few plain marks, and the sheet to put them on.
 *
 * A figure is data: the same list becomes an SVG file (`svg.js`) or is painted on a canvas
 * (`paint.js`). Sizes are in pixels at 1×.
 */

import { PALETTES } from "./palette.js";

/** @typedef {import("./colour.js").Rgb} Rgb */
/** @typedef {import("./colour.js").Theme} Theme */
/** @typedef {import("./palette.js").Palette} Palette */

/** @typedef {{x: number, y: number, width: number, height: number}} Place */

/**
 * @typedef {Place & {kind: "rect", fill: string|null, stroke: string|null, line_px: number, dash: number[]|null, opacity: number}} RectMark
 * @typedef {{kind: "path", d: string, fill: string|null, stroke: string|null, line_px: number, dash: number[]|null}} PathMark
 * @typedef {{text: string, fill: string, weight: number}} Words
 * @typedef {{kind: "text", x: number, y: number, words: Words[], size_px: number, anchor: "start"|"middle"|"end", family: "sans"|"serif", halo: string|null}} TextMark
 *   y is the base line; words follow each other
 * @typedef {Place & {kind: "hatch", ground: string, line: string, pitch_px: number, opacity: number}} HatchMark
 * @typedef {Place & {kind: "raster", rows: number, columns: number, pixels: Uint32Array, name: string, is_smooth: boolean}} RasterMark
 *   one pixel per cell, packed as `colour.js` packs
 * @typedef {RectMark|PathMark|TextMark|HatchMark|RasterMark} Mark
 */

/**
 * @typedef {object} Figure
 * @property {number} width
 * @property {number} height
 * @property {Theme} theme
 * @property {string} ground  what is behind everything
 * @property {string} title  for people who cannot see it
 * @property {string} description
 * @property {Mark[]} marks  from the back to the front
 */

/** Font stacks of whatever shows the picture: nothing is embedded. */
export const FAMILIES = {
  sans: "-apple-system, BlinkMacSystemFont, 'Segoe UI', 'Inter', 'Helvetica Neue', Arial, sans-serif",
  serif: "'Iowan Old Style', 'Palatino Linotype', Palatino, 'P052', Georgia, serif",
};

/** From the outer edge of a map to that of the frame around some of its cells: never smaller. */
const LEAST_FRAME_PX = 5;

/**
 * @typedef {object} Sheet  Collects marks.
 * @property {Theme} theme
 * @property {Palette} palette
 * @property {Mark[]} marks
 * @property {(place: Place, look: {fill?: string|null, stroke?: string|null, line_px?: number, dash?: number[]|null, opacity?: number}) => void} rect
 * @property {(d: string, look: {fill?: string|null, stroke?: string|null, line_px?: number, dash?: number[]|null}) => void} path
 * @property {(x: number, y: number, text: string|Words[], look?: {fill?: string, size_px?: number, weight?: number, anchor?: TextMark["anchor"], family?: TextMark["family"], halo?: string|null}) => void} text
 * @property {(place: Place, look?: {pitch_px?: number, opacity?: number}) => void} hatch
 * @property {(mark: Omit<RasterMark, "kind">) => void} raster
 * @property {(place: Place, look: {stroke: string, line_px: number, dash?: number[]|null, halo?: boolean}) => void} frame
 *   a stroke that lies outside the cells, never smaller than 5 px outside
 */

/**
 * @param {Theme} theme
 * @returns {Sheet}
 */
export function createSheet(theme) {
  const palette = PALETTES[theme];
  /** @type {Mark[]} */
  const marks = [];
  /** @type {Sheet} */
  const sheet = {
    theme,
    palette,
    marks,
    rect(place, { fill = null, stroke = null, line_px = 1, dash = null, opacity = 1 }) {
      if (place.width <= 0 || place.height <= 0) return;
      marks.push({ kind: "rect", ...rounded(place), fill, stroke, line_px, dash, opacity });
    },
    path(d, { fill = null, stroke = null, line_px = 1, dash = null }) {
      marks.push({ kind: "path", d, fill, stroke, line_px, dash });
    },
    text(x, y, text, look = {}) {
      const { fill = palette.ink, size_px = 11.5, weight = 400, anchor = "start" } = look;
      const { family = "sans", halo = null } = look;
      const words = typeof text === "string" ? [{ text, fill, weight }] : text;
      if (words.every((part) => part.text === "")) return;
      const place = { x: round(x), y: round(y) };
      marks.push({ kind: "text", ...place, words, size_px, anchor, family, halo });
    },
    hatch(place, { pitch_px = 6, opacity = 1 } = {}) {
      if (place.width <= 0 || place.height <= 0) return;
      const [ground, line] = [palette.pend_a, palette.pend_b];
      marks.push({ kind: "hatch", ...rounded(place), ground, line, pitch_px, opacity });
    },
    raster(mark) {
      marks.push({ kind: "raster", ...mark, ...rounded(mark) });
    },
    frame(place, { stroke, line_px, dash = null, halo = true }) {
      const wide = Math.max(place.width, LEAST_FRAME_PX - 2 * line_px);
      const high = Math.max(place.height, LEAST_FRAME_PX - 2 * line_px);
      /** @param {number} reach  of the stroke's middle line */
      const around = (reach) => ({
        x: place.x + (place.width - wide) / 2 - reach,
        y: place.y + (place.height - high) / 2 - reach,
        width: wide + 2 * reach,
        height: high + 2 * reach,
      });
      if (halo) {
        const look = { stroke: palette.halo, opacity: palette.halo_opacity };
        sheet.rect(around(line_px + 0.5), look);
      }
      sheet.rect(around(line_px / 2), { stroke, line_px, dash });
    },
  };
  return sheet;
}

/**
 * @param {Sheet} sheet
 * @param {{width: number, height: number, title: string, description: string}} about
 * @returns {Figure}
 */
export function figureOf({ theme, palette, marks }, { width, height, title, description }) {
  const ground = palette.paper;
  return { width, height: Math.ceil(height), theme, ground, title, description, marks };
}

/** @param {Place} place @returns {Place} */
function rounded({ x, y, width, height }) {
  return { x: round(x), y: round(y), width: round(width), height: round(height) };
}

/** @param {number} value  px; hundredths are more than any screen shows */
export function round(value) {
  return Math.round(value * 100) / 100;
}

/**
 * @param {Rgb} colour
 * @returns {string}  "#rrggbb": every program that reads SVG knows it
 */
export function hex(colour) {
  return `#${colour.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * Lines at 135 degrees over a place; the same phase everywhere, so that neighbours join.
 *
 * @param {Pick<HatchMark, "x"|"y"|"width"|"height"|"pitch_px">} hatch
 * @returns {string}  path data that stays within the place
 */
export function hatchLines({ x, y, width, height, pitch_px }) {
  const pitch = pitch_px * Math.SQRT2;
  const [right, foot] = [x + width, y + height];
  const parts = [];
  for (let sum = Math.ceil((x + y) / pitch) * pitch; sum < right + foot; sum += pitch) {
    const left = Math.max(x, sum - foot);
    const end = Math.min(right, sum - y);
    if (end - left > 0.01) {
      parts.push(`M${round(left)} ${round(sum - left)}L${round(end)} ${round(sum - end)}`);
    }
  }
  return parts.join("");
}

/**
 * Cut words into lines of about so many characters; nothing can be measured here.
 *
 * @param {Words[]} words
 * @param {number} most  characters
 * @returns {Words[][]}
 */
export function wrapped(words, most) {
  /** @type {Words[][]} */
  const lines = [[]];
  let length = 0;
  for (const { text, ...look } of words) {
    for (const piece of text.split(/(\n)|(?<= )/).filter(Boolean)) {
      const isForced = piece === "\n";
      if (isForced || (length > 0 && length + piece.trimEnd().length > most)) {
        lines.push([]);
        length = 0;
      }
      if (isForced) continue;
      const line = lines[lines.length - 1];
      const last = line.at(-1);
      if (last && last.fill === look.fill && last.weight === look.weight) last.text += piece;
      else line.push({ text: piece, ...look });
      length += piece.length;
    }
  }
  return lines.filter((line) => line.length > 0).map(trimmedEnd);
}

/** @param {Words[]} line */
function trimmedEnd(line) {
  return line.map((part, index) =>
    index === line.length - 1 ? { ...part, text: part.text.trimEnd() } : part,
  );
}
