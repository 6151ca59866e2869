/**
 * What stands beside the lenses: place, value, legend, and what the source lens shows.
 */

import { channelName } from "../describe/ledger.js";
import { spanRead } from "../describe/numbers.js";
import { sourceArea } from "../model/bench.js";
import { openRow } from "../model/explain.js";
import { lensChanged, rowOpened } from "../state/actions.js";
import { changed, h, setText } from "./dom.js";
import { rove } from "./inspector-roving.js";
import { createLegend } from "./legend.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../model/scene.js").Scene} Scene */

/** What the lens on a picture can show. */
const LENSES = [
  ["RGB", "colour"],
  ["R", "0"],
  ["G", "1"],
  ["B", "2"],
];

/** What fits on one line beside the lens. */
const LINE_LETTERS = 15;

/** @param {HTMLElement} line @param {string} text */
function write(line, text) {
  setText(line, text);
  line.classList.toggle("is-long", text.length > LINE_LETTERS);
}

/**
 * Beside the source lens: which rows and columns, and what the lens shows.
 *
 * @param {ViewContext} context
 */
export function createSourceNotes(context) {
  const title = h("strong", { class: "note-title" });
  const rows = h("span");
  const columns = h("span");
  const value = h("output", { class: "note-value" });
  const winner = h("span", { class: "winner-key" }, h("span", { class: "winner-mark" }), "winner");
  const choices = h("div", {
    class: "lens-choice",
    role: "radiogroup",
    "aria-label": "Lens shows",
  });
  const chooser = h(
    "div",
    { class: "lens-chooser" },
    h("span", { class: "quiet lens-label" }),
    choices,
  );
  const legend = createLegend(context);
  const element = h(
    "div",
    { class: "lens-notes source" },
    h("div", { class: "note-lines" }, title, rows, columns, value, winner),
    legend.element,
    chooser,
  );
  const isNew = changed();
  const mark = rove(choices);

  /**
   * @param {{label: string, value: string, isOn: boolean}[]} options
   * @param {(value: string) => void} choose
   */
  function renderChoices(options, choose) {
    const hadFocus = choices.matches(":focus-within");
    choices.replaceChildren(
      ...options.map(({ label, value: option, isOn }) =>
        h(
          "button",
          {
            type: "button",
            role: "radio",
            "data-item": "",
            "aria-checked": String(isOn),
            class: isOn ? "on" : "",
            onclick: () => choose(option),
          },
          label,
        ),
      ),
    );
    const on = options.findIndex(({ isOn }) => isOn);
    mark(on);
    const now = choices.children[on];
    if (hadFocus && now instanceof HTMLElement) now.focus();
  }

  return {
    element,
    /** @param {Scene} scene */
    render(scene) {
      const { stage, source, explanation } = scene;
      const isElementwise = stage.kind === "elementwise";
      setText(title, isElementwise ? "Before" : "Window");
      const read = sourceArea(scene, scene.cell);
      const taps = scene.run.taps(stage.id, scene.cell.row, scene.cell.column);
      write(rows, spanRead("row", read?.rows ?? null, taps.rows));
      write(columns, spanRead("column", read?.columns ?? null, taps.columns));
      setText(
        value,
        isElementwise && explanation ? noteValue(explanation.channels[0].terms[0].value) : "",
      );
      value.dataset.role = "input";
      winner.hidden = scene.explanation?.winner === null || scene.explanation?.winner === undefined;
      const isPicture = source?.kind === "input" && source.maps.length === 3;
      const isDeep = !isPicture && explanation !== null && explanation.channels.length > 1;
      chooser.hidden = !isPicture && !isDeep;
      legend.element.hidden = isPicture || isDeep || source?.kind === "input";
      if (!legend.element.hidden && source) legend.render(scene, source);
      setText(/** @type {Node} */ (chooser.firstChild), isDeep ? "Lens shows map" : "Lens shows");
      if (isPicture) {
        if (!isNew(scene.run, stage, scene.state.lens)) return;
        renderChoices(
          LENSES.map(([label, option]) => ({
            label,
            value: option,
            isOn: scene.state.lens === option,
          })),
          (option) => context.store.dispatch(lensChanged, option),
        );
      } else if (isDeep && explanation) {
        const open = openRow(scene.state, explanation);
        if (!isNew(scene.run, stage, scene.map, open)) return;
        renderChoices(
          explanation.channels.map(({ channel }, place) => ({
            label: channelName(scene, channel),
            value: String(place),
            isOn: place === open,
          })),
          (option) => context.store.dispatch(rowOpened, Number(option)),
        );
      }
    },
  };
}

/** @param {ViewContext} context */
export function createResultNotes(context) {
  const title = h("strong", { class: "note-title" });
  const row = h("span");
  const column = h("span");
  const value = h("output", { class: "note-value" });
  const pending = h(
    "span",
    { class: "pending-key" },
    h("span", { class: "pending-mark" }),
    "pending",
  );
  const legend = createLegend(context);
  const element = h(
    "div",
    { class: "lens-notes result" },
    h("div", { class: "note-lines" }, title, row, column, value, pending),
    legend.element,
  );
  return {
    element,
    /** @param {Scene} scene */
    render(scene) {
      const { cell, stage, explanation, painted } = scene;
      const isConv = scene.run.weights(stage.id) !== null;
      setText(title, stage.kind === "elementwise" ? "After" : "Output cell");
      setText(row, `row ${cell.row + 1}`);
      setText(column, `column ${cell.column + 1}`);
      setText(value, isConv || !explanation ? "" : noteValue(explanation.result));
      value.dataset.role = "output";
      pending.hidden = painted >= stage.shape[1] * stage.shape[2];
      legend.element.hidden = stage.kind !== "elementwise" && !isConv;
      if (!legend.element.hidden) legend.render(scene, stage);
    },
  };
}

/** @param {number} value */
function noteValue(value) {
  return value === 0 ? "0" : value.toFixed(2).replace("-", "−");
}
