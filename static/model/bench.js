/**
 * What the two sides of the bench show, whatever the operation: maps, boxes, lenses.
 */

import { times } from "../describe/numbers.js";
import { mapSentence } from "../describe/sentences.js";
import { openRow } from "./explain.js";
import { ownOnShow } from "./pictures.js";
import { areasBehind, placesOf, readAround, readers } from "./taps.js";

/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("./taps.js").Area} Area */
/** @typedef {ReturnType<typeof import("./lens.js").lensAreas>} LensAreas */

/**
 * @typedef {object} ColumnFacts  What one side of the bench shows, whatever the operation.
 * @property {import("../state/state.js").StageManifest} stage
 * @property {number} map
 * @property {boolean} is_picture  all three colour maps as one picture
 * @property {string} title
 * @property {string} shortTitle  where room is scarce
 * @property {string} size
 * @property {string} sentence  for people who cannot see the canvas
 * @property {Area|null} box  cells framed for the playhead
 * @property {Area|null} hoverBox  a second, dashed frame
 * @property {Area|null} areaBox  the lens's area, when the map is larger than it
 * @property {number|null} painted  cells painted so far; null = all
 * @property {{rows: number, columns: number}} unread  rows and columns no window reads
 * @property {import("./lens.js").LensFacts} lens
 */

/** @param {Scene} scene */
export function panelOf({ run, stage }) {
  if (stage.kind === "input") return "input";
  if (run.weights(stage.id)) return "conv";
  return stage.kind === "elementwise" ? "activation" : "pool";
}

/**
 * The source map on show: the picture in colour, the opened row of a deep convolution, or the map
 * the operation reads.
 *
 * @param {Scene} scene
 */
function sourceMap(scene) {
  const { stage, map, source, explanation } = scene;
  const sources = stage.maps[map].sources;
  if (!source || sources.length === 0) return 0;
  if (sources.length === 1) return sources[0];
  if (source.kind === "input" && source.maps.length === 3) return 0;
  return explanation ? sources[openRow(scene.state, explanation)] : sources[0];
}

/**
 * @param {Scene} scene
 * @param {LensAreas} areas
 * @returns {ColumnFacts}
 */
export function sourceFacts(scene, areas) {
  const { state, run, stage, glide, playheadCell } = scene;
  const source = scene.source ?? stage;
  const isPicture = source.kind === "input" && source.maps.length === 3;
  const map = isPicture && state.lens !== "colour" ? Number(state.lens) : sourceMap(scene);
  const still = sourceArea(scene, playheadCell);
  const box = glide && still ? between(still, sourceArea(scene, glide), glide.toward) : still;
  const isElementwise = stage.kind === "elementwise";
  return {
    stage: source,
    map,
    is_picture: isPicture && state.lens === "colour",
    title: sourceTitle(scene, source, map, isPicture),
    shortTitle: source.kind === "input" ? "Input" : shortSourceTitle(source, map),
    size: isPicture
      ? `3 × ${times([source.shape[1], source.shape[2]])}`
      : times([source.shape[1], source.shape[2]]),
    sentence: isPicture
      ? `${ownOnShow(state)?.title ?? "The picture"}: ${source.shape[1]} by ${source.shape[2]} pixels, red, green and blue.`
      : mapSentence(source, map),
    box: scene.is_pinned ? sourceArea(scene, scene.cell) : box,
    hoverBox: scene.is_hovering
      ? sourceArea(scene, scene.cell)
      : hoveredOrBehind(scene, source.id, map),
    areaBox: isElementwise || run.weights(stage.id) ? null : lensBox(areas.source, source),
    painted: null,
    unread: stage.unread ?? { rows: 0, columns: 0 },
    lens: {
      stage: source,
      map,
      is_colour: isPicture && state.lens === "colour",
      area: areas.source,
      box: areas.window,
      winners: winnersOf(scene, areas.result),
      taps: tapsOf(scene),
      painted: null,
      padding: paddingOf(scene),
    },
  };
}

/** @param {import("../state/state.js").StageManifest} source @param {number} map */
function shortSourceTitle({ title, maps }, map) {
  return maps.length === 1 ? title : `${title}, map ${map + 1}`;
}

/**
 * @param {Scene} scene
 * @param {import("../state/state.js").StageManifest} source
 * @param {number} map
 * @param {boolean} isPicture
 */
function sourceTitle(scene, source, map, isPicture) {
  const { stage } = scene;
  if (isPicture) return ownOnShow(scene.state) ? "Your picture" : "Input photograph";
  if (source.kind === "input") return "Input";
  const before =
    stage.kind === "elementwise"
      ? ": before"
      : source.maps.length > 1 && stage.maps[0].sources.length > 1
        ? ` of ${source.maps.length}`
        : "";
  return `${source.title}, map ${map + 1}${before}`;
}

/**
 * @param {Scene} scene
 * @param {LensAreas} areas
 * @returns {ColumnFacts}
 */
export function resultFacts(scene, areas) {
  const { stage, map, cell, playheadCell, painted, run } = scene;
  const shown = cellArea(cell);
  const isElementwise = stage.kind === "elementwise";
  return {
    stage,
    map,
    is_picture: stage.kind === "input" && stage.maps.length === 3,
    title: isElementwise
      ? `${stage.title}, map ${map + 1}: after`
      : `${stage.title}, map ${map + 1} of ${stage.maps.length}`,
    shortTitle: stage.maps.length === 1 ? "Output" : `Map ${map + 1} of ${stage.maps.length}`,
    size: times([stage.shape[1], stage.shape[2]]),
    sentence: mapSentence(stage, map),
    box: cellArea(scene.is_pinned ? cell : playheadCell),
    hoverBox: scene.is_hovering ? shown : ahead(scene),
    areaBox: isElementwise || run.weights(stage.id) ? null : lensBox(areas.result, stage),
    painted,
    unread: { rows: 0, columns: 0 },
    lens: {
      stage,
      map,
      is_colour: false,
      area: areas.result,
      box: shown,
      winners: [],
      taps: [],
      painted: scene.read,
      padding: NO_PADDING,
    },
  };
}

/** @param {import("../state/state.js").Cell} cell @returns {Area} */
function cellArea({ row, column }) {
  return { rows: [row, row], columns: [column, column] };
}

/** @param {Scene} scene @param {import("../state/state.js").Cell} cell */
export function sourceArea({ run, stage }, cell) {
  const behind = stage.inputs[0];
  const area = behind === undefined ? null : areasBehind(run, stage.id, cell).get(behind);
  const sizes = stage.output_size;
  if (!area || !sizes) return area ?? null;
  return {
    rows: unwrapped(area.rows, sizes.rows, cell.row),
    columns: unwrapped(area.columns, sizes.columns, cell.column),
  };
}

/**
 * A window that goes on at the other side reads two ends of the map: of those, where it lies.
 *
 * @param {[number, number]} read  first and last of all that is read
 * @param {import("../state/state.js").AxisSize} axis
 * @param {number} output
 * @returns {[number, number]}
 */
function unwrapped(read, axis, output) {
  const [first, last] = placesOf(axis, output);
  if (read[1] - read[0] <= last - first) return read;
  return [Math.max(0, first), Math.min(axis.length - 1, last)];
}

/**
 * @param {Area} from
 * @param {Area|null} to
 * @param {number} share
 * @returns {Area}
 */
function between(from, to, share) {
  if (!to) return from;
  const eased = 1 - (1 - share) ** 3;
  /** @param {[number, number]} a @param {[number, number]} b @returns {[number, number]} */
  const mix = (a, b) => [a[0] + (b[0] - a[0]) * eased, a[1] + (b[1] - a[1]) * eased];
  return { rows: mix(from.rows, to.rows), columns: mix(from.columns, to.columns) };
}

/**
 * Where a cell hovered further down the pipeline reads this stage.
 *
 * @param {Scene} scene
 * @param {string} id
 */
function behindHover({ state, run }, id) {
  const { hover } = state;
  if (!hover || !run.has(hover.stage)) return null;
  return areasBehind(run, hover.stage, hover).get(id) ?? null;
}

/**
 * @param {Scene} scene
 * @param {string} id
 * @param {number} map
 */
function hoveredOrBehind(scene, id, map) {
  const { hover } = scene.state;
  if (hover?.stage === id && hover.map === map) return cellArea(hover);
  return behindHover(scene, id);
}

/**
 * The result cells that read the source cell under the pointer.
 *
 * @param {Scene} scene
 * @returns {Area|null}
 */
function ahead(scene) {
  const { state, stage, run } = scene;
  const { hover } = state;
  if (!hover) return null;
  if (hover.stage !== stage.inputs[0]) return behindHover(scene, stage.id);
  const { rows, columns } = readers(run.tensors.geometry.get(stage.id), hover);
  if (!rows.length || !columns.length) return null;
  return {
    rows: [Math.min(...rows), Math.max(...rows)],
    columns: [Math.min(...columns), Math.max(...columns)],
  };
}

/**
 * @param {import("./lens.js").LensArea} area
 * @param {import("../state/state.js").StageManifest} stage
 * @returns {Area}
 */
function lensBox({ row, column, cells }, { shape }) {
  return {
    rows: [Math.max(0, row), Math.min(shape[1], row + cells) - 1],
    columns: [Math.max(0, column), Math.min(shape[2], column + cells) - 1],
  };
}

/** @type {import("./lens.js").Padding} */
const NO_PADDING = { rows: new Map(), columns: new Map() };

/**
 * @param {Scene} scene
 * @returns {import("./lens.js").Padding}
 */
function paddingOf({ run, stage }) {
  const { rows, columns } = stage.output_size ?? {};
  const taps = run.tensors.geometry.get(stage.id);
  if (!rows || !columns || !taps) return NO_PADDING;
  return {
    rows: readAround(rows, taps.rows),
    columns: readAround(columns, taps.columns),
  };
}

/**
 * The cells a window with gaps really reads: its span is not all of it.
 *
 * @param {Scene} scene
 * @returns {Area[]}
 */
function tapsOf({ run, stage, cell }) {
  const { rows, columns } = stage.output_size ?? {};
  if (!rows || !columns || (rows.dilation === 1 && columns.dilation === 1)) return [];
  const taps = run.taps(stage.id, cell.row, cell.column);
  return taps.rows
    .flatMap((row) => taps.columns.map((column) => cellArea({ row, column })))
    .filter(({ rows: [row], columns: [column] }) => row >= 0 && column >= 0);
}

/**
 * The winning cells of max pooling within the lens.
 *
 * @param {Scene} scene
 * @param {import("./lens.js").LensArea} area  of the result
 * @returns {Area[]}
 */
function winnersOf({ run, stage, map, read }, area) {
  const { winner } = run.map(stage.id, map);
  if (!winner) return [];
  /** @type {Area[]} */
  const cells = [];
  const [, rows, columns] = stage.shape;
  for (let row = area.row; row < Math.min(rows, area.row + area.cells); row += 1) {
    for (
      let column = area.column;
      column < Math.min(columns, area.column + area.cells);
      column += 1
    ) {
      if (row * columns + column >= read || run.value(stage.id, map, row, column) === 0) continue;
      const taps = run.taps(stage.id, row, column);
      const place = winner[row * columns + column];
      const sourceRow = taps.rows[Math.floor(place / taps.columns.length)];
      const sourceColumn = taps.columns[place % taps.columns.length];
      if (sourceRow >= 0 && sourceColumn >= 0)
        cells.push(cellArea({ row: sourceRow, column: sourceColumn }));
    }
  }
  return cells;
}
