/**
 * Building an embed: what students see and may change, how it opens, and the code to paste.
 */

import { embedUrl, fileNameOf, snippets } from "../describe/embed-snippets.js";
import { embedTitle, lengthWords, reachWords, TOO_LONG, uploadWords } from "../describe/sharing.js";
import { handedOn } from "../model/handed-on.js";
import { recipeChanged } from "../state/actions.js";
import { writeAddress } from "../state/address.js";
import { AddressTooLong } from "../state/address-state.js";
import { embeddedScene, initialChoices, spelledOut } from "../state/embed-choices.js";
import { pictureChosen } from "../state/recipe.js";
import { createBuilderCode } from "./builder-code.js";
import { createBuilderControls } from "./builder-controls.js";
import { createBuilderFile } from "./builder-file.js";
import { createBuilderOptions, createWidthChoice } from "./builder-options.js";
import { createBuilderPreview } from "./builder-preview.js";
import { h } from "./dom.js";
import { createModal, holdStill } from "./modal-dialog.js";
import { notice } from "./notice.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../state/embed-choices.js").EmbedChoices} EmbedChoices */

/**
 * @param {ViewContext} context
 * @param {ParentNode} root  of the explorer, where the dialog lives
 */
export function openEmbed(context, root) {
  const { store, signal, boot } = context;
  const modal = createModal({ root, signal, kind: "embed-builder", title: "Embed this scene" });
  if (!modal) return;
  const { dialog } = modal;
  holdStill(store, modal, signal);
  const origin = boot.origin ?? location.origin;
  const { scene, leftOut, here, stage, picture } = handedOn(store.get(), boot.samples);
  const title = embedTitle(stage, picture);
  let choices = initialChoices(scene.view, here, document.documentElement.clientWidth);
  let own_height = 0;
  /** @type {import("../describe/embed-snippets.js").Address} */
  let address = { search: "", hash: "" };

  /** @param {(choices: EmbedChoices, name: string) => EmbedChoices} act @param {string} [name] */
  const change = (act, name = "") => {
    choices = act(choices, name);
    controls.render(choices);
    file.stale();
    show();
  };
  const controls = createBuilderControls(choices, change);
  const preview = createBuilderPreview({
    signal: modal.signal,
    onheight(height) {
      own_height = height;
      showCode();
    },
  });
  const file = createBuilderFile(context, modal.signal, () => ({
    // A file holds the viewer's own picture too.
    scene: { ...embeddedScene(scene, choices, here), recipe: store.get().recipe },
    // As the code beside it calls it, except where it holds another picture.
    name: leftOut.length > 0 ? null : fileNameOf(address),
  }));
  const code = createBuilderCode({ snippets: written(), near: dialog, file });
  const long = notice("warning");

  function written() {
    const height = choices.height ?? (own_height || undefined);
    return snippets({ address, origin, title, height, isFixed: choices.height !== null });
  }

  function showCode() {
    const link = embedUrl(address, origin);
    code.show(written(), link);
    const warning = lengthWords(link);
    long.element.hidden = !warning;
    if (warning) long.say(warning);
  }

  let turn = 0;
  async function show() {
    turn += 1;
    const mine = turn;
    const next = await writeAddress(embeddedScene(scene, choices, here), boot).catch((error) => {
      if (error instanceof AddressTooLong) return null;
      throw error;
    });
    if (mine !== turn || modal?.signal.aborted) return;
    if (!next) {
      long.say(TOO_LONG);
      long.element.hidden = false;
      code.select("file");
      code.list.hidden = true;
      return;
    }
    address = spelledOut(next, choices, scene.recipe.input.image);
    showCode();
    const { width, height } = choices;
    preview.show({ address: `/embed${address.search}${address.hash}`, width, height });
  }

  const notices = leftOut.map((name) =>
    uploadNotice(context, name, picture, () => code.select("file")),
  );
  dialog.append(
    columns({
      chosen: [...notices, controls.element, createBuilderOptions(choices, change)],
      pasted: [reachNotice(origin), long.element, code.list, code.panel],
      seen: [
        h("div", { class: "preview-head" }, createWidthChoice(choices, change), preview.note),
        preview.element,
      ],
    }),
  );
  controls.render(choices);
  show();
  dialog.showModal();
  dialog.querySelector("input")?.focus();
}

/**
 * Ticks, then the code, then the preview: its controls are many stops of the keyboard.
 *
 * @param {Record<"chosen"|"pasted"|"seen", (HTMLElement|null)[]>} parts
 */
function columns({ chosen, pasted, seen }) {
  return h(
    "div",
    { class: "builder-columns" },
    h("div", { class: "builder-choices" }, ...chosen),
    h(
      "section",
      { class: "builder-code", "aria-labelledby": "builder-code-title" },
      h("h3", { id: "builder-code-title" }, "Paste this into your course page"),
      ...pasted,
    ),
    h("section", { class: "builder-preview", "aria-label": "Preview" }, ...seen),
  );
}

/**
 * @param {ViewContext} context
 * @param {string} title  of the picture that is left out
 * @param {import("../state/state.js").Picture|null} stand_in
 * @param {() => void} chooseFile
 */
function uploadNotice({ store }, title, stand_in, chooseFile) {
  const { name, rest } = uploadWords(title, stand_in, "embed");
  const take = h(
    "button",
    {
      type: "button",
      class: "button",
      onclick: () => {
        if (!stand_in) return;
        store.dispatch(recipeChanged, pictureChosen(store.get().recipe, stand_in));
        // The focus of a button that goes away goes with it.
        element.closest("dialog")?.querySelector("input")?.focus();
        element.remove();
      },
    },
    `Use the sample “${stand_in?.title}”`,
  );
  const file = h(
    "button",
    { type: "button", class: "button", onclick: chooseFile },
    "Save a single file",
  );
  const { element, say } = notice("warning", file, stand_in && take);
  say(h("strong", {}, name), rest);
  return element;
}

/** @param {string} origin */
function reachNotice(origin) {
  const words = reachWords(origin);
  if (!words) return null;
  const { element, say } = notice("warning");
  say(words);
  return element;
}
