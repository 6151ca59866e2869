/**
 * What happens while an animation is made, and the animation when it is there.
 */

import { megabytes } from "../describe/pictures.js";
import { h, setText } from "./dom.js";
import { saveFile } from "./save-file.js";

const ENDINGS = { gif: "gif", webp: "webp", apng: "png" };
const NAMES = { gif: "GIF", webp: "WebP", apng: "APNG" };

/**
 * How far it is, and a way out.
 *
 * @param {() => void} stop
 */
export function createProgress(stop) {
  const bar = h("progress", { class: "export-progress", "aria-label": "Progress", max: 1 });
  const words = h("p", { class: "quiet", role: "status" });
  const cancel = h("button", { type: "button", class: "button", onclick: stop }, "Cancel");
  const element = h("div", { class: "export-working", hidden: true }, bar, words, cancel);

  /** @param {number|null} share  null: nobody knows @param {string} text */
  function say(share, text) {
    if (share === null) bar.removeAttribute("value");
    else bar.value = share;
    setText(words, text);
  }

  return {
    element,
    say,
    /** @param {boolean} isWorking */
    show(isWorking) {
      element.hidden = !isWorking;
      if (!isWorking) return;
      say(0, "Reading values.");
      cancel.focus();
    },
  };
}

/** @param {Pick<import("./view.js").ViewContext, "announce">} context */
export function createAnimationResult({ announce }) {
  const element = h("div", { class: "export-result" });
  /** @type {string|null} */
  let url = null;

  function clear() {
    if (url) URL.revokeObjectURL(url);
    url = null;
    element.replaceChildren();
  }

  return {
    element,
    clear,
    /**
     * @param {Blob} blob
     * @param {{stage: string, format: keyof typeof ENDINGS}} choice
     */
    show(blob, { stage, format }) {
      clear();
      const name = `kernelscope-${stage}.${ENDINGS[format]}`;
      url = URL.createObjectURL(blob);
      const save = h(
        "button",
        { type: "button", class: "button primary", onclick: () => saveFile({ blob, name }) },
        `Save ${NAMES[format]}`,
      );
      const size = h("p", { role: "status" }, `${name} has ${megabytes(blob.size)}.`);
      const alt = "The animation: the window slides over the map, and the result is painted.";
      element.append(
        h("div", { class: "export-paper" }, h("img", { class: "export-preview", src: url, alt })),
        h("div", { class: "modal-actions" }, save, size),
      );
      announce(`The animation is ready, ${megabytes(blob.size)}.`);
      setTimeout(() => save.focus());
    },
  };
}
