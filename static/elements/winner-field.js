/**
 * 'Where the winners sat': part of the pooled map with the winning places, and their counts.
 */

import { count, counted } from "../describe/numbers.js";
import { allZero, placeName } from "../describe/pooling.js";
import { signedColour } from "../draw/colour.js";
import { drawField, FIELD_CELL_PX, fieldAround, markOf, mixed } from "../draw/winners.js";
import { fieldData, fieldInputs } from "../model/winner-field.js";
import { createCellGrid } from "./cell-grid.js";
import { changed, h, setText, svg } from "./dom.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../model/winner-field.js").FieldData} FieldData */

const FIELD_CELLS = 19;
/** With more places than this a grid of counts replaces the list. */
const MOST_LISTED = 9;
const SWATCH_PX = 14;

/**
 * @param {ViewContext} _context
 * @returns {import("./view.js").View}
 */
export function createWinnerField(_context) {
  const note = h("span", { class: "panel-note" });
  const canvas = h("canvas", { class: "winner-canvas", "aria-hidden": "true" });
  const place = h("p", { class: "panel-caption" });
  const legend = h("p", { class: "winner-legend" });
  const tally = createTally();
  const element = h(
    "section",
    { class: "panel-part winners", "aria-label": "Where the winners sat" },
    h("div", { class: "panel-head" }, h("h3", {}, "Where the winners sat"), note),
    h(
      "div",
      { class: "winner-columns" },
      h("div", { class: "winner-field" }, canvas, place),
      h("div", { class: "winner-side" }, legend, tally.element),
    ),
  );
  const painter = canvas.getContext("2d");
  const isNewData = changed();
  const isNewField = changed();
  const styleOf = createStyleReader(canvas);
  /** @type {FieldData|null} */
  let data = null;

  /** @param {Scene} scene */
  function draw(scene) {
    if (!painter || !data) return;
    const [, rows, columns] = scene.stage.shape;
    const is_complete = scene.painted >= rows * columns;
    const field = fieldAround(scene.cell, { rows, columns }, { cells: FIELD_CELLS, is_complete });
    const isSame = !isNewField(
      data,
      field.row,
      field.column,
      scene.cell.row,
      scene.cell.column,
      clampPainted(scene.painted, field, columns),
      scene.m,
      scene.theme,
    );
    if (isSame) return;
    const ratio = Math.max(1, globalThis.devicePixelRatio || 1);
    const [width, height] = [field.columns * FIELD_CELL_PX, field.rows * FIELD_CELL_PX];
    resize(canvas, width, height, ratio);
    painter.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { cell, painted, m, theme } = scene;
    drawField(painter, { ...data, field, columns, painted, cell, m, theme }, styleOf(theme));
    const last = [field.row + field.rows, field.column + field.columns];
    const size = rows === columns ? `${rows}` : `${rows} × ${columns}`;
    setText(
      place,
      `rows ${field.row + 1}–${last[0]}, columns ${field.column + 1}–${last[1]} of ${size}`,
    );
  }

  return {
    element,
    render(scene) {
      const read = fieldInputs(scene);
      element.classList.toggle("waiting", !read);
      if (!read) return;
      if (isNewData(read.values, read.winner, read.source, read.geometry, scene.theme)) {
        data = fieldData(read);
        const [rows, columns] = data.kernel_size;
        setText(note, `${counted(data.counts.total, "window")} in the whole map`);
        const shade = scene.theme === "light" ? "dark" : "light";
        const part = rows * columns === 4 ? "quarter of" : "square in";
        setText(legend, `The ${shade} ${part} each cell is the winning place.`);
        tally.render(data, scene.theme);
      }
      draw(scene);
    },
  };
}

function createTally() {
  const list = h("table", { class: "winner-tally" });
  /** For ears, where a grid shows the places to the eye. */
  const spoken = h("table", {});
  const grid = createCellGrid({ class: "winner-grid", onfocus: () => {} });
  grid.element.setAttribute("aria-hidden", "true");
  const element = h("div", {}, grid.element, h("div", { class: "visually-hidden" }, spoken), list);
  return {
    element,
    /**
     * @param {FieldData} data
     * @param {import("../draw/colour.js").Theme} theme
     */
    render({ kernel_size, counts }, theme) {
      const [rows, columns] = kernel_size;
      const isListed = rows * columns <= MOST_LISTED;
      grid.element.hidden = isListed;
      if (!isListed) renderGrid(kernel_size, counts, theme);
      const places = counts.places.map((cells, index) =>
        line(placeName(index, kernel_size), cells, swatch(index, kernel_size)),
      );
      spoken.hidden = isListed;
      spoken.replaceChildren(
        h("caption", {}, "Windows by winning place"),
        h("tbody", {}, ...(isListed ? [] : places)),
      );
      list.classList.toggle("dense", rows * columns > 4);
      list.replaceChildren(
        h("caption", { class: "visually-hidden" }, "Windows by winning place"),
        h(
          "tbody",
          {},
          ...(isListed ? places : []),
          line(allZero(rows * columns), counts.zero, swatch(-1, kernel_size)),
          h(
            "tr",
            { class: "total" },
            h("td", {}),
            h("th", { scope: "row" }, "total"),
            h("td", {}, count(counts.total)),
          ),
        ),
      );
    },
  };

  /**
   * @param {[number, number]} size
   * @param {FieldData["counts"]} counts
   * @param {import("../draw/colour.js").Theme} theme
   */
  function renderGrid([rows, columns], { places }, theme) {
    const most = Math.max(1, ...places);
    const side = Math.max(4, Math.min(34, Math.floor(150 / Math.max(rows, columns))));
    const [ground, ink] = [signedColour(0, 1, theme), theme === "light" ? 90 : 180];
    grid.render(
      { rows, columns, width_px: side, height_px: side },
      (index) => ({
        fill: mixed(ground, [ink, ink, ink], (0.85 * places[index]) / most),
        text: side >= 28 ? count(places[index]) : "",
      }),
      null,
    );
  }
}

/**
 * @param {string} name
 * @param {number} windows
 * @param {SVGElement} sign
 */
function line(name, windows, sign) {
  return h(
    "tr",
    {},
    h("td", {}, sign),
    h("th", { scope: "row" }, name),
    h("td", {}, count(windows)),
  );
}

/**
 * @param {number} place  -1: a window of zeros
 * @param {[number, number]} size
 */
function swatch(place, size) {
  const inner = SWATCH_PX - 2;
  const mark = markOf(place, size, inner);
  return svg(
    "svg",
    { class: "swatch", width: SWATCH_PX, height: SWATCH_PX, "aria-hidden": "true" },
    svg("rect", {
      class: "swatch-frame",
      x: 0.5,
      y: 0.5,
      width: SWATCH_PX - 1,
      height: SWATCH_PX - 1,
    }),
    place < 0
      ? svg("rect", { class: "swatch-dot", x: 6, y: 6, width: 2, height: 2 })
      : svg("rect", {
          class: "swatch-mark",
          x: 1 + mark.x,
          y: 1 + mark.y,
          width: mark.side,
          height: mark.side,
        }),
  );
}

/**
 * Windows painted outside the field change nothing on it.
 *
 * @param {number} painted
 * @param {import("../draw/winners.js").Field} field
 * @param {number} columns
 */
function clampPainted(painted, field, columns) {
  const first = field.row * columns;
  return Math.max(first, Math.min((field.row + field.rows) * columns, painted));
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 * @param {number} ratio
 */
function resize(canvas, width, height, ratio) {
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
}

/**
 * Colours that a canvas cannot take from CSS by itself, read once per theme.
 *
 * @param {HTMLElement} element  wears them as its text and border colours
 * @returns {(theme: string) => import("../draw/winners.js").FieldStyle}
 */
function createStyleReader(element) {
  let known = "";
  /** @type {import("../draw/winners.js").FieldStyle|null} */
  let style = null;
  return (theme) => {
    if (style && known === theme) return style;
    const computed = getComputedStyle(element);
    style = {
      ink: computed.color,
      frame: computed.outlineColor,
      pendingGround: computed.borderTopColor,
      pendingLine: computed.borderBottomColor,
      dot: computed.borderLeftColor,
    };
    known = element.isConnected ? theme : "";
    return style;
  };
}
