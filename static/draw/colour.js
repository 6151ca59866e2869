/**
 * The colour scales: signed (zero fixed at neutral), grey, and one duotone per colour channel.
 *
 * Colours are packed as 0xAABBGGRR, the byte order of `ImageData` on every machine we run on.
 */

/** @typedef {"light"|"dark"} Theme */
/** @typedef {[number, number, number]} Rgb  0..255 each */

/** Perceptual exponent of the signed scale; stated in the legend. */
export const EXPONENT = 0.6;

const SIGNED = {
  light: {
    negative: ["#F1F0ED", "#E1D4F3", "#B79BE2", "#845DC8", "#502A95"],
    positive: ["#F1F0ED", "#F9D6BF", "#F7A378", "#E26333", "#AA2D14"],
  },
  dark: {
    negative: ["#222325", "#403365", "#6C4DAB", "#A781E4", "#E2C8FB"],
    positive: ["#222325", "#623124", "#AD4F26", "#ED8641", "#FFD696"],
  },
};

const DUOTONES = [
  ["#140404", "#A83A30", "#FFD5CF"],
  ["#031006", "#2F8243", "#CFF5D6"],
  ["#04081A", "#2F62BD", "#D2E2FF"],
];

/**
 * @param {string} hex  "#RRGGBB"
 * @returns {Rgb}
 */
function parse(hex) {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/**
 * @param {Rgb[]} stops  equally spaced over 0..1
 * @param {number} t
 * @returns {Rgb}
 */
function interpolate(stops, t) {
  const place = Math.min(1, Math.max(0, t)) * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(place));
  const [from, to, fraction] = [stops[index], stops[index + 1], place - index];
  return [
    Math.round(from[0] + (to[0] - from[0]) * fraction),
    Math.round(from[1] + (to[1] - from[1]) * fraction),
    Math.round(from[2] + (to[2] - from[2]) * fraction),
  ];
}

const signedStops = {
  light: { negative: SIGNED.light.negative.map(parse), positive: SIGNED.light.positive.map(parse) },
  dark: { negative: SIGNED.dark.negative.map(parse), positive: SIGNED.dark.positive.map(parse) },
};
const duotoneStops = DUOTONES.map((stops) => stops.map(parse));

/**
 * Colour of a signed value: `t = (min(1, |v| / m)) ^ 0.6` on the list of its sign.
 *
 * @param {number} value
 * @param {number} m  what the ends of the scale stand for
 * @param {Theme} theme
 * @returns {Rgb}
 */
export function signedColour(value, m, theme) {
  const t = value === 0 || m === 0 ? 0 : Math.min(1, Math.abs(value) / m) ** EXPONENT;
  return interpolate(signedStops[theme][value < 0 ? "negative" : "positive"], t);
}

/**
 * The colour of an exact zero.
 *
 * @param {Theme} theme
 * @returns {Rgb}
 */
export function neutral(theme) {
  return signedColour(0, 1, theme);
}

/**
 * @param {number} value  0..1
 * @returns {Rgb}
 */
export function greyColour(value) {
  const level = Math.round(255 * Math.min(1, Math.max(0, value)));
  return [level, level, level];
}

/**
 * @param {number} value  0..1
 * @param {number} channel  0 red, 1 green, 2 blue
 * @returns {Rgb}
 */
export function duotoneColour(value, channel) {
  return interpolate(duotoneStops[channel], value);
}

/** @param {Rgb} colour */
export function css([red, green, blue]) {
  return `rgb(${red} ${green} ${blue})`;
}

/**
 * @param {number} red  0..255
 * @param {number} green
 * @param {number} blue
 */
export function pack(red, green, blue) {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/**
 * Black or white, whichever is read better on a fill.
 *
 * @param {Rgb} colour
 */
export function textOn([red, green, blue]) {
  const luminance = 0.2126 * LINEAR[red] + 0.7152 * LINEAR[green] + 0.0722 * LINEAR[blue];
  return luminance > 0.179 ? "#000000" : "#FFFFFF";
}

/** Light of the 256 levels of sRGB. */
const LINEAR = Float64Array.from({ length: 256 }, (_, level) => {
  const share = level / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
});
