/**
 * <conv-visualizer>: one explorer, with a store, a loop and a shadow tree of its own.
 *
 * Attributes: `layout` (explorer, embed), `theme` (auto, light, dark), `around` (light, dark: what
 * auto means; left out, the system's), `autoplay` (off: starts still), `takes-focus` (keys work at
 * once). Events: `ready`, `repaint`, `stage-change`,
 * `step-change`, `state-change`, `error`; all bubble and are composed.
 */

import { fetchBundle } from "../api/client.js";
import { present } from "../model/scene.js";
import { TensorStore } from "../model/tensors.js";
import {
  motionChanged,
  runReceived,
  runRequested,
  themeChanged,
  themeToggled,
} from "../state/actions.js";
import { playToggled, stepped, timePassed } from "../state/playback.js";
import { initialState, isOtherScene } from "../state/state.js";
import { createStore } from "../state/store.js";
import { createClock } from "../timeline/clock.js";
import { changed, h } from "./dom.js";
import { createLater } from "./later.js";

/** @typedef {import("../state/state.js").State} State */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("./view.js").Boot} Boot */

/** An address that brings a scene of its own, whatever a host has added to it. */
const SCENE_IN_FRAGMENT = /[#&?/!]v\d{1,4}(?:=|%3D)/i;

/** A change is drawn with its answer when that is here so soon, in one frame instead of two. */
const ANSWER_MS = 25;

export class ConvVisualizer extends HTMLElement {
  static observedAttributes = ["theme", "around"];
  /** Which views there are: entry files register what their page needs. @type {Map<string, import("./view.js").CreateLayout>} */
  static layouts = new Map();

  /** @type {AbortController|null} */
  #life = null;
  /** @type {import("../state/store.js").Store|null} */
  #store = null;
  #tensors = new TensorStore();
  /** @type {import("./run-requests.js").RunRequests|null} */
  #requests = null;
  /** @type {ReturnType<typeof createClock>} */
  #clock = createClock({ request: () => 0, cancel: () => {}, now: () => 0 }, () => false);
  /** @type {((scene: Scene) => void)[]} */
  #renderers = [];
  /** The same for the first time, in parts. @type {((scene: Scene) => void)[]} */
  #opening = [];
  /** @type {import("./view.js").Companions|null} */
  #companions = null;
  /** @type {(() => Promise<void>)|null} fetches what only comes after the first picture */
  #accompany = null;
  /** The recipe whose run was fetched first. @type {State["recipe"]|null} */
  #openedRecipe = null;
  #isNewStep = changed();
  #isOpening = false;
  #isReady = false;
  #isVisible = true;
  /** @type {string|null} */
  #drawnRun = null;

  /** The explorer's state: plain values, for tests and hosts to read. */
  get state() {
    return this.#store?.get() ?? null;
  }

  play() {
    if (!this.state?.is_playing) this.#store?.dispatch(playToggled);
  }

  pause() {
    if (this.state?.is_playing) this.#store?.dispatch(playToggled);
  }

  /** Move by whole windows; back when negative. */
  step(windows = 1) {
    this.#store?.dispatch(stepped, windows);
  }

  /** The scene on show as address parameters. @returns {Promise<Record<string, string>>} */
  async getState() {
    const { readScene } = await import("./scene-access.js");
    return readScene(this.#known());
  }

  /**
   * Change what is on show; parameters that are not named stay.
   *
   * @param {Record<string, unknown>} values  address parameters
   * @returns {Promise<string[]>}  what of them could not be used, in sentences
   */
  async setState(values) {
    const { changeScene } = await import("./scene-access.js");
    return changeScene(this.#known(), values);
  }

  #known() {
    if (!this.#store) throw new Error("the element is not in a page");
    return { store: this.#store, boot: readBoot() };
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
    const view = boot.view ?? {};
    this.#openedRecipe = boot.recipe;
    const theme = themeNamed(this.getAttribute("theme")) ?? view.theme ?? "auto";
    const motion = matchMedia("(prefers-reduced-motion: reduce)");
    const is_reduced = motion.matches;
    const isWanted = view.autoplay ?? this.getAttribute("autoplay") !== "off";
    const starts_alone = isWanted && !is_reduced;
    this.#store = createStore(
      initialState(boot.recipe, { theme, is_reduced, starts_alone, view }),
      boot.saved ? () => this.#sayLocked() : null,
    );
    this.#tensors = new TensorStore();
    this.#clock = createClock(
      {
        request: (callback) => requestAnimationFrame(callback),
        cancel: (handle) => cancelAnimationFrame(handle),
        now: () => performance.now(),
      },
      (delta) => this.#frame(delta),
    );
    const isLinked = !boot.saved && SCENE_IN_FRAGMENT.test(location.hash);
    const arriving = isLinked ? this.#fetchLinked(boot, signal) : fetchBundle(boot.bundle, signal);
    this.#build(boot, signal);
    this.#watch(motion, signal);
    this.#store.subscribe((state, before) => this.#react(state, before));
    this.#applyTheme(theme);
    this.#start(arriving, signal);
  }

  disconnectedCallback() {
    this.#life?.abort();
    this.#clock.stop();
    this.#renderers = [];
    this.#opening = [];
    this.#companions = null;
    this.#requests = null;
    this.#isOpening = false;
    this.#isReady = false;
    this.#drawnRun = null;
  }

  /** @param {string} name @param {string|null} _before @param {string|null} value */
  attributeChangedCallback(name, _before, value) {
    if (name === "around") {
      if (!this.state) return;
      this.#applyTheme(this.state.theme);
      this.#clock.markDirty();
      return;
    }
    const theme = themeNamed(value);
    if (theme) this.#store?.dispatch(themeChanged, theme);
  }

  /** @param {Boot} boot @param {AbortSignal} signal */
  #build(boot, signal) {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const store = /** @type {import("../state/store.js").Store} */ (this.#store);
    const later = createLater(signal);
    const live = h("p", { class: "visually-hidden", "aria-live": "polite" });
    const context = {
      store,
      boot,
      signal,
      repaint: () => this.#clock.markDirty(),
      present: () => this.#present(),
      later: later.add,
      broken: () => this.#sayBroken(),
      announce: (/** @type {string} */ text) => this.#companions?.say(text),
    };
    const frame = h("div", { class: "frame", tabindex: -1 });
    const create = ConvVisualizer.layouts.get(this.getAttribute("layout") ?? "explorer");
    if (!create) throw new Error(`no layout ${this.getAttribute("layout")} is registered`);
    const layout = create(context, {
      host: this,
      frame,
      tryAgain: () => this.#requests?.ask(),
      toggleTheme: () => store.dispatch(themeToggled, this.#effectiveTheme("auto") === "dark"),
      sayLocked: () => this.#sayLocked(),
    });
    const { messagePlace, views, laterViews } = layout;
    const [sheet, ...laterSheets] = layout.styles.map((name) => styleSheet(name, boot));
    frame.append(...layout.nodes, live);
    root.replaceChildren(sheet, frame);
    this.#renderers = views.map((view) => (scene) => view.render(scene));
    this.#opening = layout.opening;
    this.#accompany = async () => {
      root.append(...laterSheets);
      const [install, { RunRequests }] = await Promise.all([
        layout.companions(),
        import("./run-requests.js"),
      ]);
      if (signal.aborted) return;
      if (!boot.saved) {
        this.#requests = new RunRequests({
          store,
          tensors: this.#tensors,
          signal,
          onvalues: () => this.#clock.markDirty(),
          onproblem: (problem) => this.#tell("error", problem),
        });
      }
      this.#companions = install({ host: this, frame, live, messagePlace });
      this.#renderers.push(
        (scene) => this.#companions?.render(scene),
        ...laterViews.map((view) => (/** @type {Scene} */ scene) => view.render(scene)),
      );
      this.#clock.markDirty();
      // A picture may have been chosen before this was here to ask for it.
      if (store.get().recipe !== this.#openedRecipe) this.#requests?.ask();
      later.open();
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

  /**
   * A link may bring weights, pipeline and pixels of its own.
   *
   * @param {Boot} boot
   * @param {AbortSignal} signal
   */
  async #fetchLinked(boot, signal) {
    const store = /** @type {import("../state/store.js").Store} */ (this.#store);
    const { openLinkedScene } = await import("./linked-scene.js");
    return openLinkedScene({ boot, store, signal }, location, (recipe) => {
      this.#openedRecipe = recipe;
    });
  }

  /** @param {ReturnType<typeof fetchBundle>} arriving @param {AbortSignal} signal */
  async #start(arriving, signal) {
    const store = /** @type {import("../state/store.js").Store} */ (this.#store);
    store.dispatch(runRequested);
    try {
      const { manifest, tensors } = await arriving;
      if (signal.aborted) return;
      this.#tensors.accept(manifest, tensors);
      this.#isOpening = true;
      store.dispatch(runReceived, manifest);
      await this.#open(signal);
    } catch (error) {
      if (signal.aborted) return;
      this.#isOpening = false;
      await this.#settle();
      if (this.#requests) await this.#requests.fail(error);
      else this.#sayBroken();
    }
  }

  /**
   * Draw the first scene in a few tasks: in one it would hold the page up.
   *
   * @param {AbortSignal} signal
   */
  async #open(signal) {
    for (const [index, step] of this.#opening.entries()) {
      if (index > 0) await new Promise((resolve) => setTimeout(resolve));
      if (signal.aborted) return;
      step(/** @type {Scene} */ (this.#present()));
    }
    this.#isOpening = false;
    this.#afterFrame(/** @type {Scene} */ (this.#present()));
    this.#clock.markDirty();
  }

  #present() {
    const state = /** @type {State} */ (this.state);
    return present(state, this.#tensors, this.#effectiveTheme(state.theme));
  }

  /** @param {State} state @param {State} before */
  #react(state, before) {
    const isAsking = state.request !== before.request && state.request.status === "loading";
    this.#clock.markDirty(isAsking || state.recipe !== before.recipe ? ANSWER_MS : 0);
    if (state.theme !== before.theme) this.#applyTheme(state.theme);
    if (state.recipe !== before.recipe) this.#requests?.ask();
    const { stage, map } = state.selection;
    if (stage !== before.selection.stage || map !== before.selection.map) {
      this.#tell("stage-change", { stage, map });
    }
    if (isOtherScene(state, before)) this.#tell("state-change", {});
    // Not within the dispatch: an error in drawing is not one of the answer.
    if (before.run && state.run !== before.run) queueMicrotask(() => this.#clock.drawNow());
  }

  /**
   * @param {number} delta_ms
   * @returns {boolean}  whether another frame is needed
   */
  #frame(delta_ms) {
    const store = this.#store;
    if (!store || this.#isOpening || this.#life?.signal.aborted) return false;
    const isRunning = store.get().is_playing && this.#isVisible && !document.hidden;
    if (isRunning) store.dispatch(timePassed, delta_ms);
    const state = store.get();
    this.#companions?.renderState(state);
    const scene = this.#present();
    if (!scene) return false;
    for (const render of this.#renderers) render(scene);
    this.#afterFrame(scene);
    return state.is_playing && this.#isVisible && !document.hidden;
  }

  /** @param {Scene} scene */
  #afterFrame(scene) {
    const { id } = scene.run.manifest;
    const { row, column } = scene.playheadCell;
    if (this.#isNewStep(row, column)) this.#tell("step-change", { row, column });
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
    this.#requests?.fetchValues(scene);
  }

  /** Fetch what the first picture did not need; once. */
  async #settle() {
    const accompany = this.#accompany;
    this.#accompany = null;
    try {
      await accompany?.();
    } catch {
      this.#sayBroken();
    }
  }

  /** Why a saved file does not do what was asked. */
  async #sayLocked() {
    const place = this.shadowRoot?.querySelector(".message-place");
    const { sayLocked } = await import("./saved-file.js");
    if (place) sayLocked(place, readBoot());
  }

  /** Code that did not come cannot be asked for again: only a new page can. */
  #sayBroken() {
    const place = this.shadowRoot?.querySelector(".message-place");
    if (!place || place.querySelector(".is-broken")) return;
    const reload = h(
      "button",
      { type: "button", class: "button primary", onclick: () => location.reload() },
      "Load the page again",
    );
    const words = "Part of this page did not arrive, so some of it does not answer.";
    place.append(
      h(
        "div",
        { class: "message is-broken", role: "alert" },
        h("p", { class: "message-text" }, words),
        reload,
      ),
    );
    this.#tell("error", { code: "page_incomplete", detail: words, status: 0 });
  }

  /** @param {State["theme"]} theme */
  #effectiveTheme(theme) {
    const named = theme === "auto" ? this.#around : theme;
    return named ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  }

  /** @param {State["theme"]} theme */
  #applyTheme(theme) {
    const named = theme === "auto" ? this.#around : theme;
    // The page around follows only where it is ours; that of a frame whose host says what is around
    // has the scheme of the frame.
    const isFramed = this.getAttribute("layout") === "embed" && !this.#around;
    const isOurs = this.hasAttribute("takes-focus") || isFramed;
    for (const { dataset } of isOurs ? [this, document.documentElement] : [this]) {
      if (named === null) delete dataset.theme;
      else dataset.theme = named;
    }
  }

  /** What the theme "auto" comes to; null = the system's. @returns {"light"|"dark"|null} */
  get #around() {
    const around = themeNamed(this.getAttribute("around"));
    return around === "auto" ? null : around;
  }

  /** @param {string} type @param {object} detail */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

/** @param {string|null} name @returns {State["theme"]|null}  null for a name that is no theme */
function themeNamed(name) {
  return name === "auto" || name === "light" || name === "dark" ? name : null;
}

/**
 * A sheet of ours by its address, unless the page brought its text.
 *
 * @param {string} name
 * @param {Boot} boot
 */
function styleSheet(name, { styles }) {
  if (styles) return h("style", {}, styles[name]);
  return h("link", { rel: "stylesheet", href: `/static/styles/${name}.css` });
}

/** What the page brought along. @returns {Boot} */
function readBoot() {
  const text = document.querySelector("#kernelscope-boot")?.textContent;
  if (!text) throw new Error("the page brought no #kernelscope-boot data");
  return JSON.parse(text);
}
