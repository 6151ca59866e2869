/**
 * Whether JSON has the shape of a scene: what the rest of the page relies on.
 *
 * Much narrower questions, such as whether a kernel has that name, are the server's;
 * `app/scenes/scene.py` asks exactly what is asked here.
 */

/** @typedef {import("./state.js").Recipe} Recipe */
/** @typedef {import("./state.js").SceneView} SceneView */

const STAGE_ID = /^[a-z][a-z0-9_-]{0,31}$/;
const IMAGE_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/**
 * @param {any} data
 * @param {{max_stages: number, operations: {name: string}[]}} known
 * @returns {data is Recipe}
 */
export function isRecipe(data, { max_stages, operations }) {
  if (!isObject(data) || !isVersion(data.version)) return false;
  const { input, stages } = data;
  if (!Array.isArray(stages) || stages.length > max_stages) return false;
  const ids = stages.map((stage) => (isObject(stage) ? stage.id : null));
  const isNamed = ids.every((id) => typeof id === "string" && STAGE_ID.test(id));
  return (
    isNamed &&
    new Set(["input", ...ids]).size === ids.length + 1 &&
    isInput(input) &&
    stages.every((stage) => isStage(stage, operations))
  );
}

/** @param {any} value */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param {any} value */
function isNothing(value) {
  return value === null || value === undefined;
}

/** @param {any} version */
function isVersion(version) {
  return isNothing(version) || version === 1;
}

/** @param {any} data */
function isInput(data) {
  if (!isObject(data)) return false;
  const { image, pixels } = data;
  if (isNothing(image) === isNothing(pixels)) return false;
  if (!isNothing(pixels)) return isBox(pixels, 2) || isBox(pixels, 3);
  return typeof image === "string" && IMAGE_ID.test(image);
}

/** @param {any} stage @param {{name: string}[]} operations */
function isStage({ op, inputs, filters, weight, bias }, operations) {
  const isList = Array.isArray(inputs) && inputs.length > 0;
  const isRead = isNothing(inputs) || (isList && inputs.every((id) => typeof id === "string"));
  if (!isRead || !operations.some(({ name }) => name === op)) return false;
  if (op !== "conv") return true;
  return (
    (isNothing(filters) || (Array.isArray(filters) && filters.every(isFilter))) &&
    (isNothing(weight) || isBox(weight, 4)) &&
    (isNothing(bias) || isBox(bias, 1))
  );
}

/** @param {any} filter */
function isFilter(filter) {
  if (!isObject(filter)) return false;
  const { kernel, mix, seed, weight } = filter;
  return (
    (isNothing(kernel) || typeof kernel === "string") &&
    (isNothing(mix) || isBox(mix, 1)) &&
    (isNothing(seed) || Number.isInteger(seed)) &&
    (isNothing(weight) || isBox(weight, 3))
  );
}

/**
 * Whether a value is a list (of lists …) of numbers, none of them empty.
 *
 * @param {any} value
 * @param {number} axes
 * @returns {boolean}
 */
function isBox(value, axes) {
  if (axes === 0) return Number.isFinite(value);
  return Array.isArray(value) && value.length > 0 && value.every((inner) => isBox(inner, axes - 1));
}

/**
 * @param {Recipe} recipe
 * @param {SceneView} view
 * @returns {SceneView & {stage: string, map: number}}
 */
export function completeView(recipe, view) {
  const stage = recipe.stages[0]?.id ?? "input";
  return { stage, map: 0, cell: null, step: null, ...view };
}

/**
 * What of a view a scene can have.
 *
 * @param {any} data
 * @param {string[]} stages  ids that `stage` may name
 * @param {import("./address-texts.js").AddressParameter[]} table
 * @returns {SceneView}
 */
export function viewOf(data, stages, table) {
  if (!isObject(data)) return {};
  const names = ["stage", "map", "cell", "step", "speed", "theme", "controls", "locks", "autoplay"];
  return Object.fromEntries(
    names
      .filter((name) => !isNothing(data[name]) && isViewValue(name, data[name], stages, table))
      .map((name) => [name, data[name]]),
  );
}

/**
 * @param {string} name
 * @param {any} value
 * @param {string[]} stages
 * @param {import("./address-texts.js").AddressParameter[]} table
 */
function isViewValue(name, value, stages, table) {
  const entry = table.find((parameter) => parameter.name === name);
  const isPlace = (/** @type {any} */ number) =>
    Number.isInteger(number) && number >= 0 && number < (entry?.maximum ?? 0);
  if (name === "stage") return stages.includes(value);
  if (name === "map" || name === "step") return isPlace(value);
  if (name === "cell") return Array.isArray(value) && value.length === 2 && value.every(isPlace);
  if (name === "speed") return entry?.choices?.some((choice) => Number(choice) === value);
  if (name === "theme") return entry?.choices?.includes(value);
  if (name === "autoplay") return typeof value === "boolean";
  const controls = table.find((parameter) => parameter.name === "controls")?.choices ?? [];
  return Array.isArray(value) && value.every((control) => controls.includes(control));
}
