/**
 * One side of the bench: a map with its boxes and, where there is room, a lens on the same place.
 */

import { cellHovered, cellPinned, pinReleased } from "../state/actions.js";
import { changed, h, setText } from "./dom.js";
import { cellUnder, createMapCanvas } from "./map-canvas.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../model/bench.js").ColumnFacts} ColumnFacts */
/** @typedef {import("../model/taps.js").Area} Area */

/** Side of the map at full width. */
const MAP_PX = 288;

/**
 * @param {ViewContext} context
 * @param {"source"|"result"} role
 * @param {import("./lens-view.js").LensView|null} [lens]  what stands under the map
 */
export function createMapColumn(context, role, lens = null) {
  const title = h("span", { class: "title-long" });
  const shortTitle = h("span", { class: "title-short" });
  const shape = h("span", { class: "quiet column-size" });
  const map = createMapCanvas({ role: "img", "data-role": role });
  const unread = [h("div", { class: "unread rows" }), h("div", { class: "unread columns" })];
  const pending = createPendingCover();
  const box = createBox(role);
  const hoverBox = createBox(`${role} dashed`);
  const areaBox = createBox("area");
  const frame = h(
    "div",
    {
      class: "map-frame",
      part: "map",
      tabindex: 0,
      role: "application",
      "aria-roledescription": "feature map",
    },
    map.canvas,
    ...unread,
    pending.element,
    areaBox.element,
    box.element,
    hoverBox.element,
  );
  const mapPlace = h("div", { class: "map-place" }, frame, lens?.lines);
  const size = { width: 0, height: 0, end: 0 };
  if (lens) {
    const observer = new ResizeObserver(() => {
      size.width = frame.clientWidth;
      size.height = frame.clientHeight;
      size.end = mapPlace.clientHeight;
      lens.measure();
      context.repaint();
    });
    observer.observe(frame);
    observer.observe(lens.element);
    context.signal.addEventListener("abort", () => observer.disconnect());
  }
  const element = h(
    "section",
    {
      class: `column ${role}`,
      "aria-label": role === "source" ? "What is read" : "What comes out",
    },
    h(
      "div",
      { class: "column-head" },
      h("h2", { class: "column-title" }, title, shortTitle),
      shape,
    ),
    mapPlace,
    lens?.place,
  );
  /** @type {ColumnFacts|null} */
  let shown = null;
  listen(context, frame, role, () => shown);
  const isNewFrame = changed();

  return {
    element,
    /** Before anything of the page changes: text on a canvas asks for a settled layout. */
    drawLens: lens ? lens.draw : () => {},
    /** @param {Scene} scene @param {ColumnFacts} facts */
    render(scene, facts) {
      shown = facts;
      setText(title, facts.title);
      setText(shortTitle, facts.shortTitle);
      setText(shape, facts.size);
      const [, rows, columns] = facts.stage.shape;
      const cell_px = MAP_PX / Math.max(rows, columns);
      if (isNewFrame(rows, columns)) {
        element.style.setProperty("--map-rows", String(rows));
        element.style.setProperty("--map-columns", String(columns));
        frame.classList.toggle("fine", cell_px < 2);
        frame.classList.toggle("smooth", cell_px < 1.5);
      }
      drawMap(map, scene, facts);
      const known = map.canvas.getAttribute("aria-label");
      if (known !== facts.sentence && !(known && scene.state.is_playing)) {
        map.canvas.setAttribute("aria-label", facts.sentence);
        frame.setAttribute("aria-label", facts.sentence);
      }
      box.element.classList.toggle("pinned", scene.is_pinned);
      box.place(facts.box);
      hoverBox.place(facts.hoverBox);
      areaBox.place(facts.areaBox);
      pending.render(facts.painted, { rows, columns });
      coverUnread(unread, facts.unread, rows, columns);
      lens?.render(scene, facts.lens);
      lens?.join(facts.areaBox ?? facts.hoverBox ?? facts.box, size, { rows, columns });
    },
  };
}

/**
 * @param {ReturnType<typeof createMapCanvas>} map
 * @param {Scene} scene
 * @param {ColumnFacts} facts
 */
function drawMap(map, { run, scaleOf }, { stage, map: index, is_picture }) {
  if (is_picture) map.drawPicture(stage.maps.map((_, place) => run.map(stage.id, place)));
  else map.draw(run.map(stage.id, index), scaleOf(stage, index));
}

/**
 * So many cells long, in whatever size the map is laid out with: on paper, and in a frame that has
 * not been seen yet, nothing tells the page how large that is.
 *
 * @param {number} count
 */
const cells = (count) => `calc(var(--cell) * ${count})`;

/**
 * A frame around some cells. It moves by transform, so that gliding costs no layout.
 *
 * @returns {{element: HTMLElement, place: (area: Area|null) => void}}
 * @param {string} className
 */
function createBox(className) {
  const element = h("div", { class: `box ${className}`, hidden: true });
  const isNewPlace = changed();
  const isNewSize = changed();
  return {
    element,
    place(area) {
      if (element.hidden !== !area) element.hidden = !area;
      if (!area || !isNewPlace(...area.rows, ...area.columns)) return;
      const [top, bottom] = area.rows;
      const [left, right] = area.columns;
      element.style.transform = `translate(${cells(left)}, ${cells(top)})`;
      const [wide, high] = [right - left, bottom - top].map(
        (last) => Math.round(1000 * (last + 1)) / 1000,
      );
      if (!isNewSize(wide, high)) return;
      element.style.width = cells(wide);
      element.style.height = cells(high);
    },
  };
}

/**
 * The hatch over cells that are still to come: the rest of a row, and all rows below. Two windows
 * slide over hatches that stand still, so that painting a cell repaints nothing.
 */
function createPendingCover() {
  const row = h("div", { class: "pending-window row" }, h("div", { class: "pending-hatch" }));
  const below = h("div", { class: "pending-window" }, h("div", { class: "pending-hatch" }));
  const element = h("div", { class: "pending-cover", hidden: true }, row, below);
  row.style.height = cells(1);
  const isNew = changed();

  /** @param {HTMLElement} window @param {number} column @param {number} row */
  function slide(window, column, row) {
    window.style.transform = `translate(${cells(column)}, ${cells(row)})`;
    /** @type {HTMLElement} */ (window.firstElementChild).style.transform =
      `translate(${cells(-column)}, ${cells(-row)})`;
  }

  return {
    element,
    /**
     * @param {number|null} painted
     * @param {{rows: number, columns: number}} size
     */
    render(painted, { rows, columns }) {
      const isWhole = painted === null || painted >= rows * columns;
      if (element.hidden !== isWhole) element.hidden = isWhole;
      if (painted === null || isWhole || !isNew(painted, columns)) return;
      const at = Math.floor(painted / columns);
      slide(row, painted % columns, at);
      slide(below, 0, at + 1);
    },
  };
}

/**
 * @param {HTMLElement[]} covers
 * @param {{rows: number, columns: number}} unread
 * @param {number} rows
 * @param {number} columns
 */
function coverUnread([below, right], unread, rows, columns) {
  below.hidden = unread.rows <= 0;
  right.hidden = unread.columns <= 0;
  below.style.height = `${(100 * unread.rows) / rows}%`;
  right.style.width = `${(100 * unread.columns) / columns}%`;
}

/**
 * @param {ViewContext} context
 * @param {HTMLElement} frame
 * @param {"source"|"result"} role
 * @param {() => ColumnFacts|null} facts
 */
function listen({ store, signal }, frame, role, facts) {
  /** @param {PointerEvent|MouseEvent} event */
  const refUnder = (event) => {
    const shown = facts();
    if (!shown) return null;
    const [, rows, columns] = shown.stage.shape;
    return { stage: shown.stage.id, map: shown.map, ...cellUnder(event, frame, { rows, columns }) };
  };
  const options = { signal };
  frame.addEventListener(
    "pointermove",
    (event) => store.dispatch(cellHovered, refUnder(event)),
    options,
  );
  // A finger lifts off at once: what it touched stays shown until the next touch.
  const leave = (/** @type {PointerEvent} */ event) => {
    if (event.pointerType !== "touch") store.dispatch(cellHovered, null);
  };
  frame.addEventListener("pointerleave", leave, options);
  frame.addEventListener("blur", () => store.dispatch(cellHovered, null), options);
  frame.addEventListener(
    "click",
    (event) => {
      const ref = refUnder(event);
      const isTouch = event instanceof PointerEvent && event.pointerType === "touch";
      if (ref && !(isTouch && role === "source")) store.dispatch(cellPinned, ref);
    },
    options,
  );
  frame.addEventListener("keydown", (event) => moveByKey(event, store, facts()), options);
}

/** @type {Record<string, [number, number]>} */
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * Arrows move the cell under the keyboard, Enter pins it, Escape lets go.
 *
 * @param {KeyboardEvent} event
 * @param {import("../state/store.js").Store} store
 * @param {ColumnFacts|null} facts
 */
function moveByKey(event, store, facts) {
  if (!facts || event.altKey || event.ctrlKey || event.metaKey) return;
  const { hover } = store.get();
  const move = MOVES[event.key];
  const [, rows, columns] = facts.stage.shape;
  const current =
    hover && hover.stage === facts.stage.id && hover.map === facts.map ? hover : startOf(facts);
  if (move) {
    const far = event.shiftKey ? 10 : 1;
    store.dispatch(cellHovered, {
      ...current,
      row: Math.max(0, Math.min(rows - 1, current.row + move[0] * far)),
      column: Math.max(0, Math.min(columns - 1, current.column + move[1] * far)),
    });
  } else if (event.key === "Enter") store.dispatch(cellPinned, current);
  else if (event.key === "Escape") {
    store.dispatch(cellHovered, null);
    store.dispatch(pinReleased);
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

/** @param {ColumnFacts} facts */
function startOf({ stage, map, box }) {
  return { stage: stage.id, map, row: box?.rows[0] ?? 0, column: box?.columns[0] ?? 0 };
}
