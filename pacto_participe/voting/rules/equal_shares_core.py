"""The rounds of the Method of Equal Shares at one share per voter: exact, with floats as a sieve.

Each voter owns the same share. In every round the option with the smallest *rate* is funded: the
rate is what its best-placed supporters pay for each unit of what they gain. Those who have less
than their part give all they have left.

How floats are used. What a voter has left is known within an error (equal_shares_money). For any set of
supporters taken as *poor*, (cost - what the poor own) / (liking of the others) is never above the true price,
since nobody pays more than he owns, nor more than price x liking. So from the float sums over n supporters

    price >= computed - [poor x error + (n + 8) x 2**-53 x (owned by the poor + cost)] / rich
                      - 4 x 2**-53 x computed

Options whose bound lies above the rate of the best are not the best. Where no other comes near it, the best
is paid nearly; all others are computed exactly and compared exactly. In the same way a float says "cannot be
paid" or "can be paid" only outside its error, and whole numbers say it inside.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import inf

import numpy as np

from pacto_participe.voting.rules.equal_shares_money import (
    UNIT,
    Money,
    NearPayment,
    Payment,
    dot,
)
from pacto_participe.voting.rules.equal_shares_support import Floats, Support

NEARLY_THE_SAME = 1 + 2.0**-40  # a bound that rises by less is not worth another look


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

    Without a price: floats told that nobody else came near it. The step after one with rivals has a price.

    Safe floats beside: its rate is at most `rate_at_most`, no other option (but the rivals) had a
    rate below `next_rate`, and option i did not go below `bounds[i]`.
    """

    option: int
    price: Fraction | None
    rivals: tuple[int, ...]
    rate_at_most: float
    next_rate: float
    bounds: Floats


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
    """Money and options while the rounds go on. With a witness of the payments, each is made exactly."""

    def __init__(
        self,
        support: Support,
        candidates: Candidates,
        share: Fraction,
        witness: Callable[[Payment], None] | None = None,
    ) -> None:
        self.support = support
        self.candidates = candidates
        self.share = share
        self.money = Money(support, candidates.costs, share)
        self.bounds = self._first_bounds()
        self._witness = witness
        # After a tie the next price is made exactly: it tells whether the other still had that rate.
        self._is_after_tie = False
        self._ratios: tuple[int, Floats] | None = None

    def run(self, *, below: Run | None = None, above: Run | None = None) -> Run:
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
            step = self.next_step(guess, ceiling)
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

    def next_step(self, guess: int = -1, ceiling: float = 0.0) -> Step | None:
        """Choose and pay the next option, perhaps the one guessed; None when none can be paid.

        Bounds below `ceiling` are made tight.
        """
        best = self._sieve(guess, ceiling)
        if best < 0:
            return None
        near = self._near_payment(best)
        return self._exactly(best) if near is None else self._nearly(near)

    def _near_payment(self, best: int) -> NearPayment | None:
        """If floats are enough to say who pays for the best option what, and that no other is as good."""
        if self._witness is not None or self._is_after_tie or not self.money.floats_serve:
            return None
        price = float(self.bounds[best]) * self.candidates.gains[best]
        payment = self.money.near_payment(best, self._ratios_of(best), price)
        if payment is None or self._others_near([best], self._rate_of(payment)):
            return None
        return payment

    def _nearly(self, payment: NearPayment) -> Step:
        option, bounds = payment.option, self.bounds.copy()
        next_rate = self._next_rate([option])
        self.money.pay_nearly(payment)
        self._close(option)
        return Step(option, None, (), self._rate_of(payment), next_rate, bounds)

    def _exactly(self, best: int) -> Step:
        payments = self._exact_payments(best)
        equals = self._smallest_rates(payments)
        self._is_after_tie = len(equals) > 1
        option = min(equals, key=self.candidates.ranks.__getitem__)
        payment, bounds = payments[option], self.bounds.copy()
        next_rate = self._next_rate(equals)
        if self._witness is not None:
            self._witness(payment)
        self.money.pay(payment)
        self._close(option)
        rivals = tuple(sorted(other for other in equals if other != option))
        return Step(option, payment.price, rivals, self._rate_of(payment), next_rate, bounds)

    def _close(self, option: int) -> None:
        """An option that is funded, and its twins."""
        self._ratios = None
        self.bounds[option] = inf
        group = self.candidates.groups[option]
        if group is not None:
            twins = [i for i, other in enumerate(self.candidates.groups) if other == group]
            self.bounds[twins] = inf

    def _next_rate(self, without: Sequence[int]) -> float:
        bounds = self.bounds.copy()
        for option in without:
            bounds[option] = inf
        return float(bounds.min())

    def _smallest_rates(self, payments: Mapping[int, Payment]) -> list[int]:
        if len(payments) == 1:
            return list(payments)
        gains = self.candidates.gains
        rates = {option: payment.price / gains[option] for option, payment in payments.items()}
        smallest = min(rates.values())
        return [option for option in rates if rates[option] == smallest]

    def _rate_of(self, payment: Payment | NearPayment) -> float:
        """Its rate at most."""
        return payment.at_most / self.candidates.gains[payment.option] * (1 + 4 * UNIT)

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
        pull, ratios = support.pulls[option], self.money.ratios(option)
        total = dot(pull, ratios)
        whole = support.liking_sums[option]
        error = self.money.error
        rounding = (len(pull) + 8) * UNIT
        doubt = whole * error + rounding * (total + cost)
        if total < cost + doubt and (total < cost - doubt or not self.money.can_be_paid(option)):
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

    def _exact_payments(self, best: int) -> dict[int, Payment]:
        """Of every option that may have the smallest rate."""
        payments = {best: self._exact_payment(best)}
        limit = self._rate_of(payments[best])
        while others := self._others_near(list(payments), limit):
            payments[others[0]] = payment = self._exact_payment(others[0])
            limit = min(limit, self._rate_of(payment))
        return payments

    def _others_near(self, known: Sequence[int], limit: float) -> list[int]:
        """Others that may have a rate up to `limit`, once their bounds are tight."""
        near = [o for o in (self.bounds <= limit).nonzero()[0].tolist() if o not in known]
        for option in near:
            self._raise_bound(option, limit)
        return [option for option in near if self.bounds[option] <= limit]

    def _exact_payment(self, option: int) -> Payment:
        price = float(self.bounds[option]) * self.candidates.gains[option]
        return self.money.exact_payment(option, self._ratios_of(option), price)

    def _ratios_of(self, option: int) -> Floats:
        if self._ratios is not None and self._ratios[0] == option:
            return self._ratios[1]
        return self.money.ratios(option)
