import assert from "node:assert/strict";
import { test } from "node:test";
import { centred, weightOf } from "../../../static/state/weights.js";
import { jsonOf } from "../fixtures.js";

const GOLDEN = jsonOf("kernels.json");

test("kernels are centred and cut as the engine does it", () => {
  assert.ok(GOLDEN.centred.length > 100);
  for (const { kernel, size, weight } of GOLDEN.centred) {
    assert.deepEqual(centred(kernel, size), weight, `${kernel.length} to ${size}`);
  }
});

test("a preset times its mix is what the engine computes with, to the last float32", () => {
  assert.ok(GOLDEN.filters.some((/** @type {any} */ { filter }) => !filter.mix));
  for (const { filter, kernel_size, weight } of GOLDEN.filters) {
    const stage = { id: "conv1", op: "conv", kernel_size, filters: [filter] };
    const weightShape = [1, 3, ...kernel_size];
    const weights = { weight: new Float32Array(1000), weightShape, bias: new Float32Array(1) };
    const found = weightOf(stage, 0, { presets: GOLDEN.presets, weights });
    const rounded = found?.map((slice) => slice.map((row) => row.map(Math.fround)));
    assert.deepEqual(rounded, weight, `${filter.kernel} × ${filter.mix} in ${kernel_size}`);
  }
});
