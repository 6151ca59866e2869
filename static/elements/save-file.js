/**
 * A scene as a file to take home: one HTML page, or a SCORM package around it.
 */

import { fetchFile, ProblemError, withoutPageNotes } from "../api/client.js";
import { savedSceneOf } from "../state/saved-scene.js";
import { h } from "./dom.js";
import { resendUpload } from "./uploads.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../state/saved-scene.js").SavedScene} SavedScene */

/**
 * @typedef {object} FileWish
 * @property {"html"|"scorm"} [format]
 * @property {"explorer"|"embed"} [layout]
 * @property {string} [title]  empty: the server names it after what it shows
 * @property {SavedScene} [scene]  default: the one on show, an uploaded picture included
 * @property {AbortSignal} [signal]  cancels
 * @property {(bytes: number) => void} [onprogress]  told how much is here already
 */

/** @typedef {{blob: Blob, name: string, size: number}} PreparedFile  size in bytes */

/**
 * Have the file made; nothing is saved yet, so that its size can be said before.
 *
 * @param {Pick<ViewContext, "store"|"signal">} context
 * @param {FileWish} [wish]
 * @returns {Promise<PreparedFile>}
 * @throws {ProblemError} with the server's reason; an AbortError when it was cancelled
 */
export async function prepareFile(context, wish = {}) {
  const { format = "html", layout = "explorer", title = "", onprogress } = wish;
  const scene = wish.scene ?? sceneWithUpload(context.store.get());
  const signal = wish.signal ? AbortSignal.any([wish.signal, context.signal]) : context.signal;
  const recipe = withoutPageNotes(scene.recipe);
  const make = () => fetchFile(format, { ...scene, recipe, layout, title }, { signal, onprogress });
  const { blob, name } = await make().catch(async (error) => {
    if (!(error instanceof ProblemError) || error.problem.code !== "unknown_image") throw error;
    // The server has forgotten the viewer's picture: once more with it.
    if (!(await resendUpload(context.store, signal))) throw error;
    return make();
  });
  return { blob, name, size: blob.size };
}

/**
 * Hand the file to the browser, which saves it where the viewer wants it.
 *
 * @param {Pick<PreparedFile, "blob"|"name">} file
 */
export function saveFile({ blob, name }) {
  const href = URL.createObjectURL(blob);
  h("a", { href, download: name }).click();
  // Some browsers read the address only after the click has ended.
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

/**
 * A link leaves an uploaded picture out; a file holds it.
 *
 * @param {import("../state/state.js").State} state
 * @returns {SavedScene}
 */
function sceneWithUpload(state) {
  return { ...savedSceneOf(state).scene, recipe: state.recipe };
}
