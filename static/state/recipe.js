/**
 * Changes to a recipe that must keep its parts in step: filters, their slices, biases, and the
 * stages that read their maps.
 *
 * Everything here is pure: a recipe in, a recipe out. The actions put the result into the history.
 */

import {
  asPair,
  centred,
  colourNote,
  filtersOf,
  isMix,
  scaled,
  stageIn,
  weightOf,
} from "./weights.js";

/** @typedef {import("./state.js").Recipe} Recipe */
/** @typedef {import("./state.js").Filter} Filter */
/** @typedef {import("./state.js").Pair} Pair */
/** @typedef {import("./weights.js").Stage} Stage */
/** @typedef {import("./weights.js").Preset} Preset */
/** @typedef {import("./weights.js").Known} Known */

export const MOST_FILTERS = 16;

/**
 * @param {Recipe} recipe
 * @param {string} id
 * @param {Record<string, any>} changes
 * @returns {Recipe}
 */
export function withStage(recipe, id, changes) {
  const stages = recipe.stages.map((stage) => (stage.id === id ? { ...stage, ...changes } : stage));
  return { ...recipe, stages };
}

/**
 * @param {Recipe} recipe
 * @param {string} id
 * @param {Filter[]} filters
 * @returns {Recipe}
 */
function withFilters(recipe, id, filters) {
  return withStage(recipe, id, { filters, weight: undefined });
}

/**
 * @param {Recipe} recipe
 * @param {string} id
 * @param {number} index
 * @param {Filter} filter
 * @returns {Recipe}
 */
export function filterReplaced(recipe, id, index, filter) {
  const filters = filtersOf(stageIn(recipe, id)).map((old, place) =>
    place === index ? filter : old,
  );
  return withFilters(recipe, id, filters);
}

/**
 * A preset × the channel mix that the filter has; a kernel that is too small grows.
 *
 * @param {Recipe} recipe
 * @param {string} id
 * @param {number} index
 * @param {Preset} preset
 * @param {Known & {size: Pair, slices: number}} known  kernel size and slices as they are
 * @returns {Recipe}
 */
export function presetApplied(recipe, id, index, preset, known) {
  const [rows, columns] = known.size;
  const size = /** @type {Pair} */ ([
    Math.max(rows, preset.weight.length),
    Math.max(columns, preset.weight[0]?.length ?? 1),
  ]);
  const grown = kernelResized(recipe, id, size, known);
  const before = filtersOf(stageIn(recipe, id))[index];
  const mix = before?.mix ?? Array.from({ length: known.slices }, () => 1);
  const note = before?.in_color && isMix(before.in_color) ? colourNote(before) : {};
  return filterReplaced(grown, id, index, { kernel: preset.name, mix, ...note });
}

/**
 * @param {Recipe} recipe
 * @param {string} id
 * @param {number} index
 * @returns {Recipe}  with a seed that no filter of the stage has
 */
export function seedRenewed(recipe, id, index) {
  const seeds = filtersOf(stageIn(recipe, id)).map(({ seed }) => seed ?? 0);
  return filterReplaced(recipe, id, index, { seed: Math.max(...seeds) + 1 });
}

/**
 * @param {Recipe} recipe
 * @param {string} id
 * @param {number} index
 * @param {number} value
 * @param {number} filters  how many filters the stage has
 * @returns {Recipe}
 */
export function biasChanged(recipe, id, index, value, filters) {
  const before = stageIn(recipe, id)?.bias ?? [];
  const bias = Array.from({ length: filters }, (_, place) => before[place] ?? 0);
  bias[index] = value;
  return withStage(recipe, id, { bias });
}

/* ---- all filters of a stage ---------------------------------------------------------------- */

/**
 * Another kernel size. Written weights keep their middle; a preset that no longer fits is written
 * out and cut; smaller presets are centred by the engine, and seeds draw anew.
 *
 * @param {Recipe} recipe
 * @param {string} id
 * @param {Pair} size
 * @param {Known} known
 * @returns {Recipe}
 */
export function kernelResized(recipe, id, size, known) {
  const stage = stageIn(recipe, id);
  const filters = filtersOf(stage).map((filter, index) =>
    resized(stage, filter, index, size, known),
  );
  return withStage(withFilters(recipe, id, filters), id, { kernel_size: size });
}

/**
 * @param {Stage|null} stage
 * @param {Filter} filter
 * @param {number} index
 * @param {Pair} size
 * @param {Known} known
 * @returns {Filter}
 */
function resized(stage, filter, index, size, known) {
  if (filter.seed !== undefined) return filter;
  const preset = known.presets.find(({ name }) => name === filter.kernel);
  if (preset && fits(preset.weight, size)) return filter;
  const weight = weightOf(stage, index, known);
  if (!weight) return filter;
  const edited = filter.edited ?? filter.kernel;
  const cut = weight.map((slice) => centred(slice, size));
  const name = edited === undefined ? {} : { edited };
  return { weight: cut, ...name, ...colourNote(filter) };
}

/** @param {number[][]} kernel @param {Pair} size */
function fits(kernel, [rows, columns]) {
  return kernel.length <= rows && (kernel[0]?.length ?? 0) <= columns;
}

/**
 * More or fewer filters: added at the end, taken from the end.
 *
 * @param {Recipe} recipe
 * @param {string} id
 * @param {number} wanted  1 to 16
 * @param {Preset[]} presets  in the order in which new filters take them
 * @returns {Recipe}
 */
export function filterCountChanged(recipe, id, wanted, presets) {
  const stage = stageIn(recipe, id);
  const filters = filtersOf(stage).slice(0, wanted);
  while (filters.length < wanted) filters.push(nextFilter(filters, presets, stage));
  const next = withFilters(recipe, id, filters);
  const bias = stage?.bias && resizedList(stage.bias, wanted, 0);
  return channelsChanged(bias ? withStage(next, id, { bias }) : next, id, (list, blank) =>
    resizedList(list, wanted, blank),
  );
}

/**
 * @param {Recipe} recipe
 * @param {string} id
 * @param {number} index
 * @returns {Recipe}  the same when it is the stage's only filter
 */
export function filterRemoved(recipe, id, index) {
  const stage = stageIn(recipe, id);
  const filters = filtersOf(stage);
  if (filters.length < 2) return recipe;
  const without = (/** @type {any[]} */ list) => list.filter((_, place) => place !== index);
  const next = withFilters(recipe, id, without(filters));
  const bias = stage?.bias && without(stage.bias);
  return channelsChanged(bias ? withStage(next, id, { bias }) : next, id, without);
}

/**
 * @param {Filter[]} filters
 * @param {Preset[]} presets
 * @param {Stage|null} stage
 * @returns {Filter}
 */
function nextFilter(filters, presets, stage) {
  const last = filters.at(-1);
  if (last?.seed !== undefined) return { seed: last.seed };
  const taken = new Set(filters.map(({ kernel }) => kernel));
  const size = stage?.kernel_size ? asPair(stage.kernel_size) : null;
  const free = presets.filter(({ weight }) => !size || fits(weight, size));
  const preset = free.find(({ name }) => !taken.has(name)) ?? free[0];
  return preset ? { kernel: preset.name } : { seed: 1 };
}

/**
 * @template T
 * @param {T[]} list
 * @param {number} length
 * @param {T} blank
 * @returns {T[]}
 */
function resizedList(list, length, blank) {
  return Array.from({ length }, (_, place) => list[place] ?? blank);
}

/* ---- stages that read a stage --------------------------------------------------------------- */

/** Operations that hand on as many maps as they read. */
const KEEPS_CHANNELS = new Set(["activation", "pool"]);

/**
 * Apply a change in the number of a stage's maps to every convolution that reads them: their
 * slices and mixes change with it. Seeds need nothing, and a mix that is left out is always right.
 *
 * @param {Recipe} recipe
 * @param {string} id  stage, or "input"
 * @param {<T>(list: T[], blank: T) => T[]} change
 * @returns {Recipe}
 */
export function channelsChanged(recipe, id, change) {
  return readersChanged(recipe, id, (filter) => resliced(filter, change));
}

/**
 * Apply a change to every filter that reads the maps of a stage.
 *
 * @param {Recipe} recipe
 * @param {string} id  stage, or "input"
 * @param {(filter: Filter) => Filter} change
 * @returns {Recipe}
 */
function readersChanged(recipe, id, change) {
  const changed = new Set([id]);
  const stages = recipe.stages.map((stage, place) => {
    const source = stage.inputs?.[0] ?? recipe.stages[place - 1]?.id ?? "input";
    if (!changed.has(source)) return stage;
    if (KEEPS_CHANNELS.has(stage.op)) changed.add(stage.id);
    const isPlain = stage.op === "conv" && (stage.groups ?? 1) === 1;
    if (!isPlain) return stage;
    return {
      ...stage,
      filters: filtersOf(stage).map(change),
      weight: undefined,
    };
  });
  return { ...recipe, stages };
}

/**
 * @param {Filter} filter
 * @param {<T>(list: T[], blank: T) => T[]} change
 * @returns {Filter}
 */
function resliced(filter, change) {
  if (filter.mix) return { ...filter, mix: change(filter.mix, 1) };
  if (!filter.weight) return filter;
  const blank = (filter.weight[0] ?? []).map((row) => row.map(() => 0));
  return { ...filter, weight: change(filter.weight, blank) };
}

/**
 * Grey or colour: the convolutions that read the picture follow, and find their mix again when
 * colour comes back.
 *
 * @param {Recipe} recipe
 * @param {"rgb"|"grey"} color
 * @returns {Recipe}
 */
export function inputColorChanged(recipe, color) {
  if ((recipe.input.color ?? "rgb") === color) return recipe;
  const next = { ...recipe, input: { ...recipe.input, color } };
  return readersChanged(next, "input", color === "grey" ? greyed : coloured);
}

/**
 * One channel is not mixed: the filter as it is, or its first slice where it was written.
 *
 * @param {Filter} filter
 * @returns {Filter}
 */
function greyed(filter) {
  const in_color = filter.mix ?? filter.weight;
  const grey = resliced(filter, (list, blank) => [
    typeof list[0] === "number" ? blank : (list[0] ?? blank),
  ]);
  return in_color && in_color.length > 1 ? { ...grey, in_color } : grey;
}

/**
 * The mix comes back as it was, also where the kernel was written over meanwhile; of written
 * weights the red slice keeps what was done to it.
 *
 * @param {Filter} filter
 * @returns {Filter}
 */
function coloured({ in_color, ...filter }) {
  const [first] = filter.weight ?? [];
  if (in_color && filter.mix && isMix(in_color)) return { ...filter, mix: in_color };
  if (!in_color || !first) {
    return resliced(filter, (list, blank) => resizedList(list, 3, blank));
  }
  if (isMix(in_color))
    return { ...filter, weight: in_color.map((factor) => scaled(first, factor)) };
  const size = /** @type {Pair} */ ([first.length, first[0]?.length ?? 1]);
  const others = in_color.slice(1).map((slice) => centred(slice, size));
  return { ...filter, weight: [first, ...others] };
}

/**
 * Another picture: one without colour is read as grey.
 *
 * @param {Recipe} recipe
 * @param {{id: string, channels?: number}} picture
 * @returns {Recipe}
 */
export function pictureChosen(recipe, { id, channels }) {
  const next = { ...recipe, input: { ...recipe.input, image: id } };
  const isGrey = recipe.input.color === "grey";
  if (channels === 3 && isGrey) return inputColorChanged(next, "rgb");
  return channels === 1 && !isGrey ? inputColorChanged(next, "grey") : next;
}
