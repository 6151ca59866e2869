/**
 * The only code that talks to the server. Every failure becomes a `Problem`.
 */

import { readSafetensors } from "./safetensors.js";

/** @typedef {import("../state/state.js").Problem} Problem */
/** @typedef {import("../state/state.js").Recipe} Recipe */
/** @typedef {import("../state/state.js").Manifest} Manifest */
/** @typedef {{manifest: Manifest, tensors: Map<string, import("./safetensors.js").Tensor>}} Bundle */

export class ProblemError extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.detail);
    this.name = "ProblemError";
    this.problem = problem;
  }
}

/** @type {Problem} */
const SERVER_GONE = {
  code: "server_gone",
  status: 0,
  detail: "No answer from the server.",
};

/** @type {Problem} */
const UNREADABLE = {
  code: "unreadable_answer",
  status: 0,
  detail: "The answer of the server could not be read.",
};

/**
 * @param {string} url
 * @param {RequestInit} [init]
 * @returns {Promise<Response>}
 * @throws {ProblemError} for every answer that is not a success, and for none at all
 */
async function request(url, init) {
  let response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ProblemError(SERVER_GONE);
  }
  if (response.ok) return response;
  throw new ProblemError(await readProblem(response));
}

/**
 * @param {Response} response
 * @returns {Promise<Problem>}
 */
async function readProblem(response) {
  const { status } = response;
  try {
    const body = await response.json();
    if (typeof body.detail === "string") return { code: "unknown", ...body, status };
  } catch {
    // An answer that is not JSON comes from something between us and the server.
  }
  return { ...SERVER_GONE, status };
}

/**
 * What an answer holds; one that breaks off on its way is none.
 *
 * @template T
 * @param {Promise<T>} body
 * @returns {Promise<T>}
 */
async function whole(body) {
  try {
    return await body;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ProblemError(SERVER_GONE);
  }
}

/**
 * @param {Response} response
 * @returns {Promise<Bundle>}
 */
async function readBundle(response) {
  const bytes = await whole(response.arrayBuffer());
  try {
    const { metadata, tensors } = readSafetensors(bytes);
    return { manifest: JSON.parse(metadata.manifest ?? ""), tensors };
  } catch {
    throw new ProblemError(UNREADABLE);
  }
}

/**
 * Compute a recipe and bring its manifest with the maps that are looked at.
 *
 * @param {Recipe} recipe
 * @param {{full: string[], known?: string|null, have?: string[], signal?: AbortSignal}} options
 *   `full`: "stage" or "stage:map" whose exact values are wanted; `known`: run whose previews we keep
 * @returns {Promise<Bundle>}
 */
export async function fetchRun(recipe, { full, known = null, have = [], signal }) {
  const query = new URLSearchParams({ full: full.join(",") });
  if (known) query.set("known", known);
  /** @type {Record<string, string>} */
  const headers = { "Content-Type": "application/json" };
  if (have.length) headers["X-Have"] = have.join(",");
  const response = await request(`/api/runs/bundle?${query}`, {
    method: "POST",
    headers,
    body: JSON.stringify(withoutPageNotes(recipe)),
    signal,
  });
  return readBundle(response);
}

/**
 * The default run, whose address comes with the page so that the browser can preload it.
 *
 * @param {string} url
 * @param {AbortSignal} [signal]
 * @returns {Promise<Bundle>}
 */
export async function fetchBundle(url, signal) {
  return readBundle(await request(url, { credentials: "same-origin", signal }));
}

/** Whether the server answers again. */
export async function isServerBack() {
  return fetch("/healthz").then(
    (answer) => answer.ok,
    () => false,
  );
}

/**
 * @param {Blob} file
 * @param {string} name
 * @param {AbortSignal} [signal]
 * @returns {Promise<{id: string, width: number, height: number, channels: number}>}
 */
export async function sendPicture(file, name, signal) {
  const body = new FormData();
  body.append("file", file, name);
  const response = await request("/api/images", { method: "POST", body, signal });
  return whole(response.json());
}

/**
 * @typedef {object} ReceivedFile
 * @property {Blob} blob
 * @property {string} name  as the server calls it
 */

/**
 * A scene as a file to take home. The server computes first, then the bytes come in parts.
 *
 * @param {"html"|"scorm"} format
 * @param {object} scene  with `title` and `layout`
 * @param {{signal?: AbortSignal, onprogress?: (bytes: number) => void}} [options]
 *   onprogress: told how much is here
 * @returns {Promise<ReceivedFile>}
 */
export async function fetchFile(format, scene, { signal, onprogress } = {}) {
  const response = await request(`/api/scenes/${format}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(scene),
    signal,
  });
  const type = response.headers.get("Content-Type") ?? "";
  const named = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "");
  const parts = await whole(received(response, onprogress));
  return { blob: new Blob(parts, { type }), name: named?.[1] ?? `kernelscope.${format}` };
}

/**
 * @param {Response} response
 * @param {(bytes: number) => void} [onprogress]
 */
async function received(response, onprogress) {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    parts.push(part.value);
    bytes += part.value.length;
    onprogress?.(bytes);
  }
  return parts;
}

/**
 * Frames put together by the server.
 *
 * @param {Blob[]} frames  PNG files of one size
 * @param {{delays_ms: number[], format: "gif"|"webp"|"apng", signal?: AbortSignal}} options
 * @returns {Promise<Blob>}
 */
export async function sendFrames(frames, { delays_ms, format, signal }) {
  const body = new FormData();
  body.append("format", format);
  body.append("delays", delays_ms.join(","));
  frames.forEach((frame, index) => {
    body.append("frame", frame, `${index + 1}.png`);
  });
  const response = await request("/api/animations", { method: "POST", body, signal });
  return whole(response.blob());
}

/**
 * The recipe as the server knows it: notes that only the page keeps are left out.
 *
 * @param {Recipe} recipe
 * @returns {Recipe}
 */
export function withoutPageNotes(recipe) {
  return {
    ...recipe,
    stages: recipe.stages.map((stage) =>
      stage.filters
        ? { ...stage, filters: stage.filters.map(({ edited, in_color, ...filter }) => filter) }
        : stage,
    ),
  };
}
