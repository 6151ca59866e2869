/**
 * The pipeline of an embed: one line of stage names with arrows, and the maps of the one on show.
 */

import { mapSelected } from "../state/actions.js";
import { changed, h, setAttribute } from "./dom.js";

/**
 * @param {import("./view.js").ViewContext} context
 * @returns {import("./view.js").View}
 */
export function createPipeline({ store }) {
  const names = h("ol", { class: "stage-line" });
  const maps = h("select", { "aria-label": "Map" });
  const total = h("span", {});
  const choice = h("label", { class: "map-choice" }, "Map ", maps, total);
  const element = h("nav", { class: "pipeline", "aria-label": "Pipeline" }, names, choice);
  /** @type {HTMLButtonElement[]} */
  let buttons = [];
  maps.addEventListener("change", () =>
    store.dispatch(mapSelected, store.get().selection.stage, Number(maps.value)),
  );
  names.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    if (!step || at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    buttons[Math.max(0, Math.min(buttons.length - 1, at + step))].focus();
  });
  const isNewRun = changed();
  const isNewStage = changed();

  /** @param {import("../model/scene.js").Scene} scene */
  function rebuild({ run }) {
    const stages = run.stages.filter(({ kind }) => kind !== "input");
    buttons = stages.map(({ id, title, shape }) =>
      h(
        "button",
        {
          type: "button",
          class: "stage-link",
          "data-stage": id,
          onclick: () => {
            const { map } = store.get().selection;
            store.dispatch(mapSelected, id, map < shape[0] ? map : 0);
          },
        },
        title,
      ),
    );
    names.replaceChildren(
      h("li", {}, run.stages[0].title),
      ...buttons.map((button) => h("li", {}, button)),
    );
  }

  return {
    element,
    render(scene) {
      const { run, stage, map } = scene;
      if (isNewRun(run.manifest)) rebuild(scene);
      if (!isNewStage(run.manifest, stage, map)) return;
      for (const button of buttons) {
        const isCurrent = button.dataset.stage === stage.id;
        setAttribute(button, "aria-current", isCurrent ? "step" : null);
      }
      const count = stage.maps.length;
      choice.hidden = count === 1;
      if (maps.options.length !== count)
        maps.replaceChildren(...stage.maps.map((_, at) => h("option", { value: at }, at + 1)));
      maps.value = String(map);
      total.textContent = ` of ${count}`;
    },
  };
}
