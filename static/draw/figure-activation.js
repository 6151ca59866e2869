/**
 * The middle of the bench for an activation as marks: the function's curve, and the histogram.
 */

import { histogramCaptions } from "../describe/histogram.js";
import { count, fixed, percent, short } from "../describe/numbers.js";
import { activationFacts } from "../model/activation.js";
import { countAtMost, histogram, niceStep } from "../model/statistics.js";
import { signedColour } from "./colour.js";
import { pathOf, sampleCurve, throughOrigin } from "./curve.js";
import {
  axesOf,
  BOTTOM,
  CHARACTER_PX,
  curveBoxes,
  horizontalAxis,
  horizontalTicks,
  resultPlaces,
  TOP,
  tickBox,
  verticalTicks,
  zPlaces,
} from "./curve-layout.js";
import { hex, round } from "./figure.js";
import { freePlace, wordsBox } from "./labels.js";
import { mixed } from "./winners.js";

/** @typedef {import("./figure.js").Sheet} Sheet */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../model/activation.js").ActivationFacts} ActivationFacts */
/** @typedef {import("./curve.js").Point} Point */
/** @typedef {import("./curve-layout.js").HorizontalAxis} HorizontalAxis */

/** Heights of the two parts, with their heads. */
const CURVE_PX = 216;
const HEAD_PX = 24;
const TALLEST_PX = 120;
const BINS = 40;

/**
 * @param {Sheet} sheet
 * @param {Scene} scene
 * @param {{x: number, y: number, width: number}} place
 * @returns {number}  the foot
 */
export function drawActivation(sheet, scene, { x, y, width }) {
  const { run, stage, map, source, cell } = scene;
  if (!source) return y;
  const from = stage.maps[map].sources[0] ?? map;
  const [before, after] = [run.map(source.id, from), run.map(stage.id, map)];
  if (!before.values || !after.values) return y;
  const facts = activationFacts(scene, before, before.values, after.values);
  const index = cell.row * after.columns + cell.column;
  const shown = { value: before.values[index], output: after.values[index] };
  drawCurve(sheet, facts, shown, { x, y, width });
  return drawHistogram(sheet, facts, { x, y: y + HEAD_PX + CURVE_PX, width });
}

/**
 * @param {Sheet} sheet
 * @param {string} title
 * @param {string} note
 * @param {{x: number, y: number, width: number}} place
 */
function drawHead(sheet, title, note, { x, y, width }) {
  const { palette } = sheet;
  sheet.text(x, y + 12, title, { size_px: 12.5, weight: 600 });
  sheet.text(x + width, y + 12, note, { fill: palette.ink_2, anchor: "end" });
}

/**
 * @param {Sheet} sheet
 * @param {ActivationFacts} facts
 * @param {{value: number, output: number}} shown
 * @param {{x: number, y: number, width: number}} place
 */
function drawCurve(sheet, facts, { value, output }, place) {
  const { palette } = sheet;
  const { limit, words, samples } = facts;
  drawHead(sheet, "The function", `output = ${words.formula}`, place);
  const origin = { x: place.x, y: place.y + HEAD_PX };
  const sampled = sampleCurve(samples, { limit, buckets: place.width });
  const points = words.is_rays ? throughOrigin(sampled, limit) : sampled;
  const heights = points.map(([, at]) => at);
  const axes = axesOf(limit, Math.min(0, ...heights), Math.max(0, ...heights), place.width);
  const line = points.map(([at, height]) => /** @type {Point} */ ([axes.x(at), axes.y(height)]));
  const numbers = verticalTicks(axes, heights, line);
  const { left, right } = axes;
  const zero = axes.x(0);
  /** @param {number} x @param {number} y */
  const at = (x, y) => `${round(origin.x + x)} ${round(origin.y + y)}`;
  const ground = {
    x: origin.x + left,
    y: origin.y + TOP,
    width: zero - left,
    height: BOTTOM - TOP,
  };
  sheet.rect(ground, { fill: palette.sunken });
  const is_wide = numbers.some(({ value: tick, place: { x } }) => tick < 0 || x < left);
  for (const { value: tick } of numbers) {
    const d = `M${at(is_wide ? left : zero, axes.y(tick))}L${at(right, axes.y(tick))}`;
    sheet.path(d, { stroke: palette.line });
  }
  const cross = `M${at(zero, TOP)}L${at(zero, BOTTOM)}M${at(left, axes.y(0))}L${at(right, axes.y(0))}`;
  sheet.path(cross, { stroke: palette.line_strong });
  drawTicks(sheet, axes, limit, { origin, tick_y: axes.y(0), text_y: BOTTOM + 18 });
  const quiet = { fill: palette.ink_3, size_px: 11 };
  sheet.text(origin.x + left + 8, origin.y + TOP + 16, words.below, quiet);
  const near_foot = axes.y(0) > BOTTOM - 34;
  const above_y = origin.y + (near_foot ? axes.y(0) : BOTTOM) - 11;
  sheet.text(origin.x + right - 6, above_y, words.above, { ...quiet, anchor: "end" });
  const moved = line.map(([px, py]) => /** @type {Point} */ ([origin.x + px, origin.y + py]));
  sheet.path(pathOf(moved), { stroke: palette.ink, line_px: 2 });
  for (const { place: spot, text } of numbers) {
    const look = { fill: palette.ink_2, size_px: 11, anchor: spot.anchor, halo: palette.paper };
    sheet.text(origin.x + spot.x, origin.y + spot.y, text, look);
  }
  const taken = [
    ...numbers.map(({ place: spot, text }) => tickBox(spot, text)),
    ...curveBoxes(line),
  ];
  const texts = [`z = ${fixed(value, 2)}`, `${words.call} = ${fixed(output, 2)}`];
  drawRing(sheet, { axes, taken, origin, value, output, texts });
}

/**
 * The current cell on the curve.
 *
 * @param {Sheet} sheet
 * @param {{axes: import("./curve-layout.js").Axes, taken: import("./labels.js").Box[], origin: {x: number, y: number}, value: number, output: number, texts: string[]}} facts
 */
function drawRing(sheet, { axes, taken, origin, value, output, texts }) {
  const { palette } = sheet;
  const [x, y] = [axes.x(value), axes.y(output)];
  const inside = { left: axes.left, right: axes.right, top: TOP, bottom: BOTTOM };
  const around = { left: x - 8, right: x + 8, top: y - 8, bottom: y + 8 };
  const width = CHARACTER_PX * texts[0].length;
  const z = freePlace(zPlaces(x, y), width, { taken: [...taken, around], inside });
  const is_below = z.y > y;
  const [from, to] = is_below ? [z.y - 14, y + 7] : [z.y + 6, y - 7];
  const drop = `M${round(origin.x + x)} ${round(origin.y + from)}V${round(origin.y + to)}`;
  sheet.path(drop, { stroke: palette.input_line, line_px: 1.2, dash: [2, 3] });
  const [cx, cy] = [round(origin.x + x), round(origin.y + y)];
  const ring = `M${cx - 5} ${cy}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z`;
  sheet.path(ring, { fill: palette.paper, stroke: palette.output_line, line_px: 2.5 });
  const ground = { taken: [...taken, around, wordsBox(z, width)], inside };
  const result = freePlace(resultPlaces(x, y, z), CHARACTER_PX * texts[1].length, ground);
  [z, result].forEach((spot, index) => {
    const fill = index === 0 ? palette.input : palette.output;
    const look = { fill, size_px: 13, weight: 600, anchor: spot.anchor, halo: palette.paper };
    sheet.text(origin.x + spot.x, origin.y + spot.y, texts[index], look);
  });
}

/**
 * @param {Sheet} sheet
 * @param {HorizontalAxis} axis
 * @param {number} limit
 * @param {{origin: {x: number, y: number}, tick_y: number, text_y: number}} place
 */
function drawTicks(sheet, axis, limit, { origin, tick_y, text_y }) {
  const { palette } = sheet;
  const middle = { size_px: 11, anchor: /** @type {const} */ ("middle") };
  for (const value of horizontalTicks(axis, limit)) {
    const x = round(origin.x + axis.x(value));
    sheet.path(`M${x} ${round(origin.y + tick_y)}v5`, { stroke: palette.line_strong });
    const look = { ...middle, fill: palette.ink_2, halo: palette.paper };
    sheet.text(x, origin.y + text_y, short(value, 4), look);
  }
  sheet.text(origin.x + axis.x(0), origin.y + text_y, "0", { ...middle, weight: 600 });
}

/**
 * @param {Sheet} sheet
 * @param {ActivationFacts} facts
 * @param {{x: number, y: number, width: number}} place
 * @returns {number}  the foot
 */
function drawHistogram(sheet, facts, place) {
  const { palette } = sheet;
  const { before, limit } = facts;
  const bins = histogram(before, niceStep(2 * limit, BINS));
  const title = `All ${count(before.length)} cells of this map`;
  drawHead(sheet, title, "height: square root of the count", place);
  const axis = horizontalAxis(limit, place.width);
  const origin = { x: place.x, y: place.y + HEAD_PX };
  const base = TALLEST_PX + 48;
  drawBars(sheet, bins, facts, { axis, origin, base });
  const [from, to] = [round(origin.x + axis.left), round(origin.x + axis.right)];
  sheet.path(`M${from} ${origin.y + base}H${to}`, { stroke: palette.line_strong });
  drawTicks(sheet, axis, limit, { origin, tick_y: base, text_y: base + 17 });
  const zero = round(origin.x + axis.x(0));
  sheet.path(`M${zero} ${origin.y + 2}V${origin.y + base + 4}`, {
    stroke: palette.ink,
    line_px: 1.5,
  });
  drawSides(sheet, facts, { zero, y: origin.y });
  const foot = origin.y + base + 36;
  const captions = histogramCaptions(bins, facts);
  captions.forEach((text, index) => {
    sheet.text(place.x, foot + 16 * index, text, { fill: palette.ink_2 });
  });
  return foot + 16 * Math.max(0, captions.length - 1) + 4;
}

/**
 * @param {Sheet} sheet
 * @param {import("../model/statistics.js").Histogram} bins
 * @param {ActivationFacts} facts
 * @param {{axis: HorizontalAxis, origin: {x: number, y: number}, base: number}} place
 */
function drawBars(sheet, { bins, most }, { m, theme, words, limit }, { axis, origin, base }) {
  const outline = hex(signedColour(-0.62 * m, m, theme));
  const neutral = signedColour(0, 1, theme);
  for (const { from, to, count: cells } of bins.filter((bin) => bin.count > 0)) {
    const height = Math.max(1, Math.sqrt(cells / most) * TALLEST_PX);
    const [left, right] = [axis.x(Math.max(-limit, from)), axis.x(Math.min(limit, to))];
    const is_below = to <= 0;
    const full = signedColour(is_below ? from : to, m, theme);
    const fill = hex(is_below && words.sets_zero ? mixed(full, neutral, 0.5) : full);
    const inset = is_below ? 1 : 0.5;
    const width = Math.max(0.5, right - left - 2 * inset);
    const bar = { x: origin.x + left + inset, y: origin.y + base - height, width, height };
    sheet.rect(bar, { fill, stroke: is_below ? outline : null });
  }
}

/**
 * @param {Sheet} sheet
 * @param {ActivationFacts} facts
 * @param {{zero: number, y: number}} place
 */
function drawSides(sheet, { before, words }, { zero, y }) {
  const { palette } = sheet;
  const below = countAtMost(before, 0);
  const sides = [
    { x: zero - 70, anchor: "end", cells: below, what: words.countBelow, fill: palette.neg },
    {
      x: zero + 70,
      anchor: "start",
      cells: before.length - below,
      what: words.countAbove,
      fill: palette.pos,
    },
  ];
  for (const { x, anchor: side, cells, what, fill } of sides) {
    const anchor = /** @type {"start"|"end"} */ (side);
    const look = { size_px: 13, weight: 600, fill, anchor, halo: palette.paper };
    sheet.text(x, y + 24, `${count(cells)} ${what}`, look);
    const share = percent(cells / before.length);
    sheet.text(x, y + 41, share, { size_px: 12, fill: palette.ink_2, anchor });
  }
}
