/**
 * Where words stand in a plot: where they cover least of what is drawn.
 */

/** @typedef {{left: number, top: number, right: number, bottom: number}} Box  in pixels */
/** @typedef {"start"|"middle"|"end"} Anchor */
/** @typedef {{x: number, y: number, anchor: Anchor}} Place  y is the base line */

const ASCENT_PX = 11;
const DESCENT_PX = 4;
/** Reaching out of the plot is worse than covering something. */
const OUTSIDE = 8;

/**
 * @param {Place} place
 * @param {number} width  of the words
 * @returns {Box}
 */
export function wordsBox({ x, y, anchor }, width) {
  const left = anchor === "start" ? x : anchor === "end" ? x - width : x - width / 2;
  return { left, top: y - ASCENT_PX, right: left + width, bottom: y + DESCENT_PX };
}

/**
 * @param {Box} one
 * @param {Box} other
 * @returns {number}  shared area
 */
export function overlap(one, other) {
  const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
  const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
  return wide > 0 && high > 0 ? wide * high : 0;
}

/**
 * The first of the best places.
 *
 * @param {Place[]} places  in order of preference
 * @param {number} width  of the words
 * @param {{taken: Box[], inside: Box}} ground
 * @returns {Place}
 */
export function freePlace(places, width, { taken, inside }) {
  const scores = places.map((place) => {
    const box = wordsBox(place, width);
    const area = (box.right - box.left) * (box.bottom - box.top);
    const covered = taken.reduce((sum, other) => sum + overlap(box, other), 0);
    return covered + OUTSIDE * (area - overlap(box, inside));
  });
  return places[scores.indexOf(Math.min(...scores))];
}
