import assert from "node:assert/strict";
import { test } from "node:test";
import * as actions from "../../../static/state/actions.js";
import * as playback from "../../../static/state/playback.js";
import { HISTORY_LIMIT, initialState } from "../../../static/state/state.js";
import { goldenRun } from "../fixtures.js";

const { manifest } = goldenRun();
const RECIPE = {
  version: /** @type {const} */ (1),
  input: { image: "coffee" },
  stages: [
    { id: "conv1", op: "conv", filters: [{ seed: 1 }, { seed: 2 }], bias: [0, 0] },
    { id: "relu1", op: "activation", function: "relu" },
  ],
};
const [, ROWS, COLUMNS] = manifest.stages[1].shape;
const CLOSED = { open_row: null, lens: "colour", pinned: null, focus_term: null };

/** A state with a run, standing still. */
function ready() {
  return actions.runReceived(initialState(RECIPE), manifest);
}

/** @param {any} state */
const stepOf = (state) => playback.stepShown(state);

test("the state is plain values from the first to the last action", () => {
  let state = ready();
  state = actions.mapSelected(state, "pool1", 1);
  state = playback.steppedTo(state, 2);
  state = actions.cellPinned(state, { stage: "pool1", map: 1, row: 0, column: 1 });
  assert.deepEqual(JSON.parse(JSON.stringify(state)), state);
});

test("no action changes the state it is given", () => {
  const freeze = (/** @type {any} */ value) => {
    if (value && typeof value === "object" && !Object.isFrozen(value)) {
      Object.freeze(value);
      Object.values(value).forEach(freeze);
    }
    return value;
  };
  const state = freeze(ready());
  const cell = { stage: "conv1", map: 0, row: 0, column: 0 };
  for (const next of [
    actions.runRequested(state),
    actions.stageChanged(state, "conv1", { stride: [2, 2] }),
    actions.inputChanged(state, { size: 28 }),
    actions.mapSelected(state, "relu1", 1),
    actions.cellPinned(state, cell),
    actions.cellHovered(state, cell),
    actions.rowOpened(state, 1),
    playback.playToggled(state),
    playback.stepped(state, 3),
    playback.termStepped(state, 1),
    playback.rewound(state),
    playback.finished(state),
  ]) {
    assert.notEqual(next, state);
  }
});

test("what would change nothing gives back the same state", () => {
  const state = actions.cellHovered(ready(), { stage: "conv1", map: 0, row: 1, column: 1 });
  assert.equal(actions.cellHovered(state, { stage: "conv1", map: 0, row: 1, column: 1 }), state);
  assert.equal(actions.mapSelected(state, "conv1", 0), state);
  assert.equal(actions.recipeChanged(state, structuredClone(RECIPE)), state);
  assert.equal(actions.stageChanged(state, "conv1", { bias: [0, 0] }), state);
  assert.equal(actions.rowOpened(state, null), state);
  assert.equal(actions.lensChanged(state, "colour"), state);
  assert.equal(actions.pinReleased(state), state);
  assert.equal(actions.undone(state), state);
  assert.equal(actions.redone(state), state);
  assert.equal(playback.speedChanged(state, 3), state);
  assert.equal(playback.timePassed(state, 16), state, "it does not play");
});

test("a request fails without losing the picture, and an answer clears the failure", () => {
  const problem = { code: "shape_error", status: 422, detail: "Kernel 7 spans 13 cells." };
  const failed = actions.runFailed(actions.runRequested(ready()), problem);
  assert.deepEqual(failed.request, { status: "failed", problem });
  assert.equal(failed.run, manifest);
  assert.deepEqual(actions.runReceived(failed, manifest).request, {
    status: "ready",
    problem: null,
  });
});

test("undo and redo walk the recipes; a new change forgets what was undone", () => {
  const first = actions.stageChanged(ready(), "conv1", { stride: [2, 2] });
  const second = actions.stageChanged(first, "conv1", { padding: 1 });
  assert.deepEqual(actions.undone(second).recipe, first.recipe);
  const back = actions.undone(actions.undone(second));
  assert.equal(back.recipe, RECIPE);
  assert.deepEqual(actions.redone(actions.redone(back)).recipe, second.recipe);
  const other = actions.stageChanged(back, "conv1", { dilation: [2, 2] });
  assert.equal(actions.redone(other), other);
});

test("undo takes a failure away", () => {
  const problem = { code: "shape_error", status: 422, detail: "no" };
  const failed = actions.runFailed(
    actions.stageChanged(ready(), "conv1", { stride: [9, 9] }),
    problem,
  );
  assert.equal(actions.undone(failed).request.problem, null);
});

test("the history is bounded", () => {
  let state = ready();
  for (let size = 1; size <= HISTORY_LIMIT + 20; size += 1) {
    state = actions.inputChanged(state, { size });
  }
  assert.equal(state.past.length, HISTORY_LIMIT);
});

test("a fix goes to its stage, or to the picture", () => {
  const stage = actions.fixTaken(ready(), {
    label: "Use stride 1",
    stage: "conv1",
    changes: { stride: [1, 1] },
  });
  assert.deepEqual(stage.recipe.stages[0].stride, [1, 1]);
  const picture = actions.fixTaken(ready(), {
    label: "Use 96 pixels",
    stage: "input",
    changes: { size: 96 },
  });
  assert.equal(picture.recipe.input.size, 96);
});

test("a selection that the new run does not have is moved to one that it has", () => {
  const state = actions.mapSelected(ready(), "conv2", 1);
  const [input, conv1] = manifest.stages;
  const shorter = { ...manifest, stages: [input, { ...conv1, maps: conv1.maps.slice(0, 1) }] };
  const next = actions.runReceived(state, shorter);
  assert.deepEqual(next.selection, { stage: "conv1", map: 0 });
  const narrower = actions.runReceived(actions.mapSelected(ready(), "conv1", 2), shorter);
  assert.deepEqual(narrower.selection, { stage: "conv1", map: 0 });
});

test("a pin or a hover outside the new run is let go", () => {
  const cell = { stage: "conv2", map: 1, row: 0, column: 0 };
  const state = actions.cellHovered(actions.cellPinned(ready(), cell), cell);
  const next = actions.runReceived(state, { ...manifest, stages: manifest.stages.slice(0, 2) });
  assert.equal(next.pinned, null);
  assert.equal(next.hover, null);
  const kept = actions.runReceived(state, manifest);
  assert.deepEqual(kept.pinned, cell);
});

test("what was opened, chosen or pinned goes with the stage, whoever moves the selection", () => {
  const cell = { stage: "input", map: 0, row: 0, column: 0 };
  let state = actions.mapSelected(ready(), "conv2", 1);
  state = actions.cellPinned(state, cell);
  state = actions.rowOpened(state, 1);
  state = actions.termFocused(actions.lensChanged(state, "1"), 2);
  const gone = actions.runReceived(state, { ...manifest, stages: manifest.stages.slice(0, 2) });
  for (const moved of [gone, actions.mapSelected(state, "conv1", 0)]) {
    const { open_row, lens, pinned, focus_term } = moved;
    assert.deepEqual({ open_row, lens, pinned, focus_term }, CLOSED);
  }
});

test("a new run keeps the opened row and the lens while it has their maps", () => {
  let state = actions.lensChanged(actions.rowOpened(ready(), 2), "2");
  state = actions.termFocused(state, 8);
  const same = actions.runReceived(state, { ...manifest });
  assert.deepEqual([same.open_row, same.lens, same.focus_term], [2, "2", null]);
  const stages = structuredClone(manifest.stages);
  for (const map of stages[1].maps) map.sources = [0];
  const grey = actions.runReceived(state, { ...manifest, stages });
  assert.deepEqual([grey.open_row, grey.lens], [null, "colour"]);
});

test("a new run plays from the top while playing, and is shown whole at its cell otherwise", () => {
  const still = actions.runReceived(playback.steppedTo(ready(), COLUMNS + 2), { ...manifest });
  assert.deepEqual(still.playhead.cell, { row: 1, column: 2 });
  assert.equal(playback.scheduleOf(still)?.at(still.playhead.elapsed_ms).painted, ROWS * COLUMNS);
  const playing = playback.playToggled(playback.steppedTo(ready(), 5));
  assert.ok(playing.is_playing);
  assert.equal(actions.runReceived(playing, { ...manifest }).playhead.elapsed_ms, 0);
});

test("another map of the stage keeps the playhead; another stage keeps the place", () => {
  const state = playback.steppedTo(ready(), COLUMNS + 3);
  assert.equal(actions.mapSelected(state, "conv1", 2).playhead, state.playhead);
  const pooled = actions.mapSelected(state, "pool1", 0);
  const [, rows, columns] = manifest.stages[3].shape;
  assert.deepEqual(pooled.playhead.cell, {
    row: Math.floor((1.5 * rows) / ROWS),
    column: Math.floor((3.5 * columns) / COLUMNS),
  });
});

test("another stage closes what belonged to the one before", () => {
  let state = actions.rowOpened(ready(), 2);
  state = actions.lensChanged(state, "1");
  state = actions.cellPinned(state, { stage: "conv1", map: 0, row: 0, column: 0 });
  const next = actions.mapSelected(state, "conv2", 0);
  assert.deepEqual([next.open_row, next.lens, next.pinned], [null, "colour", null]);
});

test("pinning pauses and goes there; the same cell again lets go", () => {
  const playing = playback.playToggled(playback.rewound(ready()));
  const cell = { stage: "conv1", map: 0, row: 2, column: 3 };
  const pinned = actions.cellPinned(playing, cell);
  assert.equal(pinned.is_playing, false);
  assert.equal(stepOf(pinned), 2 * COLUMNS + 3);
  assert.equal(actions.cellPinned(pinned, cell).pinned, null);
  const elsewhere = actions.cellPinned(playing, { ...cell, stage: "input" });
  assert.deepEqual(elsewhere.playhead, playing.playhead);
});

test("steps stay on the map and pause", () => {
  const last = ROWS * COLUMNS - 1;
  assert.equal(stepOf(playback.stepped(playback.steppedTo(ready(), 0), -1)), 0);
  assert.equal(stepOf(playback.stepped(playback.finished(ready()), 1)), last);
  const row = playback.rowStepped(playback.steppedTo(ready(), 2), 1);
  assert.equal(stepOf(row), COLUMNS + 2);
  assert.equal(stepOf(playback.rowStepped(row, -1)), 2);
  assert.equal(playback.stepped(playback.playToggled(ready()), 1).is_playing, false);
});

test("playing moves with the speed, ends at the end, and begins again from the top", () => {
  const start = playback.playToggled(playback.rewound(ready()));
  const slow = playback.timePassed(start, 10);
  const quick = playback.timePassed(playback.speedChanged(start, 16), 10);
  assert.equal(slow.playhead.elapsed_ms, 10 * start.speed);
  assert.equal(quick.playhead.elapsed_ms, 160);
  const end = playback.timePassed(start, 1e9);
  assert.equal(end.is_playing, false);
  assert.equal(stepOf(end), ROWS * COLUMNS - 1);
  assert.equal(playback.playToggled(end).playhead.elapsed_ms, 0);
});

test("a map that is whole plays from its top, a looped row where it stands", () => {
  const whole = playback.openedStill(ready());
  assert.notEqual(stepOf(whole), 0);
  assert.equal(stepOf(playback.playToggled(whole)), 0);
  const looped = playback.playToggled(playback.loopToggled(whole));
  assert.equal(stepOf(looped), stepOf(whole));
});

test("a looped row is never left, however fast", () => {
  for (const speed of [0.5, 1, 2, 4, 16]) {
    let state = playback.steppedTo(ready(), COLUMNS + 1);
    state = playback.playToggled(playback.loopToggled(playback.speedChanged(state, speed)));
    const seen = new Set();
    for (let frame = 0; frame < 400; frame += 1) {
      state = playback.timePassed(state, 17);
      seen.add(stepOf(state));
    }
    assert.ok(state.is_playing);
    assert.deepEqual([...new Set([...seen].map((step) => Math.floor(step / COLUMNS)))], [1]);
    assert.ok(seen.size > 1, `it stands still at ${speed}×`);
  }
});

test("terms come one by one and end with the whole window, painted", () => {
  let state = playback.rewound(ready());
  const all = 27;
  for (let term = 1; term < all; term += 1) {
    state = playback.termStepped(state, 1);
    assert.equal(state.playhead.term, term);
  }
  state = playback.termStepped(state, 1);
  assert.equal(state.playhead.term, null);
  assert.equal(playback.scheduleOf(state)?.at(state.playhead.elapsed_ms).painted, 1);
  state = playback.termStepped(state, -1);
  assert.equal(state.playhead.term, all - 1);
  const none = playback.termStepped(state, -100);
  assert.equal(none.playhead.term, 0);
});

test("asking for less motion pauses; asking for more does not play", () => {
  const playing = playback.playToggled(playback.rewound(ready()));
  const reduced = actions.motionChanged(playing, true);
  assert.deepEqual([reduced.is_playing, reduced.is_reduced], [false, true]);
  assert.equal(actions.motionChanged(reduced, false).is_playing, false);
});

test("a refused upload keeps the picture; an accepted one is a step of the history", () => {
  const problem = { code: "unsupported_image", status: 415, detail: "a.pdf is a PDF document." };
  const refused = actions.uploadRefused(actions.uploadStarted(ready(), "a.pdf"), problem);
  assert.equal(refused.recipe, RECIPE);
  assert.deepEqual(refused.sending, { status: "failed", problem, name: "a.pdf" });
  assert.equal(actions.uploadForgotten(refused).sending.status, "idle");
  const picture = { id: "f".repeat(64), title: "lab.png", alt: "", thumbnail: "", kind: "upload" };
  const accepted = actions.uploadAccepted(refused, picture, {
    ...refused.recipe,
    input: { ...refused.recipe.input, image: picture.id },
  });
  assert.equal(accepted.recipe.input.image, picture.id);
  assert.equal(accepted.sending.status, "idle");
  assert.equal(actions.undone(accepted).recipe.input.image, "coffee");
});

test("of two own pictures the one that the run on show reads is not forgotten", () => {
  const own = (/** @type {string} */ id) => ({
    id,
    title: `${id}.png`,
    alt: "",
    thumbnail: "",
    kind: "upload",
  });
  const load = (/** @type {any} */ state, /** @type {string} */ id) =>
    actions.uploadAccepted(state, own(id), { ...state.recipe, input: { image: id } });
  const shown = (/** @type {any} */ state) =>
    actions.runReceived(state, { ...manifest, recipe: state.recipe });
  const first = shown(load(ready(), "a"));
  assert.equal(first.upload_before, null);
  const refused = load(load(first, "b"), "c");
  assert.deepEqual([refused.upload?.id, refused.upload_before?.id], ["c", "a"]);
});

test("the theme goes to the opposite of what is on show, and back", () => {
  for (const is_dark of [false, true]) {
    const [there, back] = is_dark ? ["light", "dark"] : ["dark", "light"];
    const once = actions.themeToggled(ready(), is_dark);
    assert.equal(once.theme, there);
    assert.equal(actions.themeToggled(once, is_dark).theme, back);
  }
});

test("nothing breaks before the first run", () => {
  const state = initialState(RECIPE);
  assert.equal(playback.scheduleOf(state), null);
  for (const act of [
    playback.playToggled,
    playback.finished,
    (/** @type {any} */ now) => playback.stepped(now, 1),
    (/** @type {any} */ now) => playback.termStepped(now, 1),
  ]) {
    assert.equal(act(state), state);
  }
});
