/**
 * Feature maps as pixels: one cell, one pixel, one table look-up. CSS makes the cells large.
 */

import { duotoneColour, greyColour, pack, signedColour } from "./colour.js";

/** @typedef {import("./colour.js").Theme} Theme */
/** @typedef {import("./colour.js").Rgb} Rgb */
/** @typedef {import("../model/run.js").FeatureMap} FeatureMap */
/** @typedef {{kind: "signed", m: number, theme: Theme}|{kind: "grey"}|{kind: "duotone", channel: number}} Scale */

/**
 * @param {Scale} scale
 * @returns {(value: number) => Rgb}
 */
export function colouring(scale) {
  if (scale.kind === "grey") return greyColour;
  if (scale.kind === "duotone") return (value) => duotoneColour(value, scale.channel);
  return (value) => signedColour(value, scale.m, scale.theme);
}

/**
 * Fill pixels from the exact values where they are here, from the preview codes otherwise.
 *
 * @param {Uint32Array} pixels  packed colours, one per cell
 * @param {FeatureMap} map
 * @param {Scale} scale
 * @returns {boolean}  false when neither values nor preview are here
 */
export function rasterise(pixels, map, scale) {
  if (map.values) rasteriseValues(pixels, map.values, scale);
  else if (map.preview) rasterisePreview(pixels, map.preview, map.peak, scale);
  else return false;
  return true;
}

/** Entries of a table per sign: half a step is a quarter of an 8-bit level at most. */
const FINE = 1024;

/**
 * @param {Uint32Array} pixels
 * @param {Float32Array} values
 * @param {Scale} scale
 */
function rasteriseValues(pixels, values, scale) {
  const table = tableOf(scale);
  const m = scale.kind === "signed" ? scale.m : 1;
  const factor = m === 0 ? 0 : 1 / m;
  for (let index = 0; index < pixels.length; index += 1) {
    const value = values[index];
    const share = Math.abs(value) * factor;
    const place = share < 1 ? Math.round(Math.sqrt(share) * FINE) : FINE;
    pixels[index] = table[value < 0 ? FINE - place : FINE + place];
  }
}

/**
 * A preview code is already a square root: `|v| = peak (code / 127)²`.
 *
 * @param {Uint32Array} pixels
 * @param {Int8Array} preview
 * @param {number} peak  largest |value| of the map
 * @param {Scale} scale
 */
function rasterisePreview(pixels, preview, peak, scale) {
  const table = tableOf(scale);
  const m = scale.kind === "signed" ? scale.m : 1;
  const step = m === 0 ? 0 : (Math.sqrt(peak / m) * FINE) / 127;
  const byCode = new Uint32Array(255);
  for (let code = -127; code <= 127; code += 1) {
    const place = Math.min(FINE, Math.round(Math.abs(code) * step));
    byCode[code + 127] = table[code < 0 ? FINE - place : FINE + place];
  }
  for (let index = 0; index < pixels.length; index += 1) {
    pixels[index] = byCode[preview[index] + 127];
  }
}

/** @type {Map<string, Uint32Array>} the scales are few and never change */
const tables = new Map();

/**
 * Colours by the signed square root of the value's share of m, from -FINE to FINE.
 *
 * @param {Scale} scale
 */
function tableOf(scale) {
  const name =
    scale.kind === "signed" ? scale.theme : scale.kind === "duotone" ? scale.channel : "grey";
  let table = tables.get(String(name));
  if (!table) {
    table = new Uint32Array(2 * FINE + 1);
    const colourOf = colouring(scale.kind === "signed" ? { ...scale, m: 1 } : scale);
    // Pictures have no negative values.
    for (let place = scale.kind === "signed" ? -FINE : 0; place <= FINE; place += 1) {
      const [red, green, blue] = colourOf(Math.sign(place) * (place / FINE) ** 2);
      table[place + FINE] = pack(red, green, blue);
    }
    tables.set(String(name), table);
  }
  return table;
}

/**
 * The picture itself from its red, green and blue maps (or its one grey map).
 *
 * @param {Uint32Array} pixels
 * @param {FeatureMap[]} maps
 * @returns {boolean}
 */
export function rasterisePicture(pixels, maps) {
  const values = maps.map((map) => map.values ?? decodePreview(map));
  const [red, green = red, blue = red] = values;
  if (!red || !green || !blue) return false;
  for (let index = 0; index < pixels.length; index += 1) {
    pixels[index] = pack(
      Math.round(255 * red[index]),
      Math.round(255 * green[index]),
      Math.round(255 * blue[index]),
    );
  }
  return true;
}

/**
 * @param {FeatureMap} map
 * @returns {Float32Array|null}
 */
function decodePreview({ preview, peak }) {
  return (
    preview && Float32Array.from(preview, (code) => Math.sign(code) * peak * (code / 127) ** 2)
  );
}
