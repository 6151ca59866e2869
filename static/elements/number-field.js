/**
 * A number (or pair, or padding) between a minus and a plus: type it, step it with the arrows, hold
 * a button, or drag it. At a limit the button fades and says why; what cannot be is said below.
 */

import { h, setAttribute } from "./dom.js";
import { holdToRepeat } from "./hold-repeat.js";
import { icon } from "./icons.js";

/** @typedef {"single"|"begin"|"continue"} Phase  how a change belongs to the history */

/**
 * @template T
 * @typedef {object} NumberFieldOptions
 * @property {string} label
 * @property {import("../state/values.js").Codec<T>} codec
 * @property {(value: T, phase: Phase) => void} onchange
 * @property {string} [hint]  what can be typed, for the tooltip
 * @property {string} [className]
 */

/**
 * @template T
 * @typedef {object} NumberField
 * @property {HTMLElement} element
 * @property {HTMLInputElement} input
 * @property {(value: T, disabled?: string) => void} render  disabled: why it cannot be changed
 */

/** CSS px of dragging for one step. */
const DRAG_PX = 8;
/** CSS px before a press becomes a drag. */
const SLACK_PX = 4;
const PAGE = 5;
/** How long a message below a field stays. */
export const NOTE_MS = 8000;

/**
 * @template T
 * @param {NumberFieldOptions<T>} options
 * @returns {NumberField<T>}
 */
export function createNumberField({ label, codec, onchange, hint = "", className = "" }) {
  /** @type {T|undefined} */
  let value;
  let reason = "";
  let isTyping = false;

  const input = h("input", {
    type: "text",
    class: "number-field-input",
    role: "spinbutton",
    inputmode: "text",
    autocomplete: "off",
    spellcheck: "false",
    "aria-label": label,
    "data-tip": hint || null,
    "aria-description": hint || null,
  });
  const less = stepButton("minus", `Less: ${label}`, -1);
  const more = stepButton("plus", `More: ${label}`, 1);
  const element = h("div", { class: `number-field ${className}` }, less, input, more);

  /** @param {"minus"|"plus"} name @param {string} text @param {number} steps */
  function stepButton(name, text, steps) {
    const button = h(
      "button",
      { type: "button", class: "number-field-step", tabindex: "-1", "aria-label": text },
      icon(name),
    );
    holdToRepeat(button, (phase) => step(steps, phase));
    return button;
  }

  /** @param {T} next @param {Phase} phase @returns {boolean}  whether anything changed */
  function change(next, phase) {
    if (reason || value === undefined || isSame(next, value)) return false;
    value = next;
    show();
    onchange(next, phase);
    return true;
  }

  /** @param {number} steps @param {Phase} phase */
  function step(steps, phase) {
    if (value === undefined) return;
    isTyping = false;
    object("");
    change(codec.moved(value, steps), phase);
    show();
  }

  function show() {
    if (value === undefined) return;
    input.toggleAttribute("data-typing", isTyping);
    if (!isTyping) {
      const text = codec.format(value);
      if (input.value !== text) input.value = text;
    }
    setAttribute(input, "aria-valuenow", String(codec.number(value)));
    setAttribute(input, "aria-valuetext", codec.spoken(value));
    input.readOnly = reason !== "";
    setAttribute(input, "aria-disabled", reason ? "true" : null);
    element.classList.toggle("is-disabled", reason !== "");
    setAttribute(element, "data-tip", reason || null);
    limit(less, -1);
    limit(more, 1);
  }

  /** @param {HTMLElement} button @param {number} steps */
  function limit(button, steps) {
    if (value === undefined) return;
    const isAtLimit = isSame(codec.moved(value, steps), value);
    const most = codec.format(value);
    const why = `${label} is at ${steps < 0 ? "least" : "most"} ${most}`;
    setAttribute(button, "aria-disabled", isAtLimit || reason ? "true" : null);
    setAttribute(button, "data-tip", reason || (isAtLimit ? why : null));
  }

  /** What was typed and cannot be, in words below the field. @param {string} text */
  const object = (text) => refuse(element, text);

  function accept() {
    if (!isTyping) return;
    isTyping = false;
    const text = input.value.trim();
    const typed = codec.parse(text);
    setAttribute(input, "aria-invalid", null);
    if (typed !== null) change(typed, "single");
    show();
    if (typed === null && text !== "") object(notTaken(text, `${label}: ${codec.allowed}.`));
  }

  function cancel() {
    isTyping = false;
    setAttribute(input, "aria-invalid", null);
    object("");
    show();
    input.select();
  }

  input.addEventListener("input", () => {
    isTyping = true;
    object("");
    input.toggleAttribute("data-typing", true);
    setAttribute(input, "aria-invalid", codec.parse(input.value) === null ? "true" : null);
  });
  input.addEventListener("blur", accept);
  input.addEventListener("keydown", (event) => {
    const steps = { ArrowUp: 1, ArrowDown: -1, PageUp: PAGE, PageDown: -PAGE }[event.key];
    if (steps !== undefined) {
      accept();
      step(steps, event.repeat ? "continue" : "begin");
    } else if (event.key === "Enter") accept();
    else if (event.key === "Escape" && isTyping) cancel();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  dragging(input, {
    begin: () => (reason ? null : (value ?? null)),
    move: (start, steps, phase) => change(codec.moved(/** @type {T} */ (start), steps), phase),
  });

  return {
    element,
    input,
    render(next, disabled = "") {
      if (value !== undefined && isSame(next, value) && reason === disabled) return;
      object("");
      value = next;
      reason = disabled;
      show();
    },
  };
}

/**
 * Drag right or up for more. A press that does not move is an ordinary press: it starts typing.
 *
 * @param {HTMLInputElement} input
 * @param {object} handlers
 * @param {() => unknown} handlers.begin  the value to start from; null forbids
 * @param {(start: unknown, steps: number, phase: Phase) => boolean} handlers.move  whether it changed
 */
function dragging(input, { begin, move }) {
  /** @type {{x: number, y: number, start: unknown, isMoving: boolean, phase: Phase}|null} */
  let drag = null;
  input.addEventListener("pointerdown", (event) => {
    const start = begin();
    const isTypedInto = input.hasAttribute("data-typing");
    if (start === null || event.button !== 0 || isTypedInto) return;
    event.preventDefault();
    if (event.pointerType === "mouse") input.focus();
    input.setPointerCapture(event.pointerId);
    drag = { x: event.clientX, y: event.clientY, start, isMoving: false, phase: "begin" };
  });
  input.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const distance = event.clientX - drag.x - (event.clientY - drag.y);
    if (!drag.isMoving && Math.abs(distance) < SLACK_PX) return;
    drag.isMoving = true;
    if (move(drag.start, Math.trunc(distance / DRAG_PX), drag.phase)) drag.phase = "continue";
    input.classList.add("is-dragging");
  });
  const end = () => {
    if (drag && !drag.isMoving) {
      input.focus();
      input.select();
    }
    drag = null;
    input.classList.remove("is-dragging");
  };
  input.addEventListener("pointerup", end);
  input.addEventListener("pointercancel", () => {
    drag = null;
    input.classList.remove("is-dragging");
  });
}

const MOST_QUOTED = 24;

/**
 * What was typed and not taken, and what would be.
 *
 * @param {string} text
 * @param {string} rule
 */
export function notTaken(text, rule) {
  const quoted = text.length > MOST_QUOTED ? `${text.slice(0, MOST_QUOTED)}…` : text;
  return `“${quoted}” was not taken. ${rule}`;
}

/**
 * A short message below a field, or below the row that it shares; an empty one takes it away.
 *
 * @param {HTMLElement} element
 * @param {string} text
 */
function refuse(element, text) {
  const row = element.closest(".setting") ?? element.closest(".mix, .inspector-head");
  if (!row) return;
  const isOwn = row.classList.contains("setting");
  const before = isOwn ? row.querySelector(":scope > .field-note") : row.nextElementSibling;
  if (before?.classList.contains("field-note")) before.remove();
  if (!text) return;
  const note = h("p", { class: "field-note", role: "alert" }, text);
  if (isOwn) row.append(note);
  else row.after(note);
  setTimeout(() => note.remove(), NOTE_MS);
}

/** @param {unknown} one @param {unknown} other */
function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
