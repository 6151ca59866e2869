/**
 * The popover 'Choose a picture': samples, working size, the viewer's own file.
 */

import { creditText, named } from "../describe/pictures.js";
import { currentPicture, pictureGroups } from "../model/pictures.js";
import { recipeChanged, uploadForgotten } from "../state/actions.js";
import { pictureChosen } from "../state/recipe.js";
import { changed, h, setAttribute, setText } from "./dom.js";
import { icon } from "./icons.js";
import { createPictureProblem } from "./picture-problem.js";
import { createPictureSettings } from "./picture-settings.js";
import { chooseFile } from "./uploads.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../state/state.js").State} State */
/** @typedef {import("../state/state.js").Picture} Picture */

const MARGIN_PX = 8;
const GAP_PX = 14;
/** From the popover's edge to its beak. */
const BEAK_PX = 24;

/**
 * Open the popover under its button; a second call closes it.
 *
 * @param {ViewContext} context
 * @param {HTMLElement} anchor
 */
export function openPictures(context, anchor) {
  const root = anchor.getRootNode();
  const parent =
    root instanceof ShadowRoot ? (root.querySelector(".frame") ?? root) : document.body;
  const open = parent.querySelector(".pictures");
  if (open instanceof HTMLElement) {
    open.hidePopover();
    return;
  }
  const { element, render } = createPictures(context, () => element.hidePopover());
  const life = new AbortController();
  const stop = context.store.subscribe((state) => render(state));
  // A popover that leaves the page with its explorer closes without a word.
  const end = () => {
    life.abort();
    stop();
    element.remove();
  };
  element.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== "closed") return;
    end();
    if (context.signal.aborted) return;
    if (context.store.get().sending.status === "failed") context.store.dispatch(uploadForgotten);
    anchor.focus();
  });
  context.signal.addEventListener("abort", end, { signal: life.signal });
  render(context.store.get());
  parent.append(element);
  element.showPopover();
  place(element, anchor);
  globalThis.addEventListener("resize", () => place(element, anchor), { signal: life.signal });
  const first = element.querySelector("[role=alert]:not([hidden]) ~ .pictures-foot button");
  const chosen = element.querySelector(".sample[aria-pressed=true]");
  const start = first ?? chosen ?? element.querySelector("button");
  if (start instanceof HTMLElement) start.focus({ preventScroll: true });
}

/**
 * @param {ViewContext} context
 * @param {() => void} close
 */
function createPictures(context, close) {
  const { store, boot } = context;
  const groups = pictureGroups(boot.samples);
  const grid = createSamples(context, groups, close);
  const settings = createPictureSettings(store);
  const problem = createPictureProblem();
  const chooseText = h("span", {}, "Choose a file");
  const choose = h(
    "button",
    {
      type: "button",
      class: "button primary",
      onclick: async () => {
        if (await chooseFile(context)) close();
      },
    },
    h("span", { class: "choose-sign" }, icon("picture")),
    chooseText,
  );
  const keep = h("button", { type: "button", class: "button", onclick: close });
  const hint = h("p", { class: "pictures-hint" }, "or drop a picture anywhere, or paste one.");
  const credits = createCredits(groups.flatMap((group) => group.pictures));
  const title = h("h2", { id: "pictures-title" }, "Choose a picture");
  const element = h(
    "div",
    { class: "pictures", popover: "auto", role: "dialog", "aria-labelledby": "pictures-title" },
    h(
      "div",
      { class: "pictures-scroll" },
      h(
        "div",
        { class: "pictures-head" },
        title,
        h(
          "button",
          { type: "button", class: "pictures-close", "aria-label": "Close", onclick: close },
          icon("close"),
        ),
      ),
      grid.element,
      settings.element,
      problem.element,
      h("div", { class: "pictures-foot" }, choose, keep, hint),
      credits,
    ),
  );
  // Arrows and letters belong to the dialog while it has the focus.
  element.addEventListener("keydown", (event) => event.stopPropagation());
  const isNew = changed();

  /** @param {State} state */
  function render(state) {
    if (!isNew(state.recipe.input, state.upload, state.sending)) return;
    const current = currentPicture(state, boot.samples);
    const { status, name } = state.sending;
    grid.render(state);
    settings.render(state.recipe.input);
    problem.render(state.sending, current);
    const isFailed = status === "failed";
    const isSending = status === "sending";
    setText(
      chooseText,
      isSending ? `Reading ${name}` : isFailed ? "Choose another file" : "Choose a file",
    );
    choose.classList.toggle("busy", isSending);
    setAttribute(choose, "aria-busy", isSending ? "true" : null);
    setText(keep, `Keep ${named(current)}`);
    keep.hidden = !isFailed;
    hint.hidden = isFailed;
    settings.element.hidden = isFailed;
    credits.hidden = isFailed;
  }

  return { element, render };
}

/**
 * @param {ViewContext} context
 * @param {import("../model/pictures.js").PictureGroup[]} groups
 * @param {() => void} close
 */
function createSamples({ store, boot }, groups, close) {
  const grid = h("div", { class: "samples", role: "group" });
  const credit = h("p", { class: "sample-credit" });
  const tabs = groups.map((group) =>
    h("button", { type: "button", class: "segment", onclick: () => show(group) }, group.title),
  );
  const own = h("button", { type: "button", class: "segment", hidden: true }, "Yours");
  own.addEventListener("click", () => {
    const { upload } = store.get();
    if (upload) show({ name: "upload", title: "Yours", pictures: [upload] });
  });
  const bar = h(
    "div",
    { class: "segments", role: "group", "aria-label": "Kinds of pictures" },
    ...tabs,
    own,
  );
  const element = h("div", { class: "samples-part" }, bar, grid, credit);
  let shown = "";

  /** @param {import("../model/pictures.js").PictureGroup} group */
  function show(group) {
    shown = group.name;
    setAttribute(grid, "aria-label", group.title);
    grid.dataset.group = group.name;
    grid.replaceChildren(...group.pictures.map(sample));
    // The credit of a picture that is not among these would be read as theirs.
    const current = group.pictures.find(({ id }) => id === store.get().recipe.input.image);
    setText(credit, current ? creditText(current) : "");
    for (const [index, tab] of tabs.entries()) press(tab, groups[index].name === shown);
    press(own, shown === "upload");
    mark(store.get());
  }

  /** @param {Picture} picture */
  function sample(picture) {
    /** Pointer or focus tells whose picture it is. */
    const tell = () => setText(credit, creditText(picture));
    return h(
      "button",
      {
        type: "button",
        class: "sample",
        "data-id": picture.id,
        title: creditText(picture),
        onpointerenter: tell,
        onfocus: tell,
        onclick: () => {
          store.dispatch(uploadForgotten);
          store.dispatch(recipeChanged, pictureChosen(store.get().recipe, picture));
          close();
        },
      },
      h("img", {
        src: picture.thumbnail,
        alt: picture.alt,
        width: 77,
        height: 77,
      }),
      h("span", {}, picture.title),
    );
  }

  /** @param {State} state */
  function mark({ recipe }) {
    for (const child of grid.children) {
      if (child instanceof HTMLElement) press(child, child.dataset.id === recipe.input.image);
    }
  }

  return {
    element,
    /** @param {State} state */
    render(state) {
      own.hidden = !state.upload;
      const current = currentPicture(state, boot.samples);
      if (shown === "") {
        const group = groups.find(({ name }) => name === current?.kind) ?? groups[0];
        if (state.upload && current?.kind === "upload") own.click();
        else if (group) show(group);
      }
      mark(state);
    },
  };
}

/**
 * @param {Element} button
 * @param {boolean} isOn
 */
function press(button, isOn) {
  setAttribute(button, "aria-pressed", String(isOn));
}

/** @param {Picture[]} pictures */
function createCredits(pictures) {
  const seen = new Set();
  const items = pictures
    .filter(({ title, source }) => {
      const isKnown = seen.has(`${source} ${title}`);
      seen.add(`${source} ${title}`);
      return !isKnown;
    })
    .map((picture) =>
      h(
        "li",
        {},
        `${creditText(picture)}. `,
        /^https?:/.test(picture.source ?? "") &&
          h("a", { href: picture.source, target: "_blank", rel: "noreferrer" }, "Source"),
      ),
    );
  return h("details", { class: "credits" }, h("summary", {}, "Credits"), h("ul", {}, ...items));
}

/**
 * Under the button, inside the page; narrow pages get a sheet at the foot (see dialogs.css).
 *
 * @param {HTMLElement} element
 * @param {HTMLElement} anchor
 */
function place(element, anchor) {
  const box = anchor.getBoundingClientRect();
  const width = element.offsetWidth;
  const room = document.documentElement.clientWidth;
  const middle = box.left + box.width / 2;
  const left = Math.max(MARGIN_PX, Math.min(room - width - MARGIN_PX, middle - width / 2));
  const isAbove = box.bottom < 200;
  element.style.setProperty("--left", `${left}px`);
  element.style.setProperty("--top", `${isAbove ? box.bottom + GAP_PX : MARGIN_PX}px`);
  element.classList.toggle("beaked", isAbove);
  const beak = Math.max(BEAK_PX, Math.min(width - BEAK_PX, middle - left));
  element.style.setProperty("--beak", `${beak}px`);
}
