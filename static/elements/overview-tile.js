/**
 * The tiles of the overview: one per map, the picture in colour, and one that counts the rest.
 */

import { areasBehind } from "../model/taps.js";
import { cellHovered, cellPinned, lensChanged, mapSelected } from "../state/actions.js";
import { changed, h } from "./dom.js";
import { icon } from "./icons.js";
import { cellUnder, createMapCanvas } from "./map-canvas.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../state/state.js").StageManifest} StageManifest */
/** @typedef {ReturnType<typeof createTile>} Tile */

/**
 * @param {ViewContext} context
 * @param {string} stage
 * @param {number} map
 * @param {string} letter
 */
export function createTile(context, stage, map, letter) {
  const canvas = createMapCanvas({
    "data-stage": stage,
    "data-map": String(map),
    "aria-hidden": "true",
  });
  const element = h(
    "div",
    { class: "tile", role: "gridcell", tabindex: -1, "data-stage": stage, "data-map": map },
    canvas.canvas,
    letter && h("span", { class: "tile-letter", "aria-hidden": "true" }, letter),
    h("span", { class: "tile-dead", "aria-hidden": "true" }),
    h("span", { class: "tile-loading", "aria-hidden": "true" }),
    h("span", { class: "tile-pin", "aria-hidden": "true" }, icon("pin")),
  );
  listen(context, element, stage, map);
  const isNew = changed();
  return {
    element,
    canvas: canvas.canvas,
    map,
    /** @param {Scene} scene */
    render(scene) {
      const { run, state, stage: selected } = scene;
      const manifest = run.stage(stage);
      canvas.draw(run.map(stage, map), scene.scaleOf(manifest, map));
      const isSelected = selected.id === stage && state.selection.map === map;
      const isSource =
        selected.inputs.includes(stage) && selected.maps[state.selection.map].sources.includes(map);
      const isPinned = state.pinned?.stage === stage && state.pinned.map === map;
      if (!isNew(manifest, isSelected, isSource, isPinned)) return;
      element.classList.toggle("selected", isSelected);
      element.classList.toggle("source", isSource);
      element.classList.toggle("pinned", isPinned);
      element.classList.toggle("dead", manifest.maps[map].dead);
      element.tabIndex = isSelected ? 0 : -1;
      element.setAttribute("aria-selected", String(isSelected));
      element.setAttribute("aria-label", tileName(manifest, map, isSelected));
    },
  };
}

/**
 * @param {StageManifest} stage
 * @param {number} map
 * @param {boolean} isSelected
 */
function tileName({ title, maps, shape }, map, isSelected) {
  const dead = maps[map].dead ? ", all zero" : "";
  return `${title}, map ${map + 1} of ${maps.length}, ${shape[1]} by ${shape[2]}${dead}${isSelected ? ", selected" : ""}`;
}

/**
 * @param {ViewContext} context
 * @param {string} stage
 */
export function createPhoto(context, stage) {
  const canvas = createMapCanvas({
    "data-stage": stage,
    "data-picture": "",
    "aria-hidden": "true",
  });
  const box = h("div", { class: "box source thin" });
  const element = h(
    "div",
    {
      class: "photo",
      role: "gridcell",
      tabindex: -1,
      "aria-label": "Input, the picture in colour",
      "data-stage": stage,
      "data-map": "picture",
    },
    canvas.canvas,
    box,
  );
  listen(context, element, stage, -1);
  return {
    element,
    /** @param {Scene} scene */
    render(scene) {
      const { run, stage: selected, cell } = scene;
      const manifest = run.stage(stage);
      canvas.drawPicture(manifest.maps.map((_, index) => run.map(stage, index)));
      const isNear = selected.inputs.includes(stage);
      const { hover } = scene.state;
      const from =
        hover && run.has(hover.stage) && hover.stage !== stage
          ? { stage: hover.stage, cell: hover }
          : { stage: selected.id, cell };
      const area =
        isNear && from.stage === selected.id
          ? null
          : areasBehind(run, from.stage, from.cell).get(stage);
      box.hidden = !area;
      if (!area) return;
      const [, rows, columns] = manifest.shape;
      box.style.left = `${(100 * area.columns[0]) / columns}%`;
      box.style.top = `${(100 * area.rows[0]) / rows}%`;
      box.style.width = `${(100 * (area.columns[1] - area.columns[0] + 1)) / columns}%`;
      box.style.height = `${(100 * (area.rows[1] - area.rows[0] + 1)) / rows}%`;
    },
  };
}

/**
 * The ninth tile: "+24" opens a scrolling grid of all maps.
 *
 * @param {ViewContext} context
 * @param {string} stage
 * @param {number} rest
 */
export function createMore(context, stage, rest) {
  const title = h("h2", { class: "all-maps-title" });
  const grid = h("div", { class: "all-maps", role: "group", "aria-label": "All maps" });
  const close = h(
    "button",
    { type: "button", class: "tool", "aria-label": "Close", onclick: () => sheet.hidePopover() },
    icon("close"),
  );
  const sheet = h(
    "div",
    { class: "all-maps-sheet", popover: "auto" },
    h("div", { class: "all-maps-head" }, title, close),
    grid,
  );
  const open = h(
    "button",
    {
      type: "button",
      class: "tile more",
      "aria-label": `${rest} more maps`,
      onclick: () => {
        sheet.showPopover();
        context.repaint();
      },
    },
    `+${rest}`,
  );
  const element = h("div", { role: "gridcell", class: "more-place" }, open, sheet);
  /** @type {Tile[]} */
  let tiles = [];
  grid.addEventListener("click", () => sheet.hidePopover());
  return {
    element,
    /** @param {Scene} scene */
    render(scene) {
      if (!sheet.matches(":popover-open")) return;
      const { maps, title: name } = scene.run.stage(stage);
      if (tiles.length !== maps.length) {
        title.textContent = `${name}: all ${maps.length} maps`;
        tiles = maps.map((_, map) => createTile(context, stage, map, ""));
        grid.replaceChildren(...tiles.map((tile) => tile.element));
      }
      for (const tile of tiles) {
        tile.render(scene);
        tile.element.setAttribute("role", "button");
        tile.element.tabIndex = 0;
      }
    },
  };
}

/**
 * @param {ViewContext} context
 * @param {HTMLElement} element
 * @param {string} stage
 * @param {number} map  −1: the picture in colour
 */
function listen(context, element, stage, map) {
  const { store, signal } = context;
  /** @param {PointerEvent|MouseEvent} event */
  const refUnder = (event) => {
    const manifest = store.get().run?.stages.find(({ id }) => id === stage);
    if (!manifest) return null;
    const [, rows, columns] = manifest.shape;
    return { stage, map: Math.max(0, map), ...cellUnder(event, element, { rows, columns }) };
  };
  element.addEventListener("pointermove", (event) => store.dispatch(cellHovered, refUnder(event)), {
    signal,
  });
  element.addEventListener("pointerleave", () => store.dispatch(cellHovered, null), { signal });
  const choose = () => {
    const manifest = store.get().run?.stages.find(({ id }) => id === stage);
    if (manifest) select(context, manifest, map);
  };
  element.addEventListener("click", choose, { signal });
  element.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      element.click();
    },
    { signal },
  );
  element.addEventListener(
    "dblclick",
    (event) => {
      const ref = refUnder(event);
      if (ref) store.dispatch(cellPinned, ref);
    },
    { signal },
  );
}

/**
 * The input has no bench of its own: choosing it shows its channel in the lens of its reader.
 *
 * @param {ViewContext} context
 * @param {StageManifest} stage
 * @param {number} map
 */
export function select({ store }, stage, map) {
  if (stage.kind !== "input") {
    store.dispatch(mapSelected, stage.id, map);
    return;
  }
  const reader = store.get().run?.stages.find(({ inputs }) => inputs.includes(stage.id));
  const { selection } = store.get();
  if (!reader) return;
  store.dispatch(mapSelected, reader.id, reader.id === selection.stage ? selection.map : 0);
  store.dispatch(lensChanged, map < 0 || stage.maps.length === 1 ? "colour" : String(map));
}
