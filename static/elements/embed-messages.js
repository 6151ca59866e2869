/**
 * An embed's side of the conversation with the page around it.
 *
 * Every message is an object `{kernelscope: 1, type, ...}`. The host may send `hello`, `getState`,
 * `setState` (with `state`), `play`, `pause` and `step` (with `windows`), each with an `id`, and is
 * answered `{type: "answer", id, state}`, with `notes` where a value could not be used, or with
 * `error`. Unasked it is told `ready`, `statechange`, `step` and the height. A state is an object
 * of address parameters; rows, columns and steps count from 1, as there and on the screen. A host
 * may also say what it looks like, `{type: "around", around: "light"|"dark"}`: that is what the
 * theme auto comes to. Whoever is not the page around this frame is not listened to.
 */

import { installHeight } from "./embed-height.js";

/** @typedef {Record<string, string>} Values  address parameters and their values */
/**
 * @typedef {object} Speaker  What the conversation needs of the element.
 * @property {() => Promise<Values>} getState
 * @property {(values: Record<string, unknown>) => Promise<string[]>} setState  gives notes
 * @property {() => void} play
 * @property {() => void} pause
 * @property {(windows: number) => void} step
 * @property {import("../state/state.js").State|null} state
 */

/**
 * @typedef {object} Command  What a host asks for.
 * @property {"hello"|"getState"|"setState"|"play"|"pause"|"step"} type
 * @property {string|number|null} id  given back with the answer; null = none is wanted
 * @property {unknown} state
 * @property {unknown} windows
 */

const TYPES = /** @type {const} */ (["hello", "getState", "setState", "play", "pause", "step"]);
const MAX_ID_LETTERS = 200;
const MAX_WINDOWS = 1_000_000_000;
/** Changes that follow each other so soon are told once, as for a field that is typed in. */
const REST_MS = 120;

/**
 * Understand a message.
 *
 * @param {unknown} data  anything at all
 * @returns {Command|null}  null for what is not meant for us
 */
export function readCommand(data) {
  if (typeof data !== "object" || data === null) return null;
  const { kernelscope, type, id, state, windows } = /** @type {Record<string, unknown>} */ (data);
  const known = TYPES.find((name) => name === type);
  if (kernelscope !== 1 || !known) return null;
  const isId =
    Number.isFinite(id) || (typeof id === "string" && id.length > 0 && id.length <= MAX_ID_LETTERS);
  return { type: known, id: isId ? /** @type {string|number} */ (id) : null, state, windows };
}

/**
 * Do what a host asks for, and give the answer.
 *
 * @param {Command} command
 * @param {Speaker} speaker
 * @returns {Promise<object>}  never rejects
 */
export async function obey(command, speaker) {
  const { type, id } = command;
  try {
    const notes = await carryOut(command, speaker);
    const state = await speaker.getState();
    const more = notes.length > 0 ? { notes } : {};
    return { kernelscope: 1, type: "answer", id, state, ...more };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { kernelscope: 1, type: "answer", id, error: `${type}: ${detail}` };
  }
}

/**
 * @param {Command} command
 * @param {Speaker} speaker
 * @returns {Promise<string[]>}  notes
 */
async function carryOut({ type, state, windows = 1 }, speaker) {
  if (type === "setState") {
    if (!isPlain(state)) {
      throw new TypeError(
        'state must be an object of address parameters, such as {image: "camera", stride: "2"}',
      );
    }
    return speaker.setState(state);
  }
  if (type === "play") speaker.play();
  if (type === "pause") speaker.pause();
  if (type === "step") {
    if (!Number.isInteger(windows) || Math.abs(Number(windows)) > MAX_WINDOWS) {
      throw new TypeError("windows must be a whole number, such as 1, or -1 to go back");
    }
    speaker.step(Number(windows));
  }
  return [];
}

/**
 * What the page around says it looks like.
 *
 * @param {unknown} data  of a message; anything at all
 * @returns {"light"|"dark"|null}  null for what does not say it
 */
export function readAround(data) {
  if (typeof data !== "object" || data === null) return null;
  const { kernelscope, type, around } = /** @type {Record<string, unknown>} */ (data);
  if (kernelscope !== 1 || type !== "around") return null;
  return around === "light" || around === "dark" ? around : null;
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
function isPlain(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Talk with the page around, as long as the element lives.
 *
 * @param {HTMLElement & Speaker} element
 * @param {{isDrawn: boolean, signal: AbortSignal}} options  `isDrawn`: its first picture is there
 */
export function installMessages(element, { isDrawn, signal }) {
  const host = window.parent;
  if (host === window) return;
  // Any page may frame an embed, and what it says is in its address or on its face.
  const post = (/** @type {object|string} */ message) => host.postMessage(message, "*");
  const height = installHeight(document.body, post, signal);
  /** Commands take their turns, so that a state asked for is that after the command before. */
  let turn = Promise.resolve();
  /** @type {number|undefined} */
  let resting;

  /** As a reader counts. @param {{row: number, column: number}} cell  counted from 0 */
  const place = ({ row, column }) => {
    const { run, selection } = element.state ?? {};
    const columns = run?.stages.find(({ id }) => id === selection?.stage)?.shape[2] ?? 1;
    return { row: row + 1, column: column + 1, step: row * columns + column + 1 };
  };

  const tellState = (/** @type {"ready"|"statechange"} */ type) => {
    turn = turn.then(async () => {
      if (signal.aborted) return;
      const state = await element.getState().catch(() => null);
      if (state) post({ kernelscope: 1, type, state });
    });
  };

  addEventListener(
    "message",
    ({ source, data }) => {
      if (source !== host) return;
      height.receive(data);
      const around = readAround(data);
      if (around) element.setAttribute("around", around);
      const command = readCommand(data);
      if (!command) return;
      turn = turn.then(async () => {
        const answer = await obey(command, element);
        if (command.id !== null) post(answer);
      });
      if (command.type !== "hello") return;
      height.tellAgain();
      if (isDrawn) tellState("ready");
    },
    { signal },
  );
  element.addEventListener(
    "ready",
    () => {
      isDrawn = true;
      tellState("ready");
    },
    { signal },
  );
  element.addEventListener(
    "state-change",
    () => {
      clearTimeout(resting);
      resting = setTimeout(() => tellState("statechange"), REST_MS);
    },
    { signal },
  );
  element.addEventListener(
    "step-change",
    (event) => {
      post({ kernelscope: 1, type: "step", ...place(/** @type {CustomEvent} */ (event).detail) });
    },
    { signal },
  );
  signal.addEventListener("abort", () => clearTimeout(resting));
  if (isDrawn) tellState("ready");
}
