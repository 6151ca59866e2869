/**
 * Whether a view lies inside the maps of a run; `app/scenes/view.py` asks the same before it.
 */

import { count } from "../describe/numbers.js";

/** @typedef {import("./state.js").SceneView} SceneView */

/**
 * Let go of what lies outside.
 *
 * @param {SceneView & {stage: string, map: number}} view
 * @param {{id: string, shape: [number, number, number]}[]} stages  of a run, the input first
 * @returns {{view: SceneView, notes: string[]}}  notes: sentences about what cannot be shown
 */
export function fitView(view, stages) {
  const fitted = { ...view };
  const notes = [];
  const known = stages.find(({ id }) => id === view.stage);
  const shown = known ?? stages[1] ?? stages[0];
  if (!known) {
    fitted.stage = shown.id;
    notes.push(`There is no stage ${view.stage}. ${shown.id} is shown.`);
  }
  const { id, shape } = shown;
  const [channels, rows, columns] = shape;
  if (view.map >= channels) {
    fitted.map = channels - 1;
    notes.push(
      `Map ${view.map + 1} is not there: ${id} has ${counted(channels, "map")}. ` +
        `Map ${channels} is shown.`,
    );
  }
  const { cell = null, step = null } = view;
  if (cell && (cell[0] >= rows || cell[1] >= columns)) {
    fitted.cell = null;
    notes.push(
      `Cell ${cell[0] + 1},${cell[1] + 1} lies outside ${id}, whose maps have ${rows} × ` +
        `${columns} cells. No cell is pinned.`,
    );
  }
  if (step !== null && step >= rows * columns) {
    fitted.step = null;
    notes.push(
      `Step ${count(step + 1)} is not there: ${id} has ${counted(rows * columns, "window")}. ` +
        "The map is shown whole.",
    );
  }
  return { view: fitted, notes };
}

/** @param {number} number @param {string} noun */
function counted(number, noun) {
  return `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
}
