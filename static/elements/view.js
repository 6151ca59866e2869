/**
 * What every view gets and gives: built once, then asked to show scene after scene.
 */

/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../state/state.js").Picture} Picture */

/**
 * @typedef {object} KernelPreset
 * @property {string} name
 * @property {string} label
 * @property {string} help
 * @property {string} group
 * @property {[number, number]} size
 * @property {number[][]} weight
 */

/**
 * @typedef {object} ParameterDescription
 * @property {string} name
 * @property {string} label
 * @property {string} type
 * @property {number} [minimum]
 * @property {number} [maximum]
 * @property {number} [step]
 * @property {any} [default]
 * @property {{value: string, label: string, help?: string}[]} [choices]
 * @property {string} [help]
 * @property {string} [unit]
 * @property {Record<string, string[]>} [applies]
 */

/** @typedef {{name: string, title: string, kind: string, summary: string, parameters: ParameterDescription[]}} OperationDescription */

/**
 * @typedef {object} Boot  What comes with the page.
 * @property {Picture[]} samples
 * @property {KernelPreset[]} kernels
 * @property {OperationDescription[]} operations
 * @property {import("../state/state.js").Recipe} recipe
 * @property {string} bundle  address of the default run
 * @property {Record<string, number>} limits
 * @property {string} version
 */

/**
 * @typedef {object} ViewContext
 * @property {Store} store
 * @property {Boot} boot
 * @property {AbortSignal} signal  aborts when the element leaves the page
 * @property {() => void} repaint  asks for another frame, when something other than state is new
 * @property {(part: () => Promise<void>) => void} later  does a part of the page's work after the first picture
 * @property {() => void} broken  a part of the page could not be fetched: say so
 * @property {(text: string) => void} announce  one polite sentence for screen readers
 */

/** @typedef {{element: HTMLElement, render: (scene: Scene) => void}} View */

export {};
