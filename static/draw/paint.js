/**
 * A figure on a canvas.
 */

import { FAMILIES, hatchLines } from "./figure.js";

/** @typedef {import("./figure.js").Figure} Figure */
/** @typedef {import("./figure.js").RasterMark} RasterMark */
/** @typedef {import("./figure.js").TextMark} TextMark */
/** @typedef {Pick<CanvasRenderingContext2D, "save"|"restore"|"scale"|"fillStyle"|"strokeStyle"|"lineWidth"|"lineJoin"|"globalAlpha"|"font"|"textAlign"|"textBaseline"|"fillRect"|"strokeRect"|"fillText"|"strokeText"|"measureText"|"fill"|"stroke"|"setLineDash"|"drawImage"|"imageSmoothingEnabled"|"imageSmoothingQuality">} PaintContext */

/**
 * @typedef {object} PaintTools  What only a browser can make.
 * @property {(d: string) => Path2D} pathOf
 * @property {(raster: RasterMark) => CanvasImageSource} imageOf  one pixel per cell
 */

/**
 * @param {PaintContext} context
 * @param {Figure} figure
 * @param {number} scale  pixels of the canvas per pixel of the figure
 * @param {PaintTools} tools
 */
export function paintFigure(context, { width, height, ground, marks }, scale, tools) {
  context.save();
  context.scale(scale, scale);
  context.fillStyle = ground;
  context.fillRect(0, 0, width, height);
  for (const mark of marks) {
    if (mark.kind === "text") paintText(context, mark);
    else if (mark.kind === "raster") paintRaster(context, mark, scale, tools);
    else if (mark.kind === "hatch") {
      context.globalAlpha = mark.opacity;
      context.fillStyle = mark.ground;
      context.fillRect(mark.x, mark.y, mark.width, mark.height);
      stroke(context, mark.line, 1, null);
      context.stroke(tools.pathOf(hatchLines(mark)));
      context.globalAlpha = 1;
    } else if (mark.kind === "rect") {
      const { x, y } = mark;
      context.globalAlpha = mark.opacity;
      if (mark.fill) {
        context.fillStyle = mark.fill;
        context.fillRect(x, y, mark.width, mark.height);
      }
      if (mark.stroke) {
        stroke(context, mark.stroke, mark.line_px, mark.dash);
        context.strokeRect(x, y, mark.width, mark.height);
      }
      context.globalAlpha = 1;
    } else {
      const path = tools.pathOf(mark.d);
      if (mark.fill) {
        context.fillStyle = mark.fill;
        context.fill(path);
      }
      if (mark.stroke) {
        stroke(context, mark.stroke, mark.line_px, mark.dash);
        context.stroke(path);
      }
    }
  }
  context.restore();
}

/**
 * @param {PaintContext} context
 * @param {string} colour
 * @param {number} line_px
 * @param {number[]|null} dash
 */
function stroke(context, colour, line_px, dash) {
  context.strokeStyle = colour;
  context.lineWidth = line_px;
  context.lineJoin = "miter";
  context.setLineDash(dash ?? []);
}

/**
 * @param {PaintContext} context
 * @param {TextMark} mark
 */
function paintText(context, { x, y, words, size_px, anchor, family, halo }) {
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  const fonts = words.map(({ weight }) => `${weight} ${size_px}px ${FAMILIES[family]}`);
  const widths = words.map(({ text }, index) => {
    context.font = fonts[index];
    return context.measureText(text).width;
  });
  const whole = widths.reduce((sum, width) => sum + width, 0);
  let left = anchor === "start" ? x : anchor === "end" ? x - whole : x - whole / 2;
  words.forEach(({ text, fill }, index) => {
    context.font = fonts[index];
    if (halo) {
      stroke(context, halo, 3, null);
      context.lineJoin = "round";
      context.strokeText(text, left, y);
    }
    context.fillStyle = fill;
    context.fillText(text, left, y);
    left += widths[index];
  });
}

/** Cells of fewer pixels would be one pixel wide here and two there. */
const EVEN_PX = 2;

/**
 * @param {PaintContext} context
 * @param {RasterMark} mark
 * @param {number} scale
 * @param {PaintTools} tools
 */
function paintRaster(context, mark, scale, { imageOf }) {
  const cell_px = (mark.width / mark.columns) * scale;
  const isEven = cell_px >= EVEN_PX || Number.isInteger(cell_px);
  context.imageSmoothingEnabled = mark.is_smooth || !isEven;
  context.imageSmoothingQuality = "high";
  context.drawImage(imageOf(mark), mark.x, mark.y, mark.width, mark.height);
}
