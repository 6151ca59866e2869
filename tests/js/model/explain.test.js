import assert from "node:assert/strict";
import { test } from "node:test";
import { closingShown, explain, termShown } from "../../../static/model/explain.js";
import { ABSENT, PADDING } from "../../../static/model/taps.js";
import { schedule } from "../../../static/timeline/schedule.js";
import { goldenRun, jsonOf } from "../fixtures.js";

const CELLS = jsonOf("run.json").cells;

/** @param {{row: number|null, column: number|null}} term  of the server: null is padding */
const placeOf = ({ row, column }) => [row ?? PADDING, column ?? PADDING];

/** The server writes float32 as shortly as it can; the same float32 is meant. */
const assertSame = (/** @type {number} */ found, /** @type {number} */ expected) =>
  assert.equal(Math.fround(found), Math.fround(expected));

test("the fixtures have cells of every kind", () => {
  assert.deepEqual(
    [...new Set(CELLS.map(({ stage }) => stage))],
    ["conv1", "relu1", "pool1", "conv2", "pool2"],
  );
});

test("every term of every cell is the engine's: place, value, weight and product", () => {
  const run = goldenRun();
  for (const { stage, channel, row, column, terms } of CELLS) {
    const found = explain(run, stage, channel, { row, column });
    assert.ok(found, stage);
    const isWeighted = found.kind === "weighted";
    const mine = found.channels.flatMap((sum) =>
      sum.terms
        .filter((term) => !term.is_absent)
        .map((term) => ({ channel: sum.channel, ...term })),
    );
    assert.equal(mine.length, terms.length, `${stage} ${channel} ${row} ${column}`);
    for (const [index, term] of terms.entries()) {
      assert.equal(mine[index].channel, term.channel);
      assertSame(mine[index].value, term.source);
      assert.equal(mine[index].is_padding, term.row === null || term.column === null);
      if (!mine[index].is_padding) {
        assert.deepEqual([mine[index].row, mine[index].column], placeOf(term));
      }
      if (isWeighted) {
        assertSame(mine[index].weight, term.weight);
        assertSame(mine[index].product, term.product);
      }
    }
  }
});

test("partial sums, bias, sum and result are the engine's, to the last bit", () => {
  const run = goldenRun();
  for (const { stage, channel, row, column, partial_sums, bias, value, winner } of CELLS) {
    const found = explain(run, stage, channel, { row, column });
    assertSame(found.result, value);
    assert.equal(found.winner, winner ?? null);
    if (found.kind !== "weighted") continue;
    assert.equal(found.channels.length, partial_sums.length);
    for (const [place, { partial }] of found.channels.entries()) {
      assertSame(partial, partial_sums[place]);
    }
    assertSame(found.bias, bias);
    assertSame(found.sum, value);
  }
});

test("the strongest row is the one with the largest magnitude", () => {
  const run = goldenRun();
  for (const { stage, channel, row, column, partial_sums } of CELLS) {
    if (!stage.startsWith("conv")) continue;
    const found = explain(run, stage, channel, { row, column });
    const sizes = partial_sums.map(Math.abs);
    assert.equal(sizes[found.strongest], Math.max(...sizes));
    assert.equal(found.strongest, sizes.indexOf(Math.max(...sizes)));
  }
});

test("a window beyond the edge in ceil mode has places with no tap", () => {
  const run = goldenRun();
  const [, rows, columns] = run.stage("pool1").shape;
  const { channels } = explain(run, "pool1", 0, { row: rows - 1, column: columns - 1 });
  const absent = channels[0].terms.filter((term) => term.is_absent);
  assert.ok(absent.length > 0);
  for (const { row, column, product } of absent) {
    assert.ok(row === ABSENT || column === ABSENT);
    assert.equal(product, 0);
  }
});

test("nothing is explained before its values are here", () => {
  const run = goldenRun();
  const cell = { row: 0, column: 0 };
  const { key } = run.map("input", 1);
  run.tensors.maps.set(key, { ...run.tensors.maps.get(key), values: null });
  assert.equal(explain(run, "conv1", 0, cell), null);
  assert.ok(explain(run, "conv2", 0, cell), "other stages are");
});

test("the picture is not made of anything", () => {
  assert.equal(explain(goldenRun(), "input", 0, { row: 0, column: 0 }), null);
});

test("bias and total follow the last term, and a cell looked at by hand is whole", () => {
  const terms = 12;
  const plan = schedule({ rows: 4, columns: 4, channels: 3, terms });
  const first_ms = plan.timeOf(0);
  const shown = (/** @type {number} */ share, /** @type {object} */ more = {}) => {
    const playhead = { elapsed_ms: share * first_ms, cell: null, term: null };
    const moment = plan.at(playhead.elapsed_ms);
    const scene = { state: { playhead }, moment, is_hovering: false, is_pinned: false, ...more };
    return /** @type {any} */ (scene);
  };
  assert.deepEqual(closingShown(shown(0.3)), { has_bias: false, has_total: false });
  assert.ok(Number(termShown(shown(0.3))) < terms);
  const closes = Array.from({ length: 400 }, (_, place) => closingShown(shown(place / 400)));
  const bias = closes.findIndex(({ has_bias }) => has_bias);
  const total = closes.findIndex(({ has_total }) => has_total);
  assert.ok(0 < bias && bias < total && total < 400, "first the bias, then the total");
  assert.deepEqual(closingShown(shown(1)), { has_bias: true, has_total: true });
  for (const by_hand of [{ is_hovering: true }, { is_pinned: true }]) {
    assert.deepEqual(closingShown(shown(0, by_hand)), { has_bias: true, has_total: true });
  }
  const still = { state: { playhead: { elapsed_ms: 0, cell: { row: 0, column: 0 }, term: null } } };
  assert.deepEqual(closingShown(shown(0, still)), { has_bias: true, has_total: true });
  const taken_apart = { state: { playhead: { elapsed_ms: 0, cell: null, term: 3 } } };
  assert.equal(termShown(shown(1, taken_apart)), 3);
  assert.equal(closingShown(shown(1, taken_apart)).has_total, false);
});
