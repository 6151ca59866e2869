import assert from "node:assert/strict";
import { test } from "node:test";
import { present } from "../../../static/model/scene.js";
import {
  cellHovered,
  cellPinned,
  mapSelected,
  runReceived,
  scaleChanged,
} from "../../../static/state/actions.js";
import { playToggled, rewound, speedChanged, steppedTo } from "../../../static/state/playback.js";
import { initialState } from "../../../static/state/state.js";
import { GLIDE_MS } from "../../../static/timeline/schedule.js";
import { goldenRun, jsonOf } from "../fixtures.js";

const RUN = goldenRun();
const RECIPE = /** @type {any} */ ({
  version: 1,
  input: { image: "x" },
  stages: [{ id: "conv1" }],
});
const [, ROWS, COLUMNS] = RUN.stage("conv1").shape;

const ready = () => runReceived(initialState(RECIPE), RUN.manifest);

/** @param {any} state */
function show(state) {
  const scene = present(state, RUN.tensors, "light");
  assert.ok(scene);
  return scene;
}

test("there is nothing to show before the first run", () => {
  assert.equal(present(initialState(RECIPE), RUN.tensors, "light"), null);
});

test("a frame depends on state and playhead alone", () => {
  const state = steppedTo(ready(), 7);
  const { run, scaleOf, ...one } = show(state);
  show(steppedTo(ready(), 20));
  const { run: again, scaleOf: other, ...two } = show(structuredClone(state));
  assert.deepEqual({ ...two, state: one.state }, one);
  assert.equal(run.stage("conv1").id, again.stage("conv1").id);
  assert.equal(typeof scaleOf, typeof other);
});

test("stepping shows the engine's cell and paints up to it", () => {
  for (const { stage, channel, row, column, value } of jsonOf("run.json").cells) {
    const columns = RUN.stage(stage).shape[2];
    const scene = show(steppedTo(mapSelected(ready(), stage, channel), row * columns + column));
    assert.deepEqual(scene.cell, { row, column });
    assert.equal(scene.painted, row * columns + column + 1);
    assert.equal(Math.fround(scene.explanation?.result ?? Number.NaN), Math.fround(value));
    assert.equal(scene.is_hovering, false);
  }
});

test("a cell under the pointer goes before a pinned one, and that before the playhead", () => {
  const pinned = cellPinned(steppedTo(ready(), 0), { stage: "conv1", map: 0, row: 2, column: 2 });
  assert.deepEqual(show(pinned).cell, { row: 2, column: 2 });
  assert.ok(show(pinned).is_pinned);
  const hovered = cellHovered(pinned, { stage: "conv1", map: 0, row: 1, column: 4 });
  assert.deepEqual(show(hovered).cell, { row: 1, column: 4 });
  assert.ok(show(hovered).is_hovering && !show(hovered).is_pinned);
  const elsewhere = cellHovered(pinned, { stage: "relu1", map: 0, row: 1, column: 4 });
  assert.deepEqual(show(elsewhere).cell, { row: 2, column: 2 });
});

test("the boxes glide between windows, unless less motion is asked for", () => {
  const start = steppedTo(ready(), 0);
  const elapsed_ms = start.playhead.elapsed_ms + GLIDE_MS / 2;
  const gliding = { ...playToggled(start), playhead: { ...start.playhead, elapsed_ms } };
  const { glide } = show(gliding);
  assert.ok(glide && Math.abs(glide.toward - 0.5) < 1e-9);
  assert.deepEqual([glide.row, glide.column], [0, 1]);
  assert.equal(show({ ...gliding, is_reduced: true }).glide, null);
});

test("numbers rest while windows rush by, and never run ahead of the paint", () => {
  let state = playToggled(speedChanged(rewound(ready()), 16));
  let changes = 0;
  let before = "";
  for (let elapsed_ms = 0; elapsed_ms < 40_000; elapsed_ms += 16 * 16) {
    state = { ...state, playhead: { ...state.playhead, elapsed_ms } };
    const scene = show(state);
    assert.ok(scene.read <= scene.painted);
    const cell = `${scene.cell.row} ${scene.cell.column}`;
    if (cell !== before) changes += 1;
    before = cell;
  }
  assert.ok(changes <= ROWS * COLUMNS);
});

test("pictures are duotones, everything computed is signed", () => {
  const scene = show(ready());
  assert.deepEqual(scene.scaleOf(RUN.stage("input"), 1), { kind: "duotone", channel: 1 });
  const own = RUN.map("conv1", 1).peak;
  assert.deepEqual(scene.scaleOf(RUN.stage("relu1"), 1), {
    kind: "signed",
    m: own,
    theme: "light",
  });
  const wide = show(scaleChanged(ready(), "network"));
  assert.equal(wide.m, RUN.colourRange("conv1", 0, "network"));
});
