/**
 * Scenes that travel: what is on show as one, and one that is opened.
 */

import { recipeChanged, runReceived } from "./actions.js";
import { scheduleOf, stepShown, stillCell } from "./playback.js";
import { inputColorChanged } from "./recipe.js";
import { completeView } from "./scene-shape.js";
import { openingOf } from "./state.js";
import { fitView } from "./view-fit.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Recipe} Recipe */
/** @typedef {import("./state.js").SavedScene} SavedScene */
/** @typedef {import("./state.js").SceneView} SceneView */

/** Ids of uploads are hashes; samples have names. */
const UPLOAD_ID = /^[0-9a-f]{64}$/;
/** What takes the place of an upload that has always been there. */
const FIRST_PICTURE = { image: "coffee" };

/**
 * What is on show, as it is: also with a picture that only this page has.
 *
 * @param {State} state
 * @returns {SavedScene}
 */
export function sceneOnShow(state) {
  return { version: 1, recipe: state.recipe, view: viewOnShow(state) };
}

/**
 * What is on show, as it can be sent to others.
 *
 * @param {State} state
 * @returns {{scene: SavedScene, leftOut: string[]}}  leftOut: titles of what cannot be sent
 */
export function savedSceneOf(state) {
  const scene = sceneOnShow(state);
  if (!readsUpload(state.recipe)) return { scene, leftOut: [] };
  const { upload } = state;
  const title = upload?.id === state.recipe.input.image ? upload.title : "your own picture";
  return { scene: { ...scene, recipe: withoutUpload(state) }, leftOut: [title] };
}

/** @param {Recipe} recipe  whether it reads a picture that no address can name */
export function readsUpload({ input: { image } }) {
  return typeof image === "string" && UPLOAD_ID.test(image);
}

/**
 * The recipe with the picture that was there before the viewer's own.
 *
 * @param {State} state
 * @returns {Recipe}
 */
function withoutUpload({ recipe, past }) {
  const before = past.findLast(({ input }) => !UPLOAD_ID.test(input.image ?? ""));
  const { image, color = "rgb" } = { color: undefined, ...FIRST_PICTURE, ...before?.input };
  const input = { ...recipe.input, image: image ?? FIRST_PICTURE.image };
  return inputColorChanged({ ...recipe, input }, color);
}

/** @param {State} state @returns {SceneView} */
function viewOnShow(state) {
  const { selection, speed, theme, controls, locks } = state;
  return {
    ...selection,
    ...placeOnShow(state),
    speed,
    theme,
    controls,
    ...(locks.length > 0 ? { locks } : {}),
  };
}

/**
 * The pinned cell, and the window at which the animation stands; a cell looked at on a map that is
 * whole counts as pinned, except where a map opens by itself.
 *
 * @param {State} state
 * @returns {{cell: [number, number]|null, step: number|null}}
 */
function placeOnShow(state) {
  const { opening, selection, pinned, playhead } = state;
  if (opening) return { cell: opening.cell, step: opening.step };
  const line = scheduleOf(state);
  if (!line) return { cell: null, step: null };
  const isWhole = playhead.elapsed_ms >= line.duration_ms;
  const step = isWhole ? null : stepShown(state);
  const own = pinned?.stage === selection.stage ? pinned : null;
  const looked = isWhole && !isStill(state) ? playhead.cell : null;
  const cell = own ?? looked;
  return { cell: cell ? [cell.row, cell.column] : null, step };
}

/** @param {State} state */
function isStill(state) {
  const { cell } = state.playhead;
  const still = stillCell(state);
  return cell?.row === still?.row && cell?.column === still?.column;
}

/**
 * A scene was opened: from a link, a file, or by the page around. Undo brings back the recipe that
 * was there.
 *
 * @param {State} state
 * @param {SavedScene} scene
 * @returns {State}
 */
export function sceneOpened(state, { recipe, view }) {
  const { stage, map, speed, theme, controls, locks, autoplay } = view;
  const first = recipe.stages[0]?.id ?? "input";
  // Before the first run there is nothing to go back to.
  const changed = state.run ? recipeChanged(state, recipe) : { ...state, recipe };
  const isPlaying = autoplay === true && !state.is_reduced;
  /** @type {State} */
  const next = {
    ...changed,
    selection: { stage: stage ?? first, map: map ?? 0 },
    opening: openingOf(view) ?? (state.run && !isPlaying ? { cell: null, step: null } : null),
    is_playing: Boolean(state.run) && isPlaying,
    starts_alone: state.run || autoplay === undefined ? state.starts_alone : isPlaying,
    speed: speed ?? state.speed,
    theme: theme ?? state.theme,
    controls: controls ?? state.controls,
    locks: locks ?? state.locks,
    open_row: null,
    lens: "colour",
    pinned: null,
    hover: null,
    focus_term: null,
    emphasis: null,
  };
  const isHere = next.recipe === state.recipe && state.request.status === "ready";
  return isHere && state.run ? runReceived(next, state.run) : next;
}

/**
 * What of a scene that was just opened lies outside of its run, in sentences; nothing yet while the
 * run is on its way.
 *
 * @param {State} state
 * @param {SavedScene} scene
 * @returns {string[]}
 */
export function notesOnView({ run, opening, request }, { recipe, view }) {
  if (!run || opening || request.status !== "ready") return [];
  return fitView(completeView(recipe, view), run.stages).notes;
}
