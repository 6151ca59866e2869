import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { ProblemError } from "../../../static/api/client.js";
import { resendUpload, upload } from "../../../static/elements/uploads.js";
import { recipeChanged } from "../../../static/state/actions.js";
import { initialState } from "../../../static/state/state.js";
import { createStore } from "../../../static/state/store.js";

const ID = "f".repeat(64);
const RECIPE = { version: /** @type {const} */ (1), input: { image: "coffee" }, stages: [] };
const INFO = { id: ID, width: 4, height: 3, channels: 3 };

/** Answers by path, newest wish first. @type {Record<string, () => Response>} */
let server = {};
const fetchOfNode = globalThis.fetch;

beforeEach(() => {
  server = { "/api/images": () => Response.json(INFO) };
  globalThis.fetch = /** @type {typeof fetch} */ (
    async (url) => {
      const answer = server[String(url)];
      if (!answer) throw new TypeError("Failed to fetch");
      return answer();
    }
  );
});

afterEach(() => {
  globalThis.fetch = fetchOfNode;
});

/** A store whose recipe reads a picture that was sent once. */
async function uploaded() {
  const store = createStore(initialState(RECIPE));
  const context = /** @type {any} */ ({ store, boot: { limits: {} }, announce: () => {} });
  assert.ok(await upload(context, new File(["x"], "lab.png", { type: "" }), "lab.png"));
  assert.equal(store.get().recipe.input.image, ID);
  return store;
}

const refusal = (/** @type {number} */ status, /** @type {string} */ code) => () =>
  Response.json({ status, code, detail: "no" }, { status });
const still = new AbortController().signal;

test("a picture that the server has forgotten is sent again without a word", async () => {
  const store = await uploaded();
  assert.equal(await resendUpload(store, still), true);
  assert.equal(store.get().sending.status, "idle");
});

test("a server that is gone or busy is not blamed on the file", async () => {
  for (const now of [{}, { "/api/images": refusal(503, "busy") }]) {
    const store = await uploaded();
    server = now;
    await assert.rejects(resendUpload(store, still), ProblemError);
    assert.equal(store.get().sending.status, "idle");
    server = { "/api/images": () => Response.json(INFO) };
  }
});

test("a file that is gone from the disk, or refused, is asked for by name", async () => {
  const gone = { "/healthz": () => new Response("ok") };
  for (const now of [gone, { "/api/images": refusal(422, "damaged_image") }]) {
    const store = await uploaded();
    server = now;
    assert.equal(await resendUpload(store, still), false);
    assert.match(store.get().sending.problem?.detail ?? "", /Please choose lab\.png again/);
    server = { "/api/images": () => Response.json(INFO) };
  }
});

test("another picture chosen meanwhile is not refused in its place", async () => {
  const store = await uploaded();
  server = {
    "/api/images": () => {
      store.dispatch(recipeChanged, RECIPE);
      return refusal(422, "damaged_image")();
    },
  };
  assert.equal(await resendUpload(store, still), false);
  assert.equal(store.get().sending.status, "idle");
});
