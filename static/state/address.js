/**
 * Addresses: read into scenes, written from scenes.
 *
 * The table of parameters comes with the page, from the same place that the server reads addresses
 * by.
 */

import { GEOMETRY, interpreted, textsOf } from "./address-reading.js";
import {
  colorOf,
  convOnShow,
  geometryOf,
  isSameRecipe,
  pixelsOf,
  simplified,
  sizeOf,
} from "./address-recipe.js";
import { findState, packState } from "./address-state.js";
import { sampleNamed, writeText } from "./address-texts.js";
import { completeView } from "./scene-shape.js";
import { filtersOf } from "./weights.js";

/** @typedef {import("./state.js").Recipe} Recipe */
/** @typedef {import("./state.js").SavedScene} SavedScene */
/** @typedef {import("./address-texts.js").AddressParameter} AddressParameter */
/** @typedef {import("./address-reading.js").AddressTable} AddressTable  What comes with the page. */
/** @typedef {import("./address-reading.js").Known} Known */
/** @typedef {import("./address-reading.js").Reading} Reading */
/** @typedef {import("./address-reading.js").Values} Values */

const MOST_CHARACTERS = 250_000;
const MOST_PARAMETERS = 100;

/**
 * Read an address; whatever it is, there is a scene in the end.
 *
 * @param {{search?: string, hash?: string}} address
 * @param {Known} known
 * @returns {Promise<Reading>}
 */
export async function readAddress({ search = "", hash = "" }, known) {
  const pairs = [...new URLSearchParams(search.slice(0, MOST_CHARACTERS))];
  const values = textsOf(pairs.slice(0, MOST_PARAMETERS), known);
  const state = findState(hash.slice(0, MOST_CHARACTERS));
  if (state) values.state = state;
  return interpreted(values, known, null);
}

/**
 * The scene that values stand for.
 *
 * @param {Record<string, unknown>} values  of address parameters; what is no text becomes one
 * @param {Known} known
 * @param {SavedScene|null} [base]  what they change; left out, what an empty address stands for
 * @returns {Promise<Reading>}
 */
export async function sceneFrom(values, known, base = null) {
  const pairs = Object.entries(values).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [[name, textOf(value)]],
  );
  return interpreted(textsOf(/** @type {[string, string][]} */ (pairs), known), known, base);
}

/**
 * A value as it would stand in an address; what nobody could write there is nothing that is known.
 *
 * @param {unknown} value
 * @returns {string}
 */
function textOf(value) {
  if (Array.isArray(value)) return value.flat(2).map(textOf).join(",");
  return ["string", "number", "boolean"].includes(typeof value) ? String(value) : "an object";
}

/* ---- writing --------------------------------------------------------------------------------- */

/**
 * Write a scene as an address: short parameters where they say it all.
 *
 * @param {SavedScene} scene
 * @param {Known} known
 * @returns {Promise<{search: string, hash: string}>}  which is read as the same scene
 * @throws {import("./address-state.js").AddressTooLong}
 */
export async function writeAddress(scene, known) {
  const { state, ...values } = await valuesOf(scene, known);
  const query = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  return {
    search: query.length > 0 ? `?${query.join("&")}` : "",
    hash: state ? `#${state}` : "",
  };
}

/**
 * The texts of the parameters that stand for a scene, in the order of the table.
 *
 * @param {SavedScene} scene
 * @param {Known} known
 * @returns {Promise<Values>}
 */
export async function valuesOf(scene, known) {
  const view = completeView(scene.recipe, scene.view);
  const wanted = simplified(scene.recipe, known);
  const shown = viewTexts({ ...scene, view }, known);
  for (const start of starts(scene.recipe, known)) {
    const texts = { ...start, ...recipeTexts(scene.recipe, view.stage, start, known) };
    const made = await interpreted({ ...texts, stage: view.stage }, known, null);
    if (isSameRecipe(simplified(made.scene.recipe, known), wanted)) {
      return ordered({ ...texts, ...shown }, known);
    }
  }
  const state = await packState({ recipe: wanted }, known.address.limits);
  return ordered({ ...shown, state }, known);
}

/**
 * The same, with the whole recipe besides: on top of any other scene they still mean this one.
 *
 * @param {SavedScene} scene
 * @param {Known} known
 * @returns {Promise<Values>}
 */
export async function completeValuesOf(scene, known) {
  const values = await valuesOf(scene, known);
  if (values.state) return values;
  const recipe = simplified(scene.recipe, known);
  return { ...values, state: await packState({ recipe }, known.address.limits) };
}

/**
 * Beginnings that may lead to a recipe: the usual one, one kernel, one seed.
 *
 * @param {Recipe} recipe
 * @param {Known} known
 * @returns {Values[]}
 */
function starts(recipe, known) {
  const stage = convOnShow(recipe, "");
  const filters = stage ? filtersOf(stage) : [];
  const [{ kernel = null, seed = null } = {}] = filters;
  if (filters.length !== 1) return [{}];
  if (known.kernels.some(({ name }) => name === kernel)) {
    return [{}, { kernel: String(kernel).replaceAll("_", "-") }];
  }
  return seed === null ? [{}] : [{}, { seed: String(seed) }];
}

/**
 * What differs from where an address begins, as far as it has a text.
 *
 * @param {Recipe} recipe
 * @param {string} shown  id of the stage on show
 * @param {Values} start
 * @param {Known} known
 * @returns {Values}
 */
function recipeTexts(recipe, shown, start, { address, samples }) {
  const first = Object.keys(start).length > 0 ? address.one_filter : address.default;
  const { image } = recipe.input;
  /** @type {Record<string, any>} */
  const given = {};
  if (pixelsOf(recipe) === null) {
    const isGrey = sampleNamed(samples, image)?.channels === 1;
    if (image !== first.input.image) given.image = image;
    if (sizeOf(recipe) !== sizeOf(first)) given.size = sizeOf(recipe);
    if (colorOf(recipe) !== (isGrey ? "grey" : "rgb")) given.color = colorOf(recipe);
  }
  const stage = convOnShow(recipe, shown);
  const usual = convOnShow(first, shown);
  for (const name of stage && usual ? GEOMETRY : []) {
    const value = geometryOf(/** @type {any} */ (stage), name);
    const isUsual = String(value) === String(geometryOf(/** @type {any} */ (usual), name));
    if (!isUsual) given[name] = value;
  }
  return written(given, address.parameters);
}

/**
 * @param {SavedScene} scene
 * @param {Known} known
 * @returns {Values}
 */
function viewTexts({ recipe, view }, { address }) {
  const { locks = [], ...given } = view;
  if (given.stage === (recipe.stages[0]?.id ?? "input")) delete given.stage;
  const lock = locks.length > 0 ? { lock: locks } : {};
  return written({ ...given, ...lock }, address.parameters);
}

/**
 * @param {Record<string, any>} values
 * @param {AddressParameter[]} table
 * @returns {Values}  without those that mean the same as leaving them out
 */
function written(values, table) {
  /** @type {Values} */
  const texts = {};
  for (const entry of table) {
    const value = values[entry.name];
    if (value === undefined || (value === null && entry.type !== "size")) continue;
    const text = writeText(entry, value);
    if (typeof text === "string" && (text !== entry.default || entry.part === "recipe")) {
      texts[entry.name] = text;
    }
  }
  return texts;
}

/** @param {Values} values @param {Known} known @returns {Values} */
function ordered(values, { address }) {
  const names = address.parameters.map(({ name }) => name);
  return Object.fromEntries(
    names.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]),
  );
}
