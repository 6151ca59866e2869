/**
 * An embed in somebody's page: the bench and the controls that were chosen for it.
 */

import { createBench } from "./bench.js";
import { h } from "./dom.js";
import { createTransport } from "./transport.js";

/** @type {import("./view.js").CreateLayout} */
export function createEmbedLayout(context, { tryAgain }) {
  const none = () => {};
  const commands = { openSettings: none, fullScreen: none };
  const bench = createBench(context);
  const transport = createTransport(context, commands);
  const messagePlace = h("div", { class: "message-place" });
  return {
    styles: ["first", "later"],
    nodes: [
      h("main", { class: "stage-area" }, messagePlace, bench.element),
      h("section", { class: "playback", "aria-label": "Playback" }, transport.element),
    ],
    messagePlace,
    companions: () =>
      import("./embed-companions.js").then(
        ({ installEmbedCompanions }) =>
          (places) =>
            installEmbedCompanions(context, places, tryAgain),
      ),
    views: [bench, transport],
    laterViews: [],
    opening: [(scene) => bench.render(scene), (scene) => transport.render(scene)],
  };
}
