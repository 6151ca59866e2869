/**
 * What the curve and the histogram share: the part of the panel, the horizontal axis, the facts.
 */

import { short } from "../describe/numbers.js";
import { horizontalTicks } from "../draw/curve-layout.js";
import { h, setAttribute, svg } from "./dom.js";

/** Height of both drawings. */
const HEIGHT = 192;

/**
 * A titled drawing, and its numbers in a table for people who do not see it.
 *
 * @param {object} words
 * @param {string} words.name  of the region
 * @param {Node[]} words.head  title and note
 * @param {string} words.caption  of the table
 * @param {[string, string]} words.columns
 * @param {Node[]} [below]  between the drawing and the table
 */
export function createPlotPart({ name, head, caption, columns }, below = []) {
  const plot = svg("svg", { class: "plot", height: HEIGHT, "aria-hidden": "true" });
  const rows = h("tbody", {});
  const table = h(
    "table",
    {},
    h("caption", {}, caption),
    h("thead", {}, h("tr", {}, ...columns.map((column) => h("th", { scope: "col" }, column)))),
    rows,
  );
  const element = h(
    "section",
    { class: "panel-part", "aria-label": name },
    h("div", { class: "panel-head" }, ...head),
    plot,
    ...below,
    h("div", { class: "visually-hidden" }, table),
  );
  return {
    element,
    plot,
    rows,
    table,
    /** @param {number} width  in CSS pixels */
    widen(width) {
      setAttribute(plot, "width", String(width));
      setAttribute(plot, "viewBox", `0 0 ${width} ${HEIGHT}`);
    },
  };
}

/** @typedef {import("../draw/curve-layout.js").HorizontalAxis} HorizontalAxis */

/**
 * @param {HorizontalAxis} axis
 * @param {number} limit
 * @param {{tick_y: number, text_y: number}} place
 * @returns {SVGElement[]}
 */
export function axisTicks({ x, left, right }, limit, { tick_y, text_y }) {
  const numbers = horizontalTicks({ left, right }, limit).flatMap((value) => [
    svg("path", { class: "plot-axis", d: `M${x(value)} ${tick_y}v5` }),
    middleText("plot-tick", x(value), text_y, short(value, 4)),
  ]);
  return [...numbers, middleText("plot-zero", x(0), text_y, "0")];
}

/**
 * @param {string} name  class
 * @param {number} x
 * @param {number} y
 * @param {string} text
 */
function middleText(name, x, y, text) {
  return svg("text", { class: name, x, y, "text-anchor": "middle" }, text);
}
