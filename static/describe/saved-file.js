/**
 * Words about files to take home: how large, what is in them, and what they cannot do.
 */

/** Why a saved file does not do what was asked. */
export const LOCKED = "This is a saved file. New weights and pictures need Kernelscope.";

/** "0.6 MB", "48 kB": as file managers count. @param {number} bytes */
export function sizeWords(bytes) {
  if (bytes >= 950_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${Math.max(1, Math.round(bytes / 1000))} kB`;
}

/**
 * What should be known before the file is given to others; empty when there is nothing.
 *
 * @param {Pick<import("../state/state.js").State, "recipe"|"upload">} state
 */
export function contentWords({ recipe, upload }) {
  if (!upload || recipe.input.image !== upload.id) return "";
  return `Your picture “${upload.title}” is in the file, as the numbers of its cells: whoever has the file has the picture.`;
}

/**
 * Where the picture in a file comes from; empty for a viewer's own.
 *
 * @param {import("../state/state.js").Picture|undefined} picture
 */
export function creditWords(picture) {
  if (!picture?.author) return "";
  const licence = picture.licence ? ` (${picture.licence})` : "";
  return `Picture: ${picture.title}, ${picture.author}${licence}.`;
}
