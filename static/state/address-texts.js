/**
 * Texts of an address and the values that they stand for, by the type of their parameter.
 *
 * The same as `app/scenes/texts.py`; the golden addresses hold both to it.
 */

/**
 * @typedef {object} AddressParameter  One row of the table that comes with the page.
 * @property {string} name
 * @property {string} type
 * @property {string} documentation
 * @property {string} expected  what the text has to be, to go on after "it is"
 * @property {"recipe"|"view"} part
 * @property {string|null} default  text that means the same as leaving it out
 * @property {string} example
 * @property {boolean} is_public  meant to be written by hand
 * @property {number} [minimum]
 * @property {number} [maximum]
 * @property {string[]} [choices]
 * @property {string[]} [aliases]
 */

/** @typedef {{name: string, weight: number[][]}} Preset */
/** @typedef {{id: string, channels?: number, tiles?: {id: string, rows: {label: number, test_set_indices: number[]}[]}}} Sample */

/** What stands for a text that cannot be read. */
export const UNREADABLE = Symbol("unreadable");

const INTEGER = /^ *([0-9]{1,10}) *$/;
const DECIMAL = /^ *(-?[0-9]{1,7}(?:\.[0-9]{1,6})?) *$/;
const NAME = /^ *([A-Za-z0-9_.-]{1,64}) *$/;
const STATE = /^v[0-9]{1,4}=[A-Za-z0-9_-]*$/;
const MOST_NUMBERS = 256;
const YES = ["on", "1", "true", "yes", ""];
const NO = ["off", "0", "false", "no"];
const MOST_SHOWN = 40;
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is left out
  /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]|\p{Surrogate}/gu;

/**
 * @param {AddressParameter} parameter
 * @param {string} text  as the address gives it, unescaped
 * @param {{samples: Sample[], kernels: Preset[], stages: string[]}} known  stages: ids to choose from
 * @returns {any}  the value as a scene holds it (counted from 0), null for none, or UNREADABLE
 */
export function readText(parameter, text, { samples, kernels, stages }) {
  switch (parameter.type) {
    case "image":
      return readImage(text, samples);
    case "size":
      return nameIn(text) === "original" ? null : readInteger(parameter, text);
    case "choice":
    case "number":
      return readChoice(parameter, text);
    case "kernel": {
      const name = nameIn(text).replaceAll("-", "_");
      return kernels.some((kernel) => kernel.name === name) ? name : UNREADABLE;
    }
    case "integer":
      return readInteger(parameter, text);
    case "place":
      return readPlace(parameter, text);
    case "pair": {
      const numbers = readIntegers(parameter, text, [1, 2]);
      return numbers ? [numbers[0], numbers[1] ?? numbers[0]] : UNREADABLE;
    }
    case "padding":
      return readPadding(parameter, text);
    case "numbers":
      return readNumbers(parameter, text);
    case "stage":
      return stages.includes(trimmed(text)) ? trimmed(text) : UNREADABLE;
    case "cell":
      return readCell(parameter, text);
    case "names":
      return readNames(parameter, text);
    case "boolean": {
      const name = trimmed(text).toLowerCase();
      return YES.includes(name) || (NO.includes(name) ? false : UNREADABLE);
    }
    case "state":
      return STATE.test(text) ? text : UNREADABLE;
    default:
      return UNREADABLE;
  }
}

/** @param {string} text */
function trimmed(text) {
  return text.replace(/^ +| +$/g, "");
}

/** @param {string} text @returns {string}  in small letters; empty for what is no name */
function nameIn(text) {
  return (NAME.exec(text)?.[1] ?? "").toLowerCase();
}

/** @param {string} text @param {Sample[]} samples */
function readImage(text, samples) {
  const name = NAME.exec(text)?.[1] ?? "";
  const small = name.toLowerCase();
  const candidates = [name, small, small.replaceAll("-", "_")];
  return candidates.find((candidate) => sampleNamed(samples, candidate)) ?? UNREADABLE;
}

/**
 * @param {Sample[]} samples
 * @param {string} id  of a sample, or of a picture on a sheet
 * @returns {{id: string, channels: number}|null}
 */
export function sampleNamed(samples, id) {
  for (const { id: own, channels = 3, tiles } of samples) {
    if (own === id) return { id, channels };
    const [start, middle, end] = tiles?.id.split(/{label}|{index}/) ?? [];
    if (tiles === undefined || !id.startsWith(start) || !id.endsWith(end)) continue;
    const [label, index] = id.slice(start.length, id.length - end.length).split(middle);
    const row = tiles.rows.find((one) => String(one.label) === label);
    const count = row?.test_set_indices.length ?? 0;
    if (String(Number(index)) === index && Number(index) >= 0 && Number(index) < count) {
      return { id, channels };
    }
  }
  return null;
}

/** @param {AddressParameter} parameter @param {string} text */
function readChoice({ choices = [], type }, text) {
  const name = nameIn(text);
  if (!choices.includes(name)) return UNREADABLE;
  return type === "number" ? Number(name) : name;
}

/**
 * @param {AddressParameter} parameter
 * @param {string} text
 * @returns {number|typeof UNREADABLE}
 */
function readInteger({ minimum = -Infinity, maximum = Infinity }, text) {
  const found = INTEGER.exec(text);
  const value = found ? Number(found[1]) : Number.NaN;
  return value >= minimum && value <= maximum ? value : UNREADABLE;
}

/** @param {AddressParameter} parameter @param {string} text */
function readPlace(parameter, text) {
  if (trimmed(text) === "") return null;
  const value = readInteger(parameter, text);
  return typeof value === "number" ? value - 1 : UNREADABLE;
}

/**
 * @param {AddressParameter} parameter
 * @param {string} text
 * @param {number[]} counts  how many numbers there may be
 * @returns {number[]|null}  null when it cannot be read
 */
function readIntegers(parameter, text, counts) {
  const parts = text.split(",", Math.max(...counts) + 1);
  const values = parts.map((part) => readInteger(parameter, part));
  const numbers = values.filter((value) => typeof value === "number");
  return counts.includes(values.length) && numbers.length === values.length ? numbers : null;
}

/** @param {AddressParameter} parameter @param {string} text */
function readPadding(parameter, text) {
  if (parameter.choices?.includes(nameIn(text))) return nameIn(text);
  const numbers = readIntegers(parameter, text, [1, 2, 4]);
  if (!numbers) return UNREADABLE;
  const [first, second = first] = numbers;
  if (numbers.length === 4) return [numbers.slice(0, 2), numbers.slice(2)];
  return [
    [first, first],
    [second, second],
  ];
}

/** @param {AddressParameter} parameter @param {string} text */
function readNumbers({ minimum = 0, maximum = 0 }, text) {
  const found = text.split(",", MOST_NUMBERS + 1).map((part) => DECIMAL.exec(part));
  if (found.length > MOST_NUMBERS) return UNREADABLE;
  const numbers = found.map((match) => Number(match?.[1] ?? Number.NaN) + 0);
  return numbers.every((number) => number >= minimum && number <= maximum) ? numbers : UNREADABLE;
}

/** @param {AddressParameter} parameter @param {string} text */
function readCell(parameter, text) {
  if (trimmed(text) === "") return null;
  return readIntegers(parameter, text, [2])?.map((number) => number - 1) ?? UNREADABLE;
}

/** A list of names, in the order of the table. @param {AddressParameter} parameter @param {string} text */
function readNames({ choices = [] }, text) {
  const given = text
    .toLowerCase()
    .split(/[ ,]+/)
    .filter((name) => name !== "");
  if (given.length === 1 && given[0] === "none") return [];
  const isKnown = given.length <= MOST_NUMBERS && given.every((name) => choices.includes(name));
  return isKnown ? choices.filter((name) => given.includes(name)) : UNREADABLE;
}

/* ---- writing --------------------------------------------------------------------------------- */

/**
 * @param {AddressParameter} parameter
 * @param {any} value
 * @returns {string|null|undefined}  nothing for a value that has no text
 */
export function writeText({ type }, value) {
  switch (type) {
    case "image":
    case "kernel":
      return String(value).replaceAll("_", "-");
    case "size":
      return value === null ? "original" : String(value);
    case "pair":
      return value[0] === value[1] ? String(value[0]) : value.join(",");
    case "padding":
      return paddingText(value);
    case "numbers":
      return numbersText(value);
    case "cell":
      return value?.map((/** @type {number} */ number) => number + 1).join(",");
    case "place":
      return value === null ? null : String(value + 1);
    case "names":
      return value.join(",") || "none";
    case "boolean":
      return value ? "on" : "off";
    default:
      return String(value);
  }
}

/** @param {any} value */
function paddingText(value) {
  if (typeof value === "string") return value;
  const [[top, bottom], [left, right]] = value;
  if (top !== bottom || left !== right) return [top, bottom, left, right].join(",");
  return top === left ? String(top) : `${top},${left}`;
}

/** Numbers with at most six decimals; null where one has more. @param {number[]} numbers */
function numbersText(numbers) {
  const texts = numbers.map((number) => String(Number(number.toFixed(6)) + 0));
  if (texts.some((text, place) => Number(text) !== numbers[place] || !DECIMAL.test(text))) {
    return null;
  }
  return new Set(texts).size === 1 ? texts[0] : texts.join(",");
}

/**
 * A text of an address in a note: short, and without letters that cannot be seen.
 *
 * @param {string} text
 */
export function quoted(text) {
  const letters = Array.from(text.slice(0, 2 * MOST_SHOWN + 2));
  const short =
    letters.length > MOST_SHOWN ? `${letters.slice(0, MOST_SHOWN).join("")}…` : letters.join("");
  return `“${short.replace(UNSEEN, "·")}”`;
}
