import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cellPinned,
  recipeChanged,
  runReceived,
  runRequested,
  themeChanged,
  undone,
  uploadAccepted,
} from "../../../static/state/actions.js";
import {
  playToggled,
  scheduleOf,
  stepped,
  steppedTo,
  stepShown,
} from "../../../static/state/playback.js";
import { pictureChosen } from "../../../static/state/recipe.js";
import {
  notesOnView,
  savedSceneOf,
  sceneOnShow,
  sceneOpened,
} from "../../../static/state/saved-scene.js";
import { initialState } from "../../../static/state/state.js";
import { goldenRun } from "../fixtures.js";

const { manifest } = goldenRun();
const RECIPE = { ...manifest.recipe, input: { image: "coffee" } };
const RUN = { ...manifest, recipe: RECIPE };
const NO_PLACE = { cell: null, step: null };

/** A page that stands still, with a run. @param {object} [options] */
const still = (options = {}) => runReceived(initialState(RECIPE, options), RUN);

/** @param {any} view @returns {import("../../../static/state/state.js").SavedScene} */
const scene = (view, recipe = RECIPE) => ({ version: 1, recipe, view });

test("a page that nobody has touched names no cell and no window", () => {
  const { controls, ...view } = savedSceneOf(still()).scene.view;
  assert.deepEqual(controls, initialState(RECIPE).controls);
  assert.deepEqual(view, { stage: "conv1", map: 0, ...NO_PLACE, speed: 4, theme: "auto" });
});

test("a pinned cell, a window and both are the place of a scene, and open there again", () => {
  const pinned = cellPinned(still(), { stage: "conv1", map: 0, row: 1, column: 2 });
  const walked = steppedTo(still(), 5);
  const both = cellPinned(steppedTo(still(), 3), { stage: "conv1", map: 0, row: 1, column: 2 });
  for (const [state, place] of /** @type {const} */ ([
    [pinned, { cell: [1, 2], step: null }],
    [walked, { cell: null, step: 5 }],
    [both, { cell: [1, 2], step: 1 * manifest.stages[1].shape[2] + 2 }],
  ])) {
    const { view } = savedSceneOf(state).scene;
    assert.deepEqual({ cell: view.cell, step: view.step }, place);
    const opened = sceneOpened(still(), scene(view));
    assert.deepEqual(savedSceneOf(opened).scene.view, view);
    assert.deepEqual(opened.pinned, state.pinned);
    assert.equal(opened.is_playing, false);
  }
});

test("a cell that is looked at on a whole map is the place too", () => {
  const looked = {
    ...still(),
    playhead: { elapsed_ms: 1e12, cell: { row: 0, column: 1 }, term: null },
  };
  assert.deepEqual(savedSceneOf(looked).scene.view.cell, [0, 1]);
});

test("a scene with the same recipe opens at once, another one with its run", () => {
  const state = still();
  const here = sceneOpened(state, scene({ stage: "relu1", map: 1, cell: [1, 1] }));
  assert.deepEqual(here.pinned, { stage: "relu1", map: 1, row: 1, column: 1 });
  assert.equal(here.opening, null);
  const other = { ...RECIPE, input: { image: "cat" } };
  const asked = sceneOpened(state, scene({ stage: "pool1", map: 0, step: 3 }, other));
  assert.deepEqual(asked.opening, { cell: null, step: 3 });
  assert.deepEqual(savedSceneOf(asked).scene.view.step, 3);
  const arrived = runReceived(runRequested(asked), { ...RUN, recipe: other });
  assert.equal(arrived.selection.stage, "pool1");
  assert.equal(savedSceneOf(arrived).scene.view.step, 3);
});

test("undo brings back the recipe that was there before a scene was opened", () => {
  const other = { ...RECIPE, input: { image: "cat" } };
  const opened = sceneOpened(still(), scene({ stage: "conv1" }, other));
  assert.equal(opened.recipe, other);
  assert.equal(undone(opened).recipe, RECIPE);
});

test("the scene of the page's own address is not a change that could be undone", () => {
  const other = { ...RECIPE, input: { image: "cat" } };
  const opened = sceneOpened(initialState(RECIPE), scene({ stage: "relu1", cell: [1, 1] }, other));
  assert.deepEqual(opened.past, []);
  const arrived = runReceived(opened, { ...RUN, recipe: other });
  assert.deepEqual(arrived.pinned, { stage: "relu1", map: 0, row: 1, column: 1 });
});

test("a scene that names no place opens still, one that plays plays", () => {
  const moved = stepped(still(), -3);
  assert.deepEqual(
    savedSceneOf(sceneOpened(moved, scene({}))).scene.view,
    savedSceneOf(still()).scene.view,
  );
  assert.equal(sceneOpened(still(), scene({ autoplay: true })).is_playing, true);
  assert.equal(sceneOpened(playToggled(still()), scene({})).is_playing, false);
  assert.equal(
    sceneOpened(still({ is_reduced: true }), scene({ autoplay: true })).is_playing,
    false,
  );
  assert.equal(sceneOpened(initialState(RECIPE), scene({ autoplay: true })).starts_alone, true);
});

test("what a scene does not say about looks stays as the viewer has it", () => {
  const dark = themeChanged(still(), "dark");
  assert.equal(sceneOpened(dark, scene({})).theme, "dark");
  assert.equal(sceneOpened(dark, scene({ theme: "light", speed: 1 })).theme, "light");
  assert.equal(sceneOpened(dark, scene({ speed: 1 })).speed, 1);
});

test("a cell outside of its map is not pinned, and what was pinned is let go", () => {
  const pinned = cellPinned(still(), { stage: "conv1", map: 0, row: 1, column: 2 });
  const opened = sceneOpened(pinned, scene({ stage: "conv1", cell: [99, 99] }));
  assert.equal(opened.pinned, null);
  assert.ok(opened.playhead.elapsed_ms >= (scheduleOf(opened)?.duration_ms ?? Infinity));
});

test("a picture of the viewer's own is not in a scene that is sent; the one before it is", () => {
  const upload = {
    id: "ab".repeat(32),
    title: "lab.png",
    alt: "",
    thumbnail: "",
    kind: "upload",
    channels: 1,
  };
  const filters = [{ kernel: "sobel_x", mix: [2, -1, -1] }];
  const stages = [{ id: "conv1", op: "conv", filters }];
  /** @type {import("../../../static/state/state.js").Recipe} */
  const before = { version: 1, input: { image: "cat" }, stages };
  const state = recipeChanged(still(), before);
  const own = uploadAccepted(state, upload, pictureChosen(state.recipe, upload));
  assert.equal(own.recipe.input.color, "grey");
  const { scene: sent, leftOut } = savedSceneOf(own);
  assert.deepEqual(leftOut, ["lab.png"]);
  assert.deepEqual(JSON.parse(JSON.stringify(sent.recipe)), {
    ...before,
    input: { image: "cat", color: "rgb" },
  });
  assert.equal(sceneOnShow(own).recipe.input.image, upload.id);
  assert.equal(savedSceneOf({ ...own, past: [] }).scene.recipe.input.image, "coffee");
});

test("a scene that plays goes on from its window, a whole map from its top", () => {
  for (const [place, step] of /** @type {const} */ ([
    [{ cell: [1, 2] }, 0],
    [{ step: 4 }, 4],
    [{ step: 0 }, 0],
  ])) {
    const view = { stage: "conv1", map: 0, autoplay: true, ...place };
    const first = runReceived(initialState(RECIPE, { view: /** @type {any} */ (view) }), RUN);
    const later = sceneOpened(still(), scene(view));
    for (const state of [first, later]) {
      assert.equal(state.is_playing, true);
      assert.equal(stepShown(state), step);
    }
    const reduced = initialState(RECIPE, { view: /** @type {any} */ (view), is_reduced: true });
    assert.equal(runReceived(reduced, RUN).is_playing, false);
  }
});

test("what lies outside of a scene's run is said, and what is shown is what was said", () => {
  const outside = scene({ stage: "conv1", map: 99, cell: [99, 0] });
  const opened = sceneOpened(still(), outside);
  const last = manifest.stages[1].shape[0];
  assert.match(notesOnView(opened, outside).join(" "), new RegExp(`Map ${last} is shown.*No cell`));
  assert.equal(opened.selection.map, last - 1);
  assert.deepEqual(notesOnView(opened, scene({ cell: [0, 0] })), []);
  const other = scene({ map: 99 }, { ...RECIPE, input: { image: "cat" } });
  assert.deepEqual(notesOnView(sceneOpened(still(), other), other), []);
});
