/**
 * The viewer's own pictures: chosen, dropped anywhere on the page, or pasted.
 */

import { isServerBack, ProblemError, sendPicture } from "../api/client.js";
import { firstPicture, noLongerHere, tooLarge } from "../describe/pictures.js";
import { uploadAccepted, uploadRefused, uploadStarted } from "../state/actions.js";
import { pictureChosen } from "../state/recipe.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { isTyping } from "./typing.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../state/state.js").Problem} Problem */
/** @typedef {{id: string, file: File, name: string, thumbnail: string}} KeptFile */

/**
 * The last file of each explorer, so that an expired upload can be sent again.
 *
 * @type {WeakMap<Store, KeptFile>}
 */
const kept = new WeakMap();

/** @type {WeakMap<Store, AbortController>} */
const sending = new WeakMap();

/** Recipes and scenes that were taken home come back as files, too. */
const RECIPE_NAME = /\.json$/i;
const RECIPE_TYPE = "application/json";

/**
 * Listen for files dropped on the page or pasted into it. Refusals open the picture dialog.
 *
 * @param {ViewContext} context
 * @param {HTMLElement} host  the element of the explorer
 * @param {() => void} openPictures  shows the picture dialog, where a refusal is explained
 */
export function installUploads(context, host, openPictures) {
  const { signal } = context;
  const overlay = h(
    "div",
    { class: "drop-overlay", hidden: true, "aria-hidden": "true" },
    h(
      "div",
      { class: "drop-card" },
      icon("picture"),
      h("span", {}, "Drop a picture or a recipe to open it"),
    ),
  );
  (host.shadowRoot ?? host).append(overlay);
  /** @param {File} file */
  const openRecipe = async (file) => {
    const place = host.shadowRoot?.querySelector(".message-place") ?? null;
    try {
      const { openRecipeFile } = await import("./recipe-file.js");
      await openRecipeFile(context, file, place);
    } catch {
      context.broken();
    }
  };
  /** @param {File} file @param {string} name */
  const receive = async (file, name) => {
    if (RECIPE_NAME.test(name) || file.type === RECIPE_TYPE) return openRecipe(file);
    const isLoaded = await upload(context, file, name);
    if (!isLoaded && context.store.get().sending.status === "failed") openPictures();
  };
  installDrop(context, host, overlay, receive);
  document.addEventListener(
    "paste",
    (event) => {
      const file = firstPicture(event.clipboardData?.files ?? []);
      if (!file || isTyping(event) || !isForMe(event, host)) return;
      event.preventDefault();
      receive(file, pastedName(file));
    },
    { signal },
  );
  signal.addEventListener(
    "abort",
    () => {
      overlay.remove();
      sending.get(context.store)?.abort();
      forget(context.store);
    },
    { once: true },
  );
}

/**
 * @param {ViewContext} context
 * @param {HTMLElement} host
 * @param {HTMLElement} overlay
 * @param {(file: File, name: string) => void} receive
 */
function installDrop(context, host, overlay, receive) {
  const { signal } = context;
  // The browser tells of entering and leaving every element on the way: count them.
  let depth = 0;
  /** @param {number} next */
  const enter = (next) => {
    depth = Math.max(0, next);
    overlay.hidden = depth === 0;
  };
  /** @param {(event: DragEvent) => void} act @returns {(event: DragEvent) => void} */
  const ifFiles = (act) => (event) => {
    const hasFiles = event.dataTransfer?.types.includes("Files") ?? false;
    if (hasFiles && isForMe(event, host)) act(event);
  };
  document.addEventListener(
    "dragenter",
    ifFiles(() => enter(depth + 1)),
    { signal },
  );
  document.addEventListener(
    "dragleave",
    ifFiles(() => enter(depth - 1)),
    { signal },
  );
  document.addEventListener("dragend", () => enter(0), { signal });
  document.addEventListener(
    "dragover",
    ifFiles((event) => {
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
    }),
    { signal },
  );
  document.addEventListener(
    "drop",
    ifFiles((event) => {
      event.preventDefault();
      enter(0);
      const file = firstPicture(event.dataTransfer?.files ?? []);
      if (file) receive(file, file.name);
    }),
    { signal },
  );
}

/**
 * Let the viewer choose a file; resolves when it is loaded, refused, or the chooser is closed.
 *
 * @param {ViewContext} context
 * @returns {Promise<boolean>}  whether a picture was loaded
 */
export function chooseFile(context) {
  const input = h("input", { type: "file", accept: "image/*" });
  return new Promise((resolve) => {
    input.addEventListener("cancel", () => resolve(false));
    input.addEventListener("change", async () => {
      const file = input.files?.[0];
      resolve(file ? await upload(context, file, file.name) : false);
    });
    input.click();
  });
}

/**
 * Send a picture and show it; a refusal is kept in the state, beside the picture before it.
 *
 * @param {ViewContext} context
 * @param {File} file
 * @param {string} name
 * @returns {Promise<boolean>}
 */
export async function upload({ store, boot, announce }, file, name) {
  sending.get(store)?.abort();
  const request = new AbortController();
  sending.set(store, request);
  store.dispatch(uploadStarted, name);
  const limit = boot.limits.max_upload_bytes;
  if (limit !== undefined && file.size > limit) {
    store.dispatch(uploadRefused, tooLarge(name, file.size, limit));
    return false;
  }
  try {
    const { id, width, height, channels } = await sendPicture(file, name, request.signal);
    forget(store);
    const thumbnail = thumbnailOf(file, id);
    kept.set(store, { id, file, name, thumbnail });
    const alt = `${name}, your own picture`;
    const size = { width, height, channels };
    const picture = { id, title: name, alt, thumbnail, kind: "upload", ...size };
    store.dispatch(uploadAccepted, picture, pictureChosen(store.get().recipe, picture));
    announce(`${name} is loaded: ${width} by ${height} pixels.`);
    return true;
  } catch (error) {
    if (request.signal.aborted) return false;
    store.dispatch(uploadRefused, problemOf(error));
    return false;
  }
}

/** Pictures that every browser shows by itself, whatever becomes of the server's copy. */
const SHOWN = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"]);

/**
 * @param {File} file
 * @param {string} id
 */
function thumbnailOf(file, id) {
  return SHOWN.has(file.type) ? URL.createObjectURL(file) : `/api/images/${id}/picture.png`;
}

/** @param {Store} store */
function forget(store) {
  const before = kept.get(store);
  if (before?.thumbnail.startsWith("blob:")) URL.revokeObjectURL(before.thumbnail);
  kept.delete(store);
}

/**
 * Send the picture of the recipe again, after the server has forgotten it.
 *
 * @param {Store} store
 * @param {AbortSignal} signal  aborts when the explorer leaves the page
 * @returns {Promise<boolean>}  whether the run may be asked for again
 * @throws {ProblemError} when the server cannot take it now: the file is not to blame
 */
export async function resendUpload(store, signal) {
  const { recipe, upload: picture } = store.get();
  const { image } = recipe.input;
  const known = kept.get(store);
  if (known?.id === image) {
    try {
      const { id } = await sendPicture(known.file, known.name, signal);
      if (id === image) return true;
    } catch (error) {
      if (!(await isFileGone(error))) throw error;
    }
  }
  if (signal.aborted || store.get().recipe.input.image !== image) return false;
  store.dispatch(uploadRefused, noLongerHere(picture?.id === image ? picture.title : null));
  return false;
}

/**
 * A file that is gone from the disk looks like a server that does not answer: ask it.
 *
 * @param {unknown} error
 */
async function isFileGone(error) {
  if (!(error instanceof ProblemError)) return false;
  const { code } = error.problem;
  return code === "server_gone" ? isServerBack() : code !== "busy";
}

/**
 * @param {unknown} error
 * @returns {Problem}
 */
function problemOf(error) {
  if (!(error instanceof ProblemError)) throw error;
  const { problem } = error;
  if (problem.status !== 0) return problem;
  return { ...problem, detail: "No answer came from the server. Try again in a moment." };
}

/**
 * An event inside another explorer of the page is for that one; elsewhere the first one takes it.
 *
 * @param {Event} event
 * @param {HTMLElement} host
 */
function isForMe(event, host) {
  const inside = event
    .composedPath()
    .find((node) => node instanceof HTMLElement && node.localName === host.localName);
  return inside ? inside === host : document.querySelector(host.localName) === host;
}

/** @param {File} file  the clipboard calls every picture "image.png" */
function pastedName(file) {
  return file.name === "image.png" || !file.name ? "Pasted picture" : file.name;
}
