/**
 * What the plots of an activation show: all cells of a map before and after the function.
 */

import { activationWords } from "../describe/activations.js";

/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("./run.js").FeatureMap} FeatureMap */

/**
 * @typedef {object} ActivationFacts  What both plots show.
 * @property {Float32Array} before  cells of the source map
 * @property {Float32Array} after
 * @property {{before: Float32Array, after: Float32Array}[]} samples  pairs the curve goes through
 * @property {number} limit  the horizontal axis goes from -limit to limit
 * @property {import("../describe/activations.js").ActivationWords} words
 * @property {number} bias  of the conv before, 0 when there is none
 * @property {number} m
 * @property {import("../draw/colour.js").Theme} theme
 */

/** A map with fewer cells, or with none near both ends of the axis, borrows its neighbours' pairs. */
const ENOUGH_SAMPLES = 4000;
const NEAR_ENDS = 0.99;

/**
 * @param {Scene} scene
 * @param {FeatureMap} map
 * @param {Float32Array} before
 * @param {Float32Array} after
 * @returns {ActivationFacts}
 */
export function activationFacts(scene, map, before, after) {
  const { run, stage, source, theme, m } = scene;
  const weights = source && run.weights(source.id);
  const from = stage.maps[scene.map].sources[0] ?? scene.map;
  const limit = map.peak > 0 ? map.peak : 1;
  const samples = [{ before, after }];
  if (before.length < ENOUGH_SAMPLES || !reaches(before, limit)) samples.push(...otherPairs(scene));
  return {
    before,
    after,
    samples,
    limit,
    words: activationWords(stage.parameters),
    bias: weights ? weights.bias[from] : 0,
    m,
    theme,
  };
}

/** @param {Float32Array} values @param {number} limit */
function reaches(values, limit) {
  let [least, most] = [0, 0];
  for (const value of values) {
    if (value < least) least = value;
    else if (value > most) most = value;
  }
  return least <= -limit * NEAR_ENDS && most >= limit * NEAR_ENDS;
}

/** @param {Scene} scene */
function otherPairs({ run, stage, source, map }) {
  const pairs = [];
  for (const [index, { sources }] of stage.maps.entries()) {
    if (!source || index === map) continue;
    const before = run.map(source.id, sources[0] ?? index).values;
    const after = run.map(stage.id, index).values;
    if (before && after) pairs.push({ before, after });
  }
  return pairs;
}
