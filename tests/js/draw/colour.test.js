import assert from "node:assert/strict";
import { test } from "node:test";
import {
  css,
  duotoneColour,
  greyColour,
  neutral,
  pack,
  signedColour,
  textOn,
} from "../../../static/draw/colour.js";
import { jsonOf } from "../fixtures.js";

const GOLDEN = jsonOf("colours.json");

/** @param {number[]} found @param {number[]} expected  one level apart where a half is rounded */
function assertClose(found, expected, /** @type {string} */ where) {
  const apart = Math.max(...found.map((part, index) => Math.abs(part - expected[index])));
  assert.ok(apart <= 1, `${where}: ${found} is not ${expected}`);
}

test("the signed scale is NumPy's, in both themes and for every range", () => {
  for (const { theme, peak, values, colours } of GOLDEN.signed) {
    for (const [index, value] of values.entries()) {
      assertClose(signedColour(value, peak, theme), colours[index], `${theme} ${value}/${peak}`);
    }
  }
});

test("duotones and greys are NumPy's", () => {
  for (const { channel, values, colours } of GOLDEN.duotones) {
    for (const [index, value] of values.entries()) {
      assertClose(duotoneColour(value, channel), colours[index], `${channel} ${value}`);
    }
  }
  for (const [index, value] of GOLDEN.grey[0].values.entries()) {
    assertClose(greyColour(value), GOLDEN.grey[0].colours[index], `grey ${value}`);
  }
});

test("zero is exactly neutral, whatever the range", () => {
  assert.deepEqual(neutral("light"), [0xf1, 0xf0, 0xed]);
  assert.deepEqual(neutral("dark"), [0x22, 0x23, 0x25]);
  for (const m of [0, 1e-6, 3]) assert.deepEqual(signedColour(0, m, "light"), neutral("light"));
  assert.deepEqual(signedColour(5, 0, "light"), neutral("light"), "a map without a range");
});

test("the ends of the scale are the last stops, and nothing goes beyond", () => {
  assert.deepEqual(signedColour(2, 2, "light"), [0xaa, 0x2d, 0x14]);
  assert.deepEqual(signedColour(-2, 2, "light"), [0x50, 0x2a, 0x95]);
  assert.deepEqual(signedColour(-9, 2, "dark"), signedColour(-2, 2, "dark"));
  assert.deepEqual(greyColour(1.2), [255, 255, 255]);
  assert.deepEqual(duotoneColour(-0.2, 0), [0x14, 0x04, 0x04]);
});

test("text is black or white with at least 4.5 to 1 on every colour of the scales", () => {
  const linear = (/** @type {number} */ part) =>
    part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4;
  for (const theme of /** @type {const} */ (["light", "dark"])) {
    for (let value = -1; value <= 1; value += 0.01) {
      const [red, green, blue] = signedColour(value, 1, theme);
      const share = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
      const contrast =
        textOn([red, green, blue]) === "#000000" ? (share + 0.05) / 0.05 : 1.05 / (share + 0.05);
      assert.ok(contrast >= 4.5, `${theme} ${value}: ${contrast}`);
    }
  }
});

test("a packed colour has the byte order of ImageData", () => {
  const bytes = new Uint8Array(Uint32Array.of(pack(1, 2, 3)).buffer);
  assert.deepEqual([...bytes], [1, 2, 3, 255]);
  assert.equal(css([1, 2, 3]), "rgb(1 2 3)");
});
