"""Laws that hold for every counting rule of the registry, under every preset and more."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pacto_participe.voting.domain import (
    PRESETS,
    Election,
    Option,
    Outcome,
    Parameters,
    Pot,
    Profile,
    Reading,
    Transfer,
    Unaffordable,
    WhyCode,
    natural_score,
)
from pacto_participe.voting.rules import RULES, count

FUNDED = {WhyCode.FUNDED, WhyCode.FUNDED_BY_SHARES, WhyCode.FUNDED_BY_COMPLETION}
FUND_NEXT = Parameters(
    unaffordable=Unaffordable.STOP_THEN_FUND_NEXT, fund_next_share=Fraction(4, 5)
)
VARIANTS = {
    **PRESETS,
    "fund-next": FUND_NEXT,
    "threshold": Parameters(threshold_votes=2),
    "share": Parameters(threshold_share=Fraction(1, 4)),
    "cost": Parameters(threshold_cost=Fraction(1, 3)),
    "pots": Parameters(pots=(Pot("North", 3),), transfer=Transfer.TO_SECOND_STAGE),
    "shares-in-pots": PRESETS["equal-shares"].changed(
        pots=(Pot("North", 3),), transfer=Transfer.TO_COMMON_POT
    ),
}
WITHOUT_LOT = ("lower-cost", "more-votes", "official-order")

variants = pytest.mark.parametrize("parameters", VARIANTS.values(), ids=VARIANTS.keys())


ANY_READING = st.sampled_from(Reading)


@st.composite
def votes(draw, reading=ANY_READING) -> tuple[Election, Profile]:
    """Few projects, small costs, few voters: ties and tight budgets are common."""
    options = tuple(
        Option(
            f"p{n}",
            draw(st.integers(1, 6)),
            group=draw(st.sampled_from((None, None, None, "site"))),
            district=draw(st.sampled_from((None, "North"))),
            is_withdrawn=draw(st.sampled_from((False,) * 7 + (True,))),
        )
        for n in range(draw(st.integers(1, 6)))
    )
    asked = Election(options, draw(st.integers(3, 15)), units_per_currency=1)
    said = draw(reading)
    row = st.lists(st.sampled_from(range(len(options))), unique=True, max_size=4)
    ballots = []
    for choices in draw(st.lists(row, max_size=7)):
        points = tuple(draw(st.integers(1, 4)) for _ in choices)
        marks = points if said is Reading.POINTS else None
        ballots.append((tuple(choices), marks, draw(st.integers(1, 3))))
    return asked, Profile.grouped(said, ballots)


def counted(asked, profile, parameters, lot="seed") -> Outcome:
    scored = parameters.changed(score=natural_score(profile.reading))
    return count(asked, profile, scored, lot=lot)


def test_every_rule_has_a_preset():
    assert {parameters.rule for parameters in PRESETS.values()} == set(RULES.names)


def test_every_rule_reads_approvals():
    assert all(Reading.APPROVALS in rule.readings for rule in RULES)


@variants
@given(votes())
@settings(max_examples=25, deadline=None)
def test_no_more_is_spent_than_there_is(parameters, vote):
    asked, profile = vote

    outcome = counted(asked, profile, parameters)

    assert asked.cost_of(outcome.winners) <= outcome.spent <= asked.budget
    assert len(set(outcome.winners)) == len(outcome.winners)


@variants
@given(votes(), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_the_order_of_ballots_means_nothing(parameters, vote, dice):
    asked, profile = vote
    marks = profile.marks or [(1,) * len(row) for row in profile.rows]
    one_by_one = [
        (row, points)
        for row, points, weight in zip(profile.rows, marks, profile.weights, strict=True)
        for _ in range(weight)
    ]
    dice.shuffle(one_by_one)
    shuffled = Profile(
        profile.reading,
        rows=tuple(row for row, _ in one_by_one),
        weights=(1,) * len(one_by_one),
        marks=None if profile.marks is None else tuple(points for _, points in one_by_one),
    )

    assert counted(asked, shuffled, parameters) == counted(asked, profile, parameters)


@variants
@given(votes(), st.text(max_size=8))
@settings(max_examples=15, deadline=None)
def test_the_same_lot_gives_the_same_result(parameters, vote, seed):
    asked, profile = vote

    assert counted(asked, profile, parameters, seed) == counted(asked, profile, parameters, seed)


@variants
@given(votes(), st.permutations("abcdef"))
@settings(max_examples=25, deadline=None)
def test_renaming_projects_changes_nothing_but_names(parameters, vote, letters):
    asked, profile = vote
    renamed = replace(
        asked,
        options=tuple(
            replace(option, id=letter, name=letter.upper())
            for option, letter in zip(asked.options, letters, strict=False)
        ),
    )
    lotless = parameters.changed(ties=WITHOUT_LOT)

    assert counted(renamed, profile, lotless) == counted(asked, profile, lotless)


@variants
@given(votes())
@settings(max_examples=25, deadline=None)
def test_everyone_is_told_why_and_the_funded_are_the_winners(parameters, vote):
    asked, profile = vote

    outcome = counted(asked, profile, parameters)

    assert [verdict.option for verdict in outcome.verdicts] == list(range(len(asked.options)))
    assert {v.option for v in outcome.verdicts if v.code in FUNDED} == set(outcome.winners)
    votes_given = profile.votes(len(asked.options))
    for verdict in outcome.verdicts:
        option = asked.options[verdict.option]
        assert verdict.numbers["cost"] == option.cost
        assert verdict.numbers["votes"] == votes_given[verdict.option]
        assert verdict.option not in verdict.others


@variants
@given(votes())
@settings(max_examples=25, deadline=None)
def test_withdrawn_unsupported_and_second_twins_are_never_funded(parameters, vote):
    asked, profile = vote
    votes_given = profile.votes(len(asked.options))

    outcome = counted(asked, profile, parameters)

    for index in outcome.winners:
        assert not asked.options[index].is_withdrawn
        assert votes_given[index] > 0
    groups = Counter(asked.options[index].group for index in outcome.winners)
    assert all(number == 1 for group, number in groups.items() if group is not None)


@variants
@given(votes())
@settings(max_examples=25, deadline=None)
def test_a_lot_is_awaited_only_where_it_was_needed(parameters, vote):
    asked, profile = vote

    drawn, waiting = (counted(asked, profile, parameters, lot) for lot in ("seed", None))

    assert not drawn.awaits_lot
    assert waiting.awaits_lot == waiting.lot_was_needed


GREEDY = {
    name: parameters for name, parameters in VARIANTS.items() if parameters.rule == "most-votes"
}
WITHOUT_STAGES = {name: given for name, given in GREEDY.items() if not given.pots}


@pytest.mark.parametrize("parameters", WITHOUT_STAGES.values(), ids=WITHOUT_STAGES.keys())
@given(votes())
@settings(max_examples=40, deadline=None)
def test_most_votes_tells_true_numbers(parameters, vote):
    asked, profile = vote

    outcome = counted(asked, profile, parameters)

    left = asked.budget
    for step in outcome.rounds:
        assert step.left == left
        left -= asked.options[step.option].cost if step.funded else step.numbers.get("paid", 0)
    assert outcome.spent == asked.budget - left
    for verdict in outcome.verdicts:
        numbers = verdict.numbers
        if verdict.code is WhyCode.TOO_EXPENSIVE:
            assert numbers["short"] == numbers["cost"] - numbers["left"] > 0
        if verdict.code is WhyCode.FUNDED:
            assert numbers["cost"] <= numbers["left"]
        if verdict.code is WhyCode.LOST_TIE:
            others = [outcome.verdicts[other] for other in verdict.others]
            assert all(other.numbers["score"] == numbers["score"] for other in others)
            assert verdict.tie in parameters.ties


PROMISES_MONOTONY = {
    name: given for name, given in WITHOUT_STAGES.items() if name not in ("share", "cost")
}


@pytest.mark.parametrize("parameters", PROMISES_MONOTONY.values(), ids=PROMISES_MONOTONY.keys())
@given(votes(st.just(Reading.APPROVALS)))
@settings(max_examples=40, deadline=None)
def test_one_more_supporter_never_unfunds_a_project_by_most_votes(parameters, vote):
    asked, profile = vote
    winners = counted(asked, profile, parameters).winners

    for winner in winners:
        ballots = list(zip(profile.rows, (None,) * len(profile.rows), profile.weights, strict=True))
        more = Profile.grouped(profile.reading, [*ballots, ((winner,), None, 1)])
        assert winner in counted(asked, more, parameters).winners


@given(votes())
@settings(max_examples=150, deadline=None)
def test_by_skipping_nobody_who_fits_in_his_turn_is_left_out(vote):
    asked, profile = vote

    outcome = counted(asked, profile, PRESETS["greedy-skip"])

    for step in outcome.rounds:
        code = outcome.verdicts[step.option].code
        fits = asked.options[step.option].cost <= step.left
        assert step.funded == (fits and code is not WhyCode.TWIN_FUNDED)


@given(votes())
@settings(max_examples=150, deadline=None)
def test_a_tie_that_is_not_decisive_never_changes_who_is_funded(vote):
    asked, profile = vote
    by_place = PRESETS["greedy-skip"].changed(ties=("official-order",))
    for parameters in (by_place, by_place.changed(unaffordable=Unaffordable.STOP)):
        outcome = counted(asked, profile, parameters)

        if not any(tie.is_decisive for tie in outcome.ties):
            for seed in ("1", "2", "3"):
                drawn = counted(asked, profile, parameters.changed(ties=("lot",)), seed)
                assert set(drawn.winners) == set(outcome.winners)
