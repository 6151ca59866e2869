import assert from "node:assert/strict";
import { test } from "node:test";
import { obey, readAround, readCommand } from "../../../static/elements/embed-messages.js";
import { anything, seeded } from "../anything.js";

/** An element that notes what it is asked to do. */
function speaker() {
  /** @type {unknown[][]} */
  const calls = [];
  const note =
    (/** @type {string} */ name) =>
    (/** @type {unknown[]} */ ...more) => {
      calls.push([name, ...more]);
    };
  return {
    calls,
    speaker: {
      state: null,
      play: note("play"),
      pause: note("pause"),
      step: note("step"),
      getState: async () => ({ image: "camera" }),
      setState: async (/** @type {Record<string, unknown>} */ values) => {
        calls.push(["setState", values]);
        return values.stride === "banana" ? ["stride is “banana”."] : [];
      },
    },
  };
}

/** @param {object} message */
async function answerTo(message) {
  const { speaker: element, calls } = speaker();
  const command = readCommand({ kernelscope: 1, ...message });
  assert.ok(command);
  return { answer: await obey(command, element), calls };
}

const ANSWER = { kernelscope: 1, type: "answer", state: { image: "camera" } };

test("every command is carried out and answered with the state", async () => {
  /** @type {[object, unknown[][]][]} */
  const expected = [
    [{ type: "hello" }, []],
    [{ type: "getState" }, []],
    [{ type: "play" }, [["play"]]],
    [{ type: "pause" }, [["pause"]]],
    [{ type: "step" }, [["step", 1]]],
    [{ type: "step", windows: -3 }, [["step", -3]]],
    [{ type: "setState", state: { stride: "2" } }, [["setState", { stride: "2" }]]],
  ];
  for (const [message, done] of expected) {
    const { answer, calls } = await answerTo({ id: 7, ...message });
    assert.deepEqual(answer, { ...ANSWER, id: 7 });
    assert.deepEqual(calls, done);
  }
});

test("what could not be used is said with the answer", async () => {
  const { answer } = await answerTo({ type: "setState", id: "a", state: { stride: "banana" } });
  assert.deepEqual(answer, { ...ANSWER, id: "a", notes: ["stride is “banana”."] });
});

test("a command that makes no sense is answered with what would", async () => {
  for (const state of [undefined, null, 3, "stride=2", ["stride"]]) {
    const { answer, calls } = await answerTo({ type: "setState", id: 1, state });
    assert.match(/** @type {any} */ (answer).error, /^setState: state must be an object/);
    assert.deepEqual(calls, []);
  }
  for (const windows of [null, "1", 0.5, Number.NaN, Number.POSITIVE_INFINITY, 1e12]) {
    const { answer, calls } = await answerTo({ type: "step", id: 1, windows });
    assert.match(/** @type {any} */ (answer).error, /^step: windows must be a whole number/);
    assert.deepEqual(calls, []);
  }
});

test("what is not meant for an embed is no command", () => {
  const others = [
    ...[undefined, null, 1, "play", [], {}, { type: "play" }, { kernelscope: 2, type: "play" }],
    ...[
      { kernelscope: "1", type: "play" },
      { kernelscope: 1 },
      { kernelscope: 1, type: "toString" },
    ],
    ...[
      { kernelscope: 1, type: "constructor" },
      { kernelscope: 1, type: ["play"] },
    ],
  ];
  for (const other of others) assert.equal(readCommand(other), null);
});

test("an id that is no number or short text is not given back", () => {
  for (const id of [undefined, null, {}, [], "", "x".repeat(201), Number.NaN, true]) {
    assert.equal(readCommand({ kernelscope: 1, type: "play", id })?.id, null);
  }
  assert.equal(readCommand({ kernelscope: 1, type: "play", id: 0 })?.id, 0);
  assert.equal(readCommand({ kernelscope: 1, type: "play", id: "a" })?.id, "a");
});

test("no message whatever makes an embed stumble", async () => {
  const random = seeded(3);
  const words = [
    "toString",
    "valueOf",
    "kernelscope",
    "type",
    "id",
    "state",
    "windows",
    "setState",
    "step",
    "play",
  ];
  for (let round = 0; round < 3000; round += 1) {
    const data = anything(random, words);
    readCommand(data);
    const command = readCommand({ kernelscope: 1, type: "setState", state: data, windows: data });
    assert.ok(command);
    const answer = /** @type {any} */ (await obey(command, speaker().speaker));
    assert.equal(answer.type, "answer");
  }
});

test("a host says what is around in two words and no others", () => {
  const said = (/** @type {object} */ more) => ({ kernelscope: 1, type: "around", ...more });
  assert.equal(readAround(said({ around: "dark" })), "dark");
  assert.equal(readAround(said({ around: "light" })), "light");
  for (const data of [said({}), said({ around: "auto" }), said({ around: ["dark"] }), null, "dark"])
    assert.equal(readAround(data), null);
  assert.equal(readAround({ type: "around", around: "dark" }), null);
});
