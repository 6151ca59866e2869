/**
 * The icons: 16 × 16, stroke 1.5, in the colour of their text.
 */

import { svg } from "./dom.js";

const STROKES = {
  "row-back": ["M3 13.5h10", "M8 10.5V2.5", "M4.75 5.75 8 2.5l3.25 3.25"],
  "row-forward": ["M3 2.5h10", "M8 5.5v8", "M4.75 10.25 8 13.5l3.25-3.25"],
  back: ["M3.75 3v10", "M11.5 3.5 7 8l4.5 4.5"],
  forward: ["M12.25 3v10", "M4.5 3.5 9 8l-4.5 4.5"],
  start: ["M13 3.5 8.5 8l4.5 4.5", "M9 3.5 4.5 8 9 12.5", "M2.5 3v10"],
  finish: ["M3 3.5 7.5 8 3 12.5", "M7 3.5 11.5 8 7 12.5", "M13.5 3v10"],
  loop: [
    "M12.5 6.5A5 5 0 0 0 4 4.5L2.75 5.75",
    "M2.75 2.75v3h3",
    "M3.5 9.5A5 5 0 0 0 12 11.5l1.25-1.25",
    "M13.25 13.25v-3h-3",
  ],
  full: ["M2.5 6V2.5H6", "M10 2.5h3.5V6", "M13.5 10v3.5H10", "M6 13.5H2.5V10"],
  share: [
    "M6.75 9.25a2.6 2.6 0 0 0 3.9.3l2-2a2.62 2.62 0 0 0-3.7-3.7L7.8 5",
    "M9.25 6.75a2.6 2.6 0 0 0-3.9-.3l-2 2a2.62 2.62 0 0 0 3.7 3.7L8.2 11",
  ],
  embed: ["M5.25 4.25 1.75 8l3.5 3.75", "M10.75 4.25 14.25 8l-3.5 3.75"],
  export: ["M8 2.5v7.5", "M4.75 7 8 10.25 11.25 7", "M2.5 13.5h11"],
  pin: ["M8 9.5v4.5", "M5.5 2.5h5", "M6 2.5v4L4.25 9.5h7.5L10 6.5v-4"],
  warning: ["M8 1.75a6.25 6.25 0 1 0 0 12.5 6.25 6.25 0 0 0 0-12.5z", "M8 4.75v4", "M8 11.2v.1"],
  sun: [
    "M8 5.25a2.75 2.75 0 1 0 0 5.5 2.75 2.75 0 0 0 0-5.5z",
    "M8 1.5v1.25",
    "M8 13.25v1.25",
    "M1.5 8h1.25",
    "M13.25 8h1.25",
    "m3.4 3.4.9.9",
    "m11.7 11.7.9.9",
    "m12.6 3.4-.9.9",
    "m4.3 11.7-.9.9",
  ],
  moon: ["M13.25 9.6A5.75 5.75 0 0 1 6.4 2.75a5.75 5.75 0 1 0 6.85 6.85z"],
  undo: ["M5.5 3 2.5 6l3 3", "M2.5 6h6.75a4.25 4.25 0 0 1 0 8.5H6"],
  redo: ["m10.5 3 3 3-3 3", "M13.5 6H6.75a4.25 4.25 0 0 0 0 8.5H10"],
  help: [
    "M8 1.75a6.25 6.25 0 1 0 0 12.5 6.25 6.25 0 0 0 0-12.5z",
    "M6.25 6.25a1.85 1.85 0 1 1 2.6 1.7c-.6.27-.85.6-.85 1.3",
    "M8 11.4v.1",
  ],
  check: ["m3.5 8.5 3 3 6-6.5"],
  lock: ["M3.75 7.25h8.5v6h-8.5z", "M5.5 7.25V5a2.5 2.5 0 0 1 5 0v2.25"],
  close: ["m3.5 3.5 9 9", "m12.5 3.5-9 9"],
  chevron: ["m4 6 4 4 4-4"],
  picture: ["M2.5 3h11v10h-11z", "m3 11.5 3.25-3.25 2.5 2.5L11 8.5l2.5 2.5", "M10.5 5.75v.1"],
  menu: ["M2.5 4.5h11", "M2.5 8h11", "M2.5 11.5h11"],
  minus: ["M4 8h8"],
  plus: ["M4 8h8", "M8 4v8"],
};

const SOLIDS = {
  play: "M4.5 2.2v11.6L13.6 8z",
  pause: "M4.4 3h2.4v10H4.4zM9.2 3h2.4v10H9.2z",
};

/** @typedef {keyof typeof STROKES | keyof typeof SOLIDS} IconName */

/**
 * @param {IconName} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const shape = svg("svg", {
    viewBox: "0 0 16 16",
    width: 16,
    height: 16,
    class: "icon",
    "aria-hidden": "true",
  });
  if (name in SOLIDS) {
    shape.append(
      svg("path", { d: SOLIDS[/** @type {keyof typeof SOLIDS} */ (name)], fill: "currentColor" }),
    );
    return shape;
  }
  for (const d of STROKES[/** @type {keyof typeof STROKES} */ (name)]) {
    shape.append(svg("path", { d }));
  }
  return shape;
}
