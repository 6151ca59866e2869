/**
 * A sentence that wants to be read, with a sign and perhaps ways out.
 */

import { h } from "./dom.js";
import { icon } from "./icons.js";

/**
 * @param {import("./icons.js").IconName} sign
 * @param {...(HTMLElement|null)} actions
 */
export function notice(sign, ...actions) {
  const ways = actions.filter((action) => action !== null);
  const text = h("p", { class: "notice-text" });
  const element = h(
    "div",
    { class: "notice" },
    h("span", { class: "notice-sign" }, icon(sign)),
    text,
    ways.length > 0 && h("div", { class: "notice-actions" }, ...ways),
  );
  return {
    element,
    /** @param {...(string|Node)} words */
    say: (...words) => text.replaceChildren(...words),
  };
}
