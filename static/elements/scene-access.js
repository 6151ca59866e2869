/**
 * What is on show, for those outside of the element: read and changed as address parameters.
 */

import { completeValuesOf, sceneFrom, writeAddress } from "../state/address.js";
import { notesOnView, savedSceneOf, sceneOnShow, sceneOpened } from "../state/saved-scene.js";

/** @typedef {Pick<import("./view.js").ViewContext, "store"> & {boot: import("./view.js").Boot}} Explorer */

/**
 * @param {Explorer} explorer
 * @returns {Promise<Record<string, string>>}  which `changeScene` reads as the same scene
 */
export async function readScene({ store, boot }) {
  return completeValuesOf(savedSceneOf(store.get()).scene, boot);
}

/**
 * @param {Explorer} explorer
 * @returns {Promise<string>}  where the explorer shows it
 */
export async function addressOf({ store, boot }) {
  const { search, hash } = await writeAddress(savedSceneOf(store.get()).scene, boot);
  return `/${search}${hash}`;
}

/**
 * @param {Explorer} explorer
 * @param {Record<string, unknown>} values  parameters that are not named stay as they are
 * @returns {Promise<string[]>}  what could not be used, in sentences
 */
export async function changeScene({ store, boot }, values) {
  const before = sceneOnShow(store.get());
  const { scene, notes } = await sceneFrom(values, boot, before);
  const same = (await sceneFrom({}, boot, before)).scene;
  // To go to where it is on its way past means to stop there.
  const isPlace = store.get().is_playing && ("step" in values || "cell" in values);
  if (!isPlace && JSON.stringify(scene) === JSON.stringify(same)) return notes;
  store.dispatch(sceneOpened, scene);
  return [...notes, ...notesOnView(store.get(), scene)];
}
