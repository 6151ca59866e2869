/**
 * The filters of a convolution: one chip each, and how many there are.
 */

import { cropped, isReadable } from "../draw/pictogram.js";
import { mapSelected } from "../state/actions.js";
import { filterCountChanged, filterRemoved, MOST_FILTERS } from "../state/recipe.js";
import { integerCodec } from "../state/values.js";
import { filterName, filtersOf, stageIn, weightOfRun } from "../state/weights.js";
import { changed, h, setAttribute, setText } from "./dom.js";
import { kernelPicture } from "./inspector-icons.js";
import { FEATURED } from "./inspector-presets.js";
import { rove } from "./inspector-roving.js";
import { fadeEdges } from "./inspector-scroll.js";
import { createNumberField } from "./number-field.js";

/** @typedef {import("./inspector-parameters.js").Tools} Tools */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {{element: HTMLElement, isNew: (...inputs: unknown[]) => boolean}} Chip */

/** Up to this many chips have room for their slices side by side; more get smaller ones. */
const WIDE_CHIPS = 4;
/** Of the next chip, this much stays in sight while the row scrolls. */
const NEXT_PX = 34;
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
  const mark = rove(group, { across: () => chips.length });
  const look = fadeEdges(group, context.signal);
  const isOtherMap = changed();
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

  /** Scroll sideways, and never the page. @param {HTMLElement} chip */
  function reveal({ offsetLeft, offsetWidth }) {
    const left = offsetLeft - group.offsetLeft - NEXT_PX;
    const right = left + offsetWidth + 2 * NEXT_PX;
    if (left < group.scrollLeft) group.scrollLeft = left;
    else if (right > group.scrollLeft + group.clientWidth)
      group.scrollLeft = right - group.clientWidth;
    look();
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
      const isSmall =
        count > WIDE_CHIPS || !isReadable(cropped(weightOfRun(weights, map)), WIDE_PX);
      if (isOther) {
        chips = Array.from({ length: count }, (_, index) => createChip(index));
        group.replaceChildren(...chips.map(({ element }) => element));
      }
      group.classList.toggle("is-many", isSmall);
      chips.forEach(({ element, isNew }, index) => {
        setAttribute(element, "aria-checked", String(index === map));
        const name = `Filter ${index + 1}: ${filterName(filters[index], context.boot.kernels)}`;
        setAttribute(element, "aria-label", name);
        setAttribute(element, "data-tip", count > 1 ? `${name}. Delete removes it.` : name);
        const size = weights.weight.length / count;
        const values = weights.weight.subarray(index * size, (index + 1) * size);
        if (!isNew(values.join(), String(weights.weightShape), theme, isSmall)) return;
        element.replaceChildren(chipPicture(weightOfRun(weights, index), isSmall, theme));
      });
      mark(map);
      if (isOtherMap(map, count, stage.id) && chips[map]) reveal(chips[map].element);
      if (isOther && hadFocus) chips[Math.min(map, count - 1)].element.focus();
    },
  };
}

/** Sides of a slice in a wide chip, in a small one, and alone in either. */
const WIDE_PX = 15;
const SMALL_PX = 15;
const ALONE_PX = 24;
const SMALL_ALONE_PX = 33;

/**
 * The slices of a filter; of a kernel too large for that, the strongest one.
 *
 * @param {number[][][]} slices
 * @param {boolean} isSmall
 * @param {import("../draw/colour.js").Theme} theme
 */
function chipPicture(slices, isSmall, theme) {
  const all = cropped(slices);
  const shown = all.slice(0, MOST_SLICES);
  const isSquare = isSmall && shown.length > 1;
  const size_px = isSmall ? SMALL_PX : shown.length === 4 ? 11 : WIDE_PX;
  if (shown.length === 1 || !isReadable(shown, size_px)) {
    return kernelPicture([strongest(all)], {
      size_px: isSmall ? SMALL_ALONE_PX : ALONE_PX,
      theme,
    });
  }
  return kernelPicture(shown, {
    size_px,
    theme,
    across: isSquare ? 2 : shown.length,
    gap_px: isSquare ? 2 : 3,
  });
}

/** @param {number[][][]} slices */
function strongest(slices) {
  const size = (/** @type {number[][]} */ slice) =>
    slice.flat().reduce((sum, weight) => sum + Math.abs(weight), 0);
  return slices.reduce((most, slice) => (size(slice) > size(most) ? slice : most));
}
