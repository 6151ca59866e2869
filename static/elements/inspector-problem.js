/**
 * A refusal beside the field that caused it; of another stage it says which.
 */

import { withStage } from "../state/recipe.js";
import { stageIn } from "../state/weights.js";
import { changed, h, setAttribute, setText } from "./dom.js";
import { icon } from "./icons.js";

const PROBLEM_ID = "inspector-problem";

/**
 * What the server refused, beside its field, with the way out as a button.
 *
 * @param {import("./inspector-parameters.js").Tools} tools
 */
export function createProblem({ apply }) {
  const text = h("span", { class: "problem-text", id: PROBLEM_ID });
  const button = h("button", { type: "button", class: "button problem-fix", onclick: () => fix() });
  const element = h(
    "div",
    { class: "problem" },
    icon("warning"),
    h("div", { class: "problem-body" }, text, button),
  );
  /** @type {import("../state/state.js").Fix|undefined} */
  let offered;
  const isNew = changed();

  function fix() {
    const { stage, changes } = offered ?? {};
    const field = element.closest("[data-parameter]")?.querySelector("input, select, button");
    if (stage && changes) apply((recipe) => withStage(recipe, stage, changes));
    if (field instanceof HTMLElement) field.focus();
  }

  return {
    /** @param {import("../model/scene.js").Scene} scene @param {HTMLElement} root */
    render: ({ state, stage, run }, root) => {
      const problem = state.request.status === "failed" ? state.request.problem : null;
      const found = problem ? placeOf(problem, state.recipe) : null;
      const isOwn = found?.stage === stage.id;
      const name = isOwn ? found.name : found ? changedSetting(state, stage.id) : null;
      if (!isNew(name === null ? null : problem, name)) return;
      for (const invalid of root.querySelectorAll(".is-invalid-setting")) {
        invalid.classList.remove("is-invalid-setting");
        setAttribute(firstControl(invalid), "aria-describedby", null);
      }
      element.remove();
      if (name === null || !problem || !found) return;
      offered = problem.fix;
      const title = run.manifest.stages.find(({ id }) => id === found.stage)?.title;
      setText(text, isOwn || !title ? problem.detail : `${title}: ${problem.detail}`);
      setText(button, offered?.label ?? "");
      button.hidden = !offered;
      const field = root.querySelector(`[data-parameter="${name}"]`);
      field?.classList.add("is-invalid-setting");
      if (!field) root.querySelector(".inspector-head")?.after(element);
      else {
        field.append(element);
        setAttribute(firstControl(field), "aria-describedby", PROBLEM_ID);
      }
    },
  };
}

/** @param {Element} field @returns {Element} */
function firstControl(field) {
  return field.querySelector("input, select, button") ?? field;
}

/**
 * The setting of a stage that the last change touched; null when it touched none.
 *
 * @param {import("../state/state.js").State} state
 * @param {string} id
 */
function changedSetting({ past, recipe }, id) {
  const before = past.at(-1);
  const [old, now] = [before && stageIn(before, id), stageIn(recipe, id)];
  if (!old || !now) return null;
  const is = (/** @type {unknown} */ value) => JSON.stringify(value);
  const names = /** @type {(keyof typeof now)[]} */ ([
    ...new Set([...Object.keys(old), ...Object.keys(now)]),
  ]);
  return names.find((name) => is(old[name]) !== is(now[name])) ?? null;
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
