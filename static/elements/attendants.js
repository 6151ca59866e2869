/**
 * What an element of any layout needs only after its first picture: readout, messages, keys, speech.
 */

import { cellHovered } from "../state/actions.js";
import { installAddressNotes } from "./address-notes.js";
import { installAnnouncer } from "./announcer.js";
import { installKeyboard } from "./keyboard.js";
import { createMessages } from "./messages.js";
import { createReadout } from "./readout.js";

/**
 * @param {Omit<import("./view.js").ViewContext, "announce">} context
 * @param {import("./view.js").Places} places
 * @param {import("./keyboard.js").Commands & Pick<import("./view.js").Commands, "tryAgain"|"openPictures">} commands
 * @returns {import("./view.js").Companions}
 */
export function installAttendants(context, { host, frame, live, messagePlace }, commands) {
  const announcer = installAnnouncer(live, context.signal);
  const full = { ...context, announce: announcer.say };
  const readout = createReadout(full, host);
  const messages = createMessages(full, commands);
  messagePlace.after(readout.element);
  messagePlace.append(messages.element);
  const notes = installAddressNotes(full, messagePlace);
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
  if (ownsPage) takeFocus(frame);
  return {
    say: announcer.say,
    render(scene) {
      readout.render(scene);
      announcer.follow(scene);
    },
    renderState: (state) => messages.render(state),
    sayNotes: notes.say,
  };
}

/**
 * Our own page is ours: keys work at once. In a frame of another page they wait for a click.
 *
 * @param {HTMLElement} frame
 */
function takeFocus(frame) {
  const isUnused = !document.activeElement || document.activeElement === document.body;
  if (isUnused && window.top === window) frame.focus({ preventScroll: true });
}
