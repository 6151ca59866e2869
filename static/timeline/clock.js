/**
 * The loop that sleeps: one animation frame per change, and frames in a row only while playing.
 */

/** @typedef {{request: (callback: (now: number) => void) => number, cancel: (handle: number) => void}} Frames */

/**
 * @param {Frames} frames  requestAnimationFrame and cancelAnimationFrame, or a test's own
 * @param {(delta_ms: number) => boolean} draw  draws one frame; true = more is coming
 * @returns {{markDirty: () => void, stop: () => void}}
 */
export function createClock(frames, draw) {
  let handle = 0;
  /** @type {number|null} */
  let last = null;

  /** @param {number} now */
  function frame(now) {
    handle = 0;
    const delta = last === null ? 0 : now - last;
    const goesOn = draw(Math.min(delta, 100));
    last = goesOn ? now : null;
    if (goesOn) markDirty();
  }

  function markDirty() {
    if (handle === 0) handle = frames.request(frame);
  }

  return {
    markDirty,
    stop() {
      if (handle !== 0) frames.cancel(handle);
      handle = 0;
      last = null;
    },
  };
}
