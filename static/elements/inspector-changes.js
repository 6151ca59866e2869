/**
 * How controls change the recipe: one call per change, one step of the history per gesture.
 */

import { redone, undone } from "../state/actions.js";
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

/**
 * Undo and redo while the focus is in a field, unless something is half typed: then the keys
 * belong to the text.
 *
 * @param {HTMLElement} root
 * @param {import("../state/store.js").Store} store
 */
export function attachUndo(root, store) {
  root.addEventListener("keydown", (event) => {
    const { target } = event;
    const isField = target instanceof HTMLInputElement && target.type === "text";
    if (event.defaultPrevented || !isField || !(event.ctrlKey || event.metaKey)) return;
    if (target.hasAttribute("data-typing")) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    event.stopPropagation();
    store.dispatch(key === "y" || event.shiftKey ? redone : undone);
  });
}
