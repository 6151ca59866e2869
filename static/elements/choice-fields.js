/**
 * Fields of dialogs: one of a few as segments, a tick.
 */

import { h } from "./dom.js";
import { icon } from "./icons.js";

/**
 * Radio buttons that look like one bar.
 *
 * @template {string|number} Value
 * @param {{legend: string, name: string, options: {value: Value, label: string}[], value: Value,
 *   onchange: (value: Value) => void}} field  name: of the group within its dialog
 */
export function segments({ legend, name, options, value, onchange }) {
  return h(
    "fieldset",
    { class: "segments-field" },
    h("legend", {}, legend),
    h(
      "div",
      { class: "segments" },
      ...options.map((option) =>
        h(
          "label",
          { class: "segment" },
          h("input", {
            type: "radio",
            class: "visually-hidden",
            name,
            value: option.value,
            checked: option.value === value,
            onchange: () => onchange(option.value),
          }),
          option.label,
        ),
      ),
    ),
  );
}

/**
 * @param {{label: string, isOn: boolean, onchange: (isOn: boolean) => void}} field
 */
export function tick({ label, isOn, onchange }) {
  const box = h("input", { type: "checkbox", checked: isOn });
  box.addEventListener("change", () => onchange(box.checked));
  const element = h(
    "label",
    { class: "tick" },
    box,
    h("span", { class: "tick-box" }, icon("check")),
    h("span", {}, label),
  );
  return { element, box };
}
