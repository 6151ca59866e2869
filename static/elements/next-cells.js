/**
 * 'What happens to this cell next': the cell, after its activation, in its pool window, pooled.
 */

import { activationWords } from "../describe/activations.js";
import { cellText } from "../describe/ledger.js";
import { counted, times } from "../describe/numbers.js";
import { css, textOn } from "../draw/colour.js";
import { colouring } from "../draw/raster.js";
import { nextCells } from "../model/next-cells.js";
import { createCellGrid } from "./cell-grid.js";
import { changed, h, svg } from "./dom.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../model/next-cells.js").NextLink} NextLink */
/** @typedef {import("../model/next-cells.js").NextCell} NextCell */
/** @typedef {import("../model/next-cells.js").NextWindow} NextWindow */

const WINDOW_PX = 57;
const NUMBER_PX = 27;
/** What an arrow into a pooled cell says, by the pooling's kind. */
const RULES = /** @type {Record<string, string>} */ ({
  max: "largest",
  average: "mean",
  lp: "norm",
  global_max: "largest",
  global_average: "mean",
});

/**
 * @param {ViewContext} _context
 * @returns {import("./view.js").View}
 */
export function createNextCells(_context) {
  const chain = h("div", { class: "next-chain" });
  const element = h(
    "section",
    { class: "next-cells", "aria-label": "What happens to this cell next" },
    h("h3", { class: "quiet" }, "What happens to this cell next"),
    chain,
  );
  const isNew = changed();

  return {
    element,
    render(scene) {
      const { run, stage, map, cell, painted, theme, m, state } = scene;
      const links = nextCells(run, stage.id, map, cell, painted);
      element.classList.toggle("waiting", links === null);
      element.hidden = links?.length === 0;
      if (!links) return;
      if (isNew(signature(links), theme, m, state.scale)) {
        chain.replaceChildren(
          ...links.flatMap((link, index) => drawn(scene, link, links[index - 1])),
        );
      }
    },
  };
}

/**
 * The few numbers that decide what the strip looks like.
 *
 * @param {NextLink[]} links
 */
function signature(links) {
  return links
    .map((link) => {
      if (link.kind === "cell")
        return `${link.stage.id}=${link.value}/${link.is_pending}/${JSON.stringify(link.stage.parameters.function ?? "")}`;
      if (link.kind === "readers") return `${link.stage.title}:${link.readers}`;
      const cells = link.cells.map((cell) => `${cell.value}/${cell.is_pending}/${cell.is_own}`);
      return `${link.stage.parameters.kind}[${cells.join(" ")}]${link.winner}/${link.readers}`;
    })
    .join(";");
}

/**
 * @param {Scene} scene
 * @param {NextLink} link
 * @param {NextLink|undefined} before
 * @returns {Node[]}
 */
function drawn(scene, link, before) {
  if (link.kind === "readers") {
    return [arrow(""), h("p", { class: "next-readers" }, readersText(link))];
  }
  if (link.kind === "window") return [arrow(""), windowFigure(scene, link, before)];
  const cell = cellFigure(scene, link, !before);
  if (!before) return [cell];
  const label =
    before.kind === "window"
      ? (RULES[String(link.stage.parameters.kind)] ?? "")
      : activationWords(link.stage.parameters).call;
  return [arrow(label), cell];
}

/** @param {import("../model/next-cells.js").NextReaders} link */
function readersText({ readers, stage }) {
  if (readers === 0) return `no window of ${stage.title} reads it`;
  return `read by ${counted(readers, "window")} of ${stage.title}`;
}

/**
 * @param {Scene} scene
 * @param {NextCell} link
 * @param {boolean} isFirst
 */
function cellFigure(scene, { stage, map, value, is_pending }, isFirst) {
  const box = h("span", {
    class: `next-cell${isFirst ? " current" : ""}${is_pending ? " pending" : ""}`,
  });
  if (!is_pending) {
    const colour = colouring(scene.scaleOf(stage, map))(value);
    box.textContent = cellText(value, 2);
    box.style.backgroundColor = css(colour);
    box.style.color = textOn(colour);
  }
  return h("figure", { class: "next-figure" }, box, h("figcaption", {}, lowered(stage.title)));
}

/**
 * @param {Scene} scene
 * @param {NextWindow} link
 * @param {NextLink|undefined} before
 */
function windowFigure(scene, { size, cells, waits, readers, winner, stage }, before) {
  const [rows, columns] = size;
  const side = Math.min(28, Math.floor(WINDOW_PX / Math.max(rows, columns)));
  const source = before?.kind === "cell" ? before : null;
  const colourOf = source && colouring(scene.scaleOf(source.stage, source.map));
  const grid = createCellGrid({ class: "next-window", onfocus: () => {} });
  const decides = waits === 0 && winner !== null && cells.some((cell) => cell.value !== 0);
  grid.render(
    { rows, columns, width_px: side, height_px: side },
    (place) => {
      const { value, is_pending, is_absent } = cells[place];
      const text = side >= NUMBER_PX ? cellText(value, 2, 4) : "";
      return { fill: is_absent || !colourOf ? null : colourOf(value), text, is_pending };
    },
    null,
  );
  [...grid.element.children].forEach((cell, place) => {
    cell.classList.toggle("won", decides && place === winner);
    cell.classList.toggle("own", cells[place].is_own);
  });
  const name = `${times(size)} window`;
  const one = readers > 1 ? `, one of ${readers}` : "";
  const caption = waits > 0 ? `waits for ${counted(waits, "cell")}` : name + one;
  return h(
    "figure",
    { class: "next-figure window", "aria-label": `${name} of ${stage.title}` },
    grid.element,
    h("figcaption", {}, caption),
  );
}

/** @param {string} label */
function arrow(label) {
  return h(
    "span",
    { class: "next-arrow" },
    h("span", { class: "next-label" }, label),
    h(
      "span",
      { class: "arrow-line", "aria-hidden": "true" },
      svg(
        "svg",
        { class: "arrow-head", viewBox: "0 0 8 12", width: 8, height: 12 },
        svg("path", { d: "M1.5 1.5 6.5 6 1.5 10.5" }),
      ),
    ),
  );
}

/**
 * "Conv 1" within a line is "conv 1"; "ReLU 1" keeps its capitals.
 *
 * @param {string} title
 */
function lowered(title) {
  return /^[A-Z][a-z]+\b/.test(title) ? title[0].toLowerCase() + title.slice(1) : title;
}
