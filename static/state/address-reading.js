/**
 * From the texts of an address to a scene.
 *
 * `app/scenes/interpret.py` does the same; the golden addresses hold both to it.
 */

import {
  colorOf,
  convOnShow,
  filterSet,
  geometryOf,
  imageSet,
  pixelsOf,
  sizeOf,
  stageSet,
} from "./address-recipe.js";
import { UnreadableState, unpackState } from "./address-state.js";
import { quoted, readText, sampleNamed, UNREADABLE, writeText } from "./address-texts.js";
import { inputColorChanged } from "./recipe.js";
import { completeView, isRecipe, viewOf } from "./scene-shape.js";
import { filtersOf } from "./weights.js";

/** @typedef {import("./state.js").Recipe} Recipe */
/** @typedef {import("./state.js").SavedScene} SavedScene */
/** @typedef {import("./state.js").SceneView} SceneView */
/** @typedef {import("./address-texts.js").AddressParameter} AddressParameter */
/** @typedef {Record<string, string>} Values  texts by name of the parameter, as in an address */
/** @typedef {{scene: SavedScene, notes: string[]}} Reading  notes: what could not be used, in sentences */

/**
 * @typedef {object} AddressTable  What comes with the page: `describe_address()`.
 * @property {number} version
 * @property {AddressParameter[]} parameters
 * @property {string[]} controls
 * @property {Recipe} default  what an empty address stands for
 * @property {Recipe} one_filter  what an address with a kernel begins with
 * @property {{packed_characters: number, unpacked_bytes: number, stages: number}} limits
 */

/**
 * @typedef {object} Known  What reads and writes addresses; the page's boot data is one.
 * @property {AddressTable} address
 * @property {import("./address-texts.js").Sample[]} samples
 * @property {import("./address-recipe.js").Preset[]} kernels
 * @property {import("./address-recipe.js").Operation[]} operations
 */

/** Settings of a convolution that have a parameter. */
export const GEOMETRY = ["stride", "padding", "dilation", "bias"];

/**
 * The text of each known parameter, the first where it is repeated.
 *
 * @param {[string, string][]} pairs
 * @param {Known} known
 * @returns {Values}
 */
export function textsOf(pairs, { address }) {
  /** @type {Map<string, string>} */
  const names = new Map();
  for (const { name, aliases = [] } of address.parameters) {
    for (const one of [name, ...aliases]) names.set(one, name);
  }
  /** @type {Values} */
  const texts = {};
  for (const [given, value] of pairs) {
    const name = names.get(given.replace(/^amp;/, "").toLowerCase());
    // A second question mark begins what a host has appended.
    if (name && texts[name] === undefined) {
      texts[name] = name === "state" ? value : value.split("?")[0];
    }
  }
  return texts;
}

/**
 * @param {Values} texts
 * @param {Known} known
 * @param {SavedScene|null} base
 * @returns {Promise<Reading>}
 */
export async function interpreted(texts, known, base) {
  const interpreter = new Interpreter(texts, known);
  return interpreter.read(base);
}

/** Reads texts in the order of the table, and keeps notes. */
class Interpreter {
  /** @type {string[]} */
  notes = [];
  /** @type {SceneView & {stage: string, map: number}} */
  view = { stage: "input", map: 0 };
  /** Behind the name of a value. */
  where = " in the address";
  /** Nothing but this address says what is computed. */
  isShort = true;

  /** @param {Values} texts @param {Known} known */
  constructor(texts, known) {
    this.texts = texts;
    this.known = known;
    this.table = new Map(known.address.parameters.map((entry) => [entry.name, entry]));
    /** @type {Recipe} */
    this.recipe = known.address.default;
  }

  /** @param {SavedScene|null} base @returns {Promise<Reading>} */
  async read(base) {
    // What changes a scene on show is no address: it comes from a call.
    if (base) this.where = "";
    const start = (await this.#unpacked()) ?? base;
    this.isShort = start === null;
    const isOne = this.#has("kernel") || this.#has("seed");
    const { address } = this.known;
    this.recipe = start?.recipe ?? (isOne ? address.one_filter : address.default);
    this.view = completeView(this.recipe, start?.view ?? {});
    this.#readView();
    this.#readPicture();
    this.#readFilter();
    this.#readGeometry();
    return { scene: { version: 1, recipe: this.recipe, view: this.view }, notes: this.notes };
  }

  /** @returns {Promise<SavedScene|null>} */
  async #unpacked() {
    const { texts, known } = this;
    if (texts.state === undefined) return null;
    const { limits, parameters } = known.address;
    try {
      const scene = packedScene(await unpackState(texts.state, limits), known);
      const { image } = scene.recipe.input;
      if (pixelsOf(scene.recipe) !== null || sampleNamed(known.samples, image)) return scene;
      const usual = parameters.find(({ name }) => name === "image")?.default ?? "";
      this.notes.push(
        `The picture ${quoted(image)}${this.where && " of the address"} is not among the samples. ${usual} is used.`,
      );
      const input = { ...scene.recipe.input, image: usual };
      return { ...scene, recipe: { ...scene.recipe, input } };
    } catch (error) {
      if (!(error instanceof UnreadableState)) throw error;
      this.notes.push(`The scene${this.where} cannot be read: ${error.message}. It is left out.`);
      return null;
    }
  }

  /** @param {string} name */
  #has(name) {
    return this.texts[name] !== undefined;
  }

  /* ---- what is looked at ---- */

  #readView() {
    const { view } = this;
    const before = { stage: view.stage, map: view.map };
    const stage = this.#value("stage", before.stage);
    const map = this.#value("map", before.map);
    if (stage !== UNREADABLE && stage !== before.stage) Object.assign(view, { stage, map: 0 });
    if (map !== UNREADABLE && this.#has("map")) view.map = map ?? 0;
    if (before.stage !== view.stage || before.map !== view.map) {
      Object.assign(view, { cell: null, step: null });
    }
    for (const [name, other] of /** @type {const} */ ([
      ["cell", "step"],
      ["step", "cell"],
    ])) {
      const value = this.#value(name, view[name]);
      if (value === UNREADABLE || !this.#has(name)) continue;
      view[name] = value;
      if (!this.#has(other)) view[other] = null;
    }
    for (const name of /** @type {const} */ (["speed", "theme", "autoplay"])) {
      const value = this.#value(name, view[name] ?? null);
      if (value !== UNREADABLE && this.#has(name)) view[name] = /** @type {never} */ (value);
    }
    this.#readControls();
  }

  #readControls() {
    const shown = this.#value("controls", null);
    const hidden = this.#value("hide", null);
    const locks = this.#value("lock", null);
    if (Array.isArray(shown)) this.view.controls = shown;
    if (Array.isArray(hidden)) {
      const offered = this.view.controls ?? usualControls(this.known);
      this.view.controls = offered.filter((name) => !hidden.includes(name));
    }
    if (Array.isArray(locks)) this.view.locks = locks;
  }

  /* ---- what is computed ---- */

  #readPicture() {
    const image = this.#value("image", this.recipe.input.image ?? null);
    let color = colorOf(this.recipe);
    if (this.#has("image") && image !== UNREADABLE) {
      this.recipe = imageSet(this.recipe, image);
      color = sampleNamed(this.known.samples, image)?.channels === 1 ? "grey" : "rgb";
    }
    if (pixelsOf(this.recipe) !== null) {
      for (const name of ["size", "color"].filter((one) => this.#has(one))) {
        const picture = this.where ? "the picture of this address" : "the picture";
        this.notes.push(`${name} is left out: ${picture} is given as numbers.`);
      }
      return;
    }
    const wanted = this.#value("color", color);
    this.recipe = inputColorChanged(this.recipe, wanted === UNREADABLE ? color : wanted);
    const size = this.#value("size", sizeOf(this.recipe));
    if (this.#has("size") && size !== UNREADABLE) {
      this.recipe = { ...this.recipe, input: { ...this.recipe.input, size } };
    }
  }

  #readFilter() {
    if (!this.#has("kernel") && !this.#has("seed")) return;
    const stage = convOnShow(this.recipe, this.view.stage);
    if (!stage) {
      for (const name of ["kernel", "seed"]) this.#leaveOut(name);
      return;
    }
    const index = stage.id === this.view.stage ? this.view.map : 0;
    const entry = this.#entry();
    if (entry) this.recipe = filterSet(this.recipe, stage.id, index, entry, this.known.kernels);
  }

  /** @returns {import("./state.js").Filter|null} */
  #entry() {
    if (this.#has("kernel")) {
      const kernel = this.#value("kernel", this.isShort ? "sobel_x" : null);
      if (this.#has("seed")) {
        const what = this.where ? "the address also names a kernel" : "a kernel is named too";
        this.notes.push(`seed is left out: ${what}.`);
      }
      return kernel === UNREADABLE ? null : { kernel };
    }
    const seed = this.#value("seed", this.isShort ? 1 : null);
    if (seed === UNREADABLE) return this.isShort ? { seed: 1 } : null;
    return { seed };
  }

  #readGeometry() {
    for (const name of GEOMETRY.filter((one) => this.#has(one))) {
      const stage = convOnShow(this.recipe, this.view.stage);
      if (!stage) {
        this.#leaveOut(name);
        continue;
      }
      let value = this.#value(name, geometryOf(stage, name));
      if (name === "bias" && value !== UNREADABLE) {
        value = this.#bias(value, filtersOf(stage).length);
      }
      if (value !== UNREADABLE) this.recipe = stageSet(this.recipe, stage.id, { [name]: value });
    }
  }

  /** @param {number[]} numbers @param {number} filters */
  #bias(numbers, filters) {
    if (numbers.length === 1) return Array.from({ length: filters }, () => numbers[0]);
    if (numbers.length === filters) return numbers;
    const count = filters === 1 ? "1 filter" : `${filters} filters`;
    this.notes.push(
      `bias is ${quoted(this.texts.bias)}${this.where}, which is ${numbers.length} numbers for ` +
        `${count}. It is left out.`,
    );
    return UNREADABLE;
  }

  /* ---- values and notes ---- */

  /**
   * Read a parameter; one that is not there is as it was.
   *
   * @param {string} name
   * @param {any} current
   * @returns {any}
   */
  #value(name, current) {
    const text = this.texts[name];
    const entry = this.table.get(name);
    if (text === undefined || !entry) return current;
    const stages = ["input", ...this.recipe.stages.map(({ id }) => id)];
    const value = readText(entry, text, { ...this.known, stages });
    if (value !== UNREADABLE) return value;
    const expected = name === "stage" ? `one of ${stages.join(", ")}` : entry.expected;
    this.notes.push(
      `${name} is ${quoted(text)}${this.where}; it is ${expected}. ${instead(entry, current)}`,
    );
    return UNREADABLE;
  }

  /** @param {string} name */
  #leaveOut(name) {
    if (this.#has(name)) {
      this.notes.push(`${name} is left out: this pipeline has no convolution.`);
    }
  }
}

/**
 * What is used in the place of a value that cannot be.
 *
 * @param {AddressParameter} entry
 * @param {any} current
 */
function instead(entry, current) {
  const isNone = (current ?? null) === null && entry.type !== "size";
  const text = (isNone ? null : writeText(entry, current)) ?? entry.default;
  return text === null ? "It is left out." : `${text} is used.`;
}

/** @param {Known} known */
function usualControls({ address }) {
  const entry = address.parameters.find(({ name }) => name === "controls");
  return entry?.default?.split(",") ?? [];
}

/**
 * What a fragment or a file holds: a recipe, and perhaps a view.
 *
 * @param {any} content
 * @param {Known} known
 * @returns {SavedScene}
 * @throws {UnreadableState} when it holds no recipe
 */
export function packedScene(content, { address, operations }) {
  const recipe = content?.recipe;
  if (!isRecipe(recipe, { max_stages: address.limits.stages, operations })) {
    throw new UnreadableState("it holds no recipe");
  }
  const stages = ["input", ...recipe.stages.map(({ id }) => id)];
  const view = viewOf(content.view, stages, address.parameters);
  return { version: 1, recipe, view: completeView(recipe, view) };
}
