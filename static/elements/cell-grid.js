/**
 * A small grid of coloured cells with numbers: the windows and products of the ledger.
 */

import { css, textOn } from "../draw/colour.js";
import { h, setText } from "./dom.js";

/**
 * @typedef {object} CellLook
 * @property {import("../draw/colour.js").Rgb|null} fill  null: nothing is read here
 * @property {string} text
 * @property {boolean} [is_pending]
 * @property {boolean} [is_padding]
 */

/**
 * @param {{class: string, onfocus: (place: number|null) => void}} options
 * @returns {{element: HTMLElement, render: (size: {rows: number, columns: number, width_px: number, height_px: number}, lookOf: (place: number) => CellLook, focused: number|null) => void}}
 */
export function createCellGrid({ class: className, onfocus }) {
  const element = h("div", { class: `cells ${className}` });
  /** @type {HTMLElement[]} */
  let cells = [];
  let shape = "";
  element.addEventListener("pointerover", (event) => {
    const place = cells.indexOf(/** @type {HTMLElement} */ (event.target));
    if (place >= 0) onfocus(place);
  });
  element.addEventListener("pointerleave", () => onfocus(null));

  /** @param {number} count */
  function rebuild(count) {
    cells = Array.from({ length: count }, () => h("span", { class: "cell" }));
    element.replaceChildren(...cells);
  }

  return {
    element,
    render({ rows, columns, width_px, height_px }, lookOf, focused) {
      const wanted = `${rows}/${columns}/${width_px}/${height_px}`;
      if (wanted !== shape) {
        shape = wanted;
        if (cells.length !== rows * columns) rebuild(rows * columns);
        element.style.gridTemplateColumns = `repeat(${columns}, ${width_px}px)`;
        element.style.gridAutoRows = `${height_px}px`;
      }
      cells.forEach((cell, place) => {
        paint(cell, lookOf(place));
        cell.classList.toggle("focused", place === focused);
      });
    },
  };
}

/**
 * @param {HTMLElement} cell
 * @param {CellLook} look
 */
function paint(cell, { fill, text, is_pending = false, is_padding = false }) {
  setText(cell, is_pending ? "" : text);
  cell.classList.toggle("pending", is_pending);
  cell.classList.toggle("padding", is_padding);
  cell.classList.toggle("absent", fill === null && !is_pending);
  const ground = fill && !is_pending ? css(fill) : "";
  if (cell.dataset.ground === ground) return;
  cell.dataset.ground = ground;
  cell.style.backgroundColor = ground;
  cell.style.color = fill && !is_pending ? textOn(fill) : "";
}
