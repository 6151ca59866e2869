/**
 * What a stage costs and makes: output size, parameters, work, receptive field.
 */

import { count, counted, fixed, percent, times } from "../describe/numbers.js";
import { leftOver, outputSizeLines, parameterSum } from "../describe/output-size.js";
import { rasterise } from "../draw/raster.js";
import { mapSelected } from "../state/actions.js";
import { changed, h, setAttribute, setText } from "./dom.js";

/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {{element: HTMLElement, render: (scene: Scene) => void}} Panel */

/** @param {string} label */
function line(label) {
  const value = h("dd", { class: "count-value" });
  return { row: h("div", { class: "count" }, h("dt", {}, label), value), value };
}

/** @returns {Panel} */
export function createCounts() {
  const title = h("h3", { class: "caption" });
  const formula = h("div", { class: "size-lines" });
  const note = h("p", { class: "size-note" });
  const parameters = line("Parameters");
  const multiplyAdds = line("Multiply-adds");
  const additions = line("Additions");
  const comparisons = line("Comparisons");
  const field = line("Receptive field");
  const dead = line("Dead maps");
  const element = h(
    "div",
    { class: "inspector-part part-counts" },
    h("div", { class: "size" }, title, formula, note),
    h(
      "dl",
      { class: "counts" },
      parameters.row,
      multiplyAdds.row,
      additions.row,
      comparisons.row,
      field.row,
      dead.row,
    ),
  );
  const isNew = changed();
  return {
    element,
    render: ({ stage }) => {
      if (!isNew(stage)) return;
      const isPicture = stage.kind === "input";
      setText(title, isPicture ? "Channels, rows, columns" : "Output size");
      parameters.row.hidden = field.row.hidden = isPicture;
      formula.replaceChildren(...sizeLines(stage));
      setText(note, leftOver(stage));
      note.hidden = note.textContent === "";
      setText(parameters.value, parameterSum(stage));
      setText(multiplyAdds.value, count(stage.multiply_adds));
      setText(additions.value, count(stage.additions));
      setText(comparisons.value, count(stage.comparisons));
      multiplyAdds.row.hidden = stage.multiply_adds === 0;
      additions.row.hidden = stage.additions === 0;
      comparisons.row.hidden = stage.comparisons === 0;
      setText(field.value, `${times(stage.receptive_field.size)} pixels`);
      setText(dead.value, counted(stage.dead_maps.length, "dead map"));
      dead.row.hidden = stage.dead_maps.length === 0 || stage.kind === "elementwise";
    },
  };
}

/** @param {import("../state/state.js").StageManifest} stage */
function sizeLines(stage) {
  return outputSizeLines(stage).map((one) =>
    h(
      "p",
      { class: "size-line" },
      one.label ? h("span", { class: "size-axis" }, `${one.label} `) : null,
      ...one.pieces.map(({ text, role }) =>
        role ? h("span", { class: `is-${role}` }, text) : text,
      ),
    ),
  );
}

/**
 * Cells into a pooling stage and out of it; where whole cells pass, also how many are kept.
 *
 * @returns {Panel}
 */
export function createKept() {
  const title = h("h3", { class: "lead-title" });
  const into = line("Cells in");
  const out = line("Cells out");
  const kept = line("Kept");
  const element = h(
    "div",
    { class: "inspector-part" },
    title,
    h("dl", { class: "counts" }, into.row, out.row, kept.row),
  );
  const isNew = changed();
  return {
    element,
    render: ({ stage, source }) => {
      if (!isNew(stage, source) || !source) return;
      const isKept = stage.kept_cells !== null;
      setText(title, isKept ? "Kept and dropped" : "Cells");
      kept.row.hidden = !isKept;
      const [before, after] = [source, stage].map(({ shape }) => shape[0] * shape[1] * shape[2]);
      setText(into.value, count(before));
      setText(out.value, count(after));
      setText(kept.value, percent((stage.kept_cells ?? 0) / before));
    },
  };
}

/**
 * How much of every map is zero, with the maps as thumbnails.
 *
 * @param {import("./view.js").ViewContext} context
 * @returns {Panel}
 */
export function createShares({ store }) {
  const title = h("h3", { class: "lead-title" }, "Set to zero, per map");
  const dead = h("span", { class: "lead-note" });
  const list = h("ul", { class: "shares" });
  const element = h(
    "div",
    { class: "inspector-part part-shares" },
    h("div", { class: "lead-head" }, title, dead),
    list,
  );
  /** @type {{item: HTMLElement, canvas: HTMLCanvasElement, bar: HTMLElement, share: HTMLElement, button: HTMLElement, isNew: (...inputs: unknown[]) => boolean}[]} */
  let rows = [];

  /** @param {Scene} scene */
  function build({ stage }) {
    rows = stage.maps.map((_, index) => {
      const canvas = h("canvas", { class: "share-map", "aria-hidden": "true" });
      const bar = h("span", { class: "share-bar" });
      const share = h("span", { class: "share-value" });
      const button = h(
        "button",
        {
          type: "button",
          class: "share",
          onclick: () => store.dispatch(mapSelected, store.get().selection.stage, index),
        },
        canvas,
        h("span", { class: "share-name" }, `map ${index + 1}`),
        h("span", { class: "share-track", "aria-hidden": "true" }, bar),
        share,
      );
      return { item: h("li", {}, button), canvas, bar, share, button, isNew: changed() };
    });
    list.replaceChildren(...rows.map(({ item }) => item));
  }

  return {
    element,
    render: (scene) => {
      const { stage, run, map } = scene;
      if (rows.length !== stage.maps.length) build(scene);
      const isCut = stage.parameters.function === "relu";
      setText(title, isCut ? "Set to zero, per map" : "Values, per map");
      list.classList.toggle("is-range", !isCut);
      const none = stage.dead_maps.length === 0;
      setText(dead, none ? "no dead map" : counted(stage.dead_maps.length, "dead map"));
      rows.forEach(({ canvas, bar, share, button, isNew }, index) => {
        setAttribute(button, "aria-current", index === map ? "true" : null);
        const feature = run.map(stage.id, index);
        const scale = scene.scaleOf(stage, index);
        const m = scale.kind === "signed" ? scale.m : 1;
        if (!isNew(feature.key, feature.preview, scene.theme, m)) return;
        const shown = isCut ? zeroShare(stage, index) : valueRange(stage, index);
        setText(share, shown.text);
        bar.style.marginInlineStart = `${100 * shown.from}%`;
        bar.style.width = `${100 * (shown.to - shown.from)}%`;
        drawThumbnail(canvas, feature, scale);
      });
    },
  };
}

/** @typedef {{text: string, from: number, to: number}} Share  from and to: of the track, 0..1 */

/** @param {Scene["stage"]} stage @param {number} index @returns {Share} */
function zeroShare({ maps, shape }, index) {
  const { zeros, dead } = maps[index];
  const part = zeros / (shape[1] * shape[2]);
  return { text: dead ? "all zero" : percent(part), from: 0, to: part };
}

/** Where a map's values lie among those of all maps. @param {Scene["stage"]} stage @param {number} index @returns {Share} */
function valueRange({ maps, value_range: [least, most] }, index) {
  const { range, dead } = maps[index];
  const at = (/** @type {number} */ value) => (value - least) / (most - least || 1);
  const text = dead ? "all zero" : range.map((value) => fixed(value, 2)).join(" to ");
  return { text, from: at(range[0]), to: at(range[1]) };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {import("../model/run.js").FeatureMap} map
 * @param {import("../draw/raster.js").Scale} scale
 */
function drawThumbnail(canvas, map, scale) {
  const image = new ImageData(map.columns, map.rows);
  if (!rasterise(new Uint32Array(image.data.buffer), map, scale)) return;
  canvas.width = map.columns;
  canvas.height = map.rows;
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}
