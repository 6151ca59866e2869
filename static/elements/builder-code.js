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
  /** Which blocks the panel holds now: of which tab, under which labels. */
  let built = "";
  /** @type {HTMLElement[]} */
  let blocks = [];

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

  /** @param {HTMLElement} code */
  const copyBlock = (code) => {
    const text = code.textContent ?? "";
    return copy(text, copiedWords(text), code);
  };

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

  /** Other texts in the same blocks: what has the focus keeps it. */
  function fill() {
    const snippet = snippets.find(({ id }) => id === chosen) ?? snippets[0];
    const all = [snippet, ...snippet.also];
    const shape = all.map(({ label }) => label).join("\n");
    if (shape !== built) build(snippet);
    built = shape;
    for (const [index, { code }] of all.entries()) setText(blocks[index], code);
  }

  /** @param {Snippet} snippet */
  function build(snippet) {
    const isFile = snippet.id === "file";
    const code = block(`Code for ${snippet.label}`);
    const others = snippet.also.map(({ label }) => ({ label, code: block(label) }));
    blocks = [code, ...others.map((other) => other.code)];
    const copyCode = button("embed", "Copy code", !isFile, () => copyBlock(code));
    const copyLink = button("share", "Copy link", false, () => copy(link, "Link copied.", null));
    tabs.panel.replaceChildren(
      ...(isFile ? [file.element] : []),
      code,
      h("div", { class: "modal-actions" }, copyCode, ...(isFile ? [] : [copyLink]), status),
      h("p", { class: "quiet" }, snippet.help),
      ...others.map((other) => also(other.label, other.code, copyBlock)),
    );
  }

  return {
    list: tabs.list,
    panel: tabs.panel,
    select: tabs.select,
    /** @param {Snippet[]} next @param {string} address  of the embed itself */
    show(next, address) {
      const isSame = JSON.stringify(next) === JSON.stringify(snippets) && link === address;
      if (isSame && built) return;
      snippets = next;
      link = address;
      setText(status, "");
      if (built) fill();
      else tabs.select(chosen);
    },
  };
}

/**
 * What the same host takes besides, or needs once.
 *
 * @param {string} label
 * @param {HTMLElement} code
 * @param {(code: HTMLElement) => void} copy
 */
function also(label, code, copy) {
  const take = h(
    "button",
    {
      type: "button",
      class: "button small",
      "aria-label": `Copy: ${label}`,
      onclick: () => copy(code),
    },
    "Copy",
  );
  return h(
    "div",
    { class: "also" },
    h("div", { class: "also-head" }, h("h3", {}, label), take),
    code,
  );
}

/** @param {string} label */
function block(label) {
  return h("pre", { class: "code", tabindex: 0, role: "region", "aria-label": label });
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
