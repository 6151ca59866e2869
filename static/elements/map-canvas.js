/**
 * One map on a canvas of its own, one pixel per cell; boxes, hatch and frames lie above it.
 */

import { rasterise, rasterisePicture } from "../draw/raster.js";
import { changed, h } from "./dom.js";

/** @typedef {import("../model/run.js").FeatureMap} FeatureMap */
/** @typedef {import("../draw/raster.js").Scale} Scale */

/**
 * @param {Record<string, string>} [attributes]
 * @returns {{canvas: HTMLCanvasElement, draw: (map: FeatureMap, scale: Scale) => void, drawPicture: (maps: FeatureMap[]) => void}}
 */
export function createMapCanvas(attributes = {}) {
  const canvas = h("canvas", { class: "map", width: 1, height: 1, ...attributes });
  const isNew = changed();

  /**
   * @param {FeatureMap} map
   * @param {(pixels: Uint32Array) => boolean} fill
   */
  function paint({ rows, columns }, fill) {
    const image = new ImageData(columns, rows);
    if (!fill(new Uint32Array(image.data.buffer))) return;
    if (canvas.width !== columns) canvas.width = columns;
    if (canvas.height !== rows) canvas.height = rows;
    canvas.getContext("2d", { willReadFrequently: true })?.putImageData(image, 0, 0);
  }

  return {
    canvas,
    draw(map, scale) {
      const [m, theme] = scale.kind === "signed" ? [scale.m, scale.theme] : [1, scale.kind];
      const channel = scale.kind === "duotone" ? scale.channel : -1;
      if (!isNew(map.key, map.values ?? map.preview, m, theme, channel)) return;
      paint(map, (pixels) => rasterise(pixels, map, scale));
    },
    drawPicture(maps) {
      if (!isNew(...maps.flatMap((map) => [map.key, map.values ?? map.preview]))) return;
      paint(maps[0], (pixels) => rasterisePicture(pixels, maps));
    },
  };
}

/**
 * The cell under a pointer, for a canvas drawn over its whole box.
 *
 * @param {PointerEvent|MouseEvent} event
 * @param {HTMLElement} box  the element whose box is the map
 * @param {{rows: number, columns: number}} map
 * @returns {import("../state/state.js").Cell}
 */
export function cellUnder(event, box, { rows, columns }) {
  const area = box.getBoundingClientRect();
  /** @param {number} part @param {number} whole @param {number} cells */
  const index = (part, whole, cells) =>
    Math.max(0, Math.min(cells - 1, Math.floor((part / whole) * cells)));
  return {
    row: index(event.clientY - area.top, area.height, rows),
    column: index(event.clientX - area.left, area.width, columns),
  };
}
