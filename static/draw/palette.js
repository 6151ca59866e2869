/**
 * The design's tokens for pictures that leave the page; a test holds them against tokens.css.
 */

/** @typedef {typeof LIGHT} Palette */

const LIGHT = {
  paper: "#fcfbf9",
  panel: "#ffffff",
  sunken: "#f4f2ee",
  line: "#e5e2db",
  line_strong: "#c8c4ba",
  ink: "#1b1a17",
  ink_2: "#54514a",
  ink_3: "#6f6b62",
  input: "#1d5fbf",
  input_line: "#2f74d8",
  kernel: "#8f5a00",
  kernel_line: "#c98200",
  output: "#17703e",
  output_line: "#127a4b",
  neg: "#5b3a9b",
  pos: "#a63a1b",
  ch_r: "#c8372d",
  ch_g: "#27803d",
  ch_b: "#2d68c8",
  pend_a: "#f4f2ee",
  pend_b: "#dedad1",
  halo: "#ffffff",
  halo_opacity: 0.9,
  cell_line: "#000000",
  cell_line_opacity: 0.12,
};

/** @type {Palette} */
const DARK = {
  paper: "#131416",
  panel: "#1b1c1f",
  sunken: "#0e0f10",
  line: "#2b2c30",
  line_strong: "#4a4b50",
  ink: "#edebe6",
  ink_2: "#b5b1a8",
  ink_3: "#918d84",
  input: "#84b4ff",
  input_line: "#6e9bff",
  kernel: "#f2b94f",
  kernel_line: "#e0a22e",
  output: "#63d394",
  output_line: "#58d68d",
  neg: "#bfa4ff",
  pos: "#ffa273",
  ch_r: "#f0776c",
  ch_g: "#62bf78",
  ch_b: "#74a5f5",
  pend_a: "#18191b",
  pend_b: "#2c2d31",
  halo: "#000000",
  halo_opacity: 0.65,
  cell_line: "#ffffff",
  cell_line_opacity: 0.14,
};

/** @type {Record<import("./colour.js").Theme, Palette>} */
export const PALETTES = { light: LIGHT, dark: DARK };
