/** Registers the element; the class itself is free of side effects. */

import { ConvVisualizer } from "./conv-visualizer.js";

if (!customElements.get("conv-visualizer"))
  customElements.define("conv-visualizer", ConvVisualizer);
