import assert from "node:assert/strict";
import { test } from "node:test";
import { linkPath, linkWidth } from "../../../static/draw/links.js";

test("a link leaves and arrives level, with its bends half-way", () => {
  assert.equal(linkPath({ x: 10, y: 4 }, { x: 50, y: 20 }), "M10 4C30 4 30 20 50 20");
});

test("the strongest link is 2.6 px wide, one that gives nothing 1 px", () => {
  assert.equal(linkWidth(-4, 4), 2.6);
  assert.equal(linkWidth(0, 4), 1);
  assert.equal(linkWidth(2, 4), 1.8);
  assert.equal(linkWidth(0, 0), 1);
});
