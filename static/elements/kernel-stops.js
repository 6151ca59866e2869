/**
 * One tab stop for all slices of a kernel: Tab comes and goes, the arrows cross from slice to slice.
 */

/**
 * @typedef {object} Slice  The grid of one slice.
 * @property {() => boolean} isShown
 * @property {() => Stop[]} cells  row by row
 * @property {() => number} columns
 */

/** @typedef {Pick<HTMLElement, "tabIndex"|"focus">} Stop */
/** @typedef {ReturnType<typeof createKernelStops>} KernelStops */

export function createKernelStops() {
  /** By position; a slice that has never been unfolded is missing. @type {(Slice|undefined)[]} */
  const slices = [];
  /** Where the focus was last. */
  let last = { position: 0, place: 0 };

  /** @returns {number} position of the slice that Tab leads to */
  function holder() {
    return slices[last.position]?.isShown()
      ? last.position
      : slices.findIndex((slice) => slice?.isShown());
  }

  /** To be called when cells or slices came, went, folded or unfolded. */
  function mark() {
    const position = holder();
    slices.forEach((slice, index) => {
      const cells = slice?.cells() ?? [];
      const stop = index === position ? Math.min(last.place, cells.length - 1) : -1;
      cells.forEach((cell, place) => {
        const wanted = place === stop ? 0 : -1;
        if (cell.tabIndex !== wanted) cell.tabIndex = wanted;
      });
    });
  }

  return {
    mark,
    /** @param {number} position @param {Slice} slice */
    join(position, slice) {
      slices[position] = slice;
    },
    /** @param {number} position @param {number} place */
    enter(position, place) {
      last = { position, place };
      mark();
    },
    /**
     * The cell over the first row of a slice, or under its last one.
     *
     * @param {number} position
     * @param {number} column
     * @param {number} by  -1 for up, 1 for down
     * @returns {Stop|null}
     */
    beyond(position, column, by) {
      for (let next = position + by; next >= 0 && next < slices.length; next += by) {
        const slice = slices[next];
        if (!slice?.isShown()) continue;
        const [cells, columns] = [slice.cells(), slice.columns()];
        const across = Math.min(column, columns - 1);
        return cells[by > 0 ? across : cells.length - columns + across] ?? null;
      }
      return null;
    },
  };
}
