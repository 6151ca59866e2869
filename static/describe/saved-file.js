/**
 * Words about files to take home: what is in them, and what they cannot do.
 */

/** Why a saved file does not do what was asked. */
export const LOCKED = "This is a saved file. New weights and pictures need Kernelscope.";

/**
 * What should be known before the file is given to others; empty when there is nothing.
 *
 * @param {Pick<import("../state/state.js").State, "recipe"|"upload">} state
 */
export function contentWords({ recipe, upload }) {
  if (!upload || recipe.input.image !== upload.id) return "";
  return `Your picture “${upload.title}” is in it: whoever has the file has the picture.`;
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
