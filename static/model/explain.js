/**
 * One output cell taken apart: the few numbers on show, multiplied and added.
 *
 * Every factor is a value that the server sent; the sum is held against the server's own result.
 */

import { ABSENT, PADDING } from "./taps.js";

/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("../state/state.js").Cell} Cell */

/**
 * @typedef {object} Term  One kernel place of one input map.
 * @property {number} row  source row, PADDING or ABSENT
 * @property {number} column
 * @property {boolean} is_padding
 * @property {boolean} is_absent
 * @property {number} value  0 for padding
 * @property {number} weight  1 where the operation has none
 * @property {number} product
 */

/**
 * @typedef {object} ChannelSum
 * @property {number} channel  index of the input map
 * @property {Term[]} terms  row by row
 * @property {number} partial
 */

/**
 * @typedef {object} Explanation
 * @property {"weighted"|"windowed"|"elementwise"} kind
 * @property {[number, number]} size  kernel rows and columns
 * @property {ChannelSum[]} channels
 * @property {number} bias
 * @property {number} sum  of all partials and the bias
 * @property {number} result  the server's value
 * @property {number} strongest  position in `channels` of the largest |partial|
 * @property {number} steady  position of the input that can give most anywhere on the map
 * @property {number|null} winner  kernel place that won (max pooling)
 * @property {{rows: number[], columns: number[]}} taps
 */

/**
 * @param {Run} run
 * @param {string} id  stage
 * @param {number} map
 * @param {Cell} cell
 * @returns {Explanation|null}  null while the needed values are not here
 */
export function explain(run, id, map, { row, column }) {
  const stage = run.stage(id);
  const source = run.source(id);
  const result = run.value(id, map, row, column);
  if (!source || result === null || !run.hasValues(source.id, stage.maps[map].sources)) return null;
  const taps = run.taps(id, row, column);
  const weights = run.weights(id);
  const channels = stage.maps[map].sources.map((channel, position) =>
    sumChannel(run, source.id, channel, taps, weights && sliceOf(weights, map, position)),
  );
  const bias = weights ? weights.bias[map] : 0;
  const sum = channels.reduce((total, { partial }) => total + partial, 0) + bias;
  const places = run.map(id, map).winner;
  return {
    kind: weights ? "weighted" : stage.kind === "elementwise" ? "elementwise" : "windowed",
    size: [taps.rows.length, taps.columns.length],
    channels,
    bias,
    sum,
    result,
    strongest: largest(channels.map(({ partial }) => Math.abs(partial))),
    steady: largest(channels.map((sum) => reachOf(run, source.id, sum))),
    winner: places ? places[row * stage.shape[2] + column] : null,
    taps,
  };
}

/**
 * @param {import("./tensors.js").Weights} weights
 * @param {number} filter
 * @param {number} slice
 */
function sliceOf({ weight, weightShape }, filter, slice) {
  const cells = weightShape[2] * weightShape[3];
  const begin = (filter * weightShape[1] + slice) * cells;
  return weight.subarray(begin, begin + cells);
}

/**
 * @param {Run} run
 * @param {string} source
 * @param {number} channel
 * @param {{rows: number[], columns: number[]}} taps
 * @param {Float32Array|null} weights
 * @returns {ChannelSum}
 */
function sumChannel(run, source, channel, taps, weights) {
  /** @type {Term[]} */
  const terms = [];
  let partial = 0;
  for (const row of taps.rows) {
    for (const column of taps.columns) {
      const is_absent = row === ABSENT || column === ABSENT;
      const is_padding = !is_absent && (row === PADDING || column === PADDING);
      const value =
        is_absent || is_padding ? 0 : (run.value(source, channel, row, column) ?? Number.NaN);
      const weight = weights ? weights[terms.length] : 1;
      const product = is_absent ? 0 : value * weight;
      partial += product;
      terms.push({ row, column, is_padding, is_absent, value, weight, product });
    }
  }
  return { channel, terms, partial };
}

/**
 * The row of the ledger that is unfolded: the one opened by hand, else the strongest. While
 * playing, rows would change places at every window; then it is the one that can give most.
 *
 * @param {Pick<import("../state/state.js").State, "open_row"|"is_playing">} state
 * @param {Explanation} explanation
 */
export function openRow({ open_row, is_playing }, { channels, strongest, steady }) {
  if (open_row !== null && open_row < channels.length) return open_row;
  return is_playing ? steady : strongest;
}

/** @typedef {Pick<import("./scene.js").Scene, "state"|"moment"|"is_hovering"|"is_pinned">} Shown */

/**
 * How many terms of the cell on show are revealed; null = all.
 *
 * @param {Shown} scene
 * @returns {number|null}
 */
export function termShown({ state: { playhead }, moment, is_hovering, is_pinned }) {
  if (is_hovering || is_pinned) return null;
  if (playhead.term !== null) return playhead.term;
  return playhead.cell ? null : moment.term;
}

/** Share of the closing of the first window after which the total is written. */
const TOTAL_FROM = 0.4;

/**
 * Which of a sum's last lines are written while its window is taken apart.
 *
 * @param {Shown} scene
 * @returns {{has_bias: boolean, has_total: boolean}}
 */
export function closingShown(scene) {
  const { state, moment, is_hovering, is_pinned } = scene;
  if (termShown(scene) !== null) return { has_bias: false, has_total: false };
  const closing = is_hovering || is_pinned || state.playhead.cell ? 1 : moment.closing;
  return { has_bias: closing > 0, has_total: closing > TOTAL_FROM };
}

/**
 * How much an input map can give to a sum at most: its largest value times all its weights.
 *
 * @param {Run} run
 * @param {string} source
 * @param {ChannelSum} sum
 */
function reachOf(run, source, { channel, terms }) {
  const weights = terms.reduce((total, { weight }) => total + Math.abs(weight), 0);
  return run.map(source, channel).peak * weights;
}

/** @param {number[]} sizes @returns {number} position of the first largest */
function largest(sizes) {
  return sizes.indexOf(Math.max(...sizes));
}
