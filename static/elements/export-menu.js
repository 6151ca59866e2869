/**
 * Taking things home: the map on show and its stage as files, and the recipe.
 */

import { withoutPageNotes } from "../api/client.js";
import { h } from "./dom.js";

/**
 * @param {import("./view.js").ViewContext} context
 * @param {HTMLElement} anchor
 * @param {ParentNode} root
 */
export function openExport({ store, signal }, anchor, root) {
  const { run, selection, recipe } = store.get();
  const stage = run?.stages.find(({ id }) => id === selection.stage);
  if (!stage) return;
  /** @param {string} extension */
  const address = (extension) => stage.output.replace("output.safetensors", `output.${extension}`);
  const recipeFile = URL.createObjectURL(
    new Blob([JSON.stringify(withoutPageNotes(recipe), null, 2)], { type: "application/json" }),
  );
  /** @param {string} href @param {string} file @param {string} name @param {string} what */
  const entry = (href, file, name, what) =>
    h(
      "a",
      { class: "menu-entry", href, download: file },
      h("span", {}, name),
      h("span", { class: "quiet" }, what),
    );
  const menu = h(
    "div",
    { class: "menu", popover: "auto", role: "dialog", "aria-label": "Export" },
    h("p", { class: "menu-title" }, `${stage.title}, all ${stage.maps.length} maps`),
    entry(address("png"), `${stage.id}.png`, "Picture", ".png contact sheet"),
    entry(address("npy"), `${stage.id}.npy`, "NumPy array", ".npy, float32"),
    entry(stage.output, `${stage.id}.safetensors`, "Tensor", ".safetensors"),
    entry(recipeFile, "recipe.json", "Recipe", ".json, everything set here"),
  );
  const life = new AbortController();
  const end = () => {
    life.abort();
    menu.remove();
    URL.revokeObjectURL(recipeFile);
  };
  menu.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== "closed" || life.signal.aborted) return;
    end();
    anchor.focus();
  });
  signal.addEventListener("abort", end, { signal: life.signal });
  root.append(menu);
  const box = anchor.getBoundingClientRect();
  menu.style.top = `${box.bottom + 8}px`;
  menu.style.right = `${Math.max(8, globalThis.innerWidth - box.right)}px`;
  menu.showPopover();
  menu.querySelector("a")?.focus();
}
