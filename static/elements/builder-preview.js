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

/**
 * @param {{signal: AbortSignal, onheight: (height: number) => void}} options  onheight: the embed's
 *   own height at the width on show, in CSS px
 */
export function createBuilderPreview({ signal, onheight }) {
  const place = h("div", { class: "preview-place" });
  const stage = h("div", { class: "preview-stage" }, place);
  const note = h("span", { class: "quiet" });
  /** What is seen. @type {HTMLIFrameElement|null} */
  let shown = null;
  /** What takes its place once it is drawn. @type {HTMLIFrameElement|null} */
  let coming = null;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let resting;
  /** @type {{address: string, width: number, height: number|null}} */
  let wish = { address: "", width: 640, height: null };
  let own_height = FIRST_HEIGHT;

  function fit() {
    const { width } = wish;
    const height = wish.height ?? own_height;
    const scale = Math.min(1, stage.clientWidth / width);
    for (const frame of place.querySelectorAll("iframe")) {
      frame.style.width = `${width}px`;
      frame.style.height = `${height}px`;
      frame.style.transform = scale < 1 ? `scale(${scale})` : "";
    }
    place.style.width = `${width * scale}px`;
    place.style.height = `${height * scale}px`;
    const size = `${width} × ${height} px`;
    setText(note, scale < 1 ? `${size}, drawn at ${Math.round(100 * scale)} %` : size);
  }

  /** The old picture stays until the new one is complete. */
  function load() {
    coming?.remove();
    const frame = h("iframe", {
      class: "preview-frame is-coming",
      title: "Preview of the embed",
      src: wish.address,
      loading: "lazy",
    });
    coming = frame;
    frame.addEventListener("load", () => {
      const waiting = setTimeout(() => reveal(frame), SILENCE_MS);
      signal.addEventListener("abort", () => clearTimeout(waiting));
    });
    place.append(frame);
    fit();
  }

  /** @param {HTMLIFrameElement} frame */
  function reveal(frame) {
    if (frame !== coming) return;
    shown?.remove();
    shown = frame;
    coming = null;
    frame.classList.remove("is-coming");
  }

  addEventListener(
    "message",
    ({ source, data }) => {
      const frame = [coming, shown].find((other) => other && other.contentWindow === source);
      if (!frame || data?.kernelscope !== 1) return;
      if (data.type === "ready") reveal(frame);
      if (data.type === "height" && Number.isFinite(data.height) && data.height > 0) {
        own_height = Math.min(4000, Math.ceil(data.height));
        fit();
        onheight(own_height);
      }
    },
    { signal },
  );
  const observer = new ResizeObserver(fit);
  observer.observe(stage);
  signal.addEventListener("abort", () => {
    observer.disconnect();
    clearTimeout(resting);
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
