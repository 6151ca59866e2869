/**
 * Hands on a kernel grid: roving focus, typing, dragging with a bar from −9 to 9, and on touch a
 * slider after a long press.
 */

import { WEIGHT_RULE } from "../state/weights.js";
import { h, setAttribute, setText } from "./dom.js";
import { openKernelSlider } from "./kernel-slider.js";
import { NOTE_MS, notTaken } from "./number-field.js";

/** @typedef {import("./number-field.js").Phase} Phase */

/**
 * @typedef {object} Handlers
 * @property {() => HTMLInputElement[]} cells
 * @property {() => number} columns
 * @property {(place: number) => number} valueAt  as the run has it
 * @property {(place: number) => number|null} wanted  as the recipe has it, where it is written out
 * @property {() => boolean} isLocked
 * @property {(place: number, value: number, phase: Phase) => boolean} edit
 * @property {(place: number, value: number) => void} show  paint a value that is only asked for
 * @property {(place: number) => void} enter  the focus came to a cell
 * @property {(column: number, by: number) => Pick<HTMLElement, "focus">|null} beyond
 *   the cell of the slice above (by -1) or below
 * @property {(place: number|null) => void} hover
 * @property {(text: string) => number|null} parse
 */

const LIMIT = 9;
const STEP_PX = 4;
const SLACK_PX = 3;
const TOUCH_SLACK_PX = 10;
const LONG_PRESS_MS = 450;
/** Between a note and its cell, and the edge of the page. */
const NOTE_GAP_PX = 4;
const NOTE_MARGIN_PX = 12;
/** A digit this soon after a minus is a negative number being typed. */
const SIGN_MS = 1500;

/**
 * @typedef {object} Drag
 * @property {number} place
 * @property {number} y
 * @property {number} start
 * @property {number} value
 * @property {boolean} isMoving
 * @property {Phase} phase
 */

/**
 * Below its cell, or above where the page ends; over all that scrolls, so that nothing cuts it.
 *
 * @param {HTMLElement} note
 */
function placeNote(note) {
  const cell = note.parentElement?.getBoundingClientRect();
  if (!cell) return;
  const { width, height } = note.getBoundingClientRect();
  const most = document.documentElement.clientWidth - width - NOTE_MARGIN_PX;
  const below = cell.bottom + NOTE_GAP_PX;
  const isBelow = below + height <= innerHeight - NOTE_MARGIN_PX;
  const zoom = note.currentCSSZoom ?? 1;
  note.style.left = `${Math.max(NOTE_MARGIN_PX, Math.min(cell.left, most)) / zoom}px`;
  note.style.top = `${(isBelow ? below : cell.top - NOTE_GAP_PX - height) / zoom}px`;
}

/** The beginning of a number, which is not yet one. @param {string} text */
function isBegun(text) {
  return /^\s*[-+−]?[.,]?\s*$/.test(text);
}

/**
 * @param {HTMLElement} grid
 * @param {Handlers} on
 * @param {AbortSignal} signal  aborts when the explorer leaves the page
 */
export function attachKernelGestures(grid, on, signal) {
  const thumb = h("div", { class: "kernel-bar-thumb" });
  const bar = h("div", { class: "kernel-bar", "aria-hidden": "true" }, thumb);
  const note = h("p", { class: "kernel-note", role: "alert", popover: "manual" });
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let noting;
  /** The last minus that was pressed. */
  let minus = { place: -1, at: 0 };
  /** @type {Drag|null} */
  let drag = null;
  /** @type {number|null} */
  let typing = null;
  /** What stood in the cell when typing began; null when a key had begun a new number. */
  /** @type {string|null} */
  let untouched = null;
  /** Cell whose asked value is shown until the run that has it arrives. */
  /** @type {{place: number, value: number}|null} */
  let asked = null;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let press;
  let touched = { x: 0, y: 0 };

  /** @param {Event} event */
  const placeOf = (event) => {
    const cell = event.target instanceof Element ? event.target.closest(".kernel-cell") : null;
    const input = cell?.querySelector("input");
    return input ? on.cells().indexOf(input) : -1;
  };

  /** @param {number} place */
  const valueNow = (place) => (asked?.place === place ? asked.value : on.valueAt(place));

  /** @param {number} place @param {number} value @param {Phase} phase */
  function commit(place, value, phase) {
    const rounded = Math.round(value * 100) / 100;
    if (rounded === valueNow(place)) return false;
    if (!on.edit(place, rounded, phase)) return false;
    asked = { place, value: rounded };
    on.show(place, rounded);
    return true;
  }

  /* ---- typing ---- */

  /** @param {number} place @param {string|null} text  null keeps and selects what is there */
  function type(place, text) {
    if (on.isLocked()) return;
    const input = on.cells()[place];
    typing = place;
    input.readOnly = false;
    input.toggleAttribute("data-typing", true);
    input.style.backgroundColor = "var(--panel)";
    input.style.color = "var(--ink)";
    input.parentElement?.classList.add("is-typing");
    if (text !== null) input.value = text;
    input.focus();
    if (text === null) input.select();
    untouched = text === null ? input.value : null;
    check(place);
  }

  /** Say below the cell when what stands there cannot be a weight. @param {number} place */
  function check(place) {
    const input = on.cells()[place];
    const isInvalid = input.value.trim() !== "" && !isBegun(input.value) && !isNumber(input.value);
    input.parentElement?.classList.toggle("is-invalid", isInvalid);
    setAttribute(input, "aria-invalid", isInvalid ? "true" : null);
    say(place, isInvalid ? WEIGHT_RULE : "");
  }

  /** @param {number} place @param {string} text  "" takes it away */
  function say(place, text) {
    clearTimeout(noting);
    const cell = on.cells()[place]?.parentElement;
    if (!text || !cell) return note.remove();
    setText(note, text);
    if (note.parentElement !== cell) cell.append(note);
    note.showPopover();
    placeNote(note);
  }
  globalThis.addEventListener("scroll", () => note.isConnected && placeNote(note), {
    capture: true,
    passive: true,
    signal,
  });

  /** @param {string} text */
  const isNumber = (text) => on.parse(text) !== null;

  /** @param {boolean} isApplied */
  function stopTyping(isApplied) {
    if (typing === null) return;
    const place = typing;
    const input = on.cells()[place];
    typing = null;
    if (!input) return;
    input.readOnly = true;
    input.setSelectionRange(0, 0);
    setAttribute(input, "aria-invalid", null);
    say(place, "");
    input.toggleAttribute("data-typing", false);
    input.parentElement?.classList.remove("is-typing", "is-invalid");
    const text = input.value.trim();
    const isChanged = isApplied && text !== "" && input.value !== untouched;
    const value = isChanged ? on.parse(text) : null;
    if (value === null || !commit(place, value, "single")) on.show(place, valueNow(place));
    if (!isChanged || value !== null) return;
    say(place, notTaken(text, WEIGHT_RULE));
    noting = setTimeout(() => note.remove(), NOTE_MS);
  }

  /* ---- keys ---- */

  /** @param {KeyboardEvent} event @param {number} place @returns {boolean}  handled */
  function pressed(event, place) {
    if (event.ctrlKey || event.metaKey) return false;
    if (typing !== null) return pressedWhileTyping(event);
    const columns = on.columns();
    const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
    const move = moves[/** @type {keyof typeof moves} */ (event.key)];
    if (move !== undefined) return !event.altKey && moveTo(place, move);
    if (event.key === "Home" || event.key === "End") {
      const row = place - (place % columns);
      return moveTo(place, (event.key === "Home" ? row : row + columns - 1) - place);
    }
    if (event.key === "Escape") return undo(place);
    if (on.isLocked()) return false;
    if (event.key === "Enter" || event.key === "F2") type(place, null);
    else if (event.key === "+" || event.key === "=") stepBy(place, 0.1, event.repeat);
    else if (event.key === "-" || event.key === "−") {
      minus = { place, at: event.timeStamp };
      stepBy(place, -0.1, event.repeat);
    } else if (/^[\d.,]$/.test(event.key)) type(place, signOf(event, place) + digitOf(event));
    else if (/^\p{L}$/u.test(event.key) && !event.altKey) type(place, event.key);
    else return false;
    return true;
  }

  /**
   * A minus is one step down, and the sign of the digit that follows at once.
   *
   * @param {KeyboardEvent} event
   * @param {number} place
   */
  const signOf = ({ timeStamp }, place) =>
    minus.place === place && timeStamp - minus.at < SIGN_MS ? "-" : "";

  /** @param {KeyboardEvent} event */
  const digitOf = ({ key }) => (key === "," ? "." : key);

  /** @param {KeyboardEvent} event */
  function pressedWhileTyping(event) {
    if (event.key === "Enter") {
      // What is no number stays to be corrected; Escape brings back what was there.
      const text = typing === null ? "" : on.cells()[typing].value;
      if (isNumber(text) || text === untouched) stopTyping(true);
      else if (text.trim() === "") stopTyping(false);
    } else if (event.key === "Escape") stopTyping(false);
    else {
      event.stopPropagation();
      return false;
    }
    return true;
  }

  /** @param {number} place @param {number} by */
  function moveTo(place, by) {
    const columns = on.columns();
    const isSideways = Math.abs(by) < columns;
    const to = place + by;
    const isSameRow = Math.floor(to / columns) === Math.floor(place / columns);
    const isOutside = to < 0 || to >= on.cells().length;
    if (isSideways ? isSameRow : !isOutside) on.cells()[to].focus();
    else if (!isSideways) on.beyond(place % columns, Math.sign(by))?.focus();
    return true;
  }

  /** @param {number} place @param {number} by @param {boolean} isRepeat */
  function stepBy(place, by, isRepeat) {
    const limit = Math.max(LIMIT, Math.abs(valueNow(place)));
    const value = Math.max(-limit, Math.min(limit, valueNow(place) + by));
    commit(place, value, isRepeat ? "continue" : "begin");
  }

  /** @type {{place: number, value: number}|null} */
  let entered = null;

  /** @param {number} place  back to the value it had when the focus came */
  function undo(place) {
    if (!entered || entered.place !== place || entered.value === valueNow(place)) return false;
    return commit(place, entered.value, "single");
  }

  /* ---- dragging ---- */

  /** @param {PointerEvent} event @param {number} place */
  function begin(event, place) {
    const input = on.cells()[place];
    event.preventDefault();
    input.focus();
    if (on.isLocked()) return;
    const start = valueNow(place);
    drag = { place, y: event.clientY, start, value: start, isMoving: false, phase: "begin" };
    input.setPointerCapture(event.pointerId);
  }

  /** @param {number} place */
  function slide(place) {
    if (on.isLocked() || signal.aborted) return;
    /** @type {Phase} */
    let phase = "begin";
    openKernelSlider(on.cells()[place], {
      value: valueNow(place),
      limit: LIMIT,
      signal,
      change: (value) => {
        if (commit(place, value, phase)) phase = "continue";
      },
    });
  }

  /** @param {PointerEvent} event */
  function move(event) {
    if (!drag) return;
    const distance = drag.y - event.clientY;
    if (!drag.isMoving && Math.abs(distance) < SLACK_PX) return;
    if (!drag.isMoving) showBar(drag);
    const unit = event.shiftKey ? 0.01 : event.altKey ? 1 : 0.1;
    const limit = Math.max(LIMIT, Math.abs(drag.start));
    const target = drag.start + Math.trunc(distance / STEP_PX) * unit;
    drag.value = Math.max(-limit, Math.min(limit, target));
    if (commit(drag.place, drag.value, drag.phase)) drag.phase = "continue";
    moveBar(drag.value);
  }

  function end() {
    clearTimeout(press);
    if (!drag) return;
    on.cells()[drag.place]?.parentElement?.classList.remove("is-dragging");
    bar.remove();
    drag = null;
  }

  /** @param {Drag} state */
  function showBar(state) {
    state.isMoving = true;
    const box = on.cells()[state.place].parentElement;
    box?.classList.add("is-dragging");
    if (!box) return;
    // Beside the whole kernel: never over a number.
    const room = grid.getBoundingClientRect().right - box.getBoundingClientRect().right;
    bar.style.setProperty("--beside", `${room}px`);
    box.append(bar);
  }

  /** @param {number} value */
  function moveBar(value) {
    const share = (Math.max(-LIMIT, Math.min(LIMIT, value)) + LIMIT) / (2 * LIMIT);
    thumb.style.bottom = `${100 * share}%`;
  }

  grid.addEventListener("pointerdown", (event) => {
    const place = placeOf(event);
    if (place < 0 || event.button !== 0 || typing === place) return;
    stopTyping(true);
    if (event.pointerType !== "touch") begin(event, place);
    else {
      clearTimeout(press);
      press = setTimeout(() => slide(place), LONG_PRESS_MS);
      touched = { x: event.clientX, y: event.clientY };
    }
  });
  grid.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "touch") move(event);
    else if (Math.hypot(event.clientX - touched.x, event.clientY - touched.y) > TOUCH_SLACK_PX)
      clearTimeout(press);
  });
  for (const type of ["pointerup", "pointercancel", "lostpointercapture"])
    grid.addEventListener(type, end);
  grid.addEventListener("contextmenu", (event) => {
    if (event instanceof PointerEvent && event.pointerType === "touch") event.preventDefault();
  });
  grid.addEventListener("dblclick", (event) => {
    const place = placeOf(event);
    if (place >= 0) type(place, null);
  });
  grid.addEventListener("keydown", (event) => {
    const place = placeOf(event);
    if (place < 0) return;
    if (drag && event.key === "Escape") {
      commit(drag.place, drag.start, "continue");
      end();
    } else if (!pressed(event, place)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  grid.addEventListener("input", (event) => {
    const place = placeOf(event);
    if (place >= 0) check(place);
  });
  grid.addEventListener("focusin", (event) => {
    const place = placeOf(event);
    if (place < 0) return;
    if (entered?.place !== place) entered = { place, value: valueNow(place) };
    on.enter(place);
    on.hover(place);
  });
  grid.addEventListener("focusout", (event) => {
    stopTyping(true);
    if (event.relatedTarget instanceof Node && grid.contains(event.relatedTarget)) return;
    entered = null;
    on.hover(null);
  });
  grid.addEventListener("pointerover", (event) => {
    const place = placeOf(event);
    if (place >= 0 && !drag) on.hover(place);
  });
  grid.addEventListener("pointerleave", () => drag || on.hover(null));

  return {
    /** @param {number} place */
    isTyping: (place) => typing === place,
    /** The cell whose number is the hand's, not the run's. */
    heldPlace: () => {
      if (typing !== null) return typing;
      if (drag?.isMoving) return drag.place;
      if (!asked) return -1;
      const isPending = on.wanted(asked.place) === asked.value;
      const isHere = Math.fround(asked.value) === Math.fround(on.valueAt(asked.place));
      if (isHere || !isPending) asked = null;
      return asked?.place ?? -1;
    },
    cancel: () => {
      stopTyping(false);
      end();
      asked = null;
      entered = null;
    },
  };
}
