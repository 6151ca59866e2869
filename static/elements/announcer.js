/**
 * One polite sentence at a time for screen readers, never while the window sweeps.
 */

import { finishSentence, pinSentence, stageSentence, stepSentence } from "../describe/sentences.js";
import { areasBehind } from "../model/taps.js";
import { changed } from "./dom.js";

/** At most one sentence in this time. */
const PAUSE_MS = 1500;

/**
 * @param {HTMLElement} live
 * @param {AbortSignal} signal
 */
export function installAnnouncer(live, signal) {
  let last = Number.NEGATIVE_INFINITY;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let waiting;
  signal.addEventListener("abort", () => clearTimeout(waiting));
  const isNewStage = changed();
  const isNewPin = changed();
  const isNewCell = changed();
  const isNewEnd = changed();
  let isFirst = true;

  /** @param {string} text */
  function say(text) {
    clearTimeout(waiting);
    const wait = Math.max(0, last + PAUSE_MS - performance.now());
    waiting = setTimeout(() => {
      last = performance.now();
      live.textContent = text;
    }, wait);
  }

  return {
    say,
    /** @param {import("../model/scene.js").Scene} scene */
    follow(scene) {
      const { state, cell, stage, run } = scene;
      const { is_playing, pinned } = state;
      const isFinished = !is_playing && scene.moment.phase === "finished" && !state.playhead.cell;
      const stageChanged = isNewStage(stage.id, scene.map);
      const pinChanged = isNewPin(pinned?.stage, pinned?.row, pinned?.column);
      const endChanged = isNewEnd(isFinished);
      const cellChanged =
        !is_playing &&
        !scene.is_hovering &&
        !scene.is_pinned &&
        isNewCell(cell.row, cell.column, state.run?.id);
      if (isFirst) {
        isFirst = false;
        return;
      }
      if (stageChanged) say(stageSentence(scene));
      else if (pinChanged && pinned) {
        const first = run.stages[0];
        say(pinSentence(scene, first && areasBehind(run, pinned.stage, pinned).get(first.id)));
      } else if (endChanged && isFinished) say(finishSentence(scene));
      else if (cellChanged) say(stepSentence(scene));
    },
  };
}
