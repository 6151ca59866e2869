import assert from "node:assert/strict";
import { test } from "node:test";
import { operationSettings, targetOf } from "../../../static/model/targets.js";
import { goldenRun } from "../fixtures.js";

const OPERATIONS = [
  { name: "input", parameters: [] },
  { name: "conv", parameters: [{ name: "filters" }, { name: "stride" }, { name: "bias" }] },
  { name: "activation", parameters: [{ name: "function" }] },
  { name: "pool", parameters: [{ name: "stride" }] },
];
const run = goldenRun();

/** @param {string} id @param {number} map @param {string} name */
const found = (id, map, name) => targetOf({ run, stage: run.stage(id), map }, name, OPERATIONS);

test("a stage that has the setting is its own target", () => {
  assert.deepEqual(found("conv1", 1, "stride"), {
    id: "conv1",
    map: 1,
    parameter: { name: "stride" },
  });
});

test("else it is the nearest one before, with the map that leads to the one on show", () => {
  const activation = run.stages.find(({ op }) => op === "activation");
  assert.ok(activation);
  const target = found(activation.id, 1, "filters");
  assert.equal(target?.map, activation.maps[1].sources[0]);
  assert.equal(run.stage(target?.id ?? "").op, "conv");
});

test("the stride of a pool is its own, its kernel the convolution's", () => {
  const pool = run.stages.find(({ op }) => op === "pool");
  assert.ok(pool);
  assert.equal(found(pool.id, 0, "stride")?.id, pool.id);
  assert.notEqual(found(pool.id, 0, "bias")?.id, pool.id);
});

test("the picture has no settings", () => {
  assert.equal(found(run.stages[0].id, 0, "stride"), null);
});

test("what was asked goes before what the run resolved; what was left open does not", () => {
  assert.deepEqual(
    operationSettings({ stride: [2, 2], padding: null }, { stride: [1, 1], padding: 0 }),
    {
      stride: [2, 2],
      padding: 0,
    },
  );
});
