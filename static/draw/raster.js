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
  const colours = coloursOf(scale);
  const m = scale.kind === "signed" ? scale.m : 1;
  const factor = m === 0 ? 0 : 1 / m;
  for (let index = 0; index < pixels.length; index += 1) {
    const value = values[index];
    const share = Math.abs(value) * factor;
    const size = share < 1 ? Math.round(Math.sqrt(share) * FINE) : FINE;
    const place = value < 0 ? -size : size;
    pixels[index] = colours.table[FINE + place] || colours.mix(place);
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
  const colours = coloursOf(scale);
  const m = scale.kind === "signed" ? scale.m : 1;
  const step = m === 0 ? 0 : (Math.sqrt(peak / m) * FINE) / 127;
  const byCode = new Uint32Array(255);
  for (let index = 0; index < pixels.length; index += 1) {
    const code = preview[index];
    let colour = byCode[code + 127];
    if (colour === 0) {
      const size = Math.min(FINE, Math.round(Math.abs(code) * step));
      const place = code < 0 ? -size : size;
      colour = colours.table[FINE + place] || colours.mix(place);
      byCode[code + 127] = colour;
    }
    pixels[index] = colour;
  }
}

/** @typedef {{table: Uint32Array, mix: (place: number) => number}} Colours */

/** @type {Map<string|number, Colours>} the scales are few and never change */
const scales = new Map();

/**
 * Packed colours by the signed square root of the value's share of m, from -FINE to FINE; each is
 * mixed when it is first met (0: not yet, for no colour is without alpha).
 *
 * @param {Scale} scale
 * @returns {Colours}
 */
function coloursOf(scale) {
  const name =
    scale.kind === "signed" ? scale.theme : scale.kind === "duotone" ? scale.channel : "grey";
  let colours = scales.get(name);
  if (!colours) {
    const table = new Uint32Array(2 * FINE + 1);
    const colourOf = colouring(scale.kind === "signed" ? { ...scale, m: 1 } : scale);
    const mix = (/** @type {number} */ place) => {
      const [red, green, blue] = colourOf(Math.sign(place) * (place / FINE) ** 2);
      table[FINE + place] = pack(red, green, blue);
      return table[FINE + place];
    };
    colours = { table, mix };
    scales.set(name, colours);
  }
  return colours;
}

/** The last picture of each red map: it is shown in several places. @type {WeakMap<Float32Array, {green: Float32Array, blue: Float32Array, pixels: Uint32Array}>} */
const pictures = new WeakMap();

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
  const known = pictures.get(red);
  if (known?.green === green && known.blue === blue) {
    pixels.set(known.pixels);
    return true;
  }
  for (let index = 0; index < pixels.length; index += 1) {
    pixels[index] = pack(
      Math.round(255 * red[index]),
      Math.round(255 * green[index]),
      Math.round(255 * blue[index]),
    );
  }
  // Decoded previews are new arrays every time.
  if (maps[0].values) pictures.set(red, { green, blue, pixels: pixels.slice() });
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
