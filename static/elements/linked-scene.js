/**
 * The scene that a link brings along behind its `#`: weights, pipeline and pixels of its own.
 */

import { fetchBundle, fetchRun, ProblemError } from "../api/client.js";
import { readAddress } from "../state/address.js";
import { completeView } from "../state/scene-shape.js";
import { fitView } from "../state/view-fit.js";

/** @typedef {import("./view.js").Boot} Boot */
/** @typedef {import("../state/state.js").SavedScene} SavedScene */
/** @typedef {import("../api/client.js").Bundle} Bundle */

/**
 * Read the whole address of the page.
 *
 * @param {Boot} boot
 * @param {Pick<Location, "search"|"hash">} location
 * @returns {Promise<import("../state/address-reading.js").Reading>}
 */
export function readLinkedScene(boot, { search, hash }) {
  return readAddress({ search, hash }, boot);
}

/**
 * The first run of a linked scene; where the server refuses it, that of the scene which came with
 * the page, and a note.
 *
 * @param {Boot} boot
 * @param {SavedScene} scene
 * @param {{notes: string[], onfallback: (scene: SavedScene) => void, signal: AbortSignal}} options
 *   notes: where to say it; onfallback: told which scene is shown instead
 * @returns {Promise<Bundle>}
 */
export async function fetchLinkedRun(boot, { recipe, view }, { notes, onfallback, signal }) {
  const shown = completeView(recipe, view);
  // The page has begun to fetch the other scene before it could know of this one.
  const spare = fetchBundle(boot.bundle, signal);
  spare.catch(() => {});
  try {
    const full = ["input", `${shown.stage}:${shown.map}`];
    const bundle = await fetchRun(recipe, { full, signal }).catch((error) => {
      // A map that the stage does not have is no reason to refuse the rest.
      if (!isRefused(error)) throw error;
      return fetchRun(recipe, { full: ["input"], signal });
    });
    notes.push(...fitView(shown, bundle.manifest.stages).notes);
    return bundle;
  } catch (error) {
    if (!isRefused(error)) throw error;
    const { detail } = error.problem;
    notes.push(`The scene in the address cannot be computed: ${detail} It is left out.`);
    onfallback({ version: 1, recipe: boot.recipe, view: boot.view ?? {} });
    return spare;
  }
}

/** @param {unknown} error @returns {error is ProblemError}  what was asked for cannot be computed */
function isRefused(error) {
  if (!(error instanceof ProblemError)) return false;
  const { status } = error.problem;
  return status >= 400 && status < 500;
}
