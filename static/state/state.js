/**
 * The one typed state of an explorer: plain, serialisable values.
 *
 * Canvases, sizes, timers and tensors belong to the element, never to the state.
 */

/** @typedef {[number, number]} Pair  (rows, columns), in cells */

/**
 * @typedef {object} Filter  One output map's weights, by name, by seed or written out.
 * @property {string} [kernel]  name of a preset
 * @property {number[]} [mix]  one factor per input map, multiplied into the preset
 * @property {number} [seed]  seed of a reproducible random filter
 * @property {number[][][]} [weight]  (in_channels, rows, columns)
 * @property {string} [edited]  page only: name of the preset this one was edited from
 * @property {number[]|number[][][]} [in_color]  page only: mix or weight of the colour picture
 *   that a grey one has taken the place of
 */

/**
 * @typedef {object} StageRecipe
 * @property {string} id
 * @property {string} op
 * @property {string[]} [inputs]
 * @property {Filter[]} [filters]
 * @property {number[]} [bias]
 * @property {Pair} [kernel_size]
 * @property {Pair} [stride]
 */

/**
 * @typedef {object} InputRecipe
 * @property {string} image
 * @property {number|null} [size]
 * @property {"crop"|"fit"} [fit]
 * @property {"rgb"|"grey"} [color]
 * @property {"hundredths"|"exact"} [quantize]
 */

/**
 * @typedef {object} Recipe
 * @property {1} version
 * @property {InputRecipe} input
 * @property {(StageRecipe & Record<string, any>)[]} stages
 */

/** @typedef {{size: Pair, stride: Pair, offset: Pair}} ReceptiveField */

/**
 * @typedef {object} AxisSize  The numbers of the output-size formula along one axis.
 * @property {number} length
 * @property {Pair} padding  (before, after)
 * @property {number} dilation
 * @property {number} kernel_size
 * @property {number} stride
 * @property {boolean} ceil_mode
 * @property {number} result
 */

/**
 * @typedef {object} MapManifest
 * @property {string} key  content address of the map
 * @property {[number, number]} range  least and largest value
 * @property {number} zeros  how many cells are exactly zero
 * @property {boolean} dead  all cells are zero
 * @property {number[]} sources  input maps it reads
 */

/**
 * @typedef {object} StageManifest
 * @property {string} id
 * @property {string} op
 * @property {"input"|"windowed"|"elementwise"|"reducing"|"dense"} kind
 * @property {string} title
 * @property {string} summary
 * @property {string[]} inputs
 * @property {Record<string, any>} parameters
 * @property {[number, number, number]} shape
 * @property {MapManifest[]} maps
 * @property {[number, number]} value_range
 * @property {number} zero_share
 * @property {number[]} dead_maps
 * @property {number} parameter_count
 * @property {number} multiply_adds
 * @property {number} additions
 * @property {number} comparisons
 * @property {number|null} kept_cells  null where no cell of the result is one of the input's alone
 * @property {ReceptiveField} receptive_field
 * @property {{rows: number, columns: number}} unread
 * @property {{rows: AxisSize, columns: AxisSize}|null} output_size
 * @property {string} output
 */

/** @typedef {{id: string, engine: string, recipe: Recipe, stages: StageManifest[]}} Manifest */

/** @typedef {{label: string, stage: string, changes: Record<string, any>}} Fix */

/**
 * @typedef {object} Problem  What went wrong, in the server's words (or ours, when it is gone).
 * @property {string} code
 * @property {string} detail
 * @property {number} status  0 when no answer came
 * @property {string} [field]
 * @property {Fix} [fix]
 * @property {"first"|"change"|"values"} [purpose]  page only: what the request was for
 */

/** @typedef {{status: "idle"|"loading"|"ready"|"failed", problem: Problem|null}} RequestState */

/** @typedef {{row: number, column: number}} Cell  counted from 0 */

/** @typedef {{stage: string, map: number, row: number, column: number}} CellRef */

/**
 * @typedef {object} Playhead
 * @property {number} elapsed_ms  place on the stage's schedule, at speed 1
 * @property {Cell|null} cell  a cell shown although the map is complete; null = the schedule's own
 * @property {number|null} term  terms of the window revealed by hand; null = as the schedule says
 * @property {number} [since_ms]  where playing began
 * @property {number} [loop_ms]  place within a looped row, at speed 1
 */

/**
 * @typedef {object} Picture
 * @property {string} id
 * @property {string} title
 * @property {string} alt
 * @property {string} thumbnail
 * @property {string} kind
 * @property {number} [width]
 * @property {number} [height]
 * @property {number} [channels]
 * @property {string} [author]
 * @property {string} [licence]
 * @property {string} [source]
 */

/**
 * @typedef {object} State
 * @property {Recipe} recipe  what the viewer asked for
 * @property {Manifest|null} run  the last run that was computed
 * @property {RequestState} request
 * @property {{stage: string, map: number}} selection
 * @property {number|null} open_row  ledger row opened by hand; null = the strongest
 * @property {string} lens  "colour" or the index of an input map
 * @property {Playhead} playhead
 * @property {boolean} is_playing
 * @property {boolean} is_looping
 * @property {boolean} starts_alone  the first run plays by itself
 * @property {number} speed
 * @property {CellRef|null} hover
 * @property {CellRef|null} pinned
 * @property {number|null} focus_term  the window/kernel/product triple under the pointer
 * @property {string|null} emphasis  group of the sentence under the pointer
 * @property {"map"|"stage"|"network"} scale
 * @property {"auto"|"light"|"dark"} theme
 * @property {boolean} is_reduced  the viewer asked for less motion
 * @property {Recipe[]} past
 * @property {Recipe[]} future
 * @property {Picture|null} upload  the viewer's own picture, when one is loaded
 * @property {Picture|null} upload_before  the one before it, when the run on show still reads that
 * @property {{status: "idle"|"sending"|"failed", problem: Problem|null, name: string}} sending
 * @property {Opening|null} opening  where the next run opens; null = where the last one stood
 * @property {string[]} controls  what an embed shows
 * @property {string[]} locks  controls whose values cannot be changed
 */

/**
 * @typedef {object} Opening
 * @property {[number, number]|null} cell  (row, column) to pin
 * @property {number|null} step  window to stand at; null = the map is finished
 * @property {boolean} [plays]  and to go on from
 */

/**
 * @typedef {object} SceneView  How a scene is looked at; counts from 0, everything may be left out.
 * @property {string} [stage]
 * @property {number} [map]
 * @property {[number, number]|null} [cell]
 * @property {number|null} [step]
 * @property {number} [speed]
 * @property {"auto"|"light"|"dark"} [theme]
 * @property {string[]} [controls]
 * @property {string[]} [locks]
 * @property {boolean} [autoplay]
 */

/** @typedef {{version: 1, recipe: Recipe, view: SceneView}} SavedScene  What a link or a file holds. */

export const SPEEDS = /** @type {const} */ ([0.5, 1, 2, 4, 16]);
export const HISTORY_LIMIT = 200;
/** What an embed shows unless its address says otherwise. */
export const USUAL_CONTROLS = ["preset", "stride", "transport", "ledger"];

/**
 * The state before anything has happened.
 *
 * @param {Recipe} recipe
 * @param {{theme?: State["theme"], is_reduced?: boolean, starts_alone?: boolean, view?: SceneView}} [options]
 * @returns {State}
 */
export function initialState(
  recipe,
  { theme = "auto", is_reduced = false, starts_alone = false, view = {} } = {},
) {
  const first = recipe.stages[0];
  return {
    recipe,
    run: null,
    request: { status: "idle", problem: null },
    selection: { stage: view.stage ?? first?.id ?? "input", map: view.map ?? 0 },
    open_row: null,
    lens: "colour",
    playhead: { elapsed_ms: 0, cell: null, term: null },
    is_playing: false,
    is_looping: false,
    starts_alone,
    speed: view.speed ?? 4,
    hover: null,
    pinned: null,
    focus_term: null,
    emphasis: null,
    scale: "map",
    theme,
    is_reduced,
    past: [],
    future: [],
    upload: null,
    upload_before: null,
    sending: { status: "idle", problem: null, name: "" },
    opening: openingOf(view),
    controls: view.controls ?? USUAL_CONTROLS,
    locks: view.locks ?? [],
  };
}

/**
 * @param {SceneView} view
 * @returns {Opening|null}  null when the view names no place
 */
export function openingOf({ cell = null, step = null, autoplay = false }) {
  if (!cell && step === null) return null;
  return autoplay ? { cell, step, plays: true } : { cell, step };
}

/**
 * Whether a link to it would be another one; the single steps of playing do not count.
 *
 * @param {State} state
 * @param {State} before
 */
export function isOtherScene(state, before) {
  return (
    state.recipe !== before.recipe ||
    state.selection !== before.selection ||
    state.pinned !== before.pinned ||
    state.speed !== before.speed ||
    state.theme !== before.theme ||
    state.is_playing !== before.is_playing ||
    (!state.is_playing && state.playhead !== before.playhead)
  );
}
