import assert from "node:assert/strict";
import { test } from "node:test";
import {
  currentPicture,
  ownOnShow,
  pictureGroups,
  pictureOnShow,
} from "../../../static/model/pictures.js";

const sample = (id, kind, extra = {}) => ({
  id,
  kind,
  title: id,
  alt: id,
  thumbnail: "",
  ...extra,
});
const TILES = {
  id: "digit_{label}_{index}",
  title: "Digit {label}",
  alt: "A handwritten {label}.",
  rows: [
    { label: 3, test_set_indices: [5, 6, 7] },
    { label: 8, test_set_indices: [1] },
  ],
};
const SAMPLES = [
  sample("step", "teaching"),
  sample("digits", "digits", { tiles: TILES }),
  sample("cat", "photograph"),
];

test("photographs come first and empty kinds are left out", () => {
  assert.deepEqual(
    pictureGroups(SAMPLES).map(({ name }) => name),
    ["photograph", "teaching", "digits"],
  );
  assert.deepEqual(
    pictureGroups([SAMPLES[0]]).map(({ title }) => title),
    ["Patterns"],
  );
});

test("a sheet of digits is offered as single pictures", () => {
  const [, , digits] = pictureGroups(SAMPLES);
  assert.deepEqual(
    digits.pictures.map(({ id, title }) => [id, title]),
    [
      ["digit_3_0", "Digit 3"],
      ["digit_3_1", "Digit 3"],
      ["digit_8_0", "Digit 8"],
    ],
  );
  assert.equal(digits.pictures[0].thumbnail, "/api/samples/digit_3_0/thumbnail.png");
});

test("the current picture is the upload, a sample, a digit of a sheet, or unknown", () => {
  const state = (image, upload = null) => ({
    recipe: { version: 1, input: { image }, stages: [] },
    upload,
    upload_before: null,
  });
  const own = sample("abc", "upload");
  assert.equal(currentPicture(state("abc", own), SAMPLES), own);
  assert.equal(currentPicture(state("cat", own), SAMPLES)?.title, "cat");
  assert.equal(currentPicture(state("digit_8_0"), SAMPLES)?.title, "Digit 8");
  assert.equal(currentPicture(state("gone"), SAMPLES), null);
});

test("the picture on show is the run's, also when another was asked for and refused", () => {
  const [first, second] = [sample("abc", "upload"), sample("def", "upload")];
  const state = (/** @type {string} */ shown) => ({
    run: /** @type {any} */ ({ recipe: { input: { image: shown } } }),
    recipe: { version: 1, input: { image: "def" }, stages: [] },
    upload: second,
    upload_before: first,
  });
  assert.equal(pictureOnShow(state("abc"), SAMPLES), first);
  assert.equal(pictureOnShow(state("def"), SAMPLES), second);
  assert.equal(pictureOnShow(state("cat"), SAMPLES)?.title, "cat");
  assert.equal(ownOnShow(state("abc")), first);
  assert.equal(ownOnShow(state("cat")), null);
  const before = { ...state(""), run: null };
  assert.deepEqual([pictureOnShow(before, SAMPLES), ownOnShow(before)], [null, null]);
});
