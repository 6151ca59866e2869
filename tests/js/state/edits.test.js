import assert from "node:assert/strict";
import { test } from "node:test";
import { undone } from "../../../static/state/actions.js";
import { recipeAmended } from "../../../static/state/edits.js";
import { initialState } from "../../../static/state/state.js";

/** @param {number} value */
function recipe(value) {
  return /** @type {any} */ ({
    version: 1,
    input: { image: "coffee" },
    stages: [{ id: "a", op: "x", value }],
  });
}

test("a whole gesture is one step of the history", () => {
  const before = recipe(0);
  let state = initialState(before);
  for (const value of [1, 2, 3]) state = recipeAmended(state, recipe(value), before);
  assert.equal(state.past.length, 1);
  assert.equal(undone(state).recipe, before);
});

test("two gestures are two steps", () => {
  let state = initialState(recipe(0));
  state = recipeAmended(state, recipe(1), state.recipe);
  state = recipeAmended(state, recipe(2), state.recipe);
  assert.equal(undone(state).recipe.stages[0].value, 1);
  assert.equal(undone(undone(state)).recipe.stages[0].value, 0);
});

test("a gesture that ends where it began leaves no step", () => {
  const before = recipe(0);
  let state = recipeAmended(initialState(before), recipe(1), before);
  state = recipeAmended(state, recipe(0), before);
  assert.equal(state.recipe, before);
  assert.equal(state.past.length, 0);
});

test("the same recipe again changes nothing", () => {
  const state = initialState(recipe(0));
  assert.equal(recipeAmended(state, recipe(0), state.recipe), state);
});

test("a new change forgets what was undone", () => {
  let state = recipeAmended(initialState(recipe(0)), recipe(1), recipe(0));
  state = undone(state);
  assert.equal(state.future.length, 1);
  assert.equal(recipeAmended(state, recipe(2), state.recipe).future.length, 0);
});
