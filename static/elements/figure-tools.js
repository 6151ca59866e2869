/**
 * What figures need of a browser: canvases for their rasters, paths, files.
 */

import { paintFigure } from "../draw/paint.js";
import { svgOf } from "../draw/svg.js";

/** @typedef {import("../draw/figure.js").Figure} Figure */
/** @typedef {import("../draw/figure.js").RasterMark} RasterMark */

/** Frames of an animation show the same maps again and again. @type {WeakMap<Uint32Array, HTMLCanvasElement>} */
const images = new WeakMap();

/** Many programs smooth what is enlarged: rasters come with this many pixels per pixel shown. */
const FINE = 2;

/** @param {RasterMark} raster  one pixel per cell */
function imageOf({ pixels, rows, columns }) {
  let canvas = images.get(pixels);
  if (!canvas) {
    canvas = canvasOf(columns, rows);
    const image = new ImageData(columns, rows);
    new Uint32Array(image.data.buffer).set(pixels);
    canvas.getContext("2d")?.putImageData(image, 0, 0);
    images.set(pixels, canvas);
  }
  return canvas;
}

/**
 * @param {RasterMark} raster
 * @returns {string}  PNG, whole pixels per cell where cells are to be seen
 */
function dataUrlOf(raster) {
  const source = imageOf(raster);
  if (raster.is_smooth) return source.toDataURL();
  const times = Math.max(1, Math.ceil((FINE * raster.width) / raster.columns));
  const canvas = canvasOf(raster.columns * times, raster.rows * times);
  const context = canvas.getContext("2d");
  if (!context) return source.toDataURL();
  context.imageSmoothingEnabled = false;
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL();
}

/** @param {number} width @param {number} height */
function canvasOf(width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

const TOOLS = { imageOf, pathOf: (/** @type {string} */ d) => new Path2D(d) };

/**
 * Paint a figure on a canvas, which takes its size.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Figure} figure
 * @param {number} scale
 */
export function paintOn(canvas, figure, scale) {
  const [width, height] = sizeOf(figure, scale);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  if (context) paintFigure(context, figure, scale, TOOLS);
}

/**
 * @param {Pick<Figure, "width"|"height">} figure
 * @param {number} scale
 * @returns {[number, number]}
 */
export function sizeOf({ width, height }, scale) {
  return [Math.round(width * scale), Math.round(height * scale)];
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {Promise<Blob>}
 */
export function pngBlob(canvas) {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error("the picture is too large for this browser"));
    });
  });
}

/**
 * @param {Figure} figure
 * @param {number} scale
 */
export function figurePng(figure, scale) {
  const canvas = canvasOf(1, 1);
  paintOn(canvas, figure, scale);
  return pngBlob(canvas);
}

/** @param {Figure} figure */
export function figureSvg(figure) {
  return new Blob([svgOf(figure, dataUrlOf)], { type: "image/svg+xml" });
}
