/** Entry of the page that other pages show in a frame. */

import { ConvVisualizer } from "./elements/conv-visualizer.js";
import { createEmbedLayout } from "./elements/embed-layout.js";

/** After the first picture, or in place of it, the page around is told of it. @param {Event} event */
async function converse({ target, type: what }) {
  for (const type of ["ready", "error"]) document.removeEventListener(type, converse);
  const { installMessages } = await import("./elements/embed-messages.js");
  if (!(target instanceof ConvVisualizer)) return;
  installMessages(target, { isDrawn: what === "ready", signal: new AbortController().signal });
}

if (window.parent !== window) {
  for (const type of ["ready", "error"]) document.addEventListener(type, converse);
}

ConvVisualizer.layouts.set("embed", createEmbedLayout);
if (!customElements.get("conv-visualizer"))
  customElements.define("conv-visualizer", ConvVisualizer);
