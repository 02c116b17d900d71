// The rounds of equal shares at one share per voter.
//
// Every voter owns the same share. In each round the option is funded whose supporters pay least for
// each unit of what they gain (its *rate*); whoever owns less than his part gives all he has left.
//
// Whole numbers decide. Floats only say what need not be looked at: `left` is each voter's money within
// `error`, and `bounds` never lie above the true rates. Since nobody pays more than he owns, nor more than
// his part, every set of poor supporters gives a price (cost - what they own) / (liking of the others)
// that the true one reaches at least. So float sums give bounds once their own rounding is taken off:
// n + 8 half units for a sum of n products, `error` for each point of liking of the poor. Options whose
// bound lies above the best rate cannot be best. What a bound cannot tell is computed exactly.
//
// A price, too, is computed in floats first. It is as good as exact where no voter stands within its doubt
// and the error of `left`, and no other option within its doubt: then the same supporters pay, and nobody comes
// to exactly nothing. The error grows by that doubt, and whole numbers, once they are asked, first go
// through the rounds that were paid so.
//
// Exactly, voters who paid their part wherever they liked are told apart only by what they like: they
// own share - the sum of liking x price over the funded options. Whoever once gave all owns nothing.

import { fraction, near } from "./exact.js";

const UNIT = 2 ** -53;
const LARGEST_ERROR = 2 ** -12; // of the share: with more, too many would stand near a price
const LONGEST_SEARCH = 4; // for the poor, in floats

/** The ballots by row and by option, as flat arrays. Likings above 0 only. */
export class Hall {
  /**
   * @param {Election} election
   * @param {{options: number[], likings: number[], weight: number}[]} rows
   * @param {{isOpen: boolean[], gains: bigint[], ranks: number[], groups: (?string)[]}} rules
   */
  constructor(election, rows, rules) {
    Object.assign(this, rules);
    const count = election.options.length;
    this.budget = election.budget;
    this.exactCosts = election.options.map((option) => option.cost);
    this.costs = this.exactCosts.map(Number);
    this.floatGains = this.gains.map(Number);
    this.weights = Float64Array.from(rows, (row) => row.weight);
    const marks = rows.reduce((sum, row) => sum + row.options.length, 0);
    this.rowStart = new Int32Array(rows.length + 1);
    this.rowOption = new Int32Array(marks);
    this.rowLiking = new Float64Array(marks);
    this.start = new Int32Array(count + 1);
    for (const { options } of rows) for (const option of options) this.start[option + 1]++;
    for (let option = 0; option < count; option++) this.start[option + 1] += this.start[option];
    const next = this.start.slice();
    this.row = new Int32Array(marks);
    this.liking = new Float64Array(marks);
    this.pull = new Float64Array(marks); // weight x liking
    let at = 0;
    rows.forEach(({ options, likings, weight }, row) => {
      options.forEach((option, place) => {
        const mine = next[option]++;
        this.row[mine] = row;
        this.rowOption[at] = option;
        this.rowLiking[at++] = this.liking[mine] = likings[place];
        this.pull[mine] = weight * likings[place];
      });
      this.rowStart[row + 1] = at;
    });
    this.supporters = this.sums((mark) => this.weights[this.row[mark]]);
    this.whole = this.sums((mark) => this.pull[mark]);
    this.isPlain = this.liking.every((liking) => liking === 1);
    if (this.whole.reduce((sum, pull) => sum + pull, 0) >= 2 ** 53) throw new Error("too-many-points");
  }

  /** The sum over each option's supporters. */
  sums(of) {
    return this.exactCosts.map((cost, option) => {
      let sum = 0;
      for (let mark = this.start[option]; mark < this.start[option + 1]; mark++) sum += of(mark);
      return sum;
    });
  }
}

/**
 * All rounds at one share. What helps saves work and changes nothing.
 *
 * `guide`, a run at another share, guesses who is next. `low`, one at a smaller share, asks besides for
 * bounds that reach the rates it paid, which `sameBetween` compares; `high`, one at a larger share that
 * was asked so, lends its bounds.
 * @param {Hall} hall @param {Fraction} share
 * @param {{guide?: Run, low?: Run, high?: Run, tells?: boolean}} help
 */
export function runAt(hall, share, { guide, low, high, tells } = {}) {
  const count = new Count(hall, share, tells);
  const run = { share, steps: [], spent: 0n, overspends: false };
  for (;;) {
    const place = run.steps.length;
    const [lower, upper] = [low && low.steps[place], high && high.steps[place]];
    if (upper && upper.bounds) count.learn(upper.bounds);
    const step = count.next(upper || lower || (guide && guide.steps[place]), lower ? lower.rateAtMost : 0);
    if (!step) return run;
    if (lower) count.compareLater(step);
    if (tells) step.numbers = count.told(step, place + 1);
    count.pay(step);
    run.steps.push(step);
    run.spent += hall.exactCosts[step.option];
    if (run.spent > hall.budget) {
      run.overspends = true;
      return run;
    }
    if (upper && upper.option !== step.option) high = null;
    if (lower && lower.option !== step.option) low = null;
  }
}

/**
 * Whether every share between the two runs funds the same options in the same order.
 *
 * A larger share leaves everybody at least as much money in every round of the same sequence (a lower
 * price, so more left), and so no larger rate. Then at a share between, the winner's rate is at most that
 * of the low run and the others' at least those of the high run.
 */
export function sameBetween(low, high) {
  if (low.overspends || high.overspends || low.steps.length !== high.steps.length) return false;
  return low.steps.every((lower, place) => {
    const upper = high.steps[place];
    if (!upper.bounds) return false; // beyond the place where the two went different ways
    const isEven = () => lower.isExact && lower.n * upper.d === upper.n * lower.d;
    const isSame = lower.option === upper.option && lower.rateAtMost < upper.nextRate;
    return isSame && (upper.rivals.length === 0 || isEven());
  });
}

class Count {
  constructor(hall, share, onlyExactly) {
    const options = hall.costs.length;
    const first = near(share.n, share.d);
    this.hall = hall;
    this.left = new Float64Array(hall.weights.length).fill(first);
    this.gaveAll = new Uint8Array(hall.weights.length);
    this.error = this.errorOfRound = 4 * UNIT * first;
    this.onlyExactly = onlyExactly;
    this.largestError = onlyExactly ? -1 : LARGEST_ERROR * first;
    this.notEntered = []; // rounds that the whole numbers do not know yet
    this.shareOver = share.n; // over the common denominator, like the prices of the funded
    this.denominator = share.d;
    this.prices = [];
    this.funded = [];
    this.placeOf = new Int32Array(options).fill(-1);
    this.ratios = new Float64Array(Math.max(0, ...hall.costs.map((cost, i) => hall.start[i + 1] - hall.start[i])));
    this.ratiosOf = -1;
    this.bounds = Float64Array.from(hall.costs, (cost, i) =>
      hall.isOpen[i] && BigInt(hall.supporters[i]) * share.n >= hall.exactCosts[i] * share.d
        ? (cost / hall.whole[i] / hall.floatGains[i]) * (1 - 8 * UNIT)
        : Infinity,
    );
  }

  /** The next funded option with its price and who could not pay it; null when none can be paid. */
  next(guess, limit) {
    const best = this.sieve(guess ? guess.option : -1, limit);
    if (best < 0) return null;
    return (this.error <= this.largestError && this.nearly(best)) || this.exactly(best);
  }

  /** By a price in floats; null when whole numbers must say. */
  nearly(option) {
    const { row, pull, whole, costs, floatGains } = this.hall;
    const [from, length] = this.readRatios(option);
    const [cost, gain] = [costs[option], floatGains[option]];
    const rounding = (length + 8) * UNIT;
    const { ratios, gaveAll, error } = this;
    const isPoor = new Uint8Array(length);
    let price = this.bounds[option] * gain;
    for (let search = 0; search < LONGEST_SEARCH; search++) {
      let poor = 0;
      let given = 0;
      let giving = 0;
      for (let i = 0; i < length; i++) {
        isPoor[i] = 0;
        if (ratios[i] >= price) continue;
        isPoor[i] = 1;
        poor += pull[from + i];
        if (gaveAll[row[from + i]]) continue;
        giving += pull[from + i];
        given += pull[from + i] * ratios[i];
      }
      const rich = whole[option] - poor;
      if (rich <= 0) return null;
      const computed = (cost - given) / rich;
      const doubt = (giving * error + rounding * (given + cost)) / rich + 8 * UNIT * computed;
      const around = doubt + error + 8 * UNIT * computed;
      const [surely, perhaps] = [computed - around, computed + around];
      let isAll = true; // the poor, and none of them in doubt
      let isSure = true;
      for (let i = 0; i < length; i++) {
        if (ratios[i] >= perhaps) continue;
        if (!isPoor[i]) isAll = false;
        if (ratios[i] >= surely) isSure = false;
      }
      if (isAll) {
        const rateAtMost = ((computed + doubt) / gain) * (1 + 8 * UNIT);
        if (!isSure || this.othersNear(option, rateAtMost).length) return null;
        return { option, near: computed, doubt, rich, isPoor, rateAtMost, rivals: [] };
      }
      price = perhaps;
    }
    return null;
  }

  /** Others whose rate may be as low, once their bounds are tight. */
  othersNear(option, rate) {
    const others = [];
    for (let other = 0; other < this.bounds.length; other++) {
      if (other === option || this.bounds[other] > rate) continue;
      this.look(other, rate);
      if (this.bounds[other] <= rate) others.push(other);
    }
    return others;
  }

  /** By its exact price n / d, beside all that may be as low. */
  exactly(best) {
    const priced = [this.exactPrice(best)];
    let most = priced[0].rateAtMost;
    for (let option = 0; option < this.bounds.length; option++) {
      if (option === best || this.bounds[option] > most) continue;
      this.look(option, most);
      if (this.bounds[option] > most) continue;
      priced.push(this.exactPrice(option));
      most = Math.min(most, priced[priced.length - 1].rateAtMost);
    }
    priced.sort((one, other) => this.byRate(one, other) || this.hall.ranks[one.option] - this.hall.ranks[other.option]);
    const [step, ...others] = priced;
    step.rivals = others.filter((other) => this.byRate(step, other) === 0).map(({ option }) => option);
    return step;
  }

  /** Keep with a step what `sameBetween` asks: the bounds, and the least of those who were not equal to it. */
  compareLater(step) {
    step.bounds = this.bounds.slice();
    step.nextRate = Infinity;
    this.bounds.forEach((bound, i) => {
      if (bound < step.nextRate && i !== step.option && !step.rivals.includes(i)) step.nextRate = bound;
    });
  }

  /** Take over what is known of the bounds. */
  learn(bounds) {
    for (let i = 0; i < bounds.length; i++) if (bounds[i] > this.bounds[i]) this.bounds[i] = bounds[i];
  }

  byRate(one, other) {
    const { gains } = this.hall;
    const left = one.n * other.d * gains[other.option];
    const right = other.n * one.d * gains[one.option];
    return left < right ? -1 : left > right ? 1 : 0;
  }

  /** Raises bounds until one option is likely best, and returns it; -1 when none can be paid. */
  sieve(guess, limit) {
    const { bounds } = this;
    let first = guess >= 0 && bounds[guess] < Infinity ? guess : this.lowest();
    let best = -1;
    let bestRate = Infinity;
    const consider = (option) => {
      const rate = this.look(option, Math.max(bestRate, limit));
      if (rate < bestRate) [best, bestRate] = [option, rate];
    };
    while (bounds[first] < Infinity) {
      consider(first);
      if (best >= 0) break;
      first = this.lowest(); // that one cannot be paid
    }
    for (let option = 0; option < bounds.length; option++)
      if (option !== first && bounds[option] < Infinity && bounds[option] <= Math.max(bestRate, limit)) consider(option);
    return best;
  }

  /** The option with the least bound. */
  lowest() {
    let least = 0;
    for (let i = 1; i < this.bounds.length; i++) if (this.bounds[i] < this.bounds[least]) least = i;
    return least;
  }

  /** Raises the bound of one option, past `limit` if it goes that far; returns about its rate. */
  look(option, limit) {
    const { pull, whole, costs, floatGains } = this.hall;
    const [from, length] = this.readRatios(option);
    const [cost, gain] = [costs[option], floatGains[option]];
    const rounding = (length + 8) * UNIT;
    let total = 0;
    for (let i = 0; i < length; i++) total += pull[from + i] * this.ratios[i];
    const doubt = whole[option] * this.error + rounding * (total + cost);
    if (total < cost + doubt && (total < cost - doubt || !this.canPay(option))) {
      this.bounds[option] = Infinity;
      return Infinity;
    }
    let price = this.bounds[option] * gain;
    let poorBefore = -1;
    for (;;) {
      let poor = 0;
      let given = 0;
      for (let i = 0; i < length; i++)
        if (this.ratios[i] < price) {
          poor += pull[from + i];
          given += pull[from + i] * this.ratios[i];
        }
      const rich = whole[option] - poor;
      if (poor === poorBefore || rich <= 0) return price / gain;
      const computed = (cost - given) / rich;
      const doubtful = (poor * this.error + rounding * (given + cost)) / rich + 8 * UNIT * computed;
      const bound = (computed - doubtful) / gain;
      if (bound > this.bounds[option]) this.bounds[option] = bound;
      if (bound > limit || computed <= price) return Math.max(computed, price) / gain;
      price = computed;
      poorBefore = poor;
    }
  }

  /** Money for each point of liking, of every supporter, into `ratios`. @returns {[number, number]} */
  readRatios(option) {
    const { start, row, liking } = this.hall;
    const from = start[option];
    const length = start[option + 1] - from;
    if (this.ratiosOf !== option)
      for (let i = 0; i < length; i++) this.ratios[i] = this.left[row[from + i]] / liking[from + i];
    this.ratiosOf = option;
    return [from, length];
  }

  /** Exactly, for a payable option: from those surely poor on, add whoever cannot pay, until all others can. */
  exactPrice(option) {
    const { row, pull, liking, whole, exactCosts, floatGains } = this.hall;
    const [from, length] = this.readRatios(option);
    const isPoor = new Uint8Array(length);
    const sure = this.bounds[option] * floatGains[option] * (1 - 8 * UNIT) - this.error;
    for (let i = 0; i < length; i++) if (this.gaveAll[row[from + i]] || this.ratios[i] < sure) isPoor[i] = 1;
    for (;;) {
      const giving = [];
      let rich = whole[option];
      for (let i = 0; i < length; i++)
        if (isPoor[i]) {
          if (!this.gaveAll[row[from + i]]) giving.push(row[from + i]);
          rich -= pull[from + i];
        }
      // Where nobody gives all he has left, what was paid before does not matter.
      const isOver = giving.length > 0 || this.onlyExactly; // the common denominator
      const n = isOver ? exactCosts[option] * this.common() - this.owned(giving) : exactCosts[option];
      const d = (isOver ? this.denominator : 1n) * BigInt(rich);
      const about = near(n, d);
      const doubt = this.error + 8 * UNIT * about;
      let isSettled = true;
      for (let i = 0; i < length; i++) {
        if (isPoor[i] || this.ratios[i] >= about + doubt) continue;
        const isBelow =
          this.ratios[i] < about - doubt ||
          this.ownedByOne(row[from + i]) * d < n * BigInt(liking[from + i]) * this.common();
        if (isBelow) {
          isPoor[i] = 1;
          isSettled = false;
        }
      }
      if (isSettled) {
        const rateAtMost = (about / floatGains[option]) * (1 + 8 * UNIT);
        return { option, n, d, rich, isPoor, rateAtMost, isExact: true, isOver };
      }
    }
  }

  /** The common denominator of all rounds so far. */
  common() {
    this.enter();
    return this.denominator;
  }

  /** Bring the whole numbers up to date. */
  enter() {
    const { weights, rowStart, rowOption, rowLiking, exactCosts } = this.hall;
    for (const { option, rows, rich } of this.notEntered) {
      const likings = new Float64Array(this.prices.length);
      let voters = 0;
      for (const row of rows) {
        voters += weights[row];
        for (let mark = rowStart[row]; mark < rowStart[row + 1]; mark++) {
          const place = this.placeOf[rowOption[mark]];
          if (place >= 0 && place < likings.length) likings[place] += weights[row] * rowLiking[mark];
        }
      }
      this.write(exactCosts[option] * this.denominator - this.afterPaying(voters, likings), rich);
    }
    this.notEntered = [];
  }

  /** A price n over the new common denominator, which is the old one times `rich`. */
  write(n, rich) {
    const whole = BigInt(rich);
    this.shareOver *= whole;
    this.prices = this.prices.map((paid) => paid * whole);
    this.prices.push(n);
    this.denominator *= whole;
  }

  canPay(option) {
    const { start, row, exactCosts } = this.hall;
    const rows = row.subarray(start[option], start[option + 1]);
    return this.owned(rows) >= exactCosts[option] * this.denominator;
  }

  /** What the voters of these rows own together, over the common denominator. */
  owned(rows) {
    this.enter();
    const { weights, rowStart, rowOption, rowLiking } = this.hall;
    const likings = new Float64Array(this.funded.length);
    let voters = 0;
    for (const row of rows) {
      if (this.gaveAll[row]) continue;
      voters += weights[row];
      for (let mark = rowStart[row]; mark < rowStart[row + 1]; mark++) {
        const place = this.placeOf[rowOption[mark]];
        if (place >= 0) likings[place] += weights[row] * rowLiking[mark];
      }
    }
    return this.afterPaying(voters, likings);
  }

  /** The same for one voter of a row. */
  ownedByOne(row) {
    if (this.gaveAll[row]) return 0n;
    this.enter();
    const { rowStart, rowOption, rowLiking } = this.hall;
    const likings = new Float64Array(this.funded.length);
    for (let mark = rowStart[row]; mark < rowStart[row + 1]; mark++) {
      const place = this.placeOf[rowOption[mark]];
      if (place >= 0) likings[place] = rowLiking[mark];
    }
    return this.afterPaying(1, likings);
  }

  afterPaying(voters, likings) {
    let owned = BigInt(voters) * this.shareOver;
    for (let i = 0; i < likings.length; i++) if (likings[i]) owned -= BigInt(likings[i]) * this.prices[i];
    return owned;
  }

  /** Take the money of a step, and close the option and its twins. */
  pay(step) {
    const { option, rich, isPoor } = step;
    const { start, row, liking, groups } = this.hall;
    const price = step.isExact ? near(step.n, step.d) : step.near;
    const rows = [];
    let keenest = 0;
    for (let i = 0; i < isPoor.length; i++) {
      const [payer, likes] = [row[start[option] + i], liking[start[option] + i]];
      if (isPoor[i] && !this.gaveAll[payer]) rows.push(payer);
      if (isPoor[i]) this.gaveAll[payer] = 1;
      else keenest = Math.max(keenest, likes);
      this.left[payer] = isPoor[i] ? 0 : Math.max(0, this.left[payer] - price * likes);
    }
    this.error += this.errorOfRound + (step.isExact ? 0 : step.doubt * keenest);
    this.ratiosOf = -1;
    if (step.isOver) this.write(step.n, rich);
    else this.notEntered.push({ option, rows, rich });
    this.placeOf[option] = this.funded.push(option) - 1;
    this.bounds[option] = Infinity;
    if (groups[option] === null) return;
    groups.forEach((group, i) => {
      if (group === groups[option]) this.bounds[i] = Infinity;
    });
  }

  /** What a round looks like before its money is taken. */
  told({ option, n, d, isPoor }, round) {
    const { start, row, liking, weights, supporters, exactCosts, isPlain } = this.hall;
    let [gave, nothing, richest, poorest] = [0, 0, 0, 0n];
    for (let i = 0; i < isPoor.length; i++) {
      const at = start[option] + i;
      if (!isPoor[i]) {
        richest = Math.max(richest, liking[at]);
        continue;
      }
      // With likings of 1 the poor pay less than the price: only whether they own anything matters then.
      const asks = !isPlain || this.left[row[at]] <= this.error;
      const owned = asks ? this.ownedByOne(row[at]) : 1n;
      if (owned > 0n) gave += weights[row[at]];
      else nothing += weights[row[at]];
      if (!isPlain && owned > poorest) poorest = owned;
    }
    const [byRich, byPoor] = [n * BigInt(richest), poorest * (d / this.denominator)];
    const rows = row.subarray(start[option], start[option + 1]);
    return {
      round: fraction(round),
      cost: fraction(exactCosts[option]),
      supporters: fraction(supporters[option]),
      price: { n, d },
      most: { n: byRich > byPoor ? byRich : byPoor, d },
      paid_in_full: fraction(supporters[option] - gave - nothing),
      gave_all_left: fraction(gave),
      had_nothing: fraction(nothing),
      owned: { n: this.owned(rows), d: this.denominator },
    };
  }
}
