/**
 * Everything that can happen, as pure functions of the state: `(state, ...details) => state`.
 *
 * Names are sentences in the past tense. An action that would change nothing returns the same
 * object, so that the store stays silent.
 */

import {
  finishedAt,
  openedAt,
  openedStill,
  placedAt,
  playheadAtStart,
  playToggled,
} from "./playback.js";
import { HISTORY_LIMIT } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Recipe} Recipe */
/** @typedef {import("./state.js").CellRef} CellRef */
/** @typedef {import("./state.js").Problem} Problem */

/* ---- runs ------------------------------------------------------------------------------- */

/** @param {State} state @returns {State} */
export function runRequested(state) {
  return { ...state, request: { status: "loading", problem: null } };
}

/**
 * A run arrived. Playing starts again from the top; otherwise the map is shown finished, at the
 * same cell.
 *
 * @param {State} state
 * @param {import("./state.js").Manifest} run
 * @returns {State}
 */
export function runReceived(state, run) {
  const selection = validSelection(state.selection, run);
  const request = /** @type {const} */ ({ status: "ready", problem: null });
  const next = selectionMoved({ ...state, run, request, opening: null }, selection);
  if (state.opening) return openedAt({ ...next, ...viewWithin(next, run) }, state.opening);
  if (!state.run) return state.starts_alone ? playToggled(next) : openedStill(next);
  const pinned = next.pinned && isInside(run, next.pinned) ? next.pinned : null;
  const hover = state.hover && isInside(run, state.hover) ? state.hover : null;
  const playhead = state.is_playing ? playheadAtStart() : finishedAt(state, run, selection);
  return { ...next, ...viewWithin(next, run), pinned, hover, playhead };
}

/**
 * @param {State} state
 * @param {Problem} problem
 * @returns {State}
 */
export function runFailed(state, problem) {
  return { ...state, request: { status: "failed", problem } };
}

/* ---- the recipe and its history ---------------------------------------------------------- */

/**
 * @param {State} state
 * @param {Recipe} recipe
 * @returns {State}
 */
export function recipeChanged(state, recipe) {
  if (JSON.stringify(recipe) === JSON.stringify(state.recipe)) return state;
  const past = [...state.past, state.recipe].slice(-HISTORY_LIMIT);
  return { ...state, recipe, past, future: [] };
}

/**
 * Change some parameters of one stage.
 *
 * @param {State} state
 * @param {string} id
 * @param {Record<string, any>} changes
 * @returns {State}
 */
export function stageChanged(state, id, changes) {
  const stages = state.recipe.stages.map((stage) =>
    stage.id === id ? { ...stage, ...changes } : stage,
  );
  return recipeChanged(state, { ...state.recipe, stages });
}

/**
 * @param {State} state
 * @param {Partial<import("./state.js").InputRecipe>} changes
 * @returns {State}
 */
export function inputChanged(state, changes) {
  return recipeChanged(state, { ...state.recipe, input: { ...state.recipe.input, ...changes } });
}

/**
 * Take the setting that the server says would work.
 *
 * @param {State} state
 * @param {import("./state.js").Fix} fix
 * @returns {State}
 */
export function fixTaken(state, { stage, changes }) {
  return stage === "input" ? inputChanged(state, changes) : stageChanged(state, stage, changes);
}

/** @param {State} state @returns {State} */
export function undone(state) {
  const recipe = state.past.at(-1);
  if (!recipe) return state;
  const request = /** @type {const} */ ({ status: "idle", problem: null });
  const future = [state.recipe, ...state.future];
  return { ...state, recipe, past: state.past.slice(0, -1), future, request };
}

/** @param {State} state @returns {State} */
export function redone(state) {
  const [recipe, ...future] = state.future;
  return recipe ? { ...state, recipe, past: [...state.past, state.recipe], future } : state;
}

/* ---- selection --------------------------------------------------------------------------- */

/**
 * @param {State} state
 * @param {string} stage
 * @param {number} map
 * @returns {State}
 */
export function mapSelected(state, stage, map) {
  const { selection } = state;
  if (selection.stage === stage && selection.map === map) return state;
  const next = selectionMoved(state, { stage, map });
  if (selection.stage === stage) return next;
  const playhead = sameShape(state, selection.stage, stage)
    ? { ...state.playhead, term: null }
    : state.is_playing
      ? playheadAtStart()
      : finishedAt(state, state.run, next.selection);
  return { ...next, playhead };
}

/**
 * What was opened, chosen or pinned on the bench belongs to its stage, and goes with it.
 *
 * @param {State} state
 * @param {State["selection"]} selection
 * @returns {State}
 */
function selectionMoved(state, selection) {
  const moved = { ...state, selection, focus_term: null };
  if (selection.stage === state.selection.stage) return moved;
  return { ...moved, open_row: null, lens: "colour", pinned: null };
}

/**
 * The opened row and the lens, unless the run has no such input map any more.
 *
 * @param {State} state
 * @param {import("./state.js").Manifest} run
 */
function viewWithin({ selection, open_row, lens }, run) {
  const stage = run.stages.find(({ id }) => id === selection.stage);
  const reads = stage?.maps[selection.map]?.sources.length ?? 0;
  const has = (/** @type {number} */ place) => place < reads;
  return {
    open_row: open_row !== null && has(open_row) ? open_row : null,
    lens: lens !== "colour" && has(Number(lens)) ? lens : "colour",
  };
}

/** @param {State} state @param {number|null} row @returns {State} */
export function rowOpened(state, row) {
  return state.open_row === row ? state : { ...state, open_row: row, focus_term: null };
}

/** @param {State} state @param {string} lens @returns {State} */
export function lensChanged(state, lens) {
  return state.lens === lens ? state : { ...state, lens };
}

/** @param {State} state @param {number|null} term @returns {State} */
export function termFocused(state, term) {
  return state.focus_term === term ? state : { ...state, focus_term: term };
}

/** @param {State} state @param {string|null} emphasis @returns {State} */
export function wordEmphasised(state, emphasis) {
  return state.emphasis === emphasis ? state : { ...state, emphasis };
}

/** @param {State} state @param {State["scale"]} scale @returns {State} */
export function scaleChanged(state, scale) {
  return { ...state, scale };
}

/* ---- cells under the pointer ------------------------------------------------------------- */

/** @param {State} state @param {CellRef|null} hover @returns {State} */
export function cellHovered(state, hover) {
  return sameCell(state.hover, hover) ? state : { ...state, hover };
}

/**
 * Pin a cell (or release it when it is pinned already). Pauses; the playhead goes there.
 *
 * @param {State} state
 * @param {CellRef} cell
 * @returns {State}
 */
export function cellPinned(state, cell) {
  if (sameCell(state.pinned, cell)) return pinReleased(state);
  const next = { ...state, pinned: cell, is_playing: false };
  const { stage, map } = state.selection;
  return cell.stage === stage && cell.map === map ? placedAt(next, cell) : next;
}

/** @param {State} state @returns {State} */
export function pinReleased(state) {
  return state.pinned ? { ...state, pinned: null } : state;
}

/* ---- the page ---------------------------------------------------------------------------- */

/** @param {State} state @param {State["theme"]} theme @returns {State} */
export function themeChanged(state, theme) {
  return { ...state, theme };
}

/**
 * From what is on show to its opposite.
 *
 * @param {State} state
 * @param {boolean} is_system_dark  what "auto" comes to
 * @returns {State}
 */
export function themeToggled(state, is_system_dark) {
  const isDark = state.theme === "auto" ? is_system_dark : state.theme === "dark";
  return themeChanged(state, isDark ? "light" : "dark");
}

/** @param {State} state @param {boolean} is_reduced @returns {State} */
export function motionChanged(state, is_reduced) {
  return { ...state, is_reduced, is_playing: state.is_playing && !is_reduced };
}

/* ---- pictures ---------------------------------------------------------------------------- */

/** @param {State} state @param {string} name @returns {State} */
export function uploadStarted(state, name) {
  return { ...state, sending: { status: "sending", problem: null, name } };
}

/**
 * @param {State} state
 * @param {import("./state.js").Picture} picture
 * @param {Recipe} recipe  that reads it
 * @returns {State}
 */
export function uploadAccepted(state, picture, recipe) {
  const isShown = state.upload?.id === state.run?.recipe.input.image;
  const next = {
    ...state,
    upload: picture,
    upload_before: isShown ? state.upload : state.upload_before,
    sending: /** @type {const} */ ({ status: "idle", problem: null, name: "" }),
  };
  return recipeChanged(next, recipe);
}

/** @param {State} state @param {Problem} problem @returns {State} */
export function uploadRefused(state, problem) {
  return { ...state, sending: { ...state.sending, status: "failed", problem } };
}

/** @param {State} state @returns {State} */
export function uploadForgotten(state) {
  return { ...state, sending: { status: "idle", problem: null, name: "" } };
}

/* ---- what the actions share -------------------------------------------------------------- */

/** @param {State} state @param {string} first @param {string} second */
function sameShape({ run }, first, second) {
  const [one, other] = [first, second].map((id) => run?.stages.find((stage) => stage.id === id));
  return Boolean(one && other && String(one.shape) === String(other.shape) && one.op === other.op);
}

/**
 * @param {State["selection"]} selection
 * @param {import("./state.js").Manifest} run
 */
function validSelection(selection, run) {
  const stage =
    run.stages.find((candidate) => candidate.id === selection.stage) ??
    run.stages[1] ??
    run.stages[0];
  return { stage: stage.id, map: Math.min(selection.map, stage.maps.length - 1) };
}

/** @param {import("./state.js").Manifest} run @param {CellRef} ref */
function isInside(run, { stage, map, row, column }) {
  const shape = run.stages.find((candidate) => candidate.id === stage)?.shape;
  return Boolean(shape && map < shape[0] && row < shape[1] && column < shape[2]);
}

/** @param {CellRef|null} one @param {CellRef|null} other */
function sameCell(one, other) {
  if (!one || !other) return one === other;
  return (
    one.stage === other.stage &&
    one.map === other.map &&
    one.row === other.row &&
    one.column === other.column
  );
}
