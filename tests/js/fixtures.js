/**
 * What the engine computed for a small pipeline; `python -m tests.golden` writes it.
 */

import { readFileSync } from "node:fs";
import { readSafetensors } from "../../static/api/safetensors.js";
import { Run } from "../../static/model/run.js";
import { TensorStore } from "../../static/model/tensors.js";

const FOLDER = new URL("../fixtures/", import.meta.url);

/** @param {string} name */
export function bytesOf(name) {
  const { buffer, byteOffset, byteLength } = readFileSync(new URL(name, FOLDER));
  return buffer.slice(byteOffset, byteOffset + byteLength);
}

/** @param {string} name */
export function jsonOf(name) {
  return JSON.parse(new TextDecoder().decode(bytesOf(name)));
}

export function goldenRun() {
  const { metadata, tensors } = readSafetensors(bytesOf("run.safetensors"));
  const manifest = JSON.parse(metadata.manifest);
  const store = new TensorStore();
  store.accept(manifest, tensors);
  return new Run(manifest, store);
}
