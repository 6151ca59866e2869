/**
 * A finished run as the page reads it: the manifest joined with the tensors that are here.
 */

import { lookup } from "./taps.js";

/** @typedef {import("../state/state.js").Manifest} Manifest */
/** @typedef {import("../state/state.js").StageManifest} StageManifest */
/** @typedef {import("../state/state.js").MapManifest} MapManifest */
/** @typedef {import("./tensors.js").TensorStore} TensorStore */
/** @typedef {import("./tensors.js").MapTensors} MapTensors */

/**
 * @typedef {object} FeatureMap  One map of one stage.
 * @property {string} key
 * @property {number} rows
 * @property {number} columns
 * @property {number} peak  largest |value|
 * @property {Int8Array|null} preview
 * @property {Float32Array|null} values
 * @property {Int32Array|null} winner
 */

/** @type {MapTensors} */
const NOTHING = { preview: null, values: null, winner: null };

export class Run {
  /**
   * @param {Manifest} manifest
   * @param {TensorStore} tensors
   */
  constructor(manifest, tensors) {
    this.manifest = manifest;
    this.tensors = tensors;
    /** @type {Map<string, StageManifest>} */
    this.byId = new Map(manifest.stages.map((stage) => [stage.id, stage]));
  }

  get stages() {
    return this.manifest.stages;
  }

  /**
   * @param {string} id
   * @returns {StageManifest}
   */
  stage(id) {
    const stage = this.byId.get(id);
    if (!stage) throw new RangeError(`this run has no stage ${id}`);
    return stage;
  }

  /** @param {string} id */
  has(id) {
    return this.byId.has(id);
  }

  /** @param {string} id */
  indexOf(id) {
    return this.stages.findIndex((stage) => stage.id === id);
  }

  /**
   * The stage whose maps a stage reads (its first input; branches read more).
   *
   * @param {string} id
   * @returns {StageManifest|null}
   */
  source(id) {
    const first = this.stage(id).inputs[0];
    return first === undefined ? null : this.stage(first);
  }

  /**
   * The stage that reads a stage's maps.
   *
   * @param {string} id
   * @returns {StageManifest|null}
   */
  next(id) {
    return this.stages.find((stage) => stage.inputs.includes(id)) ?? null;
  }

  /**
   * @param {string} id
   * @param {number} index
   * @returns {FeatureMap}
   */
  map(id, index) {
    const stage = this.stage(id);
    const map = stage.maps[index];
    if (!map) throw new RangeError(`stage ${id} has no map ${index}`);
    const [low, high] = map.range;
    return {
      key: map.key,
      rows: stage.shape[1],
      columns: stage.shape[2],
      peak: Math.max(Math.abs(low), Math.abs(high)),
      ...(this.tensors.maps.get(map.key) ?? NOTHING),
    };
  }

  /**
   * The exact value of a cell, or null while the stage's values are not here yet.
   *
   * @param {string} id
   * @param {number} map
   * @param {number} row
   * @param {number} column
   * @returns {number|null}
   */
  value(id, map, row, column) {
    const stage = this.stage(id);
    const values = this.tensors.maps.get(stage.maps[map]?.key ?? "")?.values;
    return values ? values[row * stage.shape[2] + column] : null;
  }

  /**
   * Whether the exact values of the given maps are here.
   *
   * @param {string} id
   * @param {number[]} [maps]  default: all maps of the stage
   */
  hasValues(id, maps) {
    const stage = this.stage(id);
    const indices = maps ?? stage.maps.map((_, index) => index);
    return indices.every((index) => this.tensors.maps.get(stage.maps[index].key)?.values);
  }

  /**
   * Source rows and columns of one output cell, per kernel place.
   *
   * @param {string} id
   * @param {number} row
   * @param {number} column
   * @returns {{rows: number[], columns: number[]}}
   */
  taps(id, row, column) {
    return lookup(this.tensors.geometry.get(id), row, column);
  }

  /** @param {string} id */
  weights(id) {
    return this.tensors.weights.get(id) ?? null;
  }

  /**
   * The conv stage that starts the chain a stage belongs to: conv, activation and pool share its
   * colour range, so a value keeps its colour.
   *
   * @param {string} id
   * @returns {StageManifest}
   */
  chainStart(id) {
    let stage = this.stage(id);
    while (!this.weights(stage.id) && stage.inputs[0] !== undefined) {
      const source = this.stage(stage.inputs[0]);
      if (source.op === "input") break;
      stage = source;
    }
    return stage;
  }

  /**
   * The value that the ends of the colour scale stand for.
   *
   * @param {string} id
   * @param {number} map
   * @param {"map"|"stage"|"network"} scale
   */
  colourRange(id, map, scale) {
    const start = this.chainStart(id);
    if (scale === "network") {
      return Math.max(...this.stages.slice(1).map((stage) => peakOf(stage.value_range)));
    }
    const own = this.stage(id).maps[map];
    if (scale === "stage") return Math.max(peakOf(start.value_range), 0);
    const source = start.maps[map] ?? own;
    return peakOf((start.maps.length === this.stage(id).maps.length ? source : own).range);
  }
}

/** @param {[number, number]} range */
function peakOf([low, high]) {
  return Math.max(Math.abs(low), Math.abs(high));
}
