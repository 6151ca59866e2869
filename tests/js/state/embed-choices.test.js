import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CONTROLS,
  canLock,
  controlToggled,
  embeddedScene,
  heightChosen,
  initialChoices,
  lockToggled,
  spelledOut,
} from "../../../static/state/embed-choices.js";
import { USUAL_CONTROLS } from "../../../static/state/state.js";

const here = { step: 100, columns: 47, is_whole: false, is_pinned: false };
const scene = /** @type {any} */ ({ version: 1, recipe: {}, view: { stage: "conv1", map: 2 } });
const first = initialChoices({}, here);

test("the builder opens with the usual controls, paused, in the theme of the page around", () => {
  assert.deepEqual(first.controls, USUAL_CONTROLS);
  const { view } = embeddedScene(scene, first, here);
  assert.deepEqual(view, {
    stage: "conv1",
    map: 2,
    cell: null,
    step: 100,
    theme: "auto",
    controls: ["preset", "stride", "transport", "ledger"],
    locks: [],
  });
  const playing = embeddedScene(scene, { ...first, is_playing: true }, here);
  assert.equal(playing.view.autoplay, true);
});

test("the code names its picture and its controls, also the usual ones, and says when none", () => {
  const usual = "controls=preset,stride,transport,ledger";
  const spelled = (/** @type {string} */ search, choices = first, hash = "") =>
    spelledOut({ search, hash }, choices, "coffee").search;
  assert.equal(spelled("?stride=2"), `?image=coffee&stride=2&${usual}`);
  assert.equal(spelled("?stride=2&image=camera"), `?stride=2&image=camera&${usual}`);
  assert.equal(spelled(""), `?image=coffee&${usual}`);
  assert.equal(spelled("", first, "#v1=a"), `?${usual}`);
  assert.equal(spelled("?image=x", { ...first, controls: [] }), "?image=x&controls=none");
  assert.equal(spelled("?image=x&controls=bias"), "?image=x&controls=bias");
});

test("ticks keep the fixed order, whatever the order of ticking", () => {
  const names = CONTROLS.map(({ name }) => name);
  let choices = { ...first, controls: /** @type {string[]} */ ([]) };
  for (const name of [...names].reverse()) choices = controlToggled(choices, name);
  assert.deepEqual(choices.controls, names);
  assert.deepEqual(controlToggled(choices, "bias").controls, names.toSpliced(5, 1));
});

test("a lock holds what is shown and has a value; an unticked control needs none", () => {
  const locked = lockToggled(first, "stride");
  assert.deepEqual(embeddedScene(scene, locked, here).view.locks, ["stride"]);
  assert.equal(canLock(first, "transport"), false);
  assert.equal(canLock(first, "padding"), false);
  const unticked = controlToggled(locked, "stride");
  assert.deepEqual(embeddedScene(scene, unticked, here).view.locks, []);
  // Ticked again it is still locked.
  assert.deepEqual(controlToggled(unticked, "stride").locks, ["stride"]);
});

test("the three starts: painted up to a window, a whole map at a cell, from the top", () => {
  const at = (/** @type {any} */ start) => {
    const { cell, step } = embeddedScene(scene, { ...first, start }, here).view;
    return { cell, step };
  };
  assert.deepEqual(at("window"), { cell: null, step: 100 });
  assert.deepEqual(at("cell"), { cell: [2, 6], step: null });
  assert.deepEqual(at("start"), { cell: null, step: 0 });
});

test("the preview is as wide as the design's column, or as there is room for", () => {
  assert.equal(first.width, 640);
  assert.deepEqual(
    [2000, 639, 390, 200].map((room) => initialChoices({}, here, room).width),
    [640, 480, 320, 320],
  );
});

test("a height is a whole number in its range, or the embed's own", () => {
  assert.equal(heightChosen(first, 480.4).height, 480);
  assert.equal(heightChosen(first, 3).height, 160);
  assert.equal(heightChosen(first, 1e9).height, 2000);
  assert.equal(heightChosen(first, Number.NaN).height, null);
  assert.equal(heightChosen(first, null).height, null);
});

test("an embed that is opened to be changed keeps its controls and locks", () => {
  const view = { controls: ["ledger", "bias"], locks: ["bias"] };
  const choices = initialChoices(view, { ...here, is_whole: true });
  assert.deepEqual(choices.controls, ["bias", "ledger"]);
  assert.deepEqual(choices.locks, ["bias"]);
  assert.equal(choices.start, "cell");
});
