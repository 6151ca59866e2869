/**
 * What did not come, said by what it was asked for: a change, or only numbers to look at.
 */

/** @typedef {import("../state/state.js").Problem} Problem */
/** @typedef {NonNullable<Problem["purpose"]>} Purpose */

const LOST = /** @type {Record<Purpose, {what: string, after: string}>} */ ({
  first: { what: "The picture was not computed", after: "" },
  change: {
    what: "The last change was not computed",
    after: " The picture shows the values before it.",
  },
  values: { what: "The numbers of this map have not come", after: "" },
});

/** Why, where no answer says it. */
const REASONS = /** @type {Record<string, string>} */ ({
  server_gone: "no answer from the server",
  unreadable_answer: "the answer of the server could not be read",
});

/**
 * The problem as it is told; what the server says itself stays in its words.
 *
 * @param {Problem} problem
 * @param {Purpose} purpose  of the request that failed
 * @returns {Problem}
 */
export function told(problem, purpose) {
  const reason = REASONS[problem.code];
  const { what, after } = LOST[purpose];
  const detail = reason ? `${what}: ${reason}.${after}` : problem.detail;
  return { ...problem, detail, purpose };
}
