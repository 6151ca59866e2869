/**
 * Taking numbers home: tensors of the stage on show, the whole run, the recipe.
 */

import { withoutPageNotes } from "../api/client.js";
import { h } from "./dom.js";
import { chooseRecipe } from "./recipe-file.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */

const LOCKED =
  "This is a saved file: opened in Kernelscope, the recipe gives every tensor as NumPy and safetensors.";

/**
 * @param {ViewContext} context
 * @param {AbortSignal} signal  of the dialog
 * @param {() => void} close
 */
export function createExportData(context, signal, close) {
  const { run, selection, recipe } = context.store.get();
  const stage = run?.stages.find(({ id }) => id === selection.stage);
  const recipeFile = URL.createObjectURL(
    new Blob([`${JSON.stringify(withoutPageNotes(recipe), null, 2)}\n`], {
      type: "application/json",
    }),
  );
  signal.addEventListener("abort", () => URL.revokeObjectURL(recipeFile));
  const open = h(
    "button",
    {
      type: "button",
      class: "button",
      onclick: async () => {
        const root = open.getRootNode();
        const place = root instanceof ShadowRoot ? root.querySelector(".message-place") : null;
        if (await chooseRecipe(context, place)) close();
      },
    },
    "Open a recipe",
  );
  const recipePart = part(
    "The recipe",
    entry(recipeFile, "recipe.json", "Recipe", "JSON, everything set here"),
    !context.boot.saved &&
      h(
        "p",
        { class: "quiet export-note" },
        "Drop such a file on the page to open it, or choose it: ",
        open,
      ),
  );
  if (!stage || context.boot.saved) {
    return h("div", { class: "export-data" }, recipePart, h("p", { class: "quiet" }, LOCKED));
  }
  /** @param {string} name */
  const ofStage = (name) => stage.output.replace("output.safetensors", name);
  /** @param {string} name */
  const ofRun = (name) => stage.output.replace(`stages/${stage.id}/output.safetensors`, name);
  const learned = stage.parameter_count > 0;
  const maps = `${stage.maps.length} × ${stage.shape[1]} × ${stage.shape[2]}`;
  return h(
    "div",
    { class: "export-data" },
    part(
      stage.maps.length === 1 ? stage.title : `${stage.title}, all ${stage.maps.length} maps`,
      entry(ofStage("output.npy"), `${stage.id}.npy`, "Values", `.npy, float32, ${maps}`),
      learned && entry(ofStage("weight.npy"), `${stage.id}.weight.npy`, "Weights", ".npy, float32"),
      learned && entry(ofStage("bias.npy"), `${stage.id}.bias.npy`, "Biases", ".npy, float32"),
      entry(stage.output, `${stage.id}.safetensors`, "Values and weights", ".safetensors"),
      entry(ofStage("output.png"), `${stage.id}.png`, "Contact sheet", ".png"),
    ),
    part(
      "The whole run, with its recipe",
      entry(ofRun("run.npz"), "run.npz", "Every tensor", ".npz, numpy.load"),
      entry(ofRun("run.safetensors"), "run.safetensors", "Every tensor", ".safetensors"),
      entry(ofRun("sheet.png"), "sheet.png", "Contact sheet of all maps", ".png"),
    ),
    recipePart,
  );
}

/**
 * @param {string} title
 * @param {...import("./dom.js").Child} children
 */
function part(title, ...children) {
  return h("section", { class: "export-part" }, h("h3", {}, title), ...children);
}

/**
 * @param {string} href
 * @param {string} file
 * @param {string} name
 * @param {string} what
 */
function entry(href, file, name, what) {
  return h(
    "a",
    { class: "menu-entry", href, download: file },
    h("span", {}, name),
    h("span", { class: "quiet" }, what),
  );
}
