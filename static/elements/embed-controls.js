/**
 * The controls that were chosen for an embed, in their fixed order; a locked one is shown as it is.
 */

import { operationSettings, targetOf } from "../model/targets.js";
import { filterName, filtersOf, stageIn } from "../state/weights.js";
import { changed, h, setAttribute, setText } from "./dom.js";
import { attachUndo, createApply } from "./inspector-changes.js";
import { createControl } from "./inspector-parameters.js";
import { choosePreset, createPresetGrid, undoEdit } from "./inspector-presets.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("./inspector-parameters.js").Tools} Tools */
/** @typedef {import("./inspector-parameters.js").Parameter} Parameter */
/** @typedef {{element: HTMLElement, render: (scene: Scene) => void}} Part */

/** Six that a row has room for; another one that the scene begins with joins them. */
const PRESETS = ["identity", "box_blur", "sharpen", "sobel_x", "sobel_y", "laplacian_8"];
const PRESET_PX = 26;
/** In the order of the row. */
const SETTINGS = ["stride", "padding", "dilation", "bias"];

/**
 * @param {ViewContext} context
 * @param {(control: string) => string} lockOf  why a control changes nothing; "" when it does
 * @returns {import("./view.js").View}
 */
export function createEmbedControls(context, lockOf) {
  const element = h("div", {
    class: "controls",
    part: "inspector",
    role: "group",
    "aria-label": "Settings",
  });
  attachUndo(element, context.store);
  /** @type {Part[]} */
  let parts = [];
  const isOther = changed();
  const isNew = changed();

  /** @param {Scene} scene */
  function rebuild(scene) {
    const kernel = kernelPart(context, scene, lockOf);
    const settings = SETTINGS.map((name) => settingPart(context, scene, name, lockOf)).filter(
      (part) => part !== null,
    );
    parts = kernel ? [kernel, ...settings] : settings;
    const group = h("div", { class: "settings" }, ...settings.map((part) => part.element));
    element.replaceChildren(
      ...(kernel ? [kernel.element] : []),
      ...(settings.length > 0 ? [group] : []),
    );
    element.hidden = parts.length === 0;
  }

  return {
    element,
    render(scene) {
      const { state, run, stage, map, theme } = scene;
      const { recipe, controls, locks } = state;
      if (isOther(stage.id, stage.op, map, controls, run.stages.length)) rebuild(scene);
      if (isNew(run, stage, map, theme, recipe, locks, controls))
        for (const part of parts) part.render(scene);
    },
  };
}

/**
 * The same scene seen from the stage that a control belongs to.
 *
 * @param {Scene} scene
 * @param {import("../model/targets.js").Target} target
 * @returns {Scene}
 */
function sceneAt(scene, { id, map }) {
  const stage = scene.run.has(id) ? scene.run.stage(id) : scene.stage;
  return { ...scene, stage, source: scene.run.source(stage.id), map };
}

/**
 * Presets by their pictures, the name of the kernel on show, and the way back from an edit.
 *
 * @param {ViewContext} context
 * @param {Scene} first
 * @param {(control: string) => string} lockOf
 * @returns {Part|null}
 */
function kernelPart(context, first, lockOf) {
  const { controls } = first.state;
  const target = targetOf(first, "filters", context.boot.operations);
  if (!target || !(controls.includes("preset") || controls.includes("kernel"))) return null;
  let latest = sceneAt(first, target);
  const tools = { context, apply: createApply(context.store), scene: () => latest };
  const { kernels } = context.boot;
  const filterOf = (/** @type {Scene} */ { state, stage, map }) =>
    filtersOf(stageIn(state.recipe, stage.id))[map];
  const begins = filterOf(latest)?.kernel ?? filterOf(latest)?.edited;
  const names = begins && !PRESETS.includes(begins) ? [...PRESETS, begins] : PRESETS;
  const shown = names.flatMap((name) => kernels.filter((preset) => preset.name === name));
  const grid = controls.includes("preset")
    ? createPresetGrid(shown, (preset) => choosePreset(tools, preset), "Kernel", {
        size_px: PRESET_PX,
      })
    : null;
  const name = h("span", { class: "kernel-name" });
  const undo = h(
    "button",
    { type: "button", class: "kernel-undo", onclick: () => undoEdit(tools) },
    "Undo",
  );
  return {
    element: h(
      "div",
      { class: "kernel-part" },
      h("span", { class: "control-label" }, labelOf("Kernel", first, target)),
      grid?.element,
      h("span", { class: "kernel-named" }, name, undo),
    ),
    render(scene) {
      latest = sceneAt(scene, target);
      const filter = filterOf(latest);
      setText(name, filterName(filter, kernels));
      undo.hidden = filter?.edited === undefined || lockOf("kernel") !== "";
      grid?.render(filter?.kernel ?? null, scene.theme, lockOf("preset"));
    },
  };
}

/**
 * @param {ViewContext} context
 * @param {Scene} first
 * @param {string} name  of the control, and of the setting
 * @param {(control: string) => string} lockOf
 * @returns {Part|null}  null when it was not chosen, or when no stage has it
 */
function settingPart(context, first, name, lockOf) {
  const target = targetOf(first, name, context.boot.operations);
  if (!target || !first.state.controls.includes(name)) return null;
  let latest = sceneAt(first, target);
  /** @type {Tools} */
  const tools = { context, apply: createApply(context.store), scene: () => latest, lockOf };
  const described = /** @type {Parameter} */ (target.parameter);
  const parameter = { ...described, label: labelOf(described.label, first, target) };
  const control = createControl(parameter, tools);
  if (!control) return null;
  return {
    element: control.element,
    render(scene) {
      latest = sceneAt(scene, target);
      const own = stageIn(scene.state.recipe, target.id) ?? {};
      control.render(operationSettings(own, latest.stage.parameters), latest);
      setAttribute(control.element, "data-locked", lockOf(name) ? "" : null);
    },
  };
}

/**
 * A setting of another stage than the one on show says whose it is.
 *
 * @param {string} label
 * @param {Scene} scene
 * @param {import("../model/targets.js").Target} target
 */
function labelOf(label, { run, stage }, { id }) {
  return id === stage.id ? label : `${run.stage(id).title}: ${label.toLowerCase()}`;
}
