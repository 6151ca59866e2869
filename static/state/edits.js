/**
 * Changes that come in a stream (dragging, a key held down) and are one step of the history.
 */

import { HISTORY_LIMIT } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Recipe} Recipe */

/**
 * One change of a gesture that began at `before`: undo leads back there in one step.
 *
 * @param {State} state
 * @param {Recipe} recipe
 * @param {Recipe} before  the recipe when the gesture began
 * @returns {State}
 */
export function recipeAmended(state, recipe, before) {
  if (isSame(recipe, state.recipe)) return state;
  const isUnderWay = state.recipe !== before && state.past.at(-1) === before;
  const past = isUnderWay ? state.past : [...state.past, before].slice(-HISTORY_LIMIT);
  if (isSame(recipe, before)) return { ...state, recipe: before, past: past.slice(0, -1) };
  return { ...state, recipe, past, future: [] };
}

/** @param {Recipe} one @param {Recipe} other */
function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
