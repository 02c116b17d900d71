"""Laws of the Method of Equal Shares, and equality with a plain count in Fractions."""

from collections.abc import Sequence
from fractions import Fraction
from math import inf
from random import Random

import pytest
from hypothesis import example, given, settings
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
from pacto_participe.voting.rules.equal_shares_add1 import (
    Equals,
    equals_of,
    raise_share,
    same_between,
)
from pacto_participe.voting.rules.equal_shares_core import (
    Candidates,
    Count,
    Run,
    at_share,
)
from pacto_participe.voting.rules.equal_shares_support import support_of
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


@settings(max_examples=250, deadline=None)
@given(tied_elections(), APPROVAL_PARAMETERS)
def test_approvals_are_counted_exactly_as_by_hand(
    case: tuple[Election, Profile], parameters: Parameters
) -> None:
    assert_same_as_plain(*case, parameters)


@settings(max_examples=250, deadline=None)
@given(tied_elections(points=True), POINT_PARAMETERS)
def test_points_are_counted_exactly_as_by_hand(
    case: tuple[Election, Profile], parameters: Parameters
) -> None:
    assert_same_as_plain(*case, parameters)


@settings(max_examples=200, deadline=None)
@given(
    tied_elections(points=True, cost=large_costs(), units=(10**16,)),
    POINT_PARAMETERS.filter(lambda p: p.mes_start is Start.EXACT),
)
def test_amounts_no_float_can_tell_apart_are_counted_exactly(
    case: tuple[Election, Profile], parameters: Parameters
) -> None:
    assert_same_as_plain(*case, parameters)


@settings(max_examples=200, deadline=None)
@given(
    tied_elections(points=True, cost=large_costs(), units=(10**12,), crowds=(1, 2, 10**6, 10**9)),
    POINT_PARAMETERS.filter(lambda p: p.mes_start is Start.EXACT),
)
def test_one_rich_voter_among_a_crowd_of_poor_ones_is_charged_exactly(
    case: tuple[Election, Profile], parameters: Parameters
) -> None:
    assert_same_as_plain(*case, parameters.changed(mes_increment=0))


# What the floats claim


@settings(max_examples=200, deadline=None)
@given(
    tied_elections(points=True, cost=large_costs(), crowds=(1, 2, 10**6))
    | tied_elections(points=True, crowds=(1, 3, 7, 10**6)),
    POINT_PARAMETERS,
    st.booleans(),
)
def test_every_float_of_money_and_every_bound_is_as_good_as_it_says(
    case: tuple[Election, Profile], parameters: Parameters, only_exactly: bool
) -> None:
    election, profile = case
    plain = PlainCount(election, profile, parameters, "lot")
    share = Fraction(election.budget, max(1, profile.ballots))
    candidates = Candidates(
        costs=tuple(option.cost for option in election.options),
        gains=(1,) * len(election.options),
        is_open=tuple(o in plain.candidates() for o in range(len(election.options))),
        ranks=tuple(range(len(election.options))),
        groups=(None,) * len(election.options),
        budget=election.budget,
    )
    counting = Count(
        support_of(profile, parameters, len(election.options)),
        candidates,
        share,
        (lambda payment: None) if only_exactly else None,
    )
    money = [share] * len(profile.rows)

    run = Run(share)
    while step := counting.next_step():
        run.steps.append(step)
        price = plain.price(step.option, money)
        assert price is not None
        assert step.price in {None, price}
        assert price <= Fraction(step.rate_at_most)
        for row, likes in enumerate(plain.voters):
            if step.option in likes:
                money[row] -= min(money[row], price * likes[step.option])
        for row, exact in enumerate(money):
            assert abs(Fraction(counting.money.left[row]) - exact) <= Fraction(counting.money.error)
            assert (counting.money.left[row] == 0) == (exact == 0)
        for option in plain.candidates():
            if option not in run.options:
                bound, price = counting.bounds[option], plain.price(option, money)
                assert price is None if bound == inf else price is None or Fraction(bound) <= price


# Shares that are left out


def runs_by_quarters(
    costs: Sequence[int],
    rows: Sequence[tuple[int, ...]],
    gains: Sequence[int],
    shares: range,
    ranks: Sequence[int] = range(9),
) -> list[Run]:
    """The rounds at each share, in quarters of a unit; the budget stops nothing."""
    profile = Profile(Reading.APPROVALS, tuple(rows), (1,) * len(rows))
    support = support_of(profile, ADD1, len(costs))
    candidates = Candidates(
        tuple(costs),
        tuple(gains),
        tuple(supporters > 0 for supporters in support.supporters),
        tuple(ranks[: len(costs)]),
        (None,) * len(costs),
        budget=sum(costs),
    )
    return [at_share(support, candidates, Fraction(quarters, 4)) for quarters in shares]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.integers(1, 9), min_size=2, max_size=5),
    st.lists(st.sets(st.integers(0, 4), min_size=1, max_size=4), min_size=2, max_size=7),
    st.booleans(),
)
@example([5, 12, 2, 4], [{0}, {1}, {0, 1, 3}, {2, 3}], True)
@example([8, 9, 10], [{1, 2}, {0, 1}, {0, 2}, {0, 1, 2}], True)
@example([2, 7, 3, 7], [{0, 2}, {0, 1}, {1, 2, 3}], True)
def test_a_share_left_out_would_have_funded_the_same_and_met_no_other_tie(
    costs: list[int], likings: list[set[int]], by_cost: bool
) -> None:
    rows = [tuple(sorted(o for o in row if o < len(costs))) for row in likings]
    gains = costs if by_cost else [1] * len(costs)
    runs = runs_by_quarters(costs, rows, gains, range(30))
    ties = [ties_of(run, gains) for run in runs]

    for low, lower in enumerate(runs):
        for high in range(low + 2, len(runs)):
            if same_between(lower, runs[high]):
                assert {run.options for run in runs[low:high]} == {lower.options}
                assert set().union(*ties[low:high]) <= ties[low] | ties[high]


def ties_of(run: Run, gains: Sequence[int]) -> set[Equals]:
    many = len(gains)
    candidates = Candidates(
        (1,) * many, tuple(gains), (True,) * many, (0,) * many, (None,) * many, 0
    )
    return set(equals_of(run, candidates))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.integers(1, 40), min_size=2, max_size=5),
    st.lists(st.sets(st.integers(0, 4), min_size=1, max_size=4), min_size=2, max_size=7),
    st.integers(1, 150),
)
@example([21, 39, 15, 38], [{1}, {2}, {0, 2, 3}, {0, 1, 3}], 92)
@example([20, 40, 35], [{0, 1, 2}, {1}, {0}, {2}], 68)
@example([13, 25, 28], [{0, 1, 2}, {0, 1}, {2}], 80)
def test_every_tie_of_every_share_on_the_way_is_told(
    costs: list[int], likings: list[set[int]], budget: int
) -> None:
    rows = tuple(tuple(sorted(o for o in row if o < len(costs))) for row in likings)
    many = len(costs)
    profile = Profile(Reading.APPROVALS, rows, (1,) * len(rows))
    support = support_of(profile, ADD1, many)
    candidates = Candidates(
        tuple(costs),
        tuple(costs),
        tuple(cost <= budget and n > 0 for cost, n in zip(costs, support.supporters, strict=True)),
        tuple(range(many)),
        (None,) * many,
        budget,
    )
    step = Fraction(1, 4)

    raised = raise_share(support, candidates, Fraction(0), step, stop_when_exhaustive=False)

    met: dict[tuple[int, ...], bool] = {}
    for steps in range(raised.steps + 2):
        run = at_share(support, candidates, steps * step)
        for equals in equals_of(run, candidates) if steps <= raised.steps or run.overspends else ():
            met[equals.options] = met.get(equals.options, False) or equals.is_decisive
    assert {equals.options: equals.is_decisive for equals in raised.ties} == met


@pytest.mark.parametrize(
    ("costs", "rows", "ranks"),
    [
        ([9, 3, 5], [(0, 1), (2,), (0,), (0, 1, 2)], (0, 2, 1)),
        ([7, 7, 1, 9], [(0, 1), (3,), (0, 1, 2, 3), (1,)], (2, 3, 0, 1)),
        ([7, 5, 3], [(0,), (0, 2), (0,), (0,), (1, 2), (1,), (0, 1, 2)], (0, 1, 2)),
    ],
)
def test_equal_outcomes_at_two_shares_do_not_vouch_for_those_between(
    costs: list[int], rows: list[tuple[int, ...]], ranks: tuple[int, ...]
) -> None:
    runs = runs_by_quarters(costs, rows, costs, range(4, 30), ranks)

    surprises = [
        (low, high)
        for low in range(len(runs))
        for high in range(low + 2, len(runs))
        if runs[low].options == runs[high].options
        and any(run.options != runs[low].options for run in runs[low:high])
    ]
    assert surprises
    assert not any(same_between(runs[low], runs[high]) for low, high in surprises)


# Laws


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
