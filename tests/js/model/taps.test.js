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
  windowExtent,
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

test("a window reaches from its first to its last place, zero padding included", () => {
  for (const { settings, taps, starts } of WINDOWS) {
    const [mode, kernel, , , dilation] = settings;
    if (mode !== "zeros") continue;
    for (const [place, sources] of taps.entries()) {
      const real = sources.filter((source) => source >= 0);
      if (real.length === 0) {
        assert.equal(windowExtent(sources), null);
        continue;
      }
      // A single real tap does not tell how far apart taps stand.
      if (real.length === 1 && dilation > 1) continue;
      const last = starts[place] + dilation * (kernel - 1);
      assert.deepEqual(windowExtent(sources), [starts[place], last], String(settings));
    }
  }
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
  assert.equal(windowExtent([PADDING, PADDING]), null);
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

test("around a map stands what the padding says", () => {
  const axis = {
    length: 3,
    padding: /** @type {[number, number]} */ ([2, 2]),
    dilation: 1,
    kernel_size: 3,
    stride: 1,
    ceil_mode: false,
    result: 5,
  };
  assert.deepEqual(placesOf(axis, 0), [-2, 0]);
  assert.deepEqual(placesOf({ ...axis, stride: 2, dilation: 3 }, 1), [0, 6]);
  /** @param {number[]} padded  sources of the places from -2 to 4 */
  const around = (padded) =>
    readAround(axis, Int16Array.from([0, 1, 2, 3, 4].flatMap((at) => padded.slice(at, at + 3))));
  const zeros = around([PADDING, PADDING, 0, 1, 2, PADDING, PADDING]);
  assert.deepEqual([...zeros.keys()].sort(), [-1, -2, 3, 4].sort());
  assert.ok([...zeros.values()].every((source) => source === PADDING));
  const mirrored = around([2, 1, 0, 1, 2, 1, 0]);
  assert.deepEqual(
    [-2, -1, 3, 4].map((place) => mirrored.get(place)),
    [2, 1, 1, 0],
  );
  const absent = around([ABSENT, ABSENT, 0, 1, 2, ABSENT, ABSENT]);
  assert.equal(absent.size, 0, "places that count for nothing");
});
