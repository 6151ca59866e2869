/**
 * What an embed needs only after its first picture. Letters that open something open nothing here:
 * an embed has no dialogs.
 */

import { installAttendants } from "./attendants.js";
import { attachTooltips } from "./inspector-tooltip.js";

/**
 * @param {Omit<import("./view.js").ViewContext, "announce">} context
 * @param {import("./view.js").Places} places
 * @param {import("./view.js").Host} host
 * @returns {import("./view.js").Companions}
 */
export function installEmbedCompanions(context, places, { tryAgain, toggleTheme }) {
  const nothing = () => {};
  attachTooltips(places.frame, context.signal);
  return installAttendants(context, places, {
    tryAgain,
    toggleTheme,
    openKeys: nothing,
    openPictures: nothing,
    openShare: nothing,
    openEmbed: nothing,
  });
}
