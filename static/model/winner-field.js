/**
 * Which places won the windows of a max pooling: what the field of winners shows.
 */

import { countWinners, zeroWindows } from "./statistics.js";

/** @typedef {import("./scene.js").Scene} Scene */

/**
 * @typedef {object} FieldData  What changes only with the maps.
 * @property {Float32Array} values
 * @property {Int32Array} winner
 * @property {Uint8Array} zero
 * @property {[number, number]} kernel_size
 * @property {ReturnType<typeof countWinners>} counts
 */

/**
 * The tensors of the field, or null while one of them is on its way.
 *
 * @param {Scene} scene
 */
export function fieldInputs({ run, stage, source, map }) {
  const { values, winner, columns } = run.map(stage.id, map);
  const geometry = run.tensors.geometry.get(stage.id);
  const from = source && run.map(source.id, stage.maps[map].sources[0] ?? map);
  if (!values || !winner || !geometry || !from?.values) return null;
  return { values, winner, columns, geometry, source: from.values, sourceColumns: from.columns };
}

/**
 * @param {NonNullable<ReturnType<typeof fieldInputs>>} read
 * @returns {FieldData}
 */
export function fieldData(read) {
  const { values, winner, geometry } = read;
  const zero = zeroWindows(read);
  const [rows, columns] = geometry.kernel_size;
  return {
    values,
    winner,
    zero,
    kernel_size: [rows, columns],
    counts: countWinners(winner, zero, rows * columns),
  };
}
