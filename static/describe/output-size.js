/**
 * The size of a stage's output in words and numbers; the numbers are the engine's.
 */

import { count, counted, inWords, times } from "./numbers.js";

/** @typedef {import("../state/state.js").AxisSize} AxisSize */
/** @typedef {import("../state/state.js").StageManifest} StageManifest */
/** @typedef {{text: string, role?: "input"|"kernel"|"output"}} Piece  a run of text and what it stands for */
/** @typedef {{label: string, pieces: Piece[]}} Line  label: "" or the axis */

/**
 * One line, or one for each axis where they differ.
 *
 * @param {StageManifest} stage
 * @returns {Line[]}
 */
export function outputSizeLines(stage) {
  const sizes = stage.output_size;
  const size = { text: stage.shape.join(" × "), role: /** @type {const} */ ("output") };
  if (stage.kind === "input") return [{ label: "", pieces: [size] }];
  if (!sizes) return [{ label: "", pieces: [{ text: "same as the input: " }, size] }];
  if (isWholeMap(stage)) return [{ label: "", pieces: wholeMap(stage, sizes) }];
  const isConv = "dilation" in stage.parameters && stage.parameter_count > 0;
  const [rows, columns] = [axisPieces(sizes.rows, isConv), axisPieces(sizes.columns, isConv)];
  if (JSON.stringify(rows) === JSON.stringify(columns)) return [{ label: "", pieces: rows }];
  return [
    { label: "rows", pieces: rows },
    { label: "columns", pieces: columns },
  ];
}

/** @param {StageManifest} stage */
function isWholeMap({ kind, parameters }) {
  return kind === "reducing" || String(parameters.kind ?? "").startsWith("global");
}

/**
 * @param {StageManifest} stage
 * @param {{rows: AxisSize, columns: AxisSize}} sizes
 * @returns {Piece[]}
 */
function wholeMap({ shape }, { rows, columns }) {
  return [
    { text: `${rows.length} × ${columns.length}`, role: "input" },
    { text: " becomes one cell: " },
    { text: `${shape[1]} × ${shape[2]}`, role: "output" },
  ];
}

/**
 * ⌊(96 + 2·0 − 1·(3 − 1) − 1) / 1⌋ + 1 = 94
 *
 * @param {AxisSize} axis
 * @param {boolean} showsDilation  also where it is 1
 * @returns {Piece[]}
 */
function axisPieces(axis, showsDilation) {
  const { length, padding, dilation, kernel_size, stride, ceil_mode, result } = axis;
  const [open, close] = ceil_mode ? ["⌈", "⌉"] : ["⌊", "⌋"];
  const [before, after] = padding;
  const padded = before === after ? ` + 2·${before}` : ` + ${before} + ${after}`;
  /** @type {Piece[]} */
  const spanned =
    showsDilation || dilation !== 1
      ? [
          { text: `${padded} − ${dilation}·(` },
          { text: String(kernel_size), role: "kernel" },
          { text: " − 1) − 1" },
        ]
      : [{ text: `${padded} − ` }, { text: String(kernel_size), role: "kernel" }];
  return [
    { text: `${open}(` },
    { text: String(length), role: "input" },
    ...spanned,
    { text: `) / ${stride}${close} + 1 = ` },
    { text: String(result), role: "output" },
  ];
}

/** @param {Line} line */
export function plainText({ label, pieces }) {
  return (label ? `${label} ` : "") + pieces.map(({ text }) => text).join("");
}

/**
 * What the stride leaves unread, or that nothing is left over; "" where that needs no words.
 *
 * @param {StageManifest} stage
 * @param {string} [ofWhat]  " of the photograph"
 */
export function leftOver(stage, ofWhat = "") {
  const sizes = stage.output_size;
  if (!sizes || isWholeMap(stage)) return "";
  const { rows, columns } = stage.unread;
  if (rows || columns) return unreadSentence(sizes, rows, columns, ofWhat);
  const { length, kernel_size, stride, result, padding } = sizes.rows;
  const tiles =
    kernel_size === stride && stride > 1 && !padding[0] && !padding[1] && !sizes.rows.ceil_mode;
  if (!tiles || length !== sizes.columns.length) return "";
  return `No row or column is left over: ${length} = ${stride} · ${result}.`;
}

/**
 * "Stride 2 leaves one row and one column unread (hatched)."
 *
 * @param {{rows: AxisSize, columns: AxisSize}} sizes
 * @param {number} rows
 * @param {number} columns
 * @param {string} ofWhat
 */
function unreadSentence(sizes, rows, columns, ofWhat) {
  const stride =
    sizes.rows.stride === sizes.columns.stride
      ? String(sizes.rows.stride)
      : times([sizes.rows.stride, sizes.columns.stride]);
  const parts = [];
  if (rows) parts.push(inLowerWords(rows, "row"));
  if (columns) parts.push(inLowerWords(columns, "column"));
  return `Stride ${stride} leaves ${parts.join(" and ")}${ofWhat} unread (hatched).`;
}

/** @param {number} number @param {string} word */
function inLowerWords(number, word) {
  const text = inWords(number);
  return /\d/.test(text)
    ? counted(number, word)
    : `${text.toLowerCase()} ${word}${number === 1 ? "" : "s"}`;
}

/**
 * "4 · (3·3·3 + 1) = 112"
 *
 * @param {StageManifest} stage
 */
export function parameterSum({ parameters, parameter_count, output_size }) {
  const { out_channels, in_channels, groups = 1 } = parameters;
  if (!parameter_count || !output_size || !out_channels) return String(parameter_count);
  const { rows, columns } = output_size;
  const slices = in_channels / groups;
  const weights = `${slices}·${rows.kernel_size}·${columns.kernel_size}`;
  return `${out_channels} · (${weights} + 1) = ${count(parameter_count)}`;
}
