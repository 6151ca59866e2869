/**
 * The tab of the single file: made as soon as it is looked at, so that its size stands there.
 */

import { segments } from "./choice-fields.js";
import { h } from "./dom.js";
import { createFileSaver } from "./file-saver.js";

/** @typedef {import("./save-file.js").FileWish} FileWish */

/** Ticks come in rows. */
const REST_MS = 400;

const FORMATS = /** @type {const} */ ([
  { value: "html", label: "One HTML file" },
  { value: "scorm", label: "SCORM package" },
]);

/**
 * @param {import("./view.js").ViewContext} context
 * @param {AbortSignal} signal  of the dialog
 * @param {() => {scene: FileWish["scene"], name: string|null}} current  name: of the file
 *   without its ending, if not the server's
 */
export function createBuilderFile(context, signal, current) {
  /** @type {"html"|"scorm"} */
  let format = "html";
  let isShown = false;
  const saver = createFileSaver(context, {
    signal,
    isMain: true,
    wish: () => ({ scene: current().scene, format, layout: "embed" }),
    name: () => {
      const { name } = current();
      return name && `${name}.${format === "html" ? "html" : "zip"}`;
    },
  });
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let resting;
  const again = () => {
    saver.reset();
    clearTimeout(resting);
    if (isShown) resting = setTimeout(saver.make, REST_MS);
  };
  signal.addEventListener("abort", () => clearTimeout(resting));
  const element = h(
    "div",
    { class: "builder-file" },
    segments({
      legend: "Format",
      name: "builder-format",
      options: [...FORMATS],
      value: format,
      onchange(value) {
        format = value;
        again();
      },
    }),
    saver.element,
  );
  return {
    element,
    /** The choices are others now. */
    stale: again,
    /** @param {boolean} isOpen  whether its tab is on show */
    shown(isOpen) {
      if (isOpen === isShown) return;
      isShown = isOpen;
      if (isShown) saver.make();
    },
  };
}
