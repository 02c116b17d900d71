// Tie orders: which of two equal options comes first. A smaller key does; official order settles the rest.

import { sha256OfText } from "./sha256.js";

const ascending = (one, other) => (one < other ? -1 : one > other ? 1 : 0);

/** Each order gives an option a key that stays the same during the whole count. */
const ORDERS = {
  "lower-cost": ({ options }, votes, lot, index) => options[index].cost,
  "more-votes": (election, votes, lot, index) => -votes[index],
  "official-order": (election, votes, lot, index) => index,
  // The lot: SHA-256 of the seed followed at once by the id. Hexadecimal of one length sorts as numbers do.
  lot: ({ options }, votes, lot, index) => (lot === null ? "" : sha256OfText(lot + options[index].id)),
};

/**
 * The place of each option in the one order that settles every tie of the count.
 * @returns {number[]} ranks by option; the smaller comes first
 */
export function ranksOf(election, votes, ties, lot) {
  const names = [...ties, "official-order"];
  for (const name of names) if (!(name in ORDERS)) throw new Error("unknown-tie-order");
  const keys = election.options.map((option, index) => names.map((name) => ORDERS[name](election, votes, lot, index)));
  const order = keys.map((key, index) => index);
  order.sort((one, other) => {
    for (let i = 0; i < names.length; i++) {
      const sign = ascending(keys[one][i], keys[other][i]);
      if (sign) return sign;
    }
    return 0;
  });
  const ranks = [];
  order.forEach((index, rank) => (ranks[index] = rank));
  return ranks;
}
