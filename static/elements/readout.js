/**
 * The readout beside the pointer: a cell's value, its terms, and where they come from.
 */

import { ledgerFigures } from "../describe/ledger.js";
import { fixed, span } from "../describe/numbers.js";
import { explain } from "../model/explain.js";
import { sourceArea } from "../model/taps.js";
import { changed, h, setText } from "./dom.js";
import { createMapCanvas } from "./map-canvas.js";

/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../model/explain.js").Explanation} Explanation */
/** @typedef {import("../state/state.js").CellRef} CellRef */

const DISTANCE_PX = 12;
/** A finger hides what is under it: the readout stands this far above. */
const FINGER_PX = 40;
/** Maps drawn smaller than this are shown enlarged in the readout. */
const SMALL_TILE_PX = 60;
/** They wait this long, so that crossing the overview does not flicker. */
const TILE_WAIT_MS = 250;

/**
 * @param {import("./view.js").ViewContext} context
 * @param {HTMLElement} host  what the pointer moves over
 * @returns {import("./view.js").View}
 */
export function createReadout({ repaint, signal }, host) {
  const title = h("strong", { class: "readout-title" });
  const place = h("span", { class: "quiet" });
  const value = h("output", { class: "readout-value" });
  const terms = h("p", { class: "readout-terms" });
  const from = h("p", { class: "readout-from" });
  const preview = createMapCanvas({ "aria-hidden": "true" });
  const previewBox = h("div", { class: "box result thin" });
  const previewPlace = h("div", { class: "readout-preview" }, preview.canvas, previewBox);
  const hint = h("p", { class: "readout-hint quiet" });
  const element = h(
    "div",
    { class: "readout", hidden: true },
    previewPlace,
    h("div", { class: "readout-head" }, title, place),
    value,
    terms,
    from,
    hint,
  );
  /** @type {{x: number, y: number, tile: number, since: number, isTouch: boolean, frame: Element|null}} */
  let pointer = {
    x: 0,
    y: 0,
    tile: Number.POSITIVE_INFINITY,
    since: 0,
    isTouch: false,
    frame: null,
  };
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  signal.addEventListener("abort", () => clearTimeout(timer));

  /** @param {number} delay_ms */
  function wake(delay_ms) {
    clearTimeout(timer);
    timer = setTimeout(repaint, delay_ms);
  }
  const isNew = changed();

  host.addEventListener(
    "keydown",
    (event) => {
      const [target] = event.composedPath();
      pointer.frame = target instanceof Element ? target.closest(".map-frame") : null;
    },
    { signal, capture: true },
  );
  host.addEventListener(
    "pointermove",
    (event) => {
      const [target] = event.composedPath();
      const tile = target instanceof Element ? target.closest(".tile") : null;
      const width = tile ? tile.clientWidth : Number.POSITIVE_INFINITY;
      const since = width === pointer.tile ? pointer.since : performance.now();
      pointer = {
        x: event.clientX,
        y: event.clientY,
        tile: width,
        since,
        isTouch: event.pointerType === "touch",
        frame: null,
      };
      if (!element.hidden) position();
    },
    { signal, capture: true },
  );

  /**
   * With the keyboard there is no pointer: the readout stands by the cell itself.
   *
   * @param {CellRef} ref
   * @param {readonly number[]} shape
   */
  function anchor({ row, column }, [, rows, columns]) {
    const box = pointer.frame?.getBoundingClientRect();
    if (!box) return;
    pointer.x = box.left + ((column + 0.5) / columns) * box.width;
    pointer.y = box.top + ((row + 0.5) / rows) * box.height;
  }

  function position() {
    const { innerWidth, innerHeight } = globalThis;
    const [width, height] = [element.offsetWidth, element.offsetHeight];
    const x =
      pointer.x + DISTANCE_PX + width > innerWidth
        ? pointer.x - DISTANCE_PX - width
        : pointer.x + DISTANCE_PX;
    const y =
      pointer.y + DISTANCE_PX + height > innerHeight
        ? pointer.y - DISTANCE_PX - height
        : pointer.y + DISTANCE_PX;
    const above = pointer.isTouch ? pointer.y - FINGER_PX - height : y;
    element.style.transform = `translate(${Math.max(4, x)}px, ${Math.max(4, above)}px)`;
  }

  /** @param {Scene} scene @param {CellRef} ref */
  function fill(scene, ref) {
    const { run } = scene;
    const stage = run.stage(ref.stage);
    const isInput = stage.kind === "input";
    setText(
      title,
      isInput && stage.maps.length === 3 ? "Input" : `${stage.title}, map ${ref.map + 1}`,
    );
    element.dataset.role = isInput ? "input" : "output";
    setText(place, `row ${ref.row + 1}, column ${ref.column + 1}`);
    const explanation = isInput ? null : explanationOf(scene, ref);
    setText(value, isInput ? inputValue(scene, ref) : cellValue(scene, ref, explanation));
    const words = explanation ? termsOf(explanation) : "";
    setText(terms, words);
    terms.hidden = words === "";
    const area = isInput
      ? null
      : sourceArea(run.tensors.geometry.get(stage.id), {
          rows: [ref.row, ref.row],
          columns: [ref.column, ref.column],
        });
    setText(from, area ? `from ${span("row", area.rows)}, ${span("column", area.columns)}` : "");
    from.hidden = !area;
    const { pinned } = scene.state;
    const isPinned =
      pinned?.stage === ref.stage &&
      pinned.map === ref.map &&
      pinned.row === ref.row &&
      pinned.column === ref.column;
    setText(
      hint,
      isPinned
        ? "Pinned. Click again or Esc releases"
        : pointer.frame
          ? "Enter pins, Esc releases"
          : pointer.isTouch
            ? "Tap pins, a second tap releases"
            : "Click pins, Esc releases",
    );
    renderPreview(scene, ref);
  }

  /** @param {Scene} scene @param {CellRef} ref */
  function renderPreview({ run, scaleOf }, ref) {
    previewPlace.hidden = pointer.tile > SMALL_TILE_PX;
    if (previewPlace.hidden) return;
    const stage = run.stage(ref.stage);
    preview.draw(run.map(ref.stage, ref.map), scaleOf(stage, ref.map));
    const [, rows, columns] = stage.shape;
    previewBox.style.left = `${(100 * ref.column) / columns}%`;
    previewBox.style.top = `${(100 * ref.row) / rows}%`;
    previewBox.style.width = `${100 / columns}%`;
    previewBox.style.height = `${100 / rows}%`;
  }

  return {
    element,
    render(scene) {
      const { hover } = scene.state;
      const isWaiting =
        pointer.tile <= SMALL_TILE_PX && performance.now() - pointer.since < TILE_WAIT_MS;
      if (isWaiting && hover) wake(TILE_WAIT_MS);
      element.hidden = !hover || isWaiting || !scene.run.has(hover.stage);
      if (!hover || element.hidden) return;
      const isHere = scene.run.hasValues(hover.stage, [hover.map]);
      if (
        !isNew(
          scene.run,
          hover.stage,
          hover.map,
          hover.row,
          hover.column,
          isHere,
          pointer.tile,
          scene.explanation,
          scene.state.pinned,
        )
      )
        return;
      fill(scene, hover);
      anchor(hover, scene.run.stage(hover.stage).shape);
      position();
    },
  };
}

/** @param {Scene} scene @param {CellRef} ref */
function inputValue({ run }, { stage, row, column }) {
  const values = run.stage(stage).maps.map((_, map) => run.value(stage, map, row, column));
  if (values.some((value) => value === null)) return "…";
  const texts = values.map((value) => fixed(value ?? 0, 2));
  return texts.length === 3 ? `R ${texts[0]}  G ${texts[1]}  B ${texts[2]}` : texts.join(" ");
}

/**
 * The cell taken apart, once: the scene has done it where the cell is on the bench.
 *
 * @param {Scene} scene
 * @param {CellRef} ref
 */
function explanationOf({ run, stage, map, is_hovering, explanation }, ref) {
  const isOnBench = is_hovering && ref.stage === stage.id && ref.map === map;
  return isOnBench ? explanation : explain(run, ref.stage, ref.map, ref);
}

/** @param {Scene} scene @param {CellRef} ref @param {Explanation|null} explanation */
function cellValue({ run }, { stage, map, row, column }, explanation) {
  const value = run.value(stage, map, row, column);
  if (explanation?.kind === "weighted") return ledgerFigures(explanation).total;
  return value === null ? "…" : fixed(value, Math.abs(value) >= 100 ? 1 : 2);
}

/** @param {Explanation} explanation */
function termsOf(explanation) {
  if (explanation.kind === "weighted") {
    const { partials, bias, total } = ledgerFigures(explanation);
    if (partials.length > 8) return `sum of ${partials.length} channels ${total}`;
    return `${sumInWords(partials)}, bias ${bias}`;
  }
  const cells = explanation.channels[0].terms.filter((term) => !term.is_absent);
  if (explanation.kind === "elementwise") return `from ${fixed(cells[0].value, 2)}`;
  return cells.length > 9
    ? `of ${cells.length} cells`
    : `of ${cells.map(({ value }) => fixed(value, 2)).join(", ")}`;
}

/**
 * "−0.10 + 0.02 + 0": signs between, the first one close to its number.
 *
 * @param {string[]} parts  with their signs
 */
function sumInWords([first = "", ...rest]) {
  const tail = rest.map((part) =>
    /^[+−]/.test(part) ? `${part[0]} ${part.slice(1)}` : `+ ${part}`,
  );
  return [first.replace("+", ""), ...tail].join(" ");
}
