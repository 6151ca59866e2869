/**
 * The list of keys, in a dialog.
 */

import { h } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {[keys: string[][], what: string]} KeyLine  alternatives, each pressed together */

/** @type {{title: string, lines: KeyLine[]}[]} */
const GROUPS = [
  {
    title: "Playing",
    lines: [
      [[["Space"]], "play or pause"],
      [[["←"], ["→"]], "back or forward one window"],
      [
        [
          ["Shift", "←"],
          ["Shift", "→"],
        ],
        "one row",
      ],
      [
        [
          ["Alt", "←"],
          ["Alt", "→"],
        ],
        "one term of the current window",
      ],
      [[["Home"], ["End"]], "to the start, to the finish"],
      [[["L"]], "loop this row"],
      [[["1–5"]], "speed from 0.5× to 16×"],
    ],
  },
  {
    title: "In the overview",
    lines: [
      [[["←"], ["→"]], "stage before, stage after"],
      [[["↑"], ["↓"]], "map above, map below"],
      [[["Enter"]], "show it on the bench"],
    ],
  },
  {
    title: "In a map",
    lines: [
      [[["←"], ["↑"], ["→"], ["↓"]], "move the cell; with Shift ten cells"],
      [[["Enter"]], "pin the cell"],
      [[["Esc"]], "release it"],
    ],
  },
  {
    title: "In a kernel",
    lines: [
      [[["←"], ["↑"], ["→"], ["↓"]], "next weight"],
      [[["+"], ["−"]], "0.1 more or less"],
      [[["0–9"]], "type a number"],
      [[["Enter"], ["Esc"]], "apply it, undo it"],
    ],
  },
  {
    title: "Anywhere",
    lines: [
      [[["Tab"]], "next part: header, overview, maps, kernel, settings, playback"],
      [
        [
          ["Ctrl", "Z"],
          ["Ctrl", "Shift", "Z"],
        ],
        "undo, redo",
      ],
      [[["S"]], "share a link to this cell"],
      [[["E"]], "embed it in a page"],
      [[["T"]], "light or dark"],
      [[["?"]], "this list"],
    ],
  },
];

/**
 * @param {import("./view.js").ViewContext} context
 * @param {ParentNode} root  of the explorer, where the dialog lives
 */
export function openKeys({ signal }, root) {
  if (root.querySelector(".keys")) return;
  const close = () => dialog.close();
  const dialog = h(
    "dialog",
    { class: "keys", "aria-labelledby": "keys-title" },
    h(
      "div",
      { class: "keys-head" },
      h("h2", { id: "keys-title" }, "Keys"),
      h(
        "button",
        { type: "button", class: "pictures-close", "aria-label": "Close", onclick: close },
        icon("close"),
      ),
    ),
    h("div", { class: "keys-groups" }, ...GROUPS.map(group)),
    h(
      "p",
      { class: "keys-note" },
      "Letters and digits work while the focus is inside Kernelscope, and not in a field.",
    ),
  );
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("click", (event) => {
    // The backdrop belongs to the dialog; its content has elements of its own.
    if (event.target === dialog) close();
  });
  // The browser gives the focus back to where it was.
  const life = new AbortController();
  const end = () => {
    life.abort();
    dialog.remove();
  };
  dialog.addEventListener("close", end);
  signal.addEventListener("abort", end, { signal: life.signal });
  root.append(dialog);
  dialog.showModal();
}

/** @param {(typeof GROUPS)[number]} group */
function group({ title, lines }) {
  return h(
    "section",
    {},
    h("h3", {}, title),
    h(
      "dl",
      {},
      ...lines.map(([keys, what]) =>
        h("div", {}, h("dt", {}, ...keyCaps(keys)), h("dd", {}, what)),
      ),
    ),
  );
}

/** @param {string[][]} alternatives */
function keyCaps(alternatives) {
  return alternatives.map((keys) =>
    h("span", { class: "key-chord" }, ...keys.map((key) => h("kbd", {}, key))),
  );
}
