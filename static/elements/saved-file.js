/**
 * A saved file has all numbers of one scene and no server: what it cannot do, and why.
 */

import { creditWords, LOCKED } from "../describe/saved-file.js";
import { h, setAttribute } from "./dom.js";

/** @typedef {import("./view.js").Boot} Boot */

/** How long the reason stays. */
const MESSAGE_MS = 8000;

/** Buttons of the header that lead to new weights, to pictures or to the server. */
const LOCKED_BUTTONS = ".picture-button, .undo, .redo, .share, .embed";

/**
 * Where the scene can be opened with a server, when that is known.
 *
 * @param {Boot} boot
 */
function homeLink({ home }) {
  if (!home) return null;
  return h(
    "a",
    { class: "link", href: home, target: "_blank", rel: "noopener" },
    "Open it in Kernelscope",
  );
}

/**
 * What stands above the settings: that they are locked.
 *
 * @param {Boot} boot
 */
export function savedNote(boot) {
  return h("p", { class: "saved-note", id: "saved-reason" }, LOCKED, " ", homeLink(boot));
}

/**
 * What stands below them: whose picture it is; null when nobody has to be named.
 *
 * @param {Boot} boot
 */
export function savedCredit({ samples }) {
  const words = creditWords(samples[0]);
  return words ? h("p", { class: "saved-credit quiet" }, words) : null;
}

/**
 * Settings as they are, or in a saved file shown and not to be changed.
 *
 * @param {Boot} boot
 * @param {HTMLElement} settings
 */
export function lockedIfSaved({ saved }, settings) {
  if (!saved) return settings;
  const described = { "aria-describedby": "saved-reason" };
  return h("fieldset", { class: "locked", disabled: true, ...described }, settings);
}

/**
 * Say in the page's place for messages why nothing happened; once is enough.
 *
 * @param {Element} place
 * @param {Boot} boot
 */
export function sayLocked(place, boot) {
  for (const before of place.querySelectorAll(".is-locked")) before.remove();
  const close = () => message.remove();
  const message = h(
    "div",
    { class: "message is-locked", role: "alert" },
    h("p", { class: "message-text" }, LOCKED, " ", homeLink(boot)),
    h("button", { type: "button", class: "button", onclick: close }, "Close"),
  );
  place.append(message);
  setTimeout(close, MESSAGE_MS);
}

/**
 * Mark what is locked, and say why when it is tried all the same.
 *
 * @param {Pick<import("./view.js").ViewContext, "boot"|"signal">} context
 * @param {{frame: HTMLElement, messagePlace: HTMLElement}} places
 */
export function installSavedFile({ boot, signal }, { frame, messagePlace }) {
  const say = () => sayLocked(messagePlace, boot);
  for (const button of frame.querySelectorAll(LOCKED_BUTTONS)) {
    setAttribute(button, "aria-disabled", "true");
    setAttribute(button, "title", LOCKED);
    button.addEventListener("click", say, { signal });
  }
  // A browser would open a file that is dropped, in the place of this one.
  const refuse = (/** @type {DragEvent} */ event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (event.type === "drop") say();
  };
  document.addEventListener("dragover", refuse, { signal });
  document.addEventListener("drop", refuse, { signal });
}
