/**
 * Where the animation stands at any moment: one clock, turned into a window and a phase.
 *
 * A schedule is a fixed line of milliseconds (at speed 1×): first the terms of window 1 one by
 * one, then window by window along the first row, then row by row. Playing moves along the line,
 * scrubbing and stepping jump on it; a frame depends on the place alone.
 */

export const TERM_MS = 150;
export const CHANNEL_MS = 180;
export const BIAS_MS = 300;
export const TOTAL_MS = 220;
export const FLIGHT_MS = 250;
export const GLIDE_MS = 180;
export const REST_MS = 140;
/** One window of the first row: glide, then rest. */
export const WINDOW_MS = GLIDE_MS + REST_MS;
export const ROW_MS = 90;
/** The first window never takes longer than this, however many terms it has. */
export const FIRST_WINDOW_LIMIT_MS = 6000;

/**
 * @typedef {object} Moment
 * @property {number} step  the window that was reached last, counted from 0 in reading order
 * @property {"terms"|"window"|"sweep"|"finished"} phase
 * @property {number|null} term  how many terms of the window are revealed; null = all
 * @property {number} closing  0..1: bias, total and flight of the first window
 * @property {number} toward  0..1: how far the boxes have come towards the next window
 * @property {number} painted  how many windows are painted on the result
 */

/**
 * @typedef {object} Schedule
 * @property {number} steps
 * @property {number} duration_ms
 * @property {(elapsed_ms: number) => Moment} at
 * @property {(step: number) => number} timeOf  when that window has just been painted
 */

/**
 * @param {{rows: number, columns: number, terms: number, channels: number}} size
 *   output cells, and what makes one of them
 * @returns {Schedule}
 */
export function schedule({ rows, columns, terms, channels }) {
  const revealing = terms * TERM_MS + channels * CHANNEL_MS;
  const closing = BIAS_MS + TOTAL_MS + FLIGHT_MS;
  const squeeze = Math.min(1, FIRST_WINDOW_LIMIT_MS / (revealing + closing));
  const first = (revealing + closing) * squeeze;
  const revealed = revealing * squeeze;
  const rowEnd = first + (columns - 1) * WINDOW_MS;
  const duration_ms = rowEnd + (rows - 1) * ROW_MS;
  const steps = rows * columns;

  /**
   * @param {number} elapsed
   * @returns {Moment}
   */
  function inFirstWindow(elapsed) {
    const isRevealed = elapsed >= revealed;
    const term = isRevealed ? null : Math.floor((elapsed / revealed) * terms);
    const closing = isRevealed ? (elapsed - revealed) / (first - revealed) : 0;
    return { step: 0, phase: "terms", term, closing, toward: 0, painted: 0 };
  }

  /**
   * @param {number} elapsed  since the first window was done
   * @returns {Moment}
   */
  function inFirstRow(elapsed) {
    const index = Math.floor(elapsed / WINDOW_MS);
    const toward = (elapsed - index * WINDOW_MS) / GLIDE_MS;
    const step = Math.min(columns - 1, toward < 1 ? index : index + 1);
    return arrived("window", step, toward < 1 ? toward : 0);
  }

  /**
   * @param {number} elapsed  since the first row was done
   * @returns {Moment}
   */
  function inSweep(elapsed) {
    const done = Math.floor((elapsed / ROW_MS) * columns + 1e-6);
    return arrived("sweep", Math.min(steps - 1, columns - 1 + done), 0);
  }

  return {
    steps,
    duration_ms,
    at(elapsed_ms) {
      const elapsed = Math.max(0, elapsed_ms);
      if (elapsed >= duration_ms) {
        return arrived("finished", steps - 1, 0);
      }
      if (elapsed < first) return inFirstWindow(elapsed);
      if (elapsed < rowEnd) return inFirstRow(elapsed - first);
      return inSweep(elapsed - rowEnd);
    },
    timeOf(step) {
      const index = Math.max(0, Math.min(steps - 1, Math.floor(step)));
      if (index === steps - 1) return duration_ms;
      if (index === 0) return first;
      if (index < columns) return first + (index - 1) * WINDOW_MS + GLIDE_MS;
      return rowEnd + ((index - columns + 1) / columns) * ROW_MS;
    },
  };
}

/**
 * @param {Moment["phase"]} phase
 * @param {number} step
 * @param {number} toward
 * @returns {Moment}
 */
function arrived(phase, step, toward) {
  return { step, phase, term: null, closing: 1, toward, painted: step + 1 };
}
