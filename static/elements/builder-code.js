/**
 * What a teacher pastes, host by host, with a button to copy it.
 */

import { COPY_BY_HAND, copiedWords } from "../describe/sharing.js";
import { copyText } from "./copy-text.js";
import { h, setText } from "./dom.js";
import { icon } from "./icons.js";
import { createTabs } from "./tabs.js";

/** @typedef {import("../describe/embed-snippets.js").Snippet} Snippet */

/**
 * @param {{snippets: Snippet[], near: Element,
 *   file: {element: HTMLElement, shown: (isOpen: boolean) => void}}} options  near: the
 *   dialog; file: what the tab of the single file has above its command
 */
export function createBuilderCode({ snippets: first, near, file }) {
  const status = h("p", { class: "copy-status", role: "status" });
  let snippets = first;
  let link = "";
  let chosen = first[0].id;

  /**
   * @param {string} text
   * @param {string} done
   * @param {HTMLElement|null} code  to select where copying is not allowed
   */
  async function copy(text, done, code) {
    if (await copyText(text, near)) {
      setText(status, done);
      return;
    }
    if (code) getSelection()?.selectAllChildren(code);
    setText(status, COPY_BY_HAND);
  }

  const tabs = createTabs({
    label: "Where it is pasted",
    prefix: "embed-tab",
    tabs: first,
    onselect(id) {
      chosen = id;
      setText(status, "");
      fill();
      file.shown(id === "file");
    },
  });

  function fill() {
    const snippet = snippets.find(({ id }) => id === chosen) ?? snippets[0];
    const isFile = snippet.id === "file";
    const code = block(snippet.code, `Code for ${snippet.label}`);
    const copyCode = button("embed", "Copy code", !isFile, () =>
      copy(snippet.code, copiedWords(snippet.code), code),
    );
    const copyLink = button("share", "Copy link", false, () => copy(link, "Link copied.", null));
    tabs.panel.replaceChildren(
      ...(isFile ? [file.element] : []),
      code,
      h("div", { class: "modal-actions" }, copyCode, !isFile && copyLink, status),
      h("p", { class: "quiet" }, snippet.help),
      ...snippet.also.map((other) => also(other, copy)),
    );
  }

  return {
    list: tabs.list,
    panel: tabs.panel,
    select: tabs.select,
    /** @param {Snippet[]} next @param {string} address  of the embed itself */
    show(next, address) {
      const isSame = JSON.stringify(next) === JSON.stringify(snippets) && link === address;
      if (isSame && tabs.panel.hasChildNodes()) return;
      snippets = next;
      link = address;
      setText(status, "");
      if (tabs.panel.hasChildNodes()) fill();
      else tabs.select(chosen);
    },
  };
}

/**
 * What the same host takes besides, or needs once.
 *
 * @param {import("../describe/embed-snippets.js").Block} other
 * @param {(text: string, done: string, code: HTMLElement) => void} copy
 */
function also({ label, code }, copy) {
  const text = block(code, label);
  const take = h(
    "button",
    {
      type: "button",
      class: "button small",
      "aria-label": `Copy: ${label}`,
      onclick: () => copy(code, copiedWords(code), text),
    },
    "Copy",
  );
  return h(
    "div",
    { class: "also" },
    h("div", { class: "also-head" }, h("h3", {}, label), take),
    text,
  );
}

/** @param {string} code @param {string} label */
function block(code, label) {
  return h("pre", { class: "code", tabindex: 0, role: "region", "aria-label": label }, code);
}

/**
 * @param {import("./icons.js").IconName} sign
 * @param {string} label
 * @param {boolean} isMain
 * @param {() => void} act
 */
function button(sign, label, isMain, act) {
  return h(
    "button",
    { type: "button", class: isMain ? "button primary" : "button", onclick: act },
    icon(sign),
    label,
  );
}
