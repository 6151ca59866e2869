/**
 * The middle of the bench for an activation: the function's curve, and all cells of the map cut
 * at zero.
 */

import { activationWords } from "../describe/activations.js";
import { createCurvePlot } from "./curve-plot.js";
import { changed, h } from "./dom.js";
import { createHistogramPlot } from "./histogram-plot.js";
import { createFitted } from "./measure.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../model/run.js").FeatureMap} FeatureMap */
/** @typedef {import("./plot-axes.js").ActivationFacts} ActivationFacts */

/** A map with fewer cells, or with none near both ends of the axis, borrows its neighbours' pairs. */
const ENOUGH_SAMPLES = 4000;
const NEAR_ENDS = 0.99;

/**
 * @param {ViewContext} context
 * @returns {import("./view.js").View}
 */
export function createActivationPanel(context) {
  const curve = createCurvePlot();
  const plot = createHistogramPlot();
  const element = h("div", { class: "activation-panel" }, curve.element, plot.element);
  const isNew = changed();
  /** @type {ActivationFacts|null} */
  let facts = null;

  /** @param {Scene} scene @param {number} width */
  function draw(scene, width) {
    const { run, stage, map, theme, m, cell } = scene;
    const source = scene.source;
    if (!source) return;
    const from = stage.maps[map].sources[0] ?? map;
    const [before, after] = [run.map(source.id, from), run.map(stage.id, map)];
    element.classList.toggle("waiting", !before.values || !after.values);
    if (!before.values || !after.values) return;
    if (isNew(before.values, after.values, stage, m, theme, width)) {
      facts = factsOf(scene, before, before.values, after.values);
      curve.render(facts, width);
      plot.render(facts, width);
    }
    if (!facts) return;
    const place = cell.row * after.columns + cell.column;
    curve.mark(before.values[place], after.values[place], facts);
  }

  return createFitted(element, context.signal, draw);
}

/**
 * @param {Scene} scene
 * @param {FeatureMap} map
 * @param {Float32Array} before
 * @param {Float32Array} after
 * @returns {ActivationFacts}
 */
function factsOf(scene, map, before, after) {
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
