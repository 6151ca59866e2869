/**
 * The scene as it is taken home: what the pointer happens to touch is left out, and every value
 * that a picture needs is here.
 */

import { fetchRun } from "../api/client.js";
import { creditText } from "../describe/pictures.js";
import { pictureOnShow } from "../model/pictures.js";
import { present } from "../model/scene.js";
import { TensorStore } from "../model/tensors.js";
import { wantedValues } from "../model/wanted.js";
import { mapSelected } from "../state/actions.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../draw/colour.js").Theme} Theme */

/** Of larger runs the maps that are not on show are drawn from their previews, as on the page. */
const MOST_CELLS = 4_000_000;

/**
 * @param {ViewContext} context
 * @param {{theme?: Theme, selection?: {stage: string, map: number}, all?: boolean, signal?: AbortSignal}} [wish]
 *   selection: another map than the one on show; all: every map, with its exact values where they are not too many
 * @returns {Promise<Scene|null>}  null before the first run
 * @throws {import("../api/client.js").ProblemError} when values are missing and do not come
 */
export async function exportedScene(context, wish = {}) {
  const shown = context.present();
  if (!shown) return null;
  const { run } = shown;
  const { theme = shown.theme, selection = shown.state.selection, all = false, signal } = wish;
  const state = mapSelected(still(shown.state), selection.stage, selection.map);
  const full = all && cellsOf(run) <= MOST_CELLS ? run.stages.map(({ id }) => id) : [];
  full.push(...wantedValues(run.manifest, selection).filter((name) => !full.includes(name)));
  const missing = full.filter((name) => {
    const [id, map] = name.split(":");
    return !run.hasValues(id, map === undefined ? undefined : [Number(map)]);
  });
  if (missing.length === 0 || context.boot.saved) return present(state, run.tensors, theme);
  const { manifest, tensors } = await fetchRun(run.manifest.recipe, { full, signal });
  const store = new TensorStore();
  store.accept(manifest, tensors);
  return present({ ...state, run: manifest }, store, theme);
}

/** @param {import("../model/run.js").Run} run */
function cellsOf({ stages }) {
  return stages.reduce((sum, { shape: [maps, rows, columns] }) => sum + maps * rows * columns, 0);
}

/**
 * Nothing moves, nothing is touched.
 *
 * @param {import("../state/state.js").State} state
 * @returns {import("../state/state.js").State}
 */
function still(state) {
  const playhead = { ...state.playhead, loop_ms: undefined };
  return { ...state, playhead, hover: null, focus_term: null, emphasis: null, is_playing: false };
}

/**
 * Whose picture it is; an own one needs no credit.
 *
 * @param {ViewContext} context
 */
export function creditOf({ store, boot }) {
  const picture = pictureOnShow(store.get(), boot.samples);
  return picture && picture.kind !== "upload" ? creditText(picture).replaceAll("\u00A0", " ") : "";
}

/** @type {Record<string, string>} */
const PICTURE_KINDS = {
  photograph: "Photograph",
  teaching: "Pattern",
  digits: "Digits",
  upload: "Your picture",
};

/**
 * What the first column of the overview says.
 *
 * @param {ViewContext} context
 * @param {import("../state/state.js").StageManifest} input
 */
export function inputSummary({ store, boot }, { summary }) {
  const kind = pictureOnShow(store.get(), boot.samples)?.kind ?? "";
  return `${PICTURE_KINDS[kind] ?? "Picture"}, ${summary}`;
}
