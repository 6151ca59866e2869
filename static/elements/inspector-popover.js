/**
 * Lists and editors that open over the inspector, so that nothing below them moves.
 */

import { setAttribute } from "./dom.js";

const GAP_PX = 6;
const MARGIN_PX = 12;
/** With less room than this under the button, it opens above. */
const ENOUGH_PX = 260;

/**
 * A press on the button opens the panel under it, right edges in line; Escape, a press elsewhere or
 * another press closes it.
 *
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} panel
 * @param {object} handlers
 * @param {(open: boolean) => void} handlers.prepare  before it is seen, and after it closed
 * @param {() => void} [handlers.opened]  it is on show
 * @param {() => HTMLElement|null} [handlers.frame]  whose right edge and width it takes
 */
export function attachPopover(button, panel, { prepare, opened = () => {}, frame }) {
  panel.popover = "auto";
  button.popoverTargetElement = panel;
  setAttribute(button, "aria-expanded", "false");
  panel.addEventListener("beforetoggle", (event) => {
    const opens = /** @type {ToggleEvent} */ (event).newState === "open";
    setAttribute(button, "aria-expanded", String(opens));
    prepare(opens);
    if (opens) place(panel, button, frame?.() ?? null);
  });
  // Escape closes this one alone, not also the sheet it lies in.
  for (const element of [panel, button]) {
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || !isOpen(panel)) return;
      event.preventDefault();
      event.stopPropagation();
      panel.hidePopover();
      button.focus();
    });
  }
  panel.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "open") opened();
  });
}

/** @param {HTMLElement} panel */
export function isOpen(panel) {
  return panel.matches(":popover-open");
}

/**
 * @param {HTMLElement} panel
 * @param {HTMLElement} button
 * @param {HTMLElement|null} frame
 */
function place(panel, button, frame) {
  const box = button.getBoundingClientRect();
  const edge = (frame ?? button).getBoundingClientRect();
  const below = innerHeight - box.bottom - GAP_PX - MARGIN_PX;
  const isBelow = below >= ENOUGH_PX || below >= box.top;
  const { style } = panel;
  style.top = isBelow ? `${box.bottom + GAP_PX}px` : "auto";
  style.bottom = isBelow ? "auto" : `${innerHeight - box.top + GAP_PX}px`;
  style.right = `${Math.max(MARGIN_PX, document.documentElement.clientWidth - edge.right)}px`;
  style.maxHeight = `${isBelow ? below : box.top - GAP_PX - MARGIN_PX}px`;
  if (frame) style.width = `${Math.min(edge.width, 320)}px`;
}
