/**
 * The width a panel has, told when it changes and never asked while drawing.
 */

/**
 * @param {Element} element
 * @param {AbortSignal} signal
 * @param {(width: number) => void} listener  in CSS pixels
 */
export function onWidth(element, signal, listener) {
  const observer = new ResizeObserver((entries) => {
    const width = Math.round(entries.at(-1)?.contentRect.width ?? 0);
    if (width > 0) listener(width);
  });
  observer.observe(element);
  signal.addEventListener("abort", () => observer.disconnect(), { once: true });
}
