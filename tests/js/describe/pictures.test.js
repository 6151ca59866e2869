import assert from "node:assert/strict";
import { test } from "node:test";
import {
  creditText,
  firstPicture,
  megabytes,
  named,
  noLongerHere,
  problemParts,
  problemTitle,
  stillLoaded,
  tooLarge,
} from "../../../static/describe/pictures.js";

const COFFEE = { id: "coffee", title: "Coffee cup", alt: "", thumbnail: "", kind: "photograph" };
const LAB = { ...COFFEE, id: "a", title: "lab.png", kind: "upload" };

test("a sample is called by its name in lower case, an own picture by its file", () => {
  assert.equal(named(COFFEE), "the coffee cup");
  assert.equal(named(LAB), "lab.png");
  assert.equal(named(null), "the picture");
});

test("a refusal says that the picture before is still there", () => {
  assert.equal(stillLoaded(COFFEE), "Your coffee cup is still loaded.");
  assert.equal(stillLoaded(LAB), "lab.png is still loaded.");
});

test("a file over the limit is told with both sizes and what works", () => {
  const limit = 10 * 1024 * 1024;
  const { detail, code } = tooLarge("beach.jpg", 15_000_000, limit);
  assert.equal(
    detail,
    "beach.jpg has 14.3 MB; the limit is 10 MB. Export it smaller, or as JPEG, and try again.",
  );
  assert.equal(code, "too_large");
  assert.match(tooLarge("beach.jpg", limit + 1, limit).detail, /is larger than 10 MB/);
});

test("sizes are written as the server writes them", () => {
  assert.deepEqual([10 * 1024 * 1024, 1_600_000, 300].map(megabytes), [
    "10 MB",
    "1.5 MB",
    "300 bytes",
  ]);
});

test("an expired picture is asked for by its name", () => {
  const { detail } = noLongerHere("lab.png");
  assert.equal(detail, "Please choose lab.png again; it is no longer in memory.");
  assert.equal(problemTitle(noLongerHere(null)), "This picture is gone");
});

test("the file's name stands out where the sentence starts with it", () => {
  const problem = { code: "unsupported_image", status: 415, detail: "lab.pdf is a PDF document." };
  assert.deepEqual(problemParts(problem, "lab.pdf"), {
    name: "lab.pdf",
    rest: " is a PDF document.",
  });
  assert.equal(problemParts(problem, "other.pdf").name, "");
});

test("a credit names author and licence as far as they are known", () => {
  assert.equal(creditText(COFFEE), "Coffee cup");
  assert.equal(creditText({ ...LAB, width: 640, height: 480 }), "lab.png, 640 × 480 pixels");
  const credited = { ...COFFEE, author: "Rachel Michetti", licence: "CC0 1.0" };
  assert.equal(creditText(credited), "Coffee cup by Rachel Michetti, CC0\u00A01.0");
});

test("of several dropped files the first picture is taken, else the first file", () => {
  const [text, png] = [{ type: "text/plain" }, { type: "image/png" }];
  assert.equal(firstPicture([text, png]), png);
  assert.equal(firstPicture([text]), text);
  assert.equal(firstPicture([]), null);
});
