/**
 * What a teacher chooses in the embed builder: pure functions `(choices, ...details) => choices`.
 */

import { placeFor, startAt } from "./standing.js";
import { USUAL_CONTROLS } from "./state.js";

/** @typedef {import("./state.js").SavedScene} SavedScene */
/** @typedef {import("./state.js").SceneView} SceneView */
/** @typedef {import("./standing.js").Start} Start */
/** @typedef {import("./standing.js").Standing} Standing */

/**
 * @typedef {object} EmbedChoices
 * @property {string[]} controls  shown to students, in the fixed order
 * @property {string[]} locks  controls whose value nobody can change although they are shown
 * @property {Start} start
 * @property {boolean} is_playing  starts by itself
 * @property {"auto"|"light"|"dark"} theme
 * @property {number} width  of the preview, in CSS px
 * @property {number|null} height  of a frame that cannot fit itself; null = as high as its content
 */

/** In the order in which an embed shows them; `locks`: has a value that can be kept. */
export const CONTROLS = [
  { name: "preset", label: "Kernel preset", locks: true },
  { name: "kernel", label: "Kernel values", locks: true },
  { name: "stride", label: "Stride", locks: true },
  { name: "padding", label: "Padding", locks: true },
  { name: "dilation", label: "Dilation", locks: true },
  { name: "bias", label: "Bias", locks: true },
  { name: "transport", label: "Transport", locks: false },
  { name: "ledger", label: "Ledger", locks: false },
  { name: "pipeline", label: "Whole pipeline", locks: false },
];
/** A phone, a sidebar, the design's column, wide columns. */
export const WIDTHS = [320, 480, 640, 800, 1000];
const USUAL_WIDTH = 640;
export const HEIGHT_RANGE = { minimum: 160, maximum: 2000 };

/**
 * @param {SceneView} view  how the scene is looked at now
 * @param {Standing} here
 * @param {number} [room]  for the preview, in CSS px
 * @returns {EmbedChoices}
 */
export function initialChoices(view, here, room = USUAL_WIDTH) {
  return {
    controls: view.controls?.length ? inOrder(view.controls) : USUAL_CONTROLS,
    locks: view.locks ?? [],
    start: startAt(here),
    is_playing: false,
    theme: "auto",
    width: WIDTHS.findLast((width) => width <= Math.min(room, USUAL_WIDTH)) ?? WIDTHS[0],
    height: null,
  };
}

/** @param {EmbedChoices} choices @param {string} name @returns {EmbedChoices} */
export function controlToggled(choices, name) {
  return { ...choices, controls: inOrder(toggled(choices.controls, name)) };
}

/** @param {EmbedChoices} choices @param {string} name @returns {EmbedChoices} */
export function lockToggled(choices, name) {
  return { ...choices, locks: inOrder(toggled(choices.locks, name)) };
}

/**
 * @param {EmbedChoices} choices
 * @param {number|null} height  in CSS px; outside of the range it is taken to the nearest end
 * @returns {EmbedChoices}
 */
export function heightChosen(choices, height) {
  if (height === null || !Number.isFinite(height)) return { ...choices, height: null };
  const { minimum, maximum } = HEIGHT_RANGE;
  return { ...choices, height: Math.round(Math.max(minimum, Math.min(maximum, height))) };
}

/** @param {string[]} names @param {string} name */
function toggled(names, name) {
  return names.includes(name) ? names.filter((other) => other !== name) : [...names, name];
}

/** @param {string[]} names */
function inOrder(names) {
  return CONTROLS.map(({ name }) => name).filter((name) => names.includes(name));
}

/**
 * Whether a control's value can be kept although it is shown: only what is ticked and has one.
 *
 * @param {EmbedChoices} choices
 * @param {string} name
 */
export function canLock({ controls }, name) {
  return (
    controls.includes(name) && CONTROLS.some((control) => control.name === name && control.locks)
  );
}

/**
 * The scene that the embed shows.
 *
 * @param {SavedScene} scene  as it stands now
 * @param {EmbedChoices} choices
 * @param {Standing} here
 * @returns {SavedScene}
 */
export function embeddedScene(scene, choices, here) {
  const { controls, theme, is_playing } = choices;
  const { autoplay, ...view } = scene.view;
  const locks = choices.locks.filter((name) => canLock(choices, name));
  const shown = { ...view, ...placeFor(choices.start, here), theme, controls, locks };
  return { ...scene, view: is_playing ? { ...shown, autoplay: true } : shown };
}

/**
 * The address with its picture and its controls, also where they are the usual ones: this code is
 * read and edited by hand.
 *
 * @template {{search: string, hash: string}} Address
 * @param {Address} address
 * @param {EmbedChoices} choices
 * @param {string|undefined} image  id of a sample
 * @returns {Address}
 */
export function spelledOut(address, { controls }, image) {
  const { search, hash } = address;
  const has = (/** @type {string} */ name) =>
    search.includes(`?${name}=`) || search.includes(`&${name}=`);
  const given = search.replace(/^\?/, "");
  const parts = given ? [given] : [];
  // A scene in the fragment has a picture already.
  if (image && !hash && !has("image")) parts.unshift(`image=${encodeURIComponent(image)}`);
  if (!has("controls")) parts.push(`controls=${controls.join(",") || "none"}`);
  return { ...address, search: `?${parts.join("&")}` };
}
