/**
 * Values of any shape, the same for the same seed: what a stranger may send.
 */

/**
 * @param {number} seed
 * @returns {() => number}  in [0, 1)
 */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * @param {() => number} random
 * @param {string[]} words  names and texts that are likely to hit something
 * @param {number} [depth]  levels of nesting that are left
 * @returns {unknown}  anything that can be sent as a message
 */
export function anything(random, words, depth = 3) {
  const pick = (/** @type {any[]} */ from) => from[Math.floor(random() * from.length)];
  const single = [
    ...[null, undefined, true, false, 0, 1, -1, 0.5, 1e308, Number.NaN, Number.POSITIVE_INFINITY],
    ...["", "1", "v1=", "x".repeat(300), "__proto__", "<img>", "\u0000", 12n, ...words],
  ];
  if (depth === 0 || random() < 0.4) return pick(single);
  const count = Math.floor(random() * 5);
  const inner = () => anything(random, words, depth - 1);
  if (random() < 0.2) return Array.from({ length: count }, inner);
  if (random() < 0.1) return pick([new Date(0), new Map([[1, 2]]), new Uint8Array(4), /x/]);
  return Object.fromEntries(Array.from({ length: count }, () => [String(pick(words)), inner()]));
}
