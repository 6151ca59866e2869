/**
 * Playback: rows, windows, play, scrub, speed, loop, full screen; position in words.
 */

import { count } from "../describe/numbers.js";
import { position } from "../describe/sentences.js";
import {
  finished,
  loopToggled,
  playToggled,
  rewound,
  rowStepped,
  speedChanged,
  stepped,
  steppedTo,
} from "../state/playback.js";
import { SPEEDS } from "../state/state.js";
import { changed, h, setText } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../model/scene.js").Scene} Scene */

/**
 * @typedef {object} TransportParts  Which of the toolbar's parts there are.
 * @property {string[]} buttons  in their fixed order, by icon
 * @property {boolean} hasOptions  speed, loop, full screen, settings
 */

/** @type {TransportParts} */
const EVERYTHING = {
  buttons: ["start", "row-back", "back", "play", "forward", "row-forward", "finish"],
  hasOptions: true,
};

/** The scrubber moves in steps of about a pixel; finer ones would only cost layouts. */
const SCRUBBER_STOPS = 560;

/**
 * @param {ViewContext} context
 * @param {{openSettings: () => void, fullScreen: () => void}} commands
 * @param {TransportParts} [parts]
 * @returns {import("./view.js").View}
 */
export function createTransport(
  { store, signal },
  { openSettings, fullScreen },
  parts = EVERYTHING,
) {
  /** @param {string} name @param {import("./icons.js").IconName} picture @param {string} key @param {() => void} act @param {string} [part] */
  const button = (name, picture, key, act, part = "") =>
    h(
      "button",
      {
        type: "button",
        class: `transport-button ${part}`,
        "aria-label": name,
        title: `${name} (${key})`,
        "aria-keyshortcuts": key,
        tabindex: -1,
        onclick: act,
      },
      icon(picture),
    );

  const play = button("Play", "play", "Space", () => store.dispatch(playToggled), "play");
  /** @type {Record<string, HTMLElement>} */
  const all = {
    start: button("Start", "start", "Home", () => store.dispatch(rewound), "start"),
    "row-back": button("Back one row", "row-back", "Shift + ←", () =>
      store.dispatch(rowStepped, -1),
    ),
    back: button("Back one window", "back", "←", () => store.dispatch(stepped, -1)),
    play,
    forward: button("Forward one window", "forward", "→", () => store.dispatch(stepped, 1)),
    "row-forward": button("Forward one row", "row-forward", "Shift + →", () =>
      store.dispatch(rowStepped, 1),
    ),
    finish: button("Finish", "finish", "End", () => store.dispatch(finished), "finish"),
  };
  const buttons = h(
    "div",
    { class: "transport-buttons" },
    ...parts.buttons.map((name) => all[name]),
  );
  const scrubber = h("input", {
    type: "range",
    class: "scrubber",
    min: 1,
    value: 1,
    step: 1,
    "aria-label": "Window",
    tabindex: -1,
  });
  scrubber.addEventListener("input", () => store.dispatch(steppedTo, Number(scrubber.value) - 1), {
    signal,
  });
  const place = h("output", { class: "transport-position" });
  const counter = h("span", { class: "transport-count quiet" });
  const speed = h(
    "select",
    { class: "speed", "aria-label": "Speed", tabindex: -1 },
    ...SPEEDS.map((value) => h("option", { value }, `${value}×`)),
  );
  speed.addEventListener("change", () => store.dispatch(speedChanged, Number(speed.value)), {
    signal,
  });
  const loop = h(
    "button",
    {
      type: "button",
      class: "loop",
      "aria-pressed": "false",
      title: "Loop this row (L)",
      tabindex: -1,
      onclick: () => store.dispatch(loopToggled),
    },
    icon("loop"),
    h("span", {}, "Loop"),
  );
  const full = h(
    "button",
    {
      type: "button",
      class: "transport-button full",
      "aria-label": "Full screen",
      title: "Full screen",
      tabindex: -1,
      onclick: fullScreen,
    },
    icon("full"),
  );
  const settings = h(
    "button",
    { type: "button", class: "settings-button", tabindex: -1, onclick: openSettings },
    "Settings",
  );
  const element = h(
    "div",
    { class: "transport", part: "transport", role: "toolbar", "aria-label": "Playback controls" },
    buttons,
    scrubber,
    h("div", { class: "transport-words" }, place, counter),
    parts.hasOptions &&
      h(
        "div",
        { class: "transport-options" },
        h("label", { class: "speed-label" }, h("span", {}, "Speed"), speed),
        loop,
        full,
        settings,
      ),
  );
  installRoving(element, play, signal);
  const isNew = changed();
  const isNewIcon = changed();
  const isNewMark = changed();
  const isNewMap = changed();

  return {
    element,
    render(scene) {
      const { state, stage, painted, read, standing } = scene;
      const [, rows, columns] = stage.shape;
      const all = rows * columns;
      if (isNewMap(rows, columns)) {
        const last = { ...standing, row: rows - 1, column: columns - 1 };
        place.dataset.widest = position({ ...scene, standing: last });
        counter.dataset.widest = `${count(all)} of ${count(all)}`;
      }
      if (isNewIcon(state.is_playing)) {
        play.replaceChildren(icon(state.is_playing ? "pause" : "play"));
        play.setAttribute("aria-label", state.is_playing ? "Pause" : "Play");
        play.title = state.is_playing ? "Pause (Space)" : "Play (Space)";
      }
      const mark = state.is_playing ? Math.round((painted / all) * SCRUBBER_STOPS) : painted;
      if (isNewMark(mark, all, state.is_playing)) {
        scrubber.max = String(all);
        scrubber.value = String(Math.max(1, painted));
        scrubber.style.setProperty("--progress", String(painted / all));
      }
      if (!isNew(read, all, standing.row, standing.column, state.speed, state.is_looping)) return;
      const words = position(scene);
      setText(place, words);
      setText(counter, `${count(Math.min(all, read))} of ${count(all)}`);
      scrubber.setAttribute("aria-valuetext", words.replace("×", "by"));
      speed.value = String(state.speed);
      loop.setAttribute("aria-pressed", String(state.is_looping));
    },
  };
}

/**
 * One tab stop; arrows go from control to control, as in every toolbar.
 *
 * @param {HTMLElement} toolbar
 * @param {HTMLElement} first
 * @param {AbortSignal} signal
 */
function installRoving(toolbar, first, signal) {
  first.tabIndex = 0;
  /** @returns {HTMLElement[]} */
  const stops = () =>
    [...toolbar.querySelectorAll("button, input, select")]
      .map((node) => /** @type {HTMLElement} */ (node))
      .filter((node) => node.offsetParent !== null);
  toolbar.addEventListener(
    "focusin",
    (event) => {
      for (const stop of stops()) stop.tabIndex = stop === event.target ? 0 : -1;
    },
    { signal },
  );
  toolbar.addEventListener(
    "keydown",
    (event) => {
      const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
      const isOwn =
        event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
      if (!step || isOwn || event.shiftKey || event.altKey) return;
      const all = stops();
      const index = all.indexOf(/** @type {HTMLElement} */ (event.target));
      all[(index + step + all.length) % all.length]?.focus();
      event.preventDefault();
      event.stopPropagation();
    },
    { signal },
  );
}
