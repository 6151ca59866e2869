/**
 * The legend of the signed scale: −m, 0, +m; after ReLU only the positive half.
 */

import { css, EXPONENT, signedColour } from "../draw/colour.js";
import { short } from "../describe/numbers.js";
import { scaleChanged } from "../state/actions.js";
import { changed, h, setText } from "./dom.js";

/** @typedef {import("../model/scene.js").Scene} Scene */

/** @type {Record<string, "map"|"stage"|"network">} */
const NEXT_SCALE = { map: "stage", stage: "network", network: "map" };
/** @type {Record<string, string>} */
const SCALE_WORDS = { map: "value", stage: "value, per stage", network: "value, whole network" };

/**
 * @param {import("./view.js").ViewContext|null} context  null: the legend cannot change the scale
 */
export function createLegend(context) {
  const strip = h("canvas", { class: "legend-strip", width: 74, height: 1, "aria-hidden": "true" });
  const [low, middle, high] = [h("span"), h("span"), h("span")];
  const title = h("span", { class: "quiet" }, "value");
  const element = h(
    "div",
    { class: "legend" },
    title,
    strip,
    h("div", { class: "legend-marks" }, low, middle, high),
  );
  const isNew = changed();
  if (context) {
    element.addEventListener("click", () =>
      context.store.dispatch((state) => scaleChanged(state, NEXT_SCALE[state.scale])),
    );
  }
  return {
    element,
    /** @param {Scene} scene @param {import("../state/state.js").StageManifest} stage */
    render(scene, stage) {
      const { m, theme, state } = scene;
      const isPositive = stage.value_range[0] >= 0;
      if (!isNew(m, theme, isPositive, state.scale)) return;
      setText(title, SCALE_WORDS[state.scale]);
      element.title = `Colour is the value to the power of ${EXPONENT}, so that small values show. Zero is always neutral.`;
      element.classList.toggle("positive", isPositive);
      setText(low, isPositive ? "0" : short(-m, 1));
      setText(middle, isPositive ? "" : "0");
      setText(high, short(m, 1));
      const context2d = strip.getContext("2d");
      for (let x = 0; x < strip.width; x += 1) {
        const share = x / (strip.width - 1);
        if (!context2d) continue;
        context2d.fillStyle = css(signedColour(isPositive ? share : 2 * share - 1, 1, theme));
        context2d.fillRect(x, 0, 1, 1);
      }
    },
  };
}
