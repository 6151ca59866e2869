/**
 * Keys of the whole explorer. Single letters work only inside it, and never in a field.
 */

import { pinReleased, redone, undone } from "../state/actions.js";
import {
  finished,
  loopToggled,
  playToggled,
  rewound,
  rowStepped,
  speedChanged,
  stepped,
  termStepped,
} from "../state/playback.js";
import { SPEEDS } from "../state/state.js";
import { isTyping } from "./typing.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {Pick<import("./view.js").Commands, "openKeys"|"openShare"|"openEmbed"|"toggleTheme">} Commands */

/**
 * @param {HTMLElement} host
 * @param {Store} store
 * @param {Commands} commands
 * @param {{signal: AbortSignal, ownsPage: boolean}} life
 */
export function installKeyboard(host, store, commands, { signal, ownsPage }) {
  /** @param {KeyboardEvent} event */
  const handle = (event) => {
    if (event.defaultPrevented) return;
    if (undoKey(event, store)) event.preventDefault();
    else if (!isTyping(event) && bareKey(event, store, commands)) event.preventDefault();
  };
  host.addEventListener("keydown", handle, { signal });
  if (!ownsPage) return;
  // A button that goes away takes the focus with it; on our own page the keys go on working.
  const orphaned = (/** @type {KeyboardEvent} */ event) => {
    if (event.target === document.body) handle(event);
  };
  document.addEventListener("keydown", orphaned, { signal });
}

/** @param {KeyboardEvent} event @param {Store} store */
function undoKey(event, store) {
  if (!(event.ctrlKey || event.metaKey) || isTyping(event)) return false;
  const key = event.key.toLowerCase();
  if (key === "z") store.dispatch(event.shiftKey ? redone : undone);
  else if (key === "y") store.dispatch(redone);
  else return false;
  return true;
}

/**
 * @param {KeyboardEvent} event
 * @param {Store} store
 * @param {Commands} commands
 * @returns {boolean}  whether the key meant something
 */
function bareKey(event, store, { openKeys, openShare, openEmbed, toggleTheme }) {
  if (event.ctrlKey || event.metaKey) return false;
  const [target] = event.composedPath();
  const isButton = target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement;
  const isSlider = target instanceof HTMLInputElement;
  const direction = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (direction && !isSlider) {
    if (event.altKey) store.dispatch(termStepped, direction);
    else if (event.shiftKey) store.dispatch(rowStepped, direction);
    else store.dispatch(stepped, direction);
    return true;
  }
  if (event.altKey) return false;
  const speed = SPEEDS[Number(event.key) - 1];
  if (event.key === " " && !isButton) store.dispatch(playToggled);
  else if (event.key === "Home") store.dispatch(rewound);
  else if (event.key === "End") store.dispatch(finished);
  else if (event.key === "Escape" && store.get().pinned) store.dispatch(pinReleased);
  else if (event.key.toLowerCase() === "l") store.dispatch(loopToggled);
  else if (event.key.toLowerCase() === "t") toggleTheme();
  else if (event.key.toLowerCase() === "s") openShare();
  else if (event.key.toLowerCase() === "e") openEmbed();
  else if (event.key === "?") openKeys();
  else if (speed !== undefined) store.dispatch(speedChanged, speed);
  else return false;
  return true;
}
