/**
 * The address of the page says what is on show: it is written while the viewer works, and back and
 * forward open what was there. The explorer's only; an embed never writes its address.
 */

import { readAddress, writeAddress } from "../state/address.js";
import { packedScene } from "../state/address-reading.js";
import { AddressTooLong } from "../state/address-state.js";
import { notesOnView, readsUpload, savedSceneOf, sceneOpened } from "../state/saved-scene.js";
import { isOtherScene } from "../state/state.js";

/** @typedef {import("./view.js").Boot} Boot */
/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../state/state.js").State} State */

/** The address follows when nothing has happened for so long. */
const REST_MS = 400;

/** A page that is loaded anew opens what its address names. */
const PICTURE_GONE =
  "Your own picture is no longer part of this page: no address holds it, and the page was loaded " +
  "anew. A sample stands in for it; choose the file again to go on with yours.";

/**
 * @param {ViewContext} context
 * @param {{say: (notes: string[]) => void}} notes  where to say what of an address cannot be used
 */
export function installAddressBar({ store, boot, signal }, notes) {
  /** What the address names, and its own text when we wrote it. */
  let landmark = landmarkOf(store.get());
  /** @type {string|null} */
  let text = null;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  /** How often back and forward were pressed: only the last one's scene is opened. */
  let turn = 0;

  /** What it would be, so that a page that nobody has touched keeps the address it came by. */
  const settle = async () => {
    const address = await addressOf(store.get(), boot);
    text ??= address;
  };

  async function write() {
    const mine = turn;
    const state = store.get();
    // What has no picture yet, or is refused, is not worth a link.
    if (state.request.status !== "ready" || state.opening) return;
    const address = await addressOf(state, boot);
    const isOld = mine !== turn || isTold(store.get(), state);
    if (signal.aborted || isOld || address === null) return;
    const isElsewhere = landmarkOf(state) !== landmark;
    if (address === text && !isElsewhere) return;
    landmark = landmarkOf(state);
    text = address;
    const entry = { kernelscope: 1, recipe: state.recipe };
    record(entry, withUnknown(address, boot), isElsewhere);
  }

  const stop = store.subscribe((state, before) => {
    if (!isTold(state, before)) return;
    clearTimeout(timer);
    timer = setTimeout(write, REST_MS);
  });

  /** @param {PopStateEvent} event */
  async function open({ state: entry }) {
    clearTimeout(timer);
    turn += 1;
    const mine = turn;
    const reading = await readAddress(location, boot);
    if (signal.aborted || mine !== turn) return;
    const recipe = recipeOf(entry, boot);
    const scene = recipe ? { ...reading.scene, recipe } : reading.scene;
    store.dispatch(sceneOpened, scene);
    notes.say([...(recipe ? [] : reading.notes), ...notesOnView(store.get(), scene)]);
    landmark = landmarkOf(store.get());
    text = null;
    await settle();
  }

  settle();
  const { recipe } = store.get();
  const left = recipeOf(history.state, boot);
  if (left && readsUpload(left) && !readsUpload(recipe)) {
    notes.say([...(boot.notes ?? []), PICTURE_GONE]);
    // Said once: the entry is that of what is on show from now on.
    record({ kernelscope: 1, recipe }, location.href, false);
  }
  addEventListener("popstate", open, { signal });
  signal.addEventListener(
    "abort",
    () => {
      stop();
      clearTimeout(timer);
    },
    { once: true },
  );
}

/**
 * @param {object} entry
 * @param {string} url
 * @param {boolean} isNew  a step that Back undoes
 */
function record(entry, url, isNew) {
  try {
    if (isNew) history.pushState(entry, "", url);
    else history.replaceState(entry, "", url);
  } catch {
    // Some frames may not write their address; all else works without.
  }
}

/**
 * What a person goes back to: another stage, another picture, another pipeline.
 *
 * @param {State} state
 */
function landmarkOf({ recipe, selection }) {
  const { image, pixels } = /** @type {any} */ (recipe.input);
  const stages = recipe.stages.map(({ id, op }) => `${id} ${op}`);
  return JSON.stringify([image ?? pixels, selection.stage, stages]);
}

/**
 * Whether the address may be another one now.
 *
 * @param {State} state
 * @param {State} before
 */
function isTold(state, before) {
  return state.request !== before.request || isOtherScene(state, before);
}

/**
 * While it plays the address names no window: it would be another one in every frame.
 *
 * @param {State} state
 * @returns {State}
 */
function still(state) {
  if (!state.is_playing) return state;
  const playhead = { elapsed_ms: Number.MAX_SAFE_INTEGER, cell: null, term: null };
  return { ...state, playhead };
}

/**
 * @param {State} state
 * @param {Boot} boot
 * @returns {Promise<string|null>}  query and fragment; null for a scene that is too long
 */
async function addressOf(state, boot) {
  try {
    const { search, hash } = await writeAddress(savedSceneOf(still(state)).scene, boot);
    return search + hash;
  } catch (error) {
    if (error instanceof AddressTooLong) return null;
    throw error;
  }
}

/**
 * The whole address, with what others need in it.
 *
 * @param {string} address  query and fragment
 * @param {Boot} boot
 */
function withUnknown(address, { address: { parameters } }) {
  const known = parameters.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  const isForeign = (/** @type {string} */ pair) =>
    pair !== "" && !known.includes(pair.split("=")[0].toLowerCase());
  const foreign = location.search.slice(1).split("&").filter(isForeign);
  const [search, hash] = address.split("#");
  const query = [...search.slice(1).split("&"), ...foreign].filter(Boolean).join("&");
  return `${location.pathname}${query && `?${query}`}${hash ? `#${hash}` : ""}`;
}

/**
 * The recipe of an entry that was written here: it may read a picture that no address can name.
 *
 * @param {any} entry
 * @param {Boot} boot
 */
function recipeOf(entry, boot) {
  if (entry?.kernelscope !== 1) return null;
  try {
    return packedScene(entry, boot).recipe;
  } catch {
    return null;
  }
}
