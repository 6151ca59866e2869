/**
 * Changes to a recipe that must keep its parts in step: filters, their slices, biases, and the
 * stages that read their maps.
 *
 * Everything here is pure: a recipe in, a recipe out. The actions put the result into the history.
 */

/** @typedef {import("./state.js").Recipe} Recipe */
/** @typedef {import("./state.js").Filter} Filter */
/** @typedef {import("./state.js").Pair} Pair */
/** @typedef {import("./state.js").StageRecipe & Record<string, any>} Stage */
/** @typedef {import("../model/tensors.js").Weights} Weights */
/** @typedef {{name: string, label: string, weight: number[][]}} Preset */
/** @typedef {{presets: Preset[], weights: Weights|null}} Known  what resolves names and seeds to numbers */

export const MOST_FILTERS = 16;

/**
 * @param {Recipe} recipe
 * @param {string} id
 * @returns {Stage|null}  null for the input and for stages that are gone
 */
export function stageIn(recipe, id) {
  return recipe.stages.find((stage) => stage.id === id) ?? null;
}

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
 * @param {Recipe} recipe
 * @param {string} id
 * @param {Filter[]} filters
 * @returns {Recipe}
 */
function withFilters(recipe, id, filters) {
  return withStage(recipe, id, { filters, weight: undefined });
}

/* ---- numbers of a filter ------------------------------------------------------------------ */

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
 * Weights of one filter as the run resolved them, without the noise of float32.
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
      Array.from({ length: columns }, () => Number(weight[place++].toPrecision(7))),
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
  return mix.map((factor) =>
    kernel.map((row) => row.map((value) => Number((value * factor).toPrecision(7)))),
  );
}

/** @param {Weights} weights @returns {Pair} */
function pairOf({ weightShape }) {
  return [weightShape[2], weightShape[3]];
}

/** @param {number|Pair} value @returns {Pair} */
function asPair(value) {
  return typeof value === "number" ? [value, value] : value;
}

/* ---- one filter --------------------------------------------------------------------------- */

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
  return edited === undefined ? { weight: copy } : { weight: copy, edited };
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
  const mix =
    filtersOf(stageIn(recipe, id))[index]?.mix ?? Array.from({ length: known.slices }, () => 1);
  return filterReplaced(grown, id, index, { kernel: preset.name, mix });
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
    if (old && (old.kernel === filter.edited || `seed ${old.seed}` === filter.edited)) return old;
  }
  if (!filter.edited) return null;
  const seed = /^seed (\d+)$/.exec(filter.edited);
  return seed ? { seed: Number(seed[1]) } : { kernel: filter.edited };
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
  return edited === undefined ? { weight: cut } : { weight: cut, edited };
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
  const changed = new Set([id]);
  const stages = recipe.stages.map((stage, place) => {
    const source = stage.inputs?.[0] ?? recipe.stages[place - 1]?.id ?? "input";
    if (!changed.has(source)) return stage;
    if (KEEPS_CHANNELS.has(stage.op)) changed.add(stage.id);
    const isPlain = stage.op === "conv" && (stage.groups ?? 1) === 1;
    if (!isPlain) return stage;
    return {
      ...stage,
      filters: filtersOf(stage).map((filter) => resliced(filter, change)),
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
 * Grey or colour: the convolutions that read the picture follow.
 *
 * @param {Recipe} recipe
 * @param {"rgb"|"grey"} color
 * @returns {Recipe}
 */
export function inputColorChanged(recipe, color) {
  const channels = color === "grey" ? 1 : 3;
  const next = { ...recipe, input: { ...recipe.input, color } };
  return channelsChanged(next, "input", (list, blank) => resizedList(list, channels, blank));
}
