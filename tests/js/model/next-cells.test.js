import assert from "node:assert/strict";
import { test } from "node:test";
import { nextCells } from "../../../static/model/next-cells.js";
import { Run } from "../../../static/model/run.js";
import { TensorStore } from "../../../static/model/tensors.js";

const VALUES = { conv1: [-1, 2, 3, -4, 5, 6], relu1: [0, 2, 3, 0, 5, 6], pool1: [5], conv2: [7] };
const SHAPES = { conv1: [1, 2, 3], relu1: [1, 2, 3], pool1: [1, 1, 1], conv2: [1, 1, 1] };

const stage = (id, op, kind, inputs) => ({
  id,
  op,
  kind,
  inputs,
  title: id,
  parameters: {},
  shape: SHAPES[id],
  maps: [{ key: id, range: [0, 1], zeros: 0, dead: false, sources: [0] }],
});

/** conv 2 × 3 → relu → max 2 × 2 (the last column is not read) → conv 1 × 1 */
function chain({ without = [], ids = ["conv1", "relu1", "pool1", "conv2"] } = {}) {
  const all = [
    stage("conv1", "conv", "windowed", ["input"]),
    stage("relu1", "activation", "elementwise", ["conv1"]),
    stage("pool1", "pool", "windowed", ["relu1"]),
    stage("conv2", "conv", "windowed", ["pool1"]),
  ];
  const tensors = new TensorStore();
  for (const [id, values] of Object.entries(VALUES)) {
    const winner = id === "pool1" ? Int32Array.of(3) : null;
    const known = without.includes(id) ? null : Float32Array.from(values);
    tensors.maps.set(id, { preview: null, values: known, winner });
  }
  tensors.geometry.set("pool1", {
    rows: Int16Array.of(0, 1),
    columns: Int16Array.of(0, 1),
    kernel_size: [2, 2],
  });
  tensors.geometry.set("conv2", {
    rows: Int16Array.of(0),
    columns: Int16Array.of(0),
    kernel_size: [1, 1],
  });
  return new Run({ stages: all.filter(({ id }) => ids.includes(id)) }, tensors);
}

/** Everything up to so many cells is painted, and the cell followed has its total. */
const all = (/** @type {number} */ painted) => ({ painted, is_made: true });

test("a cell goes through its activation into its window and comes out pooled", () => {
  const links = nextCells(chain(), "conv1", 0, { row: 1, column: 1 }, all(6));
  assert.deepEqual(
    links?.map((link) => [link.kind, link.stage.id]),
    [
      ["cell", "conv1"],
      ["cell", "relu1"],
      ["window", "pool1"],
      ["cell", "pool1"],
    ],
  );
  const [first, second, window, last] = links ?? [];
  assert.equal(first.kind === "cell" && first.value, 5);
  assert.equal(second.kind === "cell" && second.value, 5);
  assert.equal(window.kind === "window" && window.winner, 3);
  assert.equal(last.kind === "cell" && last.is_pending, false);
});

test("cells of the window that are not painted are waited for, the cell itself is not", () => {
  const links = nextCells(chain(), "conv1", 0, { row: 0, column: 1 }, all(2)) ?? [];
  const window = links[2];
  assert.ok(window.kind === "window");
  assert.equal(window.waits, 2);
  assert.deepEqual(
    window.cells.map(({ is_own }) => is_own),
    [false, true, false, false],
  );
  assert.ok(links[3].kind === "cell" && links[3].is_pending);
});

test("nothing of the cell is shown before its total is", () => {
  const place = { row: 1, column: 1 };
  const links = nextCells(chain(), "conv1", 0, place, { painted: 0, is_made: false }) ?? [];
  const [first, second, window, last] = links;
  assert.ok(first.kind === "cell" && first.is_pending);
  assert.ok(second.kind === "cell" && second.is_pending);
  assert.ok(window.kind === "window" && window.cells.every(({ is_pending }) => is_pending));
  assert.equal(window.waits, 4);
  assert.ok(last.kind === "cell" && last.is_pending);
});

test("a cell that no window reads is said to be unread", () => {
  const links = nextCells(chain(), "conv1", 0, { row: 0, column: 2 }, all(6)) ?? [];
  const last = links.at(-1);
  assert.ok(last?.kind === "readers");
  assert.equal(last.readers, 0);
});

test("before a convolution the chain ends with the number of windows", () => {
  const links = nextCells(chain(), "pool1", 0, { row: 0, column: 0 }, all(1)) ?? [];
  assert.deepEqual(
    links.map(({ kind }) => kind),
    ["cell", "readers"],
  );
  assert.equal(links[1].kind === "readers" && links[1].readers, 1);
});

test("nothing is shown while values are on their way, and nothing after the last stage", () => {
  assert.equal(
    nextCells(chain({ without: ["pool1"] }), "conv1", 0, { row: 0, column: 0 }, all(6)),
    null,
  );
  assert.deepEqual(nextCells(chain(), "conv2", 0, { row: 0, column: 0 }, all(1)), []);
  const short = chain({ ids: ["conv1", "relu1"] });
  assert.equal(nextCells(short, "conv1", 0, { row: 0, column: 0 }, all(6))?.length, 2);
});
