// The published files in; "the same" or what differs out. Knows no page: works in a worker and from disk.

import { count } from "./engine.js";
import { compare, fraction, read, text } from "./exact.js";
import { ballotsOf, scoresOf, votesOf, walk } from "./most_votes.js";
import { readPublication } from "./reader.js";

/**
 * @param {Map<string, Uint8Array>} files
 * @returns {{isSame: boolean, isWhole: boolean, differences: {code: string, project?: number, file?: string}[],
 *   ballots: number, winners: number, fingerprint: string, box: string}}  isWhole: recounted from the ballots,
 *   and not from totals alone; a vote of which even that is not possible has differences [{code: "secret"}]
 */
export function recount(files) {
  const publication = readPublication(files);
  const { election, parameters, rows, result, fingerprint } = publication;
  const differences = publication.differing.map((file) => ({ code: "file", file }));
  const differ = (code, index) =>
    differences.push(index === undefined ? { code } : { code, project: election.options[index].number });
  if (result.charter !== fingerprint) differ("charter");
  if (result.projects.length !== election.options.length) differ("projects");
  else if (rows) compareWithBallots(publication, differ);
  else if (canWalk(publication)) compareWithTotals(publication, differ);
  else return { ...summary(publication), isSame: false, isWhole: false, differences: [{ code: "secret" }] };
  return { ...summary(publication), isSame: differences.length === 0, isWhole: rows !== null, differences };
}

/** The same, and for files that cannot be counted {error, file}: a code for the sentence, and which file. */
export function answer(files) {
  try {
    return recount(files);
  } catch (error) {
    return { error: error.code || "fault", file: error.file || "" };
  }
}

/** What was counted here; what only the result tells, where the ballots are not published. */
function summary({ result, fingerprint, rows, box }) {
  return {
    ballots: rows ? ballotsOf(rows) : result.box.ballots,
    winners: result.winners.length,
    fingerprint,
    box: box || result.box.fingerprint,
  };
}

/** From the totals alone most votes can be walked again, when nothing hangs on single ballots. */
function canWalk({ parameters }) {
  return parameters.rule === "most-votes" && parameters.pots.length === 0;
}

function compareWithTotals({ election, parameters, lot, result }, differ) {
  const votes = result.projects.map((project) => project.votes);
  const scores = result.projects.map((project) => Number(project.score));
  const outcome = walk(election, votes, scores, result.box.ballots, parameters, lot);
  compareOutcomes(election, outcome, result, differ);
}

function compareWithBallots({ election, parameters, rows, box, lot, result }, differ) {
  const options = election.options;
  if (box !== result.box.fingerprint) differ("box");
  const blank = ballotsOf(rows.filter((row) => row.options.length === 0));
  if (ballotsOf(rows) !== result.box.ballots || blank !== result.box.blank) differ("ballots");
  const votes = votesOf(rows, options.length);
  const scores = scoresOf(rows, parameters, options.length);
  result.projects.forEach((project, index) => {
    if (project.votes !== votes[index] || project.score !== String(scores[index])) differ("votes", index);
  });
  compareOutcomes(election, count(election, rows, parameters, lot), result, differ);
}

function compareOutcomes({ options, budget }, outcome, result, differ) {
  const keys = options.map((option) => option.id);
  const winners = new Set(outcome.winners);
  result.projects.forEach((project, index) => {
    const isListed = result.winners.includes(project.key);
    if (project.key !== keys[index] || project.cost_cents !== String(options[index].cost)) differ("cost", index);
    if (project.funded !== winners.has(index) || isListed !== winners.has(index)) differ("funded", index);
  });
  if (result.budget_cents !== String(budget)) differ("money");
  if (result.spent_cents !== String(outcome.spent)) differ("money");
  if (outcome.winners.map((index) => keys[index]).join() !== result.winners.join()) differ("order");
  if (outcome.rounds.length !== result.rounds.length) differ("rounds");
  outcome.rounds.forEach((round, place) => {
    const told = result.rounds[place];
    if (told && !isSameRound(round, told, keys)) differ("round", round.option);
  });
  for (const [name, value] of Object.entries(outcome.numbers || {}))
    if (result.numbers[name] !== (typeof value === "string" ? value : text(value))) differ("share");
}

/** Who was looked at, whether funded, the money before, and every number that the engine knows of it. */
function isSameRound(round, told, keys) {
  const isSame = (value, written) => written !== undefined && compare(value, read(written)) === 0;
  return (
    told.project === keys[round.option] &&
    told.funded === round.funded &&
    isSame(round.score, told.score) &&
    isSame(fraction(round.left), told.left_cents) &&
    Object.entries(round.numbers).every(([name, value]) => isSame(value, told.numbers[name]))
  );
}
