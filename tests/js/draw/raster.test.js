import assert from "node:assert/strict";
import { test } from "node:test";
import { colouring, rasterise, rasterisePicture } from "../../../static/draw/raster.js";
import { goldenRun, jsonOf } from "../fixtures.js";

const MAPS = jsonOf("colours.json").maps;

/** @param {Uint32Array} pixels @param {number[][][]} colours */
function difference(pixels, colours) {
  const bytes = new Uint8Array(pixels.buffer);
  let largest = 0;
  let sum = 0;
  for (const [index, colour] of colours.flat().entries()) {
    assert.equal(bytes[4 * index + 3], 255);
    for (const [part, level] of colour.entries()) {
      const apart = Math.abs(bytes[4 * index + part] - level);
      largest = Math.max(largest, apart);
      sum += apart;
    }
  }
  return { largest, mean: sum / (3 * pixels.length) };
}

test("exact values are drawn in NumPy's colours, to rounding", () => {
  const run = goldenRun();
  for (const { stage, map, theme, peak, colours } of MAPS) {
    const pixels = new Uint32Array(colours.length * colours[0].length);
    assert.ok(rasterise(pixels, run.map(stage, map), { kind: "signed", m: peak, theme }));
    assert.ok(difference(pixels, colours).largest <= 1, `${stage} ${map} ${theme}`);
  }
});

test("previews are drawn within a few levels of NumPy's colours", () => {
  const run = goldenRun();
  for (const { stage, map, theme, peak, colours } of MAPS) {
    const pixels = new Uint32Array(colours.length * colours[0].length);
    const preview = { ...run.map(stage, map), values: null };
    assert.ok(rasterise(pixels, preview, { kind: "signed", m: peak, theme }));
    const { largest, mean } = difference(pixels, colours);
    assert.ok(largest <= 8 && mean <= 1.5, `${stage} ${map} ${theme}: ${largest} ${mean}`);
  }
});

test("nothing is drawn of a map that is not here", () => {
  const pixels = new Uint32Array(2);
  const map = { ...goldenRun().map("conv1", 0), values: null, preview: null };
  assert.equal(rasterise(pixels, map, { kind: "grey" }), false);
  assert.deepEqual([...pixels], [0, 0]);
  assert.equal(rasterisePicture(pixels, [map]), false);
});

test("a picture is its three maps, and a grey one its map three times", () => {
  const map = (/** @type {number[]} */ ...values) => ({
    key: "",
    rows: 1,
    columns: 2,
    peak: 1,
    preview: null,
    values: Float32Array.from(values),
    winner: null,
  });
  const pixels = new Uint32Array(2);
  rasterisePicture(pixels, [map(0, 1), map(0.5, 1), map(1, 0)]);
  assert.deepEqual([...new Uint8Array(pixels.buffer)], [0, 128, 255, 255, 255, 255, 0, 255]);
  rasterisePicture(pixels, [map(0.2, 1)]);
  assert.deepEqual([...new Uint8Array(pixels.buffer)], [51, 51, 51, 255, 255, 255, 255, 255]);
});

test("values beyond the range are drawn as its ends", () => {
  const scale = /** @type {const} */ ({ kind: "signed", m: 1, theme: "light" });
  const map = { key: "", rows: 1, columns: 2, peak: 4, preview: null, winner: null };
  const pixels = new Uint32Array(2);
  rasterise(pixels, { ...map, values: Float32Array.of(4, -4) }, scale);
  const colourOf = colouring(scale);
  assert.deepEqual([...new Uint8Array(pixels.buffer)], [...colourOf(1), 255, ...colourOf(-1), 255]);
});
