/**
 * The window of a pooling drawn large: its cells, and those that lose blended half-way to neutral.
 */

import { cellText } from "../describe/ledger.js";
import { decimalsToTell, isLargest, winningPlace } from "../describe/pooling.js";
import { signedColour } from "./colour.js";
import { colouring } from "./raster.js";
import { mixed } from "./winners.js";

/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../model/explain.js").Explanation} Explanation */
/** @typedef {import("../describe/pooling.js").PoolKind} PoolKind */

/** Side of the whole window, and of its cells at most. */
const WINDOW_PX = 144;
const CELL_PX = 72;
/** Below this no number fits into a cell. */
const NUMBER_PX = 28;
/** Larger windows are drawn as a picture. */
export const MOST_CELLS = 64;

/**
 * @typedef {object} PoolFacts
 * @property {Scene} scene
 * @property {Explanation} explanation
 * @property {PoolKind} kind
 * @property {import("../model/explain.js").Term[]} terms
 * @property {number} winner  place in the window; -1 when the operation has none
 * @property {number} cell_px
 * @property {boolean} is_zero  every cell of the window is zero
 */

/**
 * @param {Scene} scene
 * @param {Explanation} explanation
 * @param {PoolKind} kind
 * @param {number} width
 * @returns {PoolFacts}
 */
export function poolFacts(scene, explanation, kind, width) {
  const { terms } = explanation.channels[0];
  const longest = Math.max(...explanation.size);
  const [side, most] = width < 400 ? [112, 56] : [WINDOW_PX, CELL_PX];
  const exact = Math.min(most, side / longest);
  return {
    scene,
    explanation,
    kind,
    terms,
    winner: isLargest(kind) ? winningPlace(terms, explanation.result, explanation.winner) : -1,
    cell_px: exact >= 4 ? Math.floor(exact) : exact,
    is_zero: terms.every((term) => term.value === 0),
  };
}

/**
 * @param {PoolFacts} facts
 * @param {number} place
 * @returns {{fill: import("./colour.js").Rgb|null, text: string, is_padding?: boolean}}
 */
export function poolLook({ scene, explanation, kind, terms, winner, cell_px }, place) {
  const term = terms[place];
  if (term.is_absent || !scene.source) return { fill: null, text: "" };
  const full = colouring(scene.scaleOf(scene.source, explanation.channels[0].channel))(term.value);
  const neutral = signedColour(0, 1, scene.theme);
  const isLoser = isLargest(kind) && place !== winner;
  const fill = term.is_padding ? neutral : isLoser ? mixed(full, neutral, 0.5) : full;
  const decimals =
    cell_px >= 48 ? decimalsToTell(terms, explanation.result) : cell_px >= 36 ? 2 : 1;
  const text = cell_px < NUMBER_PX ? "" : cellText(term.value, decimals, cell_px >= 48 ? 7 : 5);
  return { fill, text, is_padding: term.is_padding };
}
