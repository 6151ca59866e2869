/**
 * A saved file has all numbers of one scene and no server: what it cannot do, and why.
 */

import { LOCKED } from "../describe/saved-file.js";
import { h } from "./dom.js";

/** @typedef {import("./view.js").Boot} Boot */

export { LOCKED };

/** How long the reason stays. */
const MESSAGE_MS = 8000;

/**
 * Where the scene can be opened with a server, when that is known.
 *
 * @param {Boot} boot
 */
export function homeLink({ home }) {
  if (!home) return null;
  return h(
    "a",
    { class: "saved-home", href: home, target: "_blank", rel: "noopener" },
    "Open it there",
  );
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
