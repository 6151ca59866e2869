/**
 * One kernel slice as a grid of numbers to edit: type, drag, step with keys.
 *
 * Used by the ledger and by the inspector. It shows the weights of the run, except for the cell
 * under the hand, which shows what is asked.
 */

import { parseNumber, short } from "../describe/numbers.js";
import { css, signedColour, textOn } from "../draw/colour.js";
import { termFocused } from "../state/actions.js";
import { filterReplaced } from "../state/recipe.js";
import { filterEdited, filtersOf, stageIn, weightOf } from "../state/weights.js";
import { h, setAttribute } from "./dom.js";
import { attachUndo, createApply } from "./inspector-changes.js";
import { attachKernelGestures } from "./kernel-gestures.js";

/** @typedef {import("../model/run.js").Run} Run */
/** @typedef {import("../state/state.js").StageManifest} StageManifest */
/** @typedef {import("../draw/colour.js").Theme} Theme */
/** @typedef {import("./number-field.js").Phase} Phase */

/**
 * @typedef {object} KernelGridView  What to show.
 * @property {StageManifest} stage  a conv stage
 * @property {Pick<Run, "weights">} run
 * @property {number} filter
 * @property {number} slice  position among the input maps that the filter reads
 * @property {Float32Array} weights  of this slice, row by row
 * @property {number} cellPx  height of a cell
 * @property {number} [widthPx]  width of a cell; the same when left out
 * @property {boolean} [showNumbers]  default: when there is room
 * @property {Theme} theme
 * @property {number} m  what the ends of the signed scale stand for
 * @property {string} [sliceName]  "red slice"
 * @property {number|null} [focused]  place whose window cell or product is under the pointer
 * @property {boolean} [isLocked]  values are shown but cannot be changed
 */

/** @typedef {{element: HTMLElement, render: (view: KernelGridView) => void}} KernelGrid */

const TYPE_LIMIT = 99;
/** Narrower cells show colour only. */
const NUMBERS_PX = 22;

/**
 * @param {import("./view.js").ViewContext} context
 * @returns {KernelGrid}
 */
export function createKernelGrid(context) {
  const { store, boot } = context;
  const apply = createApply(store);
  const element = h("div", { class: "kernel-grid", role: "grid" });
  attachUndo(element, store);
  /** @type {HTMLInputElement[]} */
  let cells = [];
  /** @type {KernelGridView|null} */
  let view = null;
  let columns = 0;
  let current = 0;

  /** @param {number} place */
  const valueAt = (place) => view?.weights[place] ?? 0;

  /**
   * @param {number} place
   * @param {number} value
   * @param {Phase} phase
   * @returns {boolean}  false when the weights are not known
   */
  function edit(place, value, phase) {
    if (!view || view.isLocked) return false;
    const { stage, run, filter, slice } = view;
    const recipeStage = stageIn(store.get().recipe, stage.id);
    const known = { presets: boot.kernels, weights: run.weights(stage.id) };
    const weight = weightOf(recipeStage, filter, known);
    const old = filtersOf(recipeStage)[filter];
    if (!weight || !old) return false;
    const row = Math.floor(place / columns);
    const column = place % columns;
    if (weight[slice]?.[row]?.[column] === undefined) return false;
    const limited = Math.max(-TYPE_LIMIT, Math.min(TYPE_LIMIT, value));
    const next = filterEdited(old, weight, { slice, row, column, value: limited });
    apply((recipe) => filterReplaced(recipe, stage.id, filter, next), phase);
    return true;
  }

  const gestures = attachKernelGestures(element, {
    cells: () => cells,
    columns: () => columns,
    valueAt,
    wanted: (place) => {
      const filters = view ? filtersOf(stageIn(store.get().recipe, view.stage.id)) : [];
      const slice = view ? filters[view.filter]?.weight?.[view.slice] : undefined;
      return slice?.[Math.floor(place / columns)]?.[place % columns] ?? null;
    },
    isLocked: () => Boolean(view?.isLocked),
    edit,
    show: (place, value) => paint(place, value),
    enter: (place) => {
      current = place;
      cells.forEach((cell, other) => {
        cell.tabIndex = other === place ? 0 : -1;
      });
    },
    hover: (place) => store.dispatch(termFocused, place),
    parse: parseNumber,
  });

  /** @param {number} rows @param {number} wide */
  function build(rows, wide) {
    columns = wide;
    current = Math.min(current, rows * wide - 1);
    cells = [];
    element.replaceChildren(
      ...Array.from({ length: rows }, (_, row) =>
        h(
          "div",
          { role: "row", class: "kernel-row" },
          ...Array.from({ length: wide }, () => {
            const place = cells.length;
            const input = h("input", {
              type: "text",
              class: "kernel-input",
              role: "spinbutton",
              inputmode: "text",
              autocomplete: "off",
              readonly: true,
              tabindex: place === current ? "0" : "-1",
            });
            cells.push(input);
            return h("div", { role: "gridcell", class: "kernel-cell", "data-row": row }, input);
          }),
        ),
      ),
    );
  }

  /** @param {number} place @param {number} value */
  function paint(place, value) {
    const input = cells[place];
    if (!view || !input) return;
    const colour = signedColour(value, view.m, view.theme);
    const box = /** @type {HTMLElement} */ (input.parentElement);
    input.style.backgroundColor = css(colour);
    input.style.color = textOn(colour);
    box.style.setProperty("--on-cell", textOn(colour));
    if (!gestures.isTyping(place)) {
      const text = cellText(value, view);
      if (input.value !== text) input.value = text;
      box.classList.toggle("is-long", text.length > 3);
    }
    setAttribute(input, "aria-valuenow", String(Number(value.toPrecision(7))));
    setAttribute(input, "aria-valuetext", short(value, 6).replace("−", "minus "));
    box.classList.toggle("is-focus-term", view.focused === place);
  }

  return {
    element,
    render(next) {
      const before = view;
      view = next;
      const [rows, wide] = sizeOf(next);
      if (cells.length !== rows * wide || columns !== wide) build(rows, wide);
      if (before?.filter !== next.filter || before?.stage.id !== next.stage.id) gestures.cancel();
      const name = next.sliceName ?? `slice ${next.slice + 1}`;
      setAttribute(element, "aria-label", `Kernel, ${name}`);
      element.classList.toggle("is-locked", Boolean(next.isLocked));
      element.style.setProperty("--cell", `${next.cellPx}px`);
      element.style.setProperty("--cell-wide", `${next.widthPx ?? next.cellPx}px`);
      cells.forEach((input, index) => {
        const text = `weight row ${Math.floor(index / wide) + 1} column ${(index % wide) + 1}, ${name}`;
        setAttribute(input, "aria-label", text);
        setAttribute(input, "aria-readonly", next.isLocked ? "true" : null);
        if (gestures.heldPlace() !== index) paint(index, valueAt(index));
      });
    },
  };
}

/** @param {KernelGridView} view @returns {[number, number]} */
function sizeOf({ stage, run, weights }) {
  const shape = run.weights(stage.id)?.weightShape ?? [0, 0, 1, weights.length];
  return [shape[2], shape[3]];
}

/** @param {number} value @param {KernelGridView} view */
function cellText(value, { showNumbers, cellPx, widthPx = cellPx }) {
  if (!(showNumbers ?? widthPx >= NUMBERS_PX)) return "";
  return short(value, widthPx >= 28 ? 2 : 1);
}
