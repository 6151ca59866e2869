/**
 * 'What happens to this cell next': the cell, after its activation, in its pool window, pooled.
 */

import { cellText } from "../describe/ledger.js";
import { lowered, readersText, ruleOf, windowText } from "../describe/next-cells.js";
import { times } from "../describe/numbers.js";
import { css, textOn } from "../draw/colour.js";
import { colouring } from "../draw/raster.js";
import { closingShown } from "../model/explain.js";
import { nextCells } from "../model/next-cells.js";
import { createCellGrid } from "./cell-grid.js";
import { changed, h, setText, svg } from "./dom.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../model/next-cells.js").NextLink} NextLink */
/** @typedef {import("../model/next-cells.js").NextCell} NextCell */
/** @typedef {import("../model/next-cells.js").NextWindow} NextWindow */

const WINDOW_PX = 57;
const NUMBER_PX = 27;
/** No window shown here has more rows. */
const MOST_ROWS = 36;
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
  const isNewLayout = changed();
  /** @type {Figure[]} */
  let figures = [];

  return {
    element,
    render(scene) {
      const { run, stage, map, cell, painted, theme, m, state } = scene;
      const is_made = closingShown(scene).has_total;
      if (
        !isNew(
          run,
          stage,
          map,
          cell.row,
          cell.column,
          relevant(scene),
          is_made,
          theme,
          m,
          state.scale,
          known(scene),
        )
      ) {
        return;
      }
      const links = nextCells(run, stage.id, map, cell, { painted, is_made });
      element.classList.toggle("waiting", links === null);
      element.hidden = links?.length === 0;
      if (!links) return;
      if (isNewLayout(layoutOf(links))) {
        figures = links.map((link, index) => figureOf(link, links[index - 1]));
        chain.replaceChildren(...figures.flatMap(({ nodes }) => nodes));
      }
      figures.forEach((figure, index) => {
        figure.render(scene, links[index], links[index - 1]);
      });
    },
  };
}

/**
 * What of the painting the strip can show: windows reach a few rows beyond their cell.
 *
 * @param {Scene} scene
 */
function relevant({ painted, stage, cell }) {
  const columns = stage.shape[2];
  const far = (cell.row + MOST_ROWS) * columns;
  return Math.max(0, Math.min(far, painted));
}

/**
 * How many of the maps ahead have their values: the strip waits for them.
 *
 * @param {Scene} scene
 */
function known({ run, stage, map }) {
  return run.stages
    .slice(run.indexOf(stage.id))
    .filter(({ id, maps }) => map < maps.length && run.map(id, map).values).length;
}

/**
 * @typedef {object} Figure  One link, built once and filled again and again.
 * @property {Node[]} nodes
 * @property {(scene: Scene, link: NextLink, before: NextLink|undefined) => void} render
 */

/**
 * What decides which figures the strip is made of.
 *
 * @param {NextLink[]} links
 */
function layoutOf(links) {
  return links
    .map(
      (link) =>
        `${link.kind} ${link.stage.id} ${link.stage.title} ${link.kind === "window" ? link.size : ""}`,
    )
    .join(";");
}

/**
 * @param {NextLink} link
 * @param {NextLink|undefined} before
 * @returns {Figure}
 */
function figureOf(link, before) {
  if (link.kind === "readers") return readersFigure();
  if (link.kind === "window") return windowFigure(link);
  return cellFigure(link, before);
}

/** @returns {Figure} */
function readersFigure() {
  const text = h("p", { class: "next-readers" });
  return {
    nodes: [arrow().element, text],
    render(_scene, link) {
      if (link.kind === "readers") setText(text, readersText(link));
    },
  };
}

/**
 * @param {NextCell} link
 * @param {NextLink|undefined} before
 * @returns {Figure}
 */
function cellFigure({ stage }, before) {
  const box = h("span", { class: before ? "next-cell" : "next-cell current" });
  const figure = h(
    "figure",
    { class: "next-figure" },
    box,
    h("figcaption", {}, lowered(stage.title)),
  );
  const way = arrow();
  return {
    nodes: before ? [way.element, figure] : [figure],
    render(scene, link, previous) {
      if (link.kind !== "cell") return;
      const colour = colouring(scene.scaleOf(link.stage, link.map))(link.value);
      box.classList.toggle("pending", link.is_pending);
      setText(box, link.is_pending ? "" : cellText(link.value, 2, 6));
      box.style.backgroundColor = link.is_pending ? "" : css(colour);
      box.style.color = textOn(colour);
      setText(way.label, previous ? ruleOf(link, previous) : "");
    },
  };
}

/**
 * @param {NextWindow} link
 * @returns {Figure}
 */
function windowFigure({ size, stage }) {
  const [rows, columns] = size;
  const side = Math.min(28, Math.floor(WINDOW_PX / Math.max(rows, columns)));
  const grid = createCellGrid({ class: "next-window", onfocus: () => {} });
  const caption = h("figcaption", {});
  const name = `${times(size)} window`;
  const figure = h(
    "figure",
    { class: "next-figure window", "aria-label": `${name} of ${stage.title}` },
    grid.element,
    caption,
  );
  return {
    nodes: [arrow().element, figure],
    render(scene, link, before) {
      if (link.kind !== "window" || before?.kind !== "cell") return;
      const { cells, waits, winner } = link;
      const colourOf = colouring(scene.scaleOf(before.stage, before.map));
      grid.render(
        { rows, columns, width_px: side, height_px: side },
        (place) => {
          const { value, is_pending, is_absent } = cells[place];
          const text = side >= NUMBER_PX ? cellText(value, 2, 4) : "";
          return { fill: is_absent ? null : colourOf(value), text, is_pending };
        },
        null,
      );
      const decides = waits === 0 && winner !== null && cells.some((cell) => cell.value !== 0);
      [...grid.element.children].forEach((cell, place) => {
        cell.classList.toggle("won", decides && place === winner);
        cell.classList.toggle("own", cells[place].is_own);
      });
      setText(caption, windowText(link));
    },
  };
}

function arrow() {
  const label = h("span", { class: "next-label" });
  const head = svg(
    "svg",
    { class: "arrow-head", viewBox: "0 0 8 12", width: 8, height: 12 },
    svg("path", { d: "M1.5 1.5 6.5 6 1.5 10.5" }),
  );
  const line = h("span", { class: "arrow-line", "aria-hidden": "true" }, head);
  return { label, element: h("span", { class: "next-arrow" }, label, line) };
}
