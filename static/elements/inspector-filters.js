/**
 * The filters of a convolution: one chip each, and how many there are.
 */

import { mapSelected } from "../state/actions.js";
import { filterCountChanged, filterRemoved, MOST_FILTERS } from "../state/recipe.js";
import { integerCodec } from "../state/values.js";
import { filterName, filtersOf, stageIn, weightOfRun } from "../state/weights.js";
import { changed, h, setAttribute, setText } from "./dom.js";
import { kernelPicture } from "./inspector-icons.js";
import { FEATURED } from "./inspector-presets.js";
import { rove } from "./inspector-roving.js";
import { createNumberField } from "./number-field.js";

/** @typedef {import("./inspector-parameters.js").Tools} Tools */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {{element: HTMLElement, isNew: (...inputs: unknown[]) => boolean}} Chip */

/** Up to this many chips lie in one row, with their slices side by side. */
const WIDE_CHIPS = 4;
/** Slices that a chip has room for. */
const MOST_SLICES = 4;

/**
 * "filter 1 of − 4 +": the number of filters, in the title row.
 *
 * @param {Tools} tools
 */
export function createFilterCount({ context, apply, scene }) {
  const order = FEATURED.flatMap((name) =>
    context.boot.kernels.filter((preset) => preset.name === name),
  );
  const text = h("span", { class: "title-note-text" });
  const field = createNumberField({
    label: "Filters",
    codec: integerCodec({ minimum: 1, maximum: MOST_FILTERS }),
    className: "is-compact",
    onchange: (count, phase) =>
      apply((recipe) => filterCountChanged(recipe, scene().stage.id, count, order), phase),
  });
  return {
    element: h("span", { class: "title-note" }, text, field.element),
    /** @param {Scene} now */
    render: ({ stage, map, state }) => {
      setText(text, `filter ${map + 1} of `);
      const asked = state.recipe.stages.find(({ id }) => id === stage.id)?.filters?.length;
      field.render(asked ?? stage.maps.length);
    },
  };
}

/**
 * @param {Tools} tools
 */
export function createChips({ context, apply, scene }) {
  const { store } = context;
  const group = h("div", { class: "chips", role: "radiogroup", "aria-label": "Filters" });
  const mark = rove(group, { across: () => (chips.length > WIDE_CHIPS ? 6 : 4) });
  /** @type {Chip[]} */
  let chips = [];

  /** @param {number} index @returns {Chip} */
  function createChip(index) {
    const element = h("button", {
      type: "button",
      class: "chip",
      role: "radio",
      "data-item": index,
      onclick: () => store.dispatch(mapSelected, scene().stage.id, index),
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key !== "Delete" && event.key !== "Backspace") return;
        event.preventDefault();
        event.stopPropagation();
        apply((recipe) => filterRemoved(recipe, scene().stage.id, index));
      },
    });
    return { element, isNew: changed() };
  }

  return {
    element: group,
    /** @param {Scene} now */
    render: ({ stage, run, map, theme, state }) => {
      const weights = run.weights(stage.id);
      if (!weights) return;
      const filters = filtersOf(stageIn(state.recipe, stage.id));
      const count = weights.weightShape[0];
      const hadFocus = group.matches(":focus-within");
      const isOther = chips.length !== count;
      if (isOther) {
        chips = Array.from({ length: count }, (_, index) => createChip(index));
        group.replaceChildren(...chips.map(({ element }) => element));
        group.classList.toggle("is-many", count > WIDE_CHIPS);
      }
      chips.forEach(({ element, isNew }, index) => {
        setAttribute(element, "aria-checked", String(index === map));
        const name = `Filter ${index + 1}: ${filterName(filters[index], context.boot.kernels)}`;
        setAttribute(element, "aria-label", name);
        setAttribute(element, "data-tip", count > 1 ? `${name}. Delete removes it.` : name);
        const size = weights.weight.length / count;
        const values = weights.weight.subarray(index * size, (index + 1) * size);
        if (!isNew(values.join(), String(weights.weightShape), theme, count > WIDE_CHIPS)) return;
        element.replaceChildren(
          chipPicture(weightOfRun(weights, index), count > WIDE_CHIPS, theme),
        );
      });
      mark(map);
      if (isOther && hadFocus) chips[Math.min(map, count - 1)].element.focus();
    },
  };
}

/**
 * @param {number[][][]} slices
 * @param {boolean} isSmall
 * @param {import("../draw/colour.js").Theme} theme
 */
function chipPicture(slices, isSmall, theme) {
  const shown = slices.slice(0, MOST_SLICES);
  const isSquare = isSmall && shown.length > 1;
  const size_px = shown.length === 1 ? 24 : shown.length === 4 && !isSmall ? 11 : 15;
  return kernelPicture(shown, {
    size_px,
    theme,
    across: isSquare ? 2 : shown.length,
    gap_px: isSquare ? 2 : 3,
  });
}
