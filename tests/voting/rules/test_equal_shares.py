"""The Method of Equal Shares, by examples one can follow."""

from dataclasses import replace
from fractions import Fraction

import pytest

from pacto_participe.voting.domain import (
    Comparison,
    Completion,
    Election,
    Option,
    Outcome,
    Parameters,
    Score,
    Start,
    Tie,
    Utility,
    Verdict,
    WhyCode,
)
from pacto_participe.voting.rules import count
from tests.voting.elections import approvals, election, names, pointed, rankings

SHARES = Parameters(rule="equal-shares")
ADD1 = SHARES.changed(mes_increment=1)


def why(asked: Election, outcome: Outcome, name: str) -> Verdict:
    return outcome.verdicts[asked.indexes()[name]]


# The ordinary day


def test_a_group_of_voters_steers_its_part_of_the_budget() -> None:
    asked = election(900, road=600, park=300, school=300)
    ballots = approvals(asked, (5, "road park"), (1, "road"), (3, "school"))

    outcome = count(asked, ballots, SHARES)

    assert names(asked, outcome.winners) == "road school"
    assert outcome.spent == 900
    road = why(asked, outcome, "road")
    assert road.code is WhyCode.FUNDED_BY_SHARES
    assert road.numbers == {
        "cost": 600,
        "votes": 6,
        "round": 1,
        "supporters": 6,
        "most": 100,
        "endowment": 100,
    }


def test_who_has_less_than_his_part_gives_the_rest_and_the_others_pay_more() -> None:
    asked = election(80, well=28, bus=12)
    ballots = approvals(asked, (2, "well bus"), (2, "well"), (1, "bus"), (3, ""))

    outcome = count(asked, ballots, SHARES)

    assert names(asked, outcome.winners) == "well bus"
    bus = outcome.rounds[1]
    assert bus.left == 52
    assert bus.numbers == {
        "round": 2,
        "cost": 12,
        "supporters": 3,
        "price": 6,
        "most": 6,
        "paid_in_full": 1,
        "gave_all_left": 2,
        "had_nothing": 0,
        "owned": 16,
    }


def test_who_is_not_funded_learns_how_much_is_short_and_where_the_money_went() -> None:
    asked = election(80, well=28, bus=20)
    ballots = approvals(asked, (2, "well bus"), (2, "well"), (1, "bus"), (3, ""))

    outcome = count(asked, ballots, SHARES)

    assert names(asked, outcome.winners) == "well"
    bus = why(asked, outcome, "bus")
    assert bus.code is WhyCode.SHARES_SPENT
    assert bus.others == (0,)
    assert bus.numbers == {
        "cost": 20,
        "votes": 3,
        "supporters": 3,
        "left": 16,
        "short": 4,
        "endowment": 10,
        "paid_1": 14,
    }


def test_raising_the_share_stops_before_the_step_that_overspends() -> None:
    asked = election(100, a=60, b=40, c=30)
    ballots = approvals(asked, (5, "a"), (3, "b"), (2, "c"))

    plain = count(asked, ballots, SHARES)
    raised = count(asked, ballots, ADD1)

    assert plain.winners == ()  # at 10 each, a would need 12
    assert names(asked, raised.winners) == "a b"  # at 14; at 15 c would come, 130 in all
    assert (raised.numbers["steps"], raised.numbers["share"]) == (4, 14)
    assert why(asked, raised, "c").numbers["short"] == 2


def test_an_exhaustive_outcome_ends_the_raising_only_if_asked() -> None:
    asked = election(10, a=6, b=4, c=8)
    ballots = approvals(asked, (2, "a"), (2, "b"), (1, "c"))

    until_overspent = count(asked, ballots, ADD1)
    until_exhaustive = count(asked, ballots, ADD1.changed(mes_stop_when_exhaustive=True))

    assert names(asked, until_exhaustive.winners) == "b a"
    assert names(asked, until_overspent.winners) == "b a"
    assert until_exhaustive.numbers["steps"] == 1
    assert until_overspent.numbers["steps"] == 5


def test_the_raising_ends_where_nothing_is_left_to_fund() -> None:
    asked = election(100, a=30, b=20)

    outcome = count(asked, approvals(asked, (1, "a"), (9, "b")), ADD1)

    assert names(asked, outcome.winners) == "b a"
    assert outcome.numbers["steps"] == 20


def test_a_floored_start_drops_the_coins_below_one_currency_unit() -> None:
    asked = replace(election(1000, a=500), units_per_currency=100)
    ballots = approvals(asked, (3, "a"), (4, ""))

    exact = count(asked, ballots, SHARES)
    floored = count(asked, ballots, SHARES.changed(mes_start=Start.FLOOR))

    assert exact.numbers["share"] == Fraction(1000, 7)
    assert floored.numbers["share"] == 100


def test_points_are_the_liking_and_ranks_are_points_by_borda() -> None:
    asked = election(60, a=30, b=30)

    by_points = count(
        asked,
        pointed(asked, (1, {"a": 2, "b": 1}), (1, {"b": 1})),
        SHARES.changed(score=Score.POINTS),
    )
    by_ranks = count(
        asked, rankings(asked, (1, "a b"), (1, "b")), SHARES.changed(score=Score.BORDA)
    )

    # Both have 2 points, so 15 each; equal costs; b has more votes.
    assert names(asked, by_points.winners) == "b"
    assert why(asked, by_points, "b").numbers["most"] == 15
    # By ranks a has 2 points, b has 1 + 2, so 10 each.
    assert names(asked, by_ranks.winners) == "b"
    assert why(asked, by_ranks, "b").numbers["most"] == 20


def test_with_cardinality_cheap_projects_come_first() -> None:
    asked = election(100, dear=90, cheap=20)
    ballots = approvals(asked, (5, "dear"), (4, "dear cheap"), (1, "cheap"))

    by_cost = count(asked, ballots, SHARES)
    by_number = count(asked, ballots, SHARES.changed(mes_utility=Utility.CARDINALITY))

    assert names(asked, by_cost.winners) == "dear"
    assert names(asked, by_number.winners) == "cheap"


# What can follow


def test_completion_spends_the_rest_on_the_most_voted_that_fit() -> None:
    asked = election(100, a=60, b=40, c=30)
    ballots = approvals(asked, (5, "a"), (3, "b"), (2, "c"))

    outcome = count(asked, ballots, SHARES.changed(mes_completion=Completion.UTILITARIAN))

    assert names(asked, outcome.winners) == "a b"
    assert outcome.spent == 100
    assert why(asked, outcome, "a").code is WhyCode.FUNDED_BY_COMPLETION
    left_out = why(asked, outcome, "c")
    assert left_out.code is WhyCode.SHARES_SPENT
    assert (left_out.numbers["left"], left_out.numbers["short"]) == (20, 10)
    assert left_out.numbers["rest"] == 0


def test_completion_leaves_out_twins_of_the_funded_and_what_is_below_a_threshold() -> None:
    asked = Election(
        (Option("a", 20, group="site"), Option("b", 20, group="site"), Option("c", 50)), 100, 1
    )
    ballots = approvals(asked, (5, "a b"), (3, "a"), (1, "c"))
    parameters = SHARES.changed(mes_completion=Completion.UTILITARIAN, threshold_votes=2)

    outcome = count(asked, ballots, parameters)

    assert names(asked, outcome.winners) == "a"
    assert why(asked, outcome, "b").code is WhyCode.TWIN_FUNDED
    assert why(asked, outcome, "c").code is WhyCode.BELOW_THRESHOLD


def test_completion_by_ranks_gives_the_points_of_the_whole_list() -> None:
    asked = election(100, a=60, b=90, c=90)
    ballots = rankings(asked, (4, "a c"), (3, "b"), (3, "c"))
    parameters = SHARES.changed(
        score=Score.BORDA, borda_top=3, mes_completion=Completion.UTILITARIAN
    )

    outcome = count(asked, ballots, parameters)

    assert names(asked, outcome.winners) == "c"
    assert why(asked, outcome, "c").numbers["score"] == 4 * 2 + 3 * 3


def test_shares_yield_when_more_voters_are_better_served_by_most_votes() -> None:
    asked = election(100, big=100, small=20)
    ballots = approvals(asked, (7, "big"), (3, "small"))

    kept = count(asked, ballots, SHARES)
    compared = count(asked, ballots, SHARES.changed(mes_comparison=Comparison.SATISFACTION))
    excluded = count(asked, ballots, SHARES.changed(mes_comparison=Comparison.EXCLUSION_RATIO))

    assert names(asked, kept.winners) == "small"
    assert names(asked, compared.winners) == names(asked, excluded.winners) == "big"
    assert (compared.numbers["prefer_shares"], compared.numbers["prefer_most_votes"]) == (3, 7)
    assert excluded.numbers["without_by_shares"] == 7
    assert excluded.numbers["without_by_most_votes"] == 3


def test_an_even_comparison_keeps_the_shares() -> None:
    asked = election(100, big=100, small=20)
    ballots = approvals(asked, (5, "big"), (5, "small"))

    outcome = count(asked, ballots, SHARES.changed(mes_comparison=Comparison.SATISFACTION))

    assert names(asked, outcome.winners) == "small"
    assert outcome.numbers["taken"] == "equal-shares"


# Who is not funded, and why


def test_every_reason_has_its_code() -> None:
    asked = Election(
        (
            Option("funded", 40, group="site"),
            Option("twin", 30, group="site"),
            Option("unloved", 10),
            Option("withdrawn", 10, is_withdrawn=True),
            Option("rare", 90),
            Option("gift", 0),
        ),
        budget=100,
    )
    ballots = approvals(asked, (6, "funded"), (1, "twin rare gift"), (2, "withdrawn"), (1, ""))

    outcome = count(asked, ballots, SHARES.changed(threshold_cost=Fraction(1, 3)))

    assert {asked.options[v.option].id: v.code for v in outcome.verdicts} == {
        "funded": WhyCode.FUNDED_BY_SHARES,
        "twin": WhyCode.TWIN_FUNDED,
        "unloved": WhyCode.NO_SUPPORT,
        "withdrawn": WhyCode.WITHDRAWN,
        "rare": WhyCode.BELOW_THRESHOLD,
        "gift": WhyCode.FUNDED_BY_SHARES,
    }
    assert names(asked, outcome.winners) == "gift funded"
    assert why(asked, outcome, "twin").others == (0,)


def test_a_project_above_the_budget_cannot_be_funded_by_any_ballot() -> None:
    asked = election(100, huge=101, small=50)

    outcome = count(asked, approvals(asked, (5, "huge"), (5, "small")), ADD1)

    assert names(asked, outcome.winners) == "small"
    huge = why(asked, outcome, "huge")
    assert huge.code is WhyCode.ABOVE_BUDGET
    assert huge.numbers["short"] == 1


def test_without_ballots_nothing_is_funded() -> None:
    asked = election(100, a=50)

    outcome = count(asked, approvals(asked), ADD1)

    assert outcome.winners == ()
    assert outcome.verdicts[0].code is WhyCode.NO_SUPPORT


def test_points_too_large_to_be_summed_exactly_are_refused() -> None:
    asked = election(100, a=50)
    ballots = pointed(asked, (1, {"a": 2**53}))

    with pytest.raises(ValueError, match=r"2\*\*53"):
        count(asked, ballots, SHARES.changed(score=Score.POINTS))


# Ties


def test_a_tie_goes_to_the_cheaper_and_the_loser_is_told_so() -> None:
    asked = election(100, dear=60, cheap=50)

    outcome = count(asked, approvals(asked, (10, "dear cheap")), SHARES)

    assert names(asked, outcome.winners) == "cheap"
    assert outcome.ties == (Tie((1, 0), ("lower-cost",), is_decisive=True),)
    dear = why(asked, outcome, "dear")
    assert (dear.code, dear.others, dear.tie) == (WhyCode.LOST_TIE, (1,), "lower-cost")
    assert (dear.numbers["left"], dear.numbers["short"]) == (50, 10)


@pytest.mark.parametrize("budget", [100, 120])  # who pays gives all he has, or keeps something
def test_a_tie_that_hurts_nobody_needs_no_lot(budget: int) -> None:
    asked = election(budget, a=50, b=50)

    outcome = count(asked, approvals(asked, (5, "a"), (5, "b")), SHARES)

    assert names(asked, outcome.winners) == "a b"
    assert outcome.ties == (Tie((0, 1), ("lot",), is_decisive=False),)
    assert not outcome.lot_was_needed


def test_a_tie_of_three_that_hurts_nobody_needs_no_lot() -> None:
    asked = election(180, a=50, b=50, c=50)

    outcome = count(asked, approvals(asked, (5, "a"), (5, "b"), (5, "c")), SHARES)

    assert {(tie.options, tie.is_decisive) for tie in outcome.ties} == {((0, 1, 2), False)}
    assert not outcome.lot_was_needed


def test_an_outcome_that_hangs_on_the_lot_waits_for_it() -> None:
    asked = election(60, a=50, b=50)
    ballots = approvals(asked, (6, "a b"))

    waiting = count(asked, ballots, ADD1)
    drawn = [count(asked, ballots, ADD1, lot=seed) for seed in "12345"]

    assert waiting.lot_was_needed
    assert waiting.awaits_lot
    assert not any(outcome.awaits_lot for outcome in drawn)
    assert {names(asked, outcome.winners) for outcome in drawn} == {"a", "b"}


def test_a_tie_met_on_the_way_is_recorded_though_the_last_share_does_not_feel_it() -> None:
    asked = election(20, a=8, b=8, c=20)
    ballots = approvals(asked, (3, "a b"), (2, "c"))

    first = count(asked, ballots, SHARES, lot="seed")
    last = count(asked, ballots, ADD1, lot="seed")

    assert len(first.winners) == 1  # at 4 each the three own 12 together
    assert set(last.winners) == {0, 1}
    assert [(set(tie.options), tie.is_decisive) for tie in last.ties] == [({0, 1}, True)]
    assert last.lot_was_needed
