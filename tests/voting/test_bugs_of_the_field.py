"""Bugs of other platforms that changed or could have changed who won; ours by their numbers."""

import inspect

import pytest

from pacto_participe.voting.domain import PRESETS, Parameters, WhyCode
from pacto_participe.voting.rules import RULES, count
from tests.voting.elections import approvals, election, names


@pytest.mark.parametrize("preset", PRESETS)
def test_27_a_project_that_exactly_exhausts_the_budget_is_funded(preset):
    if PRESETS[preset].rule not in RULES:
        pytest.fail(f"the rule of the preset {preset} is not registered")
    asked = election(100_000, bridge=60_000, well=40_000)

    outcome = count(asked, approvals(asked, (10, "bridge well")), PRESETS[preset])

    assert set(outcome.winners) == {0, 1}
    assert outcome.spent == asked.budget


def test_28_votes_are_not_multiplied_by_cost():
    asked = election(100, stadium=100, fountain=10)

    outcome = count(asked, approvals(asked, (5, "stadium"), (6, "fountain")), Parameters())

    assert names(asked, outcome.winners) == "fountain"


def test_32_a_tie_never_goes_silently_to_the_latest_project():
    first, later = {"older": 50, "newer": 50}, {"newer": 50, "older": 50}
    winners = set()
    for costs in (first, later):
        asked = election(50, **costs)
        outcome = count(
            asked, approvals(asked, (3, "older"), (3, "newer")), Parameters(), lot="drawn 17"
        )
        winners.add(names(asked, outcome.winners))

        [tie] = outcome.ties
        assert tie.is_decisive
        assert tie.decided_by == ("lot",)
        assert outcome.lot_was_needed
        lost = next(v for v in outcome.verdicts if v.option not in outcome.winners)
        assert (lost.code, lost.tie) == (WhyCode.LOST_TIE, "lot")

    assert len(winners) == 1, "the place on the list decided, not the lot"


def test_33_counting_again_never_draws_again():
    asked = election(50, a=50, b=50, c=50)
    ballots = approvals(asked, (3, "a"), (3, "b"), (3, "c"))

    outcomes = [count(asked, ballots, Parameters(), lot="seed of 2026") for _ in range(5)]

    assert all(outcome == outcomes[0] for outcome in outcomes)
    drawn = {count(asked, ballots, Parameters(), lot=f"seed {n}").winners for n in range(60)}
    assert len(drawn) == 3, "every tied project can win the lot"


def test_33_no_rule_holds_any_source_of_chance():
    for rule in RULES:
        source = inspect.getsource(inspect.getmodule(type(rule)))
        assert "random" not in source
        assert "shuffle" not in source
