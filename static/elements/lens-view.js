/**
 * A lens on the page: canvas, boxes, hairlines from its map, and the same numbers as a table for
 * screen readers.
 */

import { cellText } from "../describe/ledger.js";
import { drawLens, lensCells } from "../draw/lens.js";
import { cellHovered, cellPinned } from "../state/actions.js";
import { changed, h, setAttribute, svg } from "./dom.js";
import { cellUnder } from "./map-canvas.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../model/lens.js").LensFacts} LensFacts */
/** @typedef {import("../model/taps.js").Area} Area */

/** Side of the lens until the page has laid it out. */
const LENS_PX = 196;
/** The table follows when nothing has moved for so long: nobody reads it while a key is held. */
const TABLE_MS = 200;

/** @typedef {ReturnType<typeof createLensView>} LensView */

/**
 * @param {ViewContext} context
 * @param {"source"|"result"} role
 * @param {HTMLElement} notes  what stands beside it
 */
export function createLensView({ store, signal }, role, notes) {
  const canvas = h("canvas", { class: "lens-canvas", "aria-hidden": "true", "data-lens": role });
  const box = h("div", { class: `box lens-box ${role}` });
  const winners = h("div", { class: "lens-winners" });
  const taps = h("div", { class: "lens-taps" });
  const table = h("table", { class: "visually-hidden" });
  const element = h("div", { class: "lens", part: "lens" }, canvas, winners, taps, box, table);
  const lines = svg(
    "svg",
    { class: `lens-lines ${role}`, "aria-hidden": "true" },
    svg("line"),
    svg("line"),
  );
  const context = canvas.getContext("2d");
  const isNew = changed();
  const isNewTable = changed();
  const isNewSize = changed();
  const isNewTheme = changed();
  /** @type {import("../draw/lens.js").LensStyle} */
  let style;
  /** @type {LensFacts|null} */
  let shown = null;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let filling;
  signal.addEventListener("abort", () => clearTimeout(filling));
  let side = LENS_PX;
  /** As laid out; 0 where it is not shown. */
  let width = 0;

  /** @param {PointerEvent|MouseEvent} event */
  function refUnder(event) {
    if (!shown) return null;
    const { area, stage, map } = shown;
    const inside = cellUnder(event, canvas, { rows: area.cells, columns: area.cells });
    const [row, column] = [area.row + inside.row, area.column + inside.column];
    const isOutside = row < 0 || column < 0 || row >= stage.shape[1] || column >= stage.shape[2];
    return isOutside ? null : { stage: stage.id, map, row, column };
  }
  canvas.addEventListener("pointermove", (event) => store.dispatch(cellHovered, refUnder(event)), {
    signal,
  });
  canvas.addEventListener("pointerleave", () => store.dispatch(cellHovered, null), { signal });
  canvas.addEventListener(
    "click",
    (event) => {
      const ref = refUnder(event);
      if (ref) store.dispatch(cellPinned, ref);
    },
    { signal },
  );

  /** @param {Scene} scene @param {LensFacts} facts */
  function draw(scene, facts) {
    const { key, values } = scene.run.map(facts.stage.id, facts.map);
    const { row, column, cells } = facts.area;
    const { theme, m, state } = scene;
    const look = [facts.painted, facts.is_colour, theme, m, state.scale];
    const around = [facts.padding.rows, facts.padding.columns];
    // The picture in colour is made of all its maps, and they may come one by one.
    const others = facts.is_colour ? otherValues(scene, facts.stage) : [];
    const place = [row, column, cells, side];
    if (!context || !isNew(key, values, ...place, ...look, ...around, ...others)) return;
    const cell_px = side / cells;
    const ratio = Math.max(1, globalThis.devicePixelRatio || 1);
    if (isNewTheme(scene.theme, scene.state.theme)) style = readStyle(element);
    if (isNewSize(ratio, side)) {
      canvas.width = Math.round(side * ratio);
      canvas.height = Math.round(side * ratio);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawLens(context, { cells, cell_px }, lensCells(scene, facts, cell_px), style);
  }

  return {
    element,
    lines,
    place: h("div", { class: "lens-place" }, element, notes),
    draw,
    /** Draw as large as it is laid out. */
    measure() {
      width = element.clientWidth;
      if (width > 0) side = width;
    },
    /**
     * @param {Area|null} area  framed on the map
     * @param {{width: number, height: number, end: number}} map  its size, and where the lens begins
     * @param {{rows: number, columns: number}} cells
     */
    join: (area, map, cells) => joinLens(lines, area, { ...map, lens: width }, cells),
    /** @param {Scene} scene @param {LensFacts} facts */
    render(scene, facts) {
      const { area, stage, map } = facts;
      const data = scene.run.map(stage.id, map);
      placeBox(box, facts.box, area);
      box.classList.toggle("is-span", facts.taps.length > 0);
      renderMarks(winners, facts.winners, "winner", area);
      renderMarks(taps, facts.taps, "tap", area);
      if (
        !scene.state.is_playing &&
        !scene.is_hovering &&
        isNewTable(stage.id, map, data.values, area.row, area.column, area.cells, facts.painted)
      ) {
        clearTimeout(filling);
        filling = setTimeout(() => fillTable(table, scene, facts), TABLE_MS);
      }
      shown = facts;
    },
  };
}

/** @param {Scene} scene @param {import("../state/state.js").StageManifest} stage */
function otherValues({ run }, { id, maps }) {
  return maps.map((_, map) => run.map(id, map).values);
}

/**
 * The few colours a canvas cannot take from CSS by itself.
 *
 * @param {HTMLElement} element
 * @returns {import("../draw/lens.js").LensStyle}
 */
function readStyle(element) {
  const computed = getComputedStyle(element);
  return {
    paper: computed.backgroundColor,
    line: computed.outlineColor,
    pendingGround: computed.borderTopColor,
    pendingLine: computed.borderBottomColor,
    ink: computed.color,
    font: computed.fontFamily,
  };
}

/**
 * @param {HTMLElement} box
 * @param {Area|null} area
 * @param {import("../model/lens.js").LensArea} lens
 */
function placeBox(box, area, lens) {
  box.hidden = !area;
  if (!area) return;
  // Moved by transform: no layout, and no new layers.
  const [x, y] = [area.columns[0] - lens.column, area.rows[0] - lens.row].map(
    (cells) => `calc(var(--lens) * ${cells / lens.cells})`,
  );
  box.style.transform = `translate(${x}, ${y})`;
  box.style.width = `${(100 * (area.columns[1] - area.columns[0] + 1)) / lens.cells}%`;
  box.style.height = `${(100 * (area.rows[1] - area.rows[0] + 1)) / lens.cells}%`;
}

/**
 * Two hairlines from the framed cells on the map to the upper corners of the lens.
 *
 * @param {SVGElement} lines
 * @param {Area|null} area
 * @param {{width: number, height: number, end: number, lens: number}} size  of the map and of the
 *   lens, and where the lens begins
 * @param {{rows: number, columns: number}} cells
 */
function joinLens(lines, area, { width, height, end, lens }, { rows, columns }) {
  setAttribute(lines, "hidden", area ? null : "");
  if (!area) return;
  const y = (height * (area.rows[1] + 1)) / rows;
  const ends = [
    [(width * area.columns[0]) / columns, 0],
    [(width * (area.columns[1] + 1)) / columns, lens],
  ];
  ends.forEach(([from, to], index) => {
    const line = /** @type {Element} */ (lines.children[index]);
    setAttribute(line, "x1", String(from));
    setAttribute(line, "y1", String(y));
    setAttribute(line, "x2", String(to));
    setAttribute(line, "y2", String(end));
  });
}

/**
 * @param {HTMLElement} holder
 * @param {Area[]} cells
 * @param {string} className
 * @param {import("../model/lens.js").LensArea} area
 */
function renderMarks(holder, cells, className, area) {
  while (holder.children.length > cells.length) holder.lastElementChild?.remove();
  while (holder.children.length < cells.length) holder.append(h("div", { class: className }));
  for (const [index, cell] of cells.entries()) {
    placeBox(/** @type {HTMLElement} */ (holder.children[index]), cell, area);
  }
}

/**
 * @param {HTMLTableElement} table
 * @param {Scene} scene
 * @param {LensFacts} facts
 */
function fillTable(table, { run }, { stage, map, area, painted }) {
  const [, rows, columns] = stage.shape;
  const rowsShown = range(Math.max(0, area.row), Math.min(rows, area.row + area.cells));
  const columnsShown = range(Math.max(0, area.column), Math.min(columns, area.column + area.cells));
  const head = h(
    "tr",
    {},
    h("td"),
    ...columnsShown.map((column) => h("th", { scope: "col" }, `column ${column + 1}`)),
  );
  const body = rowsShown.map((row) => {
    const cells = columnsShown.map((column) => {
      const isPending = painted !== null && row * columns + column >= painted;
      const value = run.value(stage.id, map, row, column);
      return h("td", {}, isPending ? "pending" : value === null ? "" : cellText(value, 2, 8));
    });
    return h("tr", {}, h("th", { scope: "row" }, `row ${row + 1}`), ...cells);
  });
  table.replaceChildren(
    h("caption", {}, `${stage.title}, map ${map + 1}: cells in the lens`),
    h("thead", {}, head),
    h("tbody", {}, ...body),
  );
}

/** @param {number} from @param {number} to */
function range(from, to) {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}
