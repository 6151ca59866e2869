/**
 * The scene of each frame of an animation: the same scene at successive playheads.
 */

import { scheduleOf, steppedTo } from "../state/playback.js";
import { present } from "./scene.js";

/** @typedef {import("./scene.js").Scene} Scene */

/** While windows rush by, numbers rest for so long: shorter, nobody can read them. */
const RESTING_MS = 500;
/** How long the page lets them rest at speed 1. */
const READING_MS = 125;

/**
 * @param {Scene} scene  nothing moves in it
 * @param {Pick<import("./animation.js").AnimationPlan, "steps"|"delays_ms">} plan
 * @returns {(index: number) => Scene}
 */
export function frameScene(scene, { steps, delays_ms }) {
  const { run, theme } = scene;
  const line = scheduleOf(scene.state);
  const last = steps.length - 1;
  const skips = last > 2 && steps[1] - steps[0] > 1;
  // The first row takes its time on the schedule: what comes after it tells the pace.
  const [begin, end] =
    skips && line ? [line.timeOf(steps[1]), line.timeOf(steps[last - 1])] : [0, 0];
  const shown_ms = delays_ms.slice(1, last - 1).reduce((sum, each) => sum + each, 0);
  const pace = shown_ms > 0 ? (end - begin) / shown_ms : 1;
  return (index) => {
    const state = steppedTo(scene.state, steps[index]);
    const isRushing = skips && index > 0 && index < last;
    const moving = {
      ...state,
      is_playing: true,
      is_looping: false,
      // Boxes stand on their windows: a frame is not between two of them.
      is_reduced: true,
      speed: (pace * RESTING_MS) / READING_MS,
      playhead: { ...state.playhead, since_ms: begin },
    };
    return /** @type {Scene} */ (present(isRushing ? moving : state, run.tensors, theme));
  };
}
