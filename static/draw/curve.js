/**
 * The curve of an activation function, through the server's own pairs of before and after.
 *
 * No function is computed here: every point is a cell of a map, before and after.
 */

/** @typedef {[number, number]} Point */

/**
 * One true sample for each of many equal steps along the horizontal axis.
 *
 * @param {{before: Float32Array, after: Float32Array}[]} maps
 * @param {{limit: number, buckets: number}} axis  from -limit to limit
 * @returns {Point[]}  (z, f(z)), by rising z
 */
export function sampleCurve(maps, { limit, buckets }) {
  /** @type {Point[]} */
  const samples = [];
  for (const { before, after } of maps) {
    for (let index = 0; index < before.length; index += 1) {
      const z = before[index];
      if (z < -limit || z > limit) continue;
      const place = Math.min(buckets - 1, Math.floor(((z + limit) / (2 * limit)) * buckets));
      samples[place] ??= [z, after[index]];
    }
  }
  return samples.filter(Boolean);
}

/**
 * A function made of two rays from the origin (ReLU, leaky ReLU, none) is known between and beyond
 * its samples: go through the origin, and on to both ends of the axis.
 *
 * @param {Point[]} samples  by rising z
 * @param {number} limit
 * @returns {Point[]}
 */
export function throughOrigin(samples, limit) {
  const below = samples.filter(([z]) => z < 0);
  const above = samples.filter(([z]) => z > 0);
  const points = [...below.slice(0, 1), ...above.slice(-1)].map(
    ([z, y]) => /** @type {Point} */ ([Math.sign(z) * limit, (y / Math.abs(z)) * limit]),
  );
  const [first] = points;
  if (!first) return [[0, 0]];
  return [...points, /** @type {Point} */ ([0, 0])].sort((one, other) => one[0] - other[0]);
}

/**
 * @param {Point[]} points  in pixels
 * @returns {string}  path data
 */
export function pathOf(points) {
  return points
    .map(([x, y], index) => `${index === 0 ? "M" : "L"}${round(x)} ${round(y)}`)
    .join("");
}

/**
 * Round values to print along an axis, zero left out.
 *
 * @param {number} low
 * @param {number} high
 * @param {number} step
 * @returns {number[]}
 */
export function ticks(low, high, step) {
  const values = [];
  for (let index = Math.ceil(low / step - 1e-9); index * step <= high + 1e-9 * step; index += 1) {
    if (index !== 0) values.push(index * step);
  }
  return values;
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100;
}
