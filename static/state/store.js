/**
 * One store per element: event -> action -> state -> subscribers. Drawing never changes state.
 */

/** @typedef {import("./state.js").State} State */

/**
 * @typedef {object} Store
 * @property {() => State} get
 * @property {<Args extends any[]>(action: (state: State, ...args: Args) => State, ...args: Args) => void} dispatch
 * @property {(listener: (state: State, before: State) => void) => () => void} subscribe
 */

/**
 * @param {State} initial
 * @param {(() => void)|null} [onrefused]  where nothing can be computed the recipe stays as it is,
 *   and this is told of every try
 * @returns {Store}
 */
export function createStore(initial, onrefused = null) {
  let state = initial;
  /** @type {Set<(state: State, before: State) => void>} */
  const listeners = new Set();
  return {
    get: () => state,
    dispatch(action, ...args) {
      const before = state;
      const next = action(state, ...args);
      if (onrefused && next.recipe !== before.recipe) onrefused();
      else state = next;
      if (state === before) return;
      for (const listener of listeners) listener(state, before);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
