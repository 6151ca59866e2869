/**
 * A link as a QR code: in a dialog, and over the whole screen of a lecture hall.
 */

import { codeWords } from "../describe/sharing.js";
import { h, setText } from "./dom.js";
import { icon } from "./icons.js";
import { createModal } from "./modal-dialog.js";

/** A projected link is read from its last row only when it is short. */
const READABLE = 90;
const FAILED = "The code was not drawn: no answer from the server. Open the dialog again.";

/**
 * @param {import("./modal-dialog.js").Modal} modal  the dialog it is in
 * @param {ParentNode} root  of the explorer
 */
export function createQrCode(modal, root) {
  const picture = h("img", { alt: "QR code of the link", class: "qr-picture", hidden: true });
  const words = h("p", { class: "qr-words" });
  const large = h(
    "button",
    { type: "button", class: "button", "aria-haspopup": "dialog", hidden: true },
    icon("full"),
    "Show large",
  );
  let link = "";
  let opening = "";
  large.addEventListener("click", () =>
    openLarge({ link, opening, source: picture.src, root, signal: modal.signal }),
  );
  picture.addEventListener("load", () => {
    fitWhole(picture, picture.parentElement?.clientWidth ?? 0);
    setText(words, codeWords(link).words ?? "");
    picture.hidden = false;
    large.hidden = false;
  });
  picture.addEventListener("error", () => {
    setText(words, FAILED);
    picture.hidden = true;
    large.hidden = true;
  });
  const element = h(
    "aside",
    { class: "qr", "aria-label": "QR code" },
    h("div", { class: "qr-card" }, picture),
    words,
    large,
  );
  return {
    element,
    /** @param {string} next  the link @param {string} sentence  where it opens */
    show(next, sentence) {
      opening = sentence;
      if (next === link) return;
      link = next;
      const { fits, words: advice } = codeWords(link);
      if (fits) picture.src = `/api/qr.svg?text=${encodeURIComponent(link)}`;
      else {
        // A code that is still on its way is that of another link.
        picture.removeAttribute("src");
        picture.hidden = true;
        large.hidden = true;
        setText(words, advice ?? "");
      }
      element.classList.toggle("is-empty", !fits);
    },
  };
}

/**
 * Whole device pixels for every module: edges stay sharp.
 *
 * @param {HTMLImageElement} picture  one unit of it is one module
 * @param {number} most  CSS px of a side
 */
function fitWhole(picture, most) {
  const ratio = globalThis.devicePixelRatio || 1;
  const each = Math.max(1, Math.floor((most * ratio) / picture.naturalWidth)) / ratio;
  picture.style.width = `${each * picture.naturalWidth}px`;
}

/**
 * The code as large as the screen allows, black on white in every theme, with the link below it.
 *
 * @param {{link: string, opening: string, source: string, root: ParentNode, signal: AbortSignal}} what
 */
function openLarge({ link, opening, source, root, signal }) {
  const modal = createModal({ root, signal, kind: "qr-large", title: "Open this scene" });
  if (!modal) return;
  const { dialog } = modal;
  const picture = h("img", { src: source, alt: `QR code of ${link}`, class: "qr-picture" });
  const place = h("div", { class: "qr-place" }, picture);
  const plain = link.replace(/^https?:\/\//, "");
  dialog.append(
    place,
    h(
      "p",
      { class: "qr-link" },
      plain.length <= READABLE && h("strong", {}, plain),
      h("span", {}, opening),
    ),
  );
  const fit = () => {
    if (picture.naturalWidth) fitWhole(picture, Math.min(place.clientWidth, place.clientHeight));
  };
  picture.addEventListener("load", fit);
  const observer = new ResizeObserver(fit);
  observer.observe(place);
  modal.signal.addEventListener("abort", () => observer.disconnect());
  dialog.showModal();
  projected(modal);
}

/**
 * Over the whole screen where that is allowed; leaving that closes the view.
 *
 * @param {import("./modal-dialog.js").Modal} modal
 */
function projected({ dialog, signal, close }) {
  dialog.requestFullscreen?.().catch(() => {});
  document.addEventListener(
    "fullscreenchange",
    () => {
      if (!document.fullscreenElement) close();
    },
    { signal },
  );
  signal.addEventListener("abort", () => {
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
  });
}
