import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutPageNotes } from "../../../static/api/client.js";
import { readAddress, sceneFrom, valuesOf } from "../../../static/state/address.js";
import { simplified } from "../../../static/state/address-recipe.js";
import { unpackState } from "../../../static/state/address-state.js";
import { readText, UNREADABLE, writeText } from "../../../static/state/address-texts.js";
import { fitView } from "../../../static/state/view-fit.js";
import { jsonOf } from "../fixtures.js";

const { known, texts, recipes, cases, views } = jsonOf("addresses.json");
const STAGES = ["input", "conv1", "relu1"];

/** As JSON, without the notes that only the page keeps. @param {any} recipe */
const plain = (recipe) => JSON.parse(JSON.stringify(withoutPageNotes(recipe)));

test("a text is the value that the server reads, and is written as it writes it", () => {
  for (const { name, text, is_read, value, written } of texts) {
    const entry = known.address.parameters.find((/** @type {any} */ one) => one.name === name);
    const read = readText(entry, text, { ...known, stages: STAGES });
    const about = `${name}=${text}`;
    assert.deepEqual(read, is_read ? value : UNREADABLE, about);
    if (is_read) assert.equal(writeText(entry, read) ?? null, written, about);
  }
});

test("an address is the scene that the server reads, with the same notes", async () => {
  for (const { search, hash, recipe, view, notes } of cases) {
    const reading = await readAddress({ search, hash }, known);
    const about = `${search}${hash}`.slice(0, 200);
    assert.deepEqual(reading.notes, notes, about);
    assert.deepEqual(plain(reading.scene.recipe), recipes[recipe], about);
    assert.deepEqual(reading.scene.view, view, about);
  }
});

test("a scene is written as the server writes it", async () => {
  for (const { search, hash, written, packed } of cases) {
    const { scene } = await readAddress({ search, hash }, known);
    const { state, ...values } = await valuesOf(scene, known);
    const about = `${search}${hash}`.slice(0, 200);
    assert.deepEqual(values, written, about);
    const content = state ? await unpackState(state, known.address.limits) : null;
    assert.deepEqual(content, recipes[packed], about);
  }
});

test("what lies outside of a run is let go as the server lets it go", () => {
  for (const { view, stages, fitted, notes } of views) {
    assert.deepEqual(fitView(view, stages), { view: fitted, notes });
  }
});

test("links that were given away open at the same scene in the page too", async () => {
  for (const { link, recipe, view } of jsonOf("links.json")) {
    const { search, hash } = new URL(link, "https://example.org");
    const { scene, notes } = await readAddress({ search, hash }, known);
    assert.deepEqual(notes, [], link);
    assert.deepEqual(simplified(scene.recipe, known), recipe, link);
    assert.deepEqual(scene.view, view, link);
  }
});

test("what changes a scene on show is not spoken of as an address", async () => {
  const { scene } = await readAddress({ search: "?kernel=sobel-x&stride=2" }, known);
  const values = {
    stride: "x",
    bias: "1,2",
    image: "nobody",
    stage: "z",
    state: "v1=abc",
    cell: {},
  };
  const reading = await sceneFrom(values, known, scene);
  assert.equal(reading.notes.length, 6);
  for (const note of reading.notes) assert.doesNotMatch(note, /address/);
  assert.ok(reading.notes.some((note) => note.startsWith("stride is “x”; it is a whole number")));
  assert.deepEqual(reading.scene, (await sceneFrom({}, known, scene)).scene);
});
