import assert from "node:assert/strict";
import { test } from "node:test";
import {
  codeWords,
  copiedWords,
  embedTitle,
  LONG_LINK,
  LONGEST_CODE,
  lengthWords,
  linkContents,
  openingSentence,
  reachWords,
  uploadWords,
} from "../../../static/describe/sharing.js";
import { goldenRun } from "../fixtures.js";

const { manifest } = goldenRun();
const conv = manifest.stages.find(({ op }) => op === "conv");
const [, , columns] = conv.shape;
const cup = /** @type {any} */ ({ id: "coffee", title: "Coffee cup", kind: "photograph" });

test("the sentence names the cell where a link opens, counted from 1", () => {
  assert.equal(openingSentence({ cell: [49, 69] }, conv), "It opens at row 50, column 70.");
  const step = 2 * columns + 1;
  assert.equal(openingSentence({ step }, conv), "It opens at row 3, column 2.");
  // A pinned cell says more than the window the playhead stands at.
  assert.equal(openingSentence({ step, cell: [0, 0] }, conv), "It opens at row 1, column 1.");
  assert.equal(openingSentence({ step: 0 }, conv), "It opens at the first window.");
  assert.equal(openingSentence({ step: null, cell: null }, conv), "It opens on the finished map.");
});

test("what is in a link is told: picture, stage, place, settings", () => {
  const scene = /** @type {any} */ ({
    recipe: { input: { image: "coffee", size: 96 }, stages: [{ id: conv.id, filters: [{}] }] },
    view: { stage: conv.id, map: 1, cell: [4, 6] },
  });
  assert.deepEqual(linkContents(scene, { stage: conv, picture: cup }), [
    { term: "Picture", value: "Coffee cup, at 96 × 96" },
    { term: "Stage", value: `${conv.title}, map 2 of ${conv.maps.length}` },
    { term: "Place", value: "row 5, column 7" },
    { term: "Settings", value: "all 1 stage" },
  ]);
});

test("own weights and own tiny pictures are told to be in the link", () => {
  const scene = /** @type {any} */ ({
    recipe: {
      input: { pixels: [Array.from({ length: 28 }, () => Array(20).fill(0))] },
      stages: [{ id: "a", filters: [{ weight: [[[1]]] }, { kernel: "sobel_x" }] }, { id: "b" }],
    },
    view: { step: 0 },
  });
  const said = linkContents(scene, { stage: null, picture: null });
  assert.deepEqual(said, [
    { term: "Picture", value: "your own, 28 × 20 pixels" },
    { term: "Place", value: "the first window" },
    { term: "Settings", value: "all 2 stages; 1 filter with your own weights" },
  ]);
});

test("an uploaded picture is said not to be in the link, and what is shown instead", () => {
  const { name, rest } = uploadWords("lab.png", cup, "link");
  assert.equal(name, "lab.png");
  assert.match(rest, /^ is not in the link: .+ not given to others\./);
  assert.match(rest, /Whoever opens it sees the coffee cup with the same settings\.$/);
  assert.match(
    uploadWords("lab.png", cup, "embed").rest,
    /^ cannot be shown by an embed: .+ Students/,
  );
});

test("a link is warned about when it is longer than programs take", () => {
  const base = "https://a.example/";
  assert.equal(lengthWords(base.padEnd(LONG_LINK, "x")), null);
  const words = lengthWords(base.padEnd(LONG_LINK + 1, "x"));
  assert.match(words ?? "", /2,001 characters/);
});

test("a link that no code holds gets a sentence in the code's place", () => {
  const base = "https://a.example/";
  assert.deepEqual(codeWords(base), { fits: true, words: null });
  assert.equal(codeWords(base.padEnd(LONGEST_CODE, "x")).fits, true);
  assert.match(codeWords(base.padEnd(LONGEST_CODE, "x")).words ?? "", /show it large/);
  const { fits, words } = codeWords(base.padEnd(LONGEST_CODE + 1, "x"));
  assert.equal(fits, false);
  assert.match(words ?? "", /2,954 characters; a QR code holds 2,953/);
});

test("an address of this computer is said to be one that nobody else can open", () => {
  for (const host of ["127.0.0.1:8000", "localhost", "a.localhost:80", "[::1]:8000", "0.0.0.0"]) {
    assert.match(reachWords(`http://${host}`) ?? "", /is this computer: nobody else/, host);
  }
  for (const host of ["kernelscope.example", "10.0.0.7:8000", "127.example", "localhost.example"]) {
    assert.equal(reachWords(`http://${host}`), null, host);
  }
});

test("copying says how many lines", () => {
  assert.equal(copiedWords("<a>\n<b>"), "Copied. 2 lines.");
  assert.equal(copiedWords("one"), "Copied. 1 line.");
  assert.equal(copiedWords("one\n"), "Copied. 1 line.");
});

test("the frame has a title that says what is in it", () => {
  assert.equal(embedTitle(conv, cup), `Kernelscope: ${conv.title} of the coffee cup`);
  assert.equal(embedTitle(null, cup), "");
});
