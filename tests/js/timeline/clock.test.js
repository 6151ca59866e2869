import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { createClock } from "../../../static/timeline/clock.js";

/** Animation frames that come when the test says so. */
function frames() {
  /** @type {Map<number, (now: number) => void>} */
  const asked = new Map();
  let next = 1;
  return {
    asked,
    now: () => 2000,
    request: (/** @type {(now: number) => void} */ callback) => {
      asked.set(next, callback);
      next += 1;
      return next - 1;
    },
    cancel: (/** @type {number} */ handle) => asked.delete(handle),
    come(/** @type {number} */ now) {
      const callbacks = [...asked.values()];
      asked.clear();
      for (const callback of callbacks) callback(now);
    },
  };
}

/** A clock whose frames are counted. @param {boolean} goesOn  whether more is always coming */
function counting(goesOn) {
  const screen = frames();
  let count = 0;
  const clock = createClock(screen, () => {
    count += 1;
    return goesOn;
  });
  return { screen, clock, drawn: () => count };
}

test("many changes make one frame, and then it sleeps", () => {
  const { screen, clock, drawn } = counting(false);
  clock.markDirty();
  clock.markDirty();
  clock.markDirty();
  assert.equal(screen.asked.size, 1);
  screen.come(1000);
  assert.equal(drawn(), 1);
  assert.equal(screen.asked.size, 0);
});

test("frames follow each other while more is coming, and tell how much time went by", () => {
  const screen = frames();
  /** @type {number[]} */
  const deltas = [];
  const clock = createClock(screen, (delta) => {
    deltas.push(delta);
    return deltas.length < 4;
  });
  clock.markDirty();
  for (const now of [1000, 1016, 1033, 1050]) screen.come(now);
  assert.deepEqual(deltas, [0, 16, 17, 17]);
  assert.equal(screen.asked.size, 0);
});

test("a pause takes no time from the animation", () => {
  const screen = frames();
  /** @type {number[]} */
  const deltas = [];
  const clock = createClock(screen, (delta) => {
    deltas.push(delta);
    return deltas.length !== 2;
  });
  clock.markDirty();
  screen.come(1000);
  screen.come(1016);
  clock.markDirty();
  screen.come(9000);
  screen.come(9016);
  assert.deepEqual(deltas, [0, 16, 0, 16]);
});

test("a frame that was held up does not jump", () => {
  const screen = frames();
  /** @type {number[]} */
  const deltas = [];
  const clock = createClock(screen, (delta) => deltas.push(delta) < 3);
  clock.markDirty();
  screen.come(0);
  screen.come(5000);
  assert.deepEqual(deltas, [0, 100]);
});

test("a stopped clock draws nothing more, and can start again", () => {
  const { screen, clock, drawn } = counting(true);
  clock.markDirty();
  screen.come(0);
  clock.stop();
  screen.come(16);
  assert.equal(drawn(), 1);
  assert.equal(screen.asked.size, 0);
  clock.markDirty();
  screen.come(32);
  assert.equal(drawn(), 2);
});

test("a frame may wait for an answer, but not for long", (context) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  context.after(() => mock.timers.reset());
  const screen = frames();
  const clock = createClock(screen, () => false);
  clock.markDirty(25);
  mock.timers.tick(24);
  assert.equal(screen.asked.size, 0, "still waiting");
  mock.timers.tick(1);
  assert.equal(screen.asked.size, 1, "drawn without it");
  screen.come(1000);

  clock.markDirty(25);
  clock.markDirty();
  assert.equal(screen.asked.size, 1, "the answer came");
  screen.come(1016);
  mock.timers.tick(100);
  assert.equal(screen.asked.size, 0, "and one frame was enough");

  clock.markDirty(25);
  clock.stop();
  mock.timers.tick(100);
  assert.equal(screen.asked.size, 0, "stopped while waiting");
});

test("what has just arrived is drawn before the next frame, and once", () => {
  const { screen, clock, drawn } = counting(false);
  clock.markDirty();
  clock.drawNow();
  assert.equal(drawn(), 1);
  assert.equal(screen.asked.size, 0);
});

test("while frames follow each other nothing is drawn between them", () => {
  const { screen, clock, drawn } = counting(true);
  clock.markDirty();
  screen.come(1000);
  clock.drawNow();
  assert.equal(drawn(), 1);
  assert.equal(screen.asked.size, 1);
});
