// The count: the charter's parameters, the ballots and the lot in, winners and rounds out. Pure.

import { equalShares } from "./equal_shares.js";
import { mostVotes } from "./most_votes.js";

const RULES = { "most-votes": mostVotes, "equal-shares": equalShares };

/**
 * Count by the rule that the parameters name, pot by pot when there are pots.
 * @param {Election} election @param {Row[]} rows @param {object} parameters @param {?string} lot
 * @returns {{winners: number[], spent: bigint, rounds: object[], numbers: object}}
 */
export function count(election, rows, parameters, lot) {
  const rule = RULES[parameters.rule];
  if (!rule) throw new Error("unknown-rule");
  if (parameters.pots.length) return countByPots(rule, election, rows, parameters, lot);
  return { numbers: {}, ...rule(election, rows, parameters, lot) };
}

/** Each district's money for its own projects, then the common pot, then what is left over. */
function countByPots(rule, election, rows, parameters, lot) {
  const { options } = election;
  const whole = { winners: [], spent: 0n, rounds: [], numbers: {} };
  const partly = new Set();
  const isOutByTwin = (index) =>
    parameters.exclusive_groups &&
    options[index].group !== null &&
    whole.winners.some((winner) => options[winner].group === options[index].group);

  /** Counts one pot, and returns the money that it did not spend. */
  const countPot = (name, budget, isMine) => {
    const here = options.map((option, index) => index).filter((index) => isMine(index) && !isOutByTwin(index));
    if (!here.length) return budget;
    const pot = { ...election, budget, options: here.map((index) => options[index]) };
    const outcome = { numbers: {}, ...rule(pot, restricted(rows, here), { ...parameters, pots: [] }, lot) };
    whole.winners.push(...outcome.winners.map((index) => here[index]));
    whole.rounds.push(...outcome.rounds.map((round) => ({ ...round, option: here[round.option] })));
    whole.spent += outcome.spent;
    for (const [key, value] of Object.entries(outcome.numbers)) whole.numbers[`${name}.${key}`] = value;
    for (const { option, numbers } of outcome.rounds) if (numbers.paid) partly.add(here[option]);
    return budget - outcome.spent;
  };

  const pots = parameters.pots.map(({ district, budget }) => ({ district, budget: BigInt(budget) }));
  let common = pots.reduce((rest, pot) => rest - pot.budget, election.budget);
  if (common < 0n) throw new Error("pots-exceed-budget");
  let unspent = 0n;
  for (const { district, budget } of pots) unspent += countPot(district, budget, (index) => options[index].district === district);
  if (parameters.transfer === "to-common-pot") [common, unspent] = [common + unspent, 0n];
  const districts = new Set(pots.map((pot) => pot.district));
  unspent += countPot("", common, (index) => !districts.has(options[index].district));
  if (parameters.transfer === "to-second-stage") {
    const taken = new Set([...whole.winners, ...partly]);
    countPot("second-stage", unspent, (index) => !taken.has(index));
  }
  return whole;
}

/** The ballots that name one of these options, with nothing else on them, renumbered. */
function restricted(rows, options) {
  const places = new Map(options.map((option, place) => [option, place]));
  const kept = [];
  for (const row of rows) {
    const at = row.options.map((option, place) => place).filter((place) => places.has(row.options[place]));
    if (at.length)
      kept.push({
        options: at.map((place) => places.get(row.options[place])),
        marks: row.marks && at.map((place) => row.marks[place]),
        weight: row.weight,
      });
  }
  return kept;
}
