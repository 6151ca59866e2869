/**
 * <conv-visualizer-frame>: a Kernelscope embed in any page, as high as it needs to be.
 *
 *     <script type="module" src="https://kernelscope.example/static/embed.js"></script>
 *     <conv-visualizer-frame image="camera" kernel="sobel-x" stride="2"></conv-visualizer-frame>
 *
 * Attributes: every parameter of an embed's address, by its name (`image`, `kernel`, `stride`,
 * `cell`, `controls` ...), and `state` (what a link has after its #, for scenes of one's own),
 * `src` (a server other than the one this file came from, or a whole link), `poster` (a picture to
 * show until the frame is in sight; `none` for none), `height` (in px, for a frame that is not to
 * follow what is in it), `title` and `sandbox` (of the frame).
 * Events: `ready` and `statechange` (`detail.state`: an object of address parameters) and `step`
 * (`detail.row`, `detail.column`, `detail.step`, counted from 1). They bubble.
 * Methods: `getState()`, `setState(values)` (gives sentences about values that could not be used),
 * `play()`, `pause()`, `step(windows = 1)`; all give promises, and fetch the frame when need be.
 *
 * With the theme `auto` it is light or dark as the page behind it is, and follows that.
 *
 * One file that imports nothing: it may be copied to where the page is.
 * Nothing is fetched but poster and frame, nothing is stored, and no other window is listened to.
 */

/** Address parameters that are attributes too. */
export const PARAMETERS = [
  ...["image", "sample", "size", "color", "colour", "kernel", "seed", "stride", "padding"],
  ...["dilation", "bias", "stage", "map", "cell", "step", "speed", "theme", "controls", "hide"],
  ...["lock", "autoplay"],
];
const OWN = ["src", "state", "poster", "height", "title", "sandbox"];
/** Changes of these do not need another frame. */
const OUTSIDE = ["poster", "height", "title"];
const NAME = "conv-visualizer-frame";
const TITLE = "Kernelscope: a filter slides over a picture";
/** How long before it comes into sight a frame is fetched. */
const AHEAD = "400px 0px";
/** A frame that says nothing by then is shown as it is. */
const SILENCE_MS = 6000;
const ANSWER_MS = 20_000;
const MAX_HEIGHT_PX = 20_000;
/** Posters are asked for in these steps, so that few different ones are drawn. */
const POSTER_STEP_PX = 160;
const MAX_POSTER_PX = 1280;
/** About how high an embed with the usual controls is, from which width on: text stays in place. */
const ROOM_PX = [
  [800, 508],
  [680, 460],
  [560, 412],
  [0, 600],
];
const STYLE = `
  :host { display: block; position: relative; min-width: 0; min-height: 200px; }
  :host([hidden]), span { display: none; }
  :host([height]) { min-height: 0; }
  img, iframe { display: block; box-sizing: border-box; width: 100%; border: 0; }
  img { height: auto; aspect-ratio: auto 40 / 21; object-fit: contain; }
  /* The same as that of the page in it: where they differ, that page gets an opaque canvas. */
  iframe { max-height: 100%; color-scheme: light dark; }
  img ~ iframe { position: absolute; inset: 0; opacity: 0; pointer-events: none; }
  @media print { img { min-height: 0 !important; } }
`;

/** @typedef {Record<string, string>} Values  address parameters and their values */
/** @typedef {{resolve: (answer: any) => void, reject: (reason: Error) => void}} Waiting */

/**
 * Where the frame's page and its poster are.
 *
 * @param {string} server  address of a server, or a link to a scene on it
 * @param {Iterable<[string, string]>} parameters  go before those of the link
 * @param {string|null} [state]  what a link has after its #
 * @returns {{page: URL, poster: URL}}
 * @throws {TypeError} when `server` is no address of a page
 */
export function addresses(server, parameters, state = null) {
  const page = new URL(server);
  if (!/^https?:$/.test(page.protocol))
    throw new TypeError(`${server} is not the address of a page`);
  page.pathname = page.pathname.replace(/(\/embed)?\/?$/, "/embed");
  for (const [name, value] of parameters) page.searchParams.set(name, value);
  const fragment = /^#?(v\d+=.*)$/s.exec(state ?? "");
  if (fragment) page.hash = fragment[1];
  const poster = new URL(page);
  poster.pathname += "/poster.png";
  poster.hash = "";
  if (page.hash) poster.searchParams.set("state", page.hash.slice(1));
  return { page, poster };
}

/** @param {number} width  of the column, in CSS px */
function roomFor(width) {
  return ROOM_PX.find(([least]) => width >= least)?.[1] ?? 0;
}

/**
 * Understand a message of a frame.
 *
 * @param {unknown} data  anything at all
 * @returns {{type: string, height: number, state: Values, id: number, notes: string[], error: string|null, place: object}|null}
 */
export function readMessage(data) {
  if (typeof data !== "object" || data === null) return null;
  const { kernelscope, type, height, state, id, notes, error, row, column, step } =
    /** @type {Record<string, any>} */ (data);
  if (kernelscope !== 1 || typeof type !== "string") return null;
  return {
    type,
    height: Number.isFinite(height) && height <= MAX_HEIGHT_PX ? Math.max(0, height) : 0,
    state: typeof state === "object" && state !== null ? state : {},
    id: typeof id === "number" ? id : 0,
    notes: Array.isArray(notes) ? notes.filter((note) => typeof note === "string") : [],
    error: typeof error === "string" ? error : null,
    place: { row, column, step },
  };
}

/**
 * Of a switch the name alone says yes, as everywhere in HTML.
 *
 * @param {string} name  of an attribute
 * @param {string} value
 */
function switched(name, value) {
  return name === "autoplay" && value === "" ? "on" : value;
}

/**
 * Refuse what is no parameter's value, before a frame is asked.
 *
 * @param {unknown} values
 * @throws {TypeError}
 */
export function checkValues(values) {
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    throw new TypeError('setState takes an object such as {image: "camera", stride: 2}');
  }
  const isText = (/** @type {unknown} */ value) =>
    value == null || ["string", "number", "boolean"].includes(typeof value);
  for (const [name, value] of Object.entries(values)) {
    if (isText(value) || (Array.isArray(value) && value.flat(2).every(isText))) continue;
    const kind = Array.isArray(value) ? "a list of something else" : `of type ${typeof value}`;
    throw new TypeError(
      `setState: ${name} is ${kind}; it has to be a text, a number, true or false, or a list of them`,
    );
  }
}

// Also read outside of browsers, where nothing can be framed.
const Base = /** @type {typeof HTMLElement} */ (globalThis.HTMLElement ?? class {});

export class ConvVisualizerFrame extends Base {
  static observedAttributes = [...PARAMETERS, ...OWN];

  /** @type {AbortController|null} */
  #life = null;
  /** @type {HTMLIFrameElement|null} */
  #frame = null;
  /** @type {HTMLImageElement|null} */
  #poster = null;
  #isReady = false;
  /** Commands that are not sent yet. @type {object[]} */
  #unsent = [];
  /** @type {Map<number, Waiting>} */
  #waiting = new Map();
  #last = 0;
  /** Attributes changed since the last task. @type {Set<string>} */
  #changed = new Set();
  #probe = globalThis.document?.createElement("span");
  /** @type {Ground} */
  #ground = "light";
  /** What the frame was told of it. @type {Ground} */
  #framed = "light";

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    addEventListener("message", (event) => this.#receive(event), { signal });
    // A printer does not scroll.
    addEventListener("beforeprint", () => this.#poster?.setAttribute("loading", "eager"), {
      signal,
    });
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    root.replaceChildren(this.#probe);
    this.#changed.clear();
    this.#ground = groundBehind(this, this.#probe);
    watchGround(this, () => this.#lookAround(), signal);
    this.#showPoster();
    const watcher = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && this.#load(),
      { rootMargin: AHEAD },
    );
    watcher.observe(this);
    signal.addEventListener("abort", () => watcher.disconnect());
  }

  disconnectedCallback() {
    this.#life?.abort();
    this.#forget(`The <${NAME}> was taken out of the page.`);
    this.shadowRoot?.replaceChildren();
    this.#frame = this.#poster = null;
  }

  /** Moved within the page without leaving it: the frame lives on. */
  connectedMoveCallback() {}

  /** @param {string} name @param {string|null} before @param {string|null} value */
  attributeChangedCallback(name, before, value) {
    if (!this.isConnected || before === value || !this.shadowRoot) return;
    if (this.#changed.size === 0) queueMicrotask(() => this.#follow());
    this.#changed.add(name);
  }

  /** The scene on show. @returns {Promise<Values>} */
  async getState() {
    return (await this.#ask("getState")).state;
  }

  /**
   * Change what is on show; parameters that are not named stay.
   *
   * @param {Record<string, string|number|boolean>} values  address parameters
   * @returns {Promise<string[]>}  what of them could not be used, in sentences
   */
  async setState(values) {
    checkValues(values);
    return (await this.#ask("setState", { state: values })).notes;
  }

  /** Let the window slide. */
  async play() {
    await this.#ask("play");
  }

  async pause() {
    await this.#ask("pause");
  }

  /** @param {number} [windows]  whole windows; back when negative */
  async step(windows = 1) {
    await this.#ask("step", { windows });
  }

  /** The page may be light or dark now, and was not before. */
  #lookAround() {
    const ground = groundBehind(this, this.#probe);
    if (ground === this.#ground) return;
    this.#ground = ground;
    if (this.#isReady) this.#tellGround();
    else this.#showPoster();
  }

  #tellGround() {
    this.#framed = this.#ground;
    this.#post({ kernelscope: 1, type: "around", around: this.#ground });
  }

  /** The height that was set; 0 for that of what is in the frame. */
  get #height() {
    const height = Number.parseInt(this.getAttribute("height") ?? "", 10);
    return height > 0 ? Math.min(height, MAX_HEIGHT_PX) : 0;
  }

  #addresses() {
    const named = PARAMETERS.flatMap((name) => {
      const value = this.getAttribute(name);
      return value === null
        ? []
        : [/** @type {[string, string]} */ ([name, switched(name, value)])];
    });
    const own = new URL("..", import.meta.url).href;
    const src = this.getAttribute("src");
    const server = src ? new URL(src, document.baseURI).href : own;
    return addresses(server, named, this.getAttribute("state"));
  }

  #showPoster() {
    const wish = this.getAttribute("poster");
    this.#poster?.remove();
    this.#poster = null;
    if (wish === "none" || this.#isReady) return;
    const image = document.createElement("img");
    image.part.add("poster");
    image.alt = this.getAttribute("title") ?? TITLE;
    image.loading = "lazy";
    image.referrerPolicy = "no-referrer";
    image.addEventListener("error", () => this.#poster === image && this.#reveal());
    if (this.#height) image.style.height = `${this.#height}px`;
    else if (!this.hasAttribute("controls") && !this.hasAttribute("hide")) {
      image.style.minHeight = `${roomFor(this.clientWidth)}px`;
    }
    image.src = wish ? new URL(wish, document.baseURI).href : this.#posterAddress();
    this.#poster = image;
    this.shadowRoot?.prepend(image);
  }

  #posterAddress() {
    const { poster } = this.#addresses();
    const wanted = (this.clientWidth || 640) * Math.min(2, devicePixelRatio);
    const width = Math.min(MAX_POSTER_PX, Math.ceil(wanted / POSTER_STEP_PX) * POSTER_STEP_PX);
    poster.searchParams.set("width", String(width));
    const theme = poster.searchParams.get("theme") ?? "auto";
    if (theme === "auto" && this.#ground === "dark") poster.searchParams.set("theme", "dark");
    return poster.href;
  }

  /** The attribute is another one, or gone. */
  #setHeight() {
    if (this.#height && this.#frame) this.#frame.style.height = `${this.#height}px`;
    else if (this.#isReady) this.#post({ kernelscope: 1, type: "hello" });
  }

  /** Fetch the frame, once. */
  #load() {
    if (this.#frame) return;
    const frame = document.createElement("iframe");
    frame.part.add("frame");
    frame.allowFullscreen = true;
    frame.referrerPolicy = "no-referrer";
    frame.title = this.getAttribute("title") ?? TITLE;
    const sandbox = this.getAttribute("sandbox");
    if (sandbox !== null) frame.setAttribute("sandbox", sandbox);
    frame.addEventListener("load", () => {
      const waiting = setTimeout(() => this.#frame === frame && this.#reveal(), SILENCE_MS);
      this.#life?.signal.addEventListener("abort", () => clearTimeout(waiting));
    });
    frame.style.height = `${this.#height || roomFor(this.clientWidth)}px`;
    const { page } = this.#addresses();
    page.searchParams.set("around", this.#ground);
    this.#framed = this.#ground;
    frame.src = page.href;
    this.#frame = frame;
    this.shadowRoot?.append(frame);
  }

  /** The frame takes the place of its poster. */
  #reveal() {
    this.#poster?.remove();
    this.#poster = null;
  }

  /** Nobody is going to answer any more. @param {string} why */
  #forget(why) {
    this.#isReady = false;
    this.#unsent = [];
    for (const { reject } of this.#waiting.values()) reject(new Error(why));
    this.#waiting.clear();
  }

  /** Do what changed attributes ask for. */
  #follow() {
    const names = [...this.#changed];
    this.#changed.clear();
    if (!this.isConnected) return;
    if (names.includes("title") && this.#frame) this.#frame.title = this.title || TITLE;
    if (names.includes("height") && this.#frame) this.#setHeight();
    const others = names.filter((name) => !OUTSIDE.includes(name));
    const isNew = others.some((name) => OWN.includes(name) || !this.hasAttribute(name));
    if (this.#frame && this.#isReady && !isNew) {
      const named = others.map((name) => [name, switched(name, this.getAttribute(name) ?? "")]);
      if (named.length > 0) this.setState(Object.fromEntries(named)).catch(() => {});
      return;
    }
    if (this.#frame && others.length > 0) {
      // What was asked of the frame that goes is not answered; what was not sent yet is.
      if (this.#isReady) this.#forget("The frame was loaded anew.");
      this.#frame.remove();
      this.#frame = null;
      this.#load();
    }
    this.#showPoster();
  }

  /**
   * @param {string} type
   * @param {object} [more]
   * @returns {Promise<{state: Values, notes: string[]}>}
   */
  #ask(type, more = {}) {
    if (!this.#life || this.#life.signal.aborted) {
      return Promise.reject(new Error(`This <${NAME}> is not in a page.`));
    }
    this.#load();
    this.#last += 1;
    const id = this.#last;
    const message = { kernelscope: 1, type, id, ...more };
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error(`The frame did not answer ${type} within ${ANSWER_MS / 1000} s.`));
      }, ANSWER_MS);
      const done = (/** @type {(value: any) => void} */ settle) => (/** @type {any} */ value) => {
        clearTimeout(late);
        settle(value);
      };
      this.#waiting.set(id, { resolve: done(resolve), reject: done(reject) });
      if (this.#isReady) this.#post(message);
      else this.#unsent.push(message);
    });
  }

  /** A frame without an origin, or of a page without one, can only be written to by its window. */
  get #isOpaque() {
    const sandbox = this.#frame?.getAttribute("sandbox") ?? null;
    return self.origin === "null" || (sandbox !== null && !/\ballow-same-origin\b/i.test(sandbox));
  }

  get #origin() {
    return new URL(this.#frame?.src ?? "about:blank").origin;
  }

  /** @param {object} message */
  #post(message) {
    this.#frame?.contentWindow?.postMessage(message, this.#isOpaque ? "*" : this.#origin);
  }

  /** @param {MessageEvent} event */
  #receive({ source, origin, data }) {
    if (!this.#frame || source !== this.#frame.contentWindow) return;
    if (origin !== this.#origin && !(this.#isOpaque && origin === "null")) return;
    const message = readMessage(data);
    if (!message) return;
    const { type, height, state, place } = message;
    if (type === "height" && height && !this.#height) this.#frame.style.height = `${height}px`;
    else if (type === "answer") this.#settle(message);
    else if (type === "step") this.#tell("step", place);
    else if (type === "statechange") this.#tell("statechange", { state });
    else if (type === "ready") {
      this.#isReady = true;
      this.#reveal();
      if (this.#framed !== this.#ground) this.#tellGround();
      for (const unsent of this.#unsent.splice(0)) this.#post(unsent);
      this.#tell("ready", { state });
    }
  }

  /** @param {{id: number, error: string|null}} answer */
  #settle(answer) {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.error === null) waiting?.resolve(answer);
    else waiting?.reject(new Error(answer.error));
  }

  /** @param {string} type @param {object} detail */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

/* ---- what a frame stands on in somebody's page: light or dark ----------------------------------- */

/** @typedef {"light"|"dark"} Ground */
/** @typedef {[number, number, number, number]} Colour  red, green, blue and opacity, 0 to 1 */

/** White and black are read equally well on a ground of this luminance. */
const MIDDLE = 0.179;
/** What lies deeper than that is not seen. */
const COVERED = 0.02;
const NUMBER = /-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi;

/**
 * Read a colour as browsers compute it.
 *
 * @param {string} text
 * @returns {Colour|null}  null for one that is neither `rgb(...)` nor `color(srgb ...)`
 */
export function readColour(text) {
  const found = /^(rgba?\(|color\(srgb )([-+.,/e\d\s]*)\)$/.exec(text);
  const numbers = found?.[2].match(NUMBER)?.map(Number) ?? [];
  if (!found || numbers.length < 3) return null;
  const scale = found[1].startsWith("color") ? 1 : 255;
  const [red, green, blue] = numbers.map((number) => number / scale);
  return [red, green, blue, numbers[3] ?? 1];
}

/**
 * Whether layers of colour are light or dark together.
 *
 * @param {Iterable<Colour>} layers  the uppermost first; the last one counts as opaque
 * @returns {Ground}
 */
export function groundOf(layers) {
  const seen = [0, 0, 0];
  let open = 1;
  for (const [red, green, blue, opacity] of layers) {
    for (const [index, value] of [red, green, blue].entries()) {
      seen[index] += open * opacity * value;
    }
    open *= 1 - opacity;
    if (open < COVERED) break;
  }
  const [red, green, blue] = seen.map(linear);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > MIDDLE ? "light" : "dark";
}

/** @param {number} value  of a colour channel, sRGB */
function linear(value) {
  const held = Math.min(1, Math.max(0, value));
  return held <= 0.04045 ? held / 12.92 : ((held + 0.055) / 1.055) ** 2.4;
}

/** @param {Element} element @returns {Element|null}  what it is drawn in */
function around(element) {
  if (element.assignedSlot) return element.assignedSlot;
  const parent = element.parentNode;
  return parent instanceof ShadowRoot ? parent.host : element.parentElement;
}

/** @param {Element} element @returns {Generator<Element>}  it and everything that it is drawn in */
function* outwards(element) {
  for (let one = /** @type {Element|null} */ (element); one; one = around(one)) yield one;
}

/**
 * What an element stands on: the backgrounds behind it, and below them the canvas of the page,
 * which the element's own colour scheme paints.
 *
 * @param {Element} element
 * @param {HTMLElement} probe  in it, with no use but this
 * @returns {Ground}
 */
function groundBehind(element, probe) {
  /** @param {string} text  any colour @returns {Colour} */
  const computed = (text) => {
    const plain = readColour(text);
    if (plain) return plain;
    // In whatever space it was written: mixed with itself, it is computed as sRGB.
    probe.style.color = `color-mix(in srgb, ${text}, ${text})`;
    return readColour(getComputedStyle(probe).color) ?? [0, 0, 0, 0];
  };
  function* layers() {
    for (const one of outwards(element)) yield computed(getComputedStyle(one).backgroundColor);
    // Also right where a <meta> tag sets the scheme, and where the system's is followed.
    probe.style.color = "Canvas";
    const [red, green, blue] = computed(getComputedStyle(probe).color);
    yield/** @type {Colour} */ ([red, green, blue, 1]);
  }
  return groundOf(layers());
}

/**
 * Tell whenever what an element stands on may have become another.
 *
 * @param {Element} element
 * @param {() => void} onchange
 * @param {AbortSignal} signal
 */
function watchGround(element, onchange, signal) {
  const observer = new MutationObserver(onchange);
  for (const one of outwards(element)) observer.observe(one, { attributes: true });
  // Sheets and <meta> tags that are put in, taken out or switched.
  const inside = { attributes: true, childList: true, subtree: true };
  observer.observe(document.head, inside);
  signal.addEventListener("abort", () => observer.disconnect());
  const options = { signal, capture: true };
  document.head.addEventListener("load", onchange, options);
  // Colours that change gradually are at their old values when the change begins.
  document.addEventListener(
    "transitionend",
    ({ propertyName }) => /color|background/.test(propertyName) && onchange(),
    options,
  );
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", onchange, { signal });
}

const registry = globalThis.customElements;
if (registry && !registry.get(NAME)) registry.define(NAME, ConvVisualizerFrame);
