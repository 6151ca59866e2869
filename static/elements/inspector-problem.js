/**
 * A refusal beside the field that caused it.
 */

import { withStage } from "../state/recipe.js";
import { changed, h, setText } from "./dom.js";
import { icon } from "./icons.js";

/**
 * What the server refused, beside its field, with the way out as a button.
 *
 * @param {import("./inspector-parameters.js").Tools} tools
 */
export function createProblem({ apply }) {
  const text = h("span", { class: "problem-text" });
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
