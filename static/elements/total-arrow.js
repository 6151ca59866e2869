/**
 * The arrow from the ledger's total to the row of the lens where the cell lands.
 */

import { lensAreas } from "../model/lens.js";
import { changed, h, setAttribute, svg } from "./dom.js";

/** From the total to the arrow, and from its head to the lens. */
const GAP_PX = 8;
const HEAD_PX = 5;

/**
 * @param {import("./view.js").ViewContext} context
 * @param {HTMLElement} bench
 * @returns {import("./view.js").View}
 */
export function createTotalArrow({ repaint, signal }, bench) {
  const line = svg("path");
  const head = svg("path");
  const shape = svg("svg", { class: "total-arrow", "aria-hidden": "true" }, line, head);
  const element = h("div", {}, shape);
  const isNew = changed();
  let layouts = 0;
  const observer = new ResizeObserver(() => {
    layouts += 1;
    repaint();
  });
  for (const part of bench.querySelectorAll(".ledger, .column.result")) observer.observe(part);
  signal.addEventListener("abort", () => observer.disconnect());

  /** @param {number} lensRow  0..1, from the top of the lens */
  function measure(lensRow) {
    const origin = bench.getBoundingClientRect();
    const total = bench.querySelector(".ledger-total")?.getBoundingClientRect();
    const lens = bench.querySelector(".column.result .lens")?.getBoundingClientRect();
    if (!total || !lens || total.height === 0 || lens.left < total.right) return null;
    return {
      from: total.right + GAP_PX - origin.left,
      to: lens.left - GAP_PX / 2 - origin.left,
      start: (total.top + total.bottom) / 2 - origin.top,
      end: lens.top + lens.height * lensRow - origin.top,
    };
  }

  return {
    element,
    render(scene) {
      const { cell, explanation, moment, stage, map } = scene;
      const area = lensAreas(scene).result;
      const lensRow = (cell.row - area.row + 0.5) / area.cells;
      const isReady = explanation !== null && moment.closing > 0.4;
      if (!isNew(lensRow, isReady, stage.id, map, layouts)) return;
      const path = isReady ? measure(lensRow) : null;
      shape.toggleAttribute("hidden", !path);
      if (!path) return;
      const { from, to, start, end } = path;
      const middle = from + (to - from) / 2;
      const isLevel = Math.abs(end - start) < 2;
      setAttribute(
        line,
        "d",
        isLevel ? `M${from} ${end}H${to}` : `M${from} ${start}H${middle}V${end}H${to}`,
      );
      setAttribute(
        head,
        "d",
        `M${to - HEAD_PX} ${end - HEAD_PX}l${HEAD_PX} ${HEAD_PX}l${-HEAD_PX} ${HEAD_PX}`,
      );
    },
  };
}
