import assert from "node:assert/strict";
import { test } from "node:test";
import {
  animationPlan,
  animationSpeeds,
  estimatedBytes,
  frameCount,
  LAST_MS,
} from "../../../static/model/animation.js";
import { frameScene } from "../../../static/model/animation-scene.js";
import { present } from "../../../static/model/scene.js";
import { runReceived } from "../../../static/state/actions.js";
import { initialState } from "../../../static/state/state.js";
import { goldenRun } from "../fixtures.js";

const MAP = { rows: 94, columns: 94, range: null };

test("every animation begins at its first window and ends at its last", () => {
  for (const { per_second } of animationSpeeds(94)) {
    for (const range of [null, { first: 0, last: 0 }, { first: 3, last: 9 }]) {
      const wish = { ...MAP, range, per_second };
      const { steps, delays_ms } = animationPlan(wish);
      const first = range ? range.first * 94 : 0;
      const last = range ? (range.last + 1) * 94 - 1 : 94 * 94 - 1;
      assert.equal(steps[0], first);
      assert.equal(steps.at(-1), last);
      assert.equal(steps.length, frameCount(wish));
      assert.equal(delays_ms.length, steps.length);
      assert.equal(delays_ms.at(-1), LAST_MS);
      assert.ok(steps.every((step, index) => index === 0 || step > steps[index - 1]));
    }
  }
});

test("windows pass at the speed that was chosen", () => {
  const slow = animationPlan({ ...MAP, range: { first: 0, last: 0 }, per_second: 2 });
  assert.deepEqual(slow.delays_ms.slice(0, 2), [500, 500]);
  assert.equal(slow.steps[1] - slow.steps[0], 1);
  const sweep = animationPlan({ ...MAP, per_second: 12 * 94 });
  const seconds = (sweep.duration_ms - LAST_MS) / 1000;
  assert.ok(Math.abs(seconds - 94 / 12) < 0.3, String(seconds));
  assert.ok(sweep.delays_ms.every((delay) => delay % 10 === 0 && delay >= 20));
});

test("one cell is one frame, and millions of them are counted without being made", () => {
  assert.equal(frameCount({ rows: 1, columns: 1, range: null, per_second: 12 }), 1);
  assert.equal(frameCount({ rows: 4096, columns: 4096, range: null, per_second: 2 }), 4096 ** 2);
});

test("larger and longer animations are larger files", () => {
  const frame = { width: 100, height: 50, format: /** @type {const} */ ("gif") };
  const row = { ...MAP, range: { first: 0, last: 0 }, per_second: 12 };
  const size = estimatedBytes(row, frame);
  assert.ok(estimatedBytes({ ...row, range: { first: 0, last: 1 } }, frame) > size);
  assert.equal(estimatedBytes(row, { ...frame, width: 200 }), 2 * size);
});

test("a frame is the scene at its window; numbers rest while windows rush by", () => {
  const run = goldenRun();
  const recipe = /** @type {any} */ ({
    version: 1,
    input: { image: "x" },
    stages: [{ id: "conv1" }],
  });
  const scene = present(runReceived(initialState(recipe), run.manifest), run.tensors, "light");
  assert.ok(scene);
  const [, rows, columns] = scene.stage.shape;
  const size = { rows, columns, range: null };
  const single = animationPlan({ ...size, per_second: 12 });
  const each = frameScene(scene, single);
  single.steps.forEach((step, index) => {
    const shown = each(index);
    assert.equal(shown.cell.row * columns + shown.cell.column, step);
    assert.equal(shown.painted, step + 1);
  });
  const quick = animationPlan({ ...size, per_second: 50 });
  assert.ok(quick.steps[1] - quick.steps[0] > 1);
  const rushing = frameScene(scene, quick);
  const cells = quick.steps.map((step, index) => {
    const shown = rushing(index);
    assert.equal(shown.painted, step + 1);
    assert.ok(shown.read <= shown.painted);
    return `${shown.cell.row} ${shown.cell.column}`;
  });
  assert.ok(new Set(cells).size < cells.length);
  assert.equal(cells.at(-1), `${rows - 1} ${columns - 1}`);
});
