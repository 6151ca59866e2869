/**
 * The leading choice of an operation: activation functions as tiles with their curves, other
 * choices as segments.
 */

import { withStage } from "../state/recipe.js";
import { changed, h, setAttribute, setText } from "./dom.js";
import { icon } from "./icons.js";
import { curvePicture } from "./inspector-icons.js";
import { createChooser } from "./inspector-parameters.js";
import { attachPopover, isOpen } from "./inspector-popover.js";
import { rove } from "./inspector-roving.js";

/** @typedef {import("./inspector-parameters.js").Parameter} Parameter */
/** @typedef {import("./inspector-parameters.js").Tools} Tools */
/** @typedef {import("./inspector-parameters.js").Control} Control */

/** In sight; the others are in a list that opens at a press. */
const FIRST_FUNCTIONS = ["none", "relu", "leaky_relu", "tanh", "sigmoid"];
/** Short words for the segments; everything else is in the list beside the heading. */
const SEGMENTS = /** @type {Record<string, string>} */ ({
  max: "Largest",
  average: "Average",
  global_average: "Whole map",
});

/**
 * @param {Tools} tools
 * @param {string} name
 * @returns {(value: string) => void}
 */
function chooserOf({ apply, scene }, name) {
  return (value) => apply((recipe) => withStage(recipe, scene().stage.id, { [name]: value }));
}

/**
 * @param {Parameter} parameter
 * @param {Tools} tools
 * @returns {Control}
 */
export function createTiles(parameter, tools) {
  const choose = chooserOf(tools, parameter.name);
  const all = parameter.choices ?? [];
  const first = FIRST_FUNCTIONS.flatMap((name) => all.filter(({ value }) => value === name));
  const rest = all.filter((choice) => !first.includes(choice));
  /** @type {Map<string, HTMLElement>} */
  const tiles = new Map();
  for (const { value, label, help } of [...first, ...rest]) {
    const tile = h(
      "button",
      {
        type: "button",
        class: "tile",
        role: "radio",
        "data-item": value,
        "data-tip": help ? `${label}: ${help}` : null,
        onclick: () => choose(value),
      },
      curvePicture(value),
      h("span", { class: "tile-label" }, label),
    );
    tiles.set(value, tile);
  }
  const list = h(
    "div",
    { class: "tiles tiles-rest", "aria-label": `More: ${parameter.label}` },
    ...rest.map(({ value }) => tiles.get(value)),
  );
  const word = h("span", { class: "tile-label" });
  const picture = h("span", { class: "tile-picture" });
  const more = h(
    "button",
    { type: "button", class: "tile tile-more" },
    picture,
    h("span", { class: "tile-words" }, word, icon("chevron")),
  );
  const group = h(
    "div",
    { class: "tiles", role: "radiogroup", "aria-label": parameter.label },
    ...first.map(({ value }) => tiles.get(value)),
    list,
  );
  const frame = h("div", { class: "tiles-frame" }, group, rest.length ? more : null);
  const mark = rove(group, { across: () => 3 });
  attachPopover(more, list, { prepare: () => {}, frame: () => frame });
  list.addEventListener("click", () => isOpen(list) && list.hidePopover());

  /** @param {{value: string, label: string}|undefined} choice */
  function showOther(choice) {
    const count = `${rest.length} more`;
    setText(word, choice?.label ?? count);
    setAttribute(more, "aria-label", choice ? `${choice.label}, one of ${count}` : null);
    more.classList.toggle("is-current", Boolean(choice));
    picture.replaceChildren(...(choice ? [curvePicture(choice.value)] : []));
  }

  const isNew = changed();
  return {
    element: h(
      "div",
      { class: "lead", "data-parameter": parameter.name },
      h("h3", { class: "lead-title" }, parameter.label),
      frame,
    ),
    render: (settings) => {
      const current = String(settings[parameter.name] ?? parameter.default);
      if (isNew(current)) showOther(rest.find(({ value }) => value === current));
      for (const [value, tile] of tiles)
        setAttribute(tile, "aria-checked", String(value === current));
      mark(first.findIndex(({ value }) => value === current));
    },
  };
}

/**
 * @param {Parameter} parameter
 * @param {Tools} tools
 * @returns {Control}
 */
export function createSegments(parameter, tools) {
  const choose = chooserOf(tools, parameter.name);
  const all = parameter.choices ?? [];
  const known = all.filter(({ value }) => SEGMENTS[value]);
  const shown = known.length > 1 ? known : all.slice(0, 3);
  const others = all.filter((choice) => !shown.includes(choice));
  const segments = shown.map(({ value, label, help }) =>
    h(
      "button",
      {
        type: "button",
        class: "segment",
        role: "radio",
        "data-item": value,
        "data-tip": help || null,
        onclick: () => choose(value),
      },
      SEGMENTS[value] ?? label,
    ),
  );
  const group = h(
    "div",
    { class: "segments", role: "radiogroup", "aria-label": parameter.label },
    ...segments,
  );
  const mark = rove(group, { across: () => segments.length });
  const heading = h("h3", { class: "lead-title" }, parameter.label);
  const chooser = others.length
    ? createChooser(
        {
          ...parameter,
          label: `More: ${parameter.label}`,
          choices: [{ value: "", label: "more" }, ...others],
        },
        (value) => value && choose(value),
      )
    : null;
  return {
    element: h(
      "div",
      { class: "lead", "data-parameter": parameter.name },
      h("div", { class: "lead-head" }, heading, chooser?.element),
      group,
    ),
    render: (settings) => {
      const current = String(settings[parameter.name] ?? parameter.default);
      const at = shown.findIndex(({ value }) => value === current);
      segments.forEach((segment, place) => {
        setAttribute(segment, "aria-checked", String(place === at));
      });
      mark(at);
      chooser?.render(at < 0 ? current : "");
    },
  };
}
