"""Small elections by chance, with equals everywhere: few costs, few voters, every parameter in play."""

import random
from fractions import Fraction
from typing import Any

from pacto_participe.voting.domain import (
    Comparison,
    Completion,
    Election,
    Option,
    Parameters,
    Pot,
    Profile,
    Reading,
    Score,
    Start,
    Transfer,
    Unaffordable,
    Utility,
)

ORDERS = ("lower-cost", "more-votes", "lot", "official-order")

Instance = tuple[Election, Profile, Parameters, str | None]


def random_instance(chance: random.Random) -> Instance:
    """An election, its ballots, a rule, and a lot or none."""
    count = chance.randint(1, 7)
    unit = chance.choice((1, 3, 100))
    has_districts = chance.random() < 0.25
    options = tuple(
        Option(
            id=f"p{index}",
            cost=chance.choice((0, 1, 1, 2, 2, 3, 4, 6)) * unit,
            group=chance.choice((None, None, None, "g", "h")),
            district=chance.choice(("north", "south", None)) if has_districts else None,
            is_withdrawn=chance.random() < 0.05,
        )
        for index in range(count)
    )
    budget = chance.randint(0, sum(option.cost for option in options) + unit)
    election = Election(options, budget, unit)
    reading = chance.choice(tuple(Reading))
    profile = Profile.grouped(
        reading, [_ballot(chance, reading, count) for _ in range(chance.randint(0, 9))]
    )
    lot = chance.choice((None, "seed:1", "5f1d7c:öß"))
    return election, profile, _parameters(chance, election, reading), lot


def _ballot(
    chance: random.Random, reading: Reading, count: int
) -> tuple[tuple[int, ...], tuple[int, ...] | None, int]:
    row = chance.sample(range(count), chance.randint(0, min(count, 4)))
    points = tuple(chance.randint(0, 3) for _ in row) if reading is Reading.POINTS else None
    return tuple(row), points, chance.choice((1, 1, 1, 2, 5))


def _parameters(chance: random.Random, election: Election, reading: Reading) -> Parameters:
    def sometimes(value: Any, otherwise: Any = None) -> Any:
        return value if chance.random() < 0.2 else otherwise

    scores = {
        Reading.APPROVALS: (Score.VOTES, Score.POINTS),
        Reading.POINTS: (Score.POINTS, Score.VOTES),
        Reading.RANKING: (Score.BORDA, Score.VOTES),
    }
    unaffordable = chance.choice(tuple(Unaffordable))
    funds_next = unaffordable is Unaffordable.STOP_THEN_FUND_NEXT
    ties = chance.sample(ORDERS, chance.randint(0, 4))
    third = election.budget // 3
    has_pots = any(option.district for option in election.options) and chance.random() < 0.7
    return Parameters(
        rule=chance.choice(("most-votes", "equal-shares", "equal-shares")),
        score=chance.choice(scores[reading]),
        borda_top=chance.choice((None, 2, 3)),
        unaffordable=unaffordable,
        fund_next_share=chance.choice((Fraction(1, 2), Fraction(4, 5))) if funds_next else None,
        threshold_votes=chance.choice((0, 1, 1, 1, 2)),
        threshold_score=sometimes(Fraction(3, 2)),
        threshold_share=sometimes(Fraction(1, 5)),
        threshold_cost=sometimes(Fraction(1, 3)),
        exclusive_groups=chance.random() < 0.8,
        pots=(Pot("north", third), Pot("south", third // 2)) if has_pots else (),
        transfer=chance.choice(tuple(Transfer)),
        ties=tuple(ties),
        mes_utility=chance.choice(tuple(Utility)),
        mes_start=chance.choice(tuple(Start)),
        mes_increment=chance.choice((0, 1, 1, 2)),
        mes_stop_when_exhaustive=chance.random() < 0.4,
        mes_completion=chance.choice(tuple(Completion)),
        mes_comparison=chance.choice((Comparison.NONE, *Comparison)),
    )
