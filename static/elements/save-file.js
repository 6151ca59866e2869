/**
 * A scene as a file to take home: one HTML page, or a SCORM package around it.
 */

import { fetchFile, ProblemError, withoutPageNotes } from "../api/client.js";
import { contentWords } from "../describe/saved-file.js";
import { sceneOnShow } from "../state/saved-scene.js";
import { h } from "./dom.js";
import { resendUpload } from "./uploads.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../state/state.js").SavedScene} SavedScene */

/**
 * @typedef {object} FileWish
 * @property {"html"|"scorm"} [format]
 * @property {"explorer"|"embed"} [layout]
 * @property {string} [title]  empty: the server names it after what it shows
 * @property {SavedScene} [scene]  default: the one on show, an uploaded picture included
 * @property {AbortSignal} [signal]  cancels
 * @property {(bytes: number) => void} [onprogress]  told how much is here already
 */

/**
 * @typedef {object} PreparedFile
 * @property {Blob} blob
 * @property {string} name
 * @property {number} size  in bytes
 * @property {string} content  what should be known before it is given to others; often nothing
 */

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
  const scene = wish.scene ?? sceneOnShow(context.store.get());
  const signal = wish.signal ? AbortSignal.any([wish.signal, context.signal]) : context.signal;
  const recipe = withoutPageNotes(scene.recipe);
  const make = () => fetchFile(format, { ...scene, recipe, layout, title }, { signal, onprogress });
  const { blob, name } = await make().catch(async (error) => {
    if (!(error instanceof ProblemError) || error.problem.code !== "unknown_image") throw error;
    // The server has forgotten the viewer's picture: once more with it.
    if (!(await resendUpload(context.store, signal))) throw error;
    return make();
  });
  const content = contentWords({ recipe: scene.recipe, upload: context.store.get().upload });
  return { blob, name, size: blob.size, content };
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
