/**
 * Tooltips for everything that carries `data-tip`: after 400 ms of rest, or at keyboard focus; a
 * field tells only the pointer, for the focus is there to type.
 */

import { h, setText } from "./dom.js";

const DELAY_MS = 400;
const GAP_PX = 8;
/** Of the page. */
const MARGIN_PX = 24;
/** What a field's tooltip never covers. */
const FIELDS = ".setting-row, .mix, .title-note";

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
    if (bubble.matches(":popover-open")) bubble.hidePopover();
  };

  /** @param {Element} target */
  const show = (target) => {
    const text = target.getAttribute("data-tip");
    if (!text || !target.isConnected) return;
    setText(bubble, text);
    bubble.showPopover();
    place(bubble, target, root);
  };

  /** @param {Event} event */
  const enter = (event) => {
    const target = event.target instanceof Element ? event.target.closest("[data-tip]") : null;
    const isTouch = event instanceof PointerEvent && event.pointerType === "touch";
    const isByKey = event.type === "focusin";
    const isForKeys = target?.matches(":focus-visible") && !(target instanceof HTMLInputElement);
    if (isTouch || (isByKey && !isForKeys) || target === owner) return;
    hide();
    owner = target;
    if (!target) return;
    timer = setTimeout(() => show(target), DELAY_MS);
  };

  for (const type of ["pointerover", "focusin"]) root.addEventListener(type, enter, { signal });
  for (const type of ["pointerdown", "keydown", "input", "wheel"]) {
    root.addEventListener(type, hide, { signal, passive: true });
  }
  for (const type of ["pointerleave", "focusout"]) {
    root.addEventListener(
      type,
      () => {
        owner = null;
        hide();
      },
      { signal },
    );
  }
  signal.addEventListener("abort", hide);
}

/**
 * Above what it belongs to; a field's beside the whole inspector, where it covers no other field.
 *
 * @param {HTMLElement} bubble
 * @param {Element} target
 * @param {HTMLElement} root
 */
function place(bubble, target, root) {
  const { width, height } = bubble.getBoundingClientRect();
  const page = { width: document.documentElement.clientWidth, height: innerHeight };
  const around = target.getBoundingClientRect();
  const { left: edge } = root.getBoundingClientRect();
  const centre = around.left + (around.width - width) / 2;
  const level = around.top + (around.height - height) / 2;
  const above = { left: centre, top: around.top - height - GAP_PX };
  const below = { left: centre, top: around.bottom + GAP_PX };
  const left = { left: edge - width - 2 * GAP_PX, top: level };
  const right = { left: around.right + 2 * GAP_PX, top: level };
  const isField = target.closest(FIELDS) !== null;
  const spots = (isField ? [left, right, below, above] : [above, below]).map((spot) => ({
    left: Math.min(spot.left, page.width - width - MARGIN_PX),
    top: spot.top,
  }));
  const others = isField ? [...root.querySelectorAll(FIELDS)] : [target];
  const covers = (/** @type {{left: number, top: number}} */ spot) =>
    others.some((other) => {
      const box = other.getBoundingClientRect();
      const isAside = spot.left >= box.right || spot.left + width <= box.left;
      return !(isAside || spot.top >= box.bottom || spot.top + height <= box.top);
    });
  const isInside = (/** @type {{left: number, top: number}} */ { left, top }) =>
    left >= GAP_PX && top >= GAP_PX && top + height <= page.height - GAP_PX;
  const spot = spots.find((one) => isInside(one) && !covers(one)) ?? spots.find(isInside) ?? below;
  bubble.style.left = `${Math.max(GAP_PX, spot.left)}px`;
  bubble.style.top = `${Math.max(GAP_PX, spot.top)}px`;
}
