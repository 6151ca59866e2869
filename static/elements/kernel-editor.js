/**
 * One kernel slice as a grid of numbers to edit: type, drag, step with keys.
 *
 * Used by the ledger and by the inspector. It shows the weights of the run, except for the cell
 * under the hand, which shows what is asked.
 */

import { exactDecimals, fitCells, fixed, short } from "../describe/numbers.js";
import { LOCKED } from "../describe/saved-file.js";
import { css, signedColour, textOn } from "../draw/colour.js";
import { termFocused } from "../state/actions.js";
import { filterReplaced } from "../state/recipe.js";
import { filterEdited, filtersOf, stageIn, weightOf, weightTyped } from "../state/weights.js";
import { h, setAttribute } from "./dom.js";
import { attachUndo, createApply } from "./inspector-changes.js";
import { attachKernelGestures } from "./kernel-gestures.js";
import { createKernelStops } from "./kernel-stops.js";

export { createKernelStops };

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

/** Lower cells show colour only. */
const LEAST_PX = 14;
const MOST_DECIMALS = 2;
/** With more characters than this, a slice is set in smaller figures. */
const SHORT_TEXT = 3;

/**
 * @param {import("./view.js").ViewContext} context
 * @param {import("./kernel-stops.js").KernelStops} [stops]  shared by the slices of a kernel
 * @param {number} [position]  of the slice among them
 * @returns {KernelGrid}
 */
export function createKernelGrid(context, stops = createKernelStops(), position = 0) {
  const { store, boot } = context;
  const apply = createApply(store);
  const element = h("div", { class: "kernel-grid", role: "grid" });
  attachUndo(element, store);
  if (boot.saved) element.title = LOCKED;
  /** @type {HTMLInputElement[]} */
  let cells = [];
  /** @type {KernelGridView|null} */
  let view = null;
  let columns = 0;
  stops.join(position, {
    isShown: () => !element.hidden && cells.length > 0,
    cells: () => cells,
    columns: () => columns,
  });

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
    const next = filterEdited(old, weight, { slice, row, column, value });
    apply((recipe) => filterReplaced(recipe, stage.id, filter, next), phase);
    return true;
  }

  const gestures = attachKernelGestures(
    element,
    {
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
      show: (place, value) => {
        paint(place, value);
        write(place, value);
      },
      enter: (place) => stops.enter(position, place),
      beyond: (column, by) => stops.beyond(position, column, by),
      hover: (place) => store.dispatch(termFocused, place),
      parse: weightTyped,
    },
    context.signal,
  );

  /** @param {number} rows @param {number} wide */
  function build(rows, wide) {
    columns = wide;
    cells = [];
    element.replaceChildren(
      ...Array.from({ length: rows }, (_, row) =>
        h(
          "div",
          { role: "row", class: "kernel-row" },
          ...Array.from({ length: wide }, () => {
            const input = h("input", {
              type: "text",
              class: "kernel-input",
              role: "spinbutton",
              inputmode: "text",
              autocomplete: "off",
              readonly: true,
              tabindex: "-1",
            });
            cells.push(input);
            return h("div", { role: "gridcell", class: "kernel-cell", "data-row": row }, input);
          }),
        ),
      ),
    );
    stops.mark();
  }

  /** What the cells print, all with the same number of decimals. @type {string[]} */
  let texts = [];

  /** @param {number} place @param {number} value  what it is asked to be */
  function write(place, value) {
    if (!view) return;
    const values = Array.from(view.weights);
    values[place] = value;
    texts = cellTexts(values, view);
    element.classList.toggle(
      "is-long",
      texts.some((text) => text.length > SHORT_TEXT),
    );
    cells.forEach((input, other) => {
      if (gestures.isTyping(other)) return;
      if (input.value !== texts[other]) input.value = texts[other];
    });
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
    setAttribute(input, "aria-valuenow", String(Number(value.toPrecision(7))));
    setAttribute(input, "aria-valuetext", short(value, 6).replace("−", "minus "));
    box.classList.toggle("is-focus-term", view.focused === place);
  }

  return {
    element,
    render(asked) {
      const next = boot.saved ? { ...asked, isLocked: true } : asked;
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
      const held = gestures.heldPlace();
      cells.forEach((input, index) => {
        const text = `weight row ${Math.floor(index / wide) + 1} column ${(index % wide) + 1}, ${name}`;
        setAttribute(input, "aria-label", text);
        setAttribute(input, "aria-readonly", next.isLocked ? "true" : null);
        if (held !== index) paint(index, valueAt(index));
      });
      if (held < 0) write(0, valueAt(0));
    },
  };
}

/** @param {KernelGridView} view @returns {[number, number]} */
function sizeOf({ stage, run, weights }) {
  const shape = run.weights(stage.id)?.weightShape ?? [0, 0, 1, weights.length];
  return [shape[2], shape[3]];
}

/**
 * All cells of a slice with the decimals that the longest needs; none at all where they do not fit,
 * for a rounded weight would be another weight.
 *
 * @param {number[]} values
 * @param {KernelGridView} view
 * @returns {string[]}
 */
function cellTexts(values, { showNumbers = true, cellPx, widthPx = cellPx }) {
  const { decimals } = exactDecimals(values, { least: 0, most: MOST_DECIMALS });
  const texts = values.map((value) => fixed(value, decimals));
  const fits = fitCells(texts, widthPx) && cellPx >= LEAST_PX;
  return showNumbers && fits ? texts : texts.map(() => "");
}
