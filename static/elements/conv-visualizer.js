/**
 * <conv-visualizer>: one explorer, with a store, a loop and a shadow tree of its own.
 *
 * Attributes: `theme` (auto, light, dark), `chrome` (full, bench). Events: `ready`, `repaint`,
 * `stage-change`, `step-change`, `error`; all bubble and are composed.
 */

import { fetchBundle, fetchRun, ProblemError } from "../api/client.js";
import { present } from "../model/scene.js";
import { TensorStore } from "../model/tensors.js";
import { wantedValues } from "../model/wanted.js";
import {
  motionChanged,
  runFailed,
  runReceived,
  runRequested,
  themeChanged,
} from "../state/actions.js";
import { openedStill, playToggled, timePassed } from "../state/playback.js";
import { initialState } from "../state/state.js";
import { createStore } from "../state/store.js";
import { createClock } from "../timeline/clock.js";
import { createBench } from "./bench.js";
import { h } from "./dom.js";
import { createHeader } from "./header.js";
import { createLazyView } from "./lazy-view.js";
import { createOverview } from "./overview.js";
import { createTransport } from "./transport.js";

/** @typedef {import("../state/state.js").State} State */
/** @typedef {import("./view.js").Boot} Boot */
/** @typedef {import("../api/client.js").Bundle} Bundle */

const STYLES = ["tokens", "layout"];
const LATER_STYLES = ["inspector", "panels", "dialogs"];
/** After a missed answer the server is asked again by itself, at this pace. */
const RETRY_MS = 2000;
/** An answer that takes longer than this gives way to a newer wish. */
const PATIENCE_MS = 500;

export class ConvVisualizer extends HTMLElement {
  static observedAttributes = ["theme"];

  /** @type {AbortController|null} */
  #life = null;
  /** @type {import("../state/store.js").Store|null} */
  #store = null;
  #tensors = new TensorStore();
  /** @type {AbortController|null} */
  #pending = null;
  #askedAt = 0;
  #isOutdated = false;
  /** @type {ReturnType<typeof createClock>} */
  #clock = createClock({ request: () => 0, cancel: () => {} }, () => false);
  /** @type {((scene: import("../model/scene.js").Scene) => void)[]} */
  #renderers = [];
  /** @type {ReturnType<typeof import("./companions.js").installCompanions>|null} */
  #companions = null;
  /** @type {(() => Promise<void>)|null} fetches what only comes after the first picture */
  #accompany = null;
  #isReady = false;
  #isVisible = true;
  /** @type {string|null} */
  #drawnRun = null;
  #fetchingValues = "";

  /** The explorer's state: plain values, for tests and hosts to read. */
  get state() {
    return this.#store?.get() ?? null;
  }

  /** The exact values of a map that is here, or null. */
  values(/** @type {string} */ stage, /** @type {number} */ map) {
    const manifest = this.state?.run?.stages.find(({ id }) => id === stage);
    return this.#tensors.maps.get(manifest?.maps[map]?.key ?? "")?.values ?? null;
  }

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    const boot = readBoot();
    const theme = /** @type {State["theme"]} */ (this.getAttribute("theme") ?? "auto");
    const motion = matchMedia("(prefers-reduced-motion: reduce)");
    this.#store = createStore(initialState(boot.recipe, { theme, is_reduced: motion.matches }));
    this.#tensors = new TensorStore();
    this.#clock = createClock(
      {
        request: (callback) => requestAnimationFrame(callback),
        cancel: (handle) => cancelAnimationFrame(handle),
      },
      (delta) => this.#frame(delta),
    );
    this.#build(boot, signal);
    this.#watch(motion, signal);
    this.#store.subscribe((state, before) => this.#react(state, before));
    this.#start(boot);
  }

  disconnectedCallback() {
    this.#life?.abort();
    this.#pending?.abort();
    this.#pending = null;
    this.#clock.stop();
    this.#renderers = [];
    this.#companions = null;
    this.#isReady = false;
    this.#drawnRun = null;
  }

  /** @param {string} _name @param {string|null} _before @param {string|null} value */
  attributeChangedCallback(_name, _before, value) {
    if (value === "light" || value === "dark" || value === "auto")
      this.#store?.dispatch(themeChanged, value);
  }

  /** @param {Boot} boot @param {AbortSignal} signal */
  #build(boot, signal) {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const store = /** @type {import("../state/store.js").Store} */ (this.#store);
    const live = h("p", { class: "visually-hidden", "aria-live": "polite" });
    const context = {
      store,
      boot,
      signal,
      announce: (/** @type {string} */ text) => this.#companions?.say(text),
    };
    const frame = h("div", { class: "frame", tabindex: -1 });
    const commands = this.#commands(context, frame);
    const header = createHeader(context, commands);
    const overview = createOverview(context);
    const bench = createBench(context);
    const inspector = createLazyView(
      () => import("./inspector.js").then((module) => module.createInspector(context)),
      { class: "inspector-place", onload: () => this.#clock.markDirty() },
    );
    const transport = createTransport(context, commands);
    const close = h(
      "button",
      { type: "button", class: "button settings-close", onclick: commands.openSettings },
      "Done",
    );
    const messagePlace = h("div", { class: "message-place" });
    frame.append(
      header.element,
      h(
        "main",
        { class: "stage-area" },
        overview.element,
        h(
          "div",
          { class: "work" },
          messagePlace,
          bench.element,
          h("div", { class: "settings-sheet" }, close, inspector.element),
        ),
      ),
      h("section", { class: "playback", "aria-label": "Playback" }, transport.element),
      live,
    );
    root.replaceChildren(...STYLES.map(styleLink), frame);
    // Our own page is ours: keys work at once. An embed waits until it is clicked.
    if (this.autofocus) frame.focus({ preventScroll: true });
    this.#renderers = [header, overview, bench, transport].map(
      (view) => (scene) => view.render(scene),
    );
    this.#accompany = async () => {
      root.append(...LATER_STYLES.map(styleLink));
      const { installCompanions } = await import("./companions.js");
      if (signal.aborted) return;
      this.#companions = installCompanions(
        context,
        { host: this, frame, live, messagePlace },
        commands,
      );
      this.#renderers.push(
        (scene) => this.#companions?.render(scene),
        (scene) => inspector.render(scene),
      );
      this.#clock.markDirty();
    };
  }

  /**
   * @param {import("./view.js").ViewContext} context
   * @param {HTMLElement} frame
   */
  #commands(context, frame) {
    return {
      openPictures: async () => {
        const anchor = /** @type {HTMLElement} */ (frame.querySelector(".picture-button"));
        (await import("./picture-dialog.js")).openPictures(context, anchor);
      },
      openKeys: () => import("./keys-dialog.js").then((dialog) => dialog.openKeys(context)),
      openExport: (/** @type {HTMLElement} */ anchor) =>
        import("./export-menu.js").then((menu) => menu.openExport(context, anchor, frame)),
      openSettings: () => frame.classList.toggle("settings-open"),
      fullScreen: () =>
        document.fullscreenElement ? document.exitFullscreen() : this.requestFullscreen(),
      tryAgain: () => this.#request(),
    };
  }

  /** @param {MediaQueryList} motion @param {AbortSignal} signal */
  #watch(motion, signal) {
    const store = /** @type {import("../state/store.js").Store} */ (this.#store);
    motion.addEventListener("change", () => store.dispatch(motionChanged, motion.matches), {
      signal,
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener(
      "change",
      () => this.#clock.markDirty(),
      { signal },
    );
    const observer = new IntersectionObserver(([entry]) => {
      this.#isVisible = entry?.isIntersecting ?? true;
      this.#clock.markDirty();
    });
    observer.observe(this);
    signal.addEventListener("abort", () => observer.disconnect());
    document.addEventListener("visibilitychange", () => this.#clock.markDirty(), { signal });
  }

  /** @param {Boot} boot */
  async #start(boot) {
    const store = /** @type {import("../state/store.js").Store} */ (this.#store);
    if (!boot.bundle) return this.#request();
    store.dispatch(runRequested);
    try {
      this.#accept(await fetchBundle(boot.bundle));
    } catch (error) {
      this.#fail(error);
      return;
    }
    const startsAlone = this.getAttribute("autoplay") !== "off" && !store.get().is_reduced;
    store.dispatch(startsAlone ? playToggled : openedStill);
  }

  /** @param {State} state @param {State} before */
  #react(state, before) {
    this.#clock.markDirty();
    if (state.theme !== before.theme) this.#applyTheme(state.theme);
    if (state.recipe !== before.recipe) this.#request();
    if (state.selection.stage !== before.selection.stage) {
      this.#tell("stage-change", { stage: state.selection.stage, map: state.selection.map });
    }
  }

  /**
   * Ask for the recipe in the state. Latest wins: while an answer is on its way the newest wish
   * waits, so that a drag shows every answer it can; one that takes too long is dropped.
   */
  async #request() {
    const store = /** @type {import("../state/store.js").Store} */ (this.#store);
    if (this.#pending && performance.now() - this.#askedAt < PATIENCE_MS) {
      this.#isOutdated = true;
      return;
    }
    this.#pending?.abort();
    const pending = new AbortController();
    this.#pending = pending;
    this.#askedAt = performance.now();
    this.#isOutdated = false;
    const { recipe, run, selection } = store.get();
    store.dispatch(runRequested);
    try {
      const full = run ? wantedValues(run, selection) : [];
      const have = this.#tensors.valueKeys();
      const { signal } = pending;
      const bundle = await fetchRun(recipe, { full, known: run?.id ?? null, have, signal });
      if (this.#pending === pending) this.#accept(bundle);
    } catch (error) {
      if (this.#pending !== pending || error instanceof DOMException) return;
      if (!this.#isOutdated) await this.#fail(error);
    }
    if (this.#pending !== pending) return;
    this.#pending = null;
    if (this.#isOutdated) this.#request();
  }

  /** @param {Bundle} bundle */
  #accept({ manifest, tensors }) {
    this.#tensors.accept(manifest, tensors);
    this.#store?.dispatch(runReceived, manifest);
  }

  /** @param {unknown} error */
  async #fail(error) {
    const store = /** @type {import("../state/store.js").Store} */ (this.#store);
    if (!(error instanceof ProblemError)) throw error;
    const { problem } = error;
    if (problem.code === "unknown_image") {
      const uploads = await import("./uploads.js");
      if (await uploads.resendUpload(store)) {
        this.#isOutdated = true;
        if (!this.#pending) this.#request();
        return;
      }
    }
    this.#settle();
    store.dispatch(runFailed, problem);
    this.#tell("error", problem);
    if (problem.code === "server_gone") this.#askAgainLater();
  }

  /** While the server is gone, look for it quietly; the first answer brings the picture back. */
  #askAgainLater() {
    const signal = this.#life?.signal;
    setTimeout(async () => {
      const { request } = this.#store?.get() ?? {};
      if (signal?.aborted || request?.problem?.code !== "server_gone") return;
      const isBack = await fetch("/healthz").then(
        (answer) => answer.ok,
        () => false,
      );
      if (isBack) this.#request();
      else this.#askAgainLater();
    }, RETRY_MS);
  }

  /** Fetch the exact values that the scene needs and that have not come with the run. */
  async #fetchValues(/** @type {import("../model/scene.js").Scene} */ scene) {
    const { run, state } = scene;
    const missing = wantedValues(run.manifest, state.selection, state.hover).filter((name) => {
      const [id, map] = name.split(":");
      return !run.hasValues(id, map === undefined ? undefined : [Number(map)]);
    });
    const key = `${run.manifest.id}/${missing.join()}`;
    if (!missing.length || this.#fetchingValues === key || state.request.status === "loading")
      return;
    this.#fetchingValues = key;
    try {
      const bundle = await fetchRun(run.manifest.recipe, {
        full: missing,
        known: run.manifest.id,
        have: this.#tensors.valueKeys(),
      });
      if (this.state?.run === run.manifest) {
        this.#tensors.accept(run.manifest, bundle.tensors);
        this.#clock.markDirty();
      }
    } catch (error) {
      if (error instanceof ProblemError) await this.#fail(error);
    }
  }

  /**
   * @param {number} delta_ms
   * @returns {boolean}  whether another frame is needed
   */
  #frame(delta_ms) {
    const store = this.#store;
    if (!store) return false;
    const isRunning = store.get().is_playing && this.#isVisible && !document.hidden;
    if (isRunning) store.dispatch(timePassed, delta_ms);
    const state = store.get();
    this.#companions?.renderState(state);
    const scene = present(state, this.#tensors, this.#effectiveTheme(state.theme));
    if (!scene) return false;
    for (const render of this.#renderers) render(scene);
    this.#afterFrame(scene);
    return state.is_playing && this.#isVisible && !document.hidden;
  }

  /** @param {import("../model/scene.js").Scene} scene */
  #afterFrame(scene) {
    const { id } = scene.run.manifest;
    if (this.#drawnRun !== id) {
      this.#drawnRun = id;
      this.#tell("repaint", { run: id });
    }
    if (!this.#isReady) {
      this.#isReady = true;
      performance.mark("kernelscope-ready");
      this.#tell("ready", { run: id });
      this.setAttribute("aria-busy", "false");
      this.#settle();
    }
    this.#fetchValues(scene);
  }

  /** Fetch what the first picture did not need; once. */
  #settle() {
    this.#accompany?.();
    this.#accompany = null;
  }

  /** @param {State["theme"]} theme */
  #effectiveTheme(theme) {
    if (theme !== "auto") return theme;
    return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }

  /** @param {State["theme"]} theme */
  #applyTheme(theme) {
    if (theme === "auto") delete this.dataset.theme;
    else this.dataset.theme = theme;
    document.documentElement.dataset.theme = theme;
  }

  /** @param {string} type @param {object} detail */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

/** @param {string} name */
function styleLink(name) {
  return h("link", { rel: "stylesheet", href: `/static/styles/${name}.css` });
}

/** What the page brought along. @returns {Boot} */
function readBoot() {
  const text = document.querySelector("#kernelscope-boot")?.textContent;
  if (!text) throw new Error("the page brought no #kernelscope-boot data");
  return JSON.parse(text);
}
