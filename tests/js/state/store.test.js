import assert from "node:assert/strict";
import { test } from "node:test";
import { createStore } from "../../../static/state/store.js";

const start = /** @type {any} */ ({ count: 0 });
const raised = (/** @type {any} */ state, by = 1) => ({ ...state, count: state.count + by });
const unchanged = (/** @type {any} */ state) => state;

test("an action's result is the state, and listeners hear of both", () => {
  const store = createStore(start);
  /** @type {number[][]} */
  const heard = [];
  store.subscribe((/** @type {any} */ now, /** @type {any} */ before) =>
    heard.push([now.count, before.count]),
  );
  store.dispatch(raised, 3);
  store.dispatch(raised);
  assert.equal(/** @type {any} */ (store.get()).count, 4);
  assert.deepEqual(heard, [
    [3, 0],
    [4, 3],
  ]);
});

test("an action that changes nothing is silent", () => {
  const store = createStore(start);
  store.subscribe(() => assert.fail("nothing happened"));
  store.dispatch(unchanged);
  assert.equal(store.get(), start);
});

test("whoever stops listening hears nothing more", () => {
  const store = createStore(start);
  let heard = 0;
  const stop = store.subscribe(() => {
    heard += 1;
  });
  store.dispatch(raised);
  stop();
  store.dispatch(raised);
  assert.equal(heard, 1);
});

test("two stores never meet", () => {
  const [one, other] = [createStore(start), createStore(start)];
  one.dispatch(raised);
  assert.equal(/** @type {any} */ (other.get()).count, 0);
});

test("where the recipe is fixed nothing changes it, and every try is told", () => {
  const fixed = /** @type {any} */ ({ recipe: {}, count: 0 });
  let tries = 0;
  const store = createStore(fixed, () => {
    tries += 1;
  });
  store.subscribe(() => assert.fail("nothing happened"));
  store.dispatch((state) => ({ ...state, recipe: /** @type {any} */ ({}) }));
  assert.equal(store.get(), fixed);
  assert.equal(tries, 1);
});

test("a fixed recipe does not hold up anything else", () => {
  const store = createStore(start, () => assert.fail("the recipe is the same"));
  store.dispatch(raised);
  assert.notEqual(store.get(), start);
});
