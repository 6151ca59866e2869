/**
 * Words around choosing a picture.
 */

import { count } from "./numbers.js";

/** @typedef {import("../state/state.js").Picture} Picture */
/** @typedef {import("../state/state.js").Problem} Problem */

const MEBIBYTE = 1024 * 1024;

/**
 * The same figures as the server's: "10 MB", "1.5 MB".
 *
 * @param {number} bytes
 */
export function megabytes(bytes) {
  if (bytes < MEBIBYTE / 10) return `${count(bytes)} bytes`;
  return `${(bytes / MEBIBYTE).toFixed(1).replace(/\.0$/, "")} MB`;
}

/**
 * "the coffee cup", "lab.png": what a button or a sentence calls a picture.
 *
 * @param {Picture|null} picture
 * @param {"the"|"your"} article
 */
export function named(picture, article = "the") {
  if (!picture) return `${article} picture`;
  if (picture.kind === "upload") return picture.title;
  return `${article} ${picture.title[0].toLowerCase()}${picture.title.slice(1)}`;
}

/** @param {Picture|null} picture  that the page goes on showing */
export function stillLoaded(picture) {
  const words = named(picture, "your");
  return `${words[0] === "y" ? `Y${words.slice(1)}` : words} is still loaded.`;
}

/**
 * @param {string} name
 * @param {number} bytes
 * @param {number} limit
 * @returns {Problem}
 */
export function tooLarge(name, bytes, limit) {
  const has = megabytes(bytes);
  const most = megabytes(limit);
  const what = has === most ? `is larger than ${most}` : `has ${has}; the limit is ${most}`;
  const detail = `${name} ${what}. Export it smaller, or as JPEG, and try again.`;
  return { code: "too_large", status: 413, detail, field: "file" };
}

/**
 * @param {string|null} name  of the file, when it is known
 * @returns {Problem}
 */
export function noLongerHere(name) {
  const detail = name
    ? `Please choose ${name} again; it is no longer in memory.`
    : "Please choose the picture again; it is no longer in memory.";
  return { code: "unknown_image", status: 404, detail };
}

/**
 * The problem's sentence, cut where the file's name ends, so that the name can stand out.
 *
 * @param {Problem} problem
 * @param {string} name
 * @returns {{name: string, rest: string}}
 */
export function problemParts({ detail }, name) {
  if (name && detail.startsWith(`${name} `)) return { name, rest: detail.slice(name.length) };
  return { name: "", rest: detail };
}

/** @param {Problem} problem */
export function problemTitle({ code, status }) {
  if (status === 0) return "The picture was not sent";
  if (code === "busy") return "The server is busy";
  if (code === "unknown_image") return "This picture is gone";
  return "This file could not be used as a picture";
}

/** @param {Picture} picture  "Coffee cup by Rachel Michetti, CC0 1.0"; an own one has a size */
export function creditText({ title, author, licence, kind, width, height }) {
  if (kind === "upload" && width && height) return `${title}, ${width} × ${height} pixels`;
  const by = author ? ` by ${author}` : "";
  // The parts of a licence's name stay on one line.
  return `${title}${by}${licence ? `, ${licence.replaceAll(" ", "\u00A0")}` : ""}`;
}

const KINDS = /^image\/|^$/;

/**
 * The first file of a drop or a paste that may be a picture.
 *
 * @template {{type: string}} File
 * @param {Iterable<File>} files
 * @returns {File|null}
 */
export function firstPicture(files) {
  const all = [...files];
  return all.find(({ type }) => KINDS.test(type)) ?? all[0] ?? null;
}
