/**
 * The bench as a figure: what is read, how it becomes one cell, and what comes out.
 */

import { benchSentence, position, stepSentence } from "../describe/sentences.js";
import { panelOf, resultFacts, sourceFacts } from "../model/bench.js";
import { lensAreas } from "../model/lens.js";
import { createSheet, figureOf, wrapped } from "./figure.js";
import { drawActivation } from "./figure-activation.js";
import { COLUMN_HEIGHT_PX, COLUMN_PX, drawColumn } from "./figure-column.js";
import { drawLedger } from "./figure-ledger.js";
import { drawNext, NEXT_HEIGHT_PX } from "./figure-next.js";
import { drawPool } from "./figure-pool.js";

/** @typedef {import("./figure.js").Sheet} Sheet */
/** @typedef {import("./figure.js").Figure} Figure */
/** @typedef {import("../model/scene.js").Scene} Scene */

const MARGIN_PX = 24;
const GUTTER_PX = 36;
const MIDDLE_PX = 456;
const MIDDLE_X = MARGIN_PX + COLUMN_PX + GUTTER_PX;
const RESULT_X = MIDDLE_X + MIDDLE_PX + GUTTER_PX;
export const BENCH_PX = RESULT_X + COLUMN_PX + MARGIN_PX;
const SENTENCE_LETTERS = 62;
const SENTENCE_LINE_PX = 21;
const CREDIT_PX = 24;
const NEXT_Y = MARGIN_PX + COLUMN_HEIGHT_PX - NEXT_HEIGHT_PX;

/**
 * @param {Scene} scene
 * @param {{credit?: string}} [options]  credit: whose picture it is
 * @returns {Figure}
 */
export function benchFigure(scene, { credit = "" } = {}) {
  const sheet = createSheet(scene.theme);
  const { stage, map, explanation } = scene;
  const areas = lensAreas(scene);
  const y = MARGIN_PX;
  drawColumn(sheet, scene, sourceFacts(scene, areas), { x: MARGIN_PX, y, role: "source" });
  const result = { x: RESULT_X, y, role: /** @type {const} */ ("result") };
  const lens = drawColumn(sheet, scene, resultFacts(scene, areas), result);
  drawSentence(sheet, scene, { x: MIDDLE_X, y: y + 12 });
  const { row, cells } = areas.result;
  const target = {
    x: lens.x - 5,
    y: lens.y + (lens.height * (scene.cell.row - row + 0.5)) / cells,
  };
  const middle = { x: MIDDLE_X, y: y + 46, width: MIDDLE_PX };
  const panel = panelOf(scene);
  let foot = y + COLUMN_HEIGHT_PX;
  if (panel === "activation") {
    foot = Math.max(foot, drawActivation(sheet, scene, middle));
  } else if (explanation && panel === "pool") {
    foot = Math.max(foot, drawPool(sheet, scene, explanation, middle));
  } else if (explanation && panel === "conv") {
    const right = MIDDLE_X + MIDDLE_PX;
    const sums = drawLedger(sheet, scene, explanation, { x: MIDDLE_X, y: middle.y, right, target });
    const next = Math.max(NEXT_Y, sums + 12);
    if (drawNext(sheet, scene, { x: MIDDLE_X, y: next })) {
      foot = Math.max(foot, next + NEXT_HEIGHT_PX);
    } else foot = Math.max(foot, sums);
  }
  const height = drawCredit(sheet, credit, foot) + MARGIN_PX;
  return figureOf(sheet, {
    width: BENCH_PX,
    height,
    title: `${stage.title}, map ${map + 1} of ${stage.maps.length}, ${position(scene)}`,
    description: `${sentenceOf(scene)} ${stepSentence(scene)}`,
  });
}

/** @param {Scene} scene */
function sentenceOf(scene) {
  return benchSentence(scene)
    .map(({ text }) => text.replace("\n", " "))
    .join("");
}

/**
 * @param {Sheet} sheet
 * @param {Scene} scene
 * @param {{x: number, y: number}} place  y: first base line
 */
function drawSentence(sheet, scene, { x, y }) {
  const { palette } = sheet;
  const inks = /** @type {Record<string, string>} */ ({
    output: palette.output,
    features: palette.input,
  });
  const words = benchSentence(scene).map(({ text, group, is_strong }) => ({
    text,
    fill: inks[group ?? ""] ?? palette.ink,
    weight: is_strong ? 700 : 400,
  }));
  wrapped(words, SENTENCE_LETTERS).forEach((line, index) => {
    sheet.text(x, y + SENTENCE_LINE_PX * index, line, { size_px: 16, family: "serif" });
  });
}

/**
 * @param {Sheet} sheet
 * @param {string} credit
 * @param {number} foot
 * @returns {number}  the foot of everything
 */
export function drawCredit(sheet, credit, foot) {
  if (!credit) return foot;
  sheet.text(MARGIN_PX, foot + CREDIT_PX, credit, { fill: sheet.palette.ink_3, size_px: 11 });
  return foot + CREDIT_PX;
}
