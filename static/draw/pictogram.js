/**
 * Kernels as their own icons: squares in the signed scale with gaps of one pixel.
 */

import { css, signedColour } from "./colour.js";

/** @typedef {import("./colour.js").Theme} Theme */
/** @typedef {{x: number, y: number, side: number, fill: string}} Square  CSS px */
/** @typedef {{width: number, height: number, squares: Square[]}} Pictogram */

/** A square smaller than this is a dot, and no kernel can be told from it. */
const READABLE_PX = 3;

/**
 * The slices without the zeros around all of them: a preset in the middle of a larger kernel keeps
 * its own picture.
 *
 * @param {number[][][]} slices  (slices, rows, columns)
 * @returns {number[][][]}
 */
export function cropped(slices) {
  const rows = slices[0]?.length ?? 0;
  const columns = slices[0]?.[0]?.length ?? 0;
  const most = Math.floor((Math.min(rows, columns) - 1) / 2);
  let ring = 0;
  const isBlank = (/** @type {number} */ at) =>
    slices.every((slice) =>
      slice.every((cells, row) =>
        cells.every((value, column) => {
          const isOnRing =
            Math.min(row, column) === at || row === rows - 1 - at || column === columns - 1 - at;
          return value === 0 || !isOnRing;
        }),
      ),
    );
  while (ring < most && Math.min(rows, columns) - 2 * ring > 3 && isBlank(ring)) ring += 1;
  return ring === 0
    ? slices
    : slices.map((slice) =>
        slice.slice(ring, rows - ring).map((cells) => cells.slice(ring, columns - ring)),
      );
}

/**
 * Whether the cells of a kernel can be told apart in a square of this size.
 *
 * @param {number[][][]} slices
 * @param {number} size_px
 */
export function isReadable(slices, size_px) {
  return sideOf(longestSide(slices), size_px).side >= READABLE_PX;
}

/** @param {number[][][]} slices */
function longestSide(slices) {
  return Math.max(1, slices[0]?.length ?? 0, slices[0]?.[0]?.length ?? 0);
}

/**
 * A gap between the squares where there is room for one.
 *
 * @param {number} longest  cells
 * @param {number} size_px
 */
function sideOf(longest, size_px) {
  const withGap = Math.floor((size_px - (longest - 1)) / longest);
  if (withGap >= READABLE_PX) return { side: withGap, gap: 1 };
  const fit = size_px / longest;
  return { side: fit >= 2 ? Math.floor(fit) : Math.max(1, Math.floor(fit * 2) / 2), gap: 0 };
}

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
  const { side, gap } = sideOf(longestSide(slices), size_px);
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
