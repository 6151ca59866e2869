import assert from "node:assert/strict";
import { test } from "node:test";
import { readAddress, sceneFrom, valuesOf, writeAddress } from "../../../static/state/address.js";
import { isSameRecipe, simplified } from "../../../static/state/address-recipe.js";
import { packState, UnreadableState, unpackState } from "../../../static/state/address-state.js";
import { isRecipe } from "../../../static/state/scene-shape.js";
import { jsonOf } from "../fixtures.js";

const { known, texts } = jsonOf("addresses.json");
const LIMITS = known.address.limits;
const SHAPE = { max_stages: LIMITS.stages, operations: known.operations };
const ROUNDS = 240;
const LETTERS = [..."?&=#%+-_,. /v1aé\u0000\u202e\ud800😀<>'\"{}[]"];

/** The same numbers every time: xorshift. @param {number} seed */
function chance(seed) {
  let state = seed;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  return {
    /** @param {number} most */
    below: (most) => Math.floor(next() * most),
    /** @template T @param {T[]} list @returns {T} */
    oneOf: (list) => list[Math.floor(next() * list.length)],
  };
}

/** @param {ReturnType<typeof chance>} draw @param {number} most */
function letters(draw, most) {
  return Array.from({ length: draw.below(most) }, () => draw.oneOf(LETTERS)).join("");
}

/** @param {ReturnType<typeof chance>} draw @param {number} depth @returns {any} */
function anything(draw, depth) {
  const kind = draw.below(depth > 0 ? 8 : 6);
  if (kind === 0) return null;
  if (kind === 1) return draw.oneOf([true, false]);
  if (kind === 2) return draw.oneOf([0, 1, -1, 0.5, 1e308, -1e-7, 2 ** 53]);
  if (kind < 6)
    return draw.oneOf(["conv", "input", "conv1", "__proto__", "sobel_x", letters(draw, 5)]);
  const parts = Array.from({ length: draw.below(4) }, () => anything(draw, depth - 1));
  if (kind === 6) return parts;
  const names = ["id", "op", "filters", "weight", "mix", "stages", "constructor"];
  return Object.fromEntries(parts.map((part) => [draw.oneOf(names), part]));
}

/** A recipe with something else at a few places. @param {ReturnType<typeof chance>} draw */
function brokenRecipe(draw) {
  const recipe = structuredClone(known.address.default);
  for (let count = draw.below(3); count >= 0; count -= 1) {
    /** @type {any} */
    let at = recipe;
    let name = draw.oneOf(Object.keys(at));
    while (typeof at[name] === "object" && at[name] !== null && draw.below(4) > 0) {
      const names = Object.keys(at[name]);
      if (names.length === 0) break;
      at = at[name];
      name = draw.oneOf(names);
    }
    at[name] = anything(draw, 3);
  }
  return recipe;
}

/** @param {import("../../../static/state/address-reading.js").Reading} reading @param {string} about */
async function assertIsScene({ scene, notes }, about) {
  assert.ok(isRecipe(scene.recipe, SHAPE), about);
  assert.ok(notes.every((note) => typeof note === "string" && note.length < 1000));
  const again = await readAddress(await writeAddress(scene, known), known);
  assert.deepEqual(again.notes, [], about);
  const pair = [scene, again.scene].map(({ recipe }) => simplified(recipe, known));
  assert.ok(isSameRecipe(pair[0], pair[1]), about);
}

test("whatever stands in an address, there is a scene, and an address that is read as it", async () => {
  const draw = chance(5);
  const names = known.address.parameters.flatMap((/** @type {any} */ { name, aliases = [] }) => [
    name,
    ...aliases,
  ]);
  for (let round = 0; round < ROUNDS; round += 1) {
    const pairs = Array.from({ length: draw.below(7) }, () => {
      const text = draw.oneOf([letters(draw, 20), draw.oneOf(texts).text]);
      return `${draw.oneOf(names)}=${draw.oneOf([encodeURI(text.toWellFormed?.() ?? "x"), text])}`;
    });
    const search = `?${draw.oneOf([pairs.join("&"), letters(draw, 40)])}`;
    const hash = `#${draw.oneOf(["", letters(draw, 20), `v1=${letters(draw, 30)}`])}`;
    await assertIsScene(await readAddress({ search, hash }, known), search + hash);
  }
});

test("whatever is packed behind the #, there is a scene", async () => {
  const draw = chance(6);
  for (let round = 0; round < ROUNDS / 2; round += 1) {
    const recipe = brokenRecipe(draw);
    const content = draw.oneOf([{ recipe, view: anything(draw, 2) }, anything(draw, 4)]);
    const state = await packState(content, LIMITS);
    const cut = draw.oneOf([state.length, draw.below(state.length)]);
    const hash = `#${state.slice(0, cut)}${draw.oneOf(["", "?secret=x", "AAAA"])}`;
    const search = draw.oneOf([
      "",
      "?kernel=emboss&map=2",
      "?image=camera&stride=2",
      "?color=grey",
    ]);
    await assertIsScene(await readAddress({ search, hash }, known), JSON.stringify(content));
  }
});

test("whatever a host sets, there is a scene", async () => {
  const draw = chance(7);
  let scene = (await readAddress({}, known)).scene;
  for (let round = 0; round < ROUNDS; round += 1) {
    const { name } = /** @type {any} */ (draw.oneOf(known.address.parameters));
    const odd = draw.oneOf([{ toString: 1 }, [[[[]]]], [Symbol.iterator], Number.NaN, () => {}]);
    const value = draw.oneOf([draw.oneOf(texts).text, anything(draw, 2), odd]);
    const reading = await sceneFrom({ [name]: value }, known, scene);
    await assertIsScene(reading, name);
    scene = reading.scene;
  }
});

test("nothing in an address reaches the prototypes of the page", async () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty"];
  for (const name of names) {
    const { notes } = await readAddress(
      { search: `?${name}=1&stage=${name}&kernel=${name}` },
      known,
    );
    assert.equal(notes.length, 2);
  }
  const state = await packState(JSON.parse('{"__proto__": {"recipe": 1}, "recipe": 1}'), LIMITS);
  await readAddress({ hash: `#${state}` }, known);
  assert.equal(/** @type {any} */ ({}).recipe, undefined);
});

test("long addresses and small texts that unpack to huge ones do not hold the page up", async () => {
  const started = performance.now();
  for (const search of ["?".repeat(1e6), `?stride=${",".repeat(1e6)}`, "&a=1".repeat(3e5)]) {
    await readAddress({ search, hash: `#${"v1=".repeat(1e5)}` }, known);
  }
  const spaces = new Blob([" ".repeat(5e7)]).stream();
  const stream = spaces.pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const bomb = `v1=${Buffer.from(bytes).toString("base64url")}`;
  assert.ok(bomb.length < LIMITS.packed_characters);
  await assert.rejects(unpackState(bomb, LIMITS), UnreadableState);
  assert.ok(performance.now() - started < 10_000);
});

test("what is packed comes out again", async () => {
  const draw = chance(8);
  for (let round = 0; round < 100; round += 1) {
    const content = { recipe: anything(draw, 5) };
    assert.deepEqual(await unpackState(await packState(content, LIMITS), LIMITS), content);
  }
});

test("values of a scene on top of any other are that scene again", async () => {
  const { completeValuesOf } = await import("../../../static/state/address.js");
  const draw = chance(9);
  const searches = ["?kernel=emboss&stride=2", "?stage=conv2&map=3&cell=2,2", "?image=camera", ""];
  for (const search of searches) {
    const { scene } = await readAddress({ search }, known);
    const other = (await readAddress({ search: draw.oneOf(searches) }, known)).scene;
    const values = await completeValuesOf(scene, known);
    const { scene: again, notes } = await sceneFrom(values, known, other);
    assert.deepEqual(notes, []);
    assert.ok(isSameRecipe(simplified(again.recipe, known), simplified(scene.recipe, known)));
    assert.deepEqual(await valuesOf(again, known), await valuesOf(scene, known));
  }
});
