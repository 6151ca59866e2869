/**
 * A figure as an SVG file: self-contained, with rasters as data URLs and text as text.
 */

import { FAMILIES, hatchLines, round } from "./figure.js";

/** @typedef {import("./figure.js").Figure} Figure */
/** @typedef {import("./figure.js").Mark} Mark */
/** @typedef {import("./figure.js").RasterMark} RasterMark */

/**
 * @param {Figure} figure
 * @param {(raster: RasterMark) => string} urlOf  data URL of a raster's picture
 * @returns {string}
 */
export function svgOf({ width, height, ground, title, description, marks }, urlOf) {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="${FAMILIES.sans}" style="font-variant-numeric: tabular-nums">`,
    // Without ids: several figures may be pasted into one page.
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(description)}</desc>`,
    `<rect width="${width}" height="${height}" fill="${ground}"/>`,
    ...marks.map((mark) => markup(mark, urlOf)),
    "</svg>\n",
  ].join("\n");
}

/**
 * @param {Mark} mark
 * @param {(raster: RasterMark) => string} urlOf
 * @returns {string}
 */
function markup(mark, urlOf) {
  if (mark.kind === "rect") return `<rect ${box(mark)} ${look(mark)}/>`;
  if (mark.kind === "path") {
    return `<path d="${mark.d}" ${look(mark)} stroke-linejoin="round" stroke-linecap="butt"/>`;
  }
  if (mark.kind === "text") return textMarkup(mark);
  if (mark.kind === "raster") return imageMarkup(mark, urlOf);
  const opacity = mark.opacity === 1 ? "" : ` opacity="${mark.opacity}"`;
  const lines = `<path d="${hatchLines(mark)}" fill="none" stroke="${mark.line}"/>`;
  return `<g${opacity}><rect ${box(mark)} fill="${mark.ground}"/>${lines}</g>`;
}

/** @param {import("./figure.js").Place} place */
function box({ x, y, width, height }) {
  return `x="${x}" y="${y}" width="${width}" height="${height}"`;
}

/** @param {{fill: string|null, stroke: string|null, line_px: number, dash: number[]|null, opacity?: number}} look */
function look({ fill, stroke, line_px, dash, opacity = 1 }) {
  const parts = [`fill="${fill ?? "none"}"`];
  if (stroke) parts.push(`stroke="${stroke}" stroke-width="${round(line_px)}"`);
  if (dash) parts.push(`stroke-dasharray="${dash.join(" ")}"`);
  if (opacity !== 1) parts.push(`opacity="${opacity}"`);
  return parts.join(" ");
}

/** @param {import("./figure.js").TextMark} mark */
function textMarkup({ x, y, words, size_px, anchor, family, halo }) {
  const [first] = words;
  const parts = [`x="${x}" y="${y}" font-size="${size_px}" fill="${first.fill}"`];
  if (anchor !== "start") parts.push(`text-anchor="${anchor}"`);
  if (family !== "sans") parts.push(`font-family="${FAMILIES[family]}"`);
  if (first.weight !== 400) parts.push(`font-weight="${first.weight}"`);
  if (halo) {
    parts.push(`stroke="${halo}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"`);
  }
  const runs = words.map(({ text, fill, weight }) =>
    fill === first.fill && weight === first.weight
      ? escaped(text)
      : `<tspan fill="${fill}" font-weight="${weight}">${escaped(text)}</tspan>`,
  );
  return `<text ${parts.join(" ")} xml:space="preserve">${runs.join("")}</text>`;
}

/**
 * @param {RasterMark} mark
 * @param {(raster: RasterMark) => string} urlOf
 */
function imageMarkup(mark, urlOf) {
  const rendering = mark.is_smooth ? "auto" : "pixelated";
  return `<image ${box(mark)} data-map="${escaped(mark.name)}" preserveAspectRatio="none" style="image-rendering: ${rendering}" href="${urlOf(mark)}"/>`;
}

/** @param {string} text */
export function escaped(text) {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replace(/(?![\t\n\r])\p{Cc}/gu, "");
}
