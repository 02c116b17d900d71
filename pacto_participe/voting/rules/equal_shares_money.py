"""What each voter has left: floats within an error that is known, and whole numbers when asked.

`left` holds each voter's money within `error` of the truth; 0.0 is exactly nothing, and says so only of who
has nothing. A round is paid in one of two ways.

Nearly. The price is computed in floats, from the floats of those who give all they have left:

    doubt = [liking of those who give x error + (n + 8) x 2**-53 x (given + cost)] / liking of the rich
            + 4 x 2**-53 x price

is as far as it can be from the price that these supporters, taken as poor, would make (n - 1 roundings of a
sum in any order, one for each product, the rest for the other operations; likings are whole and sum to less
than 2**53, so they are exact). If then everyone taken as poor has less than price - (doubt + error), and
everyone else more than price + (doubt + error), they are the poor of the true price too: what supporters pay
together rises with the price, so there is one price only. Nobody else comes to exactly nothing. The error
grows by the doubt, as often as the keenest likes the option, and by three roundings of the first share.

Exactly. The price is a fraction, rounded once and subtracted once: the error grows by three roundings only.
Where nobody gives all he has left, it is cost / liking; otherwise, and for whoever stands within the error of
the price, the ledger's whole numbers are asked. Only then are the rounds so far entered in it: who gave all
in them is known, and so is the price.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from pacto_participe.voting.rules.equal_shares_exact import Ledger
from pacto_participe.voting.rules.equal_shares_support import Flags, Floats, Indexes, Support

UNIT = 2.0**-53  # the relative error of one rounding
PIECE = 8192
LEAST = 5e-324
ALMOST_NOTHING = 1e-290  # a voter who has a last coin no float can see; 0.0 is exactly nothing
LARGEST_ERROR = 2.0**-12  # of the first share: with more, too many would stand near a price
LONGEST_SEARCH = 4  # for the poor, in floats


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
    def at_most(self) -> float:
        """But for one rounding."""
        return nearest(self.price)

    @property
    def gave(self) -> Flags:
        """Who paid all that was left, less than his part."""
        return self.is_poor & (self.money > 0)


@dataclass(frozen=True, slots=True)
class NearPayment:
    """The same when floats are enough: the price is within `doubt` of `about`, who is poor is certain.

    `ratios`: money / liking of all, before it. `giving`: the places, among the option's rows, of those who
    give all they have left.
    """

    option: int
    about: float
    doubt: float
    ratios: Floats
    is_poor: Flags
    giving: Indexes
    liking_of_rich: int

    @property
    def at_most(self) -> float:
        """But for one rounding."""
        return self.about + self.doubt


class Money:
    """Of all voters, while the rounds go on."""

    def __init__(self, support: Support, costs: Sequence[int], share: Fraction) -> None:
        self.funded: list[int] = []
        self.left: Floats = np.full(len(support.row_weights), float(share))
        # How far a float of `left` can be from the truth: one rounding, and three every round.
        self.error = self._error_of_a_round = 4 * UNIT * float(share)
        self._largest_error = LARGEST_ERROR * float(share)
        self._support = support
        self._costs = costs
        self._ledger = Ledger(share)
        self._not_entered: list[tuple[NearPayment | Payment, Indexes]] = []

    @property
    def floats_serve(self) -> bool:
        """Whether a round may still be paid nearly."""
        return self.error <= self._largest_error

    def ratios(self, option: int) -> Floats:
        """Money / liking of each supporter, a new array."""
        liking = self._support.likings[option]
        money: Floats = self.left.take(self._support.rows[option])
        if liking is not None:
            money /= liking
        return money

    def can_be_paid(self, option: int) -> bool:
        """Whether the supporters have the cost together, by whole numbers."""
        return self.ledger.covers(self._owned_by_supporters(option), self._costs[option])

    def owned_by_supporters(self, option: int) -> Fraction:
        """What the supporters of an option have left together now, in units."""
        return self.ledger.amount(self._owned_by_supporters(option))

    def _owned_by_supporters(self, option: int) -> int:
        rows = self._support.rows[option]
        return self._owned(rows[self.left[rows] > 0])

    def _owned(self, rows: Indexes) -> int:
        """What voters who never gave all they had own together, over the ledger's denominator."""
        ledger = self.ledger
        return ledger.owned(*self._support.likings_of(rows, ledger.options))

    @property
    def ledger(self) -> Ledger:
        """With every round so far in it."""
        ledger = self._ledger
        for payment, giving in self._not_entered:
            if isinstance(payment, Payment):
                price = payment.price
            else:
                owned = ledger.owned(*self._support.likings_of(giving, ledger.options))
                price = ledger.price(self._costs[payment.option], owned, payment.liking_of_rich)
            ledger.pay(payment.option, price)
        self._not_entered.clear()
        return ledger

    def near_payment(self, option: int, ratios: Floats, at_least: float) -> NearPayment | None:
        """For a payable option, searched from below the true price; None when whole numbers must say."""
        pull, whole = self._support.pulls[option], self._support.liking_sums[option]
        cost, rounding = self._costs[option], (len(pull) + 8) * UNIT
        is_poor: Flags = ratios < at_least
        for _ in range(LONGEST_SEARCH):
            rich = whole - int(dot(pull, is_poor.astype(np.float64)))
            if rich <= 0:
                return None
            giving = (is_poor & (ratios > 0)).nonzero()[0]
            pulls = pull.take(giving)
            given = dot(pulls, ratios.take(giving))
            about = (cost - given) / rich
            liking = float(np.add.reduce(pulls))
            doubt = (liking * self.error + rounding * (given + cost)) / rich + 4 * UNIT * about
            around = doubt + self.error + 4 * UNIT * about
            may_be_poor: Flags = ratios < about + around
            many = np.count_nonzero(is_poor)  # of sets below a mark, those of one size are one
            if np.count_nonzero(may_be_poor) == many:
                if np.count_nonzero(ratios < about - around) < many:
                    return None
                return NearPayment(option, about, doubt, ratios, is_poor, giving, rich)
            is_poor = may_be_poor
        return None

    def pay_nearly(self, payment: NearPayment) -> None:
        """Take the money."""
        option = payment.option
        rows, liking = self._support.rows[option], self._support.likings[option]
        if liking is None:
            money: Floats = payment.ratios - payment.about
            self.error += payment.doubt
        else:
            money = self.left.take(rows)
            money -= payment.about * liking
            self.error += payment.doubt * float(liking.max())
        self.error += self._error_of_a_round
        np.maximum(money, ALMOST_NOTHING, out=money)
        money[payment.is_poor] = 0.0
        self.left[rows] = money
        self._not_entered.append((payment, rows.take(payment.giving)))
        self.funded.append(option)

    def exact_payment(self, option: int, ratios: Floats, at_least: float) -> Payment:
        """What each supporter pays for a point of liking, and who cannot, for a payable option.

        Starts from voters who are surely poor and adds those who turn out to be, until none is.
        """
        support, cost = self._support, self._costs[option]
        rows, pull = support.rows[option], support.pulls[option]
        is_poor: Flags = ratios < max(at_least * (1 - 2 * UNIT) - self.error, LEAST)
        while True:
            giving = (is_poor & (ratios > 0)).nonzero()[0]
            rich = support.liking_sums[option] - int(dot(pull, is_poor.astype(np.float64)))
            price = Fraction(cost, rich)
            if len(giving):
                price = self.ledger.price(cost, self._owned(rows.take(giving)), rich)
            near = nearest(price)
            doubt = self.error + 4 * UNIT * near
            may_be_poor = ratios < near + doubt
            if np.count_nonzero(may_be_poor) == np.count_nonzero(is_poor):
                break
            is_new = may_be_poor & ~is_poor
            asked = (is_new & (ratios >= near - doubt)).nonzero()[0]
            is_new[asked] = [r < 0 for r in self._remainders(option, rows[asked], price)]
            if not is_new.any():
                break
            is_poor |= is_new
        money = ratios if support.likings[option] is None else self.left.take(rows)
        return Payment(option, price, is_poor, money)

    def pay(self, payment: Payment) -> None:
        """Take the money, and enter it."""
        option, price = payment.option, payment.price
        rows, liking = self._support.rows[option], self._support.likings[option]
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
        self._not_entered.append((payment, rows[:0]))
        self.funded.append(option)

    def _remainders(self, option: int, rows: Indexes, price: Fraction) -> list[int]:
        """Whole numbers tell whether voters near the price have less, as much, or more."""
        ledger = self.ledger
        known: dict[tuple[int, ...], int] = {}
        answers = []
        for row in rows.tolist():
            likings = self._support.row(row)
            paid = [likings.get(funded, 0) for funded in ledger.options]
            key = (likings[option], *paid)
            if key not in known:
                known[key] = ledger.remainder(ledger.owned(1, paid), price, likings[option])
            answers.append(known[key])
        return answers


def dot(one: Floats, other: Floats) -> float:
    """The sum of products. In pieces, since libraries start threads for long ones, at a loss."""
    if len(one) <= PIECE:
        return float(one.dot(other))
    pieces = range(0, len(one), PIECE)
    return sum(float(one[at : at + PIECE].dot(other[at : at + PIECE])) for at in pieces)


def nearest(number: Fraction) -> float:
    """The float nearest to it; Fraction's own conversion takes a longer way to the same."""
    return number.numerator / number.denominator
