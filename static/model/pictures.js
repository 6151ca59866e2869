/**
 * The pictures to choose from, in groups; a sheet of digits is taken apart into single ones.
 */

/** @typedef {import("../state/state.js").Picture} Picture */
/** @typedef {import("../state/state.js").State} State */

/**
 * @typedef {object} Tiles  How the pictures on a sheet are named.
 * @property {string} id  with {label} and {index}
 * @property {string} title
 * @property {string} alt
 * @property {{label: number, test_set_indices: number[]}[]} rows
 */

/** @typedef {{name: string, title: string, pictures: Picture[]}} PictureGroup */

const TITLES = /** @type {Record<string, string>} */ ({
  photograph: "Photographs",
  teaching: "Patterns",
  digits: "Digits",
});
/** Of every digit on a sheet so many are offered. */
const PER_LABEL = 2;

/**
 * @param {Picture[]} samples
 * @returns {PictureGroup[]}  photographs first
 */
export function pictureGroups(samples) {
  const kinds = [...new Set([...Object.keys(TITLES), ...samples.map((sample) => sample.kind)])];
  return kinds
    .map((name) => ({
      name,
      title: TITLES[name] ?? name,
      pictures: samples.filter((sample) => sample.kind === name).flatMap(takenApart),
    }))
    .filter((group) => group.pictures.length > 0);
}

/**
 * @param {Picture & {tiles?: Tiles}} sample
 * @returns {Picture[]}
 */
function takenApart({ tiles, ...sheet }) {
  if (!tiles) return [sheet];
  return tiles.rows.flatMap(({ label, test_set_indices }) =>
    test_set_indices.slice(0, PER_LABEL).map((_, index) => {
      /** @param {string} text */
      const filled = (text) =>
        text.replaceAll("{label}", String(label)).replaceAll("{index}", String(index));
      const id = filled(tiles.id);
      const thumbnail = `/api/samples/${id}/thumbnail.png`;
      return { ...sheet, id, title: filled(tiles.title), alt: filled(tiles.alt), thumbnail };
    }),
  );
}

/**
 * The picture that the recipe asks for, as far as the page knows it.
 *
 * @param {Pick<State, "recipe"|"upload"|"upload_before">} state
 * @param {Picture[]} samples
 * @returns {Picture|null}
 */
export function currentPicture(state, samples) {
  return pictureNamed(state.recipe.input.image, state, samples);
}

/**
 * The picture that the run on show reads: after a refusal another one than the recipe asks for.
 *
 * @param {Pick<State, "run"|"upload"|"upload_before">} state
 * @param {Picture[]} samples
 * @returns {Picture|null}
 */
export function pictureOnShow(state, samples) {
  const id = state.run?.recipe.input.image;
  return id === undefined ? null : pictureNamed(id, state, samples);
}

/**
 * The viewer's own picture, when it is the one of the run on show.
 *
 * @param {Pick<State, "run"|"upload"|"upload_before">} state
 * @returns {Picture|null}
 */
export function ownOnShow(state) {
  const id = state.run?.recipe.input.image;
  return id === undefined ? null : ownNamed(id, state);
}

/**
 * @param {string} id
 * @param {Pick<State, "upload"|"upload_before">} state
 */
function ownNamed(id, { upload, upload_before }) {
  if (upload?.id === id) return upload;
  return upload_before?.id === id ? upload_before : null;
}

/**
 * @param {string} id
 * @param {Pick<State, "upload"|"upload_before">} state
 * @param {Picture[]} samples
 * @returns {Picture|null}
 */
function pictureNamed(id, state, samples) {
  const own = ownNamed(id, state);
  if (own) return own;
  const known = pictureGroups(samples).flatMap((group) => group.pictures);
  return known.find((picture) => picture.id === id) ?? null;
}
