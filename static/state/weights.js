/**
 * The weights of a filter: as named, as drawn by a seed, as written out; and what it is called.
 */

import { parseNumber, ranged } from "../describe/numbers.js";

/** @typedef {import("./state.js").Recipe} Recipe */
/** @typedef {import("./state.js").Filter} Filter */
/** @typedef {import("./state.js").Pair} Pair */
/** @typedef {import("./state.js").StageRecipe & Record<string, any>} Stage */
/** @typedef {import("../model/tensors.js").Weights} Weights */
/** @typedef {{name: string, label: string, weight: number[][]}} Preset */
/** @typedef {{presets: Preset[], weights: Weights|null}} Known  what resolves names and seeds to numbers */

/**
 * @param {Recipe} recipe
 * @param {string} id
 * @returns {Stage|null}  null for the input and for stages that are gone
 */
export function stageIn(recipe, id) {
  return recipe.stages.find((stage) => stage.id === id) ?? null;
}

/**
 * The filters of a conv stage, also where the recipe writes all weights in one tensor.
 *
 * @param {Stage|null} stage
 * @returns {Filter[]}
 */
export function filtersOf(stage) {
  if (stage?.filters) return stage.filters;
  return (stage?.weight ?? []).map((/** @type {number[][][]} */ weight) => ({ weight }));
}

/**
 * A kernel cut or padded with zeros around its middle; an odd row goes below, an odd column right.
 *
 * @param {number[][]} kernel
 * @param {Pair} size
 * @returns {number[][]}
 */
export function centred(kernel, [rows, columns]) {
  const top = firstPlace(kernel.length, rows);
  const left = firstPlace(kernel[0]?.length ?? 0, columns);
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => kernel[row - top]?.[column - left] ?? 0),
  );
}

/** @param {number} before @param {number} after  rows or columns */
function firstPlace(before, after) {
  return after >= before ? Math.floor((after - before) / 2) : -Math.floor((before - after) / 2);
}

/**
 * Weights of one filter as the run resolved them, as short as float32 allows.
 *
 * @param {Weights} weights
 * @param {number} index
 * @returns {number[][][]}  (slices, rows, columns)
 */
export function weightOfRun({ weight, weightShape }, index) {
  const [, slices, rows, columns] = weightShape;
  let place = index * slices * rows * columns;
  return Array.from({ length: slices }, () =>
    Array.from({ length: rows }, () =>
      Array.from({ length: columns }, () => shortFloat(weight[place++])),
    ),
  );
}

/**
 * All weights of one filter of a stage: written out, preset × mix, or as the run drew them.
 *
 * @param {Stage|null} stage
 * @param {number} index
 * @param {Known} known
 * @returns {number[][][]|null}  null when only a run can tell and none has
 */
export function weightOf(stage, index, { presets, weights }) {
  const filter = filtersOf(stage)[index];
  if (!filter) return null;
  if (filter.weight) return filter.weight;
  const resolved = weights && index < weights.weightShape[0] ? weightOfRun(weights, index) : null;
  const preset = presets.find(({ name }) => name === filter.kernel);
  if (!preset) return resolved;
  const size = stage?.kernel_size ?? (weights && pairOf(weights));
  const slices = filter.mix?.length ?? weights?.weightShape[1];
  if (!size || !slices) return resolved;
  const mix = filter.mix ?? Array.from({ length: slices }, () => 1);
  const kernel = centred(preset.weight, asPair(size));
  return mix.map((factor) => scaled(kernel, factor));
}

/**
 * A slice times a factor of the mix, as the engine multiplies them: in float32.
 *
 * @param {number[][]} kernel
 * @param {number} factor
 */
export function scaled(kernel, factor) {
  const by = Math.fround(factor);
  return kernel.map((row) => row.map((value) => shortFloat(Math.fround(value) * by) + 0));
}

/** Significant digits that tell any two float32 apart. */
const FLOAT_DIGITS = 9;

/**
 * The shortest decimal number that the engine reads as the same float32: 0.1, not 0.10000000149.
 *
 * @param {number} value
 */
function shortFloat(value) {
  const float = Math.fround(value);
  for (let digits = 6; digits < FLOAT_DIGITS; digits += 1) {
    const short = Number(float.toPrecision(digits));
    if (Math.fround(short) === float) return short;
  }
  return Number(float.toPrecision(FLOAT_DIGITS));
}

/** @param {Weights} weights @returns {Pair} */
function pairOf({ weightShape }) {
  return [weightShape[2], weightShape[3]];
}

/** @param {number|Pair} value @returns {Pair} */
export function asPair(value) {
  return typeof value === "number" ? [value, value] : value;
}

/** What can be typed for a weight, and how it is said. */
export const WEIGHT_LIMIT = 99;
export const WEIGHT_RULE = `${ranged("A number", { minimum: -WEIGHT_LIMIT, maximum: WEIGHT_LIMIT })}, at most two decimals.`;

/**
 * A weight as it is typed: what is shown is all of it, so that printed sums are exact.
 *
 * @param {string} text
 * @returns {number|null}  null when it is no number, out of range, or has more than two decimals
 */
export function weightTyped(text) {
  const value = parseNumber(text);
  if (value === null || Math.abs(value) > WEIGHT_LIMIT) return null;
  return Number(value.toFixed(2)) === value ? value : null;
}

/**
 * One weight of a filter changed: from now on its weights are written out.
 *
 * @param {Filter} filter
 * @param {number[][][]} weight  all slices, before
 * @param {{slice: number, row: number, column: number, value: number}} edit
 * @returns {Filter}
 */
export function filterEdited(filter, weight, { slice, row, column, value }) {
  const copy = weight.map((rows) => rows.map((cells) => [...cells]));
  copy[slice][row][column] = Math.round(value * 100) / 100;
  const edited =
    filter.edited ??
    filter.kernel ??
    (filter.seed === undefined ? undefined : `seed ${filter.seed}`);
  return { weight: copy, ...(edited === undefined ? {} : { edited }), ...colourNote(filter) };
}

/**
 * The note of what a filter was in colour, for the filter that takes its place.
 *
 * @param {Filter|undefined} filter
 * @returns {Pick<Filter, "in_color">}
 */
export function colourNote(filter) {
  return filter?.in_color ? { in_color: filter.in_color } : {};
}

/**
 * @param {NonNullable<Filter["in_color"]>} note
 * @returns {note is number[]}
 */
export function isMix(note) {
  return typeof note[0] === "number";
}

/**
 * What a filter is called.
 *
 * @param {Filter|undefined} filter
 * @param {Preset[]} presets
 */
export function filterName(filter, presets) {
  if (!filter) return "";
  const labelOf = (/** @type {string} */ name) =>
    presets.find((preset) => preset.name === name)?.label;
  if (filter.edited?.startsWith("seed ")) return `Edited random, ${filter.edited}`;
  if (filter.edited) return `Edited ${labelOf(filter.edited) ?? filter.edited}`;
  if (filter.kernel) return labelOf(filter.kernel) ?? filter.kernel;
  return filter.seed === undefined ? "written by hand" : `random, seed ${filter.seed}`;
}

/**
 * The filter as it was before it was edited by hand.
 *
 * @param {Recipe[]} past
 * @param {string} id
 * @param {number} index
 * @param {Filter} filter
 * @returns {Filter|null}
 */
export function filterBeforeEdit(past, id, index, filter) {
  for (const recipe of [...past].reverse()) {
    const old = filtersOf(stageIn(recipe, id))[index];
    const isOfOtherMaps = old?.mix && filter.weight && old.mix.length !== filter.weight.length;
    if (!old || isOfOtherMaps) continue;
    if (old.kernel === filter.edited || `seed ${old.seed}` === filter.edited) return old;
  }
  if (!filter.edited) return null;
  const seed = /^seed (\d+)$/.exec(filter.edited);
  return seed ? { seed: Number(seed[1]) } : { kernel: filter.edited };
}
