/**
 * What an address does to a recipe: the changes that the controls of the page make.
 *
 * `app/scenes/recipes.py` does the same; the golden addresses hold both to it.
 */

import { asPair, colourNote, filtersOf, isMix, stageIn } from "./weights.js";

/** @typedef {import("./state.js").Recipe} Recipe */
/** @typedef {import("./state.js").Filter} Filter */
/** @typedef {import("./weights.js").Stage} Stage */
/** @typedef {{name: string, weight: number[][]}} Preset */
/** @typedef {{name: string, parameters: {name: string, type: string, default?: any}[]}} Operation */

const USUAL_SIZE = 96;
const INPUT_DEFAULTS = { size: 96, fit: "crop", color: "rgb", quantize: "hundredths" };

/**
 * The convolution that geometry in an address is about: the one on show, or the first.
 *
 * @param {Recipe} recipe
 * @param {string} id
 * @returns {Stage|null}
 */
export function convOnShow(recipe, id) {
  const convs = recipe.stages.filter(({ op }) => op === "conv");
  return convs.find((stage) => stage.id === id) ?? convs[0] ?? null;
}

/**
 * Change settings of one stage; null takes a setting out.
 *
 * @param {Recipe} recipe
 * @param {string} id
 * @param {Record<string, any>} changes
 * @returns {Recipe}
 */
export function stageSet(recipe, id, changes) {
  const stages = recipe.stages.map((stage) =>
    stage.id === id ? /** @type {Stage} */ (withoutNull({ ...stage, ...changes })) : stage,
  );
  return { ...recipe, stages };
}

/** @param {Record<string, any>} settings */
function withoutNull(settings) {
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== null && value !== undefined),
  );
}

/** @param {Recipe} recipe @returns {any}  pixels given as numbers, or null */
export function pixelsOf({ input }) {
  return /** @type {any} */ (input).pixels ?? null;
}

/** @param {Recipe} recipe @returns {"rgb"|"grey"} */
export function colorOf(recipe) {
  const pixels = pixelsOf(recipe);
  if (pixels === null) return recipe.input.color ?? "rgb";
  return Array.isArray(pixels[0]?.[0]) && pixels.length === 3 ? "rgb" : "grey";
}

/** @param {Recipe} recipe @returns {number|null}  null = the original one */
export function sizeOf({ input }) {
  return input.size === undefined ? USUAL_SIZE : input.size;
}

/**
 * Choose a picture, read in colour or as grey as the one before.
 *
 * @param {Recipe} recipe
 * @param {string} image
 * @returns {Recipe}
 */
export function imageSet(recipe, image) {
  const isNumbers = pixelsOf(recipe) !== null;
  const before = isNumbers ? { ...INPUT_DEFAULTS, color: colorOf(recipe) } : recipe.input;
  return { ...recipe, input: /** @type {any} */ ({ ...before, image }) };
}

/**
 * Put a preset or a seed in the place of a filter; a kernel that is too small grows. The channel
 * mix of the filter before stays.
 *
 * @param {Recipe} recipe
 * @param {string} id
 * @param {number} index
 * @param {Filter} entry
 * @param {Preset[]} presets
 * @returns {Recipe}
 */
export function filterSet(recipe, id, index, entry, presets) {
  const stage = stageIn(recipe, id);
  if (!stage) return recipe;
  const filters = [...filtersOf(stage)];
  const place = index < filters.length ? index : 0;
  const before = filters[place];
  const isPreset = entry.kernel !== undefined;
  const mix = isPreset && before?.mix ? { mix: before.mix } : {};
  const note = before?.in_color && isPreset && isMix(before.in_color) ? colourNote(before) : {};
  filters.splice(place, 1, { ...entry, ...mix, ...note });
  const size = stage.kernel_size;
  const preset = presets.find(({ name }) => name === entry.kernel);
  /** @type {Record<string, any>} */
  const changes = { filters, weight: null };
  if (size && preset) {
    const [rows, columns] = asPair(size);
    changes.kernel_size = [
      Math.max(rows, preset.weight.length),
      Math.max(columns, preset.weight[0].length),
    ];
  }
  return stageSet(recipe, id, changes);
}

/**
 * A setting of a convolution in its one form, also where the recipe leaves it out.
 *
 * @param {Stage} stage
 * @param {string} name  stride, padding, dilation, bias
 */
export function geometryOf(stage, name) {
  const value = stage[name] ?? null;
  if (name === "padding") return asPadding(value ?? 0);
  if (name === "bias") return value ?? filtersOf(stage).map(() => 0);
  return asPair(value ?? 1);
}

/** @param {any} value @returns {any}  ((top, bottom), (left, right)), or the name of a padding */
function asPadding(value) {
  return typeof value === "string" ? value : asPair(value).map(asPair);
}

/* ---- one form for each meaning -------------------------------------------------------------- */

/**
 * A recipe without everything that goes without saying, and without the page's own notes.
 *
 * @param {Recipe} recipe
 * @param {{operations: Operation[], kernels: Preset[]}} known
 * @returns {Recipe}
 */
export function simplified(recipe, known) {
  const stages = recipe.stages.map((stage, place) =>
    simpleStage(stage, recipe.stages[place - 1]?.id ?? "input", known),
  );
  return { version: 1, input: simpleInput(recipe), stages };
}

/**
 * Whether two recipes that are simplified are the same.
 *
 * @param {Recipe} one
 * @param {Recipe} other
 */
export function isSameRecipe(one, other) {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

/** @param {any} value @returns {any}  with the names of every object in order */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name])]),
  );
}

/** @param {Recipe} recipe @returns {any} */
function simpleInput(recipe) {
  const pixels = pixelsOf(recipe);
  if (pixels !== null) return { pixels };
  const usual = { ...INPUT_DEFAULTS, ...withoutNull(recipe.input), size: sizeOf(recipe) };
  const { image, size, fit, color, quantize } = /** @type {any} */ (usual);
  return { image, size, fit, color, quantize };
}

/**
 * @param {Stage} stage
 * @param {string} before  id of the stage before it
 * @param {{operations: Operation[], kernels: Preset[]}} known
 * @returns {Stage}
 */
function simpleStage(stage, before, { operations, kernels }) {
  const given = withoutNull(stage);
  /** @type {Stage} */
  const simple = { id: stage.id, op: stage.op };
  const inputs = given.inputs ?? [before];
  if (inputs.length !== 1 || inputs[0] !== before) simple.inputs = inputs;
  const isConv = stage.op === "conv";
  if (isConv) Object.assign(simple, simpleWeights(given, kernels));
  const operation = operations.find(({ name }) => name === stage.op);
  for (const { name, type, default: usual } of operation?.parameters ?? []) {
    const isWeights = isConv && ["filters", "weight", "kernel_size", "bias"].includes(name);
    if (isWeights || given[name] === undefined) continue;
    const value = oneForm(type, given[name]);
    if (JSON.stringify(value) !== JSON.stringify(oneForm(type, usual))) simple[name] = value;
  }
  return simple;
}

/** @param {string} type @param {any} value */
function oneForm(type, value) {
  if (value === null || value === undefined) return null;
  if (type === "pair") return asPair(value);
  return type === "padding" ? asPadding(value) : value;
}

/** @param {Record<string, any>} given @param {Preset[]} kernels */
function simpleWeights({ filters, weight, kernel_size, bias }, kernels) {
  /** @type {Record<string, any>} */
  const simple = {};
  if (filters !== undefined) simple.filters = filters.map(simpleFilter);
  if (weight !== undefined) simple.weight = weight;
  const size = kernel_size === undefined ? null : asPair(kernel_size);
  if (size && String(size) !== String(ownSize(filters, weight, kernels))) {
    simple.kernel_size = size;
  }
  if (bias?.some((/** @type {number} */ number) => number !== 0)) simple.bias = bias;
  return simple;
}

/** @param {Filter} filter @returns {Filter} */
function simpleFilter({ kernel, mix, seed, weight }) {
  const isPlain = mix?.every((factor) => factor === 1);
  return withoutNull({ kernel, mix: isPlain ? null : mix, seed, weight });
}

/**
 * The kernel size that follows from the filters; null where that cannot be told.
 *
 * @param {Filter[]|undefined} filters
 * @param {number[][][][]|undefined} weight
 * @param {Preset[]} kernels
 * @returns {[number, number]|null}
 */
function ownSize(filters, weight, kernels) {
  if (weight) return [weight[0][0].length, weight[0][0][0].length];
  const written = (filters ?? []).filter(({ seed }) => (seed ?? null) === null);
  const sizes = written.map((filter) => {
    if ((filter.kernel ?? null) === null) return filter.weight?.[0] ?? null;
    return kernels.find(({ name }) => name === filter.kernel)?.weight ?? null;
  });
  if (sizes.length === 0) return [3, 3];
  if (sizes.some((kernel) => kernel === null)) return null;
  const known = /** @type {number[][][]} */ (sizes);
  return [
    Math.max(...known.map((kernel) => kernel.length)),
    Math.max(...known.map((kernel) => kernel[0].length)),
  ];
}
