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
 * @property {string} bundle  address of the first run
 * @property {import("../state/state.js").SceneView} [view]  how the address asks to look at it
 * @property {string[]} [notes]  what of the address could not be used, in sentences
 * @property {import("../state/address.js").AddressTable} address  the table of address parameters
 * @property {string} [origin]  server that links name; else the page's own
 * @property {boolean} [saved]  a saved file: there is no server
 * @property {string} [home]  of a saved file: where its scene can be opened with a server
 * @property {Record<string, string>} [styles]  text of our style sheets; else they have addresses
 * @property {Record<string, number>} limits
 * @property {string} version
 */

/**
 * @typedef {object} ViewContext
 * @property {Store} store
 * @property {Boot} boot
 * @property {AbortSignal} signal  aborts when the element leaves the page
 * @property {() => Scene|null} present  what is on show; null before the first run
 * @property {() => void} repaint  asks for another frame, when something other than state is new
 * @property {(part: () => Promise<void>) => void} later  does a part of the page's work after the first picture
 * @property {() => void} broken  a part of the page could not be fetched: say so
 * @property {(text: string) => void} announce  one polite sentence for screen readers
 */

/** @typedef {{element: HTMLElement, render: (scene: Scene) => void}} View */

/**
 * @typedef {object} Commands  What buttons and keys of any layout may ask for.
 * @property {() => void} openPictures
 * @property {() => void} openKeys
 * @property {(anchor: HTMLElement) => void} openExport
 * @property {() => void} openShare
 * @property {() => void} openEmbed
 * @property {() => void} openSettings
 * @property {() => void} fullScreen
 * @property {() => void} tryAgain
 * @property {() => void} toggleTheme
 */

/** @typedef {{host: HTMLElement, frame: HTMLElement, live: HTMLElement, messagePlace: HTMLElement}} Places */

/**
 * @typedef {object} Companions  What works beside the views once the first picture is drawn.
 * @property {(text: string) => void} say
 * @property {(scene: Scene) => void} render
 * @property {(state: import("../state/state.js").State) => void} renderState
 * @property {(notes: string[]) => void} sayNotes  what of an address could not be used
 */

/**
 * @typedef {object} Host  The element that a layout is made for.
 * @property {HTMLElement} host
 * @property {HTMLElement} frame  all that the layout shows lies in it
 * @property {() => void} tryAgain  asks for the run once more
 * @property {() => void} toggleTheme
 * @property {() => void} sayLocked  says why a saved file does not do it
 */

/**
 * @typedef {object} Layout  Which views an element has, and where.
 * @property {string[]} styles  names of sheets: for the first picture, and for what comes after it
 * @property {Node[]} nodes  what the frame holds
 * @property {HTMLElement} messagePlace
 * @property {() => Promise<(places: Places) => Companions>} companions  fetched after the first picture
 * @property {View[]} views  drawn in this order in every frame
 * @property {View[]} laterViews  drawn once the companions are here
 * @property {((scene: Scene) => void)[]} opening  the same for the first time, in parts
 */

/** @typedef {(context: ViewContext, host: Host) => Layout} CreateLayout */

export {};
