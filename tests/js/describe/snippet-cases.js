/**
 * Scenes and what is pasted for them: that of docs/embedding.md, and titles and values that mean
 * something in one language or another. `node tests/js/describe/snippet-cases.js` writes them to
 * embed-snippets.json, where the Python tests read them with parsers of those languages.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { snippets } from "../../../static/describe/embed-snippets.js";
import { seeded } from "../anything.js";

export const FILE = new URL("embed-snippets.json", import.meta.url);
export const ORIGIN = "https://kernelscope.example.org";

/** The scene of the guide for teachers. */
export const GUIDE = {
  address: { search: "?image=camera&kernel=sobel-x&stride=2", hash: "" },
  origin: ORIGIN,
  title: "Sobel x over the camera picture, stride 2",
  height: 510,
};

const NASTY = [
  ...`"'\`<>&;{}[]()$\\%#?=+*_~|!^:/,.-@ \n\r\t`,
  ..."\u0000\u001b\u00a0\u2028\u2029\ufeff\ud800\udc00é北😀",
  ...["-->", "</script>", "]]>", "```", "{{x}}", "{% x %}", "&amp;", "&lt", "%22", "$(x)"],
  ...["' + x + '", '"""', ":::", ".. raw:: html", ": ", " #", "\\", "javascript:", "[x](y)"],
  ...["true", "null", "- x", "key: value", "|", ">", "|x|_", "**", "`x`_", "0x1f", "!!python/x"],
];

/** @param {() => number} random */
export function sentence(random) {
  const length = Math.floor(random() * 12);
  return Array.from({ length }, () => NASTY[Math.floor(random() * NASTY.length)]).join("");
}

/** @param {() => number} random */
export function nastyScene(random) {
  const values = { image: sentence(random), kernel: sentence(random), stage: sentence(random) };
  const hash = random() < 0.3 ? `#v1=${sentence(random)}` : "";
  return {
    address: { search: `?${new URLSearchParams(values)}`, hash },
    origin: ORIGIN,
    title: sentence(random),
    height: 1 + Math.floor(random() * 900),
  };
}

/** @returns {string}  what the file should be */
export function written() {
  const random = seeded(4711);
  const scenes = [GUIDE, ...Array.from({ length: 15 }, () => nastyScene(random))];
  const cases = scenes.map((scene) => ({
    search: scene.address.search,
    title: scene.title.toWellFormed(),
    snippets: snippets(scene),
  }));
  return `${JSON.stringify(cases, null, 1)}\n`;
}

export function stored() {
  return readFileSync(FILE, "utf8");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(FILE, written());
