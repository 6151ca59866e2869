/**
 * The kernel of one filter: presets as pictograms, all of them behind "more", the channel mix.
 */

import {
  filterBeforeEdit,
  filterName,
  filterReplaced,
  filtersOf,
  presetApplied,
  seedRenewed,
  stageIn,
} from "../state/recipe.js";
import { numberCodec } from "../state/values.js";
import { changed, h, setAttribute, setText } from "./dom.js";
import { icon } from "./icons.js";
import { kernelPicture } from "./inspector-icons.js";
import { rove } from "./inspector-roving.js";
import { createSliceEditor } from "./inspector-slice.js";
import { createNumberField } from "./number-field.js";

/** @typedef {import("./inspector-parameters.js").Tools} Tools */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../draw/colour.js").Theme} Theme */
/** @typedef {import("./view.js").KernelPreset} KernelPreset */

/** The twelve that are always in sight, in the order of the picture. */
export const FEATURED = [
  "identity",
  "box_blur",
  "gaussian_3",
  "sharpen",
  "sobel_x",
  "sobel_y",
  "laplacian_8",
  "emboss",
  "edge_left",
  "edge_right",
  "edge_top",
  "edge_bottom",
];
const ACROSS = 6;
const PRESET_PX = 30;
const LETTERS = ["R", "G", "B"];
/** With more slices than this, a mix makes no sense: seeds and single slices do. */
const MOST_MIXED = 3;

/** @param {Tools} tools */
export function createKernelPart(tools) {
  const { context, apply, scene } = tools;
  const { boot, store } = context;
  const featured = FEATURED.flatMap((name) =>
    boot.kernels.filter((preset) => preset.name === name),
  );

  /** @param {KernelPreset} preset */
  const choose = (preset) => {
    const { stage, map, run } = scene();
    const weights = run.weights(stage.id);
    if (!weights) return;
    const [, slices, rows, columns] = weights.weightShape;
    const size = stageIn(store.get().recipe, stage.id)?.kernel_size ?? [rows, columns];
    const known = { presets: boot.kernels, weights, slices, size };
    apply((recipe) => presetApplied(recipe, stage.id, map, preset, known));
  };

  const name = h("span", { class: "kernel-name" });
  const undo = h(
    "button",
    { type: "button", class: "link kernel-undo", onclick: () => restore() },
    "Undo",
  );
  const grid = createPresetGrid(featured, choose, "Kernel");
  const all = createAllPresets(boot.kernels, choose);
  const mix = createMix(tools);
  const slice = createSliceEditor(tools);
  const seed = h(
    "button",
    {
      type: "button",
      class: "button",
      onclick: () => apply((recipe) => seedRenewed(recipe, scene().stage.id, scene().map)),
    },
    "New random seed",
  );
  const deep = h("div", { class: "kernel-buttons" }, seed, slice.button);

  function restore() {
    const { stage, map } = scene();
    const { recipe, past } = store.get();
    const filter = filtersOf(stageIn(recipe, stage.id))[map];
    const old = filter && filterBeforeEdit(past, stage.id, map, filter);
    if (old) apply((now) => filterReplaced(now, stage.id, map, old));
  }

  const element = h(
    "div",
    { class: "inspector-part part-kernel", "data-parameter": "filters" },
    h(
      "div",
      { class: "lead-head" },
      h("h3", { class: "lead-title is-kernel" }, "Kernel"),
      h("span", { class: "kernel-named" }, name, undo, all.button),
    ),
    all.panel,
    grid.element,
    mix.element,
    deep,
    slice.element,
  );

  return {
    element,
    /** @param {Scene} now */
    render: (now) => {
      const { stage, map, run, state, theme } = now;
      const filter = filtersOf(stageIn(state.recipe, stage.id))[map];
      const slices = run.weights(stage.id)?.weightShape[1] ?? 0;
      setText(name, filterName(filter, boot.kernels));
      undo.hidden = filter?.edited === undefined;
      grid.render(filter?.kernel ?? null, theme);
      all.render(filter?.kernel ?? null, theme);
      const isDeep = slices > MOST_MIXED;
      mix.element.hidden = isDeep;
      if (!isDeep) mix.render(now, filter, slices);
      seed.hidden = !isDeep;
      element.classList.toggle("is-deep", isDeep);
      slice.render(now);
    },
  };
}

/**
 * @param {KernelPreset[]} presets
 * @param {(preset: KernelPreset) => void} choose
 * @param {string} label
 * @param {{isNamed?: boolean}} [options]
 */
function createPresetGrid(presets, choose, label, { isNamed = false } = {}) {
  const buttons = presets.map((preset) => {
    const picture = h("span", { class: "preset-picture" });
    const button = h(
      "button",
      {
        type: "button",
        class: "preset",
        "data-item": preset.name,
        "data-tip": `${preset.label}: ${preset.help}`,
        "aria-label": preset.label,
        "aria-description": preset.help,
        onclick: () => choose(preset),
      },
      picture,
      isNamed ? h("span", { class: "preset-name" }, preset.label) : null,
    );
    return { preset, button, picture };
  });
  const element = h(
    "div",
    { class: isNamed ? "presets is-named" : "presets", role: "group", "aria-label": label },
    ...buttons.map(({ button }) => button),
  );
  const mark = rove(element, { across: () => (isNamed ? 1 : ACROSS) });
  const isNewTheme = changed();
  return {
    element,
    /** @param {string|null} current @param {Theme} theme */
    render: (current, theme) => {
      const isNew = isNewTheme(theme);
      for (const { preset, button, picture } of buttons) {
        setAttribute(button, "aria-pressed", String(preset.name === current));
        if (isNew)
          picture.replaceChildren(kernelPicture([preset.weight], { size_px: PRESET_PX, theme }));
      }
      mark(presets.findIndex((preset) => preset.name === current));
    },
  };
}

/**
 * Every preset with its name, by group; built when it is first opened.
 *
 * @param {KernelPreset[]} presets
 * @param {(preset: KernelPreset) => void} choose
 */
function createAllPresets(presets, choose) {
  const panel = h("div", { class: "all-presets", role: "group", "aria-label": "All kernels" });
  panel.hidden = true;
  const button = h(
    "button",
    {
      type: "button",
      class: "icon-button",
      "aria-expanded": "false",
      "aria-label": "All kernels",
      "data-tip": `All ${presets.length} kernels`,
      onclick: () => {
        panel.hidden = !panel.hidden;
        button.setAttribute("aria-expanded", String(!panel.hidden));
        show();
      },
    },
    icon("chevron"),
  );
  /** @type {ReturnType<typeof createPresetGrid>[]} */
  let grids = [];
  /** @type {[string|null, Theme]} */
  let latest = [null, "light"];

  function show() {
    if (panel.hidden) return;
    if (grids.length === 0) {
      for (const [group, members] of groupsOf(presets)) {
        const grid = createPresetGrid(members, choose, group, { isNamed: true });
        grids = [...grids, grid];
        panel.append(h("h4", { class: "caption" }, group), grid.element);
      }
    }
    for (const grid of grids) grid.render(...latest);
  }

  return {
    panel,
    button,
    /** @param {string|null} current @param {Theme} theme */
    render: (current, theme) => {
      latest = [current, theme];
      show();
    },
  };
}

/** @param {KernelPreset[]} presets */
function groupsOf(presets) {
  /** @type {Map<string, KernelPreset[]>} */
  const groups = new Map();
  for (const preset of presets) {
    groups.set(preset.group, [...(groups.get(preset.group) ?? []), preset]);
  }
  return groups;
}

/**
 * One factor for each input channel; written weights have none.
 *
 * @param {Tools} tools
 */
function createMix({ apply, scene }) {
  const fields = h("div", { class: "mix-fields" });
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
      label: isPicture ? `Mix of ${["red", "green", "blue"][slice]}` : `Mix of map ${slice + 1}`,
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
