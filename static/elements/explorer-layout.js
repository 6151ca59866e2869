/**
 * The explorer: header, overview, bench with settings, playback.
 */

import { createBench } from "./bench.js";
import { h } from "./dom.js";
import { createHeader } from "./header.js";
import { createLazyView } from "./lazy-view.js";
import { createOverview } from "./overview.js";
import { createTransport } from "./transport.js";

/** The page links the first one too: it is fetched once, and here before anything is drawn. */
const STYLES = ["first", "later"];

/** @type {import("./view.js").CreateLayout} */
export function createExplorerLayout(context, host) {
  const commands = createCommands(context, host);
  const header = createHeader(context, commands);
  const overview = createOverview(context);
  const bench = createBench(context);
  const settings = createLazyView(context, "settings-sheet", () =>
    import("./settings-sheet.js").then((sheet) => sheet.createSettingsSheet(context, commands)),
  );
  const transport = createTransport(context, commands);
  const messagePlace = h("div", { class: "message-place" });
  return {
    styles: STYLES,
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
    companions: () =>
      import("./companions.js").then(
        ({ installCompanions }) =>
          (places) =>
            installCompanions(context, places, commands),
      ),
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

/**
 * What buttons and keys ask for; the code for it is fetched then.
 *
 * @param {import("./view.js").ViewContext} context
 * @param {import("./view.js").Host} host
 * @returns {import("./view.js").Commands}
 */
function createCommands(context, { host, frame, tryAgain, toggleTheme, sayLocked }) {
  /** Dialogs and menus belong to the main landmark. */
  const main = () => /** @type {HTMLElement} */ (frame.querySelector("main"));
  /**
   * Nothing opens in an explorer that has left the page meanwhile.
   *
   * @template Module
   * @param {Promise<Module>} code
   * @param {(module: Module) => void} use
   */
  const arrived = (code, use) =>
    code.then((module) => {
      if (!context.signal.aborted) use(module);
    }, context.broken);
  /**
   * What asks the server: a saved file says why it cannot.
   *
   * @template {any[]} Args
   * @param {(...given: Args) => void} act
   * @returns {(...given: Args) => void}
   */
  const online = (act) => (context.boot.saved ? sayLocked : act);
  return {
    openPictures: online(() => {
      const anchor = /** @type {HTMLElement} */ (frame.querySelector(".picture-button"));
      arrived(import("./picture-dialog.js"), (dialog) => dialog.openPictures(context, anchor));
    }),
    openKeys: () =>
      arrived(import("./keys-dialog.js"), (dialog) => dialog.openKeys(context, main())),
    openExport: () =>
      arrived(import("./export-dialog.js"), (dialog) => dialog.openExport(context, main())),
    openShare: online(() =>
      arrived(import("./share-dialog.js"), (dialog) => dialog.openShare(context, main())),
    ),
    openEmbed: online(() =>
      arrived(import("./embed-builder.js"), (dialog) => dialog.openEmbed(context, main())),
    ),
    openSettings: () => arrived(import("./settings-sheet.js"), (sheet) => sheet.toggleSheet(frame)),
    fullScreen: () =>
      document.fullscreenElement ? document.exitFullscreen() : host.requestFullscreen(),
    tryAgain,
    toggleTheme,
  };
}
