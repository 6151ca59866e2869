import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { RunRequests } from "../../../static/elements/run-requests.js";
import { Run } from "../../../static/model/run.js";
import { TensorStore } from "../../../static/model/tensors.js";
import { cellHovered, mapSelected, runReceived } from "../../../static/state/actions.js";
import { initialState } from "../../../static/state/state.js";
import { createStore } from "../../../static/state/store.js";
import { bytesOf, goldenRun } from "../fixtures.js";

const { manifest } = goldenRun();
const RECIPE = manifest.recipe;

/** @typedef {{url: string, signal: AbortSignal, answer: (response: Response) => void, fail: (error: Error) => void}} Asked */

/** Requests on their way; every test answers them itself. @type {Asked[]} */
let asked = [];
/** @type {AbortController} */
let life;
const fetchOfNode = globalThis.fetch;

beforeEach(() => {
  asked = [];
  life = new AbortController();
  globalThis.fetch = /** @type {typeof fetch} */ (
    (url, init) =>
      new Promise((answer, fail) => {
        const signal = init?.signal ?? new AbortController().signal;
        signal.addEventListener("abort", () => fail(new DOMException("aborted", "AbortError")));
        asked.push({ url: String(url), signal, answer, fail });
      })
  );
});

afterEach(() => {
  life.abort();
  globalThis.fetch = fetchOfNode;
});

const settled = () => new Promise((done) => setImmediate(done));
const bundle = () => new Response(bytesOf("run.safetensors"));
const wanted = (/** @type {Asked} */ { url }) =>
  new URL(url, "http://localhost").searchParams.get("full");

/** An explorer whose run has come without any exact values. */
function explorer() {
  const store = createStore(runReceived(initialState(RECIPE), manifest));
  const tensors = new TensorStore();
  /** @type {string[]} */
  const problems = [];
  const came = { values: 0 };
  const requests = new RunRequests({
    store,
    tensors,
    signal: life.signal,
    onvalues: () => {
      came.values += 1;
    },
    onproblem: ({ detail }) => problems.push(detail),
  });
  const frame = () => {
    const state = store.get();
    requests.fetchValues(/** @type {any} */ ({ state, run: new Run(state.run, tensors) }));
  };
  return { store, requests, problems, came, frame };
}

const at = (/** @type {string} */ stage, /** @type {number} */ map) => ({
  stage,
  map,
  row: 0,
  column: 0,
});

test("values on their way are not asked for again, also when fewer are wanted", async () => {
  const { store, frame, came } = explorer();
  store.dispatch(cellHovered, at("conv2", 1));
  frame();
  frame();
  store.dispatch(cellHovered, null);
  frame();
  assert.equal(asked.length, 1);
  asked[0].answer(bundle());
  await settled();
  assert.equal(came.values, 1);
  frame();
  assert.equal(asked.length, 1, "they are here");
});

test("of the maps the pointer passes over only the last is waited for", async () => {
  const { store, frame, problems } = explorer();
  for (const map of [0, 1]) {
    store.dispatch(cellHovered, at("conv2", map));
    frame();
  }
  assert.equal(asked.length, 2);
  assert.deepEqual(
    asked.map(({ signal }) => signal.aborted),
    [true, false],
  );
  assert.match(wanted(asked[1]) ?? "", /conv2:1/);
  await settled();
  assert.deepEqual(problems, [], "what was given up is no failure");
  assert.equal(store.get().request.status, "ready");
});

test("numbers that do not come are not called a change that was not computed", async () => {
  const { store, frame, problems } = explorer();
  store.dispatch(cellHovered, at("conv2", 0));
  frame();
  asked[0].fail(new TypeError("Failed to fetch"));
  await settled();
  assert.deepEqual(problems, ["The numbers of this map have not come: no answer from the server."]);
  assert.equal(store.get().request.problem?.purpose, "values");
});

test("a change that gets no answer is told as one", async () => {
  const { requests, problems } = explorer();
  requests.ask();
  asked[0].fail(new TypeError("Failed to fetch"));
  await settled();
  assert.match(problems[0], /^The last change was not computed: no answer/);
});

test("values of a run that is gone are dropped, and asked for anew with the next", async () => {
  const { store, frame, came } = explorer();
  frame();
  store.dispatch(runReceived, { ...manifest });
  asked[0].answer(bundle());
  await settled();
  assert.equal(came.values, 0);
  store.dispatch(mapSelected, "conv1", 1);
  frame();
  assert.equal(asked.length, 2);
});

test("an explorer that goes gives up what is on its way", () => {
  const { frame, requests } = explorer();
  frame();
  requests.ask();
  life.abort();
  assert.ok(asked.length === 2 && asked.every(({ signal }) => signal.aborted));
});
