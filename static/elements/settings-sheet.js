/**
 * The settings: a column beside the bench; on a phone a sheet that also holds what the transport
 * has no room for.
 */

import { redone } from "../state/actions.js";
import { finished, loopToggled, rewound, speedChanged } from "../state/playback.js";
import { SPEEDS } from "../state/state.js";
import { changed, h } from "./dom.js";
import { createInspector } from "./inspector.js";

/**
 * @param {import("./view.js").ViewContext} context
 * @param {{openSettings: () => void}} commands  opens and closes the sheet
 * @returns {import("./view.js").View}
 */
export function createSettingsSheet(context, { openSettings }) {
  const { store } = context;
  const inspector = createInspector(context);
  const button = (/** @type {string} */ label, /** @type {() => void} */ act) =>
    h("button", { type: "button", class: "button", onclick: act }, label);
  const speed = h(
    "select",
    { class: "speed", "aria-label": "Speed" },
    ...SPEEDS.map((value) => h("option", { value }, `${value}×`)),
  );
  speed.addEventListener("change", () => store.dispatch(speedChanged, Number(speed.value)));
  const loop = button("Loop row", () => store.dispatch(loopToggled));
  const element = h(
    "div",
    { class: "sheet-content" },
    h(
      "div",
      { class: "sheet-head" },
      h("h2", { class: "sheet-title" }, "Settings"),
      button("Done", openSettings),
    ),
    h(
      "div",
      { class: "sheet-playback" },
      speed,
      loop,
      button("Start", () => store.dispatch(rewound)),
      button("Finish", () => store.dispatch(finished)),
      button("Redo", () => store.dispatch(redone)),
    ),
    inspector.element,
  );
  element.addEventListener("keydown", (event) => {
    const sheet = element.parentElement;
    if (
      event.key !== "Escape" ||
      event.defaultPrevented ||
      sheet?.getAttribute("role") !== "dialog"
    )
      return;
    event.preventDefault();
    event.stopPropagation();
    openSettings();
  });
  const isNew = changed();
  return {
    element,
    render(scene) {
      inspector.render(scene);
      const { speed: current, is_looping } = scene.state;
      if (!isNew(current, is_looping)) return;
      speed.value = String(current);
      loop.setAttribute("aria-pressed", String(is_looping));
    },
  };
}

/**
 * Open the sheet over the page, or close it and go back to where it was opened from.
 *
 * @param {HTMLElement} frame
 */
export function toggleSheet(frame) {
  const sheet = frame.querySelector(".settings-sheet");
  const isOpen = frame.classList.toggle("settings-open");
  if (isOpen) {
    sheet?.setAttribute("role", "dialog");
    sheet?.setAttribute("aria-label", "Settings");
    /** @type {HTMLElement|null} */ (frame.querySelector(".sheet-head button"))?.focus();
  } else {
    sheet?.removeAttribute("role");
    sheet?.removeAttribute("aria-label");
    /** @type {HTMLElement|null} */ (frame.querySelector(".settings-button"))?.focus();
  }
}
