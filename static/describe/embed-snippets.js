/**
 * What a teacher pastes, host by host: one scene as a line of HTML, a directive, a call, a command.
 */

import {
  attributes,
  fileName,
  oneLine,
  plainAddress,
  pythonText,
  shellWord,
  yamlText,
} from "./embed-quoting.js";

/** @typedef {{search: string, hash: string}} Address  as state/address.js writes it */
/** @typedef {"html"|"markdown"|"rst"|"python"|"jsx"|"sh"|"text"} Language */
/** @typedef {{label: string, language: Language, code: string}} Block */
/**
 * @typedef {Block & {id: string, help: string, also: Block[]}} Snippet  label: of the tab; help: where
 *   the code goes, one or two sentences; also: what the same host takes besides, or needs once
 */

/** A frame of which nobody tells the height: the bench with its usual controls, in a wide column. */
export const DEFAULT_HEIGHT = 510;
const DEFAULT_TITLE = "Kernelscope: a filter slides over a picture";
/** Longer links are cut or refused on their way. */
const LONGEST_LINK = 2000;
const NAME = /^[a-z][a-z0-9_]*$/;

/**
 * The scene as attributes of the frame element and as options of the directives.
 *
 * @param {Address} address
 * @returns {Record<string, string>}
 */
export function valuesOfAddress({ search, hash }) {
  /** @type {Record<string, string>} */
  const values = {};
  for (const [name, value] of new URLSearchParams(search)) {
    if (NAME.test(name)) values[name] = oneLine(value);
  }
  const state = plainAddress(hash.replace(/^#/, ""));
  return state ? { ...values, state } : values;
}

/**
 * Where the embed of a scene is.
 *
 * @param {Address} address
 * @param {string} origin  of the server, with its folder if it has one
 */
export function embedUrl(address, origin) {
  return url(address, origin, "/embed");
}

/** @param {Address} address @param {string} origin @param {string} path */
function url({ search, hash }, origin, path) {
  const query = search.replace(/^\?/, "");
  const fragment = hash.replace(/^#/, "");
  return plainAddress(
    `${server(origin)}${path}${query ? `?${query}` : ""}${fragment ? `#${fragment}` : ""}`,
  );
}

/** @param {string} origin */
function server(origin) {
  return plainAddress(origin).replace(/\/+$/, "");
}

/**
 * @param {{address: Address, origin: string, title?: string, height?: number, isFixed?: boolean}} scene
 *   title: what a screen reader calls the frame; height: in CSS px, for hosts that cannot follow it;
 *   isFixed: those that can keep to it too
 * @returns {Snippet[]}  in the order of the tabs
 */
export function snippets({
  address,
  origin,
  title = "",
  height: wanted = DEFAULT_HEIGHT,
  isFixed = false,
}) {
  const height = Math.max(1, Math.round(wanted)) || DEFAULT_HEIGHT;
  const scene = {
    address,
    origin: server(origin),
    title: oneLine(title) || DEFAULT_TITLE,
    height,
    kept: isFixed ? { height: String(height) } : {},
    values: valuesOfAddress(address),
    src: embedUrl(address, origin),
  };
  return [
    plainHtml(scene),
    moodle(scene),
    wordpress(scene),
    myst(scene),
    sphinx(scene),
    quarto(scene),
    mkdocs(scene),
    reveal(scene),
    jupyter(scene),
    singleFile(scene),
  ];
}

/**
 * @typedef {{
 *   address: Address, origin: string, title: string, height: number,
 *   kept: {height?: string}, values: Record<string, string>, src: string,
 * }} Scene
 */

/** @param {Scene} scene  two lines: the script once in a page, the frame as often as wanted */
function element({ origin, title, kept, values }) {
  const script = `<script${attributes({ type: "module", src: `${origin}/static/embed.js` })}></script>`;
  return `${script}\n<conv-visualizer-frame${attributes({ ...values, title, ...kept })}></conv-visualizer-frame>`;
}

/** @param {Scene} scene @param {{src?: string, source?: string, style?: string}} [with_] */
function iframe({ src, title, height }, with_ = {}) {
  const { source = "src", style = ' style="border: 0"' } = with_;
  const size = { width: "100%", height };
  const given = { [source]: with_.src ?? src, title, ...size, loading: "lazy" };
  return `<iframe${attributes(given)}${style}></iframe>`;
}

/** @param {Scene} scene @returns {Snippet} */
function plainHtml(scene) {
  return {
    id: "html",
    label: "HTML",
    language: "html",
    code: element(scene),
    help: "Paste both lines where the frame should stand. It takes the width of its column and the height it needs, unless you fix one. With several frames in a page, one script line is enough.",
    also: [{ label: "Without a script", language: "html", code: iframe(scene) }],
  };
}

/** @param {Scene} scene @returns {Snippet} */
function moodle(scene) {
  return {
    id: "moodle",
    label: "Moodle / Canvas",
    language: "html",
    code: iframe(scene),
    help: "Both remove scripts from pages, so this is a plain frame: it keeps its height, and the theme follows the reader's system, not the page. Moodle: Tools, Source code. Canvas: the </> button under the editor; Canvas then adjusts the height by itself.",
    also: [],
  };
}

/** @param {Scene} scene @returns {Snippet} */
function wordpress(scene) {
  // WordPress asks the server about a link, and what stands after a # is not sent to servers.
  const link = urlWithoutFragment(scene, "/embed");
  const frame = iframe(scene);
  const common = { id: "wordpress", label: "WordPress" };
  if (link.length > LONGEST_LINK) {
    return {
      ...common,
      language: "html",
      code: frame,
      help: "Add a Custom HTML block and paste the line. This scene is too long for a link of its own.",
      also: [],
    };
  }
  return {
    ...common,
    language: "text",
    code: link,
    help: "Paste the link on a line of its own; WordPress turns it into the frame. If it stays a link, your site does not embed from this server: use the Custom HTML block.",
    also: [{ label: "Custom HTML block", language: "html", code: frame }],
  };
}

/** @param {Scene} scene @param {string} path */
function urlWithoutFragment({ address: { search, hash }, origin }, path) {
  const state = hash.replace(/^#/, "");
  if (!state) return url({ search, hash: "" }, origin, path);
  const packed = `state=${encodeURIComponent(oneLine(state))}`;
  const query = search.replace(/^\?/, "");
  return url({ search: query ? `${query}&${packed}` : packed, hash: "" }, origin, path);
}

/** @param {Scene} scene @returns {Snippet} */
function myst(scene) {
  const options = Object.entries({ ...scene.values, title: scene.title, ...scene.kept })
    .map(([name, value]) => `:${name}: ${yamlText(value)}\n`)
    .join("");
  // For what cannot have frames, PDF among them.
  const picture = urlWithoutFragment(scene, "/embed/poster.png");
  return {
    id: "myst",
    label: "MyST / Jupyter Book",
    language: "markdown",
    code: `\`\`\`{kernelscope}\n${options}\`\`\``,
    help: "For Sphinx with MyST and for Jupyter Book 1: the directive also puts a picture into PDF and EPUB. Jupyter Book 2 and mystmd take the frame.",
    also: [
      { label: "Once, in _config.yml", language: "text", code: bookSettings(scene) },
      {
        label: "Jupyter Book 2, mystmd",
        language: "markdown",
        code: `\`\`\`{iframe} ${scene.src}\n:width: 100%\n:placeholder: ${picture}\n\`\`\``,
      },
      { label: "Any Markdown page", language: "html", code: iframe(scene) },
    ],
  };
}

/** @param {Scene} scene */
function bookSettings({ origin }) {
  return [
    "sphinx:",
    "  extra_extensions:",
    "    - app.sphinx_extension",
    "  config:",
    `    kernelscope_server: ${yamlText(origin)}`,
  ].join("\n");
}

/** @param {Scene} scene @returns {Snippet} */
function sphinx({ values, title, kept, origin }) {
  const options = Object.entries({ ...values, title, ...kept })
    .map(([name, value]) => `   :${name}: ${value}`.trimEnd())
    .join("\n");
  return {
    id: "sphinx",
    label: "Sphinx",
    language: "rst",
    code: `.. kernelscope::\n${options}`,
    help: "HTML pages get the frame; PDF and EPUB get a picture of it. The two lines for conf.py are needed once.",
    also: [
      {
        label: "Once, in conf.py",
        language: "python",
        code: `extensions = ["app.sphinx_extension"]\nkernelscope_server = ${pythonText(origin)}`,
      },
    ],
  };
}

/** @param {Scene} scene @returns {Snippet} */
function quarto(scene) {
  return {
    id: "quarto",
    label: "Quarto",
    language: "markdown",
    code: `\`\`\`{=html}\n${element(scene)}\n\`\`\``,
    help: "Paste the block into a .qmd page. It appears in HTML output; other formats leave it out.",
    also: [],
  };
}

/** @param {Scene} scene @returns {Snippet} */
function mkdocs(scene) {
  return {
    id: "mkdocs",
    label: "MkDocs / Docusaurus",
    language: "html",
    code: element(scene),
    help: "MkDocs takes the two lines in any Markdown page, with an empty line before and after. Docusaurus reads pages as MDX and takes the frame.",
    also: [
      {
        label: "Docusaurus",
        language: "jsx",
        code: iframe(scene, { style: " style={{border: 0}}" }),
      },
    ],
  };
}

/** @param {Scene} scene @returns {Snippet} */
function reveal(scene) {
  return {
    id: "reveal",
    label: "reveal.js",
    language: "html",
    code: `<section>\n  ${iframe(scene, { source: "data-src" })}\n</section>`,
    help: "One slide. With data-src the frame is loaded when its slide comes up, and left when it goes.",
    also: [],
  };
}

/** @param {Scene} scene @returns {Snippet} */
function jupyter({ src, title, height }) {
  const extras = pythonText(attributes({ title, loading: "lazy" }).trim());
  return {
    id: "jupyter",
    label: "Jupyter",
    language: "python",
    code: [
      "from IPython.display import IFrame",
      "",
      "IFrame(",
      `    ${pythonText(src)},`,
      '    width="100%",',
      `    height=${height},`,
      `    extras=[${extras}],`,
      ")",
    ].join("\n"),
    help: "Run it in a cell of a notebook. Nothing needs to be installed.",
    also: [],
  };
}

/**
 * What the file of a scene is called, without its ending.
 *
 * @param {Address} address
 */
export function fileNameOf(address) {
  const { image = "", kernel, stage = "" } = valuesOfAddress(address);
  return fileName([image, kernel ?? stage]);
}

/** @param {Scene} scene @returns {Snippet} */
function singleFile(scene) {
  const { address, src } = scene;
  const name = fileNameOf(address);
  const command = `kernelscope export ${shellWord(src)} --layout embed`;
  return {
    id: "file",
    label: "Single file",
    language: "sh",
    code: `${command} --html ${name}.html`,
    help: "Writes one HTML file that needs no server and no network. Upload it beside your page, or open it from a memory stick. Export, File in the page header makes the same file.",
    also: [
      {
        label: "Beside your page",
        language: "html",
        code: iframe(scene, { src: `${name}.html` }),
      },
      { label: "SCORM package", language: "sh", code: `${command} --scorm ${name}.zip` },
    ],
  };
}
