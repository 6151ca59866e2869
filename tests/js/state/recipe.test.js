import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutPageNotes } from "../../../static/api/client.js";
import {
  biasChanged,
  channelsChanged,
  filterCountChanged,
  filterRemoved,
  filterReplaced,
  inputColorChanged,
  kernelResized,
  pictureChosen,
  presetApplied,
  seedRenewed,
} from "../../../static/state/recipe.js";
import {
  centred,
  filterBeforeEdit,
  filterEdited,
  filterName,
  filtersOf,
  stageIn,
  WEIGHT_RULE,
  weightOf,
  weightTyped,
} from "../../../static/state/weights.js";

const SOBEL = {
  name: "sobel_x",
  label: "Sobel x",
  weight: [
    [-1, 0, 1],
    [-2, 0, 2],
    [-1, 0, 1],
  ],
};
const ROBERTS = {
  name: "roberts_x",
  label: "Roberts x",
  weight: [
    [1, 0],
    [0, -1],
  ],
};
const WIDE = {
  name: "gaussian_5",
  label: "Gaussian 5",
  weight: Array.from({ length: 5 }, () => [1, 4, 6, 4, 1]),
};
const PRESETS = [SOBEL, ROBERTS, WIDE];
const KNOWN = { presets: PRESETS, weights: null };

/** @param {any[]} filters @param {any[]} [deep] */
function recipe(filters, deep = [{ seed: 7 }]) {
  return /** @type {import("../../../static/state/state.js").Recipe} */ ({
    version: 1,
    input: { image: "coffee" },
    stages: [
      { id: "conv1", op: "conv", kernel_size: [3, 3], filters, bias: filters.map(() => 0) },
      { id: "relu1", op: "activation", function: "relu" },
      { id: "pool1", op: "pool", kernel_size: [2, 2] },
      { id: "conv2", op: "conv", kernel_size: [1, 1], filters: deep },
    ],
  });
}

/** @param {import("../../../static/state/state.js").Recipe} of @param {string} id */
const filters = (of, id) => filtersOf(stageIn(of, id));

test("a kernel grows around its middle, the odd row below and the odd column right", () => {
  assert.deepEqual(centred(ROBERTS.weight, [3, 3]), [
    [1, 0, 0],
    [0, -1, 0],
    [0, 0, 0],
  ]);
  assert.deepEqual(centred([[5]], [3, 3]), [
    [0, 0, 0],
    [0, 5, 0],
    [0, 0, 0],
  ]);
});

test("growing and shrinking again gives the kernel back, for every pair of sizes", () => {
  for (let small = 1; small <= 5; small += 1) {
    for (let large = small; large <= 11; large += 1) {
      const kernel = Array.from({ length: small }, (_, row) =>
        Array.from({ length: small }, (_, column) => row * small + column + 1),
      );
      assert.deepEqual(centred(centred(kernel, [large, large]), [small, small]), kernel);
    }
  }
});

test("a kernel may have different rows and columns", () => {
  assert.deepEqual(centred(SOBEL.weight, [1, 5]), [[0, -2, 0, 2, 0]]);
});

test("weights of a preset are the kernel times the channel mix, centred", () => {
  const stage = stageIn(recipe([{ kernel: "roberts_x", mix: [2, -1] }]), "conv1");
  assert.deepEqual(weightOf(stage, 0, KNOWN), [
    [
      [2, 0, 0],
      [0, -2, 0],
      [0, 0, 0],
    ],
    [
      [-1, 0, 0],
      [0, 1, 0],
      [0, 0, 0],
    ],
  ]);
});

test("weights of a seed are those of the run, without the noise of float32", () => {
  const stage = stageIn(recipe([{ seed: 3 }]), "conv1");
  const weights = {
    weight: new Float32Array([0.1, -0.28]),
    weightShape: [1, 1, 1, 2],
    bias: new Float32Array(1),
  };
  assert.deepEqual(weightOf(stage, 0, { presets: PRESETS, weights }), [[[0.1, -0.28]]]);
  assert.equal(weightOf(stage, 0, KNOWN), null);
});

test("an edited weight is written out, and only that weight changes", () => {
  const old = { kernel: "sobel_x", mix: [1] };
  const edited = filterEdited(old, [SOBEL.weight], { slice: 0, row: 1, column: 2, value: 2.404 });
  assert.deepEqual(edited, {
    weight: [
      [
        [-1, 0, 1],
        [-2, 0, 2.4],
        [-1, 0, 1],
      ],
    ],
    edited: "sobel_x",
  });
  assert.equal(SOBEL.weight[1][2], 2);
});

test("a second edit keeps the name of the kernel that the first began with", () => {
  const first = filterEdited({ seed: 7 }, [[[1]]], { slice: 0, row: 0, column: 0, value: 2 });
  const second = filterEdited(first, first.weight ?? [], { slice: 0, row: 0, column: 0, value: 3 });
  assert.equal(second.edited, "seed 7");
});

test("filters are named as a person would", () => {
  assert.equal(filterName({ kernel: "sobel_x" }, PRESETS), "Sobel x");
  assert.equal(filterName({ seed: 7 }, PRESETS), "random, seed 7");
  assert.equal(filterName({ weight: [[[1]]], edited: "sobel_x" }, PRESETS), "Edited Sobel x");
  assert.equal(filterName({ weight: [[[1]]], edited: "seed 7" }, PRESETS), "Edited random, seed 7");
  assert.equal(filterName({ weight: [[[1]]] }, PRESETS), "written by hand");
});

test("undoing an edit finds the preset with its mix in the history", () => {
  const before = { kernel: "sobel_x", mix: [2, -1, -1] };
  const written = (/** @type {number} */ value) => ({
    weight: [[[value]], [[0]], [[0]]],
    edited: "sobel_x",
  });
  const past = [recipe([before]), recipe([written(1)])];
  const edited = written(2);
  assert.equal(filterBeforeEdit(past, "conv1", 0, edited), before);
  assert.deepEqual(filterBeforeEdit([], "conv1", 0, edited), { kernel: "sobel_x" });
  assert.deepEqual(filterBeforeEdit([], "conv1", 0, { weight: [], edited: "seed 9" }), { seed: 9 });
});

test("a preset takes over the channel mix of the filter", () => {
  const next = presetApplied(
    recipe([{ kernel: "roberts_x", mix: [2, -1, -1] }]),
    "conv1",
    0,
    SOBEL,
    {
      ...KNOWN,
      size: [3, 3],
      slices: 3,
    },
  );
  assert.deepEqual(filters(next, "conv1")[0], { kernel: "sobel_x", mix: [2, -1, -1] });
});

test("a preset that is too large makes the kernel grow, and written weights with it", () => {
  const next = presetApplied(
    recipe([{ kernel: "sobel_x" }, { weight: [[[5]]] }]),
    "conv1",
    0,
    WIDE,
    {
      ...KNOWN,
      size: [3, 3],
      slices: 1,
    },
  );
  assert.deepEqual(stageIn(next, "conv1")?.kernel_size, [5, 5]);
  const [, written] = filters(next, "conv1");
  assert.equal(written.weight?.[0].length, 5);
  assert.equal(written.weight?.[0][2][2], 5);
});

test("a smaller kernel size cuts a preset that no longer fits and leaves the others alone", () => {
  const next = kernelResized(
    recipe([{ kernel: "sobel_x", mix: [1] }, { kernel: "roberts_x" }, { seed: 1 }]),
    "conv1",
    [2, 2],
    KNOWN,
  );
  assert.deepEqual(filters(next, "conv1"), [
    {
      weight: [
        [
          [-1, 0],
          [-2, 0],
        ],
      ],
      edited: "sobel_x",
    },
    { kernel: "roberts_x" },
    { seed: 1 },
  ]);
});

test("more filters take presets that are not there yet, and a bias of zero each", () => {
  const next = filterCountChanged(recipe([{ kernel: "sobel_x" }]), "conv1", 3, PRESETS);
  assert.deepEqual(filters(next, "conv1"), [
    { kernel: "sobel_x" },
    { kernel: "roberts_x" },
    { kernel: "sobel_x" },
  ]);
  assert.deepEqual(stageIn(next, "conv1")?.bias, [0, 0, 0]);
});

test("more random filters go on with the same seed", () => {
  const next = filterCountChanged(recipe([{ seed: 7 }]), "conv1", 2, PRESETS);
  assert.deepEqual(filters(next, "conv1"), [{ seed: 7 }, { seed: 7 }]);
});

test("the stage that reads the maps gets slices with them, through activation and pool", () => {
  const deep = [{ seed: 7 }, { kernel: "sobel_x", mix: [2] }, { weight: [[[5]]] }];
  const next = filterCountChanged(recipe([{ kernel: "sobel_x" }], deep), "conv1", 2, PRESETS);
  assert.deepEqual(filters(next, "conv2"), [
    { seed: 7 },
    { kernel: "sobel_x", mix: [2, 1] },
    { weight: [[[5]], [[0]]] },
  ]);
});

test("removing a filter removes its bias and the slices that read its map", () => {
  const deep = [{ weight: [[[1]], [[2]], [[3]]] }, { kernel: "sobel_x", mix: [1, 2, 3] }];
  const three = recipe([{ kernel: "sobel_x" }, { kernel: "roberts_x" }, { seed: 1 }], deep);
  const biased = biasChanged(three, "conv1", 2, 0.5, 3);
  const next = filterRemoved(biased, "conv1", 1);
  assert.deepEqual(filters(next, "conv1"), [{ kernel: "sobel_x" }, { seed: 1 }]);
  assert.deepEqual(stageIn(next, "conv1")?.bias, [0, 0.5]);
  assert.deepEqual(filters(next, "conv2"), [
    { weight: [[[1]], [[3]]] },
    { kernel: "sobel_x", mix: [1, 3] },
  ]);
});

test("the last filter stays", () => {
  const one = recipe([{ seed: 1 }]);
  assert.equal(filterRemoved(one, "conv1", 0), one);
});

test("only stages that read the changed maps change", () => {
  const before = recipe([{ kernel: "sobel_x", mix: [1, 2, 3] }], [{ kernel: "sobel_x", mix: [4] }]);
  const after = channelsChanged(before, "conv1", (list) => [...list, ...list]);
  assert.deepEqual(filters(after, "conv1"), filters(before, "conv1"));
  assert.deepEqual(filters(after, "conv2"), [{ kernel: "sobel_x", mix: [4, 4] }]);
});

const MIXED = { kernel: "sobel_x", mix: [2, -1, -1] };
const PICTURES = {
  coffee: { id: "coffee", channels: 3 },
  camera: { id: "camera", channels: 1 },
};

test("a grey picture has one channel, and the first convolution follows", () => {
  const grey = inputColorChanged(recipe([MIXED]), "grey");
  assert.equal(grey.input.color, "grey");
  assert.deepEqual(sent(grey), [{ kernel: "sobel_x", mix: [1] }]);
  const untouched = recipe([MIXED]);
  assert.equal(inputColorChanged(untouched, "rgb"), untouched);
});

/** As the history compares recipes, and as they are sent. */
const plain = (/** @type {object} */ of) => JSON.parse(JSON.stringify(of));

/** The filters of the first convolution as the server gets them. */
const sent = (/** @type {import("../../../static/state/state.js").Recipe} */ of) =>
  filters(withoutPageNotes(of), "conv1");

test("colour brings the mix back, after a grey picture and after reading it as grey", () => {
  const before = recipe([MIXED, { weight: [[[1]], [[2]], [[3]]] }, { seed: 4 }]);
  before.input.color = "rgb";
  const reading = inputColorChanged(before, "grey");
  assert.deepEqual(plain(inputColorChanged(reading, "rgb")), before);
  const camera = pictureChosen(before, PICTURES.camera);
  assert.deepEqual(sent(camera), [
    { kernel: "sobel_x", mix: [1] },
    { weight: [[[1]]] },
    { seed: 4 },
  ]);
  assert.deepEqual(plain(pictureChosen(camera, PICTURES.coffee)), before);
  const twice = pictureChosen(camera, { id: "text", channels: 1 });
  assert.deepEqual(plain(pictureChosen(twice, PICTURES.coffee)), before);
});

test("what is done to a filter while the picture is grey is kept beside its mix", () => {
  const grey = pictureChosen(recipe([MIXED]), PICTURES.camera);
  const back = (/** @type {typeof grey} */ of) =>
    filters(pictureChosen(of, PICTURES.coffee), "conv1")[0];

  const known = { ...KNOWN, size: /** @type {[number, number]} */ ([3, 3]), slices: 1 };
  const other = presetApplied(grey, "conv1", 0, ROBERTS, known);
  assert.deepEqual(back(other), { kernel: "roberts_x", mix: [2, -1, -1] });

  const [filter] = filters(grey, "conv1");
  const edit = { slice: 0, row: 1, column: 1, value: 0.5 };
  const edited = filterReplaced(grey, "conv1", 0, filterEdited(filter, [SOBEL.weight], edit));
  const { weight, ...name } = back(edited);
  assert.deepEqual(name, { edited: "sobel_x" });
  assert.deepEqual(
    weight?.map((slice) => slice[1]),
    [
      [-4, 1, 4],
      [2, -0.5, -2],
      [2, -0.5, -2],
    ],
  );
});

test("written slices that a grey picture does not read come back in the kernel's size", () => {
  const slices = [SOBEL.weight, ROBERTS.weight, SOBEL.weight].map((kernel) =>
    centred(kernel, [3, 3]),
  );
  const grey = pictureChosen(recipe([{ weight: slices }]), PICTURES.camera);
  const wider = kernelResized(grey, "conv1", [5, 5], KNOWN);
  const [{ weight }] = filters(pictureChosen(wider, PICTURES.coffee), "conv1");
  assert.deepEqual(
    weight,
    slices.map((slice) => centred(slice, [5, 5])),
  );
});

test("undo of an edit made in colour does not bring three factors to a grey picture", () => {
  const edited = { weight: [SOBEL.weight], edited: "sobel_x" };
  assert.deepEqual(filterBeforeEdit([recipe([MIXED])], "conv1", 0, edited), { kernel: "sobel_x" });
});

test("a new seed is one that the stage does not have", () => {
  const next = seedRenewed(recipe([{ seed: 7 }, { seed: 9 }, { kernel: "sobel_x" }]), "conv1", 2);
  assert.deepEqual(filters(next, "conv1")[2], { seed: 10 });
});

test("weights written as one tensor are edited filter by filter", () => {
  const before = recipe([]);
  before.stages[0] = { id: "conv1", op: "conv", weight: [[[[1]]], [[[2]]]] };
  const next = filterRemoved(before, "conv1", 0);
  assert.deepEqual(filters(next, "conv1"), [{ weight: [[[2]]] }]);
  assert.equal(stageIn(next, "conv1")?.weight, undefined);
});

test("a weight is typed with at most two decimals, up to 99", () => {
  assert.deepEqual(["2", "−0,25", "-3", "99", "1e1"].map(weightTyped), [2, -0.25, -3, 99, 10]);
  for (const text of ["abc", "1/3", "100", "-99999999", "3.14159", "1e-9", "1e30", ""]) {
    assert.equal(weightTyped(text), null, text);
  }
  assert.match(WEIGHT_RULE, /from −99 to 99, at most two decimals/);
});
