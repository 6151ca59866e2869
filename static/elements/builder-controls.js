/**
 * Which controls students are shown, and which of them keep their value.
 */

import { CONTROLS, canLock, controlToggled, lockToggled } from "../state/embed-choices.js";
import { tick } from "./choice-fields.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("../state/embed-choices.js").EmbedChoices} EmbedChoices */

/**
 * @param {EmbedChoices} first
 * @param {(change: (choices: EmbedChoices, name: string) => EmbedChoices, name: string) => void} change
 */
export function createBuilderControls(first, change) {
  const rows = CONTROLS.map(({ name, label, locks }) => {
    const shown = tick({
      label,
      isOn: first.controls.includes(name),
      onchange: () => change(controlToggled, name),
    });
    const lock = h(
      "button",
      {
        type: "button",
        class: "lock-button",
        "aria-label": `Lock ${label.toLowerCase()}`,
        title: `Lock ${label.toLowerCase()}: students see it and cannot change it`,
        onclick: () => change(lockToggled, name),
      },
      icon("lock"),
    );
    const element = h("div", { class: "control-choice" }, shown.element, locks && lock);
    return { name, lock, element };
  });
  return {
    element: h(
      "fieldset",
      { class: "controls-field" },
      h("legend", {}, "Shown to students"),
      h("div", { class: "control-choices" }, ...rows.map(({ element }) => element)),
      h(
        "p",
        { class: "quiet" },
        "Unticked controls keep their value; nobody can change them in the embed. ",
        h("span", { class: "lock-sign" }, icon("lock")),
        " locks one that is shown.",
      ),
    ),
    /** @param {EmbedChoices} choices */
    render(choices) {
      for (const { name, lock } of rows) {
        lock.hidden = !canLock(choices, name);
        lock.setAttribute("aria-pressed", String(choices.locks.includes(name)));
      }
    },
  };
}
