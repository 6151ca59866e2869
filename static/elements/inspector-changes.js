/**
 * How controls change the recipe: one call per change, one step of the history per gesture.
 */

import { recipeAmended } from "../state/edits.js";

/** @typedef {import("../state/state.js").Recipe} Recipe */
/** @typedef {import("./number-field.js").Phase} Phase */
/** @typedef {(change: (recipe: Recipe) => Recipe, phase?: Phase) => void} Apply */

/**
 * @param {import("../state/store.js").Store} store
 * @returns {Apply}
 */
export function createApply(store) {
  /** @type {Recipe|null} */
  let before = null;
  return (change, phase = "single") => {
    const { recipe } = store.get();
    if (phase !== "continue" || !before) before = recipe;
    store.dispatch(recipeAmended, change(recipe), before);
  };
}
