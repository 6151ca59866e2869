/**
 * Pictures of kernels and of activation functions, small enough to be buttons.
 */

import { pictogram } from "../draw/pictogram.js";
import { svg } from "./dom.js";

/** @typedef {import("../draw/colour.js").Theme} Theme */

/**
 * @param {number[][][]} slices
 * @param {{size_px: number, theme: Theme, across?: number, gap_px?: number}} options
 * @returns {SVGSVGElement}
 */
export function kernelPicture(slices, options) {
  const { width, height, squares } = pictogram(slices, options);
  return svg(
    "svg",
    {
      class: "kernel-picture",
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      "aria-hidden": "true",
    },
    ...squares.map(({ x, y, side, fill }) =>
      svg("rect", { x, y, width: side, height: side, fill }),
    ),
  );
}

/** Shapes for the tiles only; the curve of the bench is drawn from the engine's values. */
const CURVES = /** @type {Record<string, ((z: number) => number)|undefined>} */ ({
  none: (z) => z,
  relu: (z) => Math.max(0, z),
  leaky_relu: (z) => (z > 0 ? z : 0.12 * z),
  elu: (z) => (z > 0 ? z : Math.exp(z) - 1),
  gelu: (z) => z / (1 + Math.exp(-1.702 * z)),
  sigmoid: (z) => 1.6 / (1 + Math.exp(-1.6 * z)),
  tanh: (z) => 1.6 * Math.tanh(1.2 * z),
  softplus: (z) => Math.log(1 + Math.exp(1.6 * z)) / 1.6,
  hardswish: (z) => (z * Math.min(6, Math.max(0, 2.2 * z + 3))) / 6,
});

const REACH = 1.7;

/**
 * @param {string} name  value of the choice
 * @returns {SVGSVGElement}  56 × 34, axes and curve
 */
export function curvePicture(name) {
  const curve = CURVES[name];
  const points = Array.from({ length: 45 }, (_, place) => {
    const z = -REACH + (2 * REACH * place) / 44;
    const y = Math.max(-1.7, Math.min(1.7, curve ? curve(z) : 0));
    return `${(28 + (z / REACH) * 22).toFixed(1)} ${(18.5 - y * 9).toFixed(1)}`;
  });
  return svg(
    "svg",
    { class: "curve-picture", width: 56, height: 34, viewBox: "0 0 56 34", "aria-hidden": "true" },
    svg("path", { class: "curve-axes", d: "M3 18.5H53M28 2V33" }),
    curve ? svg("path", { class: "curve-line", d: `M${points.join("L")}` }) : null,
  );
}
