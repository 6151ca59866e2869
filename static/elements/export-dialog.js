/**
 * Taking things home: pictures, animations, numbers, the whole scene as a file.
 */

import { LOCKED } from "../describe/saved-file.js";
import { segments } from "./choice-fields.js";
import { h } from "./dom.js";
import { createExportPicture } from "./export-picture.js";
import { createModal, holdStill } from "./modal-dialog.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {"picture"|"animation"|"data"|"file"} Tab */

const TABS = /** @type {const} */ ([
  { value: "picture", label: "Picture" },
  { value: "animation", label: "Animation" },
  { value: "data", label: "Data" },
  { value: "file", label: "File" },
]);

/** What a saved file says where there is no server to do it. */
const WORDS = {
  animation: "Animations are put together on its server; pictures are saved here as PNG and SVG.",
  file: "To pass this one on, copy it as it is.",
};

/**
 * @param {ViewContext} context
 * @param {ParentNode} root  of the explorer, where the dialog lives
 */
export function openExport(context, root) {
  const { store, signal } = context;
  if (!store.get().run) return;
  const modal = createModal({ root, signal, kind: "export", title: "Take it home" });
  if (!modal) return;
  holdStill(store, modal, signal);
  const { signal: life, close } = modal;
  const picture = createExportPicture(context, life);
  /** @type {Map<Tab, Promise<HTMLElement>>} */
  const made = new Map([["picture", Promise.resolve(picture.element)]]);
  const place = h("div", { class: "export-place" }, picture.element);
  let current = /** @type {Tab} */ ("picture");

  /** @param {Tab} tab */
  async function show(tab) {
    current = tab;
    const making = made.get(tab) ?? build(/** @type {Exclude<Tab, "picture">} */ (tab));
    made.set(tab, making);
    try {
      const element = await making;
      if (current !== tab) return;
      place.replaceChildren(element);
      // What was drawn while it was not on show had no room.
      if (tab === "picture") picture.draw();
    } catch {
      made.delete(tab);
      if (!life.aborted) context.broken();
    }
  }

  /** @param {Exclude<Tab, "picture">} tab @returns {Promise<HTMLElement>} */
  async function build(tab) {
    if (tab === "data") {
      const { createExportData } = await import("./export-data.js");
      life.throwIfAborted();
      return createExportData(context, life, close);
    }
    if (context.boot.saved) return h("p", { class: "export-locked" }, `${LOCKED} ${WORDS[tab]}`);
    if (tab === "animation") {
      const { createExportAnimation } = await import("./export-animation.js");
      life.throwIfAborted();
      return createExportAnimation(context, life).element;
    }
    const { createExportFile } = await import("./export-file.js");
    life.throwIfAborted();
    return createExportFile(context, life);
  }

  modal.dialog.append(
    segments({
      legend: "What",
      name: "export-tab",
      options: [...TABS],
      value: current,
      onchange: show,
    }),
    place,
  );
  modal.dialog.showModal();
  picture.draw();
}
