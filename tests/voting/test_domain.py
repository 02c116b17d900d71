from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pacto_participe.voting.domain import (
    PRESETS,
    BadParameter,
    Election,
    Option,
    Parameters,
    Pot,
    Profile,
    Reading,
    Score,
    Transfer,
    Unaffordable,
    in_currency,
)
from tests.voting.elections import approvals, election, pointed


def test_presets_are_named_as_on_the_command_line():
    assert list(PRESETS) == [
        "greedy-skip",
        "greedy-stop",
        "equal-shares",
        "equal-shares-add1",
        "equal-shares-add1-exhaustive",
    ]


@pytest.mark.parametrize("name", PRESETS)
def test_parameters_come_back_from_their_published_form(name):
    assert Parameters.from_dict(PRESETS[name].to_dict()) == PRESETS[name]


def test_every_parameter_comes_back_from_its_published_form():
    parameters = Parameters(
        score=Score.BORDA,
        borda_top=3,
        unaffordable=Unaffordable.STOP_THEN_FUND_NEXT,
        fund_next_share=Fraction(4, 5),
        threshold_votes=50,
        threshold_share=Fraction(1, 20),
        threshold_cost=Fraction(1, 3),
        threshold_score=Fraction(7),
        pots=(Pot("North", 100), Pot("South", 50)),
        transfer=Transfer.TO_SECOND_STAGE,
        ties=("more-votes", "official-order"),
    )

    plain = parameters.to_dict()

    assert plain["fund_next_share"] == "4/5"
    assert plain["threshold.cost"] == "1/3"
    assert plain["pots"] == [
        {"district": "North", "budget": 100},
        {"district": "South", "budget": 50},
    ]
    assert Parameters.from_dict(plain) == parameters


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("mes.starts", "exact"),
        ("score", "love"),
        ("fund_next_share", 0.8),
        ("threshold.share", "1/0"),
        ("threshold.votes", "50"),
        ("threshold.votes", True),
        ("threshold.votes", -1),
        ("mes.stop_when_exhaustive", "yes"),
        ("ties", "lot"),
        ("ties", ["lot", "lot"]),
        ("pots", [{"district": "North", "budget": 1.5}]),
    ],
)
def test_a_parameter_that_means_nothing_is_refused_by_its_name(key, value):
    with pytest.raises(BadParameter, match=key.replace(".", r"\.")):
        Parameters.from_dict({key: value})


def test_funding_the_next_needs_its_share_and_only_then():
    with pytest.raises(BadParameter):
        Parameters(unaffordable=Unaffordable.STOP_THEN_FUND_NEXT)
    with pytest.raises(BadParameter):
        Parameters(fund_next_share=Fraction(4, 5))


def test_an_election_has_each_option_once_and_no_money_below_zero():
    with pytest.raises(ValueError, match="same id"):
        Election((Option("a", 1), Option("a", 2)), 10)
    with pytest.raises(ValueError, match="below zero"):
        Election((Option("a", -1),), 10)


def test_equal_ballots_are_one_row_however_they_came():
    asked = election(10, a=1, b=2, c=3)

    one = approvals(asked, (2, "a b"), (1, "c"), (3, "b a"))
    other = approvals(asked, (1, "c"), (5, "b a"))

    assert one == other
    assert one.ballots == 6
    assert len(one.rows) == 2


def test_points_of_zero_are_no_vote():
    asked = election(10, a=1, b=2)

    profile = pointed(asked, (2, {"a": 3, "b": 0}), (1, {"b": 1}))

    assert profile.votes(2) == (2, 1)


def test_marks_of_one_need_no_room():
    asked = election(10, a=1, b=2)

    profile = pointed(asked, (2, {"a": 1, "b": 1}))

    assert profile.marks is None


def test_a_profile_needs_a_weight_for_each_row():
    with pytest.raises(ValueError, match="weight"):
        Profile(Reading.APPROVALS, rows=((0,),), weights=())
    with pytest.raises(ValueError, match="mark"):
        Profile(Reading.POINTS, rows=((0,),), weights=(1,), marks=((1, 2),))


@pytest.mark.parametrize(
    ("units", "per_currency", "written"),
    [
        (12345, 100, "123.45"),
        (12300, 100, "123"),
        (5, 100, "0.05"),
        (0, 100, "0"),
        (Fraction(1000, 3), 1, "1000/3"),
        (Fraction(1, 8), 1, "0.125"),
        (1, 10**9, "0.000000001"),
    ],
)
def test_money_is_written_exactly(units, per_currency, written):
    assert in_currency(units, per_currency) == written


@given(st.integers(0, 10**40), st.sampled_from([1, 10, 100, 10**9]))
def test_money_written_is_the_money_meant(units, per_currency):
    assert Fraction(in_currency(units, per_currency)) == Fraction(units, per_currency)
