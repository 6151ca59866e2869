/**
 * A button that steps once at a press, and again and again while it is held.
 */

/** @typedef {import("./number-field.js").Phase} Phase */

const WAIT_MS = 300;
const EVERY_MS = 60;

/**
 * @param {HTMLElement} button
 * @param {(phase: Phase) => void} step  "begin" and "continue" while held: one step of the history
 */
export function holdToRepeat(button, step) {
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  let isHeld = false;

  const stop = () => clearTimeout(timer);

  /** @param {Phase} phase */
  function repeat(phase) {
    isHeld = true;
    step(phase);
    timer = setTimeout(() => button.isConnected && repeat("continue"), EVERY_MS);
  }

  button.addEventListener("pointerdown", (event) => {
    stop();
    isHeld = false;
    if (event.button === 0) timer = setTimeout(() => repeat("begin"), WAIT_MS);
  });
  for (const type of ["pointerup", "pointercancel", "pointerleave", "blur"]) {
    button.addEventListener(type, stop);
  }
  button.addEventListener("contextmenu", (event) => isHeld && event.preventDefault());
  // A press that was held has stepped already.
  button.addEventListener("click", () => {
    stop();
    if (!isHeld) step("single");
    isHeld = false;
  });
}
