/**
 * The scene that a link brings along behind its `#`: weights, pipeline and pixels of its own.
 */

import { fetchBundle, fetchRun, ProblemError } from "../api/client.js";
import { readAddress } from "../state/address.js";
import { sceneOpened } from "../state/saved-scene.js";
import { completeView } from "../state/scene-shape.js";
import { fitView } from "../state/view-fit.js";

/** @typedef {import("./view.js").Boot} Boot */
/** @typedef {import("../state/state.js").SavedScene} SavedScene */
/** @typedef {import("../api/client.js").Bundle} Bundle */

/**
 * Read the whole address of the page, open its scene and fetch the first run of it; where the
 * server refuses it, the scene that came with the page is opened, and a note says so.
 *
 * @param {Pick<import("./view.js").ViewContext, "boot"|"store"|"signal">} context  what cannot be
 *   used is noted in `boot`
 * @param {Pick<Location, "search"|"hash">} location
 * @param {(recipe: SavedScene["recipe"]) => void} onopen  told before anything is fetched for it
 * @returns {Promise<Bundle>}
 */
export async function openLinkedScene({ boot, store, signal }, { search, hash }, onopen) {
  /** @param {SavedScene} scene */
  const open = (scene) => {
    onopen(scene.recipe);
    store.dispatch(sceneOpened, scene);
  };
  const { scene, notes } = await readAddress({ search, hash }, boot);
  boot.notes = notes;
  open(scene);
  // The page has begun to fetch the other scene before it could know of this one.
  const spare = fetchBundle(boot.bundle, signal);
  spare.catch(() => {});
  try {
    const shown = completeView(scene.recipe, scene.view);
    const bundle = await fetchShown(scene.recipe, shown, signal);
    notes.push(...fitView(shown, bundle.manifest.stages).notes);
    return bundle;
  } catch (error) {
    if (!isRefused(error)) throw error;
    const { detail } = error.problem;
    notes.push(`The scene in the address cannot be computed: ${detail} It is left out.`);
    open({ version: 1, recipe: boot.recipe, view: boot.view ?? {} });
    return spare;
  }
}

/**
 * The run of a recipe with the exact values of the map on show.
 *
 * @param {SavedScene["recipe"]} recipe
 * @param {{stage: string, map: number}} shown
 * @param {AbortSignal} signal
 * @returns {Promise<Bundle>}
 */
function fetchShown(recipe, { stage, map }, signal) {
  return fetchRun(recipe, { full: ["input", `${stage}:${map}`], signal }).catch((error) => {
    // A map that the stage does not have is no reason to refuse the rest.
    if (!isRefused(error)) throw error;
    return fetchRun(recipe, { full: ["input"], signal });
  });
}

/** @param {unknown} error @returns {error is ProblemError}  what was asked for cannot be computed */
function isRefused(error) {
  if (!(error instanceof ProblemError)) return false;
  const { status } = error.problem;
  return status >= 400 && status < 500;
}
