/**
 * What an explorer needs only after its first picture: what every element needs, and uploads.
 */

import { installAttendants } from "./attendants.js";
import { installSavedFile } from "./saved-file.js";
import { installUploads } from "./uploads.js";

/**
 * @param {Omit<import("./view.js").ViewContext, "announce">} context
 * @param {import("./view.js").Places} places
 * @param {import("./view.js").Commands} commands
 * @returns {import("./view.js").Companions}
 */
export function installCompanions(context, places, commands) {
  const companions = installAttendants(context, places, commands);
  const full = { ...context, announce: companions.say };
  if (context.boot.saved) installSavedFile(full, places);
  else installUploads(full, places.host, commands.openPictures);
  // The address is the page's, so it is written where the page is ours.
  const ownsPage = places.host.hasAttribute("takes-focus");
  if (ownsPage && !context.boot.saved) {
    context.later(() =>
      import("./address-bar.js").then(({ installAddressBar }) => {
        if (!context.signal.aborted) installAddressBar(full, { say: companions.sayNotes });
      }, context.broken),
    );
  }
  return companions;
}
