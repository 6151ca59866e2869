/**
 * Copying, also where a page is not allowed to write to the clipboard.
 */

import { h } from "./dom.js";

/**
 * @param {string} text
 * @param {Element} near  in the same dialog: outside of an open one nothing can be selected
 * @returns {Promise<boolean>}
 */
export async function copyText(text, near) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Not a secure address, not allowed, or not there: the old way needs no permission.
    return copySelected(text, near);
  }
}

/**
 * @param {string} text
 * @param {Element} near
 */
function copySelected(text, near) {
  const root = near.getRootNode();
  const before = root instanceof ShadowRoot ? root.activeElement : document.activeElement;
  const field = h("textarea", {
    class: "visually-hidden",
    readonly: true,
    tabindex: -1,
    "aria-hidden": "true",
  });
  field.value = text;
  near.append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  return isCopied;
}
