/**
 * What went wrong with the last change, in one line above the bench, with a way out.
 */

import { fixTaken, undone } from "../state/actions.js";
import { changed, h, setText } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../state/state.js").Problem} Problem */

/**
 * @param {ViewContext} context
 * @param {{tryAgain: () => void, openPictures: () => void}} commands
 */
export function createMessages({ store }, { tryAgain, openPictures }) {
  const text = h("p", { class: "message-text" });
  const actions = h("div", { class: "message-actions" });
  const element = h(
    "div",
    { class: "message", hidden: true },
    h("span", { class: "message-icon" }, icon("warning")),
    text,
    actions,
  );
  const isNew = changed();

  /** @param {string} label @param {() => void} act @param {boolean} [isMain] */
  const button = (label, act, isMain = false) =>
    h(
      "button",
      { type: "button", class: isMain ? "button primary" : "button", onclick: act },
      label,
    );

  /** @param {Problem} problem @param {Problem|null} lost  why the viewer's own picture is gone */
  function fill(problem, lost) {
    setText(text, lost?.detail ?? stageTitle(problem) + problem.detail);
    const { fix } = problem;
    const ways = [];
    if (fix) ways.push(button(fix.label, () => store.dispatch(fixTaken, fix), true));
    else if (lost) ways.push(button("Choose a picture", openPictures, true));
    else ways.push(button("Try again", tryAgain, true));
    const isChange = problem.purpose !== "values" && store.get().past.length > 0;
    if (isChange) ways.push(button("Undo the change", () => store.dispatch(undone)));
    actions.replaceChildren(...ways);
  }

  /** The stage a refusal is about, by its title. @param {Problem} problem */
  function stageTitle({ field }) {
    const { run, recipe } = store.get();
    const named = /^stages\[(\d+)\]/.exec(field ?? "");
    const id = named && recipe.stages[Number(named[1])]?.id;
    const title = run?.stages.find((stage) => stage.id === id)?.title;
    return title ? `${title}: ` : "";
  }

  return {
    element,
    /** @param {import("../state/state.js").State} state */
    render({ request, sending }) {
      if (!isNew(request.problem, request.status)) return;
      const { problem } = request;
      const isShown = request.status === "failed" && problem !== null;
      element.hidden = !isShown;
      if (isShown) {
        element.setAttribute("role", "alert");
        fill(problem, problem.code === "unknown_image" ? sending.problem : null);
      } else element.removeAttribute("role");
    },
  };
}
