/**
 * What an explorer needs only after its first picture: readout, messages, keys, speech, uploads.
 */

import { cellHovered } from "../state/actions.js";
import { installAnnouncer } from "./announcer.js";
import { installKeyboard } from "./keyboard.js";
import { createMessages } from "./messages.js";
import { createReadout } from "./readout.js";
import { installUploads } from "./uploads.js";

/** @typedef {import("../state/state.js").State} State */
/** @typedef {import("./view.js").Scene} Scene */

/**
 * @param {Omit<import("./view.js").ViewContext, "announce">} context
 * @param {{host: HTMLElement, frame: HTMLElement, live: HTMLElement, messagePlace: HTMLElement}} places
 * @param {import("./view.js").Commands} commands
 * @returns {{say: (text: string) => void, render: (scene: Scene) => void, renderState: (state: State) => void}}
 */
export function installCompanions(context, { host, frame, live, messagePlace }, commands) {
  const announcer = installAnnouncer(live, context.signal);
  const full = { ...context, announce: announcer.say };
  const readout = createReadout(full, host);
  const messages = createMessages(full, commands);
  messagePlace.after(readout.element);
  messagePlace.append(messages.element);
  // A touch elsewhere lets go of what the last one showed.
  frame.addEventListener(
    "pointerdown",
    (event) => {
      if (event.pointerType === "touch") context.store.dispatch(cellHovered, null);
    },
    { capture: true, signal: context.signal },
  );
  const ownsPage = host.hasAttribute("takes-focus");
  installKeyboard(frame, context.store, commands, { signal: context.signal, ownsPage });
  if (!context.boot.saved) installUploads(full, host, commands.openPictures);
  return {
    say: announcer.say,
    render(scene) {
      readout.render(scene);
      announcer.follow(scene);
    },
    renderState: (state) => messages.render(state),
  };
}
