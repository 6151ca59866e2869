/**
 * Region "Settings": what the selected stage is made of, built from the operation's description.
 */

import { operationSettings } from "../model/targets.js";
import { stageIn } from "../state/weights.js";
import { changed, h, setText } from "./dom.js";
import { attachUndo, createApply } from "./inspector-changes.js";
import { createSegments, createTiles } from "./inspector-choices.js";
import { createCounts, createKept, createShares } from "./inspector-counts.js";
import { createFields } from "./inspector-fields.js";
import { createChips, createFilterCount } from "./inspector-filters.js";
import { createKernelPart } from "./inspector-kernel.js";
import { createProblem } from "./inspector-problem.js";
import { fadeEdges } from "./inspector-scroll.js";
import { attachTooltips } from "./inspector-tooltip.js";
import { createPictureSettings } from "./picture-settings.js";
import { lockedIfSaved, savedCredit, savedNote } from "./saved-file.js";

/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("./view.js").OperationDescription} OperationDescription */
/** @typedef {import("./inspector-parameters.js").Parameter} Parameter */
/** @typedef {import("./inspector-parameters.js").Settings} Settings */
/** @typedef {import("./inspector-parameters.js").Tools} Tools */
/** @typedef {(scene: Scene, settings: Settings) => void} Render */
/** @typedef {{element: HTMLElement, render: Render}} Panel */

/**
 * @param {ViewContext} context
 * @returns {import("./view.js").View}
 */
export function createInspector(context) {
  const element = h("section", { class: "inspector", part: "inspector", "aria-label": "Settings" });
  const body = h("div", { class: "inspector-body" });
  const { boot } = context;
  if (boot.saved) element.append(savedNote(boot), body, savedCredit(boot) ?? "");
  else element.append(body);
  attachTooltips(element, context.signal);
  attachUndo(element, context.store);
  /** @type {Scene|null} */
  let latest = null;
  const tools = {
    context,
    apply: createApply(context.store),
    scene: () => /** @type {Scene} */ (latest),
  };
  /** @type {Panel|null} */
  let panel = null;
  const isOther = changed();
  const isNew = changed();
  /** On a wide page the place around the inspector scrolls: its edges fade. */
  let look = () => {};
  /** @type {HTMLElement|null} */
  let frame = null;
  const parts = new ResizeObserver(() => look());
  context.signal.addEventListener("abort", () => parts.disconnect(), { once: true });

  return {
    element,
    render: (scene) => {
      latest = scene;
      const { stage, state, run, map, theme, explanation } = scene;
      const shown = [run, stage, map, theme, state.recipe, state.request, state.scale];
      if (!isNew(...shown, state.open_row, state.focus_term, explanation?.strongest)) return;
      if (isOther(stage.id, stage.op)) {
        panel = createPanel(scene, tools);
        body.replaceChildren(panel.element);
        parts.disconnect();
        for (const part of body.querySelectorAll(".inspector-column > *")) parts.observe(part);
      }
      const own = stageIn(state.recipe, stage.id) ?? {};
      panel?.render(scene, operationSettings(own, stage.parameters));
      if (!frame && element.parentElement) {
        frame = element.parentElement;
        look = fadeEdges(frame, context.signal);
      }
    },
  };
}

/**
 * @param {Scene} scene
 * @param {Tools} tools
 * @returns {Panel}
 */
function createPanel({ stage }, tools) {
  const description = tools.context.boot.operations.find(({ name }) => name === stage.op);
  const parameters = /** @type {Parameter[]} */ (description?.parameters ?? []);
  const hasFilters = parameters.some(({ type }) => type === "filters");
  const heading = createHeading(hasFilters, tools);
  const lead = createLead(description, parameters, hasFilters, tools);
  const fields = createFields(stage.op, parameters, tools);
  const extra = createExtra(stage, tools);
  const counts = createCounts();
  const problem = createProblem(tools);
  const element = h(
    "div",
    { class: `inspector-panel is-${stage.op}` },
    h(
      "div",
      { class: "inspector-column column-lead" },
      heading.element,
      ...lead.map((part) => part.element),
    ),
    h(
      "div",
      { class: "inspector-column column-geometry" },
      lockedIfSaved(tools.context.boot, fields.element),
      extra?.element,
    ),
    h("div", { class: "inspector-column column-counts" }, counts.element),
  );
  return {
    element,
    render: (scene, settings) => {
      heading.render(scene, settings);
      problem.render(scene, element);
      for (const part of lead) part.render(scene, settings);
      fields.render(scene, settings);
      extra?.render(scene, settings);
      counts.render(scene);
    },
  };
}

/**
 * @param {boolean} hasFilters
 * @param {Tools} tools
 * @returns {Panel}
 */
function createHeading(hasFilters, tools) {
  const title = h("h2", { class: "inspector-title" });
  const note = h("span", { class: "title-note" });
  const count = hasFilters ? createFilterCount(tools) : null;
  return {
    element: h(
      "div",
      { class: "inspector-head" },
      title,
      count ? lockedIfSaved(tools.context.boot, count.element) : note,
    ),
    render: (scene) => {
      setText(title, scene.stage.title);
      count?.render(scene);
      const word = scene.stage.kind === "input" ? "channel" : "map";
      if (!count) setText(note, `${word} ${scene.map + 1} of ${scene.stage.maps.length}`);
    },
  };
}

/**
 * What comes first: the filters, or the choice that an operation starts with.
 *
 * @param {OperationDescription|undefined} description
 * @param {Parameter[]} parameters
 * @param {boolean} hasFilters
 * @param {Tools} tools
 * @returns {Panel[]}
 */
function createLead(description, parameters, hasFilters, tools) {
  const { boot } = tools.context;
  if (hasFilters) {
    const kernel = createKernelPart(tools);
    return [createChips(tools), { ...kernel, element: lockedIfSaved(boot, kernel.element) }];
  }
  const first = parameters[0];
  if (first?.type !== "choice") return [];
  const make = description?.kind === "elementwise" ? createTiles : createSegments;
  const control = make(first, tools);
  return [
    {
      element: lockedIfSaved(boot, control.element),
      render: (scene, settings) => control.render(settings, scene),
    },
  ];
}

/**
 * What an operation's results are told by.
 *
 * @param {Scene["stage"]} stage
 * @param {Tools} tools
 * @returns {Panel|null}
 */
function createExtra(stage, { context }) {
  if (stage.kind === "input") return createPicturePart(context);
  if (stage.kind === "elementwise") return createShares(context);
  return stage.op === "pool" ? createKept() : null;
}

/**
 * The picture's own settings, when the input is selected.
 *
 * @param {ViewContext} context
 * @returns {Panel}
 */
function createPicturePart({ store, boot }) {
  const settings = createPictureSettings(store);
  return {
    element: h(
      "div",
      { class: "inspector-part part-picture" },
      lockedIfSaved(boot, settings.element),
    ),
    render: ({ state }) => settings.render(state.recipe.input),
  };
}
