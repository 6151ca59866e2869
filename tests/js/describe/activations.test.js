import assert from "node:assert/strict";
import { test } from "node:test";
import { activationWords } from "../../../static/describe/activations.js";

const FUNCTIONS = "none relu leaky_relu elu gelu sigmoid tanh softplus hardswish".split(" ");

test("every function has words of its own", () => {
  const formulas = FUNCTIONS.map((name) => activationWords({ function: name }).formula);
  assert.equal(new Set(formulas).size, FUNCTIONS.length);
});

test("only ReLU is said to set cells to zero at zero", () => {
  const settingZero = FUNCTIONS.filter((name) => activationWords({ function: name }).sets_zero);
  assert.deepEqual(settingZero, ["relu"]);
});

test("settings appear in the words", () => {
  assert.match(activationWords({ function: "leaky_relu", negative_slope: 0.2 }).formula, /0\.2/);
  assert.match(activationWords({ function: "elu", alpha: 2 }).below, /−2/);
});

test("a function that is not known yet is called by its name", () => {
  assert.equal(activationWords({ function: "mish" }).call, "mish(z)");
});
