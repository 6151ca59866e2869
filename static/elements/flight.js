/**
 * The first output cell on its way from the total to its place on the map.
 */

import { css, signedColour } from "../draw/colour.js";
import { h } from "./dom.js";

/** Share of the closing of the first window after which the cell takes off. */
const TAKE_OFF = 0.68;

/**
 * @param {HTMLElement} bench
 * @returns {import("./view.js").View}
 */
export function createFlight(bench) {
  const cell = h("div", { class: "flight", hidden: true, "aria-hidden": "true" });
  /** @type {{x: number, y: number, dx: number, dy: number}|null} */
  let path = null;

  /** Read once per flight, not per frame. */
  function measure() {
    const origin = bench.getBoundingClientRect();
    const from = bench.querySelector(".ledger-total")?.getBoundingClientRect();
    const to = bench.querySelector(".column.result .box.result")?.getBoundingClientRect();
    if (!from || !to) return null;
    const [x, y] = [from.right - 18 - origin.left, from.top + 6 - origin.top];
    return { x, y, dx: to.left - origin.left - x, dy: to.top - origin.top - y };
  }

  return {
    element: cell,
    render({ state, moment, explanation, m, theme }) {
      const isFlying =
        state.is_playing &&
        !state.is_reduced &&
        moment.phase === "terms" &&
        moment.closing > TAKE_OFF;
      cell.hidden = !isFlying;
      if (!isFlying) {
        path = null;
        return;
      }
      path ??= measure();
      if (!path || !explanation) return;
      const share = (moment.closing - TAKE_OFF) / (1 - TAKE_OFF);
      const eased = 1 - (1 - share) ** 3;
      const size = 1 - 0.8 * eased;
      cell.style.backgroundColor = css(signedColour(explanation.result, m, theme));
      cell.style.transform = `translate(${path.x + path.dx * eased}px, ${path.y + path.dy * eased}px) scale(${size})`;
    },
  };
}
