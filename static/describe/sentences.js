/**
 * The sentences of the bench and of the screen reader. Plain, present tense, nothing computed.
 */

import { ledgerFigures } from "./ledger.js";
import { count, counted, fixed, inWords, percent, short, span, times } from "./numbers.js";

/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {{text: string, group?: "window"|"kernel"|"output"|"features", is_strong?: boolean, is_tail?: boolean}} Part  a run of words; a group can be emphasised, a tail left out where room is scarce */

/**
 * One sentence per stage, in the middle of the bench.
 *
 * @param {Scene} scene
 * @returns {Part[]}
 */
export function benchSentence(scene) {
  const { stage, run } = scene;
  if (stage.kind === "input")
    return [{ text: "Every cell of the picture is one number for each colour." }];
  if (run.weights(stage.id)) return convSentence(scene);
  if (stage.kind === "elementwise") return activationSentence(scene);
  return poolSentence(scene);
}

/**
 * @param {Scene} scene
 * @returns {Part[]}
 */
function convSentence({ stage, source, map }) {
  const reads = stage.maps[map].sources.length;
  if (reads === 1) {
    const terms = stage.output_size
      ? stage.output_size.rows.kernel_size * stage.output_size.columns.kernel_size
      : 1;
    return [
      { text: `${inWords(terms)} products`, group: "window" },
      { text: " and " },
      { text: "one bias", group: "kernel" },
      { text: " make " },
      { text: "one output cell", group: "output" },
      { text: "." },
    ];
  }
  const number = inWords(reads);
  const few = number.toLowerCase();
  /** @type {Part[]} */
  const how =
    source?.kind === "input"
      ? [{ text: "together they make ", is_tail: true }]
      : [
          { text: "a feature of ", is_tail: true },
          { text: `${few} features`, group: "features", is_tail: true },
          { text: " makes ", is_tail: true },
        ];
  return [
    { text: `${number} windows`, group: "window" },
    { text: ", " },
    { text: `${few} kernel slices`, group: "kernel" },
    { text: ", one bias" },
    { text: ":\n", is_tail: true },
    ...how,
    { text: "one output cell", group: "output", is_tail: true },
    { text: "." },
  ];
}

/** @type {Record<string, string>} */
const ACTIVATIONS = {
  none: "No function: every cell passes unchanged.",
  leaky_relu: "Leaky ReLU keeps every positive cell and makes the rest small. Here that is ",
  elu: "ELU keeps every positive cell and bends the rest towards a floor. Here that is ",
  gelu: "GELU keeps large cells and fades out the rest. Negative before it: ",
  sigmoid: "Sigmoid presses every cell in between 0 and 1; zero becomes one half.",
  tanh: "Tanh presses every cell in between −1 and 1 and keeps its sign.",
  softplus: "Softplus is a ReLU with a round corner: no cell becomes exactly zero.",
  hardswish: "Hardswish keeps large cells, zeroes small ones and dips in between.",
};

/**
 * @param {Scene} scene
 * @returns {Part[]}
 */
function activationSentence({ stage, source, run, map }) {
  const name = String(stage.parameters.function);
  const cells = stage.shape[1] * stage.shape[2];
  if (name === "relu") {
    return [
      { text: "ReLU keeps every positive cell and sets the rest to zero. Here that is " },
      { text: percent(stage.maps[map].zeros / cells), is_strong: true },
      { text: " of the map." },
    ];
  }
  const sentence = ACTIVATIONS[name] ?? `${stage.title} changes every cell by itself.`;
  const values = source && run.map(source.id, map).values;
  if (sentence.endsWith(".") || !values)
    return [{ text: sentence.endsWith(".") ? sentence : `${sentence.split(". ")[0]}.` }];
  const negative = values.reduce((sum, value) => sum + (value < 0 ? 1 : 0), 0);
  return [
    { text: sentence },
    { text: percent(negative / cells), is_strong: true },
    { text: " of the map." },
  ];
}

/**
 * @param {Scene} scene
 * @returns {Part[]}
 */
function poolSentence({ stage }) {
  const kind = String(stage.parameters.kind);
  const size = stage.output_size;
  const shape = size ? times([size.rows.kernel_size, size.columns.kernel_size]) : "";
  const cells = size ? size.rows.kernel_size * size.columns.kernel_size : 0;
  if (kind === "global_max")
    return [{ text: "The largest cell of the whole map stands for it. Its place is lost." }];
  if (kind === "global_average") return [{ text: "The mean of the whole map stands for it." }];
  if (cells === 1)
    return [
      {
        text:
          kind === "lp"
            ? "Each window is a single cell, and its size passes without the sign."
            : "Each window is a single cell, and it passes unchanged.",
      },
    ];
  if (kind === "average")
    return [
      {
        text: `Each ${shape} window sends on the mean of its ${inWords(cells).toLowerCase()} cells.`,
      },
    ];
  if (kind === "lp")
    return [
      {
        text: `Each ${shape} window sends on its length: the ${short(Number(stage.parameters.p))}-norm of its cells.`,
      },
    ];
  const others =
    cells === 2 ? "The other one is" : `The other ${inWords(cells - 1).toLowerCase()} are`;
  return [
    {
      text: `Each ${shape} window sends on its largest cell. ${others} dropped, and with them the exact place.`,
    },
  ];
}

/**
 * Where the playhead stands, in words.
 *
 * @param {Scene} scene
 */
export function position({ stage, standing }) {
  return `row ${standing.row + 1}, column ${standing.column + 1} of ${times([stage.shape[1], stage.shape[2]])}`;
}

/**
 * One step, said aloud.
 *
 * @param {Scene} scene
 * @returns {string}
 */
export function stepSentence(scene) {
  const { cell, explanation, stage } = scene;
  const place = `Row ${cell.row + 1}, column ${cell.column + 1}`;
  if (!explanation) return `${place}.`;
  if (explanation.kind === "elementwise") {
    const [before] = explanation.channels[0].terms;
    return `${place}: ${spoken(fixed(before.value, 2))} becomes ${spoken(fixed(explanation.result, 2))}.`;
  }
  if (explanation.kind === "windowed") {
    const cells = explanation.channels[0].terms.filter((term) => !term.is_absent);
    const list =
      cells.length > 9
        ? `${count(cells.length)} cells`
        : cells.map(({ value }) => fixed(value, 2)).join(", ");
    return `${place}: ${spoken(list)} make ${spoken(fixed(explanation.result, 2))} in ${stage.title}.`;
  }
  const figures = ledgerFigures(explanation);
  const sums =
    figures.partials.length > 6
      ? `${count(figures.partials.length)} sums`
      : figures.partials.join(" ");
  return `${place}: ${spoken(sums)}, bias ${spoken(figures.bias)}, makes ${spoken(figures.total)}.`;
}

/** @param {string} text  signs as words */
function spoken(text) {
  return text.replaceAll("−", "minus ").replaceAll("+", "plus ");
}

/** @param {Scene} scene */
export function stageSentence({ stage, map }) {
  const cells = stage.shape[1] * stage.shape[2];
  if (stage.parameters?.function === "relu") {
    return `${stage.title}. ${count(stage.maps[map].zeros)} of ${count(cells)} cells set to zero.`;
  }
  return `${stage.title}, map ${map + 1} of ${stage.maps.length}, ${stage.shape[1]} by ${stage.shape[2]}.`;
}

/** @param {Scene} scene */
export function finishSentence({ stage }) {
  return `All ${counted(stage.shape[1] * stage.shape[2], "window")} computed.`;
}

/**
 * @param {Scene} scene
 * @param {import("../model/taps.js").Area|undefined} picture  what the cell sees of the picture
 */
export function pinSentence({ stage }, picture) {
  if (!picture) return `Pinned a cell of ${stage.title}.`;
  const [rows, columns] = [picture.rows, picture.columns].map(([first, last]) => last - first + 1);
  return `Pinned. Sees ${rows} by ${columns} pixels, ${span("row", picture.rows)}, ${span("column", picture.columns)}.`;
}

/**
 * What a map looks like, for its canvas.
 *
 * @param {import("../state/state.js").StageManifest} stage
 * @param {number} map
 */
export function mapSentence(stage, map) {
  const { range, zeros, dead } = stage.maps[map];
  const cells = stage.shape[1] * stage.shape[2];
  const size = `${stage.shape[1]} by ${stage.shape[2]} cells`;
  const values = dead
    ? "all zero"
    : `values from ${spoken(fixed(range[0], 2))} to ${spoken(fixed(range[1], 2))}, ${percent(zeros / cells)} of them zero`;
  return `${stage.title}, map ${map + 1} of ${stage.maps.length}: ${size}, ${values}.`;
}
