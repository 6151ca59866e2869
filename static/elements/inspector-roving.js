/**
 * One tab stop for a group of buttons: the arrows move the focus inside it.
 */

/**
 * @param {HTMLElement} group
 * @param {object} [options]
 * @param {() => number} [options.across]  items per row; Up and Down move by a row
 * @returns {(current: number) => void}  say which item Tab leads to; call after the items changed
 */
export function rove(group, { across = () => 1 } = {}) {
  const items = () =>
    /** @type {HTMLElement[]} */ ([
      ...group.querySelectorAll(
        "[data-item]:not([hidden], [popover]:not(:popover-open) [data-item])",
      ),
    ]);

  /** @param {number} current */
  const mark = (current) => {
    items().forEach((item, place) => {
      item.tabIndex = place === current ? 0 : -1;
    });
  };

  group.addEventListener("keydown", (event) => {
    const all = items();
    const at = all.indexOf(/** @type {HTMLElement} */ (event.target));
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const target = destination(event.key, at, all.length, across());
    if (target === null) return;
    event.preventDefault();
    event.stopPropagation();
    const to = Math.max(0, Math.min(all.length - 1, target));
    mark(to);
    all[to].focus();
  });
  return (current) => {
    const focused = items().findIndex((item) => item.matches(":focus"));
    mark(focused >= 0 ? focused : Math.max(0, current));
  };
}

/**
 * @param {string} key
 * @param {number} at
 * @param {number} length
 * @param {number} across
 * @returns {number|null}
 */
function destination(key, at, length, across) {
  if (key === "ArrowRight") return at + 1;
  if (key === "ArrowLeft") return at - 1;
  if (key === "ArrowDown") return at + across < length ? at + across : at;
  if (key === "ArrowUp") return at - across >= 0 ? at - across : at;
  if (key === "Home") return 0;
  return key === "End" ? length - 1 : null;
}
