/**
 * Taking the whole scene home: one HTML file, or a SCORM package around it.
 */

import { segments } from "./choice-fields.js";
import { h, setText } from "./dom.js";
import { createFileSaver } from "./file-saver.js";

/** @typedef {"html"|"scorm"} Format */
/** @typedef {"explorer"|"embed"} Layout */

const FORMATS = /** @type {const} */ ([
  { value: "html", label: "HTML file" },
  { value: "scorm", label: "SCORM 1.2 package" },
]);
const LAYOUTS = /** @type {const} */ ([
  { value: "explorer", label: "Explorer" },
  { value: "embed", label: "Embed" },
]);
const WORDS = {
  html: "Play, step, scrub and read every number, from a memory stick or a course's file area. New weights and pictures need a server.",
  scorm: "The same file in a package that learning platforms take as an activity.",
};

/**
 * @param {import("./view.js").ViewContext} context
 * @param {AbortSignal} signal  of the dialog
 */
export function createExportFile(context, signal) {
  let format = /** @type {Format} */ ("html");
  let layout = /** @type {Layout} */ ("explorer");
  const words = h("p", { class: "quiet" }, WORDS[format]);
  const saver = createFileSaver(context, {
    signal,
    isMain: true,
    wish: () => ({ format, layout }),
  });
  const renew = () => {
    setText(words, WORDS[format]);
    saver.reset();
  };
  return h(
    "div",
    { class: "export-file" },
    h(
      "div",
      { class: "export-choices" },
      segments({
        legend: "As",
        name: "export-format",
        options: [...FORMATS],
        value: format,
        onchange: (value) => {
          format = value;
          renew();
        },
      }),
      segments({
        legend: "Showing",
        name: "export-layout",
        options: [...LAYOUTS],
        value: layout,
        onchange: (value) => {
          layout = value;
          renew();
        },
      }),
    ),
    words,
    saver.element,
  );
}
