import assert from "node:assert/strict";
import { test } from "node:test";
import { wantedValues } from "../../../static/model/wanted.js";
import { goldenRun, jsonOf } from "../fixtures.js";

const { manifest } = goldenRun();
const wanted = (/** @type {string} */ stage, /** @type {number} */ map, hover = null) =>
  wantedValues(manifest, { stage, map }, hover).sort();

test("a map needs what it reads, itself, and what becomes of it", () => {
  assert.deepEqual(wanted("conv1", 1), ["conv1:1", "input", "pool1:1", "relu1:1"]);
  assert.deepEqual(wanted("pool1", 0), ["pool1:0", "relu1:0"]);
  assert.deepEqual(wanted("conv2", 0), ["conv2:0", "pool1", "pool2:0"]);
});

test("a hovered cell needs its map and what that reads, also in the selected stage", () => {
  const hover = /** @type {any} */ ({ stage: "conv1", map: 2, row: 0, column: 0 });
  assert.ok(wanted("conv1", 0, hover).includes("conv1:2"));
  assert.ok(wanted("pool2", 0, hover).includes("input"));
});

test("nothing is named twice", () => {
  const hover = /** @type {any} */ ({ stage: "conv1", map: 0, row: 0, column: 0 });
  const names = wanted("conv1", 0, hover);
  assert.equal(new Set(names).size, names.length);
});

test("a stage that is gone needs nothing", () => {
  assert.deepEqual(wanted("conv9", 0), []);
});

test("the server sends with a page what the page would ask for", () => {
  for (const { stage, map, names } of jsonOf("wanted.json")) {
    assert.deepEqual(wantedValues(manifest, { stage, map }), names, `${stage}:${map}`);
  }
});
