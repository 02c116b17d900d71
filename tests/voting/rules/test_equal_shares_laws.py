"""Laws of the Method of Equal Shares, and equality with a plain count in Fractions."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pacto_participe.voting.domain import (
    Comparison,
    Completion,
    Election,
    Option,
    Parameters,
    Profile,
    Reading,
    Score,
    Start,
    Utility,
    WhyCode,
)
from pacto_participe.voting.rules import count
from tests.voting.rules.plain_equal_shares import PlainCount
from tests.voting.rules.tied_elections import large_costs, tied_elections

ADD1 = Parameters(rule="equal-shares", mes_increment=1)

APPROVAL_PARAMETERS = st.builds(
    Parameters,
    rule=st.just("equal-shares"),
    mes_utility=st.sampled_from(Utility),
    mes_start=st.sampled_from(Start),
    mes_increment=st.sampled_from([0, 1, 2]),
    mes_stop_when_exhaustive=st.booleans(),
)
POINT_PARAMETERS = APPROVAL_PARAMETERS.map(lambda p: p.changed(score=Score.POINTS))


def assert_same_as_plain(
    election: Election, profile: Profile, parameters: Parameters, lot: str = "lot"
) -> None:
    plain = PlainCount(election, profile, parameters, lot).count()
    outcome = count(election, profile, parameters, lot=lot)

    assert outcome.winners == plain.winners
    assert outcome.spent == sum(election.options[i].cost for i in plain.winners)
    if plain.rounds or outcome.numbers["steps"]:
        assert (outcome.numbers["steps"], outcome.numbers["share"]) == (plain.steps, plain.share)
    for step, expected in zip(outcome.rounds, plain.rounds, strict=True):
        assert step.score == expected.rate
        for key in ("price", "most", "owned", "paid_in_full", "gave_all_left", "had_nothing"):
            assert step.numbers[key] == getattr(expected, key), key
    for verdict in outcome.verdicts:
        if verdict.code in (WhyCode.SHARES_SPENT, WhyCode.LOST_TIE):
            assert verdict.numbers["left"] == plain.left[verdict.option]
            cost = election.options[verdict.option].cost
            assert verdict.numbers["short"] == cost - plain.left[verdict.option]


@settings(max_examples=400, deadline=None)
@given(tied_elections(), APPROVAL_PARAMETERS)
def test_approvals_are_counted_exactly_as_by_hand(
    case: tuple[Election, Profile], parameters: Parameters
) -> None:
    assert_same_as_plain(*case, parameters)


@settings(max_examples=400, deadline=None)
@given(tied_elections(points=True), POINT_PARAMETERS)
def test_points_are_counted_exactly_as_by_hand(
    case: tuple[Election, Profile], parameters: Parameters
) -> None:
    assert_same_as_plain(*case, parameters)


@settings(max_examples=300, deadline=None)
@given(
    tied_elections(points=True, cost=large_costs(), units=(10**16,)),
    POINT_PARAMETERS.filter(lambda p: p.mes_start is Start.EXACT),
)
def test_amounts_no_float_can_tell_apart_are_counted_exactly(
    case: tuple[Election, Profile], parameters: Parameters
) -> None:
    assert_same_as_plain(*case, parameters)


@settings(max_examples=150, deadline=None)
@given(tied_elections(), APPROVAL_PARAMETERS, st.randoms(use_true_random=False))
def test_the_order_of_ballots_and_how_they_are_grouped_mean_nothing(
    case: tuple[Election, Profile], parameters: Parameters, random: Random
) -> None:
    election, profile = case
    rows = [row for row, w in zip(profile.rows, profile.weights, strict=True) for _ in range(w)]
    random.shuffle(rows)
    one_by_one = Profile(profile.reading, tuple(rows), (1,) * len(rows))

    assert count(election, one_by_one, parameters, lot="l") == count(
        election, profile, parameters, lot="l"
    )


@settings(max_examples=150, deadline=None)
@given(
    tied_elections(), APPROVAL_PARAMETERS, st.sampled_from(Completion), st.sampled_from(Comparison)
)
def test_the_budget_is_never_exceeded_and_everyone_gets_a_verdict(
    case: tuple[Election, Profile],
    parameters: Parameters,
    completion: Completion,
    comparison: Comparison,
) -> None:
    election, profile = case
    everything = parameters.changed(mes_completion=completion, mes_comparison=comparison)

    outcome = count(election, profile, everything, lot="lot")

    assert outcome.spent == election.cost_of(outcome.winners) <= election.budget
    assert len(set(outcome.winners)) == len(outcome.winners)
    assert [verdict.option for verdict in outcome.verdicts] == list(range(len(election.options)))
    funded = {
        v.option
        for v in outcome.verdicts
        if v.code in (WhyCode.FUNDED_BY_SHARES, WhyCode.FUNDED_BY_COMPLETION, WhyCode.FUNDED)
    }
    assert funded == set(outcome.winners)


@settings(max_examples=150, deadline=None)
@given(tied_elections(), APPROVAL_PARAMETERS)
def test_renaming_projects_changes_nothing_but_names_where_no_lot_was_needed(
    case: tuple[Election, Profile], parameters: Parameters
) -> None:
    election, profile = case
    renamed = Election(
        tuple(Option(f"other {o.id}", o.cost) for o in election.options),
        election.budget,
        election.units_per_currency,
    )

    one, other = (count(e, profile, parameters, lot="lot") for e in (election, renamed))

    if not one.lot_was_needed:
        assert set(one.winners) == set(other.winners)


@settings(max_examples=150, deadline=None)
@given(tied_elections(), APPROVAL_PARAMETERS, st.lists(st.text(max_size=3), min_size=2, max_size=4))
def test_if_no_lot_was_needed_every_lot_gives_the_same_winners(
    case: tuple[Election, Profile], parameters: Parameters, lots: list[str]
) -> None:
    outcomes = [count(*case, parameters, lot=lot) for lot in lots]

    if not outcomes[0].lot_was_needed:
        assert len({frozenset(outcome.winners) for outcome in outcomes}) == 1


@pytest.mark.parametrize("seed", range(6))
def test_a_village_is_counted_exactly_as_by_hand_through_hundreds_of_shares(seed: int) -> None:
    random = Random(seed)
    options = tuple(Option(f"p{i}", random.randrange(20, 400)) for i in range(9))
    election = Election(options, budget=1500, units_per_currency=1)
    rows = [tuple(sorted(random.sample(range(9), random.randint(1, 4)))) for _ in range(23)]
    profile = Profile.grouped(Reading.APPROVALS, [(row, None, 1) for row in rows])

    assert_same_as_plain(election, profile, ADD1)
