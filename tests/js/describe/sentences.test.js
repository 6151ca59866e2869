import assert from "node:assert/strict";
import { test } from "node:test";
import {
  benchSentence,
  finishSentence,
  mapSentence,
  pinSentence,
  position,
  stageSentence,
  stepSentence,
} from "../../../static/describe/sentences.js";
import { present } from "../../../static/model/scene.js";
import { mapSelected, runReceived } from "../../../static/state/actions.js";
import { steppedTo } from "../../../static/state/playback.js";
import { initialState } from "../../../static/state/state.js";
import { goldenRun, jsonOf } from "../fixtures.js";

const RUN = goldenRun();

/** @param {string} stage @param {number} [map] @param {number} [step] */
function sceneOf(stage, map = 0, step = 0) {
  const recipe = /** @type {any} */ ({ version: 1, input: { image: "x" }, stages: [] });
  const state = mapSelected(runReceived(initialState(recipe), RUN.manifest), stage, map);
  const scene = present(steppedTo(state, step), RUN.tensors, "light");
  assert.ok(scene);
  return scene;
}

/** @param {any} scene */
const sentence = (scene) =>
  benchSentence(scene)
    .map(({ text }) => text)
    .join("")
    .replace(/\s+/g, " ")
    .trim();

/** @param {any} scene @param {Record<string, any>} parameters */
const withParameters = (scene, parameters) => ({
  ...scene,
  stage: { ...scene.stage, parameters: { ...scene.stage.parameters, ...parameters } },
});

test("each stage has its one sentence, in the words of the design", () => {
  assert.equal(
    sentence(sceneOf("conv1")),
    "Three windows, three kernel slices, one bias: together they make one output cell.",
  );
  assert.match(sentence(sceneOf("conv2")), /^Three windows, three kernel slices, one bias:/);
  const values = jsonOf("run.json").values.find(
    (/** @type {any} */ entry) => entry.stage === "relu1" && entry.map === 0,
  );
  const zeros = values.values.flat().filter((/** @type {number} */ value) => value === 0).length;
  const share = ((100 * zeros) / values.values.flat().length).toFixed(1);
  assert.equal(
    sentence(sceneOf("relu1")),
    `ReLU keeps every positive cell and sets the rest to zero. Here that is ${share} % of the map.`,
  );
  assert.equal(
    sentence(sceneOf("pool1")),
    "Each 2 × 2 window sends on its largest cell. The other three are dropped, and with them the exact place.",
  );
  assert.equal(
    sentence(sceneOf("pool2")),
    "Each 2 × 2 window sends on the mean of its four cells.",
  );
});

test("every activation and every pooling has a sentence of its own", () => {
  const names = ["none", "relu", "leaky_relu", "elu", "gelu", "sigmoid", "tanh", "softplus"];
  const relu = sceneOf("relu1");
  const said = [...names, "hardswish"].map((name) =>
    sentence(withParameters(relu, { function: name })),
  );
  assert.equal(new Set(said).size, names.length + 1);
  for (const text of said) assert.match(text, /^[A-Z].*\.$/);
  const pool = sceneOf("pool1");
  const kinds = ["max", "average", "lp", "global_max", "global_average"];
  const told = kinds.map((kind) => sentence(withParameters(pool, { kind, p: 2 })));
  assert.equal(new Set(told).size, kinds.length);
  for (const text of told) assert.match(text, /^[A-Z].*\.$/);
});

test("a window of one cell is not called a mean of cells", () => {
  const pool = sceneOf("pool1");
  const sizes = structuredClone(pool.stage.output_size);
  assert.ok(sizes);
  sizes.rows.kernel_size = sizes.columns.kernel_size = 1;
  const said = ["max", "average", "lp"].map((kind) => {
    const scene = withParameters(pool, { kind, p: 2 });
    return sentence({ ...scene, stage: { ...scene.stage, output_size: sizes } });
  });
  const [max, average, lp] = said;
  assert.equal(max, "Each window is a single cell, and it passes unchanged.");
  assert.equal(average, max);
  assert.match(lp, /single cell, and its size/);
});

test("a step is said with signs as words, and what is said adds up", () => {
  const { row, column, stage, channel } = jsonOf("run.json").cells.find(
    (/** @type {any} */ cell) => cell.stage === "conv1" && cell.row > 0 && cell.column > 0,
  );
  const [, , columns] = RUN.stage(stage).shape;
  const said = stepSentence(sceneOf(stage, channel, row * columns + column));
  assert.match(said, new RegExp(`^Row ${row + 1}, column ${column + 1}: `));
  assert.doesNotMatch(said, /[−+]/);
  const numbers = [...said.split(": ")[1].matchAll(/(minus |plus )?(\d+(?:\.\d+)?)/g)].map(
    ([, sign, digits]) => (sign === "minus " ? -1 : 1) * Number(digits),
  );
  const total = /** @type {number} */ (numbers.pop());
  const sum = numbers.reduce((all, part) => all + part, 0);
  assert.ok(Math.abs(sum - total) < 1e-9, said);
});

test("a step of an activation and of a pooling says what becomes of what", () => {
  const relu = stepSentence(sceneOf("relu1", 0, 3));
  const { value: before } = sceneOf("relu1", 0, 3).explanation.channels[0].terms[0];
  const spoken = Math.abs(before).toFixed(2);
  assert.ok(relu.includes(`${before < 0 ? "minus " : ""}${spoken} becomes`), relu);
  assert.match(stepSentence(sceneOf("pool1", 0, 0)), /^Row 1, column 1: .* make .* in Pool 1\.$/);
});

test("places are counted from 1", () => {
  const [, rows, columns] = RUN.stage("conv1").shape;
  assert.equal(
    position(sceneOf("conv1", 0, columns + 2)),
    `row 2, column 3 of ${rows} × ${columns}`,
  );
});

test("stages, ends and pins are said as the design words them", () => {
  const [, rows, columns] = RUN.stage("relu1").shape;
  const { zeros } = RUN.stage("relu1").maps[0];
  assert.equal(
    stageSentence(sceneOf("relu1")),
    `ReLU 1. ${zeros} of ${rows * columns} cells set to zero.`,
  );
  assert.equal(finishSentence(sceneOf("conv1")), `All ${rows * columns} windows computed.`);
  const area = /** @type {any} */ ({ rows: [12, 21], columns: [4, 13] });
  assert.equal(
    pinSentence(sceneOf("pool2"), area),
    "Pinned. Sees 10 by 10 pixels, rows 13–22, columns 5–14.",
  );
  assert.equal(pinSentence(sceneOf("pool2"), undefined), "Pinned a cell of Pool 2.");
});

test("a map is described by its size and its values, and a dead one as such", () => {
  const conv = RUN.stage("conv1");
  const [low] = conv.maps[0].range;
  const spoken = `${low < 0 ? "minus " : ""}${Math.abs(low).toFixed(2)}`;
  assert.ok(mapSentence(conv, 0).startsWith("Conv 1, map 1 of 3: "));
  assert.ok(mapSentence(conv, 0).includes(`values from ${spoken} to `), mapSentence(conv, 0));
  assert.match(mapSentence(RUN.stage("relu1"), 2), /all zero/);
});
