"""Equal shares as a book would write it: one kind of voter at a time, Fractions, every share in turn.

Slow and obviously right; the product must give exactly the same. Shares nothing with it but the
values of `domain`. Reads approvals and points; options are all in the running from the start.
"""

import hashlib
from dataclasses import dataclass
from fractions import Fraction

from pacto_participe.voting.domain import Election, Parameters, Profile, Start, Utility


@dataclass(frozen=True)
class PlainRound:
    option: int
    rate: Fraction
    price: Fraction
    most: Fraction
    owned: Fraction
    paid_in_full: int
    gave_all_left: int
    had_nothing: int


@dataclass(frozen=True)
class PlainOutcome:
    steps: int
    share: Fraction
    rounds: tuple[PlainRound, ...]
    left: dict[int, Fraction]

    @property
    def winners(self) -> tuple[int, ...]:
        return tuple(step.option for step in self.rounds)


class PlainCount:
    def __init__(
        self, election: Election, profile: Profile, parameters: Parameters, lot: str
    ) -> None:
        self.costs = [option.cost for option in election.options]
        self.ids = [option.id for option in election.options]
        self.budget = election.budget
        self.unit = election.units_per_currency
        self.parameters = parameters
        self.lot = lot
        self.voters: list[dict[int, int]] = []  # what each kind of voter likes, and how many
        self.many = list(profile.weights)
        marks = profile.marks or tuple((1,) * len(row) for row in profile.rows)
        for row, points in zip(profile.rows, marks, strict=True):
            self.voters.append({o: p for o, p in zip(row, points, strict=True) if p > 0})
        self.votes = [
            sum(self.many[v] for v, liking in enumerate(self.voters) if o in liking)
            for o in range(len(self.costs))
        ]

    def count(self) -> PlainOutcome:
        share = Fraction(self.budget, max(1, sum(self.many)))
        if self.parameters.mes_start is Start.FLOOR:
            share = Fraction(share // self.unit * self.unit)
        kept = self.at_share(share, 0)
        if self.parameters.mes_increment == 0:
            return kept
        while not self.is_last(kept):
            steps = kept.steps + 1
            step = self.parameters.mes_increment * self.unit
            higher = self.at_share(share + steps * step, steps)
            if sum(self.costs[o] for o in higher.winners) > self.budget:
                return kept
            kept = higher
        return kept

    def is_last(self, outcome: PlainOutcome) -> bool:
        unfunded = [o for o in self.candidates() if o not in outcome.winners]
        if not unfunded:
            return True
        rest = self.budget - sum(self.costs[o] for o in outcome.winners)
        is_exhaustive = all(self.costs[o] > rest for o in unfunded)
        return self.parameters.mes_stop_when_exhaustive and is_exhaustive

    def candidates(self) -> list[int]:
        return [o for o, cost in enumerate(self.costs) if 0 < cost <= self.budget and self.votes[o]]

    def at_share(self, share: Fraction, steps: int) -> PlainOutcome:
        money = [share] * len(self.voters)
        waiting = self.candidates()
        rounds: list[PlainRound] = []
        while True:
            prices = {o: self.price(o, money) for o in waiting}
            rates = {
                o: price / (self.costs[o] if self.parameters.mes_utility is Utility.COST else 1)
                for o, price in prices.items()
                if price is not None
            }
            if not rates:
                break
            best = min(rates, key=lambda o: (rates[o], *self.tie_key(o)))
            price = prices[best]
            assert price is not None
            payments = {
                v: min(money[v], price * liking[best])
                for v, liking in enumerate(self.voters)
                if best in liking
            }
            many = self.many
            assert sum(many[v] * payments[v] for v in payments) == self.costs[best]
            full = [v for v in payments if money[v] >= price * self.voters[v][best]]
            rest = [v for v in payments if v not in full]
            rounds.append(
                PlainRound(
                    option=best,
                    rate=rates[best],
                    price=price,
                    most=max(payments.values()),
                    owned=sum((many[v] * money[v] for v in payments), Fraction(0)),
                    paid_in_full=sum(many[v] for v in full),
                    gave_all_left=sum(many[v] for v in rest if money[v] > 0),
                    had_nothing=sum(many[v] for v in rest if money[v] == 0),
                )
            )
            for v, payment in payments.items():
                money[v] -= payment
            waiting.remove(best)
        left = {
            o: sum((self.many[v] * money[v] for v in self.supporters(o)), Fraction(0))
            for o in range(len(self.costs))
        }
        return PlainOutcome(steps, share, tuple(rounds), left)

    def price(self, option: int, money: list[Fraction]) -> Fraction | None:
        """What each point of liking costs, or None if the supporters cannot pay together."""
        wallets = sorted(
            (money[v] / self.voters[v][option], self.voters[v][option] * self.many[v])
            for v in self.supporters(option)
        )
        missing = Fraction(self.costs[option])
        points = sum(liking for _, liking in wallets)
        for wallet, liking in wallets:
            if missing <= wallet * points:
                return missing / points
            missing -= wallet * liking
            points -= liking
        return None

    def supporters(self, option: int) -> list[int]:
        return [v for v, liking in enumerate(self.voters) if option in liking]

    def tie_key(self, option: int) -> tuple[int, ...]:
        lot = hashlib.sha256((self.lot + self.ids[option]).encode()).hexdigest()
        return (self.costs[option], -self.votes[option], int(lot, 16), option)
