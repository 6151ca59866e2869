/**
 * Opening a recipe or a scene from a file: checked by the server before anything changes.
 */

import { fetchRun, ProblemError } from "../api/client.js";
import { megabytes } from "../describe/pictures.js";
import { LOCKED } from "../describe/saved-file.js";
import { sceneOpened } from "../state/saved-scene.js";
import { readSceneText, SceneFileError, viewWithin } from "../state/scene-file.js";
import { h } from "./dom.js";

/** @typedef {Pick<import("./view.js").ViewContext, "store"|"boot"|"signal"|"announce">} Opener */

/** As large as the server takes a recipe, by its default. */
const MOST_BYTES = 4 * 1024 * 1024;

/** @type {WeakMap<import("../state/store.js").Store, AbortController>} the last file wins */
const opening = new WeakMap();

/**
 * Open a file; a message says why it cannot be opened, and nothing changes then.
 *
 * @param {Opener} context
 * @param {File} file
 * @param {Element|null} place  for the message
 * @returns {Promise<boolean>}  whether it is open
 */
export async function openRecipeFile(context, file, place) {
  for (const old of place?.querySelectorAll(".is-recipe") ?? []) old.remove();
  try {
    await opened(context, file);
    context.announce(`${file.name} is open.`);
    return true;
  } catch (error) {
    if (context.signal.aborted || isCancelled(error)) return false;
    const words = `${file.name} was not opened. ${reason(error)}`;
    place?.append(message(words));
    return false;
  }
}

/**
 * @param {Opener} context
 * @param {File} file
 */
async function opened({ store, boot, signal }, file) {
  opening.get(store)?.abort();
  const request = new AbortController();
  opening.set(store, request);
  if (boot.saved) throw new SceneFileError(LOCKED);
  if (file.size > MOST_BYTES) {
    const limit = megabytes(MOST_BYTES);
    throw new SceneFileError(`It has ${megabytes(file.size)}; a recipe has at most ${limit}.`);
  }
  const { recipe, view } = readSceneText(await textOf(file));
  const both = AbortSignal.any([signal, request.signal]);
  // The server reads it as it would any recipe: what it cannot compute never comes into the page.
  const { manifest } = await fetchRun(/** @type {any} */ (recipe), { full: [], signal: both });
  both.throwIfAborted();
  const state = store.get();
  // The same run: then its recipe is kept as it was written.
  const isSame = state.run?.id === manifest.id && state.request.status === "ready";
  const known = isSame ? state.recipe : manifest.recipe;
  store.dispatch(sceneOpened, {
    version: 1,
    recipe: known,
    view: { autoplay: false, ...viewWithin(view, manifest) },
  });
}

/** @param {File} file */
async function textOf(file) {
  try {
    return await file.text();
  } catch {
    throw new SceneFileError("It cannot be read from the disk any more.");
  }
}

/** @param {unknown} error */
function isCancelled(error) {
  return error instanceof DOMException && error.name === "AbortError";
}

/** @param {unknown} error */
function reason(error) {
  if (error instanceof SceneFileError) return error.message;
  if (error instanceof ProblemError) return error.problem.detail;
  return "Its contents are not those of a recipe.";
}

/** @param {string} words */
function message(words) {
  const element = h(
    "div",
    { class: "message is-recipe", role: "alert" },
    h("p", { class: "message-text" }, words),
    h("button", { type: "button", class: "button", onclick: () => element.remove() }, "Close"),
  );
  return element;
}

/**
 * Let the viewer choose a file.
 *
 * @param {import("./view.js").ViewContext} context
 * @param {Element|null} [place]  for a message
 * @returns {Promise<boolean>}  whether one was chosen
 */
export function chooseRecipe(context, place = null) {
  const input = h("input", { type: "file", accept: ".json,application/json" });
  return new Promise((resolve) => {
    input.addEventListener("cancel", () => resolve(false));
    input.addEventListener("change", () => {
      const file = input.files?.[0];
      resolve(Boolean(file));
      if (file) openRecipeFile(context, file, place);
    });
    input.click();
  });
}
