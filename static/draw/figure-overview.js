/**
 * The whole pipeline as a figure: every stage a column, every map a tile, links between them.
 */

import { createSheet, figureOf } from "./figure.js";
import { drawCredit } from "./figure-bench.js";
import { drawMap, isColourPicture } from "./figure-maps.js";
import { linkPath, linkWidth } from "./links.js";

/** @typedef {import("./figure.js").Sheet} Sheet */
/** @typedef {import("./figure.js").Place} Place */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../state/state.js").StageManifest} StageManifest */

const MARGIN_PX = 24;
const MAPS_PX = 176;
const GAP_PX = 4;
const TOP_PX = 82;
const CHANNELS_X = MARGIN_PX + MAPS_PX + 12;
const SECOND_X = 404;
const PITCH_PX = 170;
/** A picture without colour has no channels beside it. */
const GREY_SECOND_X = 300;
const MOST_TILES = 8;

/** @typedef {{tiles: Map<string, Place>, foot: number}} Tiles */

/**
 * @param {Scene} scene
 * @param {{credit?: string, summary?: string}} [options]  summary: what the input is
 * @returns {import("./figure.js").Figure}
 */
export function overviewFigure(scene, { credit = "", summary = "" } = {}) {
  const sheet = createSheet(scene.theme);
  const { stages } = scene.run;
  const second = isColourPicture(stages[0]) ? SECOND_X : GREY_SECOND_X;
  const places = placeTiles(stages, second);
  drawLinks(sheet, scene, places);
  stages.forEach((stage, index) => {
    const x = index === 0 ? MARGIN_PX : second + PITCH_PX * (index - 1);
    drawHead(sheet, stage, { x, y: MARGIN_PX }, index === 0 && summary ? summary : stage.summary);
    drawTiles(sheet, scene, stage, places);
  });
  const width = second + PITCH_PX * (stages.length - 1) - PITCH_PX + 150 + MARGIN_PX;
  const foot = drawCredit(sheet, credit, places.foot) + MARGIN_PX;
  const names = stages.map(({ title, shape }) => `${title} ${shape.join(" × ")}`);
  return figureOf(sheet, {
    width: Math.max(width, 480),
    height: foot,
    title: `${stages.length} stages from ${stages[0].title} to ${stages[stages.length - 1].title}`,
    description: `${names.join(", ")}.`,
  });
}

/**
 * @param {StageManifest[]} stages
 * @param {number} second  x of the second column
 * @returns {Tiles}
 */
function placeTiles(stages, second) {
  /** @type {Map<string, Place>} */
  const tiles = new Map();
  stages.forEach((stage, index) => {
    const [, rows, columns] = stage.shape;
    const is_picture = isColourPicture(stage);
    const shown = Math.min(stage.maps.length, MOST_TILES);
    const count = shown + (stage.maps.length > shown ? 1 : 0);
    const side = Math.floor((MAPS_PX - GAP_PX * (count - 1)) / count);
    const shape = side / Math.max(rows, columns);
    const [width, height] = [columns * shape, rows * shape];
    const x = index === 0 ? (is_picture ? CHANNELS_X : MARGIN_PX) : second + PITCH_PX * (index - 1);
    for (let map = 0; map < count; map += 1) {
      const y = TOP_PX + map * (side + GAP_PX) + (side - height) / 2;
      tiles.set(`${stage.id}/${map}`, { x, y, width, height });
    }
    if (is_picture) {
      const large = MAPS_PX / Math.max(rows, columns);
      const [wide, high] = [columns * large, rows * large];
      const y = TOP_PX + (MAPS_PX - high) / 2;
      tiles.set(`${stage.id}/picture`, { x: MARGIN_PX, y, width: wide, height: high });
    }
  });
  return { tiles, foot: TOP_PX + MAPS_PX };
}

/**
 * @param {Sheet} sheet
 * @param {StageManifest} stage
 * @param {{x: number, y: number}} place
 * @param {string} summary
 */
function drawHead(sheet, { title, shape }, { x, y }, summary) {
  const { palette } = sheet;
  sheet.text(x, y + 10, title, { size_px: 13, weight: 600 });
  sheet.text(x, y + 27, summary, { fill: palette.ink_2 });
  sheet.text(x, y + 43, shape.join(" × "), { fill: palette.ink_3, size_px: 11 });
}

/**
 * @param {Sheet} sheet
 * @param {Scene} scene
 * @param {StageManifest} stage
 * @param {Tiles} places
 */
function drawTiles(sheet, scene, stage, { tiles }) {
  const { palette } = sheet;
  const { stage: selected, map: own } = scene;
  const is_picture = isColourPicture(stage);
  const photo = tiles.get(`${stage.id}/picture`);
  if (photo) drawMap(sheet, scene, { stage, map: 0, is_picture: true }, photo);
  stage.maps.slice(0, MOST_TILES).forEach((_, map) => {
    const place = tiles.get(`${stage.id}/${map}`);
    if (!place) return;
    if (!drawMap(sheet, scene, { stage, map, is_picture: false }, place)) sheet.hatch(place);
    if (is_picture) drawLetter(sheet, "RGB"[map], place);
    const is_source =
      selected.inputs.includes(stage.id) && selected.maps[own].sources.includes(map);
    const look = { line_px: 2, halo: false };
    if (stage.id === selected.id && map === own) {
      sheet.frame(place, { ...look, stroke: palette.output_line });
    } else if (is_source) sheet.frame(place, { ...look, line_px: 1.5, stroke: palette.input_line });
  });
  const rest = stage.maps.length - MOST_TILES;
  const last = tiles.get(`${stage.id}/${MOST_TILES}`);
  if (rest > 0 && last) {
    const look = { fill: palette.ink_2, size_px: 11, anchor: /** @type {const} */ ("middle") };
    sheet.rect(last, { stroke: palette.line_strong });
    sheet.text(last.x + last.width / 2, last.y + last.height / 2 + 4, `+${rest}`, look);
  }
}

/**
 * @param {Sheet} sheet
 * @param {string} letter
 * @param {Place} place
 */
function drawLetter(sheet, letter, { x, y, width, height }) {
  const look = {
    fill: "#ffffff",
    size_px: 10.5,
    weight: 600,
    anchor: /** @type {const} */ ("end"),
  };
  sheet.text(x + width - 5, y + height - 6, letter, look);
}

/**
 * @param {Sheet} sheet
 * @param {Scene} scene
 * @param {Tiles} places
 */
function drawLinks(sheet, scene, { tiles }) {
  const { palette } = sheet;
  /** @param {StageManifest} stage @param {number} map @param {number} source */
  const between = (stage, map, source) => {
    const from =
      map < MOST_TILES && source < MOST_TILES && tiles.get(`${stage.inputs[0]}/${source}`);
    const to = tiles.get(`${stage.id}/${map}`);
    if (!from || !to) return null;
    return linkPath(
      { x: from.x + from.width + 2, y: from.y + from.height / 2 },
      { x: to.x - 2, y: to.y + to.height / 2 },
    );
  };
  const quiet = scene.run.stages.flatMap((stage) =>
    stage.maps.flatMap((map, index) => map.sources.map((source) => between(stage, index, source))),
  );
  sheet.path(quiet.filter((d) => d !== null).join(""), { stroke: palette.line });
  const { stage, map, explanation } = scene;
  const most = Math.max(0, ...(explanation?.channels ?? []).map((sum) => Math.abs(sum.partial)));
  stage.maps[map].sources.forEach((source, place) => {
    const d = between(stage, map, source);
    if (!d) return;
    const sum = explanation?.kind === "weighted" ? explanation.channels[place] : null;
    if (!sum) sheet.path(d, { stroke: palette.ink_2, line_px: 1.5 });
    else {
      const stroke = sum.partial < 0 ? palette.neg : palette.pos;
      sheet.path(d, { stroke, line_px: linkWidth(sum.partial, most) });
    }
  });
}
