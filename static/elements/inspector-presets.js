/**
 * Preset kernels as pictograms: a dozen in sight, all of them by group behind a press.
 */

import { filterReplaced, presetApplied } from "../state/recipe.js";
import { filterBeforeEdit, filtersOf, stageIn } from "../state/weights.js";
import { changed, h, setAttribute } from "./dom.js";
import { icon } from "./icons.js";
import { kernelPicture } from "./inspector-icons.js";
import { attachPopover, isOpen } from "./inspector-popover.js";
import { rove } from "./inspector-roving.js";

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

/**
 * The filter of the map on show becomes a preset.
 *
 * @param {import("./inspector-parameters.js").Tools} tools
 * @param {KernelPreset} preset
 */
export function choosePreset({ context: { boot, store }, apply, scene }, preset) {
  const { stage, map, run } = scene();
  const weights = run.weights(stage.id);
  if (!weights) return;
  const [, slices, rows, columns] = weights.weightShape;
  const size = stageIn(store.get().recipe, stage.id)?.kernel_size ?? [rows, columns];
  const known = { presets: boot.kernels, weights, slices, size };
  apply((recipe) => presetApplied(recipe, stage.id, map, preset, known));
}

/**
 * The filter of the map on show as it was before it was edited by hand.
 *
 * @param {import("./inspector-parameters.js").Tools} tools
 */
export function undoEdit({ context: { store }, apply, scene }) {
  const { stage, map } = scene();
  const { recipe, past } = store.get();
  const filter = filtersOf(stageIn(recipe, stage.id))[map];
  const old = filter && filterBeforeEdit(past, stage.id, map, filter);
  if (old) apply((now) => filterReplaced(now, stage.id, map, old));
}

/**
 * @param {KernelPreset[]} presets
 * @param {(preset: KernelPreset) => void} choose
 * @param {string} label
 * @param {{isNamed?: boolean, size_px?: number}} [options]
 */
export function createPresetGrid(
  presets,
  choose,
  label,
  { isNamed = false, size_px = PRESET_PX } = {},
) {
  let lock = "";
  const buttons = presets.map((preset) => {
    const picture = h("span", { class: "preset-picture" });
    const button = h(
      "button",
      {
        type: "button",
        class: "preset",
        "data-item": preset.name,
        "aria-label": preset.label,
        "aria-description": preset.help,
        onclick: () => lock || choose(preset),
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
    /** @param {string|null} current @param {Theme} theme @param {string} [reason]  why none can be chosen */
    render: (current, theme, reason = "") => {
      const isNew = isNewTheme(theme);
      lock = reason;
      for (const { preset, button, picture } of buttons) {
        setAttribute(button, "aria-pressed", String(preset.name === current));
        setAttribute(button, "aria-disabled", reason ? "true" : null);
        setAttribute(button, "data-tip", reason || `${preset.label}: ${preset.help}`);
        if (isNew) picture.replaceChildren(kernelPicture([preset.weight], { size_px, theme }));
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
export function createAllPresets(presets, choose) {
  const panel = h("div", { class: "all-presets", role: "group", "aria-label": "All kernels" });
  const button = h(
    "button",
    {
      type: "button",
      class: "icon-button",
      "aria-label": "All kernels",
      "data-tip": `All ${presets.length} kernels`,
    },
    icon("chevron"),
  );
  attachPopover(button, panel, {
    prepare: (open) => open && show(),
    frame: () => button.closest(".part-kernel"),
  });
  /** @type {ReturnType<typeof createPresetGrid>[]} */
  let grids = [];
  /** @type {[string|null, Theme]} */
  let latest = [null, "light"];

  function show() {
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
      if (isOpen(panel)) show();
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
