/**
 * An embed in somebody's page: the bench and the controls that were chosen for it, a line below.
 */

import { LOCKED } from "../describe/saved-file.js";
import { h } from "./dom.js";
import { createEmbedBench } from "./embed-bench.js";
import { createLazyView } from "./lazy-view.js";
import { createTransport } from "./transport.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("./view.js").ViewContext} ViewContext */

const KERNEL = ["preset", "kernel"];
const SETTINGS = ["stride", "padding", "dilation", "bias"];
const TRANSPORT = { buttons: ["back", "play", "forward"], hasOptions: false };

/** @type {import("./view.js").CreateLayout} */
export function createEmbedLayout(context, host) {
  const { boot, store } = context;
  /** Why a control changes nothing; "" when it does. @param {string} control */
  const lockOf = (control) => {
    if (boot.saved) return LOCKED;
    return store.get().locks.includes(control) ? "Locked by the author of this page." : "";
  };
  const bench = createEmbedBench(context, lockOf);
  const transport = chosen(["transport"], createPlayback(context));
  const controls = chosen([...KERNEL, ...SETTINGS], createControls(context, lockOf));
  const pipeline = chosen(
    ["pipeline"],
    createLazyView(context, "pipeline-place", () =>
      import("./embed-pipeline.js").then((line) => line.createPipeline(context)),
    ),
  );
  const foot = createLazyView(context, "foot-place", () =>
    import("./embed-foot.js").then((line) => line.createFoot(context)),
  );
  const messagePlace = h("div", { class: "message-place" });
  const card = h(
    "main",
    { class: "card" },
    h("h1", { class: "visually-hidden" }, document.title),
    pipeline.element,
    bench.element,
    messagePlace,
    controls.element,
    transport.element,
  );
  return {
    styles: ["embed"],
    nodes: [card, foot.element],
    messagePlace,
    companions: () =>
      import("./embed-companions.js").then(
        ({ installEmbedCompanions }) =>
          (places) =>
            installEmbedCompanions(context, places, host),
      ),
    views: [bench, controls, transport, pipeline, foot],
    laterViews: [],
    opening: [
      (scene) => bench.render(scene),
      (scene) => {
        for (const view of [controls, transport, pipeline, foot]) view.render(scene);
      },
    ],
  };
}

/** @param {ViewContext} context @returns {View} */
function createPlayback(context) {
  const none = () => {};
  const toolbar = createTransport(context, { openSettings: none, fullScreen: none }, TRANSPORT);
  return {
    element: h("section", { class: "playback", "aria-label": "Playback" }, toolbar.element),
    render: toolbar.render,
  };
}

/**
 * Controls come after the first picture; the room for them is there before.
 *
 * @param {ViewContext} context
 * @param {(control: string) => string} lockOf
 * @returns {View}
 */
function createControls(context, lockOf) {
  const place = createLazyView(context, "controls-place", () =>
    import("./embed-controls.js").then((row) => row.createEmbedControls(context, lockOf)),
  );
  return {
    element: place.element,
    render(scene) {
      const { controls } = scene.state;
      const settings = SETTINGS.filter((name) => controls.includes(name)).length;
      place.element.style.setProperty("--settings", String(settings));
      const hasKernel = KERNEL.some((name) => controls.includes(name));
      place.element.style.setProperty("--kernels", hasKernel ? "1" : "0");
      place.render(scene);
    },
  };
}

/**
 * A view that is there only when one of its controls was chosen.
 *
 * @param {string[]} names
 * @param {View} view
 * @returns {View}
 */
function chosen(names, { element, render }) {
  return {
    element,
    render(scene) {
      const { controls } = scene.state;
      element.hidden = !names.some((name) => controls.includes(name));
      if (!element.hidden) render(scene);
    },
  };
}
