/**
 * The kernel of one filter: its name, the presets, the channel mix or the slices one by one.
 */

import { ledgerLayout } from "../describe/ledger.js";
import { seedRenewed } from "../state/recipe.js";
import { filterName, filtersOf, stageIn } from "../state/weights.js";
import { h, setText } from "./dom.js";
import { createMix } from "./inspector-mix.js";
import {
  choosePreset,
  createAllPresets,
  createPresetGrid,
  FEATURED,
  undoEdit,
} from "./inspector-presets.js";
import { createSliceEditor } from "./inspector-slice.js";

/** @typedef {import("./inspector-parameters.js").Tools} Tools */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("./view.js").KernelPreset} KernelPreset */

/** With more slices than this, weights that are no preset have no mix: seeds and slices do. */
const MOST_MIXED = 3;
/** Smaller cells of the ledger do not hold every weight: the slice gets an editor of its own. */
const EDITABLE_PX = 28;

/** @param {Tools} tools */
export function createKernelPart(tools) {
  const { context, apply, scene } = tools;
  const { boot } = context;
  const featured = FEATURED.flatMap((name) =>
    boot.kernels.filter((preset) => preset.name === name),
  );

  /** @param {KernelPreset} preset */
  const choose = (preset) => choosePreset(tools, preset);
  const name = h("span", { class: "kernel-name" });
  const undo = h(
    "button",
    { type: "button", class: "link kernel-undo", onclick: () => undoEdit(tools) },
    "Undo",
  );
  const grid = createPresetGrid(featured, choose, "Kernel");
  const all = createAllPresets(boot.kernels, choose);
  const mix = createMix(tools);
  const slice = createSliceEditor(tools);
  const renew = () => apply((recipe) => seedRenewed(recipe, scene().stage.id, scene().map));
  const seed = h("button", { type: "button", class: "button", onclick: renew }, "New random seed");
  all.panel.prepend(
    h("button", { type: "button", class: "button", onclick: renew }, "Random weights"),
  );
  const deep = h("div", { class: "kernel-buttons" }, seed);
  const sliceLink = h("span", { class: "slice-place" });

  const element = h(
    "div",
    { class: "inspector-part part-kernel", "data-parameter": "filters" },
    h(
      "div",
      { class: "lead-head" },
      h("h3", { class: "lead-title is-kernel" }, "Kernel"),
      h("span", { class: "kernel-named" }, name, undo, sliceLink, all.button),
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
      const [, slices, rows, columns] = run.weights(stage.id)?.weightShape ?? [0, 0, 1, 1];
      setText(name, filterName(filter, boot.kernels));
      undo.hidden = filter?.edited === undefined;
      grid.render(filter?.kernel ?? null, theme);
      all.render(filter?.kernel ?? null, theme);
      const isDeep = !filter?.kernel && (slices > MOST_MIXED || filter?.seed !== undefined);
      mix.element.hidden = isDeep;
      if (!isDeep) mix.render(now, filter, slices);
      deep.hidden = !isDeep;
      const place = isDeep ? deep : sliceLink;
      if (slice.button.parentElement !== place) place.append(slice.button);
      slice.button.className = isDeep ? "button" : "link";
      const { cell_px } = ledgerLayout([rows, columns], slices);
      element.classList.toggle("has-large-cells", cell_px >= EDITABLE_PX && slices <= MOST_MIXED);
      slice.render(now);
    },
  };
}
