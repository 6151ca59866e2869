import assert from "node:assert/strict";
import { test } from "node:test";
import { readSceneText, SceneFileError, viewWithin } from "../../../static/state/scene-file.js";
import { goldenRun } from "../fixtures.js";

const RECIPE = { version: 1, input: { image: "coffee" }, stages: [{ id: "conv1", op: "conv" }] };
const { manifest } = goldenRun();

test("a recipe is read as one, a scene with its view", () => {
  assert.deepEqual(readSceneText(JSON.stringify(RECIPE)), { recipe: RECIPE, view: {} });
  const view = { stage: "conv1", map: 1 };
  const scene = { version: 1, recipe: RECIPE, view };
  assert.deepEqual(readSceneText(JSON.stringify(scene)), { recipe: RECIPE, view });
  assert.deepEqual(readSceneText(`\uFEFF${JSON.stringify(RECIPE)}`).recipe, RECIPE);
});

const REFUSED = {
  nothing: ["", /not JSON/],
  "half of it": ['{"input":', /not JSON/],
  "a list": ["[]", /something else/],
  "a number": ["7", /something else/],
  "a package": ['{"name": "x", "dependencies": {}}', /no “input” with “stages”/],
  "stages that are no list": ['{"input": {}, "stages": {"length": 1}}', /no “input” with “stages”/],
  "another version": ['{"version": 9, "input": {}, "stages": []}', /version is 9/],
  "a scene of another version": [
    '{"version": 2, "recipe": {"input": {}, "stages": []}}',
    /version is 2/,
  ],
  "nesting without end": [`${'{"input":'.repeat(100_000)}`, /nested deeper/],
  "lists without end": ["[".repeat(200_000), /nested deeper/],
  "stages without end": [
    JSON.stringify({ input: {}, stages: Array.from({ length: 1000 }, () => ({})) }),
    /1000 stages/,
  ],
};

for (const [name, [text, words]] of Object.entries(REFUSED)) {
  test(`${name} is refused with a reason`, () => {
    assert.throws(
      () => readSceneText(/** @type {string} */ (text)),
      (error) =>
        error instanceof SceneFileError && /** @type {RegExp} */ (words).test(error.message),
    );
  });
}

test("brackets within strings are no nesting", () => {
  const title = '["\\{'.repeat(50);
  assert.equal(readSceneText(JSON.stringify({ ...RECIPE, title })).recipe.title, title);
});

test("names of the language are data like any other", () => {
  const { recipe } = readSceneText('{"input": {"__proto__": {"polluted": 1}}, "stages": []}');
  assert.equal(/** @type {any} */ ({}).polluted, undefined);
  assert.ok(Object.hasOwn(recipe.input, "__proto__"));
});

test("of a view only what the run has is kept", () => {
  const [, rows, columns] = manifest.stages[1].shape;
  const good = { stage: "conv1", map: 0, cell: [rows - 1, columns - 1], step: 3, speed: 16 };
  assert.deepEqual(viewWithin(good, manifest), good);
  const bad = {
    stage: "conv9",
    map: -1,
    cell: [rows, 0],
    step: 1.5,
    speed: 3,
    theme: "pink",
    controls: "all",
  };
  assert.deepEqual(viewWithin(bad, manifest), {});
  assert.deepEqual(viewWithin({ ...good, cell: [0, columns], map: "1" }, manifest), {
    stage: "conv1",
    step: 3,
    speed: 16,
  });
});
