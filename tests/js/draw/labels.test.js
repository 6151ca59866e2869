import assert from "node:assert/strict";
import { test } from "node:test";
import { freePlace, overlap, wordsBox } from "../../../static/draw/labels.js";

const INSIDE = { left: 0, right: 200, top: 0, bottom: 100 };

test("the first place that covers nothing is taken", () => {
  const places = /** @type {const} */ ([
    { x: 50, y: 50, anchor: "middle" },
    { x: 150, y: 50, anchor: "middle" },
    { x: 150, y: 80, anchor: "middle" },
  ]);
  const taken = [wordsBox(places[0], 40)];
  assert.deepEqual(freePlace([...places], 40, { taken, inside: INSIDE }), places[1]);
});

test("words would rather cover a little than reach out of the plot", () => {
  const out = /** @type {const} */ ({ x: 190, y: 50, anchor: "start" });
  const over = /** @type {const} */ ({ x: 190, y: 50, anchor: "end" });
  const taken = [{ left: 150, right: 160, top: 40, bottom: 60 }];
  assert.deepEqual(freePlace([out, over], 60, { taken, inside: INSIDE }), over);
});

test("boxes that only touch do not overlap", () => {
  const one = { left: 0, right: 10, top: 0, bottom: 10 };
  assert.equal(overlap(one, { left: 10, right: 20, top: 0, bottom: 10 }), 0);
  assert.equal(overlap(one, { left: 5, right: 20, top: 5, bottom: 10 }), 25);
});
