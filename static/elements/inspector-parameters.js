/**
 * One control for each type of parameter, made from its description.
 */

import { biasChanged, kernelResized, withStage } from "../state/recipe.js";
import { integerCodec, numberCodec, paddingCodec, pairCodec } from "../state/values.js";
import { h, setAttribute } from "./dom.js";
import { icon } from "./icons.js";
import { createNumberField } from "./number-field.js";

/** @typedef {import("./view.js").ParameterDescription & {usual_maximum?: number}} Parameter */
/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("./inspector-changes.js").Apply} Apply */
/** @typedef {import("./number-field.js").Phase} Phase */
/** @typedef {Record<string, any>} Settings  as asked, completed by what the run resolved */

/**
 * @typedef {object} Tools  What controls need from the inspector.
 * @property {ViewContext} context
 * @property {Apply} apply
 * @property {() => Scene} scene  the scene on show
 * @property {(name: string) => string} [lockOf]  why a setting cannot be changed; "" when it can
 */

/**
 * @typedef {object} Control
 * @property {HTMLElement} element
 * @property {(settings: Settings, scene: Scene) => void} render
 */

/** @typedef {(parameter: Parameter, tools: Tools) => Control} ControlMaker */

/**
 * @param {Parameter} parameter
 * @returns {{minimum?: number, maximum?: number, step?: number}}
 */
function rangeOf({ minimum, maximum, usual_maximum, step }) {
  return { minimum, maximum: usual_maximum ?? maximum, step };
}

/**
 * A label, room for a companion, a control, and below them a message when one is due.
 *
 * @param {Parameter} parameter
 * @param {HTMLElement} control
 */
export function row(parameter, control) {
  const label = h(
    "span",
    { class: "setting-label", "data-tip": parameter.help || null },
    parameter.label,
  );
  const companion = h("span", { class: "setting-companion" });
  return h(
    "div",
    { class: "setting", "data-parameter": parameter.name },
    h("div", { class: "setting-row" }, label, companion, control),
  );
}

/**
 * A setting of the selected stage.
 *
 * @param {Tools} tools
 * @param {string} name
 * @returns {(value: any, phase?: Phase) => void}
 */
function setterOf({ apply, scene }, name) {
  return (value, phase) =>
    apply((recipe) => withStage(recipe, scene().stage.id, { [name]: value }), phase);
}

/** @param {Tools} tools @param {Parameter} parameter */
function lockOf(tools, { name }) {
  return tools.lockOf?.(name) ?? "";
}

/** @type {ControlMaker} */
function pairControl(parameter, tools) {
  const isKernel = parameter.name === "kernel_size";
  const set = setterOf(tools, parameter.name);
  const field = createNumberField({
    label: parameter.label,
    codec: pairCodec({ ...rangeOf(parameter), is_size: isKernel }),
    hint: "Type a number, or rows × columns such as 3x5",
    onchange: (value, phase) => {
      if (isKernel && tools.scene().run.weights(tools.scene().stage.id))
        resizeKernel(tools, value, phase);
      else set(value, phase);
    },
  });
  return {
    element: row(parameter, field.element),
    render: (settings) => {
      const value = settings[parameter.name] ?? parameter.default ?? 1;
      field.render(typeof value === "number" ? [value, value] : value, lockOf(tools, parameter));
    },
  };
}

/**
 * @param {Tools} tools
 * @param {import("../state/state.js").Pair} size
 * @param {Phase} phase
 */
function resizeKernel({ context, apply, scene }, size, phase) {
  const { stage, run } = scene();
  const known = { presets: context.boot.kernels, weights: run.weights(stage.id) };
  apply((recipe) => kernelResized(recipe, stage.id, size, known), phase);
}

/** @type {ControlMaker} */
function numberControl(parameter, tools) {
  const range = rangeOf(parameter);
  const field = createNumberField({
    label: parameter.label,
    codec: parameter.type === "integer" ? integerCodec(range) : numberCodec(range),
    onchange: setterOf(tools, parameter.name),
  });
  return {
    element: row(parameter, field.element),
    render: (settings) =>
      field.render(settings[parameter.name] ?? parameter.default ?? 0, lockOf(tools, parameter)),
  };
}

/** @type {ControlMaker} */
function paddingControl(parameter, tools) {
  const names = (parameter.choices ?? []).map(({ value }) => value);
  const field = createNumberField({
    label: parameter.label,
    codec: paddingCodec({
      ...rangeOf(parameter),
      names,
      resolved: () => {
        const size = tools.scene().stage.output_size;
        return [size?.rows.padding ?? [0, 0], size?.columns.padding ?? [0, 0]];
      },
    }),
    hint: `Type a number, rows × columns, before+after${names.length ? `, or ${names.join(", ")}` : ""}`,
    onchange: setterOf(tools, parameter.name),
  });
  return {
    element: row(parameter, field.element),
    render: (settings) =>
      field.render(settings[parameter.name] ?? parameter.default ?? 0, lockOf(tools, parameter)),
  };
}

/** @type {ControlMaker} */
function biasControl(parameter, tools) {
  const { apply, scene } = tools;
  const field = createNumberField({
    label: parameter.label,
    codec: numberCodec({ ...rangeOf(parameter), decimals: 2 }),
    onchange: (value, phase) => {
      const { stage, map } = scene();
      apply((recipe) => biasChanged(recipe, stage.id, map, value, stage.maps.length), phase);
    },
  });
  return {
    element: row(parameter, field.element),
    render: (settings, { run, stage, map }) => {
      const own = Array.isArray(settings.bias) ? settings.bias[map] : undefined;
      const resolved = run.weights(stage.id)?.bias[map] ?? 0;
      field.render(own ?? Number(resolved.toPrecision(7)), lockOf(tools, parameter));
    },
  };
}

/**
 * A quiet list to choose from: "zeros ⌄".
 *
 * @param {Parameter} parameter
 * @param {(value: string) => void} onchoose
 * @returns {{element: HTMLElement, render: (value: string) => void}}
 */
export function createChooser(parameter, onchoose) {
  const choices = parameter.choices ?? [];
  const list = h(
    "select",
    {
      class: "chooser-list",
      "aria-label": parameter.label,
      onchange: (/** @type {Event} */ event) => {
        onchoose(/** @type {HTMLSelectElement} */ (event.currentTarget).value);
      },
    },
    ...choices.map(({ value, label }) => h("option", { value }, label)),
  );
  return {
    element: h("span", { class: "chooser" }, list, icon("chevron")),
    render: (value) => {
      if (list.value !== value) list.value = value;
      const help = choices.find((choice) => choice.value === value)?.help;
      setAttribute(list, "data-tip", help ? `${parameter.label}: ${help}` : null);
    },
  };
}

/** @type {ControlMaker} */
function choiceControl(parameter, tools) {
  const chooser = createChooser(parameter, setterOf(tools, parameter.name));
  return {
    element: row(parameter, chooser.element),
    render: (settings) => chooser.render(String(settings[parameter.name] ?? parameter.default)),
  };
}

/** @type {ControlMaker} */
function booleanControl(parameter, tools) {
  const set = setterOf(tools, parameter.name);
  const box = h("input", {
    type: "checkbox",
    class: "switch",
    role: "switch",
    "aria-label": parameter.label,
    onchange: () => set(box.checked),
  });
  return {
    element: row(parameter, box),
    render: (settings) => {
      box.checked = Boolean(settings[parameter.name] ?? parameter.default);
    },
  };
}

/** @type {Record<string, ControlMaker>} */
const MAKERS = {
  integer: numberControl,
  number: numberControl,
  pair: pairControl,
  padding: paddingControl,
  choice: choiceControl,
  boolean: booleanControl,
  bias: biasControl,
};

/**
 * @param {Parameter} parameter
 * @param {Tools} tools
 * @returns {Control|null}  null for a type that has no plain control
 */
export function createControl(parameter, tools) {
  return MAKERS[parameter.type]?.(parameter, tools) ?? null;
}

/**
 * Whether a parameter has a meaning beside the other settings.
 *
 * @param {Parameter} parameter
 * @param {Settings} settings
 */
export function applies(parameter, settings) {
  return Object.entries(parameter.applies ?? {}).every(([name, values]) =>
    values.includes(String(settings[name])),
  );
}
