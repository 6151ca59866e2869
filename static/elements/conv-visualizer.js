/**
 * <conv-visualizer>: one explorer, with a store, a loop and a shadow tree of its own.
 *
 * Attributes: `theme` (auto, light, dark), `autoplay` (off: starts still), `takes-focus` (keys work
 * at once). Events: `ready`, `repaint`,
 * `stage-change`, `step-change`, `error`; all bubble and are composed.
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
import { timePassed } from "../state/playback.js";
import { initialState } from "../state/state.js";
import { createStore } from "../state/store.js";
import { createClock } from "../timeline/clock.js";
import { createBench } from "./bench.js";
import { changed, h } from "./dom.js";
import { createHeader } from "./header.js";
import { createLater } from "./later.js";
import { createLazyView } from "./lazy-view.js";
import { createOverview } from "./overview.js";
import { createTransport } from "./transport.js";

/** @typedef {import("../state/state.js").State} State */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("./view.js").Boot} Boot */

/** The page links the first one too: it is fetched once, and here before anything is drawn. */
const STYLES = "first";
const LATER_STYLES = "later";

/** A change is drawn with its answer when that is here so soon, in one frame instead of two. */
const ANSWER_MS = 25;

export class ConvVisualizer extends HTMLElement {
  static observedAttributes = ["theme"];

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
  /** @type {ReturnType<typeof import("./companions.js").installCompanions>|null} */
  #companions = null;
  /** @type {(() => Promise<void>)|null} fetches what only comes after the first picture */
  #accompany = null;
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

  /** The exact values of a map that is here, or null. */
  values(/** @type {string} */ stage, /** @type {number} */ map) {
    const manifest = this.state?.run?.stages.find(({ id }) => id === stage);
    return this.#tensors.maps.get(manifest?.maps[map]?.key ?? "")?.values ?? null;
  }

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    const boot = readBoot();
    const theme = themeNamed(this.getAttribute("theme")) ?? "auto";
    const motion = matchMedia("(prefers-reduced-motion: reduce)");
    const is_reduced = motion.matches;
    const starts_alone = this.getAttribute("autoplay") !== "off" && !is_reduced;
    this.#store = createStore(initialState(boot.recipe, { theme, is_reduced, starts_alone }));
    this.#tensors = new TensorStore();
    this.#clock = createClock(
      {
        request: (callback) => requestAnimationFrame(callback),
        cancel: (handle) => cancelAnimationFrame(handle),
        now: () => performance.now(),
      },
      (delta) => this.#frame(delta),
    );
    const arriving = fetchBundle(boot.bundle, signal);
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

  /** @param {string} _name @param {string|null} _before @param {string|null} value */
  attributeChangedCallback(_name, _before, value) {
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
      later: later.add,
      broken: () => this.#sayBroken(),
      announce: (/** @type {string} */ text) => this.#companions?.say(text),
    };
    const frame = h("div", { class: "frame", tabindex: -1 });
    const commands = this.#commands(context, frame);
    const header = createHeader(context, commands);
    const overview = createOverview(context);
    const bench = createBench(context);
    const settings = createLazyView(context, "settings-sheet", () =>
      import("./settings-sheet.js").then((sheet) => sheet.createSettingsSheet(context, commands)),
    );
    const transport = createTransport(context, commands);
    const messagePlace = h("div", { class: "message-place" });
    frame.append(
      header.element,
      h(
        "main",
        { class: "stage-area" },
        overview.element,
        h("div", { class: "work" }, messagePlace, bench.element, settings.element),
      ),
      h("section", { class: "playback", "aria-label": "Playback" }, transport.element),
      live,
    );
    root.replaceChildren(styleLink(STYLES), frame);
    // The bench first: its lenses draw text, which is cheap only while nothing else has changed.
    this.#renderers = [bench, header, transport, overview].map(
      (view) => (scene) => view.render(scene),
    );
    this.#opening = [
      (scene) => bench.render(scene),
      (scene) => {
        header.render(scene);
        transport.render(scene);
        overview.build(scene);
      },
      (scene) => overview.render(scene),
    ];
    this.#accompany = async () => {
      root.append(styleLink(LATER_STYLES));
      const [{ installCompanions }, { RunRequests }] = await Promise.all([
        import("./companions.js"),
        import("./run-requests.js"),
      ]);
      if (signal.aborted) return;
      this.#requests = new RunRequests({
        store,
        tensors: this.#tensors,
        signal,
        onvalues: () => this.#clock.markDirty(),
        onproblem: (problem) => this.#tell("error", problem),
      });
      this.#companions = installCompanions(
        context,
        { host: this, frame, live, messagePlace },
        commands,
      );
      this.#takeFocus(frame);
      this.#renderers.push(
        (scene) => this.#companions?.render(scene),
        (scene) => settings.render(scene),
      );
      this.#clock.markDirty();
      // A picture may have been chosen before this was here to ask for it.
      if (store.get().recipe !== boot.recipe) this.#requests.ask();
      later.open();
    };
  }

  /**
   * Our own page is ours: keys work at once. An embed waits until it is clicked.
   *
   * @param {HTMLElement} frame
   */
  #takeFocus(frame) {
    const isUnused = !document.activeElement || document.activeElement === document.body;
    if (isUnused && this.hasAttribute("takes-focus")) frame.focus({ preventScroll: true });
  }

  /**
   * @param {import("./view.js").ViewContext} context
   * @param {HTMLElement} frame
   */
  #commands(context, frame) {
    /**
     * Nothing opens in an explorer that has left the page meanwhile.
     *
     * @template Module
     * @param {Promise<Module>} code
     * @param {(module: Module) => void} use
     */
    const arrived = (code, use) =>
      code.then((module) => {
        if (!context.signal.aborted) use(module);
      }, context.broken);
    return {
      openPictures: () => {
        const anchor = /** @type {HTMLElement} */ (frame.querySelector(".picture-button"));
        arrived(import("./picture-dialog.js"), (dialog) => dialog.openPictures(context, anchor));
      },
      openKeys: () =>
        arrived(import("./keys-dialog.js"), (dialog) => dialog.openKeys(context, main(frame))),
      openExport: (/** @type {HTMLElement} */ anchor) =>
        arrived(import("./export-menu.js"), (menu) =>
          menu.openExport(context, anchor, main(frame)),
        ),
      openSettings: () =>
        arrived(import("./settings-sheet.js"), (sheet) => sheet.toggleSheet(frame)),
      fullScreen: () =>
        document.fullscreenElement ? document.exitFullscreen() : this.requestFullscreen(),
      tryAgain: () => this.#requests?.ask(),
      toggleTheme: () => context.store.dispatch(themeToggled, isSystemDark()),
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
      await this.#requests?.fail(error);
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
    if (theme !== "auto") return theme;
    return isSystemDark() ? "dark" : "light";
  }

  /** @param {State["theme"]} theme */
  #applyTheme(theme) {
    // The page around follows only where it is ours.
    const targets = this.hasAttribute("takes-focus") ? [this, document.documentElement] : [this];
    for (const { dataset } of targets) {
      if (theme === "auto") delete dataset.theme;
      else dataset.theme = theme;
    }
  }

  /** @param {string} type @param {object} detail */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

function isSystemDark() {
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

/** @param {string|null} name @returns {State["theme"]|null}  null for a name that is no theme */
function themeNamed(name) {
  return name === "auto" || name === "light" || name === "dark" ? name : null;
}

/** @param {string} name */
function styleLink(name) {
  return h("link", { rel: "stylesheet", href: `/static/styles/${name}.css` });
}

/**
 * Menus belong to the main landmark.
 *
 * @param {HTMLElement} frame
 */
function main(frame) {
  return frame.querySelector("main") ?? frame;
}

/** What the page brought along. @returns {Boot} */
function readBoot() {
  const text = document.querySelector("#kernelscope-boot")?.textContent;
  if (!text) throw new Error("the page brought no #kernelscope-boot data");
  return JSON.parse(text);
}
