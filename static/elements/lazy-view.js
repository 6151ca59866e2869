/**
 * A view whose code is fetched when it is first shown: the default scene does not wait for it.
 */

import { h } from "./dom.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("./view.js").Scene} Scene */

/**
 * @param {() => Promise<View>} load
 * @param {{class: string, onload: () => void}} options  `onload` asks for another frame
 * @returns {View & {load: () => Promise<void>}}
 */
export function createLazyView(load, { class: className, onload }) {
  const element = h("div", { class: className });
  /** @type {View|null} */
  let view = null;
  /** @type {Promise<void>|null} */
  let loading = null;

  async function start() {
    view = await load();
    element.replaceChildren(view.element);
    onload();
  }

  const once = () => {
    loading ??= start();
    return loading;
  };

  return {
    element,
    load: once,
    /** @param {Scene} scene */
    render(scene) {
      if (view) view.render(scene);
      // After this frame: the picture on show comes first.
      else if (!loading) setTimeout(once);
    },
  };
}
