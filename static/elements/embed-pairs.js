/**
 * The middle of an embed's bench: windows over the kernel slices they are multiplied with.
 *
 * With several channels the style sheet shows them side by side, or only the opened one where there
 * is no room for all.
 */

import { channelName } from "../describe/ledger.js";
import { pairLayout } from "../describe/terms.js";
import { openRow, termShown } from "../model/explain.js";
import { changed, h, setText, svg } from "./dom.js";
import { createSlicePair, kernelCell, loadKernelEditors } from "./ledger-row.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../model/explain.js").Explanation} Explanation */

/** Windows that take more than this together never stand side by side. */
const ABREAST_PX = 320;
/** Wider grids have the kernel's label above them: beside them is no room. */
const LABEL_BESIDE_PX = 100;

/**
 * @param {ViewContext} context
 * @param {(control: string) => string} lockOf  why a control changes nothing; "" when it does
 * @returns {import("./view.js").View}
 */
export function createPairs(context, lockOf) {
  const labels = h("div", { class: "pair-part labels" });
  const windows = h("div", { class: "pair-part windows" });
  const signs = h("div", { class: "pair-part signs", "aria-hidden": "true" });
  const kernels = h("div", { class: "pair-part kernels" });
  const element = h(
    "div",
    { class: "pairs" },
    labels,
    flow("input"),
    windows,
    flow("output"),
    signs,
    kernels,
    h("span", { class: "kernel-label" }, "kernel"),
  );
  /** @type {{pair: ReturnType<typeof createSlicePair>, letter: HTMLElement, parts: HTMLElement[]}[]} */
  let built = [];
  /** @type {import("./kernel-stops.js").KernelStops|null} */
  let stops = null;
  /** @type {((position: number) => import("./kernel-editor.js").KernelGrid)|null} */
  let createEditor = null;
  /** @type {Awaited<ReturnType<typeof loadKernelEditors>>} */
  let editors = null;
  let isAsked = false;
  const isNew = changed();
  const isNewOpen = changed();

  async function offerEditors() {
    editors = await loadKernelEditors(context);
    shareStop();
    context.repaint();
  }

  function shareStop() {
    stops = editors?.createKernelStops() ?? null;
    createEditor = editors && stops && editors.creator(stops);
  }

  /** @param {number} count */
  function rebuild(count) {
    shareStop();
    built = Array.from({ length: count }, () => {
      const pair = createSlicePair(context);
      const letter = h("b", { class: "pair-letter" });
      const label = h("span", { class: "pair-label" }, letter, " window");
      const window = h("div", {}, pair.window);
      return { pair, letter, parts: [label, window, h("span", {}, "×"), pair.kernel] };
    });
    for (const [index, place] of [labels, windows, signs, kernels].entries())
      place.replaceChildren(...built.map(({ parts }) => parts[index]));
  }

  /** @param {Scene} scene @param {Explanation} explanation */
  function renderAll(scene, explanation) {
    const { channels, size } = explanation;
    if (built.length !== channels.length) rebuild(channels.length);
    const opened = openRow(scene.state, explanation);
    const layout = pairLayout(size);
    const each = size[0] * size[1];
    const term = termShown(scene);
    const lock = lockOf("kernel");
    const cell_px = kernelCell(explanation, layout);
    const wide = size[1] * Math.max(layout.cell_px, cell_px);
    element.classList.toggle("abreast", channels.length * wide <= ABREAST_PX);
    element.classList.toggle("small", layout.decimals !== null && Math.max(...size) > 3);
    element.classList.toggle("wide", wide > LABEL_BESIDE_PX);
    element.classList.toggle("decimal", cell_px > layout.cell_px);
    element.style.setProperty("--pair", `${wide}px`);
    element.style.setProperty("--channels", String(channels.length));
    for (const [position, { pair, letter, parts }] of built.entries()) {
      const sum = channels[position];
      const name = channelName(scene, sum.channel);
      setText(letter, name);
      for (const part of parts) {
        part.classList.toggle("open", position === opened);
        part.dataset.channel = /^[RGB]$/.test(name) ? name.toLowerCase() : "";
      }
      pair.kernel.toggleAttribute("data-tip", lock !== "");
      if (lock) pair.kernel.setAttribute("data-tip", lock);
      pair.render({
        scene,
        explanation,
        sum,
        position,
        layout,
        is_open: true,
        revealed: term === null ? null : Math.max(0, Math.min(each, term - position * each)),
        createEditor,
        is_locked: lock !== "",
      });
    }
    if (isNewOpen(stops, opened)) stops?.mark();
  }

  return {
    element,
    render(scene) {
      const { explanation, run, stage, map, cell, state, theme } = scene;
      element.classList.toggle("waiting", !explanation);
      if (!explanation) return;
      const place = [run, stage, map, cell.row, cell.column, explanation.result];
      const look = [state.open_row, state.is_playing, state.focus_term, theme, createEditor];
      const isEditable = state.controls.includes("kernel");
      if (isNew(...place, ...look, termShown(scene), scene.is_hovering, state.locks))
        renderAll(scene, explanation);
      if (isEditable && !isAsked) {
        isAsked = true;
        context.later(offerEditors);
      }
    },
  };
}

/** An arrow from map to window, or from window to map. @param {"input"|"output"} role */
function flow(role) {
  const head = svg(
    "svg",
    { class: "flow-head", viewBox: "0 0 8 12", width: 8, height: 12 },
    svg("path", { d: "M1.5 1.5 6.5 6 1.5 10.5" }),
  );
  return h("span", { class: `flow ${role}`, "aria-hidden": "true" }, head);
}
