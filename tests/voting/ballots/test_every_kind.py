"""What holds for every ballot kind of the registry."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pacto_participe.voting.ballots import (
    BALLOT_KINDS,
    BadContent,
    BallotProblem,
    Marks,
    limits_of,
    profile_of,
    to_plain,
)
from pacto_participe.voting.domain import BadParameter, Reading
from pacto_participe.voting.pabulib.reading import READINGS
from tests.voting.elections import election

ASKED = election(100, a=60, b=50, c=40, d=10, e=5)
NEEDED = {"knapsack": {"budget": 100}}


def usual_limits(kind, **changes):
    return limits_of(kind, {**NEEDED.get(kind.name, {}), **changes})


kinds = pytest.mark.parametrize("kind", BALLOT_KINDS, ids=lambda kind: kind.name)


def test_five_kinds_are_offered():
    assert BALLOT_KINDS.names == ("approval", "choose-one", "points", "ranking", "knapsack")


@kinds
def test_limits_come_back_from_plain_json(kind):
    limits = usual_limits(kind, allow_none=True)

    assert limits_of(kind, to_plain(limits)) == limits


@kinds
@pytest.mark.parametrize(
    "plain", [{"colour": 1}, {"allow_none": "yes"}, {"allow_none": 1}], ids=str
)
def test_limits_that_mean_nothing_are_refused(kind, plain):
    with pytest.raises(BadParameter):
        usual_limits(kind, **plain)


@kinds
def test_usual_limits_fit_a_usual_election(kind):
    assert kind.limit_problems(usual_limits(kind), ASKED) == ()


@kinds
def test_pabulib_knows_this_kind(kind):
    assert READINGS[kind.pabulib_vote_type] is kind.reading


@kinds
def test_an_empty_ballot_is_not_a_blank_one(kind):
    [problem] = kind.problems(Marks(), usual_limits(kind, allow_none=True), ASKED.options)

    assert problem.code is BallotProblem.EMPTY


@kinds
def test_a_blank_ballot_needs_its_own_labelled_choice(kind):
    offered = kind.problems(Marks.none(), usual_limits(kind, allow_none=True), ASKED.options)
    [refused] = kind.problems(Marks.none(), usual_limits(kind), ASKED.options)

    assert offered == ()
    assert refused.code is BallotProblem.NONE_NOT_OFFERED


@kinds
def test_none_of_them_and_some_of_them_is_a_contradiction(kind):
    marks = Marks(given=(("a", 1),), is_none=True)

    problems = kind.problems(marks, usual_limits(kind, allow_none=True), ASKED.options)

    assert BallotProblem.NONE_AND_SOME in [problem.code for problem in problems]


@kinds
def test_an_unknown_project_is_named(kind):
    problems = kind.problems(Marks(given=(("z", 1),)), usual_limits(kind), ASKED.options)

    assert ("z", BallotProblem.UNKNOWN_PROJECT) in [
        (problem.values.get("project"), problem.code) for problem in problems
    ]


@kinds
def test_a_blank_ballot_is_stored_and_counted_as_a_ballot(kind):
    text = kind.writing.encode(Marks.none())
    profile = profile_of(kind, ASKED, [(text, 3)])

    assert kind.writing.decode(text) == Marks.none()
    assert profile.ballots == 3
    assert sum(profile.votes(5)) == 0


@kinds
@example(text="0 :1")  # found by chance: a space that the writer refuses
@given(text=st.text(alphabet="abc:,10 \n", max_size=12))
def test_what_can_be_read_is_what_is_written(kind, text):
    try:
        marks = kind.writing.decode(text)
    except BadContent:
        with pytest.raises(BadContent):
            kind.writing.row(text, ASKED.indexes())
        return
    assert kind.writing.encode(marks) == text


@kinds
@given(st.permutations(["a", "b", "c", "d"]), st.integers(1, 4))
def test_equal_ballots_have_equal_text(kind, order, size):
    if kind.name == "choose-one":
        size = 1
    if kind.reading is Reading.RANKING:
        given_twice = [Marks.ranked(order[:size]), Marks.ranked(list(order[:size]))]
    else:
        ids = sorted(order[:size])
        given_twice = [Marks.chosen(ids), Marks.chosen(reversed(ids))]

    first, second = map(kind.writing.encode, given_twice)

    assert first == second
    assert kind.writing.decode(first).options == kind.writing.decode(second).options


@kinds
def test_an_option_that_is_not_in_the_election_stops_the_count(kind):
    text = kind.writing.encode(Marks.chosen(["z"]))

    with pytest.raises(BadContent, match="'z'"):
        profile_of(kind, ASKED, [(text, 1)])
