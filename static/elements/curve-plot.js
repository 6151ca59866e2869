/**
 * 'The function': the curve, and where the current cell sits on it.
 */

import { fixed, printed } from "../describe/numbers.js";
import { pathOf, sampleCurve, throughOrigin } from "../draw/curve.js";
import {
  axesOf,
  BOTTOM,
  CHARACTER_PX,
  curveBoxes,
  resultPlaces,
  TOP,
  tickBox,
  verticalTicks,
  zPlaces,
} from "../draw/curve-layout.js";
import { freePlace, wordsBox } from "../draw/labels.js";
import { h, setAttribute, setText, svg } from "./dom.js";
import { axisTicks, createPlotPart } from "./plot-axes.js";

/** @typedef {import("../model/activation.js").ActivationFacts} ActivationFacts */
/** @typedef {import("../draw/curve.js").Point} Point */
/** @typedef {import("../draw/labels.js").Box} Box */
/** @typedef {import("../draw/labels.js").Place} Place */
/** @typedef {import("../draw/curve-layout.js").Axes} Axes */

export function createCurvePlot() {
  const formula = h("span", { class: "panel-note" });
  const ground = svg("g", {});
  const line = svg("path", { class: "curve-drop" });
  const ring = svg("circle", { class: "curve-ring", r: 5 });
  const z = svg("text", { class: "curve-z" });
  const result = svg("text", { class: "curve-result" });
  const marks = svg("g", { class: "curve-marks" }, line, ring, z, result);
  const before = h("td", {});
  const after = h("td", {});
  const { element, plot, rows, table, widen } = createPlotPart({
    name: "The function",
    head: [h("h3", {}, "The function"), formula],
    caption: "The function at some cells of this map, and at the current cell",
    columns: ["cell", "becomes"],
  });
  plot.append(ground, marks);
  table.append(h("tbody", {}, h("tr", {}, before, after)));
  /** @type {Axes} */
  let axes = { x: () => 0, y: () => 0, left: 0, right: 0 };
  /** What words must not cover: the curve, and numbers along the axes. */
  /** @type {Box[]} */
  let taken = [];

  return {
    element,

    /**
     * @param {ActivationFacts} facts
     * @param {number} width
     */
    render(facts, width) {
      setText(formula, `output = ${facts.words.formula}`);
      widen(width);
      const samples = sampleCurve(facts.samples, { limit: facts.limit, buckets: width });
      const points = facts.words.is_rays ? throughOrigin(samples, facts.limit) : samples;
      const heights = points.map(([, y]) => y);
      axes = axesOf(facts.limit, Math.min(0, ...heights), Math.max(0, ...heights), width);
      const line = points.map(([at, y]) => /** @type {Point} */ ([axes.x(at), axes.y(y)]));
      const numbers = verticalTicks(axes, heights, line);
      taken = [...numbers.map(({ place, text }) => tickBox(place, text)), ...curveBoxes(line)];
      // The numbers last: their paper edge keeps the curve away from them.
      ground.replaceChildren(
        ...grid(axes, facts, numbers),
        svg("path", { class: "curve", d: pathOf(line) }),
        ...numbers.map(({ place: { x, y, anchor }, text }) =>
          svg("text", { class: "plot-tick", x, y, "text-anchor": anchor }, text),
        ),
      );
      rows.replaceChildren(...tableRows(samples));
    },

    /**
     * Show where one cell sits.
     *
     * @param {number} value
     * @param {number} output
     * @param {ActivationFacts} facts
     */
    mark(value, output, { words }) {
      const [x, y] = [axes.x(value), axes.y(output)];
      setAttribute(ring, "cx", String(x));
      setAttribute(ring, "cy", String(y));
      setText(z, `z = ${fixed(value, 2)}`);
      setText(result, `${words.call} = ${fixed(output, 2)}`);
      const inside = { left: axes.left, right: axes.right, top: TOP, bottom: BOTTOM };
      const around = { left: x - 8, right: x + 8, top: y - 8, bottom: y + 8 };
      const width = CHARACTER_PX * (z.textContent ?? "").length;
      const above = freePlace(zPlaces(x, y), width, { taken: [...taken, around], inside });
      const isBelow = above.y > y;
      setAttribute(
        line,
        "d",
        `M${x} ${isBelow ? above.y - 14 : above.y + 6}V${isBelow ? y + 7 : y - 7}`,
      );
      placeText(z, above);
      const ground = { taken: [...taken, around, wordsBox(above, width)], inside };
      placeText(
        result,
        freePlace(
          resultPlaces(x, y, above),
          CHARACTER_PX * (result.textContent ?? "").length,
          ground,
        ),
      );
      setText(before, printed(value));
      setText(after, printed(output));
    },
  };
}

/**
 * @param {SVGTextElement} text
 * @param {Place} place
 */
function placeText(text, { x, y, anchor }) {
  setAttribute(text, "x", String(x));
  setAttribute(text, "y", String(y));
  setAttribute(text, "text-anchor", anchor);
}

/**
 * @param {Axes} axes
 * @param {ActivationFacts} facts
 * @param {ReturnType<typeof verticalTicks>} numbers
 */
function grid(axes, { limit, words }, numbers) {
  const { x, y, left, right } = axes;
  const zero = x(0);
  const isWide = numbers.some(({ value, place }) => value < 0 || place.x < left);
  const from = isWide ? left : zero;
  return [
    svg("rect", {
      class: "plot-sunken",
      x: left,
      y: TOP,
      width: zero - left,
      height: BOTTOM - TOP,
    }),
    ...numbers.map(({ value }) =>
      svg("path", { class: "plot-grid", d: `M${from} ${y(value)}H${right}` }),
    ),
    svg("path", { class: "plot-axis", d: `M${zero} ${TOP}V${BOTTOM}M${left} ${y(0)}H${right}` }),
    ...axisTicks(axes, limit, { tick_y: y(0), text_y: BOTTOM + 18 }),
    ...captions(axes, words),
  ];
}

/**
 * @param {Axes} axes
 * @param {import("../describe/activations.js").ActivationWords} words
 */
function captions({ left, right, y }, words) {
  const isNearFoot = y(0) > BOTTOM - 34;
  return [
    svg("text", { class: "plot-caption", x: left + 8, y: TOP + 16 }, words.below),
    svg(
      "text",
      {
        class: "plot-caption",
        x: right - 6,
        y: (isNearFoot ? y(0) : BOTTOM) - 11,
        "text-anchor": "end",
      },
      words.above,
    ),
  ];
}

/** @param {Point[]} samples */
function tableRows(samples) {
  const step = Math.max(1, Math.floor(samples.length / 8));
  return samples
    .filter((_, index) => index % step === 0)
    .map(([z, y]) => h("tr", {}, h("td", {}, printed(z)), h("td", {}, printed(y))));
}
