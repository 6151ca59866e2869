/**
 * Long state in an address: `v1=` and the base64url of deflated JSON.
 *
 * What is read here came from anywhere: sizes are bounded before and while it is unpacked, and
 * whatever hosts append to addresses (`#?secret=…`, `&utm_source=…`) is passed over.
 */

/** @typedef {{packed_characters: number, unpacked_bytes: number}} StateLimits */

const STATE_VERSION = 1;
const MAX_DEPTH = 16;
const PACKED = /(?:^|[#&?/!])v([0-9]{1,4})(?:=|%3[Dd])([A-Za-z0-9_-]*)/;
const WHOLE = /^(?:^|[#&?/!])v([0-9]{1,4})(?:=|%3[Dd])([A-Za-z0-9_-]*)$/;
const CUT = "it is cut short or damaged";
const TOO_LONG = "it is too long";

/** A state that cannot be read; `message` goes on after "cannot be read:". */
export class UnreadableState extends Error {}

/** A scene that is too long for an address. */
export class AddressTooLong extends Error {}

/**
 * Write JSON as the state of an address.
 *
 * @param {unknown} content
 * @param {StateLimits} limits
 * @returns {Promise<string>}
 * @throws {AddressTooLong}
 */
export async function packState(content, limits) {
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const packed = new Uint8Array(await new Response(stream).arrayBuffer());
  const letters = base64url(packed);
  if (letters.length > limits.packed_characters || bytes.length > limits.unpacked_bytes) {
    throw new AddressTooLong(
      `The scene is too long for an address (${letters.length} characters; at most ` +
        `${limits.packed_characters}). Save it as a file instead.`,
    );
  }
  return `v${STATE_VERSION}=${letters}`;
}

/**
 * Find a packed scene among what may stand after the `#` of an address.
 *
 * @param {string} fragment
 * @returns {string|null}
 */
export function findState(fragment) {
  const found = PACKED.exec(fragment);
  return found ? `v${found[1]}=${found[2]}` : null;
}

/**
 * Read the state of an address.
 *
 * @param {string} text
 * @param {StateLimits} limits
 * @returns {Promise<unknown>}
 * @throws {UnreadableState} cut short, damaged, of an unknown version, or too long
 */
export async function unpackState(text, limits) {
  const found = WHOLE.exec(text);
  if (!found) throw new UnreadableState("it is not a packed scene");
  if (Number(found[1]) !== STATE_VERSION) {
    throw new UnreadableState("it was made by a newer version of Kernelscope");
  }
  if (found[2].length > limits.packed_characters) throw new UnreadableState(TOO_LONG);
  const bytes = await inflated(found[2], limits.unpacked_bytes);
  const content = parsed(bytes);
  if (!isPlain(content)) throw new UnreadableState(CUT);
  return content;
}

/**
 * @param {string} packed  base64url
 * @param {number} most  bytes
 */
async function inflated(packed, most) {
  /** @type {Uint8Array[]} */
  const parts = [];
  let length = 0;
  try {
    const compressed = bytesOf(packed);
    const stream = new Blob([compressed])
      .stream()
      .pipeThrough(new DecompressionStream("deflate-raw"));
    const reader = stream.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
      length += part.value.length;
      if (length > most) {
        await reader.cancel();
        break;
      }
    }
  } catch {
    throw new UnreadableState(length > most ? TOO_LONG : CUT);
  }
  if (length > most) throw new UnreadableState(TOO_LONG);
  const whole = new Uint8Array(length);
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

/** @param {Uint8Array} bytes */
function parsed(bytes) {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw new UnreadableState(CUT);
  }
}

/**
 * Whether JSON is not nested deeper than any scene is, and holds only what every reader takes.
 *
 * @param {unknown} content
 */
function isPlain(content) {
  let level = [content];
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    if (!level.every(isReadable)) return false;
    level = level.flatMap((value) =>
      typeof value === "object" && value !== null ? Object.values(value) : [],
    );
    if (level.length === 0) return true;
  }
  return false;
}

/** @param {unknown} value */
function isReadable(value) {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value === "string") return !/\p{Surrogate}/u.test(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.keys(value).every((name) => !/\p{Surrogate}/u.test(name));
}

/** @param {Uint8Array} bytes */
function base64url(bytes) {
  let text = "";
  for (let start = 0; start < bytes.length; start += 8192) {
    text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** @param {string} letters  base64url */
function bytesOf(letters) {
  const text = atob(letters.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
