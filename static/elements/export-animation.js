/**
 * Taking an animation home: the page draws the frames one by one, the server puts them together.
 */

import { ProblemError, sendFrames } from "../api/client.js";
import { count, counted } from "../describe/numbers.js";
import { megabytes } from "../describe/pictures.js";
import { BENCH_PX, benchFigure } from "../draw/figure-bench.js";
import { animationPlan, animationSpeeds, estimatedBytes, frameCount } from "../model/animation.js";
import { frameScene } from "../model/animation-scene.js";
import { segments } from "./choice-fields.js";
import { h, setText } from "./dom.js";
import { createAnimationResult, createProgress } from "./export-progress.js";
import { creditOf, exportedScene } from "./export-scene.js";
import { paintOn, pngBlob, sizeOf } from "./figure-tools.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {"gif"|"webp"|"apng"} Format */
/** @typedef {"map"|"rows"} Range */

const FORMATS = /** @type {const} */ ([
  { value: "gif", label: "GIF" },
  { value: "webp", label: "WebP" },
  { value: "apng", label: "APNG" },
]);
const WIDTHS = [1152, 864, 576].map((value) => ({ value, label: `${count(value)} px` }));
const RANGES = /** @type {const} */ ([
  { value: "map", label: "Whole map" },
  { value: "rows", label: "Some rows" },
]);
/** Speed that shows a whole map in a few seconds, and that which shows single windows. */
const SWEEP = 5;
const READABLE = 2;
/** Rows that are offered at first. */
const FEW_ROWS = 2;
const LIMITS = { max_animation_frames: 600, max_animation_pixels: 120_000_000 };

/**
 * @param {ViewContext} context
 * @param {AbortSignal} signal  of the dialog
 */
export function createExportAnimation(context, signal) {
  const { run, selection } = context.store.get();
  const stages = (run?.stages ?? []).filter(({ kind }) => kind !== "input");
  const choice = {
    stage: selection.stage,
    range: /** @type {Range} */ ("map"),
    speed: SWEEP,
    width: WIDTHS[1].value,
    format: /** @type {Format} */ ("gif"),
  };
  /** @type {AbortController|null} */
  let making = null;
  /** Of the figure, which depends on the stage. */
  let height = 593;

  const stage = h(
    "select",
    { "aria-label": "Stage", onchange: () => stageChosen(stage.value) },
    ...stages.map(({ id, title }) =>
      h("option", { value: id, selected: id === choice.stage }, title),
    ),
  );
  const first = rowField("First row");
  const last = rowField("Last row");
  const rowFields = h("span", { class: "export-rows" }, "rows ", first, " to ", last);
  const speed = h("select", { "aria-label": "Speed", onchange: () => speedChosen() });
  const plan = h("p", { class: "export-plan", role: "status" });
  const progress = createProgress(stop);
  const make = h("button", { type: "button", class: "button primary", onclick: start }, "Make it");
  const result = createAnimationResult(context);
  const choices = h(
    "fieldset",
    { class: "export-choices" },
    h("label", { class: "export-field" }, h("span", {}, "Stage"), stage),
    segments({
      legend: "Range",
      name: "animation-range",
      options: [...RANGES],
      value: choice.range,
      onchange: (value) => {
        choice.range = value;
        choice.speed = value === "map" ? SWEEP : READABLE;
        renderChoices();
      },
    }),
    rowFields,
    h("label", { class: "export-field" }, h("span", {}, "Speed"), speed),
    segments({
      legend: "Width",
      name: "animation-width",
      options: WIDTHS,
      value: choice.width,
      onchange: (value) => {
        choice.width = value;
        renderPlan();
      },
    }),
    segments({
      legend: "Format",
      name: "animation-format",
      options: [...FORMATS],
      value: choice.format,
      onchange: (value) => {
        choice.format = value;
        renderPlan();
      },
    }),
  );
  const element = h(
    "div",
    { class: "export-animation" },
    choices,
    plan,
    h("div", { class: "modal-actions" }, make),
    progress.element,
    result.element,
  );
  signal.addEventListener("abort", () => {
    making?.abort();
    result.clear();
  });

  /** @param {string} label */
  function rowField(label) {
    return h("input", {
      type: "number",
      min: 1,
      step: 1,
      "aria-label": label,
      oninput: () => renderPlan(),
    });
  }

  function shape() {
    return stages.find(({ id }) => id === choice.stage)?.shape ?? [1, 1, 1];
  }

  function renderChoices() {
    const [, rows, columns] = shape();
    for (const field of [first, last]) field.max = String(rows);
    if (!first.value || Number(first.value) > rows)
      first.value = String(Math.max(1, middleRow(rows)));
    if (!last.value || Number(last.value) > rows)
      last.value = String(Math.min(rows, Number(first.value) + FEW_ROWS - 1));
    rowFields.hidden = choice.range === "map";
    const speeds = animationSpeeds(columns);
    const chosen = Math.min(choice.speed, speeds.length - 1);
    speed.replaceChildren(
      ...speeds.map(({ label }, index) =>
        h("option", { value: index, selected: index === chosen }, label),
      ),
    );
    choice.speed = chosen;
    renderPlan();
  }

  /** @param {number} rows */
  function middleRow(rows) {
    const cell = context.present()?.standing.row ?? 0;
    return Math.min(cell + 1, rows);
  }

  /** @param {string} id */
  function stageChosen(id) {
    choice.stage = id;
    first.value = "";
    last.value = "";
    renderChoices();
    measureHeight();
  }

  /** How high the figure of the stage is; what is announced until then is that of the one before. */
  async function measureHeight() {
    const { stage: id } = choice;
    try {
      const scene = await exportedScene(context, { selection: selectionOf(id), signal });
      if (!scene || choice.stage !== id || making) return;
      height = benchFigure(scene, { credit: creditOf(context) }).height;
      renderPlan();
    } catch {
      // Values that do not come now are asked for again when the animation is made.
    }
  }

  /** @param {string} id */
  function selectionOf(id) {
    const maps = stages.find((entry) => entry.id === id)?.maps.length ?? 1;
    return { stage: id, map: Math.min(context.store.get().selection.map, maps - 1) };
  }

  function speedChosen() {
    choice.speed = Number(speed.value);
    renderPlan();
  }

  /** @returns {import("../model/animation.js").AnimationWish|string}  or why there is none */
  function wish() {
    const [, rows, columns] = shape();
    const { per_second } = animationSpeeds(columns)[choice.speed];
    if (choice.range === "map") return { rows, columns, range: null, per_second };
    const [from, to] = [Number(first.value), Number(last.value)];
    const isWhole = Number.isInteger(from) && Number.isInteger(to);
    if (!isWhole || from < 1 || to < from || to > rows) {
      return `Rows go from 1 to ${rows}, the first one not after the last one.`;
    }
    return { rows, columns, range: { first: from - 1, last: to - 1 }, per_second };
  }

  /** What comes out, or why it does not. */
  function renderPlan() {
    const asked = wish();
    const problem = typeof asked === "string" ? asked : tooMuch(asked);
    make.disabled = problem !== null;
    plan.classList.toggle("refused", problem !== null);
    if (problem !== null || typeof asked === "string") {
      setText(plan, problem ?? "");
      return;
    }
    const frames = frameCount(asked);
    const [width, high] = frameSize();
    const { duration_ms } = animationPlan(asked);
    const bytes = estimatedBytes(asked, { width, height: high, format: choice.format });
    setText(
      plan,
      `${counted(frames, "frame")} of ${count(width)} × ${count(high)} pixels, ${(duration_ms / 1000).toFixed(1)} seconds, about ${megabytes(Math.round(bytes))}.`,
    );
  }

  function frameSize() {
    return sizeOf({ width: BENCH_PX, height }, choice.width / BENCH_PX);
  }

  /** @param {import("../model/animation.js").AnimationWish} asked */
  function tooMuch(asked) {
    const frames = frameCount(asked);
    const limits = { ...LIMITS, ...context.boot.limits };
    const most = limits.max_animation_frames;
    if (frames > most) {
      return `That would be ${count(frames)} frames; at most ${count(most)} are put together. Choose fewer rows or a higher speed.`;
    }
    const [width, high] = frameSize();
    if (frames * width * high > limits.max_animation_pixels) {
      return `${count(frames)} frames of ${count(width)} × ${count(high)} pixels are too many together. Choose a smaller width, fewer rows or a higher speed.`;
    }
    return frames < 2 ? "One window is no animation: choose more rows." : null;
  }

  async function start() {
    const asked = wish();
    if (typeof asked === "string" || making) return;
    making = new AbortController();
    const mine = making;
    working(true);
    try {
      const blob = await created(asked, mine.signal);
      if (!mine.signal.aborted) result.show(blob, choice);
    } catch (error) {
      if (!mine.signal.aborted) setText(plan, reason(error));
    }
    if (making !== mine) return;
    making = null;
    working(false);
  }

  function stop() {
    making?.abort();
    making = null;
    working(false);
    renderPlan();
    context.announce("Cancelled.");
    make.focus();
  }

  /** @param {boolean} isWorking */
  function working(isWorking) {
    make.hidden = isWorking;
    choices.disabled = isWorking;
    if (isWorking) result.clear();
    progress.show(isWorking);
  }

  /**
   * @param {import("../model/animation.js").AnimationWish} asked
   * @param {AbortSignal} cancelled
   */
  async function created(asked, cancelled) {
    const { stage: id, width, format } = choice;
    const wanted = { selection: selectionOf(id), signal: cancelled };
    const scene = await exportedScene(context, wanted);
    if (!scene) throw new Error("there is no run yet");
    const { steps, delays_ms } = animationPlan(asked);
    const canvas = h("canvas");
    /** @type {Blob[]} */
    const frames = [];
    const credit = creditOf(context);
    const frameOf = frameScene(scene, { steps, delays_ms });
    /** @param {number} index */
    const figureAt = (index) => benchFigure(frameOf(index), { credit });
    height = tallest(steps.length, figureAt);
    for (const index of steps.keys()) {
      const words = `Drawing frame ${count(index + 1)} of ${count(steps.length)}.`;
      progress.say(index / steps.length, words);
      const figure = figureAt(index);
      paintOn(canvas, { ...figure, height }, width / figure.width);
      frames.push(await pngBlob(canvas));
      // A frame per task: the page stays alive.
      await new Promise((resolve) => setTimeout(resolve));
      cancelled.throwIfAborted();
    }
    progress.say(null, `Putting ${counted(steps.length, "frame")} together.`);
    return sendFrames(frames, { delays_ms, format, signal: cancelled });
  }

  renderChoices();
  measureHeight();
  return { element };
}

/**
 * All frames have one height, although a line more may be printed in some of them.
 *
 * @param {number} frames
 * @param {(index: number) => {height: number}} figureAt
 */
function tallest(frames, figureAt) {
  const some = [0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(share * (frames - 1)));
  return Math.max(...some.map((index) => figureAt(index).height));
}

/** @param {unknown} error */
function reason(error) {
  return error instanceof ProblemError
    ? error.problem.detail
    : "The animation could not be made. Choose a smaller width or fewer rows.";
}
