/**
 * The embed as students get it: the real page in a frame of the chosen width.
 */

import { h, setText } from "./dom.js";

/** A change is followed by others, as ticks come in rows. */
const REST_MS = 200;
/** A frame that has said nothing by then is shown as it is. */
const SILENCE_MS = 4000;
/** Until the frame has said how high it is. */
const FIRST_HEIGHT = 480;
/** Maps are largest in a column of this width. */
const WIDEST = 1000;
/** A frame that says no other height for so long has found its own. */
const SETTLED_MS = 250;
const MAX_HEIGHT = 4000;

/**
 * A frame of fixed height may stand in a wider column than the one on show, where maps are larger:
 * each is laid out in the widest first, before it is seen.
 *
 * @param {{signal: AbortSignal, onheight: (height: number) => void}} options  onheight: a height that
 *   is enough from the width on show to the widest, in CSS px
 */
export function createBuilderPreview({ signal, onheight }) {
  const place = h("div", { class: "preview-place" });
  const stage = h("div", { class: "preview-stage" }, place);
  const note = h("span", { class: "quiet" });
  /** What is seen. @type {HTMLIFrameElement|null} */
  let shown = null;
  /**
   * What takes its place once it is drawn and its heights are known.
   *
   * @type {{frame: HTMLIFrameElement, isReady: boolean, isWide: boolean, wide: number, own: number}|null}
   */
  let coming = null;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let resting;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let settling;
  /** @type {{address: string, width: number, height: number|null}} */
  let wish = { address: "", width: 640, height: null };
  let own_height = FIRST_HEIGHT;
  let wide_height = 0;

  function fit() {
    const { width } = wish;
    const height = wish.height ?? own_height;
    const scale = Math.min(1, stage.clientWidth / width);
    for (const frame of place.querySelectorAll("iframe")) {
      const isComing = frame === coming?.frame;
      frame.style.width = `${isComing && coming?.isWide ? WIDEST : width}px`;
      // No scroll bar takes of the width before the height is known.
      frame.style.height = `${isComing ? MAX_HEIGHT : height}px`;
      frame.style.transform = scale < 1 ? `scale(${scale})` : "";
    }
    place.style.width = `${width * scale}px`;
    place.style.height = `${height * scale}px`;
    const size = `${width} × ${height} px`;
    setText(note, scale < 1 ? `${size}, drawn at ${Math.round(100 * scale)} %` : size);
  }

  /** The old picture stays until the new one is complete. */
  function load() {
    coming?.frame.remove();
    const frame = h("iframe", {
      class: "preview-frame is-coming",
      title: "Preview of the embed",
      src: wish.address,
      loading: "lazy",
    });
    coming = { frame, isReady: false, isWide: true, wide: 0, own: 0 };
    frame.addEventListener("load", () => {
      const waiting = setTimeout(() => coming?.frame === frame && reveal(), SILENCE_MS);
      signal.addEventListener("abort", () => clearTimeout(waiting));
    });
    place.append(frame);
    fit();
  }

  /** Its height is known at this width, unless it says another one soon. */
  function settle() {
    clearTimeout(settling);
    settling = setTimeout(() => {
      if (!coming?.isWide) return reveal();
      // Should it be as high at the other width, it does not say so.
      coming.isWide = false;
      coming.own = coming.wide;
      fit();
      settle();
    }, SETTLED_MS);
  }

  function reveal() {
    if (!coming) return;
    shown?.remove();
    shown = coming.frame;
    shown.classList.remove("is-coming");
    own_height = coming.own || coming.wide || own_height;
    wide_height = coming.wide;
    coming = null;
    clearTimeout(settling);
    fit();
    onheight(Math.max(own_height, wide_height));
  }

  /** @param {number} height  of the frame that is to be shown */
  function learn(height) {
    if (!coming) return;
    coming[coming.isWide ? "wide" : "own"] = height;
    if (coming.isReady) settle();
  }

  addEventListener(
    "message",
    ({ source, data }) => {
      if (data?.kernelscope !== 1 || !source) return;
      const isComing = source === coming?.frame.contentWindow;
      if (!isComing && source !== shown?.contentWindow) return;
      if (isComing && coming && data.type === "ready") {
        coming.isReady = true;
        settle();
      }
      if (data.type !== "height" || !(Number.isFinite(data.height) && data.height > 0)) return;
      const height = Math.min(MAX_HEIGHT, Math.ceil(data.height));
      if (isComing) return learn(height);
      own_height = height;
      fit();
      onheight(Math.max(own_height, wide_height));
    },
    { signal },
  );
  const observer = new ResizeObserver(fit);
  observer.observe(stage);
  signal.addEventListener("abort", () => {
    observer.disconnect();
    clearTimeout(resting);
    clearTimeout(settling);
  });

  return {
    element: stage,
    note,
    /** @param {typeof wish} next  address: of the embed; width, height: CSS px, null = its own */
    show(next) {
      const isNew = next.address !== wish.address;
      wish = next;
      fit();
      if (!isNew) return;
      clearTimeout(resting);
      resting = setTimeout(load, shown || coming ? REST_MS : 0);
    },
  };
}
