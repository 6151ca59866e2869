/**
 * Recipes and scenes that come from files: anything may be in them.
 */

import { SPEEDS } from "./state.js";

/** @typedef {import("./state.js").SceneView} SceneView */
/** @typedef {import("./state.js").Manifest} Manifest */

/** Why a file is not opened, in a sentence. */
export class SceneFileError extends Error {}

/** Deeper than any recipe: pixels and weights are four lists deep. */
const MOST_DEPTH = 24;
const MOST_STAGES = 256;

/**
 * @param {string} text
 * @returns {{recipe: Record<string, any>, view: Record<string, unknown>}}
 * @throws {SceneFileError}
 */
export function readSceneText(text) {
  const data = parsed(text);
  if (!isObject(data)) throw new SceneFileError(`${HINT} This file has something else in it.`);
  const isScene = isObject(data.recipe);
  const recipe = /** @type {Record<string, any>} */ (isScene ? data.recipe : data);
  const version = isScene ? (data.version ?? 1) : (recipe.version ?? 1);
  if (version !== 1) {
    throw new SceneFileError(`Its version is ${shown(version)}; this Kernelscope reads version 1.`);
  }
  if (!isObject(recipe.input) || !Array.isArray(recipe.stages)) {
    throw new SceneFileError(`${HINT} This file has no “input” with “stages”.`);
  }
  if (recipe.stages.length > MOST_STAGES) {
    throw new SceneFileError(`It has ${recipe.stages.length} stages, which are too many.`);
  }
  return { recipe, view: isScene && isObject(data.view) ? data.view : {} };
}

const HINT = "A recipe is JSON, as “Recipe” under “Take it home” saves it.";

/**
 * @param {string} text
 * @returns {unknown}
 */
function parsed(text) {
  if (depthOf(text) > MOST_DEPTH) {
    throw new SceneFileError("Its lists are nested deeper than in any recipe.");
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    throw new SceneFileError(`${HINT} This file is not JSON.`);
  }
}

/**
 * How deep brackets are nested, strings left out; counting ends where it is too deep.
 *
 * @param {string} text
 */
function depthOf(text) {
  let [depth, most, isText] = [0, 0, false];
  for (let index = 0; index < text.length && most <= MOST_DEPTH; index += 1) {
    const code = text.charCodeAt(index);
    if (isText) {
      if (code === BACKSLASH) index += 1;
      else if (code === QUOTE) isText = false;
    } else if (code === QUOTE) isText = true;
    else if (code === LIST || code === OBJECT) {
      depth += 1;
      most = Math.max(most, depth);
    } else if (code === LIST + 2 || code === OBJECT + 2) depth -= 1;
  }
  return most;
}

const [QUOTE, BACKSLASH, LIST, OBJECT] = [34, 92, 91, 123];

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param {unknown} value */
function shown(value) {
  return JSON.stringify(value)?.slice(0, 40) ?? "unknown";
}

/**
 * Of a view only what the run has; the rest falls back to where one stands anyway.
 *
 * @param {Record<string, unknown>} view
 * @param {Manifest} run
 * @returns {SceneView}
 */
export function viewWithin(view, run) {
  const stage = run.stages.find(({ id, kind }) => id === view.stage && kind !== "input");
  const at = stage ?? run.stages[1];
  /** @type {SceneView} */
  const kept = {};
  if (stage) kept.stage = stage.id;
  if (stage && isIndex(view.map, stage.maps.length)) kept.map = view.map;
  if (at && stage) {
    const [, rows, columns] = at.shape;
    const cell = Array.isArray(view.cell) ? view.cell : [];
    const [row, column] = cell;
    if (cell.length === 2 && isIndex(row, rows) && isIndex(column, columns))
      kept.cell = [row, column];
    if (isIndex(view.step, rows * columns)) kept.step = view.step;
  }
  if (SPEEDS.some((speed) => speed === view.speed)) kept.speed = Number(view.speed);
  return kept;
}

/**
 * @param {unknown} value
 * @param {number} end
 * @returns {value is number}
 */
function isIndex(value, end) {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < end;
}
