import assert from "node:assert/strict";
import { test } from "node:test";
import { told } from "../../../static/describe/problems.js";

const GONE = { code: "server_gone", status: 0, detail: "No answer from the server." };

test("a missing answer is told by what was asked for", () => {
  assert.equal(
    told(GONE, "change").detail,
    "The last change was not computed: no answer from the server. " +
      "The picture shows the values before it.",
  );
  assert.equal(
    told(GONE, "values").detail,
    "The numbers of this map have not come: no answer from the server.",
  );
  assert.equal(
    told({ ...GONE, code: "unreadable_answer" }, "first").detail,
    "The picture was not computed: the answer of the server could not be read.",
  );
});

test("what the server says stays in its words, with its way out", () => {
  const fix = { label: "Use dilation 1", stage: "conv1", changes: { dilation: [1, 1] } };
  const problem = { code: "shape_error", status: 422, detail: "Kernel 7 spans 13 cells.", fix };
  assert.deepEqual(told(problem, "change"), { ...problem, purpose: "change" });
});
