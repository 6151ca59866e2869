/**
 * Keeping the run in step with the recipe: ask, ask again, and say what went wrong.
 *
 * Latest wins: while an answer is on its way the newest wish waits, so that a drag shows every
 * answer it can; an answer that takes too long is dropped.
 */

import { fetchRun, isServerBack, ProblemError } from "../api/client.js";
import { told } from "../describe/problems.js";
import { wantedValues } from "../model/wanted.js";
import { runFailed, runReceived, runRequested } from "../state/actions.js";
import { resendUpload } from "./uploads.js";

/** @typedef {import("../api/client.js").Bundle} Bundle */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../state/state.js").Manifest} Manifest */
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
  /** The values asked for last. @type {{manifest: Manifest, names: Set<string>, control: AbortController}|null} */
  #values = null;
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
      this.#values?.control.abort();
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

  /**
   * @param {unknown} error
   * @param {import("../describe/problems.js").Purpose} [purpose]  of the request that failed
   * @returns {Promise<void>}
   */
  async fail(error, purpose = this.store.get().run ? "change" : "first") {
    if (!(error instanceof ProblemError)) throw error;
    const problem = told(error.problem, purpose);
    const { recipe } = this.store.get();
    const { image } = recipe.input;
    if (problem.code === "unknown_image" && this.#resent !== image) {
      this.#resent = image;
      const isBack = await this.#resend();
      // Meanwhile the viewer asked for something else, which has an answer of its own.
      if (this.signal.aborted || this.store.get().recipe !== recipe) return;
      if (isBack instanceof ProblemError) {
        this.#resent = "";
        return this.fail(isBack, purpose);
      }
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

  /** @returns {Promise<boolean|ProblemError>}  whether the picture is there again, or why not yet */
  async #resend() {
    try {
      return await resendUpload(this.store, this.signal);
    } catch (error) {
      if (error instanceof ProblemError) return error;
      if (this.signal.aborted) return false;
      throw error;
    }
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
   * Fetch the exact values that the scene needs and that have not come with the run. Of what the
   * pointer passes over only the last is waited for.
   *
   * @param {Scene} scene
   */
  async fetchValues({ run, state }) {
    const missing = wantedValues(run.manifest, state.selection, state.hover).filter((name) => {
      const [id, map] = name.split(":");
      return !run.hasValues(id, map === undefined ? undefined : [Number(map)]);
    });
    const { manifest } = run;
    if (!missing.length || state.request.status !== "ready") return;
    const before = this.#values;
    if (before?.manifest === manifest && missing.every((name) => before.names.has(name))) return;
    before?.control.abort();
    const asked = { manifest, names: new Set(missing), control: new AbortController() };
    this.#values = asked;
    try {
      const { tensors } = await fetchRun(manifest.recipe, {
        full: missing,
        known: manifest.id,
        have: this.tensors.valueKeys(),
        signal: asked.control.signal,
      });
      if (this.store.get().run === manifest) {
        this.tensors.accept(manifest, tensors);
        this.onvalues();
      } else if (this.#values === asked) this.#values = null;
    } catch (error) {
      if (this.#values !== asked) return;
      this.#values = null;
      if (error instanceof ProblemError) await this.fail(error, "values");
    }
  }
}
