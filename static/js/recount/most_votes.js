// Most votes first: what the ballots give each option, who may take part, and the walk down the list.

import { ceiling, compare, fraction, read } from "./exact.js";
import { ranksOf } from "./ties.js";

/**
 * @typedef {{id: string, cost: bigint, group: ?string, district: ?string, withdrawn: boolean}} Option
 * @typedef {{options: Option[], budget: bigint, unit: bigint}} Election  unit: whole units in a currency unit
 * @typedef {{options: number[], marks: ?number[], weight: number}} Row  so many ballots of one content
 */

/** How many ballots name each option with a mark above zero. */
export function votesOf(rows, count) {
  const votes = new Array(count).fill(0);
  for (const { options, marks, weight } of rows)
    options.forEach((option, place) => {
      if (!marks || marks[place] > 0) votes[option] += weight;
    });
  return votes;
}

/** Votes, points, or points for the rank, as the charter says. */
export function scoresOf(rows, parameters, count) {
  if (parameters.score === "votes") return votesOf(rows, count);
  const top = parameters.borda_top === null ? count : parameters.borda_top;
  const scores = new Array(count).fill(0);
  for (const { options, marks, weight } of rows)
    options.forEach((option, place) => {
      const worth = parameters.score === "borda" ? Math.max(0, top - place) : marks ? marks[place] : 1;
      scores[option] += worth * weight;
    });
  return scores;
}

export const ballotsOf = (rows) => rows.reduce((sum, row) => sum + row.weight, 0);

/** @returns {Set<number>} the options that do not take part: withdrawn, nobody's choice, below a threshold */
export function leftOut(election, votes, scores, parameters, ballots) {
  const out = new Set();
  const ofScore = read(parameters["threshold.score"]);
  const ofBallots = read(parameters["threshold.share"]);
  const ofCost = read(parameters["threshold.cost"]);
  const all = BigInt(ballots);
  election.options.forEach((option, index) => {
    const had = BigInt(votes[index]);
    const needs = [BigInt(parameters["threshold.votes"])];
    if (needs[0] > 0n) needs.push(1n);
    if (ofBallots) needs.push(ceiling(fraction(ofBallots.n * all, ofBallots.d)));
    if (ofCost && election.budget > 0n)
      needs.push(ceiling(fraction(ofCost.n * option.cost * all, ofCost.d * election.budget)));
    const isLow = ofScore && compare(fraction(scores[index]), ofScore) < 0;
    if (option.withdrawn || isLow || needs.some((needed) => had < needed)) out.add(index);
  });
  return out;
}

/**
 * Count by most votes. An option that takes the last unit of money is funded.
 * @returns {{winners: number[], spent: bigint, rounds: object[]}}
 */
export function mostVotes(election, rows, parameters, lot) {
  const count = election.options.length;
  const votes = votesOf(rows, count);
  return walk(election, votes, scoresOf(rows, parameters, count), ballotsOf(rows), parameters, lot);
}

/** The same from totals alone, which is all that a small vote publishes. */
export function walk(election, votes, scores, ballots, parameters, lot) {
  const ranks = ranksOf(election, votes, parameters.ties, lot);
  const out = leftOut(election, votes, scores, parameters, ballots);
  const order = election.options.map((option, index) => index).filter((index) => !out.has(index));
  order.sort((one, other) => scores[other] - scores[one] || ranks[one] - ranks[other]);
  const share = read(parameters.fund_next_share);
  const winners = [];
  const rounds = [];
  const groups = new Set();
  let left = election.budget;
  for (const index of order) {
    const { cost, group } = election.options[index];
    const isTwin = group !== null && parameters.exclusive_groups && groups.has(group);
    const isFunded = !isTwin && cost <= left;
    const stops = !isTwin && !isFunded && parameters.unaffordable !== "skip";
    const isPartly = stops && share !== null && left > 0n && left * share.d >= share.n * cost;
    rounds.push({
      option: index,
      funded: isFunded,
      score: fraction(scores[index]),
      left,
      numbers: { cost: fraction(cost), ...(isPartly ? { paid: fraction(left) } : {}) },
    });
    if (isFunded) {
      winners.push(index);
      groups.add(group);
      left -= cost;
    }
    if (isPartly) left = 0n;
    if (stops) break;
  }
  return { winners, spent: election.budget - left, rounds };
}
