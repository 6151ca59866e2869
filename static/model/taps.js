/**
 * Looking up which cells a cell reads, and composing that through the stages.
 *
 * The browser knows no convolution formula: the server sends, for every output row and column,
 * the source index of each kernel place. Everything here is lookups in those lists.
 */

/** @typedef {import("./tensors.js").Geometry} Geometry */
/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("../state/state.js").Cell} Cell */

export const PADDING = -1;
export const ABSENT = -2;

/** @typedef {{rows: [number, number], columns: [number, number]}} Area  first and last, inclusive */

/**
 * Sources of one output cell, one entry per kernel row and kernel column.
 *
 * @param {Geometry|undefined} geometry  undefined for elementwise stages: a cell reads itself
 * @param {number} row
 * @param {number} column
 * @returns {{rows: number[], columns: number[]}}
 */
export function lookup(geometry, row, column) {
  if (!geometry) return { rows: [row], columns: [column] };
  const [height, width] = geometry.kernel_size;
  return {
    rows: Array.from(geometry.rows.subarray(row * height, (row + 1) * height)),
    columns: Array.from(geometry.columns.subarray(column * width, (column + 1) * width)),
  };
}

/**
 * First and last real index of a list of taps; null when all of them are padding.
 *
 * @param {Iterable<number>} indices
 * @returns {[number, number]|null}
 */
export function extent(indices) {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const index of indices) {
    if (index < 0) continue;
    first = Math.min(first, index);
    last = Math.max(last, index);
  }
  return last < 0 ? null : [first, last];
}

/** @typedef {import("../state/state.js").AxisSize} AxisSize */

/**
 * Where a window lies along one axis: places before 0 and from the map's length on are padding.
 * What is read there is looked up; only the place follows from the numbers of the output size.
 *
 * @param {AxisSize} axis
 * @param {number} output
 * @returns {[number, number]}
 */
export function placesOf({ stride, padding, dilation, kernel_size }, output) {
  const first = output * stride - padding[0];
  return [first, first + dilation * (kernel_size - 1)];
}

/** @type {WeakMap<Int16Array, Map<number, number>>} */
const aroundKnown = new WeakMap();

/**
 * What stands at the places around a map along one axis: PADDING counts as zero; the other modes
 * show a cell of the map again.
 *
 * @param {AxisSize} axis
 * @param {Int16Array} taps  source of each kernel place, output after output
 * @returns {Map<number, number>}  by place; those that no window reads are left out
 */
export function readAround(axis, taps) {
  let around = aroundKnown.get(taps);
  if (around) return around;
  around = new Map();
  for (const [index, source] of taps.entries()) {
    const output = Math.floor(index / axis.kernel_size);
    const place = placesOf(axis, output)[0] + (index % axis.kernel_size) * axis.dilation;
    if ((place < 0 || place >= axis.length) && source !== ABSENT) around.set(place, source);
  }
  aroundKnown.set(taps, around);
  return around;
}

/**
 * The cells of a stage's source that an area of the stage reads.
 *
 * @param {Geometry|undefined} geometry
 * @param {Area} area
 * @returns {Area|null}
 */
export function sourceArea(geometry, area) {
  if (!geometry) return area;
  const [height, width] = geometry.kernel_size;
  const rows = extent(geometry.rows.subarray(area.rows[0] * height, (area.rows[1] + 1) * height));
  const columns = extent(
    geometry.columns.subarray(area.columns[0] * width, (area.columns[1] + 1) * width),
  );
  return rows && columns && { rows, columns };
}

/**
 * The area that one cell depends on, in every stage before it, back to the picture.
 *
 * @param {Run} run
 * @param {string} stage
 * @param {Cell} cell
 * @returns {Map<string, Area>}  by stage id, the cell itself not included
 */
export function areasBehind(run, stage, { row, column }) {
  /** @type {Map<string, Area>} */
  const areas = new Map();
  /** @type {Area|null} */
  let area = { rows: [row, row], columns: [column, column] };
  let current = run.stage(stage);
  while (area && current.inputs[0] !== undefined) {
    area = sourceArea(run.tensors.geometry.get(current.id), area);
    current = run.stage(current.inputs[0]);
    if (area) areas.set(current.id, area);
  }
  return areas;
}

/**
 * The output cells of a stage that read a given cell of its source.
 *
 * @param {Geometry|undefined} geometry
 * @param {Cell} cell  of the source
 * @returns {{rows: number[], columns: number[]}}
 */
export function readers(geometry, { row, column }) {
  if (!geometry) return { rows: [row], columns: [column] };
  return {
    rows: readingOutputs(geometry.rows, geometry.kernel_size[0], row),
    columns: readingOutputs(geometry.columns, geometry.kernel_size[1], column),
  };
}

/**
 * @param {Int16Array} taps
 * @param {number} kernelSize
 * @param {number} source
 */
function readingOutputs(taps, kernelSize, source) {
  const outputs = new Set();
  for (let index = taps.indexOf(source); index >= 0; index = taps.indexOf(source, index + 1)) {
    outputs.add(Math.floor(index / kernelSize));
  }
  return [...outputs];
}
