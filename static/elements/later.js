/**
 * What the first picture does not need: fetched and built after it, one part at a time, with room
 * for a frame between two, so that no part makes the page wait for all of them.
 */

/** About a frame. */
const PAUSE_MS = 20;

/**
 * @param {AbortSignal} signal  nothing more is begun after it
 * @returns {{add: (part: () => Promise<void>) => void, open: () => void}}
 *   `add` keeps a part until `open` was called, and those before it are done
 */
export function createLater(signal) {
  /** @type {(() => Promise<void>)[]} */
  const parts = [];
  let isOpen = false;
  let isBusy = false;

  async function work() {
    if (!isOpen || isBusy) return;
    isBusy = true;
    try {
      for (let part = parts.shift(); part && !signal.aborted; part = parts.shift()) {
        await part();
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    } finally {
      isBusy = false;
    }
  }

  return {
    add(part) {
      parts.push(part);
      work();
    },
    open() {
      isOpen = true;
      work();
    },
  };
}
