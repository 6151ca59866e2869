/**
 * What one frame shows, derived from state and tensors alone: `present(state, tensors)`.
 */

import { scheduleOf } from "../state/playback.js";
import { WINDOW_MS } from "../timeline/schedule.js";
import { explain } from "./explain.js";
import { Run } from "./run.js";

/** @typedef {import("../state/state.js").State} State */
/** @typedef {import("../state/state.js").Cell} Cell */
/** @typedef {import("../state/state.js").StageManifest} StageManifest */
/** @typedef {import("../draw/colour.js").Theme} Theme */
/** @typedef {import("../draw/raster.js").Scale} Scale */

/**
 * @typedef {object} Scene
 * @property {State} state
 * @property {Run} run
 * @property {Theme} theme
 * @property {StageManifest} stage  the selected stage
 * @property {StageManifest|null} source  the stage it reads
 * @property {number} map  the selected map
 * @property {import("../timeline/schedule.js").Moment} moment
 * @property {Cell} cell  the cell whose arithmetic is on show
 * @property {Cell} playheadCell  where the animation stands
 * @property {Cell} standing  the same without the pointer: pinned, or under the playhead
 * @property {boolean} is_hovering  `cell` is under the pointer, not under the playhead
 * @property {boolean} is_pinned  `cell` is the pinned one
 * @property {number} painted  windows painted on the result
 * @property {number} read  windows painted when the numbers on show were read
 * @property {import("./explain.js").Explanation|null} explanation  null while values are on their way
 * @property {number} m  what the ends of the signed scale stand for on the result map
 * @property {(stage: StageManifest, map: number) => Scale} scaleOf
 * @property {(Cell & {toward: number})|null} glide  the cell the boxes are gliding to
 */

/** @type {WeakMap<import("../state/state.js").Manifest, Run>} */
const runs = new WeakMap();

/**
 * @param {import("../state/state.js").Manifest} manifest
 * @param {import("./tensors.js").TensorStore} tensors
 */
function runOf(manifest, tensors) {
  let run = runs.get(manifest);
  if (!run || run.tensors !== tensors) {
    run = new Run(manifest, tensors);
    runs.set(manifest, run);
  }
  return run;
}

/**
 * @param {State} state
 * @param {import("./tensors.js").TensorStore} tensors
 * @param {Theme} theme
 * @returns {Scene|null}  null before the first run
 */
export function present(state, tensors, theme) {
  const line = scheduleOf(state);
  if (!state.run || !line) return null;
  const run = runOf(state.run, tensors);
  const stage = run.stage(state.selection.stage);
  const { map } = state.selection;
  const moment = line.at(state.playhead.elapsed_ms);
  const columns = stage.shape[2];
  const playheadCell = state.playhead.cell ?? cellAt(moment.step, columns);
  const readStep = readableStep(state, line, moment);
  const readCell = state.playhead.cell ?? cellAt(readStep, columns);
  const hovered = onBench(state.hover, state.selection);
  const pinned = onBench(state.pinned, state.selection);
  const standing = pinned ?? readCell;
  const cell = hovered ?? standing;
  const nextStep = moment.step + 1;
  const isGliding = moment.toward > 0 && !state.is_reduced && nextStep < line.steps;
  return {
    state,
    run,
    theme,
    stage,
    source: run.source(stage.id),
    map,
    moment,
    cell,
    playheadCell,
    standing,
    is_hovering: hovered !== null,
    is_pinned: hovered === null && pinned !== null,
    painted: moment.painted,
    read: Math.min(moment.painted, state.is_playing ? readStep + 1 : moment.painted),
    explanation: explainOnce(run, stage.id, map, cell),
    m: run.colourRange(stage.id, map, state.scale),
    scaleOf: (of, index) => scaleOf(run, state, theme, of, index),
    glide: isGliding ? { ...cellAt(nextStep, columns), toward: moment.toward } : null,
  };
}

/** @type {WeakMap<Run, {stage: string, map: number, cell: Cell, explanation: import("./explain.js").Explanation}>} */
const explanations = new WeakMap();

/**
 * The same cell is not taken apart twice: a global pool reads thousands of terms.
 *
 * @param {Run} run
 * @param {string} stage
 * @param {number} map
 * @param {Cell} cell
 */
function explainOnce(run, stage, map, cell) {
  const last = explanations.get(run);
  const isSame =
    last?.stage === stage &&
    last.map === map &&
    last.cell.row === cell.row &&
    last.cell.column === cell.column;
  if (last && isSame) return last.explanation;
  const explanation = explain(run, stage, map, cell);
  if (explanation) explanations.set(run, { stage, map, cell, explanation });
  return explanation;
}

/** Numbers change at most 8 times a second while windows rush by; boxes and paint never wait. */
const READING_MS = 125;
/** Above this speed even single windows are too quick to read. */
const READABLE_SPEED = 2;

/**
 * The window whose numbers are shown: the playhead's own, or while sweeping the last one that
 * stands still long enough. A function of the playhead alone, so that a scrub shows the same.
 *
 * @param {State} state
 * @param {import("../timeline/schedule.js").Schedule} line
 * @param {import("../timeline/schedule.js").Moment} moment
 */
function readableStep({ is_playing, is_looping, speed, playhead }, line, moment) {
  const pace = READING_MS * speed;
  if (!is_playing) return moment.step;
  if (playhead.loop_ms !== undefined) {
    // In a loop every window has its own time; the quick speeds skip some.
    const ahead = speed > READABLE_SPEED ? playhead.loop_ms % pace : 0;
    return Math.max(0, moment.step - Math.floor(ahead / WINDOW_MS));
  }
  const isQuick = moment.phase === "sweep" || (moment.phase === "window" && speed > READABLE_SPEED);
  const { elapsed_ms, since_ms = elapsed_ms } = playhead;
  const read_ms = since_ms + Math.floor((elapsed_ms - since_ms) / pace) * pace;
  return isQuick && !is_looping ? line.at(read_ms).step : moment.step;
}

/** @param {number} step @param {number} columns @returns {Cell} */
function cellAt(step, columns) {
  return { row: Math.floor(step / columns), column: step % columns };
}

/**
 * @param {import("../state/state.js").CellRef|null} ref
 * @param {State["selection"]} selection
 * @returns {Cell|null}
 */
function onBench(ref, { stage, map }) {
  return ref && ref.stage === stage && ref.map === map
    ? { row: ref.row, column: ref.column }
    : null;
}

/**
 * Pictures are grey or duotones; everything computed is signed.
 *
 * @param {Run} run
 * @param {State} state
 * @param {Theme} theme
 * @param {StageManifest} stage
 * @param {number} map
 * @returns {Scale}
 */
function scaleOf(run, state, theme, stage, map) {
  if (stage.kind === "input") {
    return stage.maps.length === 3 ? { kind: "duotone", channel: map } : { kind: "grey" };
  }
  return { kind: "signed", m: run.colourRange(stage.id, map, state.scale), theme };
}
