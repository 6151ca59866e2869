/**
 * The bench of an embed: two maps, and between them how one becomes the other.
 */

import { benchSentence } from "../describe/sentences.js";
import { panelOf, resultFacts, sourceFacts } from "../model/bench.js";
import { lensAreas } from "../model/lens.js";
import { changed, h } from "./dom.js";
import { createPairs } from "./embed-pairs.js";
import { createSums } from "./embed-sums.js";
import { createLazyView } from "./lazy-view.js";
import { createMapColumn } from "./map-column.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */

/**
 * @param {ViewContext} context
 * @param {(control: string) => string} lockOf
 * @returns {import("./view.js").View}
 */
export function createEmbedBench(context, lockOf) {
  const source = createMapColumn(context, "source");
  const result = createMapColumn(context, "result");
  const pairs = createPairs(context, lockOf);
  const sums = createSums(context);
  const sentence = h("p", { class: "sentence" });
  const activation = createLazyView(context, "panel", () =>
    import("./activation-panel.js").then((panel) => panel.createActivationPanel(context)),
  );
  const pool = createLazyView(context, "panel", () =>
    import("./pool-panel.js").then((panel) => panel.createPoolPanel(context)),
  );
  const element = h(
    "section",
    { class: "bench", role: "region", "aria-label": "Bench", tabindex: -1 },
    source.element,
    h("div", { class: "middle" }, pairs.element, sentence),
    result.element,
    sums.element,
    activation.element,
    pool.element,
  );
  const isNewSentence = changed();
  const shown = { conv: [pairs, sums], activation: [activation], pool: [pool], input: [] };
  const all = [pairs, sums, activation, pool];

  return {
    element,
    render(scene) {
      const areas = lensAreas(scene);
      const kind = panelOf(scene);
      element.dataset.panel = kind;
      // Of all stages, not of the one on show: maps keep their size from stage to stage.
      element.classList.toggle("one-window", hasOneWindow(scene.run));
      source.render(scene, sourceFacts(scene, areas));
      result.render(scene, resultFacts(scene, areas));
      const { run, stage, map, source: before, state } = scene;
      const isCounted = before !== null && run.hasValues(before.id, stage.maps[map].sources);
      sentence.hidden = kind === "conv";
      if (isNewSentence(run, stage, map, isCounted))
        sentence.replaceChildren(
          ...benchSentence(scene).map(({ text, is_strong }) =>
            h(is_strong ? "strong" : "span", {}, text),
          ),
        );
      /** @type {import("./view.js").View[]} */
      const views = shown[kind];
      for (const view of all) {
        const isLedger = view === sums;
        const isShown = views.includes(view) && (!isLedger || state.controls.includes("ledger"));
        view.element.hidden = !isShown;
        if (isShown) view.render(scene);
      }
    },
  };
}

/** Whether every weighted sum reads a single map. @param {import("../model/run.js").Run} run */
function hasOneWindow(run) {
  return run.stages.every(({ id, maps }) => !run.weights(id) || maps[0].sources.length === 1);
}
