/**
 * The editable grid of one kernel slice inside the inspector, behind "Edit slice 4".
 */

import { rowOpened } from "../state/actions.js";
import { h, setText } from "./dom.js";
import { attachPopover, isOpen } from "./inspector-popover.js";
import { createKernelGrid } from "./kernel-editor.js";

/** @typedef {import("./inspector-parameters.js").Tools} Tools */
/** @typedef {import("../model/scene.js").Scene} Scene */

/** Of a page, beside the grid. */
const MARGIN_PX = 48;
const CELL_PX = 36;
const TOUCH_PX = 44;
const COLOURS = ["red", "green", "blue"];

/** @param {Tools} tools */
export function createSliceEditor({ context, scene }) {
  const { store } = context;
  const grid = createKernelGrid(context);
  const button = h("button", { type: "button", class: "slice-button" });
  const title = h("span", { class: "caption" });
  const back = h("button", { type: "button", class: "link", onclick: () => open(-1) }, "Before");
  const next = h("button", { type: "button", class: "link", onclick: () => open(1) }, "Next");
  const element = h(
    "div",
    { class: "slice-editor" },
    h("div", { class: "slice-head" }, title, back, next),
    grid.element,
  );
  attachPopover(button, element, {
    prepare: (open) => open && renderGrid(scene()),
    opened: () =>
      /** @type {HTMLElement|null} */ (grid.element.querySelector("[tabindex='0']"))?.focus(),
  });

  /** @param {Scene} now */
  const slicesOf = ({ run, stage }) => run.weights(stage.id)?.weightShape[1] ?? 1;

  /** @param {Scene} now */
  const sliceOf = (now) =>
    Math.min(now.state.open_row ?? now.explanation?.strongest ?? 0, slicesOf(now) - 1);

  /** @param {number} by */
  function open(by) {
    const now = scene();
    const count = slicesOf(now);
    store.dispatch(rowOpened, (sliceOf(now) + by + count) % count);
  }

  /** @param {Scene} now */
  function render(now) {
    setText(button, slicesOf(now) === 1 ? "Edit weights" : `Edit ${nameOf(now, sliceOf(now))}`);
    if (isOpen(element)) renderGrid(now);
  }

  /** @param {Scene} now */
  function renderGrid(now) {
    const { run, stage, map, theme, state } = now;
    const weights = run.weights(stage.id);
    if (!weights) return;
    const slice = sliceOf(now);
    const name = nameOf(now, slice);
    setText(title, `${name[0].toUpperCase()}${name.slice(1)} of ${slicesOf(now)}`);
    back.hidden = next.hidden = slicesOf(now) === 1;
    const widest = matchMedia("(pointer: coarse)").matches ? TOUCH_PX : CELL_PX;
    const room = document.documentElement.clientWidth - MARGIN_PX;
    const cellPx = Math.min(widest, Math.floor(room / weights.weightShape[3]));
    const m = peakOf(weights, map);
    const values = sliceValues(weights, map, slice);
    grid.render({
      stage,
      run,
      filter: map,
      slice,
      weights: values,
      focused: state.focus_term,
      cellPx,
      theme,
      m,
      sliceName: isOfPicture(now) ? `${COLOURS[slice]} slice` : name,
    });
  }

  return { element, button, render };
}

/** @param {Scene} now */
function isOfPicture({ stage, run }) {
  return stage.inputs[0] === "input" && run.weights(stage.id)?.weightShape[1] === COLOURS.length;
}

/** @param {Scene} now @param {number} slice */
function nameOf(now, slice) {
  return `slice ${isOfPicture(now) ? COLOURS[slice][0].toUpperCase() : slice + 1}`;
}

/**
 * @param {import("../model/tensors.js").Weights} weights
 * @param {number} filter
 * @param {number} slice
 */
function sliceValues({ weight, weightShape }, filter, slice) {
  const size = weightShape[2] * weightShape[3];
  const begin = (filter * weightShape[1] + slice) * size;
  return weight.subarray(begin, begin + size);
}

/** @param {import("../model/tensors.js").Weights} weights @param {number} filter */
function peakOf({ weight, weightShape }, filter) {
  const size = weight.length / weightShape[0];
  return weight
    .subarray(filter * size, (filter + 1) * size)
    .reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
