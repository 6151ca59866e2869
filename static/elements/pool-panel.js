/**
 * The middle of the bench for pooling: a window, what it sends on, and where the winners sat.
 */

import { fixed, printed } from "../describe/numbers.js";
import {
  arrowWords,
  decimalsToTell,
  isLargest,
  isWholeMap,
  poolFigures,
} from "../describe/pooling.js";
import { css, textOn } from "../draw/colour.js";
import { MOST_CELLS, poolFacts, poolLook } from "../draw/pool-window.js";
import { colouring } from "../draw/raster.js";
import { createCellGrid } from "./cell-grid.js";
import { changed, h, setText, svg } from "./dom.js";
import { createMapCanvas } from "./map-canvas.js";
import { createFitted } from "./measure.js";
import { createWinnerField } from "./winner-field.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../model/explain.js").Explanation} Explanation */
/** @typedef {import("../describe/pooling.js").PoolKind} PoolKind */
/** @typedef {import("../draw/pool-window.js").PoolFacts} PoolFacts */

/**
 * @param {ViewContext} context
 * @returns {import("./view.js").View}
 */
export function createPoolPanel(context) {
  const grid = createCellGrid({ class: "pool-cells", onfocus: () => {} });
  const picture = createMapCanvas({ "aria-hidden": "true" });
  const frame = h("div", { class: "pool-winner", "aria-hidden": "true" });
  const windowBox = h("div", { class: "pool-window" }, grid.element, picture.canvas, frame);
  const rule = h("span", { class: "pool-rule" });
  const meaning = h("span", { class: "pool-meaning" });
  const result = h("output", { class: "pool-result" });
  const exchange = h(
    "div",
    { class: "pool-exchange" },
    h("div", { class: "pool-side" }, h("h3", { class: "role-input" }, "window"), windowBox),
    h("div", { class: "pool-arrow" }, rule, arrow(), meaning),
    h("div", { class: "pool-side end" }, h("h3", { class: "role-output" }, "output cell"), result),
  );
  const figures = createFigures();
  const winners = createWinnerField(context);
  const element = h("div", { class: "pool-panel" }, exchange, winners.element, figures.element);
  const isNew = changed();

  /** @param {PoolFacts} facts */
  function renderWindow(facts) {
    const { explanation, scene, cell_px, terms } = facts;
    const [rows, columns] = explanation.size;
    const isPicture = terms.length > MOST_CELLS;
    grid.element.hidden = isPicture;
    picture.canvas.hidden = !isPicture;
    windowBox.style.setProperty("--cell", `${cell_px}px`);
    windowBox.style.width = `${cell_px * columns}px`;
    windowBox.style.height = `${cell_px * rows}px`;
    windowBox.classList.toggle("large", cell_px >= 48);
    if (isPicture && scene.source) {
      const values = Float32Array.from(terms, (term) => term.value);
      const map = scene.run.map(scene.source.id, explanation.channels[0].channel);
      picture.draw(
        { ...map, rows, columns, values },
        scene.scaleOf(scene.source, explanation.channels[0].channel),
      );
    } else {
      const size = { rows, columns, width_px: cell_px, height_px: cell_px };
      grid.render(size, (place) => poolLook(facts, place), null);
    }
    placeFrame(frame, facts, rows, columns);
  }

  /** @param {PoolFacts} facts */
  function renderResult({ scene, explanation, kind, terms, winner, cell_px }) {
    const { parameters } = scene.stage;
    const decimals = cell_px >= 48 ? decimalsToTell(terms, explanation.result) : 2;
    const [first, second] = arrowWords({
      kind,
      terms,
      result: explanation.result,
      winner,
      size: explanation.size,
      decimals,
      parameters,
    });
    setText(rule, first);
    setText(meaning, second);
    const isCopied = isLargest(kind);
    setText(result, isCopied ? fixed(explanation.result, decimals) : printed(explanation.result));
    const colour = colouring(scene.scaleOf(scene.stage, scene.map))(explanation.result);
    result.style.backgroundColor = css(colour);
    result.style.color = textOn(colour);
  }

  /** @param {Scene} scene @param {number} width */
  function draw(scene, width) {
    const { explanation, stage, map, theme, m } = scene;
    element.classList.toggle("waiting", !explanation);
    if (!explanation) return;
    const kind = /** @type {PoolKind} */ (stage.parameters.kind ?? "max");
    const isField = kind === "max";
    winners.element.hidden = !isField;
    figures.element.hidden = isField;
    if (isField) winners.render(scene);
    const { row, column } = scene.cell;
    const values = scene.run.map(stage.id, map).values;
    if (!isNew(values, kind, explanation.result, row, column, theme, m, width)) return;
    const facts = poolFacts(scene, explanation, kind, width);
    renderWindow(facts);
    renderResult(facts);
    if (!isField) figures.render(facts);
  }

  return createFitted(element, context.signal, draw);
}

/**
 * @param {HTMLElement} frame
 * @param {PoolFacts} facts
 * @param {number} rows
 * @param {number} columns
 */
function placeFrame(frame, { winner, cell_px, is_zero, kind }, rows, columns) {
  frame.hidden = !isLargest(kind) || winner < 0 || is_zero;
  if (frame.hidden) return;
  const side = Math.max(5, cell_px);
  const [row, column] = [Math.floor(winner / columns), winner % columns];
  const middle = (/** @type {number} */ index) => (index + 0.5) * cell_px - side / 2;
  frame.style.left = `${middle(column)}px`;
  frame.style.top = `${middle(row)}px`;
  frame.style.width = `${side}px`;
  frame.style.height = `${side}px`;
  frame.dataset.rows = String(rows);
}

function createFigures() {
  const title = h("h3", {}, "The calculation");
  const list = h("dl", { class: "pool-figures" });
  const element = h(
    "section",
    { class: "panel-part" },
    h("div", { class: "panel-head" }, title),
    list,
  );
  return {
    element,
    /** @param {PoolFacts} facts */
    render({ scene, kind, terms, explanation }) {
      setText(title, isWholeMap(kind) ? "The whole map in numbers" : "The calculation");
      const rows = poolFigures({
        kind,
        terms,
        result: explanation.result,
        parameters: scene.stage.parameters,
      });
      list.replaceChildren(
        ...rows.map(({ label, value, is_total }) =>
          h(
            "div",
            { class: is_total ? "figure total" : "figure" },
            h("dt", {}, label),
            h("dd", {}, value),
          ),
        ),
      );
    },
  };
}

/** The arrow's shaft stretches; its head does not. */
function arrow() {
  const head = svg(
    "svg",
    { class: "arrow-head", viewBox: "0 0 8 12", width: 8, height: 12 },
    svg("path", { d: "M1.5 1.5 6.5 6 1.5 10.5" }),
  );
  return h("span", { class: "arrow-line", "aria-hidden": "true" }, head);
}
