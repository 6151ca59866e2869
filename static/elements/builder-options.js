/**
 * How an embed begins, in which theme, and how much room it gets.
 */

import { HEIGHT_RANGE, heightChosen, WIDTHS } from "../state/embed-choices.js";
import { segments, tick } from "./choice-fields.js";
import { h } from "./dom.js";

/** @typedef {import("../state/embed-choices.js").EmbedChoices} EmbedChoices */
/** @typedef {(change: (choices: EmbedChoices) => EmbedChoices) => void} Change */

const STARTS = /** @type {const} */ ([
  { value: "window", label: "Painted up to this cell" },
  { value: "cell", label: "Whole map, at this cell" },
  { value: "start", label: "From the start" },
]);
const THEMES = /** @type {const} */ ([
  { value: "auto", label: "The page's" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
]);
/** What cannot see the page cannot follow it. */
const THEME_WORDS =
  "The page's: with the script, light or dark as your page is; a plain frame follows the reader's system.";

/**
 * @param {EmbedChoices} first
 * @param {Change} change
 */
export function createBuilderOptions(first, change) {
  const playing = tick({
    label: "Plays by itself",
    isOn: first.is_playing,
    onchange: (is_playing) => change((choices) => ({ ...choices, is_playing })),
  });
  return h(
    "div",
    { class: "builder-options" },
    h(
      "div",
      { class: "option-row" },
      segments({
        legend: "Opens",
        name: "embed-start",
        options: [...STARTS],
        value: first.start,
        onchange: (start) => change((choices) => ({ ...choices, start })),
      }),
      playing.element,
    ),
    h(
      "div",
      { class: "option-row" },
      segments({
        legend: "Theme",
        name: "embed-theme",
        options: [...THEMES],
        value: first.theme,
        onchange: (theme) => change((choices) => ({ ...choices, theme })),
      }),
      heightField(first, change),
    ),
    h("p", { class: "quiet" }, THEME_WORDS),
  );
}

/**
 * @param {EmbedChoices} first
 * @param {Change} change
 */
function heightField(first, change) {
  const { minimum, maximum } = HEIGHT_RANGE;
  const field = h("input", {
    type: "number",
    class: "height-input",
    min: minimum,
    max: maximum,
    step: 10,
    value: first.height ?? 480,
    "aria-label": "Height in pixels",
    hidden: first.height === null,
  });
  const own = () => change((choices) => heightChosen(choices, null));
  const fixed = () => change((choices) => heightChosen(choices, field.valueAsNumber || 480));
  field.addEventListener("change", () => {
    fixed();
    const asked = field.valueAsNumber || 480;
    field.value = String(Math.max(minimum, Math.min(maximum, Math.round(asked))));
  });
  const choice = segments({
    legend: "Height",
    name: "embed-height",
    options: [
      { value: "own", label: "Its own" },
      { value: "fixed", label: "Fixed" },
    ],
    value: first.height === null ? "own" : "fixed",
    onchange: (value) => {
      field.hidden = value === "own";
      if (value === "own") own();
      else fixed();
    },
  });
  return h("div", { class: "height-field" }, choice, field);
}

/**
 * @param {EmbedChoices} first
 * @param {Change} change
 */
export function createWidthChoice(first, change) {
  return segments({
    legend: "Preview",
    name: "embed-width",
    options: WIDTHS.map((value) => ({ value, label: `${value}` })),
    value: first.width,
    onchange: (width) => change((choices) => ({ ...choices, width })),
  });
}
