/**
 * The line under an embed: what its picture leaves unsaid.
 */

import { leftOver } from "./output-size.js";
import { areTermsWhole } from "./terms.js";

/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../state/state.js").Picture} Picture */

/**
 * @param {Scene} scene
 * @param {Pick<Picture, "id"|"kind">[]} samples
 * @returns {string}  "" where nothing needs words
 */
export function embedNote(scene, samples) {
  const { stage, source, run, state } = scene;
  const left = leftOver(
    stage,
    source?.kind === "input" ? ` of the ${pictureWord(run, samples)}` : "",
  );
  const isRounded =
    run.weights(stage.id) !== null && state.controls.includes("ledger") && !areTermsWhole(scene);
  return [left, isRounded ? "Products are printed rounded." : ""].filter(Boolean).join(" ");
}

/**
 * @param {Scene["run"]} run
 * @param {Pick<Picture, "id"|"kind">[]} samples
 */
function pictureWord({ manifest }, samples) {
  const sample = samples.find(({ id }) => id === manifest.recipe.input.image);
  return sample?.kind === "photograph" ? "photograph" : "picture";
}
