import assert from "node:assert/strict";
import { test } from "node:test";
import { handedOn } from "../../../static/model/handed-on.js";
import { recipeChanged, runFailed, runReceived } from "../../../static/state/actions.js";
import { steppedTo } from "../../../static/state/playback.js";
import { initialState } from "../../../static/state/state.js";
import { goldenRun } from "../fixtures.js";

const { manifest } = goldenRun();
const samples = /** @type {any[]} */ ([
  { id: "coffee", title: "Coffee cup", kind: "photograph", alt: "", thumbnail: "" },
]);
const conv = manifest.stages.find(({ op }) => op === "conv");

/** @param {string} image */
function opened(image) {
  const recipe = { ...manifest.recipe, input: { image, size: 96 } };
  const state = initialState(recipe, { view: { stage: conv.id } });
  return steppedTo(runReceived(state, manifest), 3);
}

test("a scene is handed on with its stage, its place and its picture", () => {
  const { scene, leftOut, here, stage, picture } = handedOn(opened("coffee"), samples);
  assert.equal(scene.recipe.input.image, "coffee");
  assert.deepEqual(leftOut, []);
  assert.equal(here.step, 3);
  assert.equal(stage?.id, conv.id);
  assert.equal(picture?.title, "Coffee cup");
});

test("in place of a viewer's own picture another is named, and that it was left out", () => {
  const image = "f".repeat(64);
  const upload = /** @type {any} */ ({ id: image, title: "lab.png", kind: "upload" });
  const { scene, leftOut, picture } = handedOn({ ...opened(image), upload }, samples);
  assert.deepEqual(leftOut, ["lab.png"]);
  assert.equal(scene.recipe.input.image, "coffee");
  assert.equal(picture?.title, "Coffee cup");
});

test("a change that was refused is not handed on: the scene is the one that is drawn", () => {
  const state = opened("coffee");
  const stages = state.recipe.stages.map((stage) => ({ ...stage, stride: [31, 31] }));
  const problem = { code: "shape", detail: "Too large.", status: 422 };
  const refused = runFailed(recipeChanged(state, { ...state.recipe, stages }), problem);
  assert.deepEqual(handedOn(refused, samples).scene.recipe, manifest.recipe);
});
