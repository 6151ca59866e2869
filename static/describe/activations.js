/**
 * What each activation function is called, how it is written, and what it does to a cell.
 */

import { short } from "./numbers.js";

/**
 * @typedef {object} ActivationWords
 * @property {string} formula  of the output, with z for the cell
 * @property {string} call  the same in short, for an arrow or a label
 * @property {string} below  what happens to a cell below zero
 * @property {string} above
 * @property {string} countBelow  follows the number of cells at or below zero
 * @property {string} countAbove
 * @property {boolean} sets_zero  cells at or below zero become exactly zero
 * @property {boolean} is_rays  two straight lines that meet at the origin
 */

const CURVED = {
  countBelow: "at or below zero",
  countAbove: "above zero",
  sets_zero: false,
  is_rays: false,
};

/** @type {Record<string, (parameters: Record<string, any>) => ActivationWords>} */
const WORDS = {
  none: () => ({
    ...CURVED,
    formula: "z",
    call: "z",
    below: "passes unchanged",
    above: "passes unchanged",
    is_rays: true,
  }),
  relu: () => ({
    formula: "max(0, z)",
    call: "max(0, z)",
    below: "set to zero",
    above: "passes unchanged",
    countBelow: "cells set to zero",
    countAbove: "cells kept",
    sets_zero: true,
    is_rays: true,
  }),
  leaky_relu: ({ negative_slope = 0.01 }) => ({
    formula: `z, below zero ${short(negative_slope, 4)} · z`,
    call: "leaky(z)",
    below: `times ${short(negative_slope, 4)}`,
    above: "passes unchanged",
    countBelow: `cells times ${short(negative_slope, 4)}`,
    countAbove: "cells kept",
    sets_zero: false,
    is_rays: true,
  }),
  elu: ({ alpha = 1 }) => ({
    ...CURVED,
    formula: `z, below zero ${alpha === 1 ? "" : `${short(alpha, 4)} · `}(exp(z) − 1)`,
    call: "elu(z)",
    below: `flattens out towards ${short(-alpha, 4)}`,
    above: "passes unchanged",
    countAbove: "cells kept",
  }),
  gelu: ({ approximate = "none" }) => ({
    ...CURVED,
    formula: approximate === "tanh" ? "gelu(z), by its tanh formula" : "z · Φ(z)",
    call: "gelu(z)",
    below: "nearly zero",
    above: "nearly unchanged",
  }),
  sigmoid: () => ({
    ...CURVED,
    formula: "1 / (1 + exp(−z))",
    call: "sigmoid(z)",
    below: "becomes 0 to 0.5",
    above: "becomes 0.5 to 1",
  }),
  tanh: () => ({
    ...CURVED,
    formula: "tanh(z)",
    call: "tanh(z)",
    below: "becomes −1 to 0",
    above: "becomes 0 to 1",
  }),
  softplus: () => ({
    ...CURVED,
    formula: "log(1 + exp(z))",
    call: "softplus(z)",
    below: "nearly zero",
    above: "nearly unchanged",
  }),
  hardswish: () => ({
    ...CURVED,
    formula: "z · min(max(z + 3, 0), 6) / 6",
    call: "hardswish(z)",
    below: "zero up to −3",
    above: "unchanged from 3",
  }),
};

/**
 * @param {Record<string, any>} parameters  of an activation stage
 * @returns {ActivationWords}
 */
export function activationWords(parameters) {
  const name = String(parameters.function ?? "none");
  const words = WORDS[name];
  if (words) return words(parameters);
  const call = `${name}(z)`;
  return { ...CURVED, formula: call, call, below: "below zero", above: "above zero" };
}
