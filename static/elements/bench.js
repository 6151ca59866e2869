/**
 * The bench: what is read, how it becomes one cell, and what comes out.
 */

import { channelName } from "../describe/ledger.js";
import { span, times } from "../describe/numbers.js";
import { benchSentence, mapSentence } from "../describe/sentences.js";
import { lensAreas } from "../model/lens.js";
import { areasBehind, readers } from "../model/taps.js";
import { lensChanged, rowOpened, wordEmphasised } from "../state/actions.js";
import { changed, h, setText } from "./dom.js";
import { createFlight } from "./flight.js";
import { createLazyView } from "./lazy-view.js";
import { createLedger, openRow } from "./ledger.js";
import { createLegend } from "./legend.js";
import { createMapColumn } from "./map-column.js";

/** @typedef {import("./view.js").ViewContext} ViewContext */
/** @typedef {import("../model/scene.js").Scene} Scene */
/** @typedef {import("../model/taps.js").Area} Area */
/** @typedef {import("./map-column.js").ColumnFacts} ColumnFacts */

/**
 * @param {ViewContext} context
 * @returns {import("./view.js").View}
 */
export function createBench(context) {
  const sourceNotes = createSourceNotes(context);
  const resultNotes = createResultNotes(context);
  const source = createMapColumn(context, "source", sourceNotes.element);
  const result = createMapColumn(context, "result", resultNotes.element);
  const sentence = h("p", { class: "sentence" });
  const onload = () => context.store.dispatch((state) => ({ ...state }));
  const ledger = createLedger(context);
  const next = createLazyView(
    () => import("./next-cells.js").then((strip) => strip.createNextCells(context)),
    { class: "next", onload },
  );
  const activation = createLazyView(
    () => import("./activation-panel.js").then((panel) => panel.createActivationPanel(context)),
    { class: "panel", onload },
  );
  const pool = createLazyView(
    () => import("./pool-panel.js").then((panel) => panel.createPoolPanel(context)),
    { class: "panel", onload },
  );
  const conv = h("div", { class: "conv-panel" }, ledger.element, next.element);
  const middle = h("div", { class: "middle" }, sentence, conv, activation.element, pool.element);
  const element = h(
    "section",
    { class: "bench", role: "region", "aria-label": "Bench", tabindex: -1 },
    source.element,
    middle,
    result.element,
  );
  const flight = createFlight(element);
  const isNewSentence = changed();

  sentence.addEventListener("pointerover", (event) => {
    const group = event.target instanceof HTMLElement ? event.target.dataset.group : undefined;
    context.store.dispatch(wordEmphasised, group ?? null);
  });
  sentence.addEventListener("pointerleave", () => context.store.dispatch(wordEmphasised, null));

  return {
    element,
    render(scene) {
      const areas = lensAreas(scene);
      const kind = panelOf(scene);
      element.dataset.panel = kind;
      element.dataset.emphasis = scene.state.emphasis ?? "";
      conv.hidden = kind !== "conv";
      activation.element.hidden = kind !== "activation";
      pool.element.hidden = kind !== "pool";
      const parts = benchSentence(scene);
      if (isNewSentence(JSON.stringify(parts))) {
        sentence.replaceChildren(
          ...parts.map(({ text, group, is_strong, is_tail }) =>
            h(
              is_strong ? "strong" : "span",
              {
                "data-group": group,
                class: `${group ? `word ${group}` : ""} ${is_tail ? "tail" : ""}`,
              },
              text,
            ),
          ),
        );
      }
      source.render(scene, sourceFacts(scene, areas));
      result.render(scene, resultFacts(scene, areas));
      sourceNotes.render(scene);
      resultNotes.render(scene);
      if (kind === "conv") {
        ledger.render(scene);
        flight.render(scene);
        next.render(scene);
      } else if (kind === "activation") activation.render(scene);
      else if (kind === "pool") pool.render(scene);
    },
  };
}

/** @param {Scene} scene */
function panelOf({ run, stage }) {
  if (stage.kind === "input") return "input";
  if (run.weights(stage.id)) return "conv";
  return stage.kind === "elementwise" ? "activation" : "pool";
}

/**
 * The source map on show: the picture in colour, the opened row of a deep convolution, or the map
 * the operation reads.
 *
 * @param {Scene} scene
 */
function sourceMap(scene) {
  const { stage, map, source, explanation } = scene;
  const sources = stage.maps[map].sources;
  if (!source || sources.length === 0) return 0;
  if (sources.length === 1) return sources[0];
  if (source.kind === "input" && source.maps.length === 3) return 0;
  return explanation ? sources[openRow(scene, explanation)] : sources[0];
}

/**
 * @param {Scene} scene
 * @param {ReturnType<typeof lensAreas>} areas
 * @returns {ColumnFacts}
 */
function sourceFacts(scene, areas) {
  const { state, run, stage, glide, playheadCell } = scene;
  const source = scene.source ?? stage;
  const isPicture = source.kind === "input" && source.maps.length === 3;
  const map = isPicture && state.lens !== "colour" ? Number(state.lens) : sourceMap(scene);
  const still = sourceArea(scene, playheadCell);
  const box = glide && still ? between(still, sourceArea(scene, glide), glide.toward) : still;
  const isElementwise = stage.kind === "elementwise";
  return {
    stage: source,
    map,
    is_picture: isPicture && state.lens === "colour",
    title: sourceTitle(scene, source, map, isPicture),
    shortTitle: isPicture
      ? "Input"
      : source.kind === "input"
        ? "Input"
        : `${source.title}, ${map + 1}`,
    size: isPicture
      ? `3 × ${times([source.shape[1], source.shape[2]])}`
      : times([source.shape[1], source.shape[2]]),
    sentence: isPicture
      ? `${state.upload?.title ?? "The picture"}: ${source.shape[1]} by ${source.shape[2]} pixels, red, green and blue.`
      : mapSentence(source, map),
    box: scene.is_pinned ? sourceArea(scene, scene.cell) : box,
    hoverBox: scene.is_hovering ? sourceArea(scene, scene.cell) : behindHover(scene, source.id),
    areaBox: isElementwise || run.weights(stage.id) ? null : lensBox(areas.source, source),
    painted: null,
    unread: stage.unread ?? { rows: 0, columns: 0 },
    lens: {
      stage: source,
      map,
      is_colour: isPicture && state.lens === "colour",
      area: areas.source,
      box: areas.window,
      winners: winnersOf(scene, areas.result),
      painted: null,
      padding: paddingOf(stage),
    },
  };
}

/**
 * @param {Scene} scene
 * @param {import("../state/state.js").StageManifest} source
 * @param {number} map
 * @param {boolean} isPicture
 */
function sourceTitle({ stage }, source, map, isPicture) {
  if (isPicture) return "Input photograph";
  if (source.kind === "input") return "Input";
  const before =
    stage.kind === "elementwise"
      ? ": before"
      : source.maps.length > 1 && stage.maps[0].sources.length > 1
        ? ` of ${source.maps.length}`
        : "";
  return `${source.title}, map ${map + 1}${before}`;
}

/**
 * @param {Scene} scene
 * @param {ReturnType<typeof lensAreas>} areas
 * @returns {ColumnFacts}
 */
function resultFacts(scene, areas) {
  const { stage, map, cell, playheadCell, painted, run } = scene;
  const shown = cellArea(cell);
  const isElementwise = stage.kind === "elementwise";
  return {
    stage,
    map,
    is_picture: stage.kind === "input" && stage.maps.length === 3,
    title: isElementwise
      ? `${stage.title}, map ${map + 1}: after`
      : `${stage.title}, map ${map + 1} of ${stage.maps.length}`,
    shortTitle: `Map ${map + 1} of ${stage.maps.length}`,
    size: times([stage.shape[1], stage.shape[2]]),
    sentence: mapSentence(stage, map),
    box: cellArea(scene.is_pinned ? cell : playheadCell),
    hoverBox: scene.is_hovering ? shown : ahead(scene),
    areaBox: isElementwise || run.weights(stage.id) ? null : lensBox(areas.result, stage),
    painted,
    unread: { rows: 0, columns: 0 },
    lens: {
      stage,
      map,
      is_colour: false,
      area: areas.result,
      box: shown,
      winners: [],
      painted: scene.read,
      padding: { before: [0, 0], after: [0, 0] },
    },
  };
}

/** @param {import("../state/state.js").Cell} cell @returns {Area} */
function cellArea({ row, column }) {
  return { rows: [row, row], columns: [column, column] };
}

/** @param {Scene} scene @param {import("../state/state.js").Cell} cell */
function sourceArea({ run, stage }, cell) {
  const behind = stage.inputs[0];
  return behind === undefined ? null : (areasBehind(run, stage.id, cell).get(behind) ?? null);
}

/**
 * @param {Area} from
 * @param {Area|null} to
 * @param {number} share
 * @returns {Area}
 */
function between(from, to, share) {
  if (!to) return from;
  const eased = 1 - (1 - share) ** 3;
  /** @param {[number, number]} a @param {[number, number]} b @returns {[number, number]} */
  const mix = (a, b) => [a[0] + (b[0] - a[0]) * eased, a[1] + (b[1] - a[1]) * eased];
  return { rows: mix(from.rows, to.rows), columns: mix(from.columns, to.columns) };
}

/**
 * Where a cell hovered further down the pipeline reads this stage.
 *
 * @param {Scene} scene
 * @param {string} id
 */
function behindHover({ state, run }, id) {
  const { hover } = state;
  if (!hover || !run.has(hover.stage)) return null;
  return areasBehind(run, hover.stage, hover).get(id) ?? null;
}

/**
 * The result cells that read the source cell under the pointer.
 *
 * @param {Scene} scene
 * @returns {Area|null}
 */
function ahead(scene) {
  const { state, stage, run } = scene;
  const { hover } = state;
  if (!hover) return null;
  if (hover.stage !== stage.inputs[0]) return behindHover(scene, stage.id);
  const { rows, columns } = readers(run.tensors.geometry.get(stage.id), hover);
  if (!rows.length || !columns.length) return null;
  return {
    rows: [Math.min(...rows), Math.max(...rows)],
    columns: [Math.min(...columns), Math.max(...columns)],
  };
}

/**
 * @param {import("../model/lens.js").LensArea} area
 * @param {import("../state/state.js").StageManifest} stage
 * @returns {Area}
 */
function lensBox({ row, column, cells }, { shape }) {
  return {
    rows: [row, Math.min(shape[1], row + cells) - 1],
    columns: [column, Math.min(shape[2], column + cells) - 1],
  };
}

/** @param {import("../state/state.js").StageManifest} stage */
function paddingOf({ output_size }) {
  const { rows, columns } = output_size ?? {};
  return {
    before: /** @type {[number, number]} */ ([rows?.padding[0] ?? 0, columns?.padding[0] ?? 0]),
    after: /** @type {[number, number]} */ ([rows?.padding[1] ?? 0, columns?.padding[1] ?? 0]),
  };
}

/**
 * The winning cells of max pooling within the lens.
 *
 * @param {Scene} scene
 * @param {import("../model/lens.js").LensArea} area  of the result
 * @returns {Area[]}
 */
function winnersOf({ run, stage, map, read }, area) {
  const { winner } = run.map(stage.id, map);
  if (!winner) return [];
  /** @type {Area[]} */
  const cells = [];
  const [, rows, columns] = stage.shape;
  for (let row = area.row; row < Math.min(rows, area.row + area.cells); row += 1) {
    for (
      let column = area.column;
      column < Math.min(columns, area.column + area.cells);
      column += 1
    ) {
      if (row * columns + column >= read || run.value(stage.id, map, row, column) === 0) continue;
      const taps = run.taps(stage.id, row, column);
      const place = winner[row * columns + column];
      const sourceRow = taps.rows[Math.floor(place / taps.columns.length)];
      const sourceColumn = taps.columns[place % taps.columns.length];
      if (sourceRow >= 0 && sourceColumn >= 0)
        cells.push(cellArea({ row: sourceRow, column: sourceColumn }));
    }
  }
  return cells;
}

/**
 * Beside the source lens: which rows and columns, and what the lens shows.
 *
 * @param {ViewContext} context
 */
function createSourceNotes(context) {
  const title = h("strong", { class: "note-title" });
  const rows = h("span");
  const columns = h("span");
  const value = h("output", { class: "note-value" });
  const winner = h("span", { class: "winner-key" }, h("span", { class: "winner-mark" }), "winner");
  const choices = h("div", {
    class: "lens-choice",
    role: "radiogroup",
    "aria-label": "Lens shows",
  });
  const chooser = h(
    "div",
    { class: "lens-chooser" },
    h("span", { class: "quiet lens-label" }),
    choices,
  );
  const legend = createLegend(context);
  const element = h(
    "div",
    { class: "lens-notes source" },
    h("div", { class: "note-lines" }, title, rows, columns, value, winner),
    legend.element,
    chooser,
  );
  const isNew = changed();

  /** @param {Scene} scene @param {{label: string, value: string, isOn: boolean}[]} options @param {(value: string) => void} choose */
  function renderChoices(scene, options, choose) {
    if (!isNew(scene.run, scene.stage, JSON.stringify(options))) return;
    choices.replaceChildren(
      ...options.map(({ label, value: option, isOn }) =>
        h(
          "button",
          {
            type: "button",
            role: "radio",
            "aria-checked": String(isOn),
            class: isOn ? "on" : "",
            onclick: () => choose(option),
          },
          label,
        ),
      ),
    );
  }

  return {
    element,
    /** @param {Scene} scene */
    render(scene) {
      const { stage, source, explanation } = scene;
      const isElementwise = stage.kind === "elementwise";
      setText(title, isElementwise ? "Before" : "Window");
      const read = sourceArea(scene, scene.cell);
      setText(rows, span("row", read?.rows ?? null));
      setText(columns, span("column", read?.columns ?? null));
      setText(
        value,
        isElementwise && explanation ? noteValue(explanation.channels[0].terms[0].value) : "",
      );
      value.dataset.role = "input";
      winner.hidden = scene.explanation?.winner === null || scene.explanation?.winner === undefined;
      const isPicture = source?.kind === "input" && source.maps.length === 3;
      const isDeep = !isPicture && explanation !== null && explanation.channels.length > 1;
      chooser.hidden = !isPicture && !isDeep;
      legend.element.hidden = isPicture || isDeep || source?.kind === "input";
      setText(/** @type {Node} */ (chooser.firstChild), isDeep ? "Lens shows map" : "Lens shows");
      if (isPicture) {
        const names = [
          ["RGB", "colour"],
          ["R", "0"],
          ["G", "1"],
          ["B", "2"],
        ];
        renderChoices(
          scene,
          names.map(([label, option]) => ({
            label,
            value: option,
            isOn: scene.state.lens === option,
          })),
          (option) => context.store.dispatch(lensChanged, option),
        );
      } else if (isDeep && explanation) {
        const open = openRow(scene, explanation);
        renderChoices(
          scene,
          explanation.channels.map(({ channel }, place) => ({
            label: channelName(scene, channel),
            value: String(place),
            isOn: place === open,
          })),
          (option) => context.store.dispatch(rowOpened, Number(option)),
        );
      }
      if (!legend.element.hidden && source) legend.render(scene, source);
    },
  };
}

/** @param {ViewContext} context */
function createResultNotes(context) {
  const title = h("strong", { class: "note-title" });
  const row = h("span");
  const column = h("span");
  const value = h("output", { class: "note-value" });
  const pending = h(
    "span",
    { class: "pending-key" },
    h("span", { class: "pending-mark" }),
    "pending",
  );
  const legend = createLegend(context);
  const element = h(
    "div",
    { class: "lens-notes result" },
    h("div", { class: "note-lines" }, title, row, column, value, pending),
    legend.element,
  );
  return {
    element,
    /** @param {Scene} scene */
    render(scene) {
      const { cell, stage, explanation, painted } = scene;
      const isConv = scene.run.weights(stage.id) !== null;
      setText(title, stage.kind === "elementwise" ? "After" : "Output cell");
      setText(row, `row ${cell.row + 1}`);
      setText(column, `column ${cell.column + 1}`);
      setText(value, isConv || !explanation ? "" : noteValue(explanation.result));
      value.dataset.role = "output";
      pending.hidden = painted >= stage.shape[1] * stage.shape[2];
      legend.element.hidden = stage.kind !== "elementwise" && !isConv;
      if (!legend.element.hidden) legend.render(scene, stage);
    },
  };
}

/** @param {number} value */
function noteValue(value) {
  return value === 0 ? "0" : value.toFixed(2).replace("-", "−");
}
