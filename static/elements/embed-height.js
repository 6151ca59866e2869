/**
 * The height that an embed needs, told to the page around it in five dialects: our own,
 * `lti.frameResize` (Canvas and other LTI consumers), H5P's resizer, WordPress and Embedly.
 *
 * The height is that of what is in the page, never of the frame, so a host that obeys is not
 * answered. Should a layout depend on the frame's height all the same, it is not followed for ever.
 */

/** @typedef {{width: number, height: number}} Size  in CSS px */

/** How long after the frame got another height a change of what is in it counts as its echo. */
const ECHO_MS = 250;
/** Echoes in a row that are passed on. Two are common: a scrollbar goes, then lines break anew. */
const MAX_ECHOES = 3;
/** A host that has not followed by then does not. */
const PATIENCE_MS = 1000;
/** Layout counts in 1/64 px; less than this over a whole pixel is none. */
const ROUNDING_PX = 0.05;

/**
 * Decides which heights are asked for.
 *
 * Times are those of any one clock.
 */
export function createHeightKeeper() {
  /** @type {Size} */
  let frame = { width: 0, height: 0 };
  let asked = 0;
  let echoes = 0;
  let resized_at = Number.NEGATIVE_INFINITY;
  /** @type {"unknown"|"yes"|"no"} */
  let isFollowed = "unknown";

  return {
    /** The last height asked for; 0 before the first. */
    asked: () => asked,
    /** Whether the frame has been given the height that was asked for. */
    isFollowed: () => isFollowed === "yes",

    /**
     * The frame has this size now.
     *
     * @param {Size} size
     * @param {number} now_ms
     */
    framed(size, now_ms) {
      const isHeightOnly = size.width === frame.width && size.height !== frame.height;
      if (isHeightOnly) resized_at = now_ms;
      else if (size.width !== frame.width) {
        resized_at = Number.NEGATIVE_INFINITY;
        echoes = 0;
      }
      frame = size;
      if (asked && isFollowed === "unknown" && Math.abs(size.height - asked) <= 1) {
        isFollowed = "yes";
      }
    },

    /**
     * What is in the frame needs this height now.
     *
     * @param {number} height  in CSS px, as laid out
     * @param {number} now_ms
     * @returns {number|null}  height to ask for; null = nothing new
     */
    needs(height, now_ms) {
      const whole = Math.ceil(height - ROUNDING_PX);
      // A frame that is not shown, in a closed tab or on another slide, has no layout.
      if (!(whole > 0) || frame.width <= 0 || whole === asked) return null;
      const isEcho = now_ms - resized_at <= ECHO_MS;
      echoes = isEcho ? echoes + 1 : 0;
      if (echoes > MAX_ECHOES) return null;
      asked = whole;
      return whole;
    },

    /** Some time has passed since the last asking: a host that has not followed never will. */
    waited() {
      if (asked && frame.height < asked - 1) isFollowed = "no";
    },
  };
}

/**
 * The word by which WordPress knows its frames: it puts `#?secret=...` behind the address.
 *
 * @param {string} hash  fragment of the address, whatever else is in it
 * @returns {string|null}
 */
export function secretIn(hash) {
  return /[#?&]secret=([0-9a-zA-Z]{1,64})(?![^&?#])/.exec(hash)?.[1] ?? null;
}

/**
 * What to post for one height.
 *
 * @param {number} height  in CSS px
 * @param {{address: string, secret: string|null, hasH5p: boolean}} host  `hasH5p`: its resizer
 *   has answered, and is sent heights; before that it is greeted
 * @returns {(object|string)[]}
 */
export function heightMessages(height, { address, secret, hasH5p }) {
  const messages = [
    { kernelscope: 1, type: "height", height },
    { subject: "lti.frameResize", height },
    hasH5p ? h5pResize(height) : { context: "h5p", action: "hello" },
    JSON.stringify({ src: address, context: "iframe.resize", height }),
  ];
  return secret ? [...messages, { message: "height", value: height, secret }] : messages;
}

/**
 * H5P's resizer reads `scrollHeight`, an older one `height`. It offers to shrink the frame first
 * (`prepareResize`), for pages that can only be measured so; this one can be measured in any.
 *
 * @param {number} height  in CSS px
 */
export function h5pResize(height) {
  return { context: "h5p", action: "resize", scrollHeight: height, clientHeight: height, height };
}

/**
 * What a host asks about the height.
 *
 * @param {unknown} data  of a message; anything at all
 * @returns {{asks: "h5p"|"again", secret?: string}|null}  an H5P resizer is there; or the height is
 *   wanted (again), by a WordPress that says its word
 */
export function heightRequest(data) {
  if (typeof data !== "object" || data === null) return null;
  const { context, action, message, secret } = /** @type {Record<string, unknown>} */ (data);
  if (context === "h5p") {
    if (action === "hello" || action === "resizePrepared") return { asks: "h5p" };
    return action === "ready" || action === "resize" ? { asks: "again" } : null;
  }
  const isWord = typeof secret === "string" && /^[0-9a-zA-Z]{1,64}$/.test(secret);
  return message === "ready" && isWord ? { asks: "again", secret } : null;
}

/**
 * Tell the page around how high this one is, now and whenever that changes.
 *
 * @param {HTMLElement} content  what the frame should be as high as, for instance the body
 * @param {(message: object|string) => void} post
 * @param {AbortSignal} signal
 * @returns {{tellAgain: () => void, receive: (data: unknown) => void}}  `receive` takes every
 *   message of the host
 */
export function installHeight(content, post, signal) {
  const keeper = createHeightKeeper();
  let hasH5p = false;
  /** Said by the host itself: browsers lose a fragment that comes while they load. */
  let word = /** @type {string|null} */ (null);
  /** @type {number|undefined} */
  let waiting;

  /** The frame as it is now. */
  const frame = () => keeper.framed({ width: innerWidth, height: innerHeight }, performance.now());

  function tell() {
    const height = keeper.asked();
    if (!height) return;
    const secret = secretIn(location.hash) ?? word;
    const host = { address: location.href, secret, hasH5p };
    for (const message of heightMessages(height, host)) post(message);
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      keeper.waited();
      showBar();
    }, PATIENCE_MS);
  }

  function measure() {
    frame();
    const { marginTop, marginBottom } = getComputedStyle(content);
    const margins = Number.parseFloat(marginTop) + Number.parseFloat(marginBottom);
    const height = content.getBoundingClientRect().height + margins;
    if (keeper.needs(height, performance.now()) !== null) tell();
  }

  // In a frame that follows there is nothing to scroll, and a bar that comes and goes while the
  // height is on its way would break lines anew. One of fixed height keeps its bar.
  function showBar() {
    document.documentElement.style.scrollbarWidth = keeper.isFollowed() ? "none" : "";
  }

  const observer = new ResizeObserver(measure);
  // The height goes before whatever else is said.
  measure();
  observer.observe(content);
  signal.addEventListener("abort", () => {
    observer.disconnect();
    clearTimeout(waiting);
  });
  addEventListener(
    "resize",
    () => {
      frame();
      showBar();
    },
    { signal },
  );
  // The secret may be put behind the address only when the page is here already.
  addEventListener("hashchange", tell, { signal });

  return {
    tellAgain: tell,
    receive(data) {
      const request = heightRequest(data);
      word = request?.secret ?? word;
      if (request?.asks === "again") tell();
      if (request?.asks !== "h5p") return;
      hasH5p = true;
      if (keeper.asked()) post(h5pResize(keeper.asked()));
    },
  };
}
