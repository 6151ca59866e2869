/**
 * Tooltips for everything that carries `data-tip`: after 400 ms of rest, or at keyboard focus.
 */

import { h, setText } from "./dom.js";

const DELAY_MS = 400;
const GAP_PX = 8;

/**
 * @param {HTMLElement} root  the tooltip is appended here
 * @param {AbortSignal} signal
 */
export function attachTooltips(root, signal) {
  const bubble = h("div", { class: "tooltip", popover: "manual", role: "tooltip" });
  root.append(bubble);
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  /** @type {Element|null} */
  let owner = null;

  const hide = () => {
    clearTimeout(timer);
    owner = null;
    if (bubble.matches(":popover-open")) bubble.hidePopover();
  };

  /** @param {Element} target */
  const show = (target) => {
    const text = target.getAttribute("data-tip");
    if (!text || !target.isConnected) return;
    setText(bubble, text);
    bubble.showPopover();
    place(bubble, target.getBoundingClientRect());
  };

  /** @param {Event} event */
  const enter = (event) => {
    const target = event.target instanceof Element ? event.target.closest("[data-tip]") : null;
    if (target === owner) return;
    hide();
    const isByKey = event.type === "focusin";
    if (!target || (isByKey && !target.matches(":focus-visible"))) return;
    owner = target;
    timer = setTimeout(() => show(target), DELAY_MS);
  };

  for (const type of ["pointerover", "focusin"]) root.addEventListener(type, enter, { signal });
  for (const type of ["pointerleave", "pointerdown", "focusout", "keydown"]) {
    root.addEventListener(type, hide, { signal });
  }
  signal.addEventListener("abort", hide);
}

/** @param {HTMLElement} bubble @param {DOMRect} around */
function place(bubble, around) {
  const { width, height } = bubble.getBoundingClientRect();
  const left = Math.max(
    GAP_PX,
    Math.min(around.left + (around.width - width) / 2, innerWidth - width - GAP_PX),
  );
  const above = around.top - height - GAP_PX;
  bubble.style.left = `${left}px`;
  bubble.style.top = `${above >= 0 ? above : around.bottom + GAP_PX}px`;
}
