/**
 * How numbers are written: true minus, fixed places, exact zero as "0", and sums that add up.
 */

const MINUS = "\u2212";

/**
 * @param {number} value
 * @param {number} decimals
 * @returns {string}  "0" only for an exact zero; a value that rounds to zero keeps its places, unsigned
 */
export function fixed(value, decimals) {
  if (value === 0) return "0";
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? MINUS + text : text;
}

/**
 * @param {number} value
 * @param {number} decimals
 * @returns {string}  with its sign, also a plus
 */
export function signed(value, decimals) {
  const text = fixed(value, decimals);
  return value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/**
 * As short as it can be said exactly, up to a number of places: weights, fields.
 *
 * @param {number} value
 * @param {number} [most]
 */
export function short(value, most = 2) {
  return String(Number(value.toFixed(most))).replace("-", MINUS);
}

/**
 * Whether figures of the size of cells can be read side by side in cells of this width.
 *
 * @param {string[]} texts
 * @param {number} width  CSS px
 */
export function fitCells(texts, width) {
  const widthOf = (/** @type {string} */ text) =>
    [...text].reduce((sum, letter) => sum + (letter === "." ? 3 : 6.4), 0);
  return texts.every((text) => widthOf(text) <= width);
}

/** @param {number} value  an integer; thousands with a comma */
export function count(value) {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** @param {number} share  0..1 */
export function percent(share) {
  return `${(100 * share).toFixed(1)}\u00A0%`;
}

/**
 * @param {string} text  as a person types it: minus or hyphen, point or comma, perhaps an exponent
 * @returns {number|null}
 */
export function parseNumber(text) {
  const plain = text.trim().replaceAll(MINUS, "-").replace(",", ".");
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : null;
}

/**
 * "a number from −99 to 99"; a bound that is left out is not named.
 *
 * @param {string} what
 * @param {{minimum?: number, maximum?: number}} range
 */
export function ranged(what, { minimum = -Infinity, maximum = Infinity }) {
  if (minimum === -Infinity && maximum === Infinity) return what;
  if (maximum === Infinity) return `${what} of at least ${plainly(minimum)}`;
  if (minimum === -Infinity) return `${what} of at most ${plainly(maximum)}`;
  return `${what} from ${plainly(minimum)} to ${plainly(maximum)}`;
}

/** @param {number} value  a bound: as short as it goes, thousands with a comma */
function plainly(value) {
  const [whole, fraction] = short(value, 4).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction ? `${grouped}.${fraction}` : grouped;
}

/** Float32 sums of a few hundred terms agree to about this, relative to their size. */
const TOLERANCE = 2e-6;

/**
 * How many decimals a list of numbers needs to be printed exactly.
 *
 * @param {number[]} values
 * @param {{least: number, most: number}} limits
 * @returns {{decimals: number, is_exact: boolean}}
 */
export function exactDecimals(values, { least, most }) {
  const size = Math.max(1, ...values.map(Math.abs));
  for (let decimals = least; decimals <= most; decimals += 1) {
    const unit = 10 ** decimals;
    const isExact = values.every(
      (value) => Math.abs(value - Math.round(value * unit) / unit) <= TOLERANCE * size,
    );
    if (isExact) return { decimals, is_exact: true };
  }
  return { decimals: most, is_exact: false };
}

/**
 * As many places as the number has, from two to four.
 *
 * @param {number} value
 */
export function printed(value) {
  const { decimals } = exactDecimals([value], { least: 2, most: 4 });
  const [whole, fraction = ""] = fixed(value, decimals).split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (fraction && `.${fraction}`);
}

/**
 * What the printed parts miss of the printed total: the ledger's last quiet row.
 *
 * @param {number[]} parts
 * @param {number} total
 * @param {number} decimals
 * @returns {number}  0 when the printed parts add up
 */
export function roundingGap(parts, total, decimals) {
  const unit = 10 ** decimals;
  // As `fixed` rounds them: halves away from zero, which Math.round does not for negative numbers.
  const units = (/** @type {number} */ value) => Math.round(Number(value.toFixed(decimals)) * unit);
  const printed = parts.reduce((sum, part) => sum + units(part), 0);
  return (units(total) - printed) / unit;
}

/** @param {readonly [number, number]} pair  "3 × 3" */
export function times([rows, columns]) {
  return `${rows} × ${columns}`;
}

/**
 * "rows 50–52", "row 50"; "none" when only padding is read.
 *
 * @param {"row"|"column"} word
 * @param {readonly [number, number]|null} range  counted from 0
 */
export function span(word, range) {
  if (!range) return `only padding ${word}s`;
  const [first, last] = range;
  return first === last ? `${word} ${first + 1}` : `${word}s ${first + 1}–${last + 1}`;
}

/**
 * The same for all that a window reads: "rows 95, 96, 1" where it goes on at the other side.
 *
 * @param {"row"|"column"} word
 * @param {readonly [number, number]|null} range  where the window lies on the map
 * @param {number[]} taps  sources in the order of the window; below 0 is padding
 */
export function spanRead(word, range, taps) {
  const isBeyond = (/** @type {number} */ source) =>
    range !== null && source >= 0 && (source < range[0] || source > range[1]);
  if (!taps.some(isBeyond)) return span(word, range);
  return `${word}s ${taps.map((source) => source + 1).join(", ")}`;
}

/**
 * @param {number} number
 * @param {string} singular
 * @param {string} [plural]
 */
export function counted(number, singular, plural = `${singular}s`) {
  return `${count(number)} ${number === 1 ? singular : plural}`;
}

const WORDS = "No One Two Three Four Five Six Seven Eight Nine".split(" ");

/** @param {number} number  "Three" up to nine, then digits */
export function inWords(number) {
  return WORDS[number] ?? count(number);
}
