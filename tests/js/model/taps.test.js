import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ABSENT,
  areasBehind,
  extent,
  lookup,
  PADDING,
  placesOf,
  readAround,
  readers,
  sourceArea,
} from "../../../static/model/taps.js";
import { goldenRun, jsonOf } from "../fixtures.js";

const WINDOWS = jsonOf("windows.json");
const LENGTH = 7;

/** @param {number[][]} taps */
function geometryOf(taps) {
  const rows = Int16Array.from(taps.flat());
  return { rows, columns: rows, kernel_size: [taps[0].length, taps[0].length] };
}

test("there are many settings to hold the lookups against", () => {
  assert.ok(WINDOWS.length > 150);
});

test("a cell's sources are NumPy's for every kernel, stride, padding, dilation and mode", () => {
  for (const { settings, taps } of WINDOWS) {
    const geometry = geometryOf(taps);
    for (const [place, sources] of taps.entries()) {
      const mirrored = taps.length - 1 - place;
      const found = lookup(geometry, place, mirrored);
      assert.deepEqual(found, { rows: sources, columns: taps[mirrored] }, String(settings));
    }
  }
});

/** @param {any[]} settings  @param {number[][]} taps */
function axisOf([, kernel_size, stride, padding, dilation], taps) {
  const result = taps.length;
  return { length: LENGTH, padding, dilation, kernel_size, stride, ceil_mode: false, result };
}

test("a window lies where NumPy says, and around the map stands what it reads there", () => {
  let around = 0;
  for (const { settings, taps, starts } of WINDOWS) {
    const axis = axisOf(settings, taps);
    const read = readAround(axis, geometryOf(taps).rows);
    for (const [output, sources] of taps.entries()) {
      const last = starts[output] + axis.dilation * (axis.kernel_size - 1);
      assert.deepEqual(placesOf(axis, output), [starts[output], last], String(settings));
      for (const [place, source] of sources.entries()) {
        const at = starts[output] + axis.dilation * place;
        const isInside = at >= 0 && at < LENGTH;
        assert.equal(isInside ? at : read.get(at), source, `${settings} at ${at}`);
        around += Number(!isInside);
      }
    }
  }
  assert.ok(around > 100);
});

test("the readers of a cell are the outputs whose taps name it", () => {
  for (const { settings, taps, readers: expected } of WINDOWS) {
    const geometry = geometryOf(taps);
    for (let source = 0; source < LENGTH; source += 1) {
      const found = readers(geometry, { row: source, column: LENGTH - 1 - source });
      assert.deepEqual(found.rows, expected[source], String(settings));
      assert.deepEqual(found.columns, expected[LENGTH - 1 - source], String(settings));
    }
  }
});

test("what a cell depends on, back to the picture, is what NumPy marks", () => {
  const run = goldenRun();
  const { areas } = jsonOf("run.json");
  assert.ok(areas.length > 30);
  for (const { stage, row, column, behind } of areas) {
    const found = Object.fromEntries(
      [...areasBehind(run, stage, { row, column })].map(([id, area]) => [
        id,
        [area.rows, area.columns],
      ]),
    );
    assert.deepEqual(found, behind, `${stage} ${row} ${column}`);
  }
});

test("stages without taps read the cell itself", () => {
  assert.deepEqual(lookup(undefined, 3, 4), { rows: [3], columns: [4] });
  assert.deepEqual(readers(undefined, { row: 3, column: 4 }), { rows: [3], columns: [4] });
  const area = { rows: [1, 2], columns: [3, 3] };
  assert.equal(sourceArea(undefined, area), area);
});

test("padding and missing taps have no extent", () => {
  assert.equal(extent([PADDING, ABSENT]), null);
  assert.deepEqual(extent([PADDING, 4, ABSENT, 2]), [2, 4]);
});

test("an area of padding only has no source", () => {
  const geometry = geometryOf([
    [PADDING, PADDING],
    [0, 1],
  ]);
  assert.equal(sourceArea(geometry, { rows: [0, 0], columns: [1, 1] }), null);
  assert.deepEqual(sourceArea(geometry, { rows: [0, 1], columns: [1, 1] }), {
    rows: [0, 1],
    columns: [0, 1],
  });
});

test("places that count for nothing are not around the map", () => {
  const taps = [
    [ABSENT, 0],
    [6, ABSENT],
  ];
  const axis = axisOf(["max", 2, 7, [1, 1], 1], taps);
  assert.equal(readAround(axis, geometryOf(taps).rows).size, 0);
});
