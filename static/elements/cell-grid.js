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
  /** @type {string[]} what each cell shows, so that only changes touch the page */
  let painted = [];
  /** @type {boolean[]} */
  let isFocused = [];
  element.addEventListener("pointerover", (event) => {
    const place = cells.indexOf(/** @type {HTMLElement} */ (event.target));
    if (place >= 0) onfocus(place);
  });
  element.addEventListener("pointerleave", () => onfocus(null));

  /** @param {number} count */
  function rebuild(count) {
    cells = Array.from({ length: count }, () => h("span", { class: "cell" }));
    element.replaceChildren(...cells);
    painted = [];
    isFocused = [];
  }

  return {
    element,
    render({ rows, columns, width_px, height_px }, lookOf, focused) {
      const wanted = `${rows}/${columns}/${width_px}/${height_px}`;
      if (wanted !== shape) {
        shape = wanted;
        if (cells.length !== rows * columns) rebuild(rows * columns);
        element.style.setProperty("--wide", `${width_px}px`);
        element.style.setProperty("--high", `${height_px}px`);
        element.style.width = `${columns * width_px}px`;
        element.style.height = `${rows * height_px}px`;
      }
      cells.forEach((cell, place) => {
        const look = lookOf(place);
        const key = `${look.fill}/${look.text}/${look.is_pending}/${look.is_padding}`;
        if (painted[place] !== key) {
          painted[place] = key;
          paint(cell, look);
        }
        if (isFocused[place] !== (place === focused)) {
          isFocused[place] = place === focused;
          cell.classList.toggle("focused", isFocused[place]);
        }
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
  const kind = is_pending ? "pending" : is_padding ? "padding" : fill ? "" : "absent";
  if (cell.dataset.kind !== kind) cell.dataset.kind = kind;
  cell.style.backgroundColor = fill && !is_pending ? css(fill) : "";
  cell.style.color = fill && !is_pending ? textOn(fill) : "";
}
