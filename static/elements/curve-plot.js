/**
 * 'The function': the curve, and where the current cell sits on it.
 */

import { fixed, short } from "../describe/numbers.js";
import { pathOf, sampleCurve, throughOrigin, ticks } from "../draw/curve.js";
import { niceStep } from "../model/statistics.js";
import { h, setAttribute, setText, svg } from "./dom.js";
import { axisTicks, horizontalAxis } from "./plot-axes.js";

/** @typedef {import("./plot-axes.js").ActivationFacts} ActivationFacts */
/** @typedef {import("./plot-axes.js").HorizontalAxis & {y: (value: number) => number}} Axes */

const TOP = 4;
const BOTTOM = 168;
const HEIGHT = 192;
/** Room that the words of the result need. */
const RESULT_PX = 150;
/** Width of "z = −2.55", and of the numbers left of the vertical axis. */
const Z_PX = 76;
const TICKS_PX = 30;

export function createCurvePlot() {
  const formula = h("span", { class: "panel-note" });
  const ground = svg("g", {});
  const line = svg("path", { class: "curve-drop" });
  const ring = svg("circle", { class: "curve-ring", r: 5 });
  const z = svg("text", { class: "curve-z" });
  const result = svg("text", { class: "curve-result" });
  const marks = svg("g", { class: "curve-marks" }, line, ring, z, result);
  const plot = svg("svg", { class: "plot", height: HEIGHT, "aria-hidden": "true" }, ground, marks);
  const before = h("td", {});
  const after = h("td", {});
  const rows = h("tbody", {});
  const table = h(
    "table",
    { class: "visually-hidden" },
    h("caption", {}, "The function at some cells of this map, and at the current cell"),
    h(
      "thead",
      {},
      h("tr", {}, h("th", { scope: "col" }, "cell"), h("th", { scope: "col" }, "becomes")),
    ),
    rows,
    h("tbody", {}, h("tr", {}, before, after)),
  );
  const element = h(
    "section",
    { class: "panel-part", "aria-label": "The function" },
    h("div", { class: "panel-head" }, h("h3", {}, "The function"), formula),
    plot,
    table,
  );
  /** @type {Axes} */
  let axes = { x: () => 0, y: () => 0, left: 0, right: 0 };

  return {
    element,

    /**
     * @param {ActivationFacts} facts
     * @param {number} width
     */
    render(facts, width) {
      setText(formula, `output = ${facts.words.formula}`);
      setAttribute(plot, "width", String(width));
      setAttribute(plot, "viewBox", `0 0 ${width} ${HEIGHT}`);
      const samples = sampleCurve(facts.samples, { limit: facts.limit, buckets: width });
      const points = facts.words.is_rays ? throughOrigin(samples, facts.limit) : samples;
      const heights = points.map(([, y]) => y);
      axes = axesOf(facts.limit, Math.min(0, ...heights), Math.max(0, ...heights), width);
      const path = pathOf(points.map(([at, y]) => [axes.x(at), axes.y(y)]));
      ground.replaceChildren(
        ...grid(axes, facts, [Math.min(0, ...heights), Math.max(0, ...heights)]),
        svg("path", { class: "curve", d: path }),
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
      const isHigh = y < TOP + 56;
      const labelY = isHigh ? Math.min(BOTTOM - 10, y + 54) : Math.max(y - 103, TOP + 12);
      setAttribute(
        line,
        "d",
        `M${x} ${isHigh ? labelY - 14 : labelY + 8}V${isHigh ? y + 7 : y - 7}`,
      );
      placeText(z, { y: labelY, ...besideTicks(x, axes.x(0)) }, axes, Z_PX / 2);
      // Left of a rising curve there is room above it; at the far left the text must go right.
      const isLeft = x - axes.left > RESULT_PX;
      const beside = {
        x: x + (isLeft ? -12 : 12),
        y: resultY(y),
        anchor: isLeft ? "end" : "start",
      };
      placeText(result, beside, axes, 0);
      setText(before, fixed(value, 4));
      setText(after, fixed(output, 4));
    },
  };
}

/**
 * Where the words of z stand: over the ring, but never over the numbers of the vertical axis.
 *
 * @param {number} x  of the ring
 * @param {number} zero  of the vertical axis
 */
function besideTicks(x, zero) {
  if (x <= zero - TICKS_PX - Z_PX / 2 || x >= zero + Z_PX / 2) return { x, anchor: "middle" };
  return x < zero
    ? { x: zero - TICKS_PX, anchor: "end" }
    : { x: zero + Z_PX / 2 - 30, anchor: "start" };
}

/** @param {number} y  of the ring */
function resultY(y) {
  return y > BOTTOM - 24 ? y - 11 : Math.max(TOP + 26, y + 4);
}

/**
 * @param {SVGTextElement} text
 * @param {{x: number, y: number, anchor: string}} place
 * @param {Axes} axes
 * @param {number} room  half of the text's width, kept inside the plot
 */
function placeText(text, { x, y, anchor }, { left, right }, room) {
  setAttribute(text, "x", String(Math.max(left + room, Math.min(right - room, x))));
  setAttribute(text, "y", String(y));
  setAttribute(text, "text-anchor", anchor);
}

/**
 * @param {number} limit
 * @param {number} low
 * @param {number} high
 * @param {number} width
 * @returns {Axes}
 */
function axesOf(limit, low, high, width) {
  const [down, up] = [low * 1.08, high === 0 && low === 0 ? 1 : high * 1.08];
  return {
    ...horizontalAxis(limit, width),
    y: (value) => BOTTOM - ((value - down) / (up - down)) * (BOTTOM - TOP),
  };
}

/**
 * @param {Axes} axes
 * @param {ActivationFacts} facts
 * @param {[number, number]} heights  least and greatest output
 */
function grid(axes, { limit, words }, [low, high]) {
  const { x, y, left, right } = axes;
  const zero = x(0);
  const parts = [
    svg("rect", {
      class: "plot-sunken",
      x: left,
      y: TOP,
      width: zero - left,
      height: BOTTOM - TOP,
    }),
  ];
  /** @type {SVGElement[]} */
  const lines = [];
  for (const value of ticks(low, high, niceStep(high - low || 1, 5))) {
    const from = low < 0 ? left : zero;
    lines.push(
      svg("path", { class: "plot-grid", d: `M${from} ${y(value)}H${right}` }),
      svg(
        "text",
        { class: "plot-tick", x: zero - 8, y: y(value) + 4, "text-anchor": "end" },
        short(value, 3),
      ),
    );
  }
  return [
    ...parts,
    ...lines,
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

/** @param {import("../draw/curve.js").Point[]} samples */
function tableRows(samples) {
  const step = Math.max(1, Math.floor(samples.length / 8));
  return samples
    .filter((_, index) => index % step === 0)
    .map(([z, y]) => h("tr", {}, h("td", {}, fixed(z, 2)), h("td", {}, fixed(y, 2))));
}
