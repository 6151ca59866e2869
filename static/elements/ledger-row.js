/**
 * One row of the ledger: a window, a kernel slice, their products and their sum.
 */

import { cellText, channelName } from "../describe/ledger.js";
import { fitCells, short } from "../describe/numbers.js";
import { neutral, signedColour } from "../draw/colour.js";
import { colouring } from "../draw/raster.js";
import { rowOpened, termFocused } from "../state/actions.js";
import { createCellGrid } from "./cell-grid.js";
import { h, setText } from "./dom.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../model/explain.js").Explanation} Explanation */
/** @typedef {import("../model/explain.js").ChannelSum} ChannelSum */
/** @typedef {import("../describe/ledger.js").LedgerLayout} LedgerLayout */

/**
 * @typedef {object} RowFacts
 * @property {Scene} scene
 * @property {Explanation} explanation
 * @property {ChannelSum} sum
 * @property {number} position  of the row among the channels
 * @property {LedgerLayout} layout
 * @property {boolean} is_open
 * @property {string} partial
 * @property {number} m_product
 * @property {number|null} revealed  terms of this row that are shown; null = all
 * @property {((position: number) => import("./kernel-editor.js").KernelGrid)|null} createEditor
 *   once its code is here
 * @property {boolean} [is_locked]  the kernel is shown by its editor, which changes nothing
 */

/** @typedef {Omit<RowFacts, "partial"|"m_product">} PairFacts */

/**
 * The code that makes kernels editable; null when it does not come.
 *
 * @param {ViewContext} context
 */
export async function loadKernelEditors(context) {
  try {
    const { createKernelGrid, createKernelStops } = await import("./kernel-editor.js");
    return {
      createKernelStops,
      /** The slices that share `stops` are one tab stop. @param {import("./kernel-stops.js").KernelStops} stops */
      creator: (stops) => (/** @type {number} */ position) =>
        createKernelGrid(context, stops, position),
    };
  } catch {
    context.broken();
    return null;
  }
}

/**
 * A window and the kernel slice it is multiplied with, cell by cell.
 *
 * @param {ViewContext} context
 */
export function createSlicePair(context) {
  const onfocus = (/** @type {number|null} */ place) => context.store.dispatch(termFocused, place);
  const windowGrid = createCellGrid({ class: "window-cells", onfocus });
  const plainKernel = createCellGrid({ class: "kernel-cells", onfocus });
  const kernelPlace = h("div", { class: "row-kernel" }, plainKernel.element);
  /** @type {import("./kernel-editor.js").KernelGrid|null} */
  let editor = null;

  /** @param {PairFacts} facts @returns {boolean}  whether the editor shows the kernel */
  function placeEditor(facts) {
    if (!editor && facts.createEditor) {
      editor = facts.createEditor(facts.position);
      kernelPlace.append(editor.element);
    }
    const isEditable = facts.is_open && editor !== null;
    plainKernel.element.hidden = isEditable;
    if (editor) editor.element.hidden = !isEditable;
    return isEditable;
  }

  return {
    window: windowGrid.element,
    kernel: kernelPlace,
    hideEditor() {
      if (editor) editor.element.hidden = true;
    },
    /** @param {PairFacts} facts */
    render(facts) {
      const { scene, explanation, sum, layout, is_open } = facts;
      const [rows, columns] = explanation.size;
      const side = sideOf(facts);
      const focused = scene.state.focus_term ?? currentTerm(facts);
      const size = { rows, columns, width_px: side, height_px: side };
      windowGrid.render(size, (place) => windowLook(facts, place), focused);
      const weights = sum.terms.map(({ weight }) => weight);
      const m = filterPeak(scene);
      const widthPx = is_open ? kernelCell(explanation, layout) : side;
      if (placeEditor(facts)) {
        editor?.render({
          stage: scene.stage,
          run: scene.run,
          filter: scene.map,
          slice: facts.position,
          weights: Float32Array.from(weights),
          cellPx: side,
          widthPx,
          showNumbers: layout.decimals !== null,
          theme: scene.theme,
          m,
          sliceName: sliceName(scene, sum.channel),
          focused,
          isLocked: facts.is_locked,
        });
        return;
      }
      const texts = weights.map((weight) => short(weight, 2));
      const hasTexts = is_open && layout.decimals !== null && fitCells(texts, widthPx);
      plainKernel.render(
        { ...size, width_px: widthPx },
        (place) => ({
          fill: signedColour(weights[place], m, scene.theme),
          text: hasTexts ? texts[place] : "",
        }),
        focused,
      );
    },
  };
}

/** Side of the cells of a row. @param {PairFacts} facts */
function sideOf({ explanation, layout, is_open }) {
  if (is_open) return layout.cell_px;
  return Math.max(1, Math.floor(layout.folded_px / Math.max(...explanation.size)));
}

/**
 * @param {ViewContext} context
 * @param {number} position
 */
export function createLedgerRow(context, position) {
  const focus = (/** @type {number|null} */ place) => context.store.dispatch(termFocused, place);
  const letter = h("span", { class: "row-letter" });
  const head = h(
    "button",
    {
      type: "button",
      class: "row-head",
      onclick: () => context.store.dispatch(rowOpened, position),
    },
    h("span", { class: "row-spine" }),
    letter,
  );
  const pair = createSlicePair(context);
  const products = createCellGrid({ class: "product-cells", onfocus: focus });
  const partial = h("output", { class: "row-partial" });
  const bar = h("span", { class: "row-bar", "aria-hidden": "true" });
  const element = h(
    "div",
    {
      class: "ledger-row",
      onclick: (/** @type {Event} */ event) => {
        if (element.classList.contains("folded") && event.target !== head)
          context.store.dispatch(rowOpened, position);
      },
    },
    head,
    pair.window,
    h("span", { class: "row-sign", "aria-hidden": "true" }, "×"),
    pair.kernel,
    h("span", { class: "row-sign", "aria-hidden": "true" }, "="),
    products.element,
    bar,
    h(
      "span",
      { class: "row-sum" },
      h("span", { class: "row-sigma", "aria-hidden": "true" }, "Σ"),
      partial,
    ),
  );

  element.style.setProperty("--position", String(position));

  /** @param {RowFacts} facts */
  function renderCells(facts) {
    const { scene, explanation, layout, is_open } = facts;
    const [rows, columns] = explanation.size;
    const side = sideOf(facts);
    const wide = is_open ? layout.wide_px : side;
    const focused = scene.state.focus_term ?? currentTerm(facts);
    pair.render(facts);
    products.render(
      { rows, columns, width_px: wide, height_px: side },
      (place) => productLook(facts, place),
      focused,
    );
  }

  return {
    element,
    head,
    /** @param {RowFacts} facts */
    render(facts) {
      const { scene, sum, layout, is_open, partial: text, revealed } = facts;
      const isLine = !is_open && layout.folded_px < 40;
      element.classList.toggle("folded", !is_open);
      element.classList.toggle("line", isLine);
      head.disabled = !layout.is_accordion;
      head.setAttribute("aria-expanded", String(is_open));
      const name = channelName(scene, sum.channel);
      head.setAttribute("aria-label", `${sliceName(scene, sum.channel)}: sum of products ${text}`);
      setText(letter, name);
      element.dataset.channel = /^[RGB]$/.test(name) ? name.toLowerCase() : "";
      const isWhole = revealed === null || revealed === sum.terms.length;
      setText(partial, isWhole ? text : "");
      partial.dataset.sign = sum.partial < 0 ? "negative" : sum.partial > 0 ? "positive" : "zero";
      if (isLine) {
        pair.hideEditor();
        renderBar(bar, facts);
      } else renderCells(facts);
    },
  };
}

/**
 * @param {HTMLElement} bar
 * @param {RowFacts} facts
 */
function renderBar(bar, { explanation, sum, position }) {
  const most = Math.max(...explanation.channels.map((channel) => Math.abs(channel.partial))) || 1;
  bar.style.setProperty("--share", String(sum.partial / most));
  bar.dataset.sign = sum.partial < 0 ? "negative" : "positive";
  bar.dataset.position = String(position);
}

/** @param {Scene} scene @param {number} channel */
export function sliceName(scene, channel) {
  const name = channelName(scene, channel);
  const colours = /** @type {Record<string, string>} */ ({
    R: "red slice",
    G: "green slice",
    B: "blue slice",
  });
  return colours[name] ?? (name ? `slice ${name}` : "kernel");
}

/** @param {Scene} scene */
function filterPeak({ run, stage, map }) {
  const weights = run.weights(stage.id);
  if (!weights) return 0;
  const each = weights.weight.length / weights.weightShape[0];
  return weights.weight
    .subarray(map * each, (map + 1) * each)
    .reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
}

/**
 * @param {PairFacts} facts
 * @param {number} place
 * @returns {import("./cell-grid.js").CellLook}
 */
function windowLook({ scene, sum, layout, is_open }, place) {
  const term = sum.terms[place];
  if (term.is_absent || !scene.source) return { fill: null, text: "" };
  const fill = colouring(scene.scaleOf(scene.source, sum.channel))(term.value);
  const text = is_open ? cellText(term.value, layout.decimals) : "";
  return {
    fill: term.is_padding ? neutral(scene.theme) : fill,
    text,
    is_padding: term.is_padding,
  };
}

/**
 * @param {RowFacts} facts
 * @param {number} place
 * @returns {import("./cell-grid.js").CellLook}
 */
function productLook({ scene, sum, layout, is_open, m_product, revealed }, place) {
  const { product, is_absent } = sum.terms[place];
  if (is_absent) return { fill: null, text: "" };
  const is_pending = revealed !== null && place >= revealed;
  const text = is_open ? cellText(product, layout.decimals, layout.decimals === 2 ? 5 : 4) : "";
  return { fill: signedColour(product, m_product, scene.theme), text, is_pending };
}

/**
 * Kernel cells are wider when their weights have two decimals.
 *
 * @param {Explanation} explanation
 * @param {LedgerLayout} layout
 */
export function kernelCell({ channels }, layout) {
  const isWide = channels.some(({ terms }) =>
    terms.some(({ weight }) => Math.abs(weight * 10 - Math.round(weight * 10)) > 1e-4),
  );
  return isWide ? layout.wide_px : layout.cell_px;
}

/**
 * The pair that is being multiplied while the first window is taken term by term.
 *
 * @param {Pick<RowFacts, "revealed"|"sum">} facts
 * @returns {number|null}
 */
function currentTerm({ revealed, sum }) {
  return revealed === null || revealed === 0 || revealed === sum.terms.length ? null : revealed - 1;
}
