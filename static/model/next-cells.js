/**
 * Where the value of a cell goes: through the stages after it, as far as one pooling.
 */

import { readers } from "./taps.js";

/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("../state/state.js").Cell} Cell */
/** @typedef {import("../state/state.js").StageManifest} StageManifest */

/**
 * @typedef {object} NextCell  One value in the chain.
 * @property {"cell"} kind
 * @property {StageManifest} stage
 * @property {number} map
 * @property {number} value
 * @property {boolean} is_pending
 */

/**
 * @typedef {object} NextWindow  The window of a pooling that the cell lies in.
 * @property {"window"} kind
 * @property {StageManifest} stage
 * @property {[number, number]} size
 * @property {{value: number, is_pending: boolean, is_own: boolean, is_absent: boolean}[]} cells
 * @property {number} waits  cells that are still to come
 * @property {number} readers  windows that read the cell
 * @property {number|null} winner
 */

/**
 * @typedef {object} NextReaders  Where the chain ends in many windows, or in none.
 * @property {"readers"} kind
 * @property {StageManifest} stage
 * @property {number} readers
 */

/** @typedef {NextCell|NextWindow|NextReaders} NextLink */

/** Windows with more cells are only counted. */
const MOST_CELLS = 36;

/**
 * @param {Run} run
 * @param {string} id  stage of the first cell
 * @param {number} map
 * @param {Cell} cell
 * @param {{painted: number, is_made: boolean}} so_far
 *   painted: cells of that stage that exist already; is_made: the total of `cell` is on show
 * @returns {NextLink[]|null}  null while a value is on its way; empty when nothing reads the stage
 */
export function nextCells(run, id, map, cell, { painted, is_made }) {
  const start = run.stage(id);
  const first = run.value(id, map, cell.row, cell.column);
  const after = run.next(id);
  if (first === null) return null;
  if (!after) return [];
  /** @type {NextLink[]} */
  const links = [{ kind: "cell", stage: start, map, value: first, is_pending: !is_made }];
  let stage = after;
  while (stage.kind === "elementwise") {
    const value = run.value(stage.id, map, cell.row, cell.column);
    if (value === null) return null;
    links.push({ kind: "cell", stage, map, value, is_pending: !is_made });
    const following = run.next(stage.id);
    if (!following) return links;
    stage = following;
  }
  const ending = endingAt(run, stage, map, cell, { painted, is_made });
  return ending && [...links, ...ending];
}

/**
 * @param {Run} run
 * @param {StageManifest} stage  reads the chain's last stage through windows
 * @param {number} map
 * @param {Cell} cell
 * @param {{painted: number, is_made: boolean}} so_far
 * @returns {NextLink[]|null}
 */
function endingAt(run, stage, map, cell, so_far) {
  const { rows, columns } = readers(run.tensors.geometry.get(stage.id), cell);
  const windows = rows.length * columns.length;
  const geometry = run.tensors.geometry.get(stage.id);
  const size = geometry?.kernel_size ?? [1, 1];
  const isPool = stage.op === "pool" && size[0] * size[1] <= MOST_CELLS;
  if (!isPool || windows === 0) return [{ kind: "readers", stage, readers: windows }];
  const own = { row: rows[0], column: columns[0] };
  const value = run.value(stage.id, map, own.row, own.column);
  const window = windowAt(run, stage, map, { own, cell, ...so_far });
  if (value === null || !window) return null;
  const result = /** @type {NextCell} */ ({
    kind: "cell",
    stage,
    map,
    value,
    is_pending: window.waits > 0,
  });
  return [{ ...window, readers: windows }, result];
}

/**
 * @param {Run} run
 * @param {StageManifest} stage
 * @param {number} map
 * @param {{own: Cell, cell: Cell, painted: number, is_made: boolean}} place
 *   own: the pooled cell of the window; cell: the one followed into it
 * @returns {NextWindow|null}
 */
function windowAt(run, stage, map, { own, cell, painted, is_made }) {
  const source = run.stage(stage.inputs[0]);
  const taps = run.taps(stage.id, own.row, own.column);
  const cells = [];
  for (const row of taps.rows) {
    for (const column of taps.columns) {
      const is_absent = row < 0 || column < 0;
      const value = is_absent ? 0 : run.value(source.id, map, row, column);
      if (value === null) return null;
      const is_own = row === cell.row && column === cell.column;
      const exists = is_own ? is_made : row * source.shape[2] + column < painted;
      const is_pending = !is_absent && !exists;
      cells.push({ value, is_pending, is_own, is_absent });
    }
  }
  const places = run.map(stage.id, map).winner;
  return {
    kind: "window",
    stage,
    size: [taps.rows.length, taps.columns.length],
    cells,
    waits: cells.filter((entry) => entry.is_pending).length,
    readers: 1,
    winner: places ? places[own.row * stage.shape[2] + own.column] : null,
  };
}
