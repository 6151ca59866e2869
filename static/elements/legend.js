/**
 * The legend of the signed scale: −m, 0, +m; after ReLU only the positive half.
 */

import { short } from "../describe/numbers.js";
import { css, EXPONENT, signedColour } from "../draw/colour.js";
import { scaleChanged } from "../state/actions.js";
import { changed, h, setText } from "./dom.js";

/** @typedef {import("../model/scene.js").Scene} Scene */

/** @type {Record<string, "map"|"stage"|"network">} */
const NEXT_SCALE = { map: "stage", stage: "network", network: "map" };
/** @type {Record<string, string>} */
const SCALE_WORDS = { map: "value", stage: "value, per stage", network: "value, whole network" };

/**
 * A button: pressing it shares the colour range with the stage, the whole network, or no one.
 *
 * @param {import("./view.js").ViewContext} context
 */
export function createLegend({ store }) {
  const strip = h("canvas", { class: "legend-strip", width: 74, height: 1, "aria-hidden": "true" });
  const [low, middle, high] = [h("span"), h("span"), h("span")];
  const title = h("span", { class: "quiet" });
  const element = h(
    "button",
    {
      type: "button",
      class: "legend",
      onclick: () => store.dispatch((state) => scaleChanged(state, NEXT_SCALE[state.scale])),
    },
    title,
    strip,
    h("span", { class: "legend-marks" }, low, middle, high),
  );
  const isNew = changed();
  return {
    element,
    /** @param {Scene} scene @param {import("../state/state.js").StageManifest} stage */
    render({ m, theme, state }, stage) {
      const isPositive = stage.value_range[0] >= 0;
      if (!isNew(m, theme, isPositive, state.scale)) return;
      setText(title, SCALE_WORDS[state.scale]);
      element.title = `One colour range per ${state.scale}; press to change. Colour follows the value to the power of ${EXPONENT}, so that small values show; zero is always neutral.`;
      element.classList.toggle("positive", isPositive);
      setText(low, isPositive ? "0" : short(-m, 1));
      setText(middle, isPositive ? "" : "0");
      setText(high, short(m, 1));
      paintStrip(strip, isPositive, theme);
    },
  };
}

/**
 * @param {HTMLCanvasElement} strip
 * @param {boolean} isPositive
 * @param {import("../draw/colour.js").Theme} theme
 */
function paintStrip(strip, isPositive, theme) {
  const context = strip.getContext("2d");
  if (!context) return;
  for (let x = 0; x < strip.width; x += 1) {
    const share = x / (strip.width - 1);
    context.fillStyle = css(signedColour(isPositive ? share : 2 * share - 1, 1, theme));
    context.fillRect(x, 0, 1, 1);
  }
}
