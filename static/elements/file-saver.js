/**
 * A scene as a single file: it is made first, so that its size can be said before it is saved.
 */

import { ProblemError } from "../api/client.js";
import { megabytes } from "../describe/pictures.js";
import { h, setAttribute, setText } from "./dom.js";
import { icon } from "./icons.js";
import { prepareFile, saveFile } from "./save-file.js";

/** @typedef {import("./save-file.js").FileWish} FileWish */

/**
 * @param {Pick<import("./view.js").ViewContext, "store"|"signal">} context
 * @param {{signal: AbortSignal, isMain: boolean, wish: () => FileWish, name?: () => string|null}} options  signal: of the dialog;
 *   isMain: the most important button there; wish: asked whenever a file is made;
 *   name: of the file, if not the server's
 */
export function createFileSaver(context, { signal, isMain, wish, name }) {
  const words = h("p", { class: "file-words", role: "status" });
  const label = h("span", {});
  const kind = isMain ? "button primary" : "button";
  const button = h("button", { type: "button", class: kind }, icon("export"), label);
  /** @type {import("./save-file.js").PreparedFile|null} */
  let file = null;
  /** @type {AbortController|null} */
  let making = null;

  function reset() {
    making?.abort();
    making = null;
    file = null;
    setText(label, "Make the file");
    setText(words, "Every number is in it; its size is said before you save it.");
    setAttribute(button, "aria-busy", null);
  }

  async function make() {
    if (making || file) return;
    making = new AbortController();
    const mine = making;
    const asked = wish();
    setText(label, "Making the file");
    setAttribute(button, "aria-busy", "true");
    try {
      const made = await prepareFile(context, {
        ...asked,
        signal: AbortSignal.any([signal, mine.signal]),
      });
      if (mine !== making) return;
      file = { ...made, name: name?.() ?? made.name };
      setText(label, "Save the file");
      const size = `${file.name} has ${megabytes(made.size)}.`;
      setText(words, `${size} ${NEEDS_NOTHING} ${made.content}`.trim());
    } catch (error) {
      if (mine !== making) return;
      setText(label, "Try again");
      setText(words, reasonOf(error));
    }
    setAttribute(button, "aria-busy", null);
    making = null;
  }

  button.addEventListener("click", () => {
    if (!file) {
      make();
      return;
    }
    saveFile(file);
    setText(words, `${file.name} is handed to your browser, ${megabytes(file.size)}.`);
  });
  reset();
  return { element: h("div", { class: "file-saver" }, button, words), button, make, reset };
}

const NEEDS_NOTHING = "It opens without a server and without a network.";

/** @param {unknown} error */
function reasonOf(error) {
  return error instanceof ProblemError ? error.problem.detail : "The file was not made.";
}
