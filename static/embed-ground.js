/**
 * What a frame stands on in somebody's page: light or dark.
 */

/** @typedef {"light"|"dark"} Ground */
/** @typedef {[number, number, number, number]} Colour  red, green, blue and opacity, 0 to 1 */

/** White and black are read equally well on a ground of this luminance. */
const MIDDLE = 0.179;
/** What lies deeper than that is not seen. */
const COVERED = 0.02;
const NUMBER = /-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi;

/**
 * Read a colour as browsers compute it.
 *
 * @param {string} text
 * @returns {Colour|null}  null for one that is neither `rgb(...)` nor `color(srgb ...)`
 */
export function readColour(text) {
  const found = /^(rgba?\(|color\(srgb )([-+.,/e\d\s]*)\)$/.exec(text);
  const numbers = found?.[2].match(NUMBER)?.map(Number) ?? [];
  if (!found || numbers.length < 3) return null;
  const scale = found[1].startsWith("color") ? 1 : 255;
  const [red, green, blue] = numbers.map((number) => number / scale);
  return [red, green, blue, numbers[3] ?? 1];
}

/**
 * Whether layers of colour are light or dark together.
 *
 * @param {Iterable<Colour>} layers  the uppermost first; the last one counts as opaque
 * @returns {Ground}
 */
export function groundOf(layers) {
  const seen = [0, 0, 0];
  let open = 1;
  for (const [red, green, blue, opacity] of layers) {
    for (const [index, value] of [red, green, blue].entries()) {
      seen[index] += open * opacity * value;
    }
    open *= 1 - opacity;
    if (open < COVERED) break;
  }
  const [red, green, blue] = seen.map(linear);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > MIDDLE ? "light" : "dark";
}

/** @param {number} value  of a colour channel, sRGB */
function linear(value) {
  const held = Math.min(1, Math.max(0, value));
  return held <= 0.04045 ? held / 12.92 : ((held + 0.055) / 1.055) ** 2.4;
}

/** @param {Element} element @returns {Element|null}  what it is drawn in */
function around(element) {
  if (element.assignedSlot) return element.assignedSlot;
  const parent = element.parentNode;
  return parent instanceof ShadowRoot ? parent.host : element.parentElement;
}

/** @param {Element} element @returns {Generator<Element>}  it and everything that it is drawn in */
function* outwards(element) {
  for (let one = /** @type {Element|null} */ (element); one; one = around(one)) yield one;
}

/**
 * What an element stands on: the backgrounds behind it, and below them the canvas of the page,
 * which the element's own colour scheme paints.
 *
 * @param {Element} element
 * @param {HTMLElement} probe  in it, with no use but this
 * @returns {Ground}
 */
export function groundBehind(element, probe) {
  /** @param {string} text  any colour @returns {Colour} */
  const computed = (text) => {
    const plain = readColour(text);
    if (plain) return plain;
    // In whatever space it was written: mixed with itself, it is computed as sRGB.
    probe.style.color = `color-mix(in srgb, ${text}, ${text})`;
    return readColour(getComputedStyle(probe).color) ?? [0, 0, 0, 0];
  };
  function* layers() {
    for (const one of outwards(element)) yield computed(getComputedStyle(one).backgroundColor);
    // Also right where a <meta> tag sets the scheme, and where the system's is followed.
    probe.style.color = "Canvas";
    const [red, green, blue] = computed(getComputedStyle(probe).color);
    yield/** @type {Colour} */ ([red, green, blue, 1]);
  }
  return groundOf(layers());
}

/**
 * Tell whenever what an element stands on may have become another.
 *
 * @param {Element} element
 * @param {() => void} onchange
 * @param {AbortSignal} signal
 */
export function watchGround(element, onchange, signal) {
  const observer = new MutationObserver(onchange);
  for (const one of outwards(element)) observer.observe(one, { attributes: true });
  // Sheets and <meta> tags that are put in, taken out or switched.
  const inside = { attributes: true, childList: true, subtree: true };
  observer.observe(document.head, inside);
  signal.addEventListener("abort", () => observer.disconnect());
  const options = { signal, capture: true };
  document.head.addEventListener("load", onchange, options);
  // Colours that change gradually are at their old values when the change begins.
  document.addEventListener(
    "transitionend",
    ({ propertyName }) => /color|background/.test(propertyName) && onchange(),
    options,
  );
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", onchange, { signal });
}
