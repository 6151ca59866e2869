/**
 * A view whose code is fetched when it is first shown: the default scene does not wait for it.
 */

import { h } from "./dom.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("./view.js").Scene} Scene */

/**
 * @param {() => Promise<View>} load
 * @param {{class: string, onload: () => void, onfail: () => void}} options
 *   `onload` asks for another frame, `onfail` says that the code did not come
 * @returns {View}
 */
export function createLazyView(load, { class: className, onload, onfail }) {
  const element = h("div", { class: className });
  /** @type {View|null} */
  let view = null;
  let isAsked = false;

  async function start() {
    try {
      view = await load();
    } catch {
      onfail();
      return;
    }
    element.replaceChildren(view.element);
    onload();
  }

  return {
    element,
    /** @param {Scene} scene */
    render(scene) {
      if (view) view.render(scene);
      else if (!isAsked) {
        isAsked = true;
        // After this frame: the picture on show comes first.
        setTimeout(start);
      }
    },
  };
}
