/**
 * Feature maps as pixels: one cell, one pixel, one table look-up. CSS makes the cells large.
 */

import { duotoneColour, greyColour, pack, previewTable, signedColour } from "./colour.js";

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
  if (map.values) {
    rasteriseValues(pixels, map.values, scale);
  } else if (map.preview) {
    const table = previewTable(map.peak, colouring(scale));
    for (let index = 0; index < pixels.length; index += 1) {
      pixels[index] = table[map.preview[index] + 127];
    }
  } else return false;
  return true;
}

/** Entries of the fine table used for exact values: finer than 8-bit colour can show. */
const FINE = 2048;

/**
 * @param {Uint32Array} pixels
 * @param {Float32Array} values
 * @param {Scale} scale
 */
function rasteriseValues(pixels, values, scale) {
  const m = scale.kind === "signed" ? scale.m : 1;
  const table = fineTable(m, colouring(scale));
  const factor = m === 0 ? 0 : 1 / m;
  for (let index = 0; index < pixels.length; index += 1) {
    const value = values[index];
    const root = Math.sqrt(Math.min(1, Math.abs(value) * factor));
    const place = Math.round(root * FINE);
    pixels[index] = table[value < 0 ? FINE - place : FINE + place];
  }
}

/**
 * @param {number} m
 * @param {(value: number) => Rgb} colourOf
 */
function fineTable(m, colourOf) {
  const table = new Uint32Array(2 * FINE + 1);
  for (let place = -FINE; place <= FINE; place += 1) {
    table[place + FINE] = pack(colourOf(Math.sign(place) * m * (place / FINE) ** 2));
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
    pixels[index] = pack([
      Math.round(255 * red[index]),
      Math.round(255 * green[index]),
      Math.round(255 * blue[index]),
    ]);
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
