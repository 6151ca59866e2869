/**
 * The bench: what is read, how it becomes one cell, and what comes out.
 */

import { benchSentence } from "../describe/sentences.js";
import { panelOf, resultFacts, sourceFacts } from "../model/bench.js";
import { lensAreas } from "../model/lens.js";
import { wordEmphasised } from "../state/actions.js";
import { changed, h } from "./dom.js";
import { createLazyView } from "./lazy-view.js";
import { createLedger } from "./ledger.js";
import { createLensView } from "./lens-view.js";
import { createMapColumn } from "./map-column.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */

/**
 * @param {ViewContext} context
 * @returns {import("./view.js").View}
 */
export function createBench(context) {
  const sourceNotes = createLazyView(context, "notes-place", () =>
    import("./lens-notes.js").then((notes) => notes.createSourceNotes(context)),
  );
  const resultNotes = createLazyView(context, "notes-place", () =>
    import("./lens-notes.js").then((notes) => notes.createResultNotes(context)),
  );
  const source = createMapColumn(
    context,
    "source",
    createLensView(context, "source", sourceNotes.element),
  );
  const result = createMapColumn(
    context,
    "result",
    createLensView(context, "result", resultNotes.element),
  );
  const sentence = h("p", { class: "sentence" });
  const ledger = createLedger(context);
  const next = createLazyView(context, "next", () =>
    import("./next-cells.js").then((strip) => strip.createNextCells(context)),
  );
  const activation = createLazyView(context, "panel", () =>
    import("./activation-panel.js").then((panel) => panel.createActivationPanel(context)),
  );
  const pool = createLazyView(context, "panel", () =>
    import("./pool-panel.js").then((panel) => panel.createPoolPanel(context)),
  );
  const conv = h("div", { class: "conv-panel" }, ledger.element, next.element);
  const middle = h("div", { class: "middle" }, sentence, conv, activation.element, pool.element);
  const element = h(
    "section",
    { class: "bench", role: "region", "aria-label": "Bench", tabindex: -1 },
    source.element,
    middle,
    result.element,
  );
  const flight = createLazyView(context, "flight-place", () =>
    import("./flight.js").then((flying) => flying.createFlight(element)),
  );
  element.append(flight.element);
  const arrow = createLazyView(context, "flight-place", () =>
    import("./total-arrow.js").then((total) => total.createTotalArrow(context, element)),
  );
  element.append(arrow.element);
  const isNewSentence = changed();

  sentence.addEventListener("pointerover", (event) => {
    const group = event.target instanceof HTMLElement ? event.target.dataset.group : undefined;
    context.store.dispatch(wordEmphasised, group ?? null);
  });
  sentence.addEventListener("pointerleave", () => context.store.dispatch(wordEmphasised, null));

  return {
    element,
    render(scene) {
      const areas = lensAreas(scene);
      const read = sourceFacts(scene, areas);
      const made = resultFacts(scene, areas);
      source.drawLens(scene, read.lens);
      result.drawLens(scene, made.lens);
      const kind = panelOf(scene);
      element.dataset.panel = kind;
      element.dataset.emphasis = scene.state.emphasis ?? "";
      conv.hidden = kind !== "conv";
      activation.element.hidden = kind !== "activation";
      pool.element.hidden = kind !== "pool";
      const { run, stage, map, source: before } = scene;
      // The sentence may count the values of what is read: they come after the run.
      const isCounted = before !== null && run.hasValues(before.id, stage.maps[map].sources);
      if (isNewSentence(run, stage, map, isCounted)) {
        sentence.replaceChildren(
          ...benchSentence(scene).map(({ text, group, is_strong, is_tail }) =>
            h(
              is_strong ? "strong" : "span",
              {
                "data-group": group,
                class: `${group ? `word ${group}` : ""} ${is_tail ? "tail" : ""}`,
              },
              text,
            ),
          ),
        );
      }
      source.render(scene, read);
      result.render(scene, made);
      sourceNotes.render(scene);
      resultNotes.render(scene);
      if (kind === "conv") {
        ledger.render(scene);
        flight.render(scene);
        arrow.render(scene);
        next.render(scene);
      } else if (kind === "activation") activation.render(scene);
      else if (kind === "pool") pool.render(scene);
    },
  };
}
