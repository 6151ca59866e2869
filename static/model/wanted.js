/**
 * Which exact values a view needs: what is read, what comes out, and what becomes of it next.
 */

/** @typedef {import("../state/state.js").Manifest} Manifest */
/** @typedef {import("../state/state.js").CellRef} CellRef */

/** Stages after the selected one whose same map is shown ("what happens to this cell next"). */
const LOOK_AHEAD = 2;

/**
 * @param {Manifest} run
 * @param {{stage: string, map: number}} selection
 * @param {CellRef|null} [hover]
 * @returns {string[]}  "stage" for all maps, "stage:map" for one
 */
export function wantedValues(run, selection, hover = null) {
  const wanted = [...around(run, selection.stage, selection.map, LOOK_AHEAD)];
  if (hover) wanted.push(...around(run, hover.stage, hover.map, 0));
  return [...new Set(wanted)];
}

/**
 * @param {Manifest} run
 * @param {string} id
 * @param {number} map
 * @param {number} ahead
 * @returns {string[]}
 */
function around(run, id, map, ahead) {
  const index = run.stages.findIndex((stage) => stage.id === id);
  const stage = run.stages[index];
  if (!stage) return [];
  const wanted = stage.inputs.flatMap((input) =>
    sourcesOf(run, input, stage.maps[map]?.sources ?? []),
  );
  if (map < stage.maps.length) wanted.push(`${id}:${map}`);
  for (const next of run.stages.slice(index + 1, index + 1 + ahead)) {
    if (next.maps.length !== stage.maps.length || next.maps[map]?.sources.length !== 1) break;
    wanted.push(`${next.id}:${map}`);
  }
  return wanted;
}

/**
 * @param {Manifest} run
 * @param {string} id
 * @param {number[]} maps
 */
function sourcesOf(run, id, maps) {
  const all = run.stages.find((stage) => stage.id === id)?.maps.length ?? 0;
  return maps.length === all ? [id] : maps.map((map) => `${id}:${map}`);
}
