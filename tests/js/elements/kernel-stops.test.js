import assert from "node:assert/strict";
import { test } from "node:test";
import { createKernelStops } from "../../../static/elements/kernel-stops.js";

/** Three slices of 2 × 3 cells, of which some are folded. */
function kernel() {
  const stops = createKernelStops();
  const slices = [0, 1, 2].map((position) => {
    const cells = Array.from({ length: 6 }, () => ({ tabIndex: -1, focus: () => {} }));
    const slice = { isOpen: true, cells };
    stops.join(position, { isShown: () => slice.isOpen, cells: () => cells, columns: () => 3 });
    return slice;
  });
  const found = () =>
    slices.flatMap(({ cells }, slice) =>
      cells.flatMap(({ tabIndex }, place) => (tabIndex === 0 ? [[slice, place]] : [])),
    );
  return { stops, slices, found };
}

test("a kernel of several slices has one tab stop, where the focus was last", () => {
  const { stops, found } = kernel();
  stops.mark();
  assert.deepEqual(found(), [[0, 0]]);
  stops.enter(2, 4);
  assert.deepEqual(found(), [[2, 4]]);
  stops.enter(1, 1);
  assert.deepEqual(found(), [[1, 1]]);
});

test("a slice that folds hands the stop to one that is open, and gets it back", () => {
  const { stops, slices, found } = kernel();
  stops.enter(2, 4);
  slices[2].isOpen = slices[0].isOpen = false;
  stops.mark();
  assert.deepEqual(found(), [[1, 4]]);
  slices[2].isOpen = true;
  stops.mark();
  assert.deepEqual(found(), [[2, 4]]);
  for (const slice of slices) slice.isOpen = false;
  stops.mark();
  assert.deepEqual(found(), []);
});

test("a kernel that shrinks keeps a stop", () => {
  const { stops, slices, found } = kernel();
  stops.enter(1, 5);
  slices[1].cells.length = 4;
  stops.mark();
  assert.deepEqual(found(), [[1, 3]]);
});

test("over the edge lies the nearest row of the next open slice, in the same column", () => {
  const { stops, slices } = kernel();
  assert.equal(stops.beyond(0, 2, 1), slices[1].cells[2]);
  assert.equal(stops.beyond(2, 1, -1), slices[1].cells[4]);
  slices[1].isOpen = false;
  assert.equal(stops.beyond(0, 2, 1), slices[2].cells[2]);
  assert.equal(stops.beyond(0, 0, -1), null);
  assert.equal(stops.beyond(2, 0, 1), null);
});

test("a slice that was never unfolded is passed over", () => {
  const stops = createKernelStops();
  const cells = [{ tabIndex: -1, focus: () => {} }];
  stops.join(3, { isShown: () => true, cells: () => cells, columns: () => 1 });
  stops.mark();
  assert.equal(cells[0].tabIndex, 0);
  assert.equal(stops.beyond(3, 0, -1), null);
});
