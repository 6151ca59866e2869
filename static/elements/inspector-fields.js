/**
 * The plain settings of a stage, one control per parameter of its operation.
 */

import { withStage } from "../state/recipe.js";
import { h, setAttribute } from "./dom.js";
import { icon } from "./icons.js";
import { applies, createChooser, createControl } from "./inspector-parameters.js";

/** @typedef {import("./inspector-parameters.js").Parameter} Parameter */
/** @typedef {import("./inspector-parameters.js").Settings} Settings */
/** @typedef {import("./inspector-parameters.js").Tools} Tools */

/** Settings that wait behind "More settings", by operation; of an unknown one all are in sight. */
const BEHIND_MORE = /** @type {Record<string, string[]>} */ ({
  conv: ["groups"],
  pool: ["dilation", "ceil_mode", "count_include_pad"],
});
/** Choices that stand beside the label of another setting. */
const COMPANIONS = /** @type {Record<string, string>} */ ({ padding_mode: "padding" });

/**
 * The plain settings of an operation; `more` holds those that are rarely touched.
 *
 * @param {string} op
 * @param {Parameter[]} parameters
 * @param {Tools} tools
 */
export function createFields(op, parameters, tools) {
  const isLead = (/** @type {Parameter} */ parameter, /** @type {number} */ place) =>
    parameter.type === "filters" || (place === 0 && parameter.type === "choice");
  const plain = parameters.filter((parameter, place) => !isLead(parameter, place));
  const names = new Set(plain.map(({ name }) => name));
  const isCompanion = (/** @type {Parameter} */ { name }) => names.has(COMPANIONS[name] ?? "");
  const rows = plain
    .filter((parameter) => !isCompanion(parameter))
    .flatMap((parameter) => {
      const control = createControl(parameter, tools);
      return control ? [{ parameter, control }] : [];
    });
  const hidden = BEHIND_MORE[op] ?? [];
  const isHidden = (/** @type {typeof rows[number]} */ { parameter }) =>
    hidden.includes(parameter.name);
  const inSight = rows.filter((one) => !isHidden(one));
  const behind = rows.filter(isHidden);
  let isOpen = false;
  const more = h("div", { class: "more-fields" }, ...behind.map(({ control }) => control.element));
  const button = h(
    "button",
    { type: "button", class: "more", onclick: () => unfold(!isOpen) },
    "more",
    h("span", { class: "visually-hidden" }, " settings"),
    icon("chevron"),
  );
  const element = h(
    "div",
    { class: "inspector-part part-fields" },
    ...inSight.map(({ control }) => control.element),
    more,
  );

  /** @param {boolean} open */
  function unfold(open) {
    isOpen = open;
    more.hidden = !open;
    setAttribute(button, "aria-expanded", String(open));
  }
  // Where nothing can be changed, nothing has to be looked for either.
  unfold(Boolean(tools.context.boot.saved));

  const companions = plain.filter(isCompanion).map((parameter) => {
    const chooser = createChooser(parameter, (value) =>
      tools.apply((recipe) =>
        withStage(recipe, tools.scene().stage.id, { [parameter.name]: value }),
      ),
    );
    element
      .querySelector(`[data-parameter="${COMPANIONS[parameter.name]}"] .setting-companion`)
      ?.append(chooser.element);
    return { parameter, chooser };
  });
  return {
    element,
    /** @param {import("../model/scene.js").Scene} scene @param {Settings} settings */
    render: (scene, settings) => {
      for (const { parameter, control } of rows) {
        control.element.hidden = !applies(parameter, settings);
        if (!control.element.hidden) control.render(settings, scene);
      }
      for (const { parameter, chooser } of companions) {
        chooser.render(String(settings[parameter.name] ?? parameter.default));
      }
      // "more" stands beside the label of the first setting that has a meaning now.
      const first = inSight.find(({ control }) => !control.element.hidden)?.control.element;
      const room = first?.querySelector(".setting-companion");
      if (room && button.parentElement !== room) room.append(button);
      button.hidden = behind.every(({ control }) => control.element.hidden);
      if (more.querySelector(".is-invalid-setting")) unfold(true);
      element.hidden = !first;
    },
  };
}
