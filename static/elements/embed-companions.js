/**
 * What an embed needs only after its first picture. Letters that open something open nothing here:
 * an embed has no dialogs.
 */

import { themeToggled } from "../state/actions.js";
import { installAttendants } from "./attendants.js";
import { attachTooltips } from "./inspector-tooltip.js";
import { isSystemDark } from "./view.js";

/**
 * @param {Omit<import("./view.js").ViewContext, "announce">} context
 * @param {import("./view.js").Places} places
 * @param {() => void} tryAgain
 * @returns {import("./view.js").Companions}
 */
export function installEmbedCompanions(context, places, tryAgain) {
  const nothing = () => {};
  attachTooltips(places.frame, context.signal);
  return installAttendants(context, places, {
    tryAgain,
    toggleTheme: () => context.store.dispatch(themeToggled, isSystemDark()),
    openKeys: nothing,
    openPictures: nothing,
    openShare: nothing,
    openEmbed: nothing,
  });
}
