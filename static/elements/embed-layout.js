/**
 * An embed in somebody's page: the bench and the controls that were chosen for it, a line below.
 */

import { h } from "./dom.js";
import { createEmbedBench } from "./embed-bench.js";
import { createEmbedControls } from "./embed-controls.js";
import { createFoot } from "./embed-foot.js";
import { createPipeline } from "./embed-pipeline.js";
import { attachTooltips } from "./inspector-tooltip.js";
import { LOCKED } from "./saved-file.js";
import { createTransport } from "./transport.js";

/** @typedef {import("./view.js").View} View */

const TRANSPORT = { buttons: ["back", "play", "forward"], hasOptions: false };

/** @type {import("./view.js").CreateLayout} */
export function createEmbedLayout(context, { tryAgain }) {
  const { boot, store, signal } = context;
  /** @param {string} control */
  const lockOf = (control) => {
    if (boot.saved) return LOCKED;
    return store.get().locks.includes(control) ? "Locked by the author of this page." : "";
  };
  const none = () => {};
  const pipeline = chosen("pipeline", createPipeline(context));
  const bench = createEmbedBench(context, lockOf);
  const controls = createEmbedControls(context, lockOf);
  const toolbar = createTransport(context, { openSettings: none, fullScreen: none }, TRANSPORT);
  const transport = chosen("transport", {
    element: h("section", { class: "playback", "aria-label": "Playback" }, toolbar.element),
    render: toolbar.render,
  });
  const foot = createFoot(context);
  const messagePlace = h("div", { class: "message-place" });
  const views = [bench, controls, transport, pipeline, foot];
  const card = h(
    "main",
    { class: "card" },
    pipeline.element,
    bench.element,
    messagePlace,
    controls.element,
    transport.element,
  );
  attachTooltips(card, signal);
  return {
    styles: ["embed"],
    nodes: [card, foot.element],
    messagePlace,
    companions: () =>
      import("./embed-companions.js").then(
        ({ installEmbedCompanions }) =>
          (places) =>
            installEmbedCompanions(context, places, tryAgain),
      ),
    views,
    laterViews: [],
    opening: [
      (scene) => bench.render(scene),
      (scene) => {
        for (const view of views.slice(1)) view.render(scene);
      },
    ],
  };
}

/**
 * A view that is there only when it was chosen.
 *
 * @param {string} control
 * @param {View} view
 * @returns {View}
 */
function chosen(control, { element, render }) {
  return {
    element,
    render(scene) {
      element.hidden = !scene.state.controls.includes(control);
      if (!element.hidden) render(scene);
    },
  };
}
