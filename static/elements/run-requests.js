/**
 * Keeping the run in step with the recipe: ask, ask again, and say what went wrong.
 *
 * Latest wins: while an answer is on its way the newest wish waits, so that a drag shows every
 * answer it can; an answer that takes too long is dropped.
 */

import { fetchRun, isServerBack, ProblemError } from "../api/client.js";
import { wantedValues } from "../model/wanted.js";
import { runFailed, runReceived, runRequested } from "../state/actions.js";
import { resendUpload } from "./uploads.js";

/** @typedef {import("../api/client.js").Bundle} Bundle */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../state/state.js").Problem} Problem */

/** After a missed answer the server is looked for again at this pace. */
const RETRY_MS = 2000;
/** An answer that takes longer than this gives way to a newer wish. */
const PATIENCE_MS = 500;

export class RunRequests {
  /** @type {AbortController|null} */
  #pending = null;
  #askedAt = 0;
  #isOutdated = false;
  #fetchingValues = "";
  /** Picture that was sent again for a run that has not come yet: once is enough. */
  #resent = "";
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #looking;

  /**
   * @param {object} parts
   * @param {import("../state/store.js").Store} parts.store
   * @param {import("../model/tensors.js").TensorStore} parts.tensors
   * @param {AbortSignal} parts.signal  aborts when the element leaves the page
   * @param {() => void} parts.onvalues  values came for the run on show
   * @param {(problem: Problem) => void} parts.onproblem
   */
  constructor({ store, tensors, signal, onvalues, onproblem }) {
    this.store = store;
    this.tensors = tensors;
    this.signal = signal;
    this.onvalues = onvalues;
    this.onproblem = onproblem;
    signal.addEventListener("abort", () => {
      this.#pending?.abort();
      clearTimeout(this.#looking);
    });
  }

  /** Ask for the recipe in the state. */
  async ask() {
    if (this.#pending && performance.now() - this.#askedAt < PATIENCE_MS) {
      this.#isOutdated = true;
      return;
    }
    this.#pending?.abort();
    const pending = new AbortController();
    this.#pending = pending;
    this.#askedAt = performance.now();
    this.#isOutdated = false;
    this.store.dispatch(runRequested);
    try {
      const bundle = await this.#fetch(pending.signal);
      if (this.#pending === pending) this.accept(bundle);
    } catch (error) {
      if (this.#pending !== pending || error instanceof DOMException) return;
      if (!this.#isOutdated) await this.fail(error);
    }
    if (this.#pending !== pending) return;
    this.#pending = null;
    if (this.#isOutdated) this.ask();
  }

  /** @param {AbortSignal} signal */
  #fetch(signal) {
    const { recipe, run, selection } = this.store.get();
    const full = run ? wantedValues(run, selection) : [];
    return fetchRun(recipe, {
      full,
      known: run?.id ?? null,
      have: this.tensors.valueKeys(),
      signal,
    });
  }

  /** @param {Bundle} bundle */
  accept({ manifest, tensors }) {
    this.#resent = "";
    this.tensors.accept(manifest, tensors);
    this.store.dispatch(runReceived, manifest);
  }

  /** @param {unknown} error */
  async fail(error) {
    if (!(error instanceof ProblemError)) throw error;
    const { problem } = error;
    const { recipe } = this.store.get();
    const { image } = recipe.input;
    if (problem.code === "unknown_image" && this.#resent !== image) {
      this.#resent = image;
      const isBack = await resendUpload(this.store);
      // Meanwhile the viewer asked for something else, which has an answer of its own.
      if (this.signal.aborted || this.store.get().recipe !== recipe) return;
      if (isBack) {
        this.#isOutdated = true;
        if (!this.#pending) this.ask();
        return;
      }
    }
    this.store.dispatch(runFailed, problem);
    this.onproblem(problem);
    if (problem.code === "server_gone") this.#lookAgainLater();
  }

  /** While the server is gone, look for it quietly; its first answer brings the picture back. */
  #lookAgainLater() {
    clearTimeout(this.#looking);
    const isStillGone = () =>
      !this.signal.aborted && this.store.get().request.problem?.code === "server_gone";
    this.#looking = setTimeout(async () => {
      if (!isStillGone()) return;
      const isBack = await isServerBack();
      if (!isStillGone()) return;
      if (isBack) this.ask();
      else this.#lookAgainLater();
    }, RETRY_MS);
  }

  /**
   * Fetch the exact values that the scene needs and that have not come with the run.
   *
   * @param {Scene} scene
   */
  async fetchValues({ run, state }) {
    const missing = wantedValues(run.manifest, state.selection, state.hover).filter((name) => {
      const [id, map] = name.split(":");
      return !run.hasValues(id, map === undefined ? undefined : [Number(map)]);
    });
    const key = `${run.manifest.id}/${missing.join()}`;
    const isBusy = this.#fetchingValues === key || state.request.status !== "ready";
    if (!missing.length || isBusy) return;
    this.#fetchingValues = key;
    const { id, recipe } = run.manifest;
    try {
      const have = this.tensors.valueKeys();
      const { tensors } = await fetchRun(recipe, {
        full: missing,
        known: id,
        have,
        signal: this.signal,
      });
      if (this.store.get().run !== run.manifest) {
        if (this.#fetchingValues === key) this.#fetchingValues = "";
        return;
      }
      this.tensors.accept(run.manifest, tensors);
      this.onvalues();
    } catch (error) {
      if (this.#fetchingValues === key) this.#fetchingValues = "";
      if (error instanceof ProblemError) await this.fail(error);
    }
  }
}
