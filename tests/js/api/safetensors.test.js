import assert from "node:assert/strict";
import { test } from "node:test";
import { readSafetensors } from "../../../static/api/safetensors.js";
import { bytesOf, jsonOf } from "../fixtures.js";

/**
 * @param {object} header
 * @param {number[]} data
 * @returns {ArrayBuffer}
 */
function container(header, data) {
  const text = new TextEncoder().encode(JSON.stringify(header).padEnd(400));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes.buffer;
}

test("every tensor of a run is NumPy's, number for number", () => {
  const { metadata, tensors } = readSafetensors(bytesOf("run.safetensors"));
  const manifest = JSON.parse(metadata.manifest);
  for (const { stage, map, values } of jsonOf("run.json").values) {
    const { key } = manifest.stages.find(({ id }) => id === stage).maps[map];
    const tensor = tensors.get(`values.${key}`);
    assert.deepEqual(tensor.shape, [values.length, values[0].length]);
    assert.ok(tensor.data instanceof Float32Array);
    assert.deepEqual([...tensor.data], values.flat());
  }
});

test("tensors are views of the answer: nothing is copied", () => {
  const buffer = bytesOf("run.safetensors");
  const { tensors } = readSafetensors(buffer);
  assert.ok(tensors.size > 20);
  for (const { data } of tensors.values()) assert.equal(data.buffer, buffer);
});

test("every type is read as what it is", () => {
  const header = {
    f: { dtype: "F32", shape: [1], data_offsets: [0, 4] },
    i: { dtype: "I32", shape: [1], data_offsets: [4, 8] },
    s: { dtype: "I16", shape: [2], data_offsets: [8, 12] },
    b: { dtype: "I8", shape: [2], data_offsets: [12, 14] },
    u: { dtype: "U8", shape: [2], data_offsets: [14, 16] },
  };
  const data = [0, 0, 192, 63, 254, 255, 255, 255, 44, 1, 255, 255, 129, 127, 129, 127];
  const { tensors, metadata } = readSafetensors(container(header, data));
  assert.deepEqual(metadata, {});
  assert.deepEqual([...tensors.get("f").data], [1.5]);
  assert.deepEqual([...tensors.get("i").data], [-2]);
  assert.deepEqual([...tensors.get("s").data], [300, -1]);
  assert.deepEqual([...tensors.get("b").data], [-127, 127]);
  assert.deepEqual([...tensors.get("u").data], [129, 127]);
});

test("an empty tensor is empty", () => {
  const header = { none: { dtype: "F32", shape: [0, 3], data_offsets: [0, 0] } };
  const { tensors } = readSafetensors(container(header, []));
  assert.equal(tensors.get("none").data.length, 0);
});

test("what is cut short or of an unknown type is refused by name", () => {
  assert.throws(() => readSafetensors(new ArrayBuffer(4)), /at least 8 bytes/);
  const whole = bytesOf("run.safetensors");
  assert.throws(() => readSafetensors(whole.slice(0, 100)), /header is cut short/);
  assert.throws(() => readSafetensors(whole.slice(0, whole.byteLength - 8)), RangeError);
  const header = { half: { dtype: "F16", shape: [1], data_offsets: [0, 2] } };
  assert.throws(() => readSafetensors(container(header, [0, 0])), /half has type F16/);
});
