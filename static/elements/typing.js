/**
 * Whether a key or a paste belongs to a field that text is typed into.
 */

/** Inputs of these types take no text: keys and pictures are free for the explorer. */
const WITHOUT_TEXT = new Set(["range", "checkbox", "radio", "button", "file", "color"]);

/**
 * A list of choices is typed at (letters choose), but nothing can be pasted into it.
 *
 * @param {Event} event
 */
export function isTyping(event) {
  const [target] = event.composedPath();
  if (target instanceof HTMLInputElement) return !WITHOUT_TEXT.has(target.type);
  if (target instanceof HTMLSelectElement) return event.type !== "paste";
  return target instanceof HTMLTextAreaElement;
}
