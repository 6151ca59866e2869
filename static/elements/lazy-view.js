/**
 * A view whose code is fetched when it is first shown: the default scene does not wait for it.
 */

import { h } from "./dom.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("./view.js").Scene} Scene */

/**
 * @param {Pick<import("./view.js").ViewContext, "later"|"repaint"|"broken">} context
 * @param {string} className  of the place that the view will take
 * @param {() => Promise<View>} load
 * @returns {View}
 */
export function createLazyView({ later, repaint, broken }, className, load) {
  const element = h("div", { class: className });
  /** @type {View|null} */
  let view = null;
  let isAsked = false;

  async function start() {
    try {
      view = await load();
    } catch {
      broken();
      return;
    }
    element.replaceChildren(view.element);
    repaint();
  }

  return {
    element,
    /** @param {Scene} scene */
    render(scene) {
      if (view) view.render(scene);
      else if (!isAsked) {
        isAsked = true;
        later(start);
      }
    },
  };
}
