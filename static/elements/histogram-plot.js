/**
 * 'All cells of this map': how many cells have which value, cut at zero.
 */

import { histogramCaptions } from "../describe/histogram.js";
import { count, percent, short } from "../describe/numbers.js";
import { css, signedColour } from "../draw/colour.js";
import { horizontalAxis } from "../draw/curve-layout.js";
import { mixed } from "../draw/winners.js";
import { countAtMost, histogram, niceStep } from "../model/statistics.js";
import { h, setText, svg } from "./dom.js";
import { axisTicks, createPlotPart } from "./plot-axes.js";

/** @typedef {import("../model/activation.js").ActivationFacts} ActivationFacts */
/** @typedef {import("../draw/curve-layout.js").HorizontalAxis} HorizontalAxis */
/** @typedef {import("../model/statistics.js").Histogram} Histogram */

const BASE = 168;
const TALLEST = 120;
const CUT_TOP = 2;
/** About as many bins as the design has over the whole axis. */
const BINS = 40;

export function createHistogramPlot() {
  const title = h("h3", {});
  const caption = h("p", { class: "panel-caption" });
  const { element, plot, rows, widen } = createPlotPart(
    {
      name: "Histogram",
      head: [title, h("span", { class: "panel-note" }, "height: square root of the count")],
      caption: "Cells by value, before the function",
      columns: ["value", "cells"],
    },
    [caption],
  );

  return {
    element,

    /**
     * @param {ActivationFacts} facts
     * @param {number} width
     */
    render(facts, width) {
      const bins = histogram(facts.before, niceStep(2 * facts.limit, BINS));
      setText(title, `All ${count(facts.before.length)} cells of this map`);
      widen(width);
      const axes = horizontalAxis(facts.limit, width);
      plot.replaceChildren(
        ...bars(bins, facts, axes),
        svg("path", { class: "plot-axis", d: `M${axes.left} ${BASE}H${axes.right}` }),
        ...axisTicks(axes, facts.limit, { tick_y: BASE, text_y: BASE + 17 }),
        svg("path", { class: "plot-cut", d: `M${axes.x(0)} ${CUT_TOP}V${BASE + 4}` }),
        ...sides(facts, axes),
      );
      caption.replaceChildren(...histogramCaptions(bins, facts).flatMap((text) => [text, h("br")]));
      rows.replaceChildren(...tableRows(bins));
    },
  };
}

/**
 * @param {Histogram} histogram
 * @param {ActivationFacts} facts
 * @param {HorizontalAxis} axes
 */
function bars({ bins, most }, { m, theme, words, limit }, axes) {
  const outline = css(signedColour(-0.62 * m, m, theme));
  const neutral = signedColour(0, 1, theme);
  return bins
    .filter((bin) => bin.count > 0)
    .map(({ from, to, count: cells }) => {
      const height = Math.max(1, Math.sqrt(cells / most) * TALLEST);
      const [x0, x1] = [axes.x(Math.max(-limit, from)), axes.x(Math.min(limit, to))];
      const isBelow = to <= 0;
      const full = signedColour(isBelow ? from : to, m, theme);
      const fill = css(isBelow && words.sets_zero ? mixed(full, neutral, 0.5) : full);
      // A bar below zero is outlined: its stroke lies inside the bar.
      const inset = isBelow ? 1 : 0.5;
      return svg("rect", {
        class: isBelow ? "bar below" : "bar above",
        x: x0 + inset,
        y: BASE - height,
        width: Math.max(0.5, x1 - x0 - 2 * inset),
        height,
        fill,
        stroke: isBelow ? outline : null,
      });
    });
}

/**
 * The counts on both sides of the cut.
 *
 * @param {ActivationFacts} facts
 * @param {HorizontalAxis} axes
 */
function sides({ before, words }, axes) {
  const below = countAtMost(before, 0);
  const above = before.length - below;
  const zero = axes.x(0);
  const gap = axes.right - axes.left > 400 ? 70 : 12;
  /**
   * @param {string} side
   * @param {number} x
   * @param {string} anchor
   * @param {number} cells
   * @param {string} what
   */
  const side = (side, x, anchor, cells, what) => [
    svg(
      "text",
      { class: `side-count ${side}`, x, y: 24, "text-anchor": anchor },
      `${count(cells)} ${what}`,
    ),
    svg(
      "text",
      { class: "side-share", x, y: 41, "text-anchor": anchor },
      percent(cells / before.length),
    ),
  ];
  return [
    ...side("below", zero - gap, "end", below, words.countBelow),
    ...side("above", zero + gap, "start", above, words.countAbove),
  ];
}

/** @param {Histogram} histogram */
function tableRows({ bins }) {
  return bins.map((bin) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, `more than ${short(bin.from, 4)}, at most ${short(bin.to, 4)}`),
      h("td", {}, count(bin.count)),
    ),
  );
}
