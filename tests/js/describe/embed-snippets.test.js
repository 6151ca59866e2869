import assert from "node:assert/strict";
import { test } from "node:test";
import { oneLine } from "../../../static/describe/embed-quoting.js";
import {
  DEFAULT_HEIGHT,
  embedUrl,
  snippets,
  valuesOfAddress,
} from "../../../static/describe/embed-snippets.js";
import { seeded } from "../anything.js";
import { nastyScene, ORIGIN, stored, written } from "./snippet-cases.js";

const ADDRESS = {
  search: "?image=camera&kernel=sobel-x&stride=2&controls=preset+stride+transport+ledger",
  hash: "",
};
const SRC = `${ORIGIN}/embed${ADDRESS.search}`;
const TITLE = "The camera, Sobel x";

/** @param {object} [with_] */
function byId(with_ = {}) {
  const all = snippets({ address: ADDRESS, origin: ORIGIN, title: TITLE, ...with_ });
  return Object.fromEntries(all.map((snippet) => [snippet.id, snippet]));
}

/** Every piece of code of a host. */
function blocks(snippet) {
  return [snippet, ...snippet.also];
}

test("there is a tab for every host, in the order of the design", () => {
  const labels = snippets({ address: ADDRESS, origin: ORIGIN }).map(({ label }) => label);
  assert.deepEqual(labels, [
    "HTML",
    "Moodle / Canvas",
    "WordPress",
    "MyST / Jupyter Book",
    "Sphinx",
    "Quarto",
    "MkDocs / Docusaurus",
    "reveal.js",
    "Jupyter",
    "Single file",
  ]);
});

test("plain HTML is two lines: the script and the frame with the scene as attributes", () => {
  assert.deepEqual(byId().html.code.split("\n"), [
    `<script type="module" src="${ORIGIN}/static/embed.js"></script>`,
    '<conv-visualizer-frame image="camera" kernel="sobel-x" stride="2" ' +
      `controls="preset stride transport ledger" title="${TITLE}"></conv-visualizer-frame>`,
  ]);
});

test("hosts that remove scripts get a frame and no script", () => {
  const { code } = byId().moodle;
  assert.doesNotMatch(code, /script>|conv-visualizer/);
  const [{ name, attributes }] = elements(code);
  assert.equal(name, "iframe");
  assert.deepEqual(attributes, {
    src: SRC,
    title: TITLE,
    width: "100%",
    height: String(DEFAULT_HEIGHT),
    loading: "lazy",
    style: "border: 0",
  });
});

test("an ampersand of an address is written as one in HTML and bare outside it", () => {
  assert.match(byId().moodle.code, /image=camera&amp;kernel=/);
  assert.match(byId().jupyter.code, /image=camera&kernel=/);
  assert.match(byId().wordpress.code, /image=camera&kernel=/);
});

test("WordPress gets a bare link, with nothing after a # that would be lost", () => {
  assert.equal(byId().wordpress.code, SRC);
  const address = { search: "?stage=conv1", hash: "#v1=a-_b" };
  const { code } = byId({ address }).wordpress;
  assert.equal(code, `${ORIGIN}/embed?stage=conv1&state=v1%3Da-_b`);
});

test("WordPress gets a frame when the scene is too long for a link", () => {
  const address = { search: "", hash: `#v1=${"x".repeat(2000)}` };
  const { code, language, also } = byId({ address }).wordpress;
  assert.equal(language, "html");
  assert.equal(elements(code)[0].attributes.src, `${ORIGIN}/embed${address.hash}`);
  assert.deepEqual(also, []);
});

test("a long state is an attribute and an option", () => {
  const address = { search: "?stage=conv1", hash: "#v1=a-_b" };
  const all = byId({ address });
  assert.equal(elements(all.html.code)[1].attributes.state, "v1=a-_b");
  assert.match(all.sphinx.code, /^ {3}:state: v1=a-_b$/m);
  assert.match(all.myst.code, /^:state: v1=a-_b$/m);
});

test("a scene without any parameter needs none", () => {
  const all = byId({ address: { search: "", hash: "" } });
  assert.equal(embedUrl({ search: "", hash: "" }, ORIGIN), `${ORIGIN}/embed`);
  assert.deepEqual(Object.keys(elements(all.html.code)[1].attributes), ["title"]);
  assert.match(all.file.code, / --html kernelscope\.html$/);
});

test("a list left empty stays empty, it does not become the default", () => {
  const all = byId({ address: { search: "?image=camera&controls=", hash: "" } });
  assert.equal(elements(all.html.code)[1].attributes.controls, "");
  assert.match(all.sphinx.code, /^ {3}:controls:$/m);
  assert.match(all.myst.code, /^:controls: ""$/m);
});

test("a server in a folder, with or without a slash at the end, is found", () => {
  for (const origin of ["https://a.org/lab", "https://a.org/lab/"]) {
    assert.match(byId({ origin }).html.code, /src="https:\/\/a\.org\/lab\/static\/embed\.js"/);
    assert.match(byId({ origin }).moodle.code, /src="https:\/\/a\.org\/lab\/embed\?image/);
  }
});

test("a frame always has a title that says what it is", () => {
  for (const title of ["", " \n", undefined]) {
    assert.match(elements(byId({ title }).moodle.code)[0].attributes.title, /^Kernelscope: \S/);
  }
});

test("heights are whole and positive", () => {
  for (const [height, expected] of [
    [412.6, "413"],
    [0, "1"],
    [-3, "1"],
    [Number.NaN, String(DEFAULT_HEIGHT)],
  ]) {
    assert.equal(elements(byId({ height }).moodle.code)[0].attributes.height, expected);
  }
});

test("a height that was set is in every code that can keep one, and else only in plain frames", () => {
  const fixed = byId({ height: 480, isFixed: true });
  for (const id of ["html", "quarto", "mkdocs"])
    assert.match(fixed[id].code, /<conv-visualizer-frame [^>]* height="480">/, id);
  assert.match(fixed.sphinx.code, /^ {3}:height: 480$/m);
  assert.match(fixed.myst.code, /^:height: 480$/m);
  const own = byId({ height: 480 });
  for (const id of ["html", "quarto", "mkdocs", "sphinx", "myst"])
    assert.doesNotMatch(own[id].code, /height/, id);
  assert.match(own.moodle.code, / height="480"/);
});

test("the single file is called after the scene", () => {
  assert.equal(
    byId().file.code,
    `kernelscope export "${SRC}" --layout embed --html camera-sobel-x.html`,
  );
  assert.equal(elements(byId().file.also[0].code)[0].attributes.src, "camera-sobel-x.html");
});

test("names that are no attribute are left out", () => {
  const address = { search: '?image=cup&on"click=x&A=1&__proto__=2&onclick%3Dy=3', hash: "" };
  assert.deepEqual(valuesOfAddress(address), { image: "cup" });
});

test("whatever a scene and its title hold, they arrive as they are and nothing else does", () => {
  const random = seeded(20260611);
  for (let round = 0; round < 400; round++) {
    const scene = nastyScene(random);
    const values = [...new URLSearchParams(scene.address.search)];
    checkAll(Object.fromEntries(snippets(scene).map((one) => [one.id, one])), {
      title: oneLine(scene.title) || "Kernelscope: a filter slides over a picture",
      values: Object.fromEntries(values.map(([name, text]) => [name, oneLine(text)])),
    });
  }
});

test("what other tests read with other parsers is what is pasted today", () => {
  assert.ok(stored() === written(), "stale; write it: node tests/js/describe/snippet-cases.js");
});

/** @param {{title: string, values: Record<string, string>}} expected */
function checkAll(all, { title, values }) {
  for (const id of ["html", "quarto", "mkdocs"]) {
    const html = all[id].code.replace(/^```\{=html\}\n([\s\S]*)\n```$/, "$1");
    const [script, frame, ...rest] = elements(html);
    assert.deepEqual(rest, []);
    assert.deepEqual(script.attributes, { type: "module", src: `${ORIGIN}/static/embed.js` });
    const { state, ...attributes } = frame.attributes;
    assert.deepEqual(attributes, { ...values, title });
  }
  const frames = ["moodle", "wordpress", "myst", "mkdocs", "reveal", "file"].flatMap((id) =>
    blocks(all[id]).filter(({ code }) => /^\s*(<section>\s*)?<iframe/.test(code)),
  );
  assert.ok(frames.length >= 5);
  for (const { code } of frames) {
    const frame = elements(code).find(({ name }) => name === "iframe");
    assert.equal(frame?.attributes.title, title);
    checkAddress(frame?.attributes["data-src"] ?? frame?.attributes.src ?? "", values);
  }
  for (const block of Object.values(all).flatMap(blocks)) {
    assert.doesNotMatch(
      block.code,
      /[^\P{Cc}\n]|\p{Surrogate}|[\u2028\u2029]/u,
      "control characters",
    );
    if (block.language === "sh") {
      assert.match(
        block.code,
        /^kernelscope export "[A-Za-z0-9\-._~:/?#@&+,;=%]*" --layout embed --(html|scorm) [a-z0-9-]+\.(html|zip)$/,
      );
    }
  }
  const options = [...all.sphinx.code.matchAll(/^ {3}:(\w+):(?: (.*))?$/gm)];
  assert.equal(all.sphinx.code.split("\n").length, 1 + options.length);
  const read = Object.fromEntries(options.map(([, name, value]) => [name, value ?? ""]));
  const { state, ...shown } = read;
  assert.deepEqual(shown, { ...values, title });
}

/** @param {string} address @param {Record<string, string>} values */
function checkAddress(address, values) {
  assert.match(address, /^[A-Za-z0-9\-._~:/?#@&+,;=%]+$/);
  if (!address.startsWith("https:")) return;
  const url = new URL(address);
  assert.equal(url.origin + url.pathname, `${ORIGIN}/embed`);
  const read = [...url.searchParams].map(([name, text]) => [name, oneLine(text)]);
  assert.deepEqual(Object.fromEntries(read), values);
}

/**
 * Elements of HTML as a browser's parser finds them.
 *
 * @param {string} html
 * @returns {{name: string, attributes: Record<string, string>}[]}
 */
function elements(html) {
  const found = [];
  let rest = html;
  while (rest) {
    const tag =
      /^<(\/?)([a-z][a-z-]*)((?:\s+[a-z-]+="[^"]*"|\s+style=\{\{border: 0\}\})*)\s*>/.exec(rest);
    if (!tag) {
      assert.match(rest, /^\s/, `text beside the elements: ${rest.slice(0, 80)}`);
      rest = rest.slice(1);
      continue;
    }
    rest = rest.slice(tag[0].length);
    if (tag[1]) continue;
    const pairs = [...tag[3].matchAll(/([a-z-]+)="([^"]*)"/g)];
    const attributes = Object.fromEntries(pairs.map(([, name, text]) => [name, decoded(text)]));
    found.push({ name: tag[2], attributes });
  }
  return found;
}

/** @param {string} text */
function decoded(text) {
  const names = { amp: "&", lt: "<", gt: ">", quot: '"' };
  assert.doesNotMatch(text, /&(?!(?:amp|lt|gt|quot|#\d+);)|[<>`{}[\]$\\]/);
  return text.replace(/&(?:#(\d+)|(\w+));/g, (_, code, name) =>
    code ? String.fromCodePoint(Number(code)) : names[name],
  );
}
