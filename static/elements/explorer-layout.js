/**
 * The explorer: header, overview, bench with settings, playback.
 */

import { createBench } from "./bench.js";
import { h } from "./dom.js";
import { createHeader } from "./header.js";
import { createLazyView } from "./lazy-view.js";
import { createOverview } from "./overview.js";
import { createTransport } from "./transport.js";

/** @type {import("./view.js").CreateLayout} */
export function createExplorerLayout(context, commands) {
  const header = createHeader(context, commands);
  const overview = createOverview(context);
  const bench = createBench(context);
  const settings = createLazyView(context, "settings-sheet", () =>
    import("./settings-sheet.js").then((sheet) => sheet.createSettingsSheet(context, commands)),
  );
  const transport = createTransport(context, commands);
  const messagePlace = h("div", { class: "message-place" });
  return {
    nodes: [
      header.element,
      h(
        "main",
        { class: "stage-area" },
        overview.element,
        h("div", { class: "work" }, messagePlace, bench.element, settings.element),
      ),
      h("section", { class: "playback", "aria-label": "Playback" }, transport.element),
    ],
    messagePlace,
    // The bench first: its lenses draw text, which is cheap only while nothing else has changed.
    views: [bench, header, transport, overview],
    laterViews: [settings],
    opening: [
      (scene) => bench.render(scene),
      (scene) => {
        header.render(scene);
        transport.render(scene);
        overview.build(scene);
      },
      (scene) => overview.render(scene),
    ],
  };
}
