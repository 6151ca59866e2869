/**
 * The middle of the bench for an activation: the function's curve, and all cells of the map cut
 * at zero.
 */

import { activationFacts } from "../model/activation.js";
import { createCurvePlot } from "./curve-plot.js";
import { changed, h } from "./dom.js";
import { createHistogramPlot } from "./histogram-plot.js";
import { createFitted } from "./measure.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../model/activation.js").ActivationFacts} ActivationFacts */

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
      facts = activationFacts(scene, before, before.values, after.values);
      curve.render(facts, width);
      plot.render(facts, width);
    }
    if (!facts) return;
    const place = cell.row * after.columns + cell.column;
    curve.mark(before.values[place], after.values[place], facts);
  }

  return createFitted(element, context.signal, draw);
}
