/**
 * The whole pipeline on one strip: every stage a column, every map a tile, links between them.
 */

import { pictureOnShow } from "../model/pictures.js";
import { mapSelected } from "../state/actions.js";
import { changed, h, svg } from "./dom.js";
import { createRoleBars, drawQuietLinks, drawStrongLinks, measure } from "./overview-links.js";
import { createMore, createPhoto, createTile, select } from "./overview-tile.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../state/state.js").StageManifest} StageManifest */
/** @typedef {import("./overview-links.js").Geometry} Geometry */
/** @typedef {import("./overview-tile.js").Tile} Tile */

/** Shorter waits are not worth a flicker. */
const LOADING_MS = 200;
/** More maps than this are counted on a last tile. */
const MOST_TILES = 8;

/**
 * @param {ViewContext} context
 * @returns {import("./view.js").View & {build: (scene: Scene) => void}}
 */
export function createOverview(context) {
  const strip = h("div", { class: "strip", role: "grid", "aria-label": "Stages and their maps" });
  const quietLinks = svg("g");
  const strongLinks = svg("g");
  const links = svg("svg", { class: "links", "aria-hidden": "true" }, quietLinks, strongLinks);
  const roleBars = createRoleBars();
  const scroller = h(
    "div",
    { class: "strip-scroller" },
    h("div", { class: "strip-inner" }, links, strip, roleBars.element),
  );
  const element = h(
    "section",
    { class: "overview", role: "region", "aria-label": "Pipeline" },
    scroller,
  );
  /** @type {Map<string, {element: HTMLElement, tiles: Tile[], render: (scene: Scene) => void}>} */
  let columns = new Map();
  let shape = "";
  let linked = "";
  /** @type {Geometry|null} */
  let geometry = null;
  const isNewRun = changed();
  const isNewLinks = changed();
  const isNewPartials = changed();
  const isNewFocus = changed();
  const isNewEdges = changed();

  /** @type {Scene|null} */
  let shown = null;
  // Called between layout and paint, so that measuring asks for no layout of its own.
  const observer = new ResizeObserver(() => {
    if (!shown) return;
    geometry = measure(strip, columns);
    renderOver(shown, geometry);
  });
  context.signal.addEventListener("abort", () => observer.disconnect());
  scroller.addEventListener("scroll", () => fadeEdges(scroller), {
    passive: true,
    signal: context.signal,
  });
  // Also the stage that is selected already, which changes nothing.
  strip.addEventListener(
    "click",
    (event) => {
      const stage = event.target instanceof Element ? event.target.closest(".stage") : null;
      if (stage instanceof HTMLElement) keepInView(scroller, stage);
    },
    { signal: context.signal },
  );
  strip.addEventListener("keydown", (event) => moveByKey(event, context, strip), {
    signal: context.signal,
  });

  /** An observation that begins is told once, whether or not the size is another one. */
  function askForPlaces() {
    observer.unobserve(strip);
    observer.observe(strip);
  }

  /** @param {Scene} scene */
  function rebuild(scene) {
    columns = new Map(scene.run.stages.map((stage) => [stage.id, createColumn(context, stage)]));
    strip.replaceChildren(...[...columns.values()].map((column) => column.element));
    strip.style.setProperty("--stages", String(columns.size - 1));
    geometry = null;
  }

  /**
   * What lies over the tiles and needs their places.
   *
   * @param {Scene} scene
   * @param {Geometry} places
   */
  function renderOver(scene, places) {
    const { run, stage, map, explanation, state } = scene;
    const partials =
      explanation?.kind === "weighted" ? explanation.channels.map((sum) => sum.partial) : [];
    if (isNewFocus(state.selection, places))
      keepInView(scroller, columns.get(state.selection.stage)?.element);
    if (isNewEdges(places)) fadeEdges(scroller);
    roleBars.render(scene, places);
    if (isNewLinks(places, linked)) drawQuietLinks(quietLinks, scene, places);
    if (isNewPartials(places, run, stage, map, partials.join())) {
      drawStrongLinks(strongLinks, scene, places);
    }
  }

  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let waiting;
  context.signal.addEventListener("abort", () => clearTimeout(waiting));
  const isNewRequest = changed();

  /**
   * Waiting under 200 ms shows nothing; a refusal marks the refused stage and all after it.
   *
   * @param {import("../state/state.js").RequestState} request
   */
  function showRequest({ status: how, problem }) {
    if (!isNewRequest(how, problem)) return;
    // Numbers that have not come leave the maps as they are.
    const status = problem?.purpose === "values" ? "ready" : how;
    clearTimeout(waiting);
    const first = refusedStage(problem);
    [...columns.values()].forEach((column, index) => {
      column.element.classList.toggle("refused", index >= first);
    });
    const show = () => {
      if (strip.dataset.request !== status) strip.dataset.request = status;
    };
    if (status === "loading") waiting = setTimeout(show, LOADING_MS);
    else show();
  }

  /**
   * A place for every map of the run; nothing is drawn yet.
   *
   * @param {Scene} scene
   */
  function build(scene) {
    if (!isNewRun(scene.run)) return;
    const wanted = scene.run.stages.map(({ id, shape: size }) => `${id} ${size[0]}`).join();
    if (wanted !== shape) rebuild(scene);
    shape = wanted;
    linked = scene.run.stages.map(({ maps }) => maps.map((map) => map.sources)).join(";");
  }

  return {
    element,
    build,
    render(scene) {
      build(scene);
      for (const column of columns.values()) column.render(scene);
      showRequest(scene.state.request);
      shown = scene;
      if (geometry) renderOver(scene, geometry);
      else askForPlaces();
    },
  };
}

/**
 * @param {ViewContext} context
 * @param {StageManifest} stage
 */
function createColumn(context, stage) {
  const name = h("button", {
    type: "button",
    class: "stage-name",
    tabindex: -1,
    onclick: () => select(context, stage, 0),
  });
  const summary = h("span", { class: "stage-summary quiet" });
  const size = h("span", { class: "stage-shape" });
  const shown = Math.min(stage.maps.length, MOST_TILES);
  const isPicture = stage.kind === "input" && stage.maps.length === 3;
  const tiles = Array.from({ length: shown }, (_, map) =>
    createTile(context, stage.id, map, isPicture ? "RGB"[map] : ""),
  );
  const rest = stage.maps.length - shown;
  const more = rest > 0 ? createMore(context, stage.id, rest) : null;
  const list = h("div", { class: "tiles" }, ...tiles.map((tile) => tile.element), more?.element);
  list.style.setProperty("--count", String(shown + (more ? 1 : 0)));
  const photo = isPicture ? createPhoto(context, stage.id) : null;
  const element = h(
    "div",
    {
      class: `stage ${stage.kind === "input" ? "input" : ""} ${isPicture ? "picture" : ""}`,
      role: "row",
      "data-stage": stage.id,
    },
    h("div", { class: "stage-head", role: "rowheader" }, name, summary, size),
    h(
      "div",
      { class: "stage-maps" },
      photo?.element,
      photo && h("span", { class: "channel-bracket", "aria-hidden": "true" }),
      list,
    ),
  );
  const isNewSummary = changed();
  return {
    element,
    tiles,
    /** @param {Scene} now */
    render(now) {
      const current = now.run.stage(stage.id);
      if (name.textContent !== current.title) name.textContent = current.title;
      if (isNewSummary(current.summary, now.run.manifest.recipe.input.image, now.state.upload)) {
        const isInput = current.kind === "input";
        const words = isInput ? inputSummary(context, now, current) : current.summary;
        summary.textContent = words;
        summary.title = words;
      }
      const text = current.shape.map(String).join(" × ");
      if (size.textContent !== text) size.textContent = text;
      element.classList.toggle("current", now.stage.id === stage.id);
      for (const tile of tiles) tile.render(now);
      photo?.render(now);
      more?.render(now);
    },
  };
}

/**
 * The first column that could not be computed: the one a refusal names, else all but the input.
 *
 * @param {import("../state/state.js").Problem|null} problem
 */
function refusedStage(problem) {
  const named = /^stages\[(\d+)\]/.exec(problem?.field ?? "");
  return named ? Number(named[1]) + 1 : 1;
}

/** @type {Record<string, string>} */
const PICTURE_KINDS = {
  photograph: "Photograph",
  teaching: "Pattern",
  digits: "Digits",
  upload: "Your picture",
};

/**
 * @param {ViewContext} context
 * @param {Scene} scene
 * @param {StageManifest} stage
 */
function inputSummary({ boot }, { state }, { summary }) {
  const kind = pictureOnShow(state, boot.samples)?.kind ?? "";
  return `${PICTURE_KINDS[kind] ?? "Picture"}, ${summary}`;
}

/**
 * Left and right change the stage, up and down the map.
 *
 * @param {KeyboardEvent} event
 * @param {ViewContext} context
 * @param {HTMLElement} strip
 */
function moveByKey(event, context, strip) {
  const { run, selection } = context.store.get();
  const steps = /** @type {Record<string, [number, number]>} */ ({
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  });
  const step = steps[event.key];
  if (!run || !step || event.altKey || event.ctrlKey || event.metaKey) return;
  const index = run.stages.findIndex(({ id }) => id === selection.stage);
  const stage = run.stages[Math.max(1, Math.min(run.stages.length - 1, index + step[0]))];
  const map = Math.max(0, Math.min(stage.maps.length - 1, selection.map + step[1]));
  event.preventDefault();
  event.stopPropagation();
  context.store.dispatch(mapSelected, stage.id, map);
  requestAnimationFrame(() => {
    /** @type {HTMLElement|null} */ (strip.querySelector('.tile[tabindex="0"]'))?.focus({
      preventScroll: true,
    });
  });
}

/**
 * Fade the edges that hide stages.
 *
 * @param {HTMLElement} scroller
 */
function fadeEdges(scroller) {
  const rest = scroller.scrollWidth - scroller.clientWidth - scroller.scrollLeft;
  scroller.classList.toggle("more-before", scroller.scrollLeft > 1);
  scroller.classList.toggle("more-after", rest > 1);
}

/**
 * @param {HTMLElement} scroller
 * @param {HTMLElement|undefined} column
 */
function keepInView(scroller, column) {
  if (!column || scroller.scrollWidth <= scroller.clientWidth) return;
  const margin = 24;
  const left = column.offsetLeft - margin;
  const right = column.offsetLeft + column.offsetWidth + margin;
  if (left < scroller.scrollLeft) scroller.scrollLeft = left;
  else if (right > scroller.scrollLeft + scroller.clientWidth)
    scroller.scrollLeft = right - scroller.clientWidth;
}
