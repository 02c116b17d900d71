"""The rounds of the Method of Equal Shares at one share per voter: exact, with floats as a sieve.

Each voter owns the same share. In every round the option with the smallest *rate* is funded: the
rate is what its best-placed supporters pay for each unit of what they gain. Those who have less
than their part give all they have left.

How floats are used. `left` holds each voter's money as a float within `error` of the truth: every
price is computed exactly (equal_shares_exact), rounded once, and subtracted once, so a round adds at
most 3 units of 2**-53 of the first share, whatever happened before. For any set of supporters taken
as *poor*, (cost - what the poor own) / (liking of the others) is never above the true price, since
nobody pays more than he owns, nor more than price x liking. So from the float sums over n supporters

    price >= computed - [poor x error + (n + 8) x 2**-53 x (owned by the poor + cost)] / rich
                      - 4 x 2**-53 x computed

(n - 1 roundings of a sum in any order, one for each product, the rest for the other operations;
likings are whole and sum to less than 2**53, so they are exact.) Options whose bound lies above the
exact rate of the best are not the best; all others are computed exactly and compared exactly. In the
same way a float says "cannot be paid" or "can be paid" only outside its error, and whole numbers
say it inside.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import inf

import numpy as np

from pacto_participe.voting.rules.equal_shares_exact import Ledger
from pacto_participe.voting.rules.equal_shares_support import Flags, Floats, Indexes, Support

UNIT = 2.0**-53  # the relative error of one rounding
PIECE = 8192
LEAST = 5e-324
NEARLY_THE_SAME = 1 + 2.0**-40  # a bound that rises by less is not worth another look
ALMOST_NOTHING = 1e-290  # a voter who has a last coin no float can see; 0.0 is exactly nothing


@dataclass(frozen=True, slots=True)
class Candidates:
    """What can be funded. Costs in whole units, above 0.

    `gains[i]` is what one point of liking for option i is worth: its cost, or 1. Options of one
    group exclude each other; `is_open[i]` says whether an option takes part at all. `ranks` is the
    tie order: of equals, the option with the smaller rank is funded.
    """

    costs: tuple[int, ...]
    gains: tuple[int, ...]
    is_open: tuple[bool, ...]
    ranks: tuple[int, ...]
    groups: tuple[str | None, ...]
    budget: int


@dataclass(frozen=True, slots=True)
class Step:
    """A funded option, the exact price of each point of liking, and who had exactly its rate.

    Safe floats beside: its rate is at most `rate_at_most`, no other option (but the rivals) had a
    rate below `next_rate`, and option i did not go below `bounds[i]`.
    """

    option: int
    price: Fraction
    rivals: tuple[int, ...]
    rate_at_most: float
    next_rate: float
    bounds: Floats


@dataclass(frozen=True, slots=True)
class Payment:
    """How the supporters of an option paid for it, in the order of `Support.rows`.

    The rich paid price x liking; of the poor, those who `gave` paid all they had left, which is in
    `money` as floats before the payment; the others had nothing left.
    """

    option: int
    price: Fraction
    is_poor: Flags
    money: Floats

    @property
    def gave(self) -> Flags:
        """Who paid all that was left, less than his part."""
        return self.is_poor & (self.money > 0)


@dataclass(slots=True)
class Run:
    """The rounds at one share per voter. `overspends`: stopped once the budget was exceeded."""

    share: Fraction
    steps: list[Step] = field(default_factory=list)
    spent: int = 0
    overspends: bool = False

    @property
    def options(self) -> tuple[int, ...]:
        """The funded options in order."""
        return tuple(step.option for step in self.steps)


def at_share(
    support: Support,
    candidates: Candidates,
    share: Fraction,
    *,
    below: Run | None = None,
    above: Run | None = None,
) -> Run:
    """All rounds at one share. Runs at a smaller and a larger share save work, change nothing."""
    count = Count(support, candidates, share)
    return count.run(below=below, above=above)


class Count:
    """Money and options while the rounds go on."""

    def __init__(self, support: Support, candidates: Candidates, share: Fraction) -> None:
        self.support = support
        self.candidates = candidates
        self.share = share
        self.ledger = Ledger(share)
        self.funded: list[int] = []
        self.left: Floats = np.full(len(support.row_weights), float(share))
        self.bounds = self._first_bounds()
        self._ratios: tuple[int, Floats] | None = None
        # How far a float of `left` can be from the truth: one rounding, and three every round.
        self.error = self._error_of_a_round = 4 * UNIT * float(share)

    def run(
        self,
        *,
        below: Run | None = None,
        above: Run | None = None,
        witness: Callable[[Payment], None] = lambda payment: None,
    ) -> Run:
        """Fund option after option until no open one can be paid, or the budget is exceeded."""
        run = Run(self.share)
        lower = below.steps if below else []
        upper = above.steps if above else []
        while True:
            position = len(run.steps)
            ceiling, guess = 0.0, -1
            if position < len(upper):
                guess = upper[position].option
                np.maximum(self.bounds, upper[position].bounds, out=self.bounds)
            if position < len(lower):
                ceiling = lower[position].rate_at_most
                guess = lower[position].option if guess < 0 else guess
            step = self._next(guess, ceiling, witness)
            if step is None:
                return run
            run.steps.append(step)
            run.spent += self.candidates.costs[step.option]
            if run.spent > self.candidates.budget:
                run.overspends = True
                return run
            if position < len(upper) and upper[position].option != step.option:
                upper = []
            if position < len(lower) and lower[position].option != step.option:
                lower = []

    def owned_by_supporters(self, option: int) -> Fraction:
        """What the supporters of an option have left together now, in units."""
        rows = self.support.rows[option]
        return self.ledger.amount(self._owned(rows[self.left[rows] > 0]))

    def _first_bounds(self) -> Floats:
        """The rates if nobody were poor; infinite for an option that cannot be paid at all."""
        candidates, support = self.candidates, self.support
        each, parts = self.share.numerator, self.share.denominator
        options = zip(
            candidates.costs,
            candidates.gains,
            candidates.is_open,
            support.supporters,
            support.liking_sums,
            strict=True,
        )
        return np.array(
            [
                cost / liking / gain * (1 - 4 * UNIT)
                if is_open and supporters * each >= cost * parts
                else inf
                for cost, gain, is_open, supporters, liking in options
            ]
        )

    def _next(self, guess: int, ceiling: float, witness: Callable[[Payment], None]) -> Step | None:
        """Choose and pay the next option. Bounds below `ceiling` are made tight."""
        best = self._sieve(guess, ceiling)
        if best < 0:
            return None
        prices = self._exact_prices(best)
        equals = self._smallest_rates(prices)
        chosen = min(equals, key=self.candidates.ranks.__getitem__)
        bounds = self.bounds.copy()
        for option in equals:
            self.bounds[option] = inf
        next_rate = float(self.bounds.min())
        for option in equals:
            self.bounds[option] = bounds[option]
        price, is_poor = prices[chosen]
        payment = Payment(chosen, price, is_poor, self._money_of(chosen))
        witness(payment)
        self._pay(payment)
        rivals = tuple(sorted(option for option in equals if option != chosen))
        return Step(chosen, price, rivals, self._rate_at_most(chosen, price), next_rate, bounds)

    def _smallest_rates(self, prices: Mapping[int, tuple[Fraction, Flags]]) -> list[int]:
        if len(prices) == 1:
            return list(prices)
        gains = self.candidates.gains
        rates = {option: price / gains[option] for option, (price, _) in prices.items()}
        smallest = min(rates.values())
        return [option for option in rates if rates[option] == smallest]

    def _rate_at_most(self, option: int, price: Fraction) -> float:
        return nearest(price) / self.candidates.gains[option] * (1 + 4 * UNIT)

    def _sieve(self, guess: int, ceiling: float) -> int:
        """Raise bounds until one option is likely best; -1 if none can be paid."""
        waiting = self.bounds.copy()
        best, best_rate = -1, inf
        option = guess if guess >= 0 and waiting[guess] < inf else int(waiting.argmin())
        while True:
            bound = waiting[option]
            if bound == inf or (best >= 0 and bound > max(best_rate, ceiling)):
                return best
            waiting[option] = inf
            limit = max(best_rate, ceiling)
            rate, ratios = self._raise_bound(option, limit)
            if rate < best_rate:
                best, best_rate = option, rate
                self._ratios = (option, ratios)
            option = int(waiting.argmin())

    def _raise_bound(self, option: int, limit: float) -> tuple[float, Floats]:
        """Tighten the bound of one option, at least until it passes `limit`.

        Returns its likely rate (infinite if it cannot be paid), and money / liking of supporters.
        """
        support = self.support
        cost, gain = self.candidates.costs[option], self.candidates.gains[option]
        liking, pull = support.likings[option], support.pulls[option]
        ratios: Floats = self.left.take(support.rows[option])
        if liking is not None:
            ratios /= liking
        total = dot(pull, ratios)
        whole = support.liking_sums[option]
        error = self.error
        rounding = (len(pull) + 8) * UNIT
        doubt = whole * error + rounding * (total + cost)
        if total < cost + doubt and (total < cost - doubt or not self._can_be_paid(option)):
            self.bounds[option] = inf
            return inf, ratios
        owned = pull * ratios
        price = float(self.bounds[option]) * gain
        poor = -1.0
        while True:
            is_poor = (ratios < price).astype(np.float64)
            poor, before = dot(pull, is_poor), poor
            rich = whole - poor
            if poor == before or rich <= 0:
                break
            given = dot(owned, is_poor)
            computed = (cost - given) / rich
            doubt = (poor * error + rounding * (given + cost)) / rich + 4 * UNIT * computed
            bound = (computed - doubt) / gain
            if bound > self.bounds[option]:
                self.bounds[option] = bound
            if bound > limit or computed <= price * NEARLY_THE_SAME:
                break
            price = computed
        return max(price, computed) / gain if rich > 0 else float(self.bounds[option]), ratios

    def _can_be_paid(self, option: int) -> bool:
        rows = self.support.rows[option]
        owned = self._owned(rows[self.left[rows] > 0])
        return self.ledger.covers(owned, self.candidates.costs[option])

    def _owned(self, rows: Indexes) -> int:
        """What voters who never gave all they had own together, over the ledger's denominator."""
        return self.ledger.owned(*self.support.likings_of(rows, self.funded))

    def _exact_prices(self, best: int) -> dict[int, tuple[Fraction, Flags]]:
        """The price, and who is poor, of every option that may have the smallest rate."""
        prices: dict[int, tuple[Fraction, Flags]] = {best: self._exact_price(best)}
        limit = self._rate_at_most(best, prices[best][0])
        while True:
            near = (self.bounds <= limit).nonzero()[0].tolist()
            more = [option for option in near if option not in prices]
            if not more:
                return prices
            option = more[0]
            rate, _ = self._raise_bound(option, limit)
            if rate < inf and self.bounds[option] <= limit:
                prices[option] = self._exact_price(option)
                limit = min(limit, self._rate_at_most(option, prices[option][0]))

    def _exact_price(self, option: int) -> tuple[Fraction, Flags]:
        """What each supporter pays for a point of liking, and who cannot, for a payable option.

        Starts from voters who are surely poor and adds those who turn out to be, until none is.
        """
        support, ratios = self.support, self._ratios_of(option)
        rows, pull = support.rows[option], support.pulls[option]
        threshold = float(self.bounds[option]) * self.candidates.gains[option] * (1 - 2 * UNIT)
        is_poor: Flags = ratios < max(threshold - self.error, LEAST)
        while True:
            giving = (is_poor & (ratios > 0)).nonzero()[0]
            owned = self._owned(rows.take(giving)) if len(giving) else 0
            rich = support.liking_sums[option] - int(dot(pull, is_poor.astype(np.float64)))
            price = self.ledger.price(self.candidates.costs[option], owned, rich)
            near = nearest(price)
            doubt = self.error + 4 * UNIT * near
            may_be_poor = ratios < near + doubt
            if np.count_nonzero(may_be_poor) == np.count_nonzero(is_poor):
                return price, is_poor
            is_new = may_be_poor & ~is_poor
            asked = (is_new & (ratios >= near - doubt)).nonzero()[0]
            is_new[asked] = [r < 0 for r in self._remainders(option, rows[asked], price)]
            if not is_new.any():
                return price, is_poor
            is_poor |= is_new

    def _ratios_of(self, option: int) -> Floats:
        if self._ratios is not None and self._ratios[0] == option:
            return self._ratios[1]
        liking = self.support.likings[option]
        ratios: Floats = self.left.take(self.support.rows[option])
        return ratios if liking is None else ratios / liking

    def _money_of(self, option: int) -> Floats:
        """What each supporter has left: the ratios, where every liking is 1."""
        if self.support.likings[option] is None:
            return self._ratios_of(option)
        money: Floats = self.left.take(self.support.rows[option])
        return money

    def _remainders(self, option: int, rows: Indexes, price: Fraction) -> list[int]:
        """Whole numbers tell whether voters near the price have less, as much, or more."""
        known: dict[tuple[int, ...], int] = {}
        answers = []
        for row in rows.tolist():
            likings = self.support.row(row)
            paid = [likings.get(funded, 0) for funded in self.funded]
            key = (likings[option], *paid)
            if key not in known:
                owned = self.ledger.owned(1, paid)
                known[key] = self.ledger.remainder(owned, price, likings[option])
            answers.append(known[key])
        return answers

    def _pay(self, payment: Payment) -> None:
        """Take the money, and close the option and its twins."""
        option, price = payment.option, payment.price
        rows, liking = self.support.rows[option], self.support.likings[option]
        parts = nearest(price) if liking is None else nearest(price) * liking
        money: Floats = payment.money - parts
        np.maximum(money, ALMOST_NOTHING, out=money)
        money[payment.is_poor] = 0.0
        self.error += self._error_of_a_round
        may_be_nothing = money <= self.error
        if np.count_nonzero(may_be_nothing) > np.count_nonzero(payment.is_poor):
            asked = (may_be_nothing & ~payment.is_poor).nonzero()[0]
            money[asked[[r == 0 for r in self._remainders(option, rows[asked], price)]]] = 0.0
        self.left[rows] = money
        self.ledger.pay(option, price)
        self.funded.append(option)
        self._ratios = None
        self.bounds[option] = inf
        group = self.candidates.groups[option]
        if group is not None:
            twins = [i for i, other in enumerate(self.candidates.groups) if other == group]
            self.bounds[twins] = inf


def dot(one: Floats, other: Floats) -> float:
    """The sum of products. In pieces, since libraries start threads for long ones, at a loss."""
    if len(one) <= PIECE:
        return float(one.dot(other))
    pieces = range(0, len(one), PIECE)
    return sum(float(one[at : at + PIECE].dot(other[at : at + PIECE])) for at in pieces)


def nearest(number: Fraction) -> float:
    """The float nearest to it; Fraction's own conversion takes a longer way to the same."""
    return number.numerator / number.denominator
