/**
 * The ledger of an embed: one line of signed terms, or one per channel, then bias and total.
 */

import { sumsOf, widestTerm } from "../describe/terms.js";
import { closingShown, openRow, termShown } from "../model/explain.js";
import { rowOpened, termFocused } from "../state/actions.js";
import { changed, h, setText } from "./dom.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../describe/terms.js").TermLine} TermLine */
/** @typedef {import("../describe/terms.js").SignedTerm} SignedTerm */

/** So many terms stand on one line of an ordinary column. */
const ONE_LINE = 9;

/**
 * @param {ViewContext} context
 * @returns {import("./view.js").View}
 */
export function createSums({ store }) {
  const lines = h("div", { class: "sum-lines" });
  const partials = createTermList();
  const partialLine = h(
    "div",
    { class: "sum-line partials" },
    h("span", { class: "sum-name" }, "Σ"),
    partials.element,
  );
  const bias = createTermList();
  const rounding = h("output", { class: "sum-rounding" });
  const roundingPlace = h("span", { class: "sum-part" }, "rounding ", rounding);
  const total = h("output", { class: "sum-total" });
  const closing = h(
    "div",
    { class: "sum-closing" },
    h("span", { class: "sum-part bias" }, "bias ", bias.element),
    roundingPlace,
    h("span", { class: "sum-part total" }, "output cell ", total),
  );
  const element = h(
    "div",
    { class: "sums", part: "ledger", role: "group", "aria-label": "Arithmetic of this cell" },
    lines,
    partialLine,
    closing,
  );
  /** @type {ReturnType<typeof createLine>[]} */
  let built = [];
  const isNew = changed();
  const isNewMap = changed();
  const open = (/** @type {number} */ position) => store.dispatch(rowOpened, position);

  // Any of a hundred partial sums opens its channel; for keys the line's head steps through them.
  partials.element.addEventListener("click", ({ target }) => {
    const place = target instanceof Element ? partials.placeOf(target) : -1;
    if (place >= 0) open(place);
  });

  /** @param {number} count */
  function rebuild(count) {
    built = Array.from({ length: count }, () => createLine(store, open));
    lines.replaceChildren(...built.map((line) => line.element));
  }

  /** @param {Scene} scene @param {import("../model/explain.js").Explanation} explanation */
  function renderAll(scene, explanation) {
    const opened = openRow(scene.state, explanation);
    const sums = sumsOf(scene, explanation, opened);
    const count = explanation.channels.length;
    const each = explanation.size[0] * explanation.size[1];
    const term = termShown(scene);
    const { has_bias, has_total } = closingShown(scene);
    element.classList.toggle("single", count === 1);
    if (built.length !== sums.lines.length) rebuild(sums.lines.length);
    for (const [index, line] of built.entries()) {
      const facts = sums.lines[index];
      line.render(facts, {
        count,
        is_open: facts.position === opened,
        revealed: term === null ? null : term - facts.position * each,
        bias: count === 1 ? sums.bias : null,
        has_bias,
        has_sum: count === 1 ? has_total : term === null || term >= (facts.position + 1) * each,
        focused: scene.state.focus_term,
      });
    }
    partialLine.hidden = !sums.partials;
    if (sums.partials) {
      const isWhole = (/** @type {number} */ place) => term === null || term >= (place + 1) * each;
      partials.render(sums.partials, isWhole, opened);
    }
    closing.hidden = count === 1;
    if (sums.bias) bias.render([withSign(sums.bias)], () => has_bias, null);
    roundingPlace.hidden = sums.rounding === null;
    setText(rounding, has_bias ? (sums.rounding ?? "") : "");
    setText(total, has_total ? sums.total : "");
  }

  return {
    element,
    render(scene) {
      const { explanation, run, stage, map, cell, state, moment } = scene;
      element.classList.toggle("waiting", !explanation);
      if (!explanation) return;
      if (isNewMap(run, stage, map)) {
        element.style.setProperty("--widest", String(widestTerm(scene)));
        element.classList.toggle("long", explanation.channels[0].terms.length > ONE_LINE);
      }
      const place = [run, stage, map, cell.row, cell.column, explanation.result];
      const look = [state.open_row, state.is_playing, state.focus_term, scene.is_hovering];
      if (isNew(...place, ...look, termShown(scene), moment.closing)) renderAll(scene, explanation);
    },
  };
}

/** A term that stands alone carries its sign. @param {SignedTerm} term @returns {SignedTerm} */
function withSign({ operator, text, sign }) {
  return { operator: "", text: sign === "zero" ? text : operator + text, sign };
}

/**
 * @typedef {object} LineLook
 * @property {number} count  of channels
 * @property {boolean} is_open
 * @property {number|null} revealed  products that are shown; null = all
 * @property {SignedTerm|null} bias  added in the line itself
 * @property {boolean} has_bias
 * @property {boolean} has_sum
 * @property {number|null} focused  product under the pointer
 */

/**
 * @param {import("./view.js").Store} store
 * @param {(position: number) => void} open
 */
function createLine(store, open) {
  const name = h("button", { type: "button", class: "sum-name" });
  const terms = createTermList();
  const relation = h("span", { class: "sum-relation" });
  const sum = h("output", { class: "sum-value" });
  const end = h("span", { class: "sum-end" }, relation, sum);
  const element = h("div", { class: "sum-line" }, name, terms.element, end);
  let position = 0;
  let channels = 1;
  let reads = 1;
  name.addEventListener("click", () => open(position));
  name.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const next = Math.max(0, Math.min(channels - 1, position + step));
    open(next);
    const lines = element.parentElement?.children ?? [];
    const other = lines.length === channels ? lines[next]?.querySelector("button") : null;
    other?.focus();
  });
  terms.element.addEventListener("pointerover", ({ target }) => {
    const place = target instanceof Element && reads === 1 ? terms.placeOf(target) : -1;
    if (place >= 0) store.dispatch(termFocused, place);
  });
  terms.element.addEventListener("pointerleave", () => store.dispatch(termFocused, null));

  return {
    element,
    /** @param {TermLine} line @param {LineLook} look */
    render(line, { count, is_open, revealed, bias, has_bias, has_sum, focused }) {
      [position, channels, reads] = [line.position, count, line.reads];
      element.classList.toggle("open", is_open);
      element.dataset.channel = /^[RGB]$/.test(line.name) ? line.name.toLowerCase() : "";
      name.hidden = count === 1;
      setText(name, line.name);
      name.setAttribute("aria-pressed", String(is_open));
      name.setAttribute("aria-label", `Channel ${line.name}: sum of products ${line.sum}`);
      const all = bias ? [...line.terms, bias] : line.terms;
      const isShown = (/** @type {number} */ place) =>
        place < line.terms.length
          ? revealed === null || (place + 1) * line.reads <= revealed
          : has_bias;
      terms.render(all, isShown, line.reads === 1 ? focused : null);
      terms.element.classList.toggle("has-bias", bias !== null);
      setText(relation, line.relation);
      setText(sum, has_sum ? line.sum : "");
      relation.style.visibility = has_sum ? "" : "hidden";
    },
  };
}

/** Terms with their operators; only what changed touches the page. */
function createTermList() {
  const element = h("span", { class: "terms" });
  /** @type {{box: HTMLElement, operator: HTMLElement, text: HTMLElement}[]} */
  let built = [];

  /** @param {number} count */
  function rebuild(count) {
    built = Array.from({ length: count }, () => {
      const operator = h("span", { class: "operator" });
      const text = h("span", { class: "term-text" });
      return { box: h("span", { class: "term" }, operator, text), operator, text };
    });
    element.replaceChildren(...built.map(({ box }) => box));
  }

  return {
    element,
    /** @param {Element} target */
    placeOf: (target) => built.findIndex(({ box }) => box.contains(target)),
    /**
     * @param {SignedTerm[]} terms
     * @param {(place: number) => boolean} isShown
     * @param {number|null} marked
     */
    render(terms, isShown, marked) {
      if (built.length !== terms.length) rebuild(terms.length);
      for (const [place, { box, operator, text }] of built.entries()) {
        const term = terms[place];
        setText(operator, term.operator);
        setText(text, term.text);
        if (box.dataset.sign !== term.sign) box.dataset.sign = term.sign;
        box.classList.toggle("pending", !isShown(place));
        box.classList.toggle("marked", place === marked);
      }
    },
  };
}
