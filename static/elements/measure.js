/**
 * Views that are drawn for the width they have: told when it changes, never asked while drawing.
 */

/** @typedef {import("./view.js").Scene} Scene */

/** Width of the middle of the bench, until the page has laid it out. */
const USUAL_PX = 456;

/**
 * @param {HTMLElement} element
 * @param {AbortSignal} signal
 * @param {(scene: Scene, width: number) => void} draw  width in CSS pixels
 * @returns {import("./view.js").View}
 */
export function createFitted(element, signal, draw) {
  let width = USUAL_PX;
  /** @type {Scene|null} */
  let last = null;
  const observer = new ResizeObserver((entries) => {
    const measured = Math.round(entries.at(-1)?.contentRect.width ?? 0);
    if (measured <= 0 || measured === width) return;
    width = measured;
    if (last) draw(last, width);
  });
  observer.observe(element);
  signal.addEventListener("abort", () => observer.disconnect(), { once: true });
  return {
    element,
    render(scene) {
      last = scene;
      draw(scene, width);
    },
  };
}
