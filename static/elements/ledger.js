/**
 * The ledger: windows times kernel slices, products, partial sums, bias, total.
 */

import { ledgerCaption, ledgerFigures, ledgerLayout, productsHead } from "../describe/ledger.js";
import { position } from "../describe/sentences.js";
import { closingShown, openRow, termShown } from "../model/explain.js";
import { rowOpened } from "../state/actions.js";
import { changed, h, setText } from "./dom.js";
import { createLedgerRow, kernelCell, loadKernelEditors } from "./ledger-row.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../model/explain.js").Explanation} Explanation */

/** Sums of more channels say how many. */
const MOST_NAMED = 5;

/**
 * @param {ViewContext} context
 * @returns {import("./view.js").View}
 */
export function createLedger(context) {
  const rows = h("div", { class: "ledger-rows", tabindex: -1 });
  const headOfProducts = h("span", { class: "head-products" });
  const heads = h(
    "div",
    { class: "ledger-heads", "aria-hidden": "true" },
    h("span", { class: "head-window" }, "window"),
    h("span", { class: "head-kernel" }, "kernel slice"),
    headOfProducts,
    h("span", { class: "head-sum" }, "sum"),
  );
  const caption = h("span", { class: "caption-long" });
  const place = h("span", { class: "caption-place" });
  const bias = h("output", { class: "ledger-bias" });
  const rounding = h("output", { class: "ledger-gap" });
  const roundingLine = h(
    "div",
    { class: "total-line rounding", hidden: true },
    h("span", {}, "rounding"),
    rounding,
  );
  const total = h("output", { class: "ledger-total" });
  const totalName = h("span", {}, "output cell");
  const totals = h(
    "div",
    { class: "ledger-totals" },
    h("div", { class: "total-line bias" }, h("span", {}, "bias"), bias),
    roundingLine,
    h("div", { class: "total-rule" }),
    h("div", { class: "total-line total" }, totalName, total),
  );
  const element = h(
    "div",
    { class: "ledger", part: "ledger", role: "group", "aria-label": "Arithmetic of this cell" },
    heads,
    rows,
    h(
      "div",
      { class: "ledger-foot" },
      h("p", { class: "ledger-caption quiet" }, caption, place),
      totals,
    ),
  );
  /** @type {ReturnType<typeof createLedgerRow>[]} */
  let built = [];
  const isNew = changed();
  const isNewFold = changed();
  /** @type {Awaited<ReturnType<typeof loadKernelEditors>>} */
  let kernels = null;
  /** @type {import("./kernel-stops.js").KernelStops|null} */
  let stops = null;
  /** @type {((position: number) => import("./kernel-editor.js").KernelGrid)|null} */
  let createEditor = null;
  let isAsked = false;

  /** The kernel becomes editable as soon as the code for it is here. */
  async function loadEditor() {
    kernels = await loadKernelEditors(context);
    if (!kernels) return;
    offerEditors();
    context.repaint();
  }

  /** The slices on show share one tab stop. */
  function offerEditors() {
    if (!kernels) return;
    stops = kernels.createKernelStops();
    createEditor = kernels.creator(stops);
  }

  element.addEventListener("keydown", (event) => {
    if (event.target instanceof HTMLInputElement || !built.length) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const row = built.findIndex((candidate) => candidate.head === event.target);
    if (!step || row < 0) return;
    event.preventDefault();
    event.stopPropagation();
    const target = Math.max(0, Math.min(built.length - 1, row + step));
    context.store.dispatch(rowOpened, target);
    built[target].head.focus();
  });

  /** @param {number} count */
  function rebuild(count) {
    built = Array.from({ length: count }, (_, position) => createLedgerRow(context, position));
    rows.replaceChildren(...built.map((row) => row.element));
    element.style.setProperty("--channels", String(count));
    offerEditors();
  }

  /** @param {Scene} scene @param {Explanation} explanation */
  function renderRows(scene, explanation) {
    if (built.length !== explanation.channels.length) rebuild(explanation.channels.length);
    const layout = ledgerLayout(explanation.size, explanation.channels.length);
    const figures = ledgerFigures(explanation);
    const open = openRow(scene.state, explanation);
    const m_product = largestProduct(explanation);
    const each = explanation.size[0] * explanation.size[1];
    const term = termShown(scene);
    element.classList.toggle("accordion", layout.is_accordion);
    element.classList.toggle("tight", layout.decimals === 1);
    element.classList.toggle("many", layout.folded_px < 40);
    setText(
      totalName,
      built.length > MOST_NAMED ? `sum of ${built.length} channels` : "output cell",
    );
    element.style.setProperty("--window-width", `${explanation.size[1] * layout.cell_px}px`);
    element.style.setProperty(
      "--kernel-width",
      `${explanation.size[1] * kernelCell(explanation, layout)}px`,
    );
    element.style.setProperty("--products-width", `${explanation.size[1] * layout.wide_px}px`);
    for (const [position, row] of built.entries()) {
      row.render({
        scene,
        explanation,
        sum: explanation.channels[position],
        position,
        layout,
        is_open: !layout.is_accordion || position === open,
        partial: figures.partials[position],
        m_product,
        createEditor,
        revealed: term === null ? null : Math.max(0, Math.min(each, term - position * each)),
      });
    }
    if (isNewFold(stops, layout.is_accordion, open)) stops?.mark();
    setText(headOfProducts, productsHead(figures, layout));
    setText(place, position(scene).replace(" of ", "\nof "));
    setText(caption, ledgerCaption(explanation, figures, layout));
    renderTotals(scene, figures);
  }

  /**
   * @param {Scene} scene
   * @param {import("../describe/ledger.js").LedgerFigures} figures
   */
  function renderTotals(scene, figures) {
    const { has_bias, has_total } = closingShown(scene);
    setText(bias, has_bias ? figures.bias : "");
    roundingLine.hidden = figures.rounding === null;
    setText(rounding, has_bias ? (figures.rounding ?? "") : "");
    setText(total, has_total ? figures.total : "");
  }

  return {
    element,
    render(scene) {
      const { explanation, state, theme, moment } = scene;
      element.classList.toggle("waiting", !explanation);
      if (!explanation) return;
      const term = termShown(scene);
      const inputs = [
        scene.run,
        scene.stage,
        scene.map,
        scene.cell.row,
        scene.cell.column,
        explanation.result,
      ];
      const view = [
        state.open_row,
        state.is_playing,
        state.focus_term,
        theme,
        term,
        moment.closing,
        state.emphasis,
        scene.is_hovering,
      ];
      if (isNew(...inputs, ...view, createEditor)) renderRows(scene, explanation);
      if (!isAsked) {
        isAsked = true;
        context.later(loadEditor);
      }
    },
  };
}

/** @param {Explanation} explanation */
function largestProduct({ channels }) {
  return Math.max(
    ...channels.flatMap(({ terms }) => terms.map(({ product }) => Math.abs(product))),
  );
}
