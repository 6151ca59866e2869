/**
 * A dialog over the explorer: title, close button, Escape, and the focus back where it was.
 */

import { playToggled } from "../state/playback.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

/**
 * @typedef {object} Modal
 * @property {HTMLDialogElement} dialog
 * @property {AbortSignal} signal  aborts when it closes, for whatever reason
 * @property {() => void} close
 */

/**
 * Build a dialog; `null` when one of its kind is open already. Show it with `showModal`.
 *
 * @param {{root: ParentNode, signal: AbortSignal, kind: string, title: string}} place  kind: class
 *   of the dialog, and beginning of the ids in it
 * @returns {Modal|null}
 */
export function createModal({ root, signal, kind, title }) {
  if (root.querySelector(`dialog.${kind}`)) return null;
  const life = new AbortController();
  const heading = h("h2", { id: `${kind}-title` }, title);
  const close = () => dialog.close();
  const dialog = h(
    "dialog",
    { class: `modal ${kind}`, "aria-labelledby": heading.id },
    h(
      "div",
      { class: "modal-head" },
      heading,
      h(
        "button",
        { type: "button", class: "modal-close", "aria-label": "Close", onclick: close },
        icon("close"),
      ),
    ),
  );
  // Letters typed here are no keys of the explorer behind.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("pointerdown", (event) => {
    // The backdrop belongs to the dialog; its content has elements of its own.
    if (event.target === dialog && isOutside(event, dialog)) close();
  });
  const end = () => {
    life.abort();
    dialog.remove();
  };
  dialog.addEventListener("close", end);
  // Back and forward open another scene than the one that is spoken of here: before that.
  const leave = () => {
    close();
    end();
  };
  addEventListener("popstate", leave, { capture: true, signal: life.signal });
  signal.addEventListener("abort", end, { signal: life.signal });
  root.append(dialog);
  return { dialog, signal: life.signal, close };
}

/**
 * What is spoken of stands still: it goes on playing when the dialog closes.
 *
 * @param {import("../state/store.js").Store} store
 * @param {Modal} modal
 * @param {AbortSignal} page  aborts when the explorer leaves
 */
export function holdStill(store, modal, page) {
  if (!store.get().is_playing) return;
  store.dispatch(playToggled);
  modal.signal.addEventListener("abort", () => {
    if (!page.aborted && !store.get().is_playing) store.dispatch(playToggled);
  });
}

/** @param {PointerEvent} event @param {Element} element  its padding is inside */
function isOutside({ clientX, clientY }, element) {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}
