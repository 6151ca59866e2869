/**
 * How a picture is made ready: size, crop, colour, precision.
 */

import { inputChanged, recipeChanged } from "../state/actions.js";
import { inputColorChanged } from "../state/recipe.js";
import { h, setAttribute } from "./dom.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../state/state.js").InputRecipe} InputRecipe */

const SIZES = [28, 48, 96, 192, 384];

const CHOICES = /** @type {const} */ ({
  fit: [
    ["crop", "Crop", "The square in the middle"],
    ["fit", "Whole", "The whole picture; its longest side gets the size"],
  ],
  color: [
    ["rgb", "RGB", "Red, green and blue"],
    ["grey", "Grey", "One channel of brightness"],
  ],
  quantize: [
    ["hundredths", "0.01", "Values in hundredths, so that printed sums are exact"],
    ["exact", "Exact", "Values as they are in the file"],
  ],
});

/** @param {Store} store */
export function createPictureSettings(store) {
  const size = h(
    "select",
    { "aria-label": "Longest side in pixels" },
    ...SIZES.map((side) => h("option", { value: side }, `${side} pixels`)),
    h("option", { value: "" }, "original"),
  );
  size.addEventListener("change", () =>
    store.dispatch(inputChanged, { size: size.value ? Number(size.value) : null }),
  );
  /** @type {{name: keyof typeof CHOICES, value: string, button: HTMLButtonElement}[]} */
  const buttons = [];

  /**
   * @param {keyof typeof CHOICES} name
   * @param {string} label
   */
  function choice(name, label) {
    const segments = CHOICES[name].map(([value, text, help]) => {
      const button = h("button", { type: "button", class: "segment", title: help }, text);
      button.addEventListener("click", () => choose(name, value));
      buttons.push({ name, value, button });
      return button;
    });
    return setting(
      label,
      h("div", { class: "segments", role: "group", "aria-label": label }, ...segments),
    );
  }

  /**
   * @param {keyof typeof CHOICES} name
   * @param {string} value
   */
  function choose(name, value) {
    if (name !== "color") store.dispatch(inputChanged, { [name]: value });
    else {
      // The filters that read the picture get as many slices as it has channels.
      const color = value === "grey" ? "grey" : "rgb";
      store.dispatch(recipeChanged, inputColorChanged(store.get().recipe, color));
    }
  }

  const element = h(
    "div",
    { class: "picture-settings" },
    setting("Size", size),
    choice("fit", "Shape"),
    choice("color", "Colour"),
    choice("quantize", "Values"),
  );

  return {
    element,
    /** @param {InputRecipe} input */
    render(input) {
      const side = input.size === undefined ? 96 : input.size;
      offer(size, side);
      const current = { fit: "crop", color: "rgb", quantize: "hundredths", ...input };
      for (const { name, value, button } of buttons) {
        setAttribute(button, "aria-pressed", String(current[name] === value));
      }
    },
  };
}

/**
 * A size from a link may be none of the usual ones: it is offered too.
 *
 * @param {HTMLSelectElement} select
 * @param {number|null} side
 */
function offer(select, side) {
  const value = side === null ? "" : String(side);
  if (![...select.options].some((option) => option.value === value)) {
    select.prepend(h("option", { value }, `${value} pixels`));
  }
  if (select.value !== value) select.value = value;
}

/**
 * @param {string} label
 * @param {HTMLElement} control
 */
function setting(label, control) {
  return h("div", { class: "picture-setting" }, h("span", { class: "quiet" }, label), control);
}
