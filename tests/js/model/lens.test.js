import assert from "node:assert/strict";
import { test } from "node:test";
import { lensAreas } from "../../../static/model/lens.js";
import { present } from "../../../static/model/scene.js";
import { mapSelected, runReceived } from "../../../static/state/actions.js";
import { steppedTo } from "../../../static/state/playback.js";
import { initialState } from "../../../static/state/state.js";
import { goldenRun } from "../fixtures.js";

const RUN = goldenRun();

/** @param {string} stage @param {number} row @param {number} column */
function sceneAt(stage, row, column) {
  const recipe = /** @type {any} */ ({ version: 1, input: { image: "x" }, stages: [] });
  const state = mapSelected(runReceived(initialState(recipe), RUN.manifest), stage, 0);
  const columns = RUN.stage(stage).shape[2];
  const scene = present(steppedTo(state, row * columns + column), RUN.tensors, "light");
  assert.ok(scene);
  return scene;
}

/** @param {string} stage */
function* scenesOf(stage) {
  const [, rows, columns] = RUN.stage(stage).shape;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) yield sceneAt(stage, row, column);
  }
}

test("a convolution's lens has room for the window and two cells on each side", () => {
  assert.equal(lensAreas(sceneAt("conv1", 0, 0)).source.cells, 7);
  assert.equal(lensAreas(sceneAt("conv1", 0, 0)).result.cells, 7);
  assert.equal(lensAreas(sceneAt("conv2", 0, 0)).source.cells, 6);
});

test("the window always lies inside its lens, padding included", () => {
  for (const stage of ["conv1", "conv2", "pool1", "pool2"]) {
    for (const scene of scenesOf(stage)) {
      const { source, window } = lensAreas(scene);
      if (!window) continue;
      const where = `${stage} ${scene.cell.row} ${scene.cell.column}`;
      const real = (/** @type {number[]} */ taps) => taps.filter((index) => index >= 0);
      const taps = scene.run.taps(stage, scene.cell.row, scene.cell.column);
      for (const row of real(taps.rows)) {
        assert.ok(row >= source.row && row < source.row + source.cells, where);
      }
      for (const column of real(taps.columns)) {
        assert.ok(column >= source.column && column < source.column + source.cells, where);
      }
    }
  }
});

test("the cell always lies inside the lens of the result", () => {
  for (const stage of ["conv1", "relu1", "pool1", "conv2", "pool2"]) {
    for (const scene of scenesOf(stage)) {
      const { result } = lensAreas(scene);
      const { row, column } = scene.cell;
      assert.ok(row >= result.row && row < result.row + result.cells, stage);
      assert.ok(column >= result.column && column < result.column + result.cells, stage);
    }
  }
});

test("both lenses of a pooling show the same place", () => {
  for (const scene of scenesOf("pool1")) {
    const { source, result } = lensAreas(scene);
    const [first] = scene.run
      .taps("pool1", result.row, result.column)
      .rows.filter((index) => index >= 0);
    assert.equal(source.row, first);
    assert.ok(source.cells <= 2 * result.cells);
  }
});
