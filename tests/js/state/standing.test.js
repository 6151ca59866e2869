import assert from "node:assert/strict";
import { test } from "node:test";
import { cellPinned, runReceived } from "../../../static/state/actions.js";
import { rewound, scheduleOf, steppedTo } from "../../../static/state/playback.js";
import { placeFor, sharedScene, standingOf, startAt } from "../../../static/state/standing.js";
import { initialState, openingOf } from "../../../static/state/state.js";
import { goldenRun } from "../fixtures.js";

const { manifest } = goldenRun();
const conv = manifest.stages.find(({ op }) => op === "conv");
const [, rows, columns] = conv.shape;

function opened() {
  const state = initialState(manifest.recipe, { view: { stage: conv.id } });
  return runReceived(state, manifest);
}

test("a window in the middle is passed on as a map painted up to there", () => {
  const here = standingOf(steppedTo(opened(), columns + 2));
  assert.deepEqual(here, { step: columns + 2, columns, is_whole: false, is_pinned: false });
  assert.equal(startAt(here), "window");
  assert.deepEqual(placeFor("window", here), { cell: null, step: columns + 2 });
  assert.deepEqual(placeFor("start", here), { cell: null, step: 0 });
  assert.deepEqual(placeFor("cell", here), { cell: [1, 2], step: null });
});

test("a map shown whole is passed on whole, at the same cell", () => {
  const state = opened();
  const here = standingOf(state);
  assert.equal(here.is_whole, true);
  assert.equal(startAt(here), "cell");
  const { row, column } = state.playhead.cell;
  assert.deepEqual(placeFor("cell", here), { cell: [row, column], step: null });
});

test("a pinned cell stays pinned, painted up to there or whole", () => {
  const pin = { stage: conv.id, map: 0, row: 2, column: 3 };
  const half = standingOf(cellPinned(steppedTo(opened(), 5), pin));
  assert.deepEqual(placeFor(startAt(half), half), { cell: [2, 3], step: 2 * columns + 3 });
  const whole = standingOf(cellPinned(opened(), pin));
  assert.deepEqual(placeFor(startAt(whole), whole), { cell: [2, 3], step: null });
});

test("nothing painted yet is the start", () => {
  assert.equal(startAt(standingOf(rewound(opened()))), "start");
});

test("whoever opens it stands at the same window", () => {
  for (const before of [
    steppedTo(opened(), 7),
    opened(),
    steppedTo(opened(), rows * columns - 1),
  ]) {
    const here = standingOf(before);
    const view = { stage: conv.id, ...placeFor(startAt(here), here) };
    const fresh = initialState(manifest.recipe, { view });
    assert.deepEqual(fresh.opening, openingOf(view));
    const after = runReceived(fresh, manifest);
    assert.equal(standingOf(after).step, here.step);
    assert.equal(standingOf(after).is_whole, here.is_whole);
    assert.ok(scheduleOf(after));
  }
});

test("an embed that plays by itself goes on from the window where it opens", () => {
  const here = standingOf(steppedTo(opened(), 7));
  const view = { stage: conv.id, ...placeFor("window", here), autoplay: true };
  const run = (/** @type {boolean} */ is_reduced) =>
    runReceived(initialState(manifest.recipe, { view, is_reduced }), manifest);
  assert.equal(run(false).is_playing, true);
  assert.equal(standingOf(run(false)).step, 7);
  // Less motion was asked for: it waits there.
  assert.equal(run(true).is_playing, false);
  assert.equal(standingOf(run(true)).step, 7);
});

test("a link has nothing of its sender's theme, and nothing of an embed", () => {
  const scene = /** @type {any} */ ({
    version: 1,
    recipe: manifest.recipe,
    view: {
      stage: conv.id,
      speed: 2,
      theme: "dark",
      controls: ["bias"],
      locks: [],
      autoplay: true,
    },
  });
  const { view } = sharedScene(scene, "start", standingOf(opened()));
  assert.deepEqual(view, { stage: conv.id, speed: 2, cell: null, step: 0 });
});
