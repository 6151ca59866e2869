import assert from "node:assert/strict";
import { test } from "node:test";
import { pathOf, sampleCurve, throughOrigin, ticks } from "../../../static/draw/curve.js";

test("every point of a curve is a pair of the maps, ordered by the value before", () => {
  const before = Float32Array.of(2, -1, 0.5);
  const after = Float32Array.of(4, 1, 0.25);
  assert.deepEqual(sampleCurve([{ before, after }], { limit: 2, buckets: 100 }), [
    [-1, 1],
    [0.5, 0.25],
    [2, 4],
  ]);
});

test("cells of one step of the axis give one point, cells beyond the axis none", () => {
  const before = Float32Array.of(0.1, 0.11, 9);
  const after = Float32Array.of(1, 2, 3);
  const points = sampleCurve([{ before, after }], { limit: 1, buckets: 2 });
  assert.equal(points.length, 1);
  assert.equal(points[0][1], 1);
});

test("two rays go through the origin and on to both ends", () => {
  assert.deepEqual(
    throughOrigin(
      [
        [-1, 0],
        [-0.5, 0],
        [2, 2],
      ],
      4,
    ),
    [
      [-4, 0],
      [0, 0],
      [4, 4],
    ],
  );
});

test("a side without a cell is not drawn", () => {
  assert.deepEqual(throughOrigin([[1, 1]], 2), [
    [0, 0],
    [2, 2],
  ]);
  assert.deepEqual(throughOrigin([], 2), [[0, 0]]);
});

test("a path moves to its first point and draws lines to the others", () => {
  assert.equal(
    pathOf([
      [0, 1],
      [2.004, 3],
    ]),
    "M0 1L2 3",
  );
});

test("ticks leave zero out and reach both ends", () => {
  assert.deepEqual(ticks(-2, 2, 1), [-2, -1, 1, 2]);
});
