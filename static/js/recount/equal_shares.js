// The Method of Equal Shares: the rounds, the raising of the share, and what may follow.

import { fraction } from "./exact.js";
import { ballotsOf, leftOut, mostVotes, scoresOf, votesOf } from "./most_votes.js";
import { Hall, runAt, sameBetween } from "./rounds.js";
import { ranksOf } from "./ties.js";

const LONGEST_LEAP = 4096;

/** @returns {{winners: number[], spent: bigint, rounds: object[], numbers: object}} */
export function equalShares(election, rows, parameters, lot) {
  const likings = likingsOf(rows, parameters, election.options.length);
  const room = roomOf(election, rows, likings, parameters, lot);
  const { run, steps } = counted(election, room, parameters);
  let outcome = told(election, room, run, steps);
  if (parameters["mes.completion"] === "utilitarian") outcome = completed(outcome, election, rows, parameters, room, lot);
  if (parameters["mes.comparison"] !== "none") outcome = compared(outcome, election, rows, likings, parameters, lot);
  return outcome;
}

/** How much each row likes each of its options: 1 for a vote, its points, or the points of its rank. */
function likingsOf(rows, parameters, count) {
  const top = parameters.borda_top === null ? count : parameters.borda_top;
  const liking = (marks, place) => {
    if (parameters.score === "borda") return top - place;
    if (!marks) return 1;
    return parameters.score === "points" ? marks[place] : Math.min(1, marks[place]);
  };
  return rows.map(({ options, marks, weight }) => {
    const places = options.map((option, place) => place).filter((place) => liking(marks, place) > 0);
    return { options: places.map((place) => options[place]), likings: places.map((place) => liking(marks, place)), weight };
  });
}

/** What does not change while shares are tried: who may be funded, the ties, the first share. */
function roomOf(election, rows, likings, parameters, lot) {
  const { options, budget, unit } = election;
  const votes = votesOf(rows, options.length);
  const scores = scoresOf(rows, parameters, options.length);
  const ballots = ballotsOf(rows);
  const out = leftOut(election, votes, scores, parameters, ballots);
  const ranks = ranksOf(election, votes, parameters.ties, lot);
  const groups = options.map(({ group }) => (parameters.exclusive_groups ? group : null));
  const liked = new Set(likings.flatMap((row) => row.options));
  const takesPart = (index) => !out.has(index) && liked.has(index);
  const free = [];
  const isTaken = (index) => groups[index] !== null && free.some((other) => groups[other] === groups[index]);
  const order = options.map((option, index) => index).sort((one, other) => ranks[one] - ranks[other]);
  for (const index of order) if (takesPart(index) && options[index].cost === 0n && !isTaken(index)) free.push(index);
  const isOpen = options.map(
    ({ cost }, index) => takesPart(index) && cost > 0n && cost <= budget && !isTaken(index),
  );
  const gains = options.map(({ cost }) => (parameters["mes.utility"] === "cost" ? cost || 1n : 1n));
  const hall = new Hall(election, likings, { isOpen, gains, ranks, groups });
  const exact = ballots ? fraction(budget, ballots) : fraction(0);
  const first = parameters["mes.start"] === "floor" ? fraction((exact.n / (exact.d * unit)) * unit) : exact;
  return { hall, out, free, first, ballots };
}

/** The run that counts: at the first share, or raised until the next step would overspend. */
function counted({ unit }, { hall, first }, parameters) {
  const increment = BigInt(parameters["mes.increment"]) * unit;
  const at = (steps, help) => runAt(hall, fraction(first.n + BigInt(steps) * increment * first.d, first.d), help);
  if (!hall.isOpen.some(Boolean)) return { run: { share: first, steps: [], spent: 0n }, steps: 0 };
  let low = at(0);
  let steps = 0;
  let leap = 1;
  let [patience, waiting] = [1, 1]; // single steps to take before the next leap; more after each that failed
  const ahead = []; // runs at larger shares, the nearest last
  while (increment && !isLast(hall, low, parameters["mes.stop_when_exhaustive"])) {
    if (!ahead.length) ahead.push([steps + leap, at(steps + leap, leap === 1 ? { guide: low } : { low })]);
    const [nextSteps, next] = ahead[ahead.length - 1];
    const isNext = nextSteps === steps + 1;
    if (isNext || sameBetween(low, next)) {
      if (next.overspends) break;
      [steps, low] = ahead.pop();
      if (!isNext) [leap, patience] = [Math.min(2 * leap, LONGEST_LEAP), 1];
      else if (leap === 1 && --waiting <= 0) leap = 2;
    } else {
      const half = Math.floor((nextSteps - steps) / 2);
      ahead.push([steps + half, at(steps + half, half === 1 ? { guide: low } : { low, high: next })]);
      if (half === 1) [leap, patience, waiting] = [1, Math.min(2 * patience, 64), patience];
    }
  }
  return { run: low, steps };
}

/** Nothing is left to fund; or, if asked, nothing that the money left could pay. */
function isLast({ isOpen, groups, exactCosts, budget }, run, whenExhaustive) {
  const funded = new Set(run.steps.map((step) => step.option));
  const taken = new Set([...funded].map((index) => groups[index]).filter((group) => group !== null));
  const unfunded = exactCosts.filter((cost, index) => isOpen[index] && !funded.has(index) && !taken.has(groups[index]));
  return unfunded.length === 0 || (whenExhaustive && unfunded.every((cost) => cost > budget - run.spent));
}

/** Count the chosen share once more, with every payment looked at. */
function told({ budget }, { hall, free, first, ballots }, { share, steps: funded }, steps) {
  const story = funded.length ? runAt(hall, share, { tells: true }) : { steps: [], spent: 0n };
  let left = budget;
  const rounds = story.steps.map((step) => {
    const before = left;
    left -= hall.exactCosts[step.option];
    const score = { n: step.n, d: step.d * hall.gains[step.option] };
    return { option: step.option, funded: true, score, left: before, numbers: step.numbers };
  });
  return {
    winners: [...free, ...story.steps.map((step) => step.option)],
    spent: story.spent,
    rounds,
    numbers: { ballots: fraction(ballots), first_share: first, steps: fraction(steps), share },
  };
}

/** Spend what shares left by most votes, without thresholds; whoever was left out stays out, twins of the funded too. */
function completed(outcome, election, rows, parameters, { out }, lot) {
  const funded = new Set(outcome.winners);
  const taken = new Set(outcome.winners.map((index) => election.options[index].group).filter((group) => group !== null));
  const isTwin = ({ group }) => parameters.exclusive_groups && taken.has(group);
  const rest = {
    ...election,
    budget: election.budget - outcome.spent,
    options: election.options.map((option, index) => ({
      ...option,
      withdrawn: out.has(index) || funded.has(index) || isTwin(option),
    })),
  };
  const simply = {
    ...parameters,
    unaffordable: "skip",
    fund_next_share: null,
    "threshold.votes": 0,
    "threshold.score": null,
    "threshold.share": null,
    "threshold.cost": null,
  };
  const added = mostVotes(rest, rows, simply, lot);
  return {
    ...outcome,
    winners: [...outcome.winners, ...added.winners],
    spent: outcome.spent + added.spent,
    rounds: [...outcome.rounds, ...added.rounds],
  };
}

/** The outcome of most votes instead, if voters do better under it. */
function compared(outcome, election, rows, likings, parameters, lot) {
  const other = mostVotes(election, rows, parameters, lot);
  const [here, there] = [outcome, other].map(({ winners }) => {
    const won = new Set(winners);
    return likings.map(({ options }) => options.filter((option) => won.has(option)).length);
  });
  const voters = (says) => likings.reduce((sum, { weight }, row) => sum + (says(here[row], there[row]) ? weight : 0), 0);
  let figures;
  let yields;
  if (parameters["mes.comparison"] === "satisfaction") {
    const [forShares, forMost] = [voters((a, b) => a > b), voters((a, b) => b > a)];
    figures = { prefer_shares: fraction(forShares), prefer_most_votes: fraction(forMost) };
    yields = forMost > forShares;
  } else {
    const [without, withoutByMost] = [voters((a) => a === 0), voters((a, b) => b === 0)];
    figures = { without_by_shares: fraction(without), without_by_most_votes: fraction(withoutByMost) };
    yields = withoutByMost < without;
  }
  const numbers = { ...outcome.numbers, ...figures, taken: yields ? "most-votes" : "equal-shares" };
  return { ...(yields ? other : outcome), numbers };
}
