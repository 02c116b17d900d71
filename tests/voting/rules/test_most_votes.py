from dataclasses import replace
from fractions import Fraction

import pytest

from pacto_participe.voting.domain import (
    PRESETS,
    Election,
    Option,
    Parameters,
    Score,
    Unaffordable,
    WhyCode,
)
from pacto_participe.voting.rules import count
from tests.voting.elections import approvals, election, names, pointed, rankings

SKIP = PRESETS["greedy-skip"]
STOP = PRESETS["greedy-stop"]
FUND_NEXT = Parameters(
    unaffordable=Unaffordable.STOP_THEN_FUND_NEXT, fund_next_share=Fraction(4, 5)
)


def test_what_does_not_fit_is_skipped_and_the_count_goes_on():
    asked = election(100, a=60, b=50, c=40)
    ballots = approvals(asked, (3, "a"), (2, "b"), (1, "c"))

    outcome = count(asked, ballots, SKIP)

    assert names(asked, outcome.winners) == "a c"
    assert outcome.spent == 100
    why = outcome.verdicts[1]
    assert why.code is WhyCode.TOO_EXPENSIVE
    assert why.numbers == {
        "cost": 50,
        "votes": 2,
        "rank": 2,
        "score": 2,
        "left": 40,
        "short": 10,
    }


def test_the_count_stops_at_the_first_that_does_not_fit():
    asked = election(100, a=60, b=50, c=40)
    ballots = approvals(asked, (3, "a"), (2, "b"), (1, "c"))

    outcome = count(asked, ballots, STOP)

    assert names(asked, outcome.winners) == "a"
    assert outcome.verdicts[1].code is WhyCode.TOO_EXPENSIVE
    assert outcome.verdicts[2].code is WhyCode.STOPPED
    assert outcome.verdicts[2].others == (1,)
    assert [step.option for step in outcome.rounds] == [0, 1]


@pytest.mark.parametrize(("cost", "is_helped"), [(50, True), (51, False)])
def test_the_next_is_helped_when_the_rest_covers_80_percent(cost, is_helped):
    asked = election(100, a=60, b=cost, c=40)
    ballots = approvals(asked, (3, "a"), (2, "b"), (1, "c"))

    outcome = count(asked, ballots, FUND_NEXT)

    assert names(asked, outcome.winners) == "a"
    code = WhyCode.PARTLY_FUNDED if is_helped else WhyCode.TOO_EXPENSIVE
    assert outcome.verdicts[1].code is code
    assert outcome.spent == (100 if is_helped else 60)
    assert outcome.verdicts[2].code is WhyCode.STOPPED


def test_nothing_is_shared_out_when_nothing_is_left():
    asked = election(60, a=60, b=0, c=40)
    ballots = approvals(asked, (3, "a"), (1, "c"))

    outcome = count(asked, ballots, FUND_NEXT)

    assert outcome.verdicts[2].code is WhyCode.TOO_EXPENSIVE


def test_points_and_ranks_are_added_up():
    asked = election(10, a=10, b=10)
    points = pointed(asked, (2, {"a": 4, "b": 1}), (3, {"b": 3}))
    ranks = rankings(asked, (2, "a b"), (1, "b"))

    by_points = count(asked, points, SKIP.changed(score=Score.POINTS))
    by_ranks = count(asked, ranks, SKIP.changed(score=Score.BORDA, borda_top=3))

    assert [by_points.verdicts[i].numbers["score"] for i in (0, 1)] == [8, 11]
    # a: 3 + 3; b: 2 + 2 + 3, a short ranking counts from the top as well
    assert [by_ranks.verdicts[i].numbers["score"] for i in (0, 1)] == [6, 7]


def test_ranks_below_the_counted_ones_give_nothing():
    asked = election(10, a=1, b=1, c=1)

    outcome = count(
        asked, rankings(asked, (1, "a b c")), SKIP.changed(score=Score.BORDA, borda_top=2)
    )

    assert [verdict.numbers["score"] for verdict in outcome.verdicts] == [2, 1, 0]


def test_a_project_that_nobody_chose_is_not_funded_from_what_is_left():
    asked = election(100, a=10, b=10)

    outcome = count(asked, approvals(asked, (1, "a")), SKIP)

    assert names(asked, outcome.winners) == "a"
    assert outcome.verdicts[1].code is WhyCode.NO_SUPPORT


def test_a_withdrawn_project_is_not_looked_at_and_does_not_stop_the_count():
    asked = election(100, a=60, b=999, c=40)
    options = tuple(replace(o, is_withdrawn=o.id == "b") for o in asked.options)
    asked = replace(asked, options=options)
    ballots = approvals(asked, (3, "a"), (2, "b"), (1, "c"))

    outcome = count(asked, ballots, STOP)

    assert names(asked, outcome.winners) == "a c"
    assert outcome.verdicts[1].code is WhyCode.WITHDRAWN


@pytest.mark.parametrize(
    ("threshold", "needed"),
    [
        ({"threshold_votes": 3}, 3),
        ({"threshold_score": Fraction(3)}, 3),
        ({"threshold_share": Fraction(21, 100)}, 3),  # 2.1 of 10 ballots
        ({"threshold_cost": Fraction(1, 2)}, 3),  # 10 * 1/2 * 60/100
    ],
)
def test_below_a_threshold_a_project_is_out_and_told_what_it_needed(threshold, needed):
    asked = election(100, a=60, b=1)
    ballots = approvals(asked, (2, "a"), (7, "b"), (1, ""))

    outcome = count(asked, ballots, Parameters(**threshold))

    why = outcome.verdicts[0]
    assert why.code is WhyCode.BELOW_THRESHOLD
    assert (why.numbers["needed"], why.numbers["had"]) == (needed, 2)
    assert why.threshold == next(iter(threshold)).replace("_", ".")
    assert names(asked, outcome.winners) == "b"


def test_exactly_at_the_threshold_is_enough():
    asked = election(100, a=60)
    ballots = approvals(asked, (2, "a"), (8, ""))

    for threshold in ({"threshold_votes": 2}, {"threshold_share": Fraction(1, 5)}):
        assert count(asked, ballots, Parameters(**threshold)).winners == (0,)


def test_of_twins_only_the_first_is_funded():
    asked = Election(
        (Option("pool", 40, group="site"), Option("park", 30, group="site"), Option("well", 30)),
        budget=100,
        units_per_currency=1,
    )
    ballots = approvals(asked, (3, "pool"), (2, "park"), (1, "well"))

    outcome = count(asked, ballots, SKIP)
    free = count(asked, ballots, SKIP.changed(exclusive_groups=False))

    assert names(asked, outcome.winners) == "pool well"
    assert outcome.verdicts[1].code is WhyCode.TWIN_FUNDED
    assert outcome.verdicts[1].others == (0,)
    assert outcome.verdicts[1].tie is None
    assert names(asked, free.winners) == "pool park well"


def test_a_twin_of_a_project_that_did_not_fit_may_still_be_funded():
    asked = Election((Option("pool", 140, group="site"), Option("park", 30, group="site")), 100, 1)

    outcome = count(asked, approvals(asked, (3, "pool"), (2, "park")), SKIP)

    assert names(asked, outcome.winners) == "park"


def test_a_project_that_lost_a_tie_is_told_to_whom_and_how():
    asked = election(100, a=60, b=50)

    outcome = count(asked, approvals(asked, (2, "a"), (2, "b")), SKIP)

    assert names(asked, outcome.winners) == "b"
    why = outcome.verdicts[0]
    assert (why.code, why.others, why.tie) == (WhyCode.LOST_TIE, (1,), "lower-cost")
    assert why.numbers["short"] == 10
    [tie] = outcome.ties
    assert tie.is_decisive
    assert tie.options == (1, 0)
    assert tie.decided_by == ("lower-cost",)
    assert not outcome.lot_was_needed


@pytest.mark.parametrize(
    ("budget", "is_decisive"),
    [(120, False), (100, True), (70, True), (40, False)],
)
def test_a_tie_is_decisive_only_when_another_order_would_fund_others(budget, is_decisive):
    asked = election(budget, a=60, b=50)

    outcome = count(
        asked, approvals(asked, (2, "a"), (2, "b")), SKIP.changed(ties=("official-order",))
    )

    assert [tie.is_decisive for tie in outcome.ties] == [is_decisive]


def test_a_tie_with_a_project_that_fits_in_no_order_is_not_decisive():
    asked = election(100, a=60, b=500)

    outcome = count(asked, approvals(asked, (2, "a"), (2, "b")), SKIP)

    assert [tie.is_decisive for tie in outcome.ties] == [False]
    assert outcome.verdicts[1].code is WhyCode.TOO_EXPENSIVE


def test_where_the_count_stops_the_order_of_equals_matters_even_to_those_who_fit():
    asked = election(100, a=60, b=500)

    outcome = count(asked, approvals(asked, (2, "a"), (2, "b")), STOP)

    assert [tie.is_decisive for tie in outcome.ties] == [True]


def test_equals_after_the_stop_are_no_tie_that_was_used():
    asked = election(10, a=60, b=5, c=5)

    outcome = count(asked, approvals(asked, (2, "a"), (1, "b c")), STOP)

    assert outcome.ties == ()


def test_without_the_seed_a_needed_lot_is_awaited_and_nothing_is_final():
    asked = election(60, a=60, b=60)
    ballots = approvals(asked, (2, "a"), (2, "b"))

    awaiting = count(asked, ballots, SKIP)
    drawn = count(asked, ballots, SKIP, lot="dice 4 2 6")

    assert awaiting.lot_was_needed
    assert awaiting.awaits_lot
    assert drawn.lot_was_needed
    assert not drawn.awaits_lot
    assert drawn.ties[0].decided_by == ("lot",)
    loser = drawn.verdicts[1 - drawn.winners[0]]
    assert (loser.code, loser.tie) == (WhyCode.LOST_TIE, "lot")


def test_a_tie_that_changes_nothing_needs_no_lot():
    asked = election(200, a=60, b=60)

    outcome = count(asked, approvals(asked, (2, "a"), (2, "b")), SKIP)

    assert not outcome.lot_was_needed
    assert not outcome.awaits_lot


def test_more_votes_settles_equal_points():
    asked = election(60, a=60, b=60)
    ballots = pointed(asked, (1, {"a": 6}), (2, {"b": 3}))

    outcome = count(asked, ballots, SKIP.changed(score=Score.POINTS))

    assert names(asked, outcome.winners) == "b"
    assert outcome.ties[0].decided_by == ("more-votes",)
