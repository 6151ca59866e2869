/**
 * The header: name, picture, undo, help, theme.
 */

import { pictureOnShow } from "../model/pictures.js";
import { redone, undone } from "../state/actions.js";
import { changed, h, setText, svg } from "./dom.js";
import { icon } from "./icons.js";
import { createMapCanvas } from "./map-canvas.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../model/scene.js").Scene} Scene */

/**
 * @param {ViewContext} context
 * @param {import("./view.js").Commands} commands
 * @returns {import("./view.js").View}
 */
export function createHeader(
  { store, boot },
  { openPictures, openKeys, openExport, openShare, openEmbed, toggleTheme },
) {
  const thumbnail = createMapCanvas({ class: "picture-thumb", "aria-hidden": "true" });
  const pictureTitle = h("span", { class: "picture-title" });
  const picture = h(
    "button",
    {
      type: "button",
      class: "picture-button",
      "aria-haspopup": "dialog",
      onclick: () => openPictures(),
    },
    thumbnail.canvas,
    pictureTitle,
    icon("chevron"),
  );
  const undo = tool("undo", "Undo", "Control+Z", () => store.dispatch(undone));
  const redo = tool("redo", "Redo", "Control+Shift+Z", () => store.dispatch(redone));
  const share = named("share", "Share", "S", openShare);
  const embed = named("embed", "Embed", "E", openEmbed);
  const save = tool("export", "Export", "", () => openExport(save));
  save.setAttribute("aria-haspopup", "dialog");
  const help = tool("help", "Keys and help", "?", openKeys);
  const theme = tool("moon", "Dark theme", "T", toggleTheme);
  // Above a saved file there is only a folder.
  const top = boot.saved ? boot.home : "/";
  const element = h(
    "header",
    { class: "header" },
    h(
      "a",
      { class: "wordmark", href: top },
      mark(),
      h("h1", { class: "wordmark-name" }, "Kernelscope"),
    ),
    h(
      "nav",
      { "aria-label": "Views" },
      h("a", { class: "tab on", href: top, "aria-current": "page" }, "Explorer"),
    ),
    picture,
    h(
      "div",
      { class: "header-tools" },
      undo,
      redo,
      h("span", { class: "tool-gap" }),
      share,
      embed,
      h("span", { class: "tool-gap small" }),
      save,
      help,
      theme,
    ),
  );
  const isNewPicture = changed();
  const isNewHistory = changed();
  const isNewTheme = changed();
  return {
    element,
    render({ state, theme: effective, run }) {
      const input = run.stages[0];
      thumbnail.drawPicture(input.maps.map((_, index) => run.map(input.id, index)));
      if (isNewPicture(run.manifest.recipe.input.image, state.upload)) {
        const found = pictureOnShow(state, boot.samples);
        setText(pictureTitle, found?.title ?? "Picture");
        pictureTitle.title = found?.title ?? "";
        picture.setAttribute(
          "aria-label",
          `Picture: ${found?.title ?? "your own"}. Choose another`,
        );
      }
      if (isNewHistory(state.past.length, state.future.length)) {
        setReady(undo, state.past.length > 0, "Undo (Ctrl+Z)", "Nothing to undo yet");
        setReady(redo, state.future.length > 0, "Redo (Ctrl+Shift+Z)", "Nothing to redo");
      }
      if (isNewTheme(effective)) {
        theme.replaceChildren(icon(effective === "dark" ? "sun" : "moon"));
        theme.setAttribute("aria-label", effective === "dark" ? "Light theme" : "Dark theme");
        theme.title = `${theme.getAttribute("aria-label")} (T)`;
      }
    },
  };
}

/**
 * @param {import("./icons.js").IconName} picture
 * @param {string} name
 * @param {string} key
 * @param {() => void} act
 */
function tool(picture, name, key, act) {
  return h(
    "button",
    {
      type: "button",
      class: `tool ${picture}`,
      "aria-label": name,
      title: key ? `${name} (${key.replace("Control", "Ctrl")})` : name,
      onclick: () => act(),
    },
    icon(picture),
  );
}

/**
 * A tool with its name in words, where there is room for them.
 *
 * @param {import("./icons.js").IconName} picture
 * @param {string} name
 * @param {string} key
 * @param {() => void} act
 */
function named(picture, name, key, act) {
  const button = tool(picture, name, key, act);
  button.classList.add("named");
  button.setAttribute("aria-haspopup", "dialog");
  button.append(h("span", {}, name));
  return button;
}

/**
 * @param {HTMLElement} button
 * @param {boolean} isReady
 * @param {string} title  when it does something
 * @param {string} reason  why it does nothing now
 */
function setReady(button, isReady, title, reason) {
  button.setAttribute("aria-disabled", String(!isReady));
  button.title = isReady ? title : reason;
}

/** The mark: a 3 × 3 grid with an amber centre. */
function mark() {
  const cells = Array.from({ length: 9 }, (_, index) =>
    svg("rect", {
      x: (index % 3) * 6 + 0.5,
      y: Math.floor(index / 3) * 6 + 0.5,
      width: 5,
      height: 5,
      class: index === 4 ? "mark-centre" : "mark-cell",
    }),
  );
  return svg(
    "svg",
    { viewBox: "0 0 18 18", width: 18, height: 18, class: "mark", "aria-hidden": "true" },
    ...cells,
  );
}
