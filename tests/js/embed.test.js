import assert from "node:assert/strict";
import { test } from "node:test";
import { addresses, checkValues, PARAMETERS, readMessage } from "../../static/embed.js";
import { anything, seeded } from "./anything.js";

/** @param {Parameters<typeof addresses>} given */
function texts(...given) {
  const { page, poster } = addresses(...given);
  return { page: page.href, poster: poster.href };
}

test("a server's address, its folder or a link all lead to its embed and its poster", () => {
  const page = "https://k.example/embed";
  for (const server of ["https://k.example", "https://k.example/", page, `${page}/`]) {
    assert.deepEqual(texts(server, []), { page, poster: `${page}/poster.png` });
  }
  assert.equal(texts("https://k.example/a/b/", []).page, "https://k.example/a/b/embed");
  assert.equal(texts("https://k.example/a/embed", []).page, "https://k.example/a/embed");
});

test("attributes go before what a link says", () => {
  const given = [/** @type {[string, string]} */ (["stride", "2"])];
  assert.deepEqual(texts("https://k.example/?image=camera&stride=3", given), {
    page: "https://k.example/embed?image=camera&stride=2",
    poster: "https://k.example/embed/poster.png?image=camera&stride=2",
  });
});

test("a scene of one's own is in the fragment of the page and in the query of the poster", () => {
  const page = "https://k.example/embed#v1=q1Yq-_A";
  const poster = "https://k.example/embed/poster.png?state=v1%3Dq1Yq-_A";
  assert.deepEqual(texts("https://k.example", [], "v1=q1Yq-_A"), { page, poster });
  assert.deepEqual(texts("https://k.example", [], "#v1=q1Yq-_A"), { page, poster });
  assert.deepEqual(texts("https://k.example/#v1=q1Yq-_A", []), { page, poster });
  assert.equal(texts("https://k.example", [], "banana").page, "https://k.example/embed");
});

test("values cannot break out of the address", () => {
  const given = [/** @type {[string, string]} */ (["image", "a&b=c#d?e/../\u0000 é"])];
  const { page } = addresses("https://k.example", given);
  assert.equal(page.pathname, "/embed");
  assert.deepEqual([...page.searchParams], given);
  assert.equal(page.hash, "");
});

test("only pages of the web can be framed", () => {
  for (const server of [
    "javascript:alert(1)",
    "data:text/html,x",
    "blob:https://k.example/1",
    "x",
  ]) {
    assert.throws(() => addresses(server, []), TypeError, server);
  }
});

test("a message of the frame is read, and only a sensible height", () => {
  const message = readMessage({ kernelscope: 1, type: "height", height: 412 });
  assert.equal(message?.type, "height");
  assert.equal(message?.height, 412);
  for (const height of [0, -4, Number.NaN, Number.POSITIVE_INFINITY, 1e9, "tall", null, {}, []]) {
    assert.equal(readMessage({ kernelscope: 1, type: "height", height })?.height, 0);
  }
});

test("no message whatever makes a page stumble", () => {
  const random = seeded(5);
  const words = [
    "toString",
    "valueOf",
    "kernelscope",
    "type",
    "id",
    "state",
    "height",
    "notes",
    "error",
    "ready",
  ];
  for (let round = 0; round < 3000; round += 1) {
    const data = anything(random, words);
    readMessage(data);
    const message = readMessage({ kernelscope: 1, type: "ready", state: data, notes: data });
    assert.equal(typeof message?.state, "object");
    assert.ok(message?.notes.every((note) => typeof note === "string"));
  }
});

test("no attribute is named twice", () => {
  assert.equal(new Set(PARAMETERS).size, PARAMETERS.length);
});

test("what is no value of a parameter is refused by name before a frame is asked", () => {
  checkValues({ stride: 2, bias: [0.5, 1], autoplay: true, cell: [[1, 2]], step: null, seed: "7" });
  for (const [a, kind] of /** @type {[unknown, RegExp][]} */ ([
    [Symbol("x"), /a is of type symbol/],
    [() => 1, /a is of type function/],
    [{}, /a is of type object/],
    [[Symbol("x")], /a is a list of something else/],
  ])) {
    assert.throws(() => checkValues({ a }), { name: "TypeError", message: kind });
  }
  for (const values of [null, undefined, "stride=2", ["stride"]]) {
    assert.throws(() => checkValues(values), { name: "TypeError", message: /takes an object/ });
  }
});
