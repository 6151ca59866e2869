/**
 * Taking a picture home: the bench, the overview or one map, as PNG or SVG.
 */

import { ProblemError } from "../api/client.js";
import { count } from "../describe/numbers.js";
import { megabytes } from "../describe/pictures.js";
import { benchFigure } from "../draw/figure-bench.js";
import { mapFigure } from "../draw/figure-map.js";
import { overviewFigure } from "../draw/figure-overview.js";
import { segments } from "./choice-fields.js";
import { h, setText } from "./dom.js";
import { creditOf, exportedScene, inputSummary } from "./export-scene.js";
import { figurePng, figureSvg, paintOn, sizeOf } from "./figure-tools.js";
import { saveFile } from "./save-file.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../draw/figure.js").Figure} Figure */
/** @typedef {"bench"|"overview"|"map"} What */
/** @typedef {"page"|"light"|"dark"} Wanted */

const WHATS = /** @type {const} */ ([
  { value: "bench", label: "Bench" },
  { value: "overview", label: "Overview" },
  { value: "map", label: "This map" },
]);
/** Height of the preview: so much of the window, and never more than this. */
const MOST_SHARE = 0.46;
const MOST_PX = 420;

const THEMES = /** @type {const} */ ([
  { value: "page", label: "As here" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
]);

/**
 * @param {ViewContext} context
 * @param {AbortSignal} signal  of the dialog
 */
export function createExportPicture(context, signal) {
  /** @type {What} */
  let what = "bench";
  /** @type {Wanted} */
  let wanted = "page";
  /** @type {Figure|null} */
  let figure = null;
  let name = "bench";
  let asked = 0;
  const canvas = h("canvas", { class: "export-preview", role: "img" });
  const paper = h("div", { class: "export-paper" }, canvas);
  const size = h("p", { class: "quiet export-size", role: "status" });
  const buttons = [
    saveButton("PNG", "1×", () => save("png", 1)),
    saveButton("PNG", "2×", () => save("png", 2)),
    saveButton("SVG", "vector", () => save("svg", 1)),
  ];
  const element = h(
    "div",
    { class: "export-picture" },
    h(
      "div",
      { class: "export-choices" },
      segments({
        legend: "Picture of",
        name: "export-what",
        options: [...WHATS],
        value: what,
        onchange: (value) => {
          what = value;
          draw();
        },
      }),
      segments({
        legend: "Colours",
        name: "export-theme",
        options: [...THEMES],
        value: wanted,
        onchange: (value) => {
          wanted = value;
          draw();
        },
      }),
    ),
    paper,
    h("div", { class: "modal-actions" }, ...buttons, size),
  );

  async function draw() {
    asked += 1;
    const mine = asked;
    try {
      const theme = wanted === "page" ? undefined : wanted;
      const scene = await exportedScene(context, { theme, all: what === "overview", signal });
      if (mine !== asked || signal.aborted || !scene) return;
      ({ figure, name } = drawn(context, scene, what));
      preview(figure);
      canvas.setAttribute("aria-label", `${figure.title}. ${figure.description}`);
      setText(size, `${pixels(figure, 1)} pixels, at 2× ${pixels(figure, 2)}`);
      ready(true);
    } catch (error) {
      if (mine !== asked || signal.aborted) return;
      figure = null;
      ready(false);
      setText(size, reason(error));
    }
  }

  /**
   * As large as there is room for, and no larger than it will be.
   *
   * @param {Figure} shown
   */
  function preview(shown) {
    const room = { width: paper.clientWidth, height: MOST_SHARE * globalThis.innerHeight };
    const fit = Math.min(
      1,
      room.width / shown.width,
      Math.min(MOST_PX, room.height) / shown.height,
    );
    paintOn(canvas, shown, fit * Math.max(1, globalThis.devicePixelRatio || 1));
    canvas.style.width = `${fit * shown.width}px`;
  }

  /** @param {boolean} isReady */
  function ready(isReady) {
    for (const button of buttons) button.disabled = !isReady;
  }

  /** @param {"png"|"svg"} format @param {number} scale */
  async function save(format, scale) {
    if (!figure) return;
    const file = `kernelscope-${name}${scale === 1 ? "" : `@${scale}x`}.${format}`;
    let blob;
    try {
      blob = format === "svg" ? figureSvg(figure) : await figurePng(figure, scale);
    } catch (error) {
      setText(size, reason(error));
      return;
    }
    saveFile({ blob, name: file });
    setText(size, `${file} is handed to your browser, ${megabytes(blob.size)}.`);
    context.announce(`${file} saved.`);
  }

  ready(false);
  return { element, draw };
}

/**
 * @param {ViewContext} context
 * @param {import("../model/scene.js").Scene} scene
 * @param {What} what
 * @returns {{figure: Figure, name: string}}
 */
function drawn(context, scene, what) {
  const credit = creditOf(context);
  const { stage, map } = scene;
  const name = `${stage.id}-map-${map + 1}`;
  if (what === "bench") return { figure: benchFigure(scene, { credit }), name };
  if (what === "map") {
    return {
      figure: mapFigure(scene, { stage: stage.id, map }, { credit }),
      name: `${name}-alone`,
    };
  }
  const summary = inputSummary(context, scene.run.stages[0]);
  return { figure: overviewFigure(scene, { credit, summary }), name: "overview" };
}

/** @param {Figure} figure @param {number} scale */
function pixels(figure, scale) {
  return sizeOf(figure, scale).map(count).join(" × ");
}

/**
 * @param {string} format
 * @param {string} note
 * @param {() => void} act
 */
function saveButton(format, note, act) {
  return h(
    "button",
    { type: "button", class: "button", "aria-label": `Save ${format} ${note}`, onclick: act },
    `${format} `,
    h("span", { class: "quiet" }, note),
  );
}

/** @param {unknown} error */
function reason(error) {
  return error instanceof ProblemError ? error.problem.detail : "The picture could not be drawn.";
}
