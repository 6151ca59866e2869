import assert from "node:assert/strict";
import { test } from "node:test";
import { createSheet, figureOf } from "../../../static/draw/figure.js";
import { paintFigure } from "../../../static/draw/paint.js";
import { escaped, svgOf } from "../../../static/draw/svg.js";

const ABOUT = { width: 100, height: 50, title: 'A <map> & "more"', description: "What it shows." };

function figure() {
  const sheet = createSheet("light");
  sheet.rect(
    { x: 1, y: 2, width: 3, height: 4 },
    { fill: "#112233", stroke: "#445566", line_px: 2 },
  );
  sheet.text(
    10,
    20,
    [
      { text: "−2.16 ", fill: "#111111", weight: 400 },
      { text: "+2.47", fill: "#222222", weight: 600 },
    ],
    { anchor: "end", size_px: 16 },
  );
  sheet.hatch({ x: 0, y: 0, width: 20, height: 20 });
  sheet.path("M0 0L5 5", { stroke: "#123456" });
  const pixels = new Uint32Array([0xff0000ff, 0xff00ff00]);
  sheet.raster({
    x: 5,
    y: 6,
    width: 20,
    height: 10,
    rows: 1,
    columns: 2,
    pixels,
    name: "conv1:0",
    is_smooth: false,
  });
  return figureOf(sheet, ABOUT);
}

test("an SVG says what it is, has no foreign parts and refers to nothing outside", () => {
  const text = svgOf(figure(), () => "data:image/png;base64,AAAA");
  assert.match(text, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="100" height="50"/);
  assert.match(text, /<svg [^>]*>\n<title>A &lt;map&gt; &amp; &quot;more&quot;<\/title>/);
  assert.match(text, /<desc>What it shows\.<\/desc>/);
  assert.doesNotMatch(text, / id="/, "ids of several figures in one page would clash");
  assert.doesNotMatch(text, /foreignObject|<script|<style|url\(|@import/);
  const links = [...text.matchAll(/href="([^"]*)"/g)].map(([, link]) => link);
  assert.deepEqual(links, ["data:image/png;base64,AAAA"]);
});

test("text stays text, in its runs and at its place", () => {
  const text = svgOf(figure(), () => "");
  assert.match(
    text,
    /<text x="10" y="20" font-size="16" fill="#111111" text-anchor="end"[^>]*>−2\.16 <tspan fill="#222222" font-weight="600">\+2\.47<\/tspan><\/text>/,
  );
});

test("what would end an element or is no character is written otherwise or left out", () => {
  assert.equal(escaped('</text><script>"&\u0007'), "&lt;/text&gt;&lt;script&gt;&quot;&amp;");
});

/** A context that writes down what is asked of it. */
function recorder() {
  /** @type {[string, ...any[]][]} */
  const calls = [];
  const state = /** @type {Record<string, any>} */ ({});
  const context = new Proxy(state, {
    get: (target, name) => {
      if (name === "measureText")
        return (/** @type {string} */ text) => ({ width: 8 * text.length });
      if (name in target) return target[/** @type {string} */ (name)];
      return (/** @type {any[]} */ ...values) => {
        calls.push([String(name), ...values, { ...target }]);
      };
    },
    set: (target, name, value) => {
      target[/** @type {string} */ (name)] = value;
      return true;
    },
  });
  return { context: /** @type {any} */ (context), calls };
}

test("the canvas gets the same marks in the same order, at the wanted scale", () => {
  const { context, calls } = recorder();
  const image = /** @type {any} */ ("image");
  paintFigure(context, figure(), 2, {
    pathOf: (d) => /** @type {any} */ (d),
    imageOf: () => image,
  });
  const named = (/** @type {string} */ name) => calls.filter(([call]) => call === name);
  assert.deepEqual(named("scale")[0].slice(1, 3), [2, 2]);
  assert.deepEqual(
    named("fillRect").map((call) => call.slice(1, 5)),
    [
      [0, 0, 100, 50],
      [1, 2, 3, 4],
      [0, 0, 20, 20],
    ],
  );
  assert.deepEqual(named("drawImage")[0].slice(1, 6), ["image", 5, 6, 20, 10]);
  assert.equal(named("drawImage")[0].at(-1).imageSmoothingEnabled, false);
  const texts = named("fillText");
  // Both runs end at x = 10: 11 characters of 8 px before it.
  assert.deepEqual(
    texts.map((call) => call.slice(1, 4)),
    [
      ["−2.16 ", 10 - 88, 20],
      ["+2.47", 10 - 40, 20],
    ],
  );
  assert.match(texts[1].at(-1).font, /^600 16px /);
});
