/** Entry of the page that other pages show in a frame. */

import { ConvVisualizer } from "./elements/conv-visualizer.js";
import { createEmbedLayout } from "./elements/embed-layout.js";

ConvVisualizer.layouts.set("embed", createEmbedLayout);
if (!customElements.get("conv-visualizer"))
  customElements.define("conv-visualizer", ConvVisualizer);
