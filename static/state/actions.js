/**
 * Everything that can happen, as pure functions of the state: `(state, ...details) => state`.
 *
 * Names are sentences in the past tense. An action that would change nothing returns the same
 * object, so that the store stays silent.
 */

import { schedule } from "../timeline/schedule.js";
import { HISTORY_LIMIT, SPEEDS } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Recipe} Recipe */
/** @typedef {import("./state.js").Filter} Filter */
/** @typedef {import("./state.js").CellRef} CellRef */
/** @typedef {import("./state.js").Problem} Problem */
/** @typedef {import("./state.js").StageManifest} StageManifest */

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
  const before = state.run;
  const selection = validSelection(state.selection, run);
  const next = {
    ...state,
    run,
    selection,
    request: /** @type {const} */ ({ status: "ready", problem: null }),
  };
  if (!before) return next;
  const pinned = state.pinned && isInside(run, state.pinned) ? state.pinned : null;
  const hover = state.hover && isInside(run, state.hover) ? state.hover : null;
  const playhead = state.is_playing ? playheadAtStart() : finishedAt(state, run, selection);
  return { ...next, pinned, hover, playhead };
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

/**
 * @param {State} state
 * @param {string} id  conv stage
 * @param {number} index
 * @param {Filter} filter
 * @returns {State}
 */
export function filterChanged(state, id, index, filter) {
  const stage = state.recipe.stages.find((candidate) => candidate.id === id);
  const filters = stage?.filters?.map((old, place) => (place === index ? filter : old));
  return filters ? stageChanged(state, id, { filters }) : state;
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
  const next = { ...state, selection: { stage, map }, focus_term: null };
  if (selection.stage === stage) return next;
  const playhead = sameShape(state, selection.stage, stage)
    ? { ...state.playhead, term: null }
    : state.is_playing
      ? playheadAtStart()
      : finishedAt(state, state.run, next.selection);
  return { ...next, open_row: null, lens: "colour", pinned: null, playhead };
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
  if (cell.stage !== stage || cell.map !== map || !state.run) return next;
  return {
    ...next,
    playhead: { ...state.playhead, cell: { row: cell.row, column: cell.column }, term: null },
  };
}

/** @param {State} state @returns {State} */
export function pinReleased(state) {
  return state.pinned ? { ...state, pinned: null } : state;
}

/* ---- playing ----------------------------------------------------------------------------- */

/** @param {State} state @returns {State} */
export function playToggled(state) {
  if (state.is_playing) return { ...state, is_playing: false };
  const line = scheduleOf(state);
  if (!line) return state;
  const from = state.playhead.cell
    ? elapsedAt(state, state.playhead.cell)
    : state.playhead.elapsed_ms;
  const elapsed_ms = from >= line.duration_ms ? 0 : from;
  return {
    ...state,
    is_playing: true,
    pinned: null,
    playhead: { elapsed_ms, cell: null, term: null },
  };
}

/**
 * Time went by while playing.
 *
 * @param {State} state
 * @param {number} delta_ms  of the wall clock
 * @returns {State}
 */
export function timePassed(state, delta_ms) {
  const line = scheduleOf(state);
  if (!line || !state.is_playing || delta_ms <= 0) return state;
  const before = state.playhead.elapsed_ms;
  let elapsed_ms = before + delta_ms * state.speed;
  if (state.is_looping) elapsed_ms = loopRow(state, before, elapsed_ms);
  const isOver = elapsed_ms >= line.duration_ms;
  return {
    ...state,
    is_playing: !isOver,
    playhead: { elapsed_ms: Math.min(elapsed_ms, line.duration_ms), cell: null, term: null },
  };
}

/**
 * Move by whole windows; what is stepped over is painted.
 *
 * @param {State} state
 * @param {number} windows
 * @returns {State}
 */
export function stepped(state, windows) {
  return steppedTo(state, stepShown(state) + windows);
}

/** @param {State} state @param {number} rows @returns {State} */
export function rowStepped(state, rows) {
  const stage = selectedStage(state);
  return stage ? stepped(state, rows * stage.shape[2]) : state;
}

/**
 * @param {State} state
 * @param {number} step  window, counted from 0; clamped
 * @returns {State}
 */
export function steppedTo(state, step) {
  const line = scheduleOf(state);
  if (!line) return state;
  const target = Math.max(0, Math.min(line.steps - 1, step));
  const playhead = { elapsed_ms: line.timeOf(target), cell: null, term: null };
  return { ...state, is_playing: false, pinned: null, playhead };
}

/**
 * Reveal one term more or less of the window on show.
 *
 * @param {State} state
 * @param {number} terms
 * @returns {State}
 */
export function termStepped(state, terms) {
  const stage = selectedStage(state);
  if (!stage) return state;
  const all = termsOf(stage);
  const shown = state.playhead.term ?? (terms > 0 ? 0 : all);
  const term = Math.max(0, Math.min(all, shown + terms));
  return {
    ...state,
    is_playing: false,
    playhead: { ...state.playhead, term: term === all ? null : term },
  };
}

/** Where a still picture opens: a telling place, right of the middle. */
const STILL_PLACE = { row: 0.53, column: 0.74 };

/**
 * The map shown whole with the arithmetic of one cell: the opening for whoever wants no motion.
 *
 * @param {State} state
 * @returns {State}
 */
export function openedStill(state) {
  const stage = selectedStage(state);
  if (!stage) return state;
  const cell = {
    row: Math.floor(STILL_PLACE.row * stage.shape[1]),
    column: Math.floor(STILL_PLACE.column * stage.shape[2]),
  };
  return { ...state, playhead: { elapsed_ms: Number.MAX_SAFE_INTEGER, cell, term: null } };
}

/** @param {State} state @returns {State} */
export function rewound(state) {
  return { ...state, pinned: null, playhead: playheadAtStart() };
}

/** @param {State} state @returns {State} */
export function finished(state) {
  const line = scheduleOf(state);
  return line ? steppedTo(state, line.steps - 1) : state;
}

/** @param {State} state @returns {State} */
export function loopToggled(state) {
  return { ...state, is_looping: !state.is_looping };
}

/** @param {State} state @param {number} speed  one of SPEEDS @returns {State} */
export function speedChanged(state, speed) {
  return SPEEDS.some((known) => known === speed) ? { ...state, speed } : state;
}

/* ---- the page ---------------------------------------------------------------------------- */

/** @param {State} state @param {State["theme"]} theme @returns {State} */
export function themeChanged(state, theme) {
  return { ...state, theme };
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
 * @returns {State}
 */
export function uploadAccepted(state, picture) {
  const next = {
    ...state,
    upload: picture,
    sending: /** @type {const} */ ({ status: "idle", problem: null, name: "" }),
  };
  return inputChanged(next, { image: picture.id });
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

/** @returns {import("./state.js").Playhead} */
function playheadAtStart() {
  return { elapsed_ms: 0, cell: null, term: null };
}

/** @param {State} state @returns {StageManifest|null} */
function selectedStage({ run, selection }) {
  return run?.stages.find((stage) => stage.id === selection.stage) ?? null;
}

/**
 * How many terms make one cell of a stage.
 *
 * @param {StageManifest} stage
 */
export function termsOf(stage) {
  const [rows, columns] = stage.output_size
    ? [stage.output_size.rows.kernel_size, stage.output_size.columns.kernel_size]
    : [1, 1];
  const reads = stage.maps[0]?.sources.length ?? 1;
  return Math.max(1, rows * columns * Math.max(1, reads));
}

/** @param {State} state */
export function scheduleOf(state) {
  const stage = selectedStage(state);
  if (!stage) return null;
  const [, rows, columns] = stage.shape;
  return schedule({
    rows,
    columns,
    terms: termsOf(stage),
    channels: stage.maps[0]?.sources.length ?? 1,
  });
}

/** @param {State} state */
export function stepShown(state) {
  const stage = selectedStage(state);
  const { cell, elapsed_ms } = state.playhead;
  if (cell && stage) return cell.row * stage.shape[2] + cell.column;
  return scheduleOf(state)?.at(elapsed_ms).step ?? 0;
}

/** @param {State} state @param {import("./state.js").Cell} cell */
function elapsedAt(state, { row, column }) {
  const stage = selectedStage(state);
  return stage ? (scheduleOf(state)?.timeOf(row * stage.shape[2] + column) ?? 0) : 0;
}

/**
 * @param {State} state
 * @param {number} before
 * @param {number} after
 */
function loopRow(state, before, after) {
  const stage = selectedStage(state);
  const line = scheduleOf(state);
  if (!stage || !line) return after;
  const columns = stage.shape[2];
  const row = Math.floor(line.at(before).step / columns);
  const end = row * columns + columns - 1;
  return line.at(after).step >= end && after > line.timeOf(end)
    ? line.timeOf(row * columns)
    : after;
}

/**
 * The map shown whole, with the cell that stands at the same place as before.
 *
 * @param {State} state
 * @param {import("./state.js").Manifest|null} run
 * @param {State["selection"]} selection
 * @returns {import("./state.js").Playhead}
 */
function finishedAt(state, run, selection) {
  const before = selectedStage(state);
  const after = run?.stages.find((stage) => stage.id === selection.stage);
  if (!before || !after) return playheadAtStart();
  const step = stepShown(state);
  const [, rows, columns] = before.shape;
  const place = { row: Math.floor(step / columns), column: step % columns };
  const cell = {
    row: Math.min(after.shape[1] - 1, Math.floor(((place.row + 0.5) * after.shape[1]) / rows)),
    column: Math.min(
      after.shape[2] - 1,
      Math.floor(((place.column + 0.5) * after.shape[2]) / columns),
    ),
  };
  const elapsed_ms = Number.MAX_SAFE_INTEGER;
  return { elapsed_ms, cell, term: null };
}

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
