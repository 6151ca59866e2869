/**
 * What went wrong with the last change, in one line above the bench, with a way out.
 */

import { stageChanged, undone } from "../state/actions.js";
import { changed, h, setText } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../state/state.js").Problem} Problem */

/**
 * @param {ViewContext} context
 * @param {{tryAgain: () => void}} commands
 */
export function createMessages({ store }, { tryAgain }) {
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

  /** @param {Problem} problem */
  function fill(problem) {
    const isGone = problem.code === "server_gone";
    setText(
      text,
      isGone ? `${problem.detail} The picture shows the values before it.` : problem.detail,
    );
    const { fix } = problem;
    const ways = [];
    if (fix)
      ways.push(
        button(fix.label, () => store.dispatch(stageChanged, fix.stage, fix.changes), true),
      );
    if (!fix) ways.push(button("Try again", tryAgain, true));
    if (store.get().past.length) ways.push(button("Undo the change", () => store.dispatch(undone)));
    actions.replaceChildren(...ways);
  }

  return {
    element,
    /** @param {import("../state/state.js").State} state */
    render({ request }) {
      if (!isNew(request.problem, request.status)) return;
      const { problem } = request;
      const isShown = request.status === "failed" && problem !== null;
      element.hidden = !isShown;
      if (isShown) {
        element.setAttribute("role", "alert");
        fill(problem);
      } else element.removeAttribute("role");
    },
  };
}
