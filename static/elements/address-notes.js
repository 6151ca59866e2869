/**
 * What of an address could not be used: said once, until it is dismissed.
 */

import { fitView } from "../state/view-fit.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */

/** More sentences than these help nobody. */
const MOST_NOTES = 5;

/**
 * @param {ViewContext} context
 * @param {HTMLElement} place
 * @returns {{say: (notes: string[]) => void}}  say: in the place of what was said before
 */
export function installAddressNotes({ store, boot, signal }, place) {
  const list = h("ul", { class: "note-list" });
  const close = h(
    "button",
    { type: "button", class: "note-close", "aria-label": "Dismiss", onclick: () => say([]) },
    icon("close"),
  );
  const element = h(
    "div",
    { class: "message note", role: "status", hidden: true },
    h("span", { class: "message-icon" }, icon("warning")),
    list,
    close,
  );
  place.append(element);

  /** @param {string[]} notes */
  function say(notes) {
    const shown = [...new Set(notes)].slice(0, MOST_NOTES);
    element.hidden = shown.length === 0;
    list.replaceChildren(...shown.map((note) => h("li", {}, note)));
  }

  /** The view of a scene that was opened is held against its run as soon as that is here. */
  const stop = store.subscribe((state, before) => {
    const { opening, selection } = before;
    if (!opening || state.opening || !state.run) return;
    const { notes } = fitView({ ...selection, ...opening }, state.run.stages);
    if (notes.length > 0) say([...textsOf(list), ...notes]);
  });
  signal.addEventListener("abort", stop, { once: true });
  say(boot.notes ?? []);
  return { say };
}

/** @param {Element} list */
function textsOf(list) {
  return [...list.children].map((item) => item.textContent ?? "");
}
