/**
 * What the page keeps of the server's tensors: maps by content key, so that an edit brings only
 * the maps it changed.
 */

/** @typedef {import("../api/safetensors.js").Tensor} Tensor */
/** @typedef {import("../state/state.js").Manifest} Manifest */

/**
 * @typedef {object} MapTensors
 * @property {Int8Array|null} preview  sign(v) round(127 sqrt(|v| / peak)), for drawing
 * @property {Float32Array|null} values  the exact values, row by row
 * @property {Int32Array|null} winner  winning kernel place of each cell (max pooling)
 */

/**
 * @typedef {object} Geometry  Taps of one stage: source index, -1 padding, -2 no tap.
 * @property {Int16Array} rows  (output rows, kernel rows)
 * @property {Int16Array} columns  (output columns, kernel columns)
 * @property {Pair} kernel_size
 */

/** @typedef {import("../state/state.js").Pair} Pair */

/** @typedef {{weight: Float32Array, weightShape: number[], bias: Float32Array}} Weights */

export class TensorStore {
  constructor() {
    /** @type {Map<string, MapTensors>} */
    this.maps = new Map();
    /** @type {Map<string, Geometry>} */
    this.geometry = new Map();
    /** @type {Map<string, Weights>} */
    this.weights = new Map();
  }

  /**
   * Take over an answer and forget the maps that the run does not use.
   *
   * @param {Manifest} manifest
   * @param {Map<string, Tensor>} tensors
   */
  accept(manifest, tensors) {
    this.#addMaps(tensors);
    const wanted = new Set(manifest.stages.flatMap((stage) => stage.maps.map((map) => map.key)));
    for (const key of this.maps.keys()) if (!wanted.has(key)) this.maps.delete(key);
    this.geometry.clear();
    this.weights.clear();
    for (const { id } of manifest.stages) this.#addStage(id, tensors);
  }

  /** Keys of all maps whose exact values are here. */
  valueKeys() {
    return [...this.maps].filter(([, map]) => map.values).map(([key]) => key);
  }

  /** @param {Map<string, Tensor>} tensors */
  #addMaps(tensors) {
    for (const [name, { data }] of tensors) {
      const dot = name.indexOf(".");
      const kind = name.slice(0, dot);
      if (kind !== "preview" && kind !== "values" && kind !== "winner") continue;
      const key = name.slice(dot + 1);
      const map = this.maps.get(key) ?? { preview: null, values: null, winner: null };
      if (data instanceof Int8Array) map.preview = data;
      else if (data instanceof Float32Array) map.values = data;
      else if (data instanceof Int32Array) map.winner = data;
      this.maps.set(key, map);
    }
  }

  /**
   * @param {string} id
   * @param {Map<string, Tensor>} tensors
   */
  #addStage(id, tensors) {
    const rows = tensors.get(`taps.${id}.rows`);
    const columns = tensors.get(`taps.${id}.columns`);
    if (rows && columns) {
      this.geometry.set(id, {
        rows: /** @type {Int16Array} */ (rows.data),
        columns: /** @type {Int16Array} */ (columns.data),
        kernel_size: [rows.shape[1], columns.shape[1]],
      });
    }
    const weight = tensors.get(`weight.${id}`);
    const bias = tensors.get(`bias.${id}`);
    if (weight && bias) {
      this.weights.set(id, {
        weight: /** @type {Float32Array} */ (weight.data),
        weightShape: weight.shape,
        bias: /** @type {Float32Array} */ (bias.data),
      });
    }
  }
}
