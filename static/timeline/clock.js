/**
 * The loop that sleeps: one animation frame per change, and frames in a row only while playing.
 */

/** @typedef {{request: (callback: (now: number) => void) => number, cancel: (handle: number) => void, now: () => number}} Frames */

/**
 * @typedef {object} Clock
 * @property {(within_ms?: number) => void} markDirty  asks for a frame, which may wait so long for
 *   something better to draw; whoever has it marks again
 * @property {() => void} drawNow  draws before the next frame begins, unless frames follow each
 *   other anyway: what has just arrived is on the screen a frame earlier
 * @property {() => void} stop
 */

/**
 * @param {Frames} frames  requestAnimationFrame and cancelAnimationFrame, or a test's own
 * @param {(delta_ms: number) => boolean} draw  draws one frame; true = more is coming
 * @returns {Clock}
 */
export function createClock(frames, draw) {
  let handle = 0;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let waiting;
  /** @type {number|null} */
  let last = null;

  /** @param {number} now */
  function frame(now) {
    handle = 0;
    const delta = last === null ? 0 : Math.max(0, now - last);
    const goesOn = draw(Math.min(delta, 100));
    last = goesOn ? now : null;
    if (goesOn) markDirty();
  }

  function markDirty(within_ms = 0) {
    if (within_ms > 0) {
      waiting ??= setTimeout(markDirty, within_ms);
      return;
    }
    clearTimeout(waiting);
    waiting = undefined;
    if (handle === 0) handle = frames.request(frame);
  }

  function stop() {
    clearTimeout(waiting);
    waiting = undefined;
    if (handle !== 0) frames.cancel(handle);
    handle = 0;
    last = null;
  }

  return {
    markDirty,
    drawNow() {
      if (last !== null) return;
      stop();
      frame(frames.now());
    },
    stop,
  };
}
