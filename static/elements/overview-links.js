/**
 * What lies over the strip of the overview and follows from where its tiles lie: links, role bars.
 */

import { linkPath, linkWidth } from "../draw/links.js";
import { changed, h, svg } from "./dom.js";

/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../state/state.js").StageManifest} StageManifest */
/** @typedef {import("./overview-tile.js").Tile} Tile */
/** @typedef {{tiles: Map<string, {left: number, right: number, middle: number}>, columns: Map<string, {left: number, width: number}>, photo: {right: number, middle: number}|null}} Geometry */

/**
 * Where everything lies on the strip; read once per layout, never in the frame loop.
 *
 * @param {HTMLElement} strip
 * @param {Map<string, {element: HTMLElement, tiles: Tile[]}>} columns
 * @returns {Geometry}
 */
export function measure(strip, columns) {
  const origin = strip.getBoundingClientRect();
  /** @type {Geometry} */
  const geometry = { tiles: new Map(), columns: new Map(), photo: null };
  for (const [stage, column] of columns) {
    for (const tile of column.tiles) {
      const box = tile.element.getBoundingClientRect();
      geometry.tiles.set(`${stage}/${tile.map}`, {
        left: box.left - origin.left,
        right: box.right - origin.left,
        middle: (box.top + box.bottom) / 2 - origin.top,
      });
    }
    const maps = /** @type {HTMLElement} */ (
      column.element.querySelector(".stage-maps")
    ).getBoundingClientRect();
    geometry.columns.set(stage, { left: maps.left - origin.left, width: maps.width });
  }
  return geometry;
}

/**
 * All links of the pipeline, quiet.
 *
 * @param {SVGElement} group
 * @param {Scene} scene
 * @param {Geometry} geometry
 */
export function drawQuietLinks(group, { run }, geometry) {
  const paths = run.stages.flatMap((stage) =>
    stage.maps.flatMap((map, index) =>
      map.sources.map((source) => linkBetween(geometry, stage, index, source)),
    ),
  );
  group.replaceChildren(...paths.filter((path) => path !== null));
}

/**
 * The links of the selected map, by the sign and size of what each source gives.
 *
 * @param {SVGElement} group
 * @param {Scene} scene
 * @param {Geometry} geometry
 */
export function drawStrongLinks(group, { stage, map, explanation }, geometry) {
  const partials = explanation?.channels.map(({ partial }) => Math.abs(partial)) ?? [];
  const most = Math.max(...partials, 0);
  const paths = stage.maps[map].sources.map((source, position) => {
    const path = linkBetween(geometry, stage, map, source);
    return path && strengthen(path, explanation, position, most);
  });
  group.replaceChildren(...paths.filter((path) => path !== null));
}

/**
 * @param {Geometry} geometry
 * @param {StageManifest} stage
 * @param {number} map
 * @param {number} source
 * @returns {SVGPathElement|null}  null when one of the two is not shown
 */
function linkBetween(geometry, stage, map, source) {
  const from = geometry.tiles.get(`${stage.inputs[0]}/${source}`);
  const to = geometry.tiles.get(`${stage.id}/${map}`);
  if (!from || !to) return null;
  const d = linkPath({ x: from.right + 2, y: from.middle }, { x: to.left - 2, y: to.middle });
  return svg("path", { d, class: "link" });
}

/**
 * @param {SVGPathElement} path
 * @param {Scene["explanation"]} explanation
 * @param {number} position
 * @param {number} most
 */
function strengthen(path, explanation, position, most) {
  const sum = explanation?.channels[position];
  if (explanation?.kind !== "weighted" || !sum) {
    path.classList.add("single");
    return path;
  }
  path.classList.add(sum.partial < 0 ? "negative" : "positive");
  path.style.strokeWidth = String(linkWidth(sum.partial, most));
  return path;
}

/** The bars on the divider: blue under what is read, green under what is selected. */
export function createRoleBars() {
  const source = h("span", { class: "role-bar source" });
  const result = h("span", { class: "role-bar result" }, h("span", { class: "notch" }));
  const element = h("div", { class: "role-bars", "aria-hidden": "true" }, source, result);
  const isNew = changed();

  /** @param {HTMLElement} bar @param {{left: number, width: number}|undefined} column */
  function move(bar, column) {
    bar.hidden = !column;
    if (!column) return;
    bar.style.transform = `translateX(${column.left}px)`;
    bar.style.width = `${column.width}px`;
  }

  return {
    element,
    /** @param {Scene} scene @param {Geometry} geometry */
    render({ stage }, geometry) {
      if (!isNew(stage.id, geometry)) return;
      move(source, geometry.columns.get(stage.inputs[0] ?? ""));
      move(result, geometry.columns.get(stage.id));
    },
  };
}
