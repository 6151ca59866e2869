import assert from "node:assert/strict";
import { test } from "node:test";

import { contentWords, creditWords } from "../../../static/describe/saved-file.js";

test("a file with the viewer's own picture says so, one with a sample does not", () => {
  const upload = { id: "a1", title: "lab.png", alt: "", thumbnail: "", kind: "upload" };
  const recipe = (/** @type {string} */ image) =>
    /** @type {const} */ ({ version: 1, input: { image }, stages: [] });
  const words = contentWords({ recipe: { ...recipe("a1"), stages: [] }, upload });
  assert.match(words, /“lab\.png” is in it/);
  assert.equal(contentWords({ recipe: { ...recipe("coffee"), stages: [] }, upload }), "");
  assert.equal(contentWords({ recipe: { ...recipe("coffee"), stages: [] }, upload: null }), "");
});

test("a picture's author and licence go with it", () => {
  const picture = { id: "cat", title: "Cat", alt: "", thumbnail: "", kind: "photograph" };
  const credited = { ...picture, author: "A. Author", licence: "CC0 1.0" };
  assert.equal(creditWords(credited), "Picture: Cat, A. Author (CC0 1.0).");
  assert.equal(creditWords(picture), "");
  assert.equal(creditWords(undefined), "");
});
