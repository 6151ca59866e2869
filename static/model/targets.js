/**
 * Which stage a control belongs to, when the bench may show another one.
 */

/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {{name: string, parameters: {name: string}[]}} Operation */

/**
 * @typedef {object} Target
 * @property {string} id  of the stage
 * @property {number} map  of the stage, that leads to the one on show
 * @property {{name: string}} parameter  as its operation describes it
 */

/**
 * The stage on show when it has the setting, else the nearest one before it that has.
 *
 * @param {Pick<Scene, "run"|"stage"|"map">} scene
 * @param {string} name  of a parameter
 * @param {Operation[]} operations
 * @returns {Target|null}
 */
export function targetOf({ run, stage, map }, name, operations) {
  const operation = operations.find((candidate) => candidate.name === stage.op);
  const parameter = operation?.parameters.find((candidate) => candidate.name === name);
  if (parameter) return { id: stage.id, map, parameter };
  const before = run.source(stage.id);
  if (!before) return null;
  return targetOf({ run, stage: before, map: stage.maps[map]?.sources[0] ?? 0 }, name, operations);
}

/**
 * Settings as asked, completed by what the run resolved.
 *
 * @param {Record<string, any>} own
 * @param {Record<string, any>} resolved
 * @returns {Record<string, any>}
 */
export function operationSettings(own, resolved) {
  const asked = Object.entries(own).filter(([, value]) => value !== null && value !== undefined);
  return { ...resolved, ...Object.fromEntries(asked) };
}
