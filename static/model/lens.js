/**
 * Which cells the two lenses show: the same place of source and result.
 */

import { placesOf } from "./taps.js";

/** @typedef {import("./scene.js").Scene} Scene */

/** @typedef {{row: number, column: number, cells: number}} LensArea  top left cell and side */

/**
 * @typedef {object} Padding  What lies around a map.
 * @property {Map<number, number>} rows  what is read at places beyond the map; see `readAround`
 * @property {Map<number, number>} columns
 */

/**
 * @typedef {object} LensFacts  What one lens shows.
 * @property {import("../state/state.js").StageManifest} stage
 * @property {number} map
 * @property {boolean} is_colour  the picture in colour, without numbers
 * @property {LensArea} area
 * @property {import("./taps.js").Area|null} box
 * @property {import("./taps.js").Area[]} winners  cells framed in ink
 * @property {import("./taps.js").Area[]} taps  cells that are read, when the window has gaps
 * @property {number|null} painted
 * @property {Padding} padding
 */

/** Cells around the window, on both sides together. */
const MARGIN = 4;
const MOST_CELLS = 49;
/** Result cells beside a window that leaves no overlap, so that both lenses show the same place. */
const POOLED_CELLS = 4;

/**
 * @param {Scene} scene
 * @returns {{source: LensArea, result: LensArea, window: import("./taps.js").Area}}
 */
export function lensAreas(scene) {
  const { run, stage, cell, source } = scene;
  const sizes = stage.output_size;
  /** @type {import("./taps.js").Area} */
  const window = {
    rows: sizes ? placesOf(sizes.rows, cell.row) : [cell.row, cell.row],
    columns: sizes ? placesOf(sizes.columns, cell.column) : [cell.column, cell.column],
  };
  const size = source?.shape ?? stage.shape;
  if (sizes && !run.weights(stage.id)) return pooledAreas(scene, sizes, size, window);
  const span = spanOf(sizes);
  const cells = Math.min(MOST_CELLS, span + MARGIN);
  const before = Math.floor(cells / 2);
  return {
    source: {
      row: startAround(window.rows, sizes?.rows, cells, size[1]),
      column: startAround(window.columns, sizes?.columns, cells, size[2]),
      cells,
    },
    result: {
      row: clampStart(cell.row - before, cells, stage.shape[1]),
      column: clampStart(cell.column - before, cells, stage.shape[2]),
      cells,
    },
    window,
  };
}

/** @param {import("../state/state.js").StageManifest["output_size"]} sizes */
function spanOf(sizes) {
  if (!sizes) return 3;
  const { rows, columns } = sizes;
  return Math.max(
    rows.dilation * (rows.kernel_size - 1) + 1,
    columns.dilation * (columns.kernel_size - 1) + 1,
  );
}

/**
 * First cell of the source lens along one axis: the window in the middle, kept on the map and its
 * padding.
 *
 * @param {[number, number]} window  its first and last place
 * @param {import("../state/state.js").AxisSize|undefined} axis
 * @param {number} cells
 * @param {number} length
 */
function startAround([first, last], axis, cells, length) {
  const middle = Math.floor((first + last) / 2);
  const [before, after] = axis?.padding ?? [0, 0];
  return clampStart(middle - Math.floor(cells / 2), cells, length + after, -before);
}

/**
 * @param {number} start
 * @param {number} cells
 * @param {number} end  one past the last cell
 * @param {number} [least]
 */
function clampStart(start, cells, end, least = 0) {
  return Math.max(least, Math.min(end - cells, start));
}

/**
 * @param {Scene} scene
 * @param {NonNullable<import("../state/state.js").StageManifest["output_size"]>} sizes
 * @param {readonly number[]} size
 * @param {import("./taps.js").Area} window
 */
function pooledAreas({ stage, cell }, sizes, size, window) {
  const cells = Math.min(POOLED_CELLS, Math.max(stage.shape[1], stage.shape[2]));
  const row = clampStart(cell.row - 2, cells, stage.shape[1]);
  const column = clampStart(cell.column - 2, cells, stage.shape[2]);
  const down = reach(sizes.rows, row, Math.min(stage.shape[1], row + cells) - 1);
  const right = reach(sizes.columns, column, Math.min(stage.shape[2], column + cells) - 1);
  const sourceCells = Math.max(down[1] - down[0], right[1] - right[0]) + 1;
  const isSmall = sourceCells <= MOST_CELLS;
  return {
    source: {
      row: isSmall ? down[0] : clampStart(window.rows[0], MOST_CELLS, size[1]),
      column: isSmall ? right[0] : clampStart(window.columns[0], MOST_CELLS, size[2]),
      cells: Math.min(MOST_CELLS, sourceCells),
    },
    result: { row, column, cells },
    window,
  };
}

/**
 * From where the window of one output begins to where that of another ends.
 *
 * @param {import("../state/state.js").AxisSize} axis
 * @param {number} from
 * @param {number} to
 */
function reach(axis, from, to) {
  return [placesOf(axis, from)[0], placesOf(axis, to)[1]];
}
