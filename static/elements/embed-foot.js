/**
 * The line under an embed: what the picture leaves unsaid, and the way to the whole explorer.
 */

import { embedNote } from "../describe/embed-note.js";
import { LOCKED } from "../describe/saved-file.js";
import { changed, h, setText } from "./dom.js";

/** The link follows when nothing has changed for so long. */
const LINK_MS = 300;

/**
 * @param {import("./view.js").ViewContext} context
 * @returns {import("./view.js").View}
 */
export function createFoot({ boot, store, signal }) {
  const note = h("p", { class: "foot-note" });
  const link = h(
    "a",
    { class: "foot-link", target: "_blank", rel: "noopener" },
    "Open in Kernelscope",
  );
  // The same words mean the same scene there; what was changed here follows below.
  const asked = location.search.replace(/(?<=[?&])around=\w*(?:&|$)/, "").replace(/[?&]$/, "");
  link.href = boot.saved ? (boot.home ?? "") : `/${asked}${location.hash}`;
  link.hidden = boot.saved === true && !boot.home;
  // A file that nobody put on a server cannot lead anywhere: it says what it is.
  const kept = link.hidden ? h("p", { class: "foot-note" }, LOCKED) : null;
  const element = h("footer", { class: "foot" }, note, kept, link);
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let waiting;
  signal.addEventListener("abort", () => clearTimeout(waiting));
  const isNew = changed();
  let isFirst = true;

  async function follow() {
    const { addressOf } = await import("./scene-access.js");
    const address = await addressOf({ store, boot });
    if (!signal.aborted) link.href = address;
  }

  return {
    element,
    render(scene) {
      setText(note, embedNote(scene, boot.samples));
      const { recipe, selection, pinned, playhead, is_playing, speed, theme } = scene.state;
      if (boot.saved || is_playing) return;
      if (!isNew(recipe, selection, pinned, playhead, speed, theme)) return;
      clearTimeout(waiting);
      if (!isFirst) waiting = setTimeout(() => follow().catch(() => {}), LINK_MS);
      isFirst = false;
    },
  };
}
