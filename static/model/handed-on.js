/**
 * What is on show, as it is handed on: the scene, where it stands, and what does not come along.
 */

import { savedSceneOf } from "../state/saved-scene.js";
import { standingOf } from "../state/standing.js";
import { currentPicture } from "./pictures.js";

/** @typedef {import("../state/state.js").State} State */
/** @typedef {import("../state/state.js").Picture} Picture */

/**
 * @typedef {object} HandedOn
 * @property {import("../state/state.js").SavedScene} scene
 * @property {string[]} leftOut  titles of pictures that cannot be sent
 * @property {import("../state/standing.js").Standing} here
 * @property {import("../state/state.js").StageManifest|null} stage  the one on show
 * @property {Picture|null} picture  the one of the scene: where its own is left out, another
 */

/**
 * @param {State} asked
 * @param {Picture[]} samples
 * @returns {HandedOn}
 */
export function handedOn(asked, samples) {
  const state = computed(asked);
  const { scene, leftOut } = savedSceneOf(state);
  return {
    scene,
    leftOut,
    here: standingOf(state),
    stage: state.run?.stages.find(({ id }) => id === state.selection.stage) ?? null,
    picture: currentPicture({ ...state, recipe: scene.recipe }, samples),
  };
}

/**
 * A change that was refused is not on show: what is handed on is the picture before it.
 *
 * @param {State} state
 * @returns {State}
 */
function computed(state) {
  const { run, request } = state;
  return run && request.status === "failed" ? { ...state, recipe: run.recipe } : state;
}
