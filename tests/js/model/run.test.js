import assert from "node:assert/strict";
import { test } from "node:test";
import { goldenRun, jsonOf } from "../fixtures.js";

test("a value is the engine's", () => {
  const run = goldenRun();
  for (const { stage, map, values } of jsonOf("run.json").values) {
    for (const [row, line] of values.entries()) {
      assert.deepEqual(
        line.map((_, column) => run.value(stage, map, row, column)),
        line,
      );
    }
  }
});

test("a chain begins at its convolution, and a value keeps its colour along it", () => {
  const run = goldenRun();
  assert.equal(run.chainStart("pool1").id, "conv1");
  assert.equal(run.chainStart("relu1").id, "conv1");
  assert.equal(run.chainStart("conv1").id, "conv1");
  assert.equal(run.chainStart("pool2").id, "conv2");
  for (const map of [0, 1, 2]) {
    const own = run.map("conv1", map).peak;
    assert.equal(run.colourRange("pool1", map, "map"), own);
    assert.equal(run.colourRange("relu1", map, "map"), own);
  }
});

test("one range for a stage or for the network is the largest of its maps", () => {
  const run = goldenRun();
  const peak = (/** @type {string} */ id) =>
    Math.max(...run.stage(id).maps.map((_, map) => run.map(id, map).peak));
  assert.equal(run.colourRange("relu1", 1, "stage"), peak("conv1"));
  const all = ["conv1", "relu1", "pool1", "conv2", "pool2"].map(peak);
  assert.equal(run.colourRange("pool2", 0, "network"), Math.max(...all));
});

test("source and next stage follow the inputs", () => {
  const run = goldenRun();
  assert.equal(run.source("input"), null);
  assert.equal(run.source("conv2").id, "pool1");
  assert.equal(run.next("pool1").id, "conv2");
  assert.equal(run.next("pool2"), null);
  assert.equal(run.indexOf("relu1"), 2);
});

test("values that are not here are null, and are asked for by name", () => {
  const run = goldenRun();
  assert.equal(run.hasValues("conv1"), true);
  const { key } = run.map("conv1", 2);
  run.tensors.maps.set(key, { preview: null, values: null, winner: null });
  assert.equal(run.value("conv1", 2, 0, 0), null);
  assert.ok(!run.hasValues("conv1"));
  assert.ok(run.hasValues("conv1", [0, 1]));
});

test("unknown stages and maps are refused by name", () => {
  const run = goldenRun();
  assert.throws(() => run.stage("conv9"), /no stage conv9/);
  assert.throws(() => run.map("conv1", 3), /conv1 has no map 3/);
});
