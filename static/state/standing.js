/**
 * Where a viewer stands, and where whoever gets the scene shall stand.
 */

import { scheduleOf, stepShown } from "./playback.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").SavedScene} SavedScene */
/** @typedef {import("./state.js").SceneView} SceneView */

/**
 * @typedef {object} Standing
 * @property {number} step  window on show, from 0
 * @property {number} columns  cells in a row of its map
 * @property {boolean} is_whole  the map is painted to its end
 * @property {boolean} is_pinned
 */

/**
 * @typedef {"window"|"cell"|"start"} Start  painted up to the window on show; the whole map with
 *   that cell pinned; nothing painted yet
 */

/** @param {State} state @returns {Standing} */
export function standingOf(state) {
  const { run, selection, playhead, pinned } = state;
  const columns = run?.stages.find(({ id }) => id === selection.stage)?.shape[2] ?? 1;
  const line = scheduleOf(state);
  const own = pinned?.stage === selection.stage ? pinned : null;
  return {
    step: own ? own.row * columns + own.column : stepShown(state),
    columns,
    is_whole: line !== null && playhead.elapsed_ms >= line.duration_ms,
    is_pinned: own !== null,
  };
}

/** @param {Standing} here @returns {Start}  the one that shows what the viewer sees */
export function startAt({ step, is_whole }) {
  if (is_whole) return "cell";
  return step === 0 ? "start" : "window";
}

/**
 * @param {Start} start
 * @param {Standing} here
 * @returns {Pick<SceneView, "cell"|"step">}
 */
export function placeFor(start, { step, columns, is_pinned }) {
  /** @type {[number, number]} */
  const cell = [Math.floor(step / columns), step % columns];
  if (start === "start") return { cell: null, step: 0 };
  if (start === "window") return { cell: is_pinned ? cell : null, step };
  return { cell, step: null };
}

/**
 * The scene that a link opens: what belongs to the scene, and nothing of its viewer's taste.
 *
 * @param {SavedScene} scene  as it stands now
 * @param {Start} start
 * @param {Standing} here
 * @returns {SavedScene}
 */
export function sharedScene(scene, start, here) {
  const { theme, controls, locks, autoplay, ...view } = scene.view;
  return { ...scene, view: { ...view, ...placeFor(start, here) } };
}
