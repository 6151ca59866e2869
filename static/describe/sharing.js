/**
 * Words about a link: where it opens, what is in it and what is not, and who can open it.
 */

import { count } from "./numbers.js";
import { named } from "./pictures.js";

/** @typedef {import("../state/state.js").SavedScene} SavedScene */
/** @typedef {import("../state/state.js").SceneView} SceneView */
/** @typedef {import("../state/state.js").StageManifest} StageManifest */
/** @typedef {import("../state/state.js").Picture} Picture */

/** Bytes in the largest QR code; the server refuses more. */
export const LONGEST_CODE = 2953;
/** Over this a projected code is too fine for the last row. */
export const FINE_CODE = 500;
/** Some programs cut longer links. */
export const LONG_LINK = 2000;

/**
 * "It opens at row 50, column 70."
 *
 * @param {SceneView} view
 * @param {StageManifest|null} stage  the one on show, when its size is known
 */
export function openingSentence(view, stage) {
  const place = placeOf(view, stage);
  if (place) return `It opens at ${place}.`;
  return view.step === 0 ? "It opens at the first window." : "It opens on the finished map.";
}

/**
 * @param {SceneView} view
 * @param {StageManifest|null} stage
 * @returns {string|null}  "row 50, column 70"; null for a start from the top and for a whole map
 */
function placeOf({ cell, step }, stage) {
  if (cell) return `row ${cell[0] + 1}, column ${cell[1] + 1}`;
  const columns = stage?.shape[2];
  if (!step || !columns) return null;
  return `row ${Math.floor(step / columns) + 1}, column ${(step % columns) + 1}`;
}

/**
 * What a link holds, a line each.
 *
 * @param {SavedScene} scene
 * @param {{stage: StageManifest|null, picture: Picture|null}} known  stage: the one on show;
 *   picture: the one that the scene names
 * @returns {{term: string, value: string}[]}
 */
export function linkContents({ recipe, view }, { stage, picture }) {
  const lines = [{ term: "Picture", value: pictureWords(recipe.input, picture) }];
  if (stage) {
    const map = `map ${(view.map ?? 0) + 1} of ${stage.maps.length}`;
    lines.push({ term: "Stage", value: `${stage.title}, ${map}` });
  }
  const place = placeOf(view, stage) ?? (view.step === 0 ? "the first window" : "the finished map");
  lines.push({ term: "Place", value: place });
  lines.push({ term: "Settings", value: settingsWords(recipe) });
  return lines;
}

/**
 * @param {import("../state/state.js").InputRecipe & {pixels?: number[][][]}} input
 * @param {Picture|null} picture
 */
function pictureWords({ pixels, size }, picture) {
  if (pixels) {
    const rows = pixels[0] ?? [];
    return `your own, ${rows.length} × ${rows[0]?.length ?? 0} pixels`;
  }
  const title = picture?.title ?? "as chosen";
  return size ? `${title}, at ${size} × ${size}` : title;
}

/** @param {import("../state/state.js").Recipe} recipe */
function settingsWords({ stages }) {
  const filters = stages.flatMap((stage) => stage.filters ?? []);
  const own = filters.filter(({ weight }) => weight).length;
  const all = `all ${count(stages.length)} ${stages.length === 1 ? "stage" : "stages"}`;
  if (own === 0) return all;
  return `${all}; ${count(own)} ${own === 1 ? "filter" : "filters"} with your own weights`;
}

/** What of a viewer's page never travels; said in every case. */
export const NEVER_IN_LINK = "your undo steps, the lens and the theme";

/**
 * @param {string} title  of the viewer's own picture
 * @param {Picture|null} stand_in  the sample that the link shows instead
 * @param {"link"|"embed"} what
 * @returns {{name: string, rest: string}}  the file's name, and what follows it
 */
export function uploadWords(title, stand_in, what) {
  const where = what === "link" ? "is not in the link" : "cannot be shown by an embed";
  const who = what === "link" ? "Whoever opens it sees" : "Students would see";
  return {
    name: title,
    rest:
      ` ${where}: your own pictures are kept in memory for a while and are not given to others. ` +
      `${who} ${named(stand_in)} with the same settings.`,
  };
}

/**
 * @param {string} link
 * @returns {string|null}  a warning about its length
 */
export function lengthWords(link) {
  if (link.length <= LONG_LINK) return null;
  return (
    `This link has ${count(link.length)} characters, as it holds weights or pixels of your own. ` +
    `Some mail and course programs cut links after ${count(LONG_LINK)}: try it there, or send a ` +
    "single file."
  );
}

/** Instead of a link that no browser would open. */
export const TOO_LONG =
  "This scene holds too many weights of your own for a link. Export saves it as a single file, or " +
  "its recipe, which opens when it is dropped on the page.";

/**
 * @param {string} link
 * @returns {{fits: boolean, words: string|null}}  whether a QR code holds it, and what to know
 */
export function codeWords(link) {
  const bytes = new TextEncoder().encode(link).length;
  if (bytes > LONGEST_CODE) {
    return {
      fits: false,
      words:
        `The link has ${count(bytes)} characters; a QR code holds ${count(LONGEST_CODE)}. ` +
        "Share the link itself.",
    };
  }
  const isFine = bytes > FINE_CODE;
  return { fits: true, words: isFine ? "A long link makes a fine code: show it large." : null };
}

const OWN_COMPUTER = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\]|0\.0\.0\.0)$/;

/**
 * @param {string} origin  of the server
 * @returns {string|null}  a warning when others cannot reach it
 */
export function reachWords(origin) {
  const { hostname } = new URL(origin);
  if (!OWN_COMPUTER.test(hostname)) return null;
  return (
    `${hostname} is this computer: nobody else can open the address. Run Kernelscope on a server ` +
    "that your class can reach, or save a single file."
  );
}

/**
 * "Copied. 2 lines."
 *
 * @param {string} code
 */
export function copiedWords(code) {
  const lines = code.replace(/\n+$/, "").split("\n").length;
  return `Copied. ${count(lines)} ${lines === 1 ? "line" : "lines"}.`;
}

/** When neither way of copying is allowed, the text is selected instead. */
export const COPY_BY_HAND = "The text is selected: press Ctrl+C (⌘C) to copy it.";

/**
 * What a screen reader calls the frame.
 *
 * @param {StageManifest|null} stage
 * @param {Picture|null} picture
 */
export function embedTitle(stage, picture) {
  if (!stage || !picture) return "";
  return `Kernelscope: ${stage.title} of ${named(picture)}`;
}
