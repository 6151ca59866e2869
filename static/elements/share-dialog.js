/**
 * Sharing a scene: its link, what is in it and what is not, and its code for the lecture hall.
 */

import {
  COPY_BY_HAND,
  lengthWords,
  linkContents,
  NEVER_IN_LINK,
  openingSentence,
  reachWords,
  TOO_LONG,
  uploadWords,
} from "../describe/sharing.js";
import { handedOn } from "../model/handed-on.js";
import { writeAddress } from "../state/address.js";
import { AddressTooLong } from "../state/address-state.js";
import { sharedScene, startAt } from "../state/standing.js";
import { segments } from "./choice-fields.js";
import { copyText } from "./copy-text.js";
import { h, setText } from "./dom.js";
import { createFileSaver } from "./file-saver.js";
import { icon } from "./icons.js";
import { createModal, holdStill } from "./modal-dialog.js";
import { notice } from "./notice.js";
import { createQrCode } from "./qr-code.js";
import { saveFile } from "./save-file.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../model/handed-on.js").HandedOn} HandedOn */
/** @typedef {import("../state/standing.js").Start} Start */

/**
 * @param {ViewContext} context
 * @param {ParentNode} root  of the explorer, where the dialog lives
 */
export function openShare(context, root) {
  const { store, signal, boot } = context;
  const modal = createModal({ root, signal, kind: "share", title: "Share this scene" });
  if (!modal) return;
  holdStill(store, modal, signal);
  const origin = boot.origin ?? location.origin;
  const handed = handedOn(store.get(), boot.samples);
  const link = createLink(modal);
  const code = createQrCode(modal, root);
  const about = createAbout(handed);

  let turn = 0;
  /** @param {Start} start */
  async function show(start) {
    turn += 1;
    const mine = turn;
    const scene = sharedScene(handed.scene, start, handed.here);
    const written = await writeAddress(scene, boot).catch(noLink);
    if (mine !== turn || modal?.signal.aborted) return;
    link.element.hidden = !written;
    if (!written) {
      code.element.hidden = true;
      about.refuse();
      return;
    }
    const address = `${origin}/${written.search}${written.hash}`;
    const opening = openingSentence(scene.view, handed.stage);
    link.show(address, opening);
    code.show(address, opening);
    about.show(scene, address);
  }

  const { leftOut } = handed;
  const main = h(
    "div",
    { class: "share-main" },
    startChoice(handed, show),
    link.element,
    ...leftOut.map((title) => uploadNotice(context, modal.signal, title, handed)),
    reachNotice(context, modal.signal, origin, leftOut.length === 0),
    about.long,
    about.element,
  );
  modal.dialog.append(h("div", { class: "share-columns" }, main, code.element));
  show(startAt(handed.here));
  modal.dialog.showModal();
  link.start();
}

/** A scene may be too long for any link. @param {unknown} error @returns {null} */
function noLink(error) {
  if (error instanceof AddressTooLong) return null;
  throw error;
}

/**
 * @param {HandedOn} handed
 * @param {(start: Start) => void} onchange
 */
function startChoice({ here }, onchange) {
  const at = startAt(here);
  /** @type {{value: Start, label: string}[]} */
  const options = [
    { value: at === "start" ? "window" : at, label: "At this cell" },
    { value: "start", label: "From the start" },
  ];
  return segments({ legend: "The link opens", name: "share-start", options, value: at, onchange });
}

/**
 * What is in the link, what is not, and whether it is too long for some.
 *
 * @param {HandedOn} handed
 */
function createAbout({ stage, picture }) {
  const contents = h("dl", { class: "share-contents" });
  const long = notice("warning");
  return {
    long: long.element,
    element: h(
      "section",
      { class: "share-about", "aria-label": "What is in the link" },
      contents,
      h("p", { class: "share-not" }, `Not in it: ${NEVER_IN_LINK}.`),
    ),
    refuse() {
      long.say(TOO_LONG);
      contents.closest("section")?.setAttribute("hidden", "");
    },
    /** @param {HandedOn["scene"]} scene @param {string} address */
    show(scene, address) {
      const lines = linkContents(scene, { stage, picture });
      contents.replaceChildren(
        ...lines.flatMap(({ term, value }) => [h("dt", {}, term), h("dd", {}, value)]),
      );
      const warning = lengthWords(address);
      long.element.hidden = !warning;
      if (warning) long.say(warning);
    },
  };
}

/**
 * The link as text, and the ways to take it.
 *
 * @param {import("./modal-dialog.js").Modal} modal
 */
function createLink({ dialog }) {
  let opening = "";
  const status = h("p", { class: "copy-status", role: "status" });
  const field = h("textarea", {
    class: "link-field",
    readonly: true,
    rows: 2,
    spellcheck: "false",
    "aria-label": "Link",
    onfocus: () => field.select(),
  });
  const copy = h(
    "button",
    {
      type: "button",
      class: "button primary",
      onclick: async () => {
        if (await copyText(field.value, dialog)) setText(status, `Link copied. ${opening}`);
        else {
          field.focus();
          setText(status, COPY_BY_HAND);
        }
      },
    },
    icon("share"),
    "Copy link",
  );
  const pass = h(
    "button",
    {
      type: "button",
      class: "button",
      onclick: () =>
        navigator.share({ title: "Kernelscope", text: opening, url: field.value }).catch(() => {}),
    },
    "Share…",
  );
  const canPass = typeof navigator.share === "function";
  return {
    element: h(
      "div",
      { class: "share-link" },
      field,
      h("div", { class: "modal-actions" }, copy, canPass && pass, status),
    ),
    start: () => copy.focus(),
    /** @param {string} address @param {string} sentence */
    show(address, sentence) {
      opening = sentence;
      field.value = address;
      setText(status, "");
    },
  };
}

/**
 * @param {ViewContext} context
 * @param {AbortSignal} signal  of the dialog
 * @param {string} title  of the picture that is left out
 * @param {HandedOn} handed  with the picture that stands in
 */
function uploadNotice(context, signal, title, { scene, picture }) {
  const { name, rest } = uploadWords(title, picture, "link");
  const saver = createFileSaver(context, {
    signal,
    isMain: false,
    wish: () => ({ layout: "explorer" }),
  });
  const settings = h(
    "button",
    { type: "button", class: "button", onclick: () => saveRecipe(scene) },
    "Save the recipe",
  );
  saver.button.after(settings);
  const { element, say } = notice("warning", saver.element);
  say(h("strong", {}, name), rest);
  return element;
}

/** Everything but the picture, to be opened on any Kernelscope. @param {object} scene */
function saveRecipe(scene) {
  const text = JSON.stringify(scene, null, 2);
  saveFile({ blob: new Blob([text], { type: "application/json" }), name: "scene.json" });
}

/**
 * @param {ViewContext} context
 * @param {AbortSignal} signal  of the dialog
 * @param {string} origin  of the server that the link names
 * @param {boolean} offersFile  nothing else here does
 */
function reachNotice(context, signal, origin, offersFile) {
  const words = reachWords(origin);
  if (!words) return null;
  const saver =
    offersFile &&
    createFileSaver(context, {
      signal,
      isMain: false,
      wish: () => ({ layout: "explorer" }),
    });
  const { element, say } = notice("warning", saver ? saver.element : null);
  say(words);
  return element;
}
