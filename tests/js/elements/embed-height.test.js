import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createHeightKeeper,
  h5pResize,
  heightMessages,
  heightRequest,
  secretIn,
} from "../../../static/elements/embed-height.js";

const HOST = { address: "https://k.example/embed?stride=2", secret: null, hasH5p: false };

/** A keeper in a frame, with a clock of its own. */
function framed({ width = 640, height = 300 } = {}) {
  const keeper = createHeightKeeper();
  let now_ms = 0;
  keeper.framed({ width, height }, now_ms);
  return {
    keeper,
    /** What the host does to the frame. */
    resize(/** @type {number} */ next, /** @type {number} */ wide = width) {
      now_ms += 16;
      keeper.framed({ width: wide, height: next }, now_ms);
    },
    needs: (/** @type {number} */ content) => keeper.needs(content, now_ms),
    wait(/** @type {number} */ more_ms) {
      now_ms += more_ms;
    },
  };
}

test("a height is asked for once, in whole pixels, and never less than is needed", () => {
  const { needs } = framed();
  assert.equal(needs(412.3), 413);
  assert.equal(needs(412.4), null);
  assert.equal(needs(413), null);
  assert.equal(needs(413.015625), null, "a 64th of a pixel is no pixel");
  assert.equal(needs(402), 402);
});

test("a host that obeys is not answered", () => {
  const { keeper, needs, resize } = framed();
  assert.equal(needs(412), 412);
  resize(412);
  assert.equal(needs(412), null);
  assert.equal(keeper.isFollowed(), true);
});

test("a page that grows with its frame is not followed for ever", () => {
  const { needs, resize } = framed();
  let height = 300;
  let asked = 0;
  for (let round = 0; round < 100; round += 1) {
    const next = needs(height + 10);
    if (next === null) break;
    asked += 1;
    height = next;
    resize(height);
  }
  assert.ok(asked <= 4, `asked ${asked} times`);
});

test("a page that swings between two heights is not followed for ever", () => {
  const { needs, resize } = framed();
  let asked = 0;
  for (let round = 0; round < 100; round += 1) {
    const next = needs(round % 2 ? 400 : 415);
    if (next === null) continue;
    asked += 1;
    resize(next);
  }
  assert.ok(asked <= 4, `asked ${asked} times`);
});

test("whatever a reader opens later is followed, however often", () => {
  const { needs, resize, wait } = framed();
  for (let round = 0; round < 20; round += 1) {
    wait(2000);
    assert.equal(needs(400 + round), 400 + round);
    resize(400 + round);
  }
});

test("another width is another page: its heights are asked for anew", () => {
  const { needs, resize } = framed();
  for (let round = 0; round < 20; round += 1) {
    resize(300, 640 - round);
    assert.equal(needs(400 + round), 400 + round);
  }
});

test("a frame that is not shown asks for nothing", () => {
  const { needs, resize } = framed({ width: 0, height: 0 });
  assert.equal(needs(0), null);
  assert.equal(needs(40), null);
  resize(300, 640);
  assert.equal(needs(0), null);
  assert.equal(needs(Number.NaN), null);
  assert.equal(needs(412), 412);
});

test("a host that keeps the frame as it is gets its scroll bar back for good", () => {
  const { keeper, needs, resize } = framed();
  assert.equal(keeper.isFollowed(), false);
  needs(412);
  keeper.waited();
  resize(412);
  assert.equal(keeper.isFollowed(), false);
});

test("a height is told in every dialect, and WordPress gets its word back", () => {
  const messages = heightMessages(412, { ...HOST, secret: "ab3" });
  assert.deepEqual(messages, [
    { kernelscope: 1, type: "height", height: 412 },
    { subject: "lti.frameResize", height: 412 },
    { context: "h5p", action: "hello" },
    `{"src":"${HOST.address}","context":"iframe.resize","height":412}`,
    { message: "height", value: 412, secret: "ab3" },
  ]);
  assert.equal(heightMessages(412, HOST).length, 4);
});

test("an H5P resizer that has answered is sent heights, in its old and its new words", () => {
  const [, , message] = heightMessages(412, { ...HOST, hasH5p: true });
  assert.deepEqual(message, h5pResize(412));
  assert.deepEqual(h5pResize(412), {
    context: "h5p",
    action: "resize",
    scrollHeight: 412,
    clientHeight: 412,
    height: 412,
  });
});

test("the word of WordPress is found behind any fragment, and nothing else is one", () => {
  assert.equal(secretIn("#?secret=aB3dE5gH1j"), "aB3dE5gH1j");
  assert.equal(secretIn("#v1=q1YqSk-_A?secret=abc"), "abc");
  assert.equal(secretIn("#?utm_source=x&secret=abc#?x"), "abc");
  for (const none of [
    "",
    "#",
    "#secret",
    "#?secret=",
    '#?secret=a"b',
    "#?secret=<b>",
    "#?xsecret=a",
  ]) {
    assert.equal(secretIn(none), null, none);
  }
});

test("hosts that ask for the height are understood, and nobody else", () => {
  assert.deepEqual(heightRequest({ context: "h5p", action: "hello" }), { asks: "h5p" });
  assert.deepEqual(heightRequest({ context: "h5p", action: "resizePrepared" }), { asks: "h5p" });
  assert.deepEqual(heightRequest({ context: "h5p", action: "resize" }), { asks: "again" });
  assert.deepEqual(heightRequest({ context: "h5p", action: "ready" }), { asks: "again" });
  const word = { asks: "again", secret: "aB3" };
  assert.deepEqual(heightRequest({ message: "ready", secret: "aB3" }), word);
  const others = [
    ...[null, undefined, 1, "ready", [], {}, { message: "ready" }, { secret: "x" }],
    ...[
      { context: "h5p" },
      { context: "h5p", action: "fullScreen" },
      { subject: "lti.frameResize" },
    ],
    ...[
      { message: "ready", secret: "<b>" },
      { message: "ready", secret: { toString: 1 } },
    ],
  ];
  for (const other of others) assert.equal(heightRequest(other), null);
});
