/**
 * Region "Settings": what the selected stage is made of, built from the operation's description.
 */

import { stageIn, withStage } from "../state/recipe.js";
import { changed, h, setText } from "./dom.js";
import { icon } from "./icons.js";
import { createApply } from "./inspector-changes.js";
import { createSegments, createTiles } from "./inspector-choices.js";
import { createCounts, createKept, createShares } from "./inspector-counts.js";
import { createChips, createFilterCount } from "./inspector-filters.js";
import { applies, createChooser, createControl } from "./inspector-parameters.js";
import { createKernelPart } from "./inspector-presets.js";
import { attachTooltips } from "./inspector-tooltip.js";

/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("./view.js").OperationDescription} OperationDescription */
/** @typedef {import("./inspector-parameters.js").Parameter} Parameter */
/** @typedef {import("./inspector-parameters.js").Settings} Settings */
/** @typedef {import("./inspector-parameters.js").Tools} Tools */
/** @typedef {(scene: Scene, settings: Settings) => void} Render */
/** @typedef {{element: HTMLElement, render: Render}} Panel */

/** Settings that wait behind "More settings", by operation; of an unknown one all are in sight. */
const BEHIND_MORE = /** @type {Record<string, string[]>} */ ({
  conv: ["groups"],
  pool: ["dilation", "ceil_mode", "count_include_pad"],
});
/** Choices that stand beside the label of another setting. */
const COMPANIONS = /** @type {Record<string, string>} */ ({ padding_mode: "padding" });

/**
 * @param {ViewContext} context
 * @returns {import("./view.js").View}
 */
export function createInspector(context) {
  const element = h("section", { class: "inspector", part: "inspector", "aria-label": "Settings" });
  const body = h("div", { class: "inspector-body" });
  element.append(body);
  attachTooltips(element, context.signal);
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

  return {
    element,
    render: (scene) => {
      latest = scene;
      const { stage, state } = scene;
      if (isOther(stage.id, stage.op)) {
        panel = createPanel(scene, tools);
        body.replaceChildren(panel.element);
      }
      const own = stageIn(state.recipe, stage.id) ?? {};
      panel?.render(scene, completed(own, stage.parameters));
    },
  };
}

/**
 * What is asked, completed by what the run resolved.
 *
 * @param {Record<string, any>} own
 * @param {Settings} resolved
 * @returns {Settings}
 */
function completed(own, resolved) {
  const asked = Object.entries(own).filter(([, value]) => value !== null && value !== undefined);
  return { ...resolved, ...Object.fromEntries(asked) };
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
    h("div", { class: "inspector-column column-geometry" }, fields.element, extra?.element),
    h("div", { class: "inspector-column column-counts" }, counts.element),
  );
  return {
    element,
    render: (scene, settings) => {
      heading.render(scene, settings);
      for (const part of lead) part.render(scene, settings);
      fields.render(scene, settings);
      extra?.render(scene, settings);
      counts.render(scene);
      problem.render(scene, element);
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
    element: h("div", { class: "inspector-head" }, title, count ? count.element : note),
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
  if (hasFilters) return [createChips(tools), createKernelPart(tools)];
  const first = parameters[0];
  if (first?.type !== "choice") return [];
  const make = description?.kind === "elementwise" ? createTiles : createSegments;
  const control = make(first, tools);
  return [
    { element: control.element, render: (scene, settings) => control.render(settings, scene) },
  ];
}

/**
 * @param {string} op
 * @param {Parameter[]} parameters
 * @param {Tools} tools
 * @returns {Panel}
 */
function createFields(op, parameters, tools) {
  const isLead = (/** @type {Parameter} */ parameter, /** @type {number} */ place) =>
    parameter.type === "filters" || (place === 0 && parameter.type === "choice");
  const plain = parameters.filter((parameter, place) => !isLead(parameter, place));
  const names = new Set(plain.map(({ name }) => name));
  const isCompanion = (/** @type {Parameter} */ { name }) => names.has(COMPANIONS[name] ?? "");
  const rows = plain
    .filter((parameter) => !isCompanion(parameter))
    .flatMap((parameter) => {
      const control = createControl(parameter, tools);
      return control ? [{ parameter, control }] : [];
    });
  const hidden = BEHIND_MORE[op] ?? [];
  const isHidden = (/** @type {typeof rows[number]} */ { parameter }) =>
    hidden.includes(parameter.name);
  const more = h(
    "details",
    { class: "more" },
    h("summary", { class: "more-title" }, "More settings", icon("chevron")),
    ...rows.filter(isHidden).map(({ control }) => control.element),
  );
  const element = h(
    "div",
    { class: "inspector-part part-fields" },
    ...rows.filter((one) => !isHidden(one)).map(({ control }) => control.element),
    more,
  );
  const companions = plain.filter(isCompanion).map((parameter) => {
    const chooser = createChooser(parameter, (value) =>
      tools.apply((recipe) =>
        withStage(recipe, tools.scene().stage.id, { [parameter.name]: value }),
      ),
    );
    element
      .querySelector(`[data-parameter="${COMPANIONS[parameter.name]}"] .setting-companion`)
      ?.append(chooser.element);
    return { parameter, chooser };
  });
  return {
    element,
    render: (scene, settings) => {
      for (const { parameter, control } of rows) {
        control.element.hidden = !applies(parameter, settings);
        if (!control.element.hidden) control.render(settings, scene);
      }
      for (const { parameter, chooser } of companions) {
        chooser.render(String(settings[parameter.name] ?? parameter.default));
      }
      more.hidden = rows.filter(isHidden).every(({ control }) => control.element.hidden);
      element.hidden = rows.every(({ control }) => control.element.hidden);
    },
  };
}

/**
 * What an operation's results are told by.
 *
 * @param {Scene["stage"]} stage
 * @param {Tools} tools
 * @returns {Panel|null}
 */
function createExtra(stage, { context }) {
  if (stage.kind === "elementwise") return createShares(context);
  return stage.op === "pool" ? createKept() : null;
}

/**
 * What the server refused, beside its field, with the way out as a button.
 *
 * @param {Tools} tools
 */
function createProblem({ context, apply }) {
  const text = h("span", { class: "problem-text" });
  const button = h("button", { type: "button", class: "button problem-fix", onclick: () => fix() });
  const element = h(
    "div",
    { class: "problem", role: "alert" },
    icon("warning"),
    h("div", { class: "problem-body" }, text, button),
  );
  /** @type {import("../state/state.js").Fix|undefined} */
  let offered;
  const isNew = changed();

  function fix() {
    const { stage, changes } = offered ?? {};
    if (stage && changes) apply((recipe) => withStage(recipe, stage, changes));
  }

  return {
    /** @param {Scene} scene @param {HTMLElement} root */
    render: ({ state, stage }, root) => {
      const problem = state.request.status === "failed" ? state.request.problem : null;
      const found = problem ? placeOf(problem, state.recipe) : null;
      const isHere = problem !== null && found?.stage === stage.id;
      if (!isNew(isHere ? problem : null)) return;
      for (const invalid of root.querySelectorAll(".is-invalid-setting")) {
        invalid.classList.remove("is-invalid-setting");
      }
      element.remove();
      if (!isHere || !problem) return;
      offered = problem.fix;
      setText(text, problem.detail);
      setText(button, offered?.label ?? "");
      button.hidden = !offered;
      const field = root.querySelector(`[data-parameter="${found?.name}"]`);
      field?.classList.add("is-invalid-setting");
      if (field) field.append(element);
      else root.querySelector(".inspector-head")?.after(element);
      context.announce(problem.detail);
    },
  };
}

/**
 * "stages[0].filters[2].mix" is the setting "filters" of the first stage.
 *
 * @param {import("../state/state.js").Problem} problem
 * @param {import("../state/state.js").Recipe} recipe
 * @returns {{stage: string, name: string}|null}
 */
function placeOf({ field, fix }, recipe) {
  const match = /^stages\[(\d+)\](?:\.(\w+))?/.exec(field ?? "");
  const stage = match ? recipe.stages[Number(match[1])]?.id : fix?.stage;
  return stage ? { stage, name: match?.[2] ?? "" } : null;
}
