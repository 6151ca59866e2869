/**
 * Why a file was not taken, and that nothing is lost.
 */

import { problemParts, problemTitle, stillLoaded } from "../describe/pictures.js";
import { changed, h, setText } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("../state/state.js").State} State */
/** @typedef {import("../state/state.js").Picture} Picture */

export function createPictureProblem() {
  const title = h("strong", {});
  const name = h("b", {});
  const rest = h("span", {});
  const element = h(
    "div",
    { class: "picture-problem", role: "alert", hidden: true },
    icon("warning"),
    h("div", {}, title, h("p", {}, name, rest)),
  );
  const isNew = changed();
  return {
    element,
    /**
     * @param {State["sending"]} sending
     * @param {Picture|null} current
     */
    render({ status, problem, name: file }, current) {
      const isShown = status === "failed" && problem !== null;
      element.hidden = !isShown;
      if (!isShown || !isNew(problem, current)) return;
      const parts = problemParts(problem, file);
      const isGone = problem.code === "unknown_image";
      setText(title, problemTitle(problem));
      setText(name, parts.name);
      setText(rest, isGone ? parts.rest : `${parts.rest} ${stillLoaded(current)}`);
    },
  };
}
