/**
 * How a text is written inside another language so that it stays a text: attributes of HTML, texts
 * of Python, values of YAML, options of reStructuredText, addresses, words of a command line.
 */

/** What ends an attribute, and what templates, Markdown and shortcodes would read inside one. */
const SPECIAL = /[&<>"'`{}[\]$\\]/g;
/** Everything else in an address is written as %XX, so that no host reads a meaning into it. */
const NOT_PLAIN = /[^A-Za-z0-9\-._~:/?#@&+,;=%]/gu;

/**
 * On one line, without control characters and half characters.
 *
 * @param {string} text
 */
export function oneLine(text) {
  return (
    text
      .replace(/\p{Surrogate}|\p{Noncharacter_Code_Point}/gu, "")
      // A mark of order at the start of a file would be one here too.
      .replace(/[\s\p{Cc}\uFEFF]+/gu, " ")
      .trim()
  );
}

/** @param {string} text  for an attribute of HTML or JSX in double quotes */
export function attributeText(text) {
  return oneLine(text).replace(SPECIAL, (character) => ENTITIES[character] ?? numbered(character));
}

/** @type {Record<string, string>} */
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** @param {string} character */
function numbered(character) {
  return `&#${character.codePointAt(0)};`;
}

/**
 * ` name="value"` for each, in their order.
 *
 * @param {Record<string, string|number>} values
 */
export function attributes(values) {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${attributeText(String(value))}"`)
    .join("");
}

/** @param {string} text  a text of Python, in the quotes that need fewer escapes */
export function pythonText(text) {
  const double = JSON.stringify(oneLine(text));
  if (!text.includes('"') || text.includes("'")) return double;
  return `'${double.slice(1, -1).replaceAll('\\"', '"')}'`;
}

/** @param {string} text  a value of YAML: bare where that is the same, else in double quotes */
export function yamlText(text) {
  const line = oneLine(text);
  const isBare = /^[\p{L}\p{N}][\p{L}\p{N} ,.+=_()/-]*$/u.test(line) && !RESERVED.test(line);
  return isBare ? line : JSON.stringify(line);
}

const RESERVED = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

/**
 * An address of which no host, shell or markup takes any character for its own.
 *
 * @param {string} address
 */
export function plainAddress(address) {
  return oneLine(address).replace(NOT_PLAIN, (character) => {
    // These five stay as they are in encodeURIComponent.
    const isKept = "!'()*".includes(character);
    return isKept
      ? `%${character.charCodeAt(0).toString(16).toUpperCase()}`
      : encodeURIComponent(character);
  });
}

/** @param {string} address  a word of a command line, in POSIX shells, PowerShell and cmd alike */
export function shellWord(address) {
  return `"${plainAddress(address)}"`;
}

/**
 * A name of a file that every system takes: "camera-sobel-x".
 *
 * @param {string[]} words
 */
export function fileName(words) {
  const name = words
    .map((word) => word.toLowerCase().replace(/[^a-z0-9]+/g, "-"))
    .join("-")
    .replace(/^-+|-+$/g, "")
    .replace(/-{2,}/g, "-")
    .slice(0, 60);
  return name || "kernelscope";
}
