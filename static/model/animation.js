/**
 * Which frames make an animation of the sliding window, and how long each of them is shown.
 */

/** Frames a second, at most: what a GIF shows evenly everywhere. */
const MOST_PER_SECOND = 12.5;
/** Programs keep to hundredths of a second. */
const UNIT_MS = 10;
/** The last frame stays, so that the result can be looked at. */
export const LAST_MS = 1500;

/**
 * @typedef {object} AnimationWish
 * @property {number} rows  of the stage's maps
 * @property {number} columns
 * @property {{first: number, last: number}|null} range  rows, counted from 0; null: the whole map
 * @property {number} per_second  windows
 */

/**
 * @typedef {object} AnimationPlan
 * @property {number[]} steps  window at which each frame stands, counted from 0
 * @property {number[]} delays_ms
 * @property {number} duration_ms
 */

/**
 * How many frames an animation has; the plan of millions of frames is never made.
 *
 * @param {AnimationWish} wish
 */
export function frameCount(wish) {
  const { windows, stride } = paceOf(wish);
  return windows <= 1 ? 1 : Math.ceil((windows - 1) / stride) + 1;
}

/** @param {AnimationWish} wish */
function paceOf({ rows, columns, range, per_second }) {
  const first = range ? range.first * columns : 0;
  const end = range ? (range.last + 1) * columns : rows * columns;
  const stride = Math.max(1, Math.round(per_second / MOST_PER_SECOND));
  return { first, windows: end - first, stride };
}

/**
 * @param {AnimationWish} wish
 * @returns {AnimationPlan}
 */
export function animationPlan(wish) {
  const { first, windows, stride } = paceOf(wish);
  const count = frameCount(wish);
  const steps = Array.from({ length: count }, (_, index) =>
    Math.min(first + windows - 1, first + index * stride),
  );
  const delay = Math.max(2, Math.round((1000 * stride) / wish.per_second / UNIT_MS)) * UNIT_MS;
  const delays_ms = steps.map((_, index) => (index === count - 1 ? LAST_MS : delay));
  const duration_ms = delays_ms.reduce((sum, each) => sum + each, 0);
  return { steps, delays_ms, duration_ms };
}

/**
 * Speeds to choose from: some windows, then some rows a second.
 *
 * @param {number} columns
 * @returns {{per_second: number, label: string}[]}
 */
export function animationSpeeds(columns) {
  const windows = [2, 6, 12].map((number) => ({
    per_second: number,
    label: `${number} windows a second`,
  }));
  const rows = [1, 4, 12].map((number) => ({
    per_second: number * columns,
    label: number === 1 ? "1 row a second" : `${number} rows a second`,
  }));
  return [...windows, ...rows.filter(({ per_second }) => per_second > 12)];
}

/**
 * Bytes per pixel of a frame, by format: measured on the samples. Where every window is shown, all
 * numbers change from frame to frame.
 */
const BYTES = {
  gif: { resting: 0.095, changing: 0.17 },
  webp: { resting: 0.063, changing: 0.13 },
  apng: { resting: 0.135, changing: 0.25 },
};

/**
 * About how large the file will be.
 *
 * @param {AnimationWish} wish
 * @param {{width: number, height: number, format: keyof typeof BYTES}} frame
 */
export function estimatedBytes(wish, { width, height, format }) {
  const { resting, changing } = BYTES[format];
  const each = paceOf(wish).stride > 1 ? resting : changing;
  return width * height * each * frameCount(wish);
}
