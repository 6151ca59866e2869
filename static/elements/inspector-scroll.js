/**
 * Fades at the edges of what scrolls: more lies there.
 */

/**
 * @param {HTMLElement} element  carries `data-more` with the sides behind which more lies
 * @param {AbortSignal} signal
 * @returns {() => void}  look again, after the content changed
 */
export function fadeEdges(element, signal) {
  const look = () => {
    const { scrollTop, scrollLeft, scrollHeight, scrollWidth, clientHeight, clientWidth } = element;
    const sides = [
      scrollLeft > 1 && "left",
      scrollLeft + clientWidth < scrollWidth - 1 && "right",
      scrollTop > 1 && "top",
      scrollTop + clientHeight < scrollHeight - 1 && "bottom",
    ].filter(Boolean);
    const text = sides.join(" ");
    if (element.dataset.more !== text) element.dataset.more = text;
  };
  const observer = new ResizeObserver(look);
  observer.observe(element);
  for (const child of element.children) observer.observe(child);
  element.addEventListener("scroll", look, { passive: true, signal });
  signal.addEventListener("abort", () => observer.disconnect(), { once: true });
  return look;
}
