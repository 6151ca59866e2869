/**
 * One map as a figure: large, with its name, its size and what its colours mean.
 */

import { fixed, times } from "../describe/numbers.js";
import { mapSentence } from "../describe/sentences.js";
import { createSheet, figureOf } from "./figure.js";
import { drawCredit } from "./figure-bench.js";
import { drawLegend, drawMap, isColourPicture, mapSize } from "./figure-maps.js";

/** @typedef {import("../model/scene.js").Scene} Scene */

const MARGIN_PX = 24;
const HEAD_PX = 30;
const MAP_PX = 576;
const LEGEND_PX = 140;

/**
 * @param {Scene} scene
 * @param {{stage: string, map: number}} which
 * @param {{credit?: string}} [options]
 * @returns {import("./figure.js").Figure}
 */
export function mapFigure(scene, which, { credit = "" } = {}) {
  const sheet = createSheet(scene.theme);
  const { palette } = sheet;
  const stage = scene.run.stage(which.stage);
  const { map } = which;
  const is_picture = isColourPicture(stage) && map < 0;
  const { width, height } = mapSize(stage.shape, MAP_PX);
  const place = { x: MARGIN_PX, y: MARGIN_PX + HEAD_PX, width, height };
  const name = is_picture ? stage.title : `${stage.title}, map ${map + 1} of ${stage.maps.length}`;
  sheet.text(MARGIN_PX, MARGIN_PX + 13, name, { size_px: 15, weight: 600 });
  const end = { fill: palette.ink_2, size_px: 12.5, anchor: /** @type {const} */ ("end") };
  const right = MARGIN_PX + Math.max(width, 320);
  sheet.text(right, MARGIN_PX + 13, times([stage.shape[1], stage.shape[2]]), end);
  if (!drawMap(sheet, scene, { stage, map, is_picture }, place)) sheet.hatch(place);
  let foot = place.y + height;
  const scale = is_picture ? null : scene.scaleOf(stage, map);
  if (scale?.kind === "signed") {
    const is_positive = stage.value_range[0] >= 0;
    drawLegend(
      sheet,
      { m: scale.m, is_positive },
      { x: MARGIN_PX, y: foot + 12, width: LEGEND_PX },
    );
    const [low, high] = stage.maps[map].range;
    const words = `values from ${fixed(low, 2)} to ${fixed(high, 2)}`;
    sheet.text(right, foot + 22, words, end);
    foot += 52;
  }
  const bottom = drawCredit(sheet, credit, foot) + MARGIN_PX;
  return figureOf(sheet, {
    width: right + MARGIN_PX,
    height: bottom,
    title: name,
    description: is_picture
      ? `The picture: ${stage.shape[1]} by ${stage.shape[2]} pixels.`
      : mapSentence(stage, map),
  });
}
