/**
 * Counting the cells of a map: bins, shares, and where the winners of a pooling sat.
 */

/** @typedef {import("./tensors.js").Geometry} Geometry */
/** @typedef {{from: number, to: number, count: number}} Bin  more than `from`, at most `to` */
/** @typedef {{width: number, bins: Bin[], most: number, total: number}} Histogram */

/** Sums of hundredths that land on a bin's edge may miss it by float32 rounding. */
const EDGE_TOLERANCE = 1e-5;

/**
 * A step of 1, 2, 2.5 or 5 times a power of ten that cuts a length into about so many parts.
 *
 * @param {number} length  above 0
 * @param {number} parts  at most so many steps fit into the length
 * @returns {number}
 */
export function niceStep(length, parts) {
  const rough = length / parts;
  if (!(rough > 0) || !Number.isFinite(rough)) return 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 2.5, 5, 10].find((step) => step * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/**
 * Bins of one width whose edges are multiples of it, so that zero is an edge: an exact zero lies
 * in the last bin at or below zero.
 *
 * @param {Float32Array} values
 * @param {number} width
 * @returns {Histogram}  from the first to the last bin that holds a cell
 */
export function histogram(values, width) {
  if (values.length === 0) return { width, bins: [], most: 0, total: 0 };
  const range = summarise(values);
  const first = binOf(range.least, width);
  const counts = new Int32Array(binOf(range.most, width) - first + 1);
  for (const value of values) counts[binOf(value, width) - first] += 1;
  const bins = Array.from(counts, (count, index) => ({
    from: (first + index) * width,
    to: (first + index + 1) * width,
    count,
  }));
  return { width, bins, most: Math.max(...counts), total: values.length };
}

/**
 * @param {number} value
 * @param {number} width
 */
function binOf(value, width) {
  const place = Math.ceil(value / width - EDGE_TOLERANCE) - 1;
  return value > 0 ? Math.max(0, place) : Math.min(-1, place);
}

/**
 * The two neighbouring bins that hold most cells.
 *
 * @param {Histogram} histogram
 * @returns {Bin|null}  both as one; null for an empty map
 */
export function fullestPair({ bins }) {
  /** @type {Bin|null} */
  let best = null;
  for (let index = 0; index < bins.length; index += 1) {
    const next = bins[index + 1];
    const { from, to, count } = bins[index];
    const pair = { from, to: next ? next.to : to, count: count + (next ? next.count : 0) };
    if (!best || pair.count > best.count) best = pair;
  }
  return best;
}

/**
 * How many cells are at most a bound.
 *
 * @param {Float32Array} values
 * @param {number} bound
 */
export function countAtMost(values, bound) {
  let count = 0;
  for (const value of values) if (value <= bound) count += 1;
  return count;
}

/**
 * How many cells a map would have at or below zero, had its conv no bias.
 *
 * @param {Float32Array} values  sums with the bias
 * @param {number} bias
 */
export function countAtMostWithoutBias(values, bias) {
  return countAtMost(values, bias + 1e-6 * Math.max(1, Math.abs(bias)));
}

/**
 * @param {Float32Array} values
 * @returns {{least: number, most: number, sum: number, zeros: number}}  of at least one cell
 */
export function summarise(values) {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let zeros = 0;
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
    sum += value;
    if (value === 0) zeros += 1;
  }
  return { least, most, sum, zeros };
}

/**
 * Which windows of a pooled map hold nothing but zeros.
 *
 * @param {object} pooled
 * @param {Float32Array} pooled.values  results of the pooling
 * @param {number} pooled.columns  of the results
 * @param {Float32Array} pooled.source  the map that was pooled
 * @param {number} pooled.sourceColumns
 * @param {Geometry} pooled.geometry
 * @returns {Uint8Array}  1 for every window of zeros
 */
export function zeroWindows({ values, columns, source, sourceColumns, geometry }) {
  const [height, width] = geometry.kernel_size;
  return Uint8Array.from(values, (value, index) => {
    if (value !== 0) return 0;
    const row = Math.floor(index / columns) * height;
    const column = (index % columns) * width;
    for (let y = row; y < row + height; y += 1) {
      for (let x = column; x < column + width; x += 1) {
        const [sourceRow, sourceColumn] = [geometry.rows[y], geometry.columns[x]];
        if (sourceRow < 0 || sourceColumn < 0) continue;
        if (source[sourceRow * sourceColumns + sourceColumn] !== 0) return 0;
      }
    }
    return 1;
  });
}

/**
 * How often each place of the window won; windows of zeros are counted apart.
 *
 * @param {Int32Array} winner  winning kernel place of each cell
 * @param {Uint8Array} zero  see `zeroWindows`
 * @param {number} places  kernel rows times kernel columns
 * @returns {{places: number[], zero: number, total: number}}
 */
export function countWinners(winner, zero, places) {
  /** @type {number[]} */
  const counts = new Array(places).fill(0);
  let zeros = 0;
  winner.forEach((place, index) => {
    if (zero[index]) zeros += 1;
    else counts[place] += 1;
  });
  return { places: counts, zero: zeros, total: winner.length };
}

/**
 * How many cells an average divides by: padding counts when the operation says so, a place
 * beyond the padded map never does.
 *
 * @param {{is_padding: boolean, is_absent: boolean}[]} terms
 * @param {boolean} countsPadding
 */
export function divisorOf(terms, countsPadding) {
  return terms.filter((term) => !term.is_absent && (countsPadding || !term.is_padding)).length;
}
