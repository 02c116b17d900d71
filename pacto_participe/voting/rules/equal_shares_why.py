"""The story of a count by equal shares: who paid what in each round, and what was left for whom.

All amounts are exact fractions of units, at the one share that the outcome stands on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from pacto_participe.voting.domain import Number, Round
from pacto_participe.voting.rules.equal_shares_core import Candidates, Count
from pacto_participe.voting.rules.equal_shares_money import Payment, dot
from pacto_participe.voting.rules.equal_shares_support import Flags, Floats, Indexes, Support

PLACES_NAMED = 3  # of a project not funded: where its supporters' money went, largest first


@dataclass(frozen=True, slots=True)
class _Paid:
    """Of one round: what the liking of each supporter weighs (0 if poor), and the rows of those who gave."""

    option: int
    price: Fraction
    pulls_of_rich: Floats
    giving: Indexes


class Story:
    """One run counted again, with every payment looked at."""

    def __init__(self, support: Support, candidates: Candidates, share: Fraction) -> None:
        self.share = share
        self.rounds: list[Round] = []
        self._support = support
        self._candidates = candidates
        self._payments: list[_Paid] = []
        self._paid_about: list[Floats] = []
        self._rest = candidates.budget
        count = Count(support, candidates, share, self._look)
        self._money = count.money
        count.run()

    def of_funded(self, option: int) -> dict[str, Number]:
        """The numbers of a funded option: its round, supporters, most paid by one, share."""
        place = self._money.funded.index(option)
        numbers = self.rounds[place].numbers
        kept = {key: numbers[key] for key in ("round", "supporters", "most")}
        return kept | {"endowment": self.share}

    def of_unfunded(self, option: int) -> tuple[dict[str, Number], tuple[int, ...]]:
        """What its supporters have left together, how much is short, and where the rest went.

        The options named took most of their money: `paid_1` went to the first, and so on.
        """
        left = self._money.owned_by_supporters(option)
        numbers: dict[str, Number] = {
            "supporters": self._support.supporters[option],
            "left": left,
            "short": self._candidates.costs[option] - left,
            "endowment": self.share,
        }
        largest = self._largest_payments(option)
        for place, (_, amount) in enumerate(largest, start=1):
            numbers[f"paid_{place}"] = amount
        return numbers, tuple(funded for funded, _ in largest)

    def _look(self, payment: Payment) -> None:
        """Before the money is taken."""
        rows = self._support.rows[payment.option]
        pulls_of_rich = np.where(payment.is_poor, 0.0, self._support.pulls[payment.option])
        giving = rows[payment.gave]
        self._payments.append(_Paid(payment.option, payment.price, pulls_of_rich, giving))
        self.rounds.append(
            Round(
                option=payment.option,
                funded=True,
                score=payment.price / self._candidates.gains[payment.option],
                left=self._rest,
                numbers=self._numbers(payment, rows, giving),
            )
        )
        self._rest -= self._candidates.costs[payment.option]
        liking = self._support.likings[payment.option]
        parts = float(payment.price) * (np.ones(len(rows)) if liking is None else liking)
        paid = np.where(payment.is_poor, payment.money, parts)
        self._paid_about.append(self._support.spread(rows, paid * self._support.row_weights[rows]))

    def _numbers(self, payment: Payment, rows: Indexes, giving: Indexes) -> Mapping[str, Number]:
        gave = self._support.voters(giving)
        poor = self._support.voters(rows[payment.is_poor])
        supporters = self._support.supporters[payment.option]
        return {
            "round": len(self._payments),
            "cost": self._candidates.costs[payment.option],
            "supporters": supporters,
            "price": payment.price,
            "most": self._most_paid(payment, rows),
            "paid_in_full": supporters - poor,
            "gave_all_left": gave,
            "had_nothing": poor - gave,
            "owned": self._money.owned_by_supporters(payment.option),
        }

    def _most_paid(self, payment: Payment, rows: Indexes) -> Fraction:
        """What the supporter who paid most paid. With points, that may be one who gave all."""
        liking = self._support.likings[payment.option]
        if liking is None:
            return payment.price
        most = payment.price * int(liking[~payment.is_poor].max(initial=0))
        money = payment.money[payment.gave]
        if not len(money):
            return most
        nearly = rows[payment.gave][money >= money.max() * (1 - 1e-9) - self._money.error]
        funded, ledger = self._money.funded, self._money.ledger
        owned = {
            tuple(self._support.row(row).get(paid, 0) for paid in funded) for row in nearly.tolist()
        }
        return max(most, *(ledger.amount(ledger.owned(1, likings)) for likings in owned))

    def _largest_payments(self, option: int) -> list[tuple[int, Fraction]]:
        """Floats only say which ones are worth computing."""
        about = [float(paid[option]) for paid in self._paid_about]
        floor = max(sorted(about, reverse=True)[:PLACES_NAMED][-1:], default=0.0) * (1 - 1e-6)
        is_supporter: Flags = np.zeros(len(self._support.row_weights), dtype=np.bool_)
        is_supporter[self._support.rows[option]] = True
        amounts = [
            (self._payments[place].option, self._paid_by(is_supporter, place))
            for place, amount in enumerate(about)
            if amount > 0 and amount >= floor
        ]
        amounts.sort(key=lambda paid: (-paid[1], paid[0]))
        return amounts[:PLACES_NAMED]

    def _paid_by(self, is_counted: Flags, place: int) -> Fraction:
        """What these rows paid in that round, together."""
        paid, ledger = self._payments[place], self._money.ledger
        among = is_counted.take(self._support.rows[paid.option])
        liking = int(dot(paid.pulls_of_rich, among.astype(np.float64)))
        giving = paid.giving[is_counted.take(paid.giving)]
        gave = self._support.likings_of(giving, self._money.funded[:place])
        return paid.price * liking + ledger.amount(ledger.owned(*gave))
