import assert from "node:assert/strict";
import { test } from "node:test";
import { readSafetensors } from "../../../static/api/safetensors.js";
import { TensorStore } from "../../../static/model/tensors.js";
import { bytesOf } from "../fixtures.js";

function answer() {
  const { metadata, tensors } = readSafetensors(bytesOf("run.safetensors"));
  return { manifest: JSON.parse(metadata.manifest), tensors };
}

/** @param {Map<string, any>} tensors @param {(name: string) => boolean} keep */
const only = (tensors, keep) => new Map([...tensors].filter(([name]) => keep(name)));

test("previews, values, winners, taps and weights find their places", () => {
  const { manifest, tensors } = answer();
  const store = new TensorStore();
  store.accept(manifest, tensors);
  const conv = store.maps.get("conv1-0");
  assert.ok(conv.preview instanceof Int8Array);
  assert.ok(conv.values instanceof Float32Array);
  assert.equal(conv.winner, null);
  assert.ok(store.maps.get("pool1-0").winner instanceof Int32Array);
  assert.equal(store.maps.get("pool2-0").winner, null);
  assert.deepEqual(store.geometry.get("conv1").kernel_size, [3, 3]);
  assert.equal(store.geometry.has("relu1"), false);
  assert.deepEqual(store.weights.get("conv2").weightShape, [2, 3, 2, 2]);
  assert.deepEqual([...store.weights.get("conv1").bias], [-0.5, 0.25, -64]);
});

test("what an edit does not change is kept, and what is gone is forgotten", () => {
  const { manifest, tensors } = answer();
  const store = new TensorStore();
  store.accept(manifest, tensors);
  const kept = store.maps.get("input-0").values;
  const stages = manifest.stages.filter(({ id }) => id === "input" || id === "conv1");
  store.accept(
    { ...manifest, stages },
    only(tensors, (name) => /^(taps|weight|bias)\.conv1/.test(name)),
  );
  assert.equal(store.maps.get("input-0").values, kept);
  assert.deepEqual([...store.maps.keys()].sort(), [
    "conv1-0",
    "conv1-1",
    "conv1-2",
    "input-0",
    "input-1",
    "input-2",
  ]);
  assert.equal(store.geometry.has("pool1"), false);
  assert.equal(store.weights.has("conv2"), false);
});

test("only maps whose values are here are named as had", () => {
  const { manifest, tensors } = answer();
  const store = new TensorStore();
  store.accept(
    manifest,
    only(tensors, (name) => !name.startsWith("values.") || name === "values.relu1-1"),
  );
  assert.deepEqual(store.valueKeys(), ["relu1-1"]);
  assert.ok(store.maps.get("conv1-0").preview);
});
