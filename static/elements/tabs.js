/**
 * Tabs: one stop for the keyboard, arrows within, the panel follows.
 */

import { h } from "./dom.js";

/**
 * @param {{label: string, prefix: string, tabs: {id: string, label: string}[],
 *   onselect: (id: string) => void}} options  prefix: of the ids
 */
export function createTabs({ label, prefix, tabs, onselect }) {
  const panel = h("div", { class: "tab-panel", role: "tabpanel", id: `${prefix}-panel` });
  const buttons = tabs.map((tab) =>
    h(
      "button",
      {
        type: "button",
        class: "tab-button",
        role: "tab",
        id: `${prefix}-${tab.id}`,
        "aria-controls": panel.id,
        onclick: () => select(tab.id),
      },
      tab.label,
    ),
  );
  const list = h("div", { class: "tab-list", role: "tablist", "aria-label": label }, ...buttons);
  list.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    const next = placeAfter(event.key, at, buttons.length);
    if (at < 0 || next === null) return;
    event.preventDefault();
    select(tabs[next].id);
    buttons[next].focus();
  });

  /** @param {string} id */
  function select(id) {
    for (const [index, button] of buttons.entries()) {
      const isOn = tabs[index].id === id;
      button.setAttribute("aria-selected", String(isOn));
      button.tabIndex = isOn ? 0 : -1;
      if (!isOn) continue;
      panel.setAttribute("aria-labelledby", button.id);
      // Only the row of tabs: the page around it stays where it is.
      const { offsetLeft, offsetWidth } = button;
      const from = offsetLeft - list.offsetLeft;
      if (from < list.scrollLeft) list.scrollLeft = from;
      const over = from + offsetWidth - list.clientWidth;
      if (over > list.scrollLeft) list.scrollLeft = over;
    }
    onselect(id);
  }

  return { list, panel, select };
}

/**
 * @param {string} key
 * @param {number} at
 * @param {number} count
 * @returns {number|null}  round at the ends; null for a key that does not move
 */
function placeAfter(key, at, count) {
  if (key === "ArrowRight" || key === "ArrowDown") return (at + 1) % count;
  if (key === "ArrowLeft" || key === "ArrowUp") return (at - 1 + count) % count;
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : null;
}
