/**
 * Links between maps as cubic curves, and how strongly each is drawn.
 */

/** @typedef {{x: number, y: number}} Point  CSS px */

/**
 * @param {Point} from  middle of a map's right edge
 * @param {Point} to  middle of a map's left edge
 * @returns {string}  SVG path
 */
export function linkPath(from, to) {
  const middle = (from.x + to.x) / 2;
  return `M${from.x} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}`;
}

/**
 * Width of a link by its share of the sum, 1 to 2.6 px.
 *
 * @param {number} partial
 * @param {number} most  largest |partial|
 */
export function linkWidth(partial, most) {
  return 1 + (most === 0 ? 0 : (1.6 * Math.abs(partial)) / most);
}
