/**
 * Playing, stepping and scrubbing: actions on the playhead, and what they share.
 */

import { schedule, WINDOW_MS } from "../timeline/schedule.js";
import { SPEEDS } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").StageManifest} StageManifest */

/** @param {State} state @returns {State} */
export function playToggled(state) {
  if (state.is_playing) return { ...state, is_playing: false };
  const line = scheduleOf(state);
  if (!line) return state;
  const { cell, elapsed_ms: stands } = state.playhead;
  // A map that is whole is painted anew, from its top; a looped row where it stands.
  const from = cell && state.is_looping ? elapsedAt(state, cell) : stands;
  const elapsed_ms = from >= line.duration_ms ? 0 : from;
  return {
    ...state,
    is_playing: true,
    pinned: null,
    playhead: { elapsed_ms, cell: null, term: null, since_ms: elapsed_ms },
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
  const { elapsed_ms: before } = state.playhead;
  if (state.is_looping && line.at(before).phase !== "terms") {
    return { ...state, playhead: playheadInLoop(state, line, delta_ms * state.speed) };
  }
  const elapsed_ms = Math.min(before + delta_ms * state.speed, line.duration_ms);
  const playhead = { ...state.playhead, elapsed_ms, loop_ms: undefined };
  return { ...state, is_playing: elapsed_ms < line.duration_ms, playhead };
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
 * The playhead goes to a cell: a map shown whole stays whole, else it is painted up to there.
 *
 * @param {State} state
 * @param {import("./state.js").Cell} cell
 * @returns {State}
 */
export function placedAt(state, { row, column }) {
  const line = scheduleOf(state);
  if (!line) return state;
  const isWhole = state.playhead.elapsed_ms >= line.duration_ms;
  const elapsed_ms = isWhole ? state.playhead.elapsed_ms : elapsedAt(state, { row, column });
  return { ...state, playhead: { elapsed_ms, cell: isWhole ? { row, column } : null, term: null } };
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
  if (term === all) return steppedTo(state, stepShown(state));
  return { ...state, is_playing: false, playhead: { ...state.playhead, term } };
}

/** Where a still picture opens: a telling place, right of the middle. */
const STILL_PLACE = { row: 0.53, column: 0.74 };

/**
 * The cell of a still picture: a telling one, right of the middle.
 *
 * @param {State} state
 * @returns {import("./state.js").Cell|null}
 */
export function stillCell(state) {
  const stage = selectedStage(state);
  if (!stage) return null;
  return {
    row: Math.floor(STILL_PLACE.row * stage.shape[1]),
    column: Math.floor(STILL_PLACE.column * stage.shape[2]),
  };
}

/**
 * The map shown whole with the arithmetic of one cell: the opening for whoever wants no motion.
 *
 * @param {State} state
 * @returns {State}
 */
export function openedStill(state) {
  const cell = stillCell(state);
  if (!cell) return state;
  return { ...state, playhead: { elapsed_ms: Number.MAX_SAFE_INTEGER, cell, term: null } };
}

/**
 * The place that a link or a file names: a window, a pinned cell, or both; and on from there, where
 * it asks for that and the viewer has not asked for less motion.
 *
 * @param {State} state
 * @param {import("./state.js").Opening} opening  a cell outside of the map is left out
 * @returns {State}
 */
export function openedAt(state, opening) {
  const placed = stillAt(state, opening);
  return opening.plays && !state.is_reduced ? playToggled(placed) : placed;
}

/** @param {State} state @param {import("./state.js").Opening} opening @returns {State} */
function stillAt(state, { cell, step }) {
  const stage = selectedStage(state);
  const still = openedStill(state);
  if (!stage) return still;
  const placed = step === null ? still : steppedTo(state, step);
  const isInside = cell && cell[0] < stage.shape[1] && cell[1] < stage.shape[2];
  if (!isInside) return { ...placed, pinned: null, hover: null };
  const [row, column] = cell;
  const pinned = { ...state.selection, row, column };
  const at = step === null ? placedAt({ ...still, is_playing: false }, pinned) : placed;
  return { ...at, pinned, hover: null };
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

/** @returns {import("./state.js").Playhead} */
export function playheadAtStart() {
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
 * The row of the playhead again and again, window by window, however fast the sweep would be.
 *
 * @param {State} state
 * @param {import("../timeline/schedule.js").Schedule} line
 * @param {number} delta_ms  at speed 1
 * @returns {import("./state.js").Playhead}
 */
function playheadInLoop({ run, selection, playhead }, line, delta_ms) {
  const columns = run?.stages.find(({ id }) => id === selection.stage)?.shape[2] ?? 1;
  const step = line.at(playhead.elapsed_ms).step;
  const start = step - (step % columns);
  const before = playhead.loop_ms ?? (step - start) * WINDOW_MS;
  const loop_ms = (before + delta_ms) % (columns * WINDOW_MS);
  const elapsed_ms = line.timeOf(start + Math.floor(loop_ms / WINDOW_MS));
  return { elapsed_ms, cell: null, term: null, loop_ms };
}

/**
 * The map shown whole, with the cell that stands at the same place as before.
 *
 * @param {State} state
 * @param {import("./state.js").Manifest|null} run
 * @param {State["selection"]} selection
 * @returns {import("./state.js").Playhead}
 */
export function finishedAt(state, run, selection) {
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
