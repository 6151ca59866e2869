/**
 * The channel mix: a preset times one factor for each input channel.
 */

import { filterReplaced } from "../state/recipe.js";
import { numberCodec } from "../state/values.js";
import { filtersOf, stageIn } from "../state/weights.js";
import { h } from "./dom.js";
import { fadeEdges } from "./inspector-scroll.js";
import { createNumberField } from "./number-field.js";

/** @typedef {import("./inspector-parameters.js").Tools} Tools */
/** @typedef {import("../model/scene.js").Scene} Scene */

const LETTERS = ["R", "G", "B"];
const COLOURS = ["red", "green", "blue"];

/**
 * One factor for each input channel; written weights have none.
 *
 * @param {Tools} tools
 */
export function createMix({ context, apply, scene }) {
  const fields = h("div", { class: "mix-fields" });
  const look = fadeEdges(fields, context.signal);
  const element = h(
    "div",
    { class: "mix" },
    h("span", { class: "setting-label" }, "Channel mix"),
    fields,
  );
  /** @type {import("./number-field.js").NumberField<number>[]} */
  let all = [];

  /** @param {number} slice @param {boolean} isPicture */
  function createField(slice, isPicture) {
    const letter = isPicture ? LETTERS[slice] : String(slice + 1);
    const field = createNumberField({
      label: isPicture ? `Mix of ${COLOURS[slice]}` : `Mix of map ${slice + 1}`,
      codec: numberCodec({ minimum: -99, maximum: 99, step: 0.5 }),
      className: "is-mix",
      onchange: (value, phase) => change(slice, value, phase),
    });
    field.element.prepend(
      h(
        "span",
        {
          class: isPicture ? `mix-letter is-${letter.toLowerCase()}` : "mix-letter",
          "aria-hidden": "true",
        },
        letter,
      ),
    );
    return field;
  }

  /** @param {number} slice @param {number} value @param {import("./number-field.js").Phase} phase */
  function change(slice, value, phase) {
    const { stage, map } = scene();
    apply((recipe) => {
      const filter = filtersOf(stageIn(recipe, stage.id))[map];
      if (!filter?.kernel) return recipe;
      const mix = all.map((_, place) => filter.mix?.[place] ?? 1);
      mix[slice] = value;
      return filterReplaced(recipe, stage.id, map, { ...filter, mix });
    }, phase);
  }

  return {
    element,
    /**
     * @param {Scene} now
     * @param {import("../state/state.js").Filter|undefined} filter
     * @param {number} slices
     */
    render: ({ stage }, filter, slices) => {
      if (all.length !== slices) {
        const isPicture = stage.inputs[0] === "input" && slices === 3;
        all = Array.from({ length: slices }, (_, slice) => createField(slice, isPicture));
        fields.replaceChildren(...all.map((field) => field.element));
        look();
      }
      const reason = filter?.kernel
        ? ""
        : "These weights are not a preset. Choose a kernel above to mix its channels.";
      all.forEach((field, slice) => {
        field.render(filter?.kernel ? (filter.mix?.[slice] ?? 1) : 1, reason);
      });
    },
  };
}
