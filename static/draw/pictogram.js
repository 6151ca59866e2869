/**
 * Kernels as their own icons: squares in the signed scale with gaps of one pixel.
 */

import { css, signedColour } from "./colour.js";

/** @typedef {import("./colour.js").Theme} Theme */
/** @typedef {{x: number, y: number, side: number, fill: string}} Square  CSS px */
/** @typedef {{width: number, height: number, squares: Square[]}} Pictogram */

/**
 * @param {number[][][]} slices  (slices, rows, columns)
 * @param {object} options
 * @param {number} options.size_px  side of one slice, at most
 * @param {Theme} options.theme
 * @param {number} [options.across]  slices side by side; default all
 * @param {number} [options.gap_px]  between slices
 * @returns {Pictogram}
 */
export function pictogram(slices, { size_px, theme, across = slices.length, gap_px = 3 }) {
  const rows = slices[0]?.length ?? 0;
  const columns = slices[0]?.[0]?.length ?? 0;
  const longest = Math.max(1, rows, columns);
  const gap = longest <= 7 ? 1 : 0;
  const fit = (size_px - gap * (longest - 1)) / longest;
  const side = fit >= 2 ? Math.floor(fit) : Math.max(1, Math.floor(fit * 2) / 2);
  const width = columns * (side + gap) - gap;
  const height = rows * (side + gap) - gap;
  const m = Math.max(0, ...slices.flat(2).map(Math.abs));
  /** @type {Square[]} */
  const squares = [];
  slices.forEach((slice, index) => {
    const left = (index % across) * (width + gap_px);
    const top = Math.floor(index / across) * (height + gap_px);
    slice.forEach((cells, row) => {
      cells.forEach((value, column) => {
        const fill = css(signedColour(value, m, theme));
        squares.push({ x: left + column * (side + gap), y: top + row * (side + gap), side, fill });
      });
    });
  });
  const down = Math.ceil(slices.length / across);
  const wide = Math.min(across, slices.length);
  return {
    width: wide * (width + gap_px) - gap_px,
    height: down * (height + gap_px) - gap_px,
    squares,
  };
}
