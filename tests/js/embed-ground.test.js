import assert from "node:assert/strict";
import { test } from "node:test";
import { groundOf, readColour } from "../../static/embed.js";

/** @typedef {import("../../static/embed.js").Colour} Colour */

/** @type {Colour} */
const WHITE = [1, 1, 1, 1];
/** @type {Colour} */
const BLACK = [0, 0, 0, 1];

test("colours are read as browsers compute them", () => {
  assert.deepEqual(readColour("rgb(255, 0, 51)"), [1, 0, 0.2, 1]);
  assert.deepEqual(readColour("rgba(0, 0, 0, 0)"), [0, 0, 0, 0]);
  assert.deepEqual(readColour("color(srgb 0.25 1 -1e-05 / 0.5)"), [0.25, 1, -1e-5, 0.5]);
  for (const text of ["oklch(0.2 0.1 250)", "color(display-p3 1 0 0)", "Canvas", "", "rgb(1)"]) {
    assert.equal(readColour(text), null, text);
  }
});

test("the uppermost layer that covers the others decides", () => {
  assert.equal(groundOf([WHITE]), "light");
  assert.equal(groundOf([BLACK, WHITE]), "dark");
  assert.equal(groundOf([[0, 0, 0, 0], WHITE, BLACK]), "light");
  assert.equal(groundOf([[0, 0, 0, 0.9], WHITE]), "dark");
  assert.equal(groundOf([[0, 0, 0, 0.2], [0, 0, 0, 0.2], WHITE]), "light");
});

test("a ground is dark when white is read better on it than black", () => {
  /** @param {number} grey */
  const ground = (grey) => groundOf([[grey / 255, grey / 255, grey / 255, 1]]);
  assert.equal(ground(117), "dark");
  assert.equal(ground(119), "light");
});
