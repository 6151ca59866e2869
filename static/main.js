/** Entry of our own page: registers the element. We are our own first embedder. */

import { ConvVisualizer } from "./elements/conv-visualizer.js";
import { createExplorerLayout } from "./elements/explorer-layout.js";

ConvVisualizer.layouts.set("explorer", createExplorerLayout);
if (!customElements.get("conv-visualizer"))
  customElements.define("conv-visualizer", ConvVisualizer);
