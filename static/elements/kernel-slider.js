/**
 * A slider for one weight, for hands that cannot drag a cell of 28 px: a long press opens it.
 */

import { short } from "../describe/numbers.js";
import { h, setText } from "./dom.js";

const MARGIN_PX = 12;
const GAP_PX = 10;

/**
 * @param {HTMLInputElement} cell
 * @param {{value: number, limit: number, change: (value: number) => void, signal: AbortSignal}} options
 *   limit: the slider goes from -limit to limit, further when the value lies beyond;
 *   signal: aborts when the explorer leaves the page
 */
export function openKernelSlider(cell, { value, limit, change, signal }) {
  const most = Math.max(limit, Math.abs(value));
  const name = cell.getAttribute("aria-label") ?? "weight";
  const number = h("output", { class: "kernel-slider-value" }, short(value));
  const range = h("input", {
    type: "range",
    min: -most,
    max: most,
    step: 0.1,
    value,
    "aria-label": name,
  });
  const panel = h(
    "div",
    { class: "kernel-slider", popover: "manual", role: "dialog", "aria-label": name },
    h("div", { class: "kernel-slider-head" }, h("span", {}, name), number),
    range,
    h(
      "div",
      { class: "kernel-slider-ends", "aria-hidden": "true" },
      ...[-most, 0, most].map((end) => h("span", {}, short(end))),
    ),
  );
  range.addEventListener("input", () => {
    setText(number, short(range.valueAsNumber));
    change(range.valueAsNumber);
  });
  const life = new AbortController();
  const close = () => {
    life.abort();
    panel.remove();
  };
  // Arrows belong to the slider. It closes by hand: the press that opened it is still to be let go,
  // which would close a popover that closes by itself.
  panel.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key !== "Escape" && event.key !== "Enter") return;
    close();
    cell.focus();
  });
  globalThis.addEventListener(
    "pointerdown",
    (event) => event.composedPath().includes(panel) || close(),
    { capture: true, signal: life.signal },
  );
  signal.addEventListener("abort", close, { signal: life.signal });
  const root = cell.getRootNode();
  (root instanceof ShadowRoot ? (root.querySelector(".frame") ?? root) : document.body).append(
    panel,
  );
  panel.showPopover();
  place(panel, cell.getBoundingClientRect());
  range.focus({ preventScroll: true });
}

/** Above the finger, inside the page. @param {HTMLElement} panel @param {DOMRect} around */
function place(panel, around) {
  const { width, height } = panel.getBoundingClientRect();
  const most = document.documentElement.clientWidth - width - MARGIN_PX;
  const left = Math.max(MARGIN_PX, Math.min(around.left + (around.width - width) / 2, most));
  const above = around.top - height - GAP_PX;
  panel.style.left = `${left}px`;
  panel.style.top = `${above >= MARGIN_PX ? above : around.bottom + GAP_PX}px`;
}
