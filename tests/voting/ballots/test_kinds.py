"""What a person has to mend, kind by kind."""

from dataclasses import replace

import pytest

from pacto_participe.voting.ballots import (
    BALLOT_KINDS,
    BadContent,
    BallotProblem,
    LimitProblem,
    Marks,
    limits_of,
    profile_of,
)
from pacto_participe.voting.domain import Election, Option
from tests.voting.elections import approvals, election, pointed, rankings

ASKED = election(100, a=60, b=50, c=40, d=10, e=5)
APPROVAL, CHOOSE_ONE, POINTS, RANKING, KNAPSACK = BALLOT_KINDS


def told(problems):
    return [(problem.code, problem.values) for problem in problems]


def mend(kind, limits, marks, asked=ASKED):
    return told(kind.problems(marks, limits_of(kind, limits), asked.options))


def unfit(kind, limits, asked=ASKED):
    return told(kind.limit_problems(limits_of(kind, limits), asked))


def test_approval_says_how_many_are_too_many_or_missing():
    limits = {"min": 2, "max": 3}

    assert mend(APPROVAL, limits, Marks.chosen("abc")) == []
    assert mend(APPROVAL, limits, Marks.chosen("abcde")) == [
        (BallotProblem.TOO_MANY, {"by": 2, "max": 3})
    ]
    assert mend(APPROVAL, limits, Marks.chosen("a")) == [
        (BallotProblem.TOO_FEW, {"by": 1, "min": 2})
    ]


def test_a_project_ticked_twice_is_said_once_and_counts_once():
    assert mend(APPROVAL, {"max": 2}, Marks.chosen("aab")) == [
        (BallotProblem.NAMED_TWICE, {"project": "a"})
    ]


def test_a_withdrawn_project_can_no_longer_be_chosen():
    options = tuple(replace(o, is_withdrawn=o.id == "b") for o in ASKED.options)
    asked = replace(ASKED, options=options)

    assert mend(APPROVAL, {}, Marks.chosen("ab"), asked) == [
        (BallotProblem.WITHDRAWN_PROJECT, {"project": "b"})
    ]


def test_empty_places_of_a_form_are_no_choices():
    assert Marks.chosen(["", "a", ""]).options == ("a",)
    assert Marks.ranked(["", "b", "", "a"]).given == (("b", 1), ("a", 2))
    assert Marks.pointed({"a": 0, "b": 3}).given == (("b", 3),)


def test_choose_one_takes_one():
    assert mend(CHOOSE_ONE, {}, Marks.chosen("a")) == []
    assert mend(CHOOSE_ONE, {}, Marks.chosen("ab")) == [
        (BallotProblem.TOO_MANY, {"by": 1, "max": 1})
    ]


def test_points_say_what_is_too_much_in_all_and_for_one():
    limits = {"total": 10, "max_each": 5, "min_projects": 3}

    assert mend(POINTS, limits, Marks.pointed({"a": 5, "b": 3, "c": 2})) == []
    assert mend(POINTS, limits, Marks.pointed({"a": 5, "b": 1, "c": 1})) == []  # points left over
    assert mend(POINTS, limits, Marks.pointed({"a": 7, "b": 3, "c": 2})) == [
        (BallotProblem.TOO_MANY_FOR_ONE, {"project": "a", "by": 2, "max": 5}),
        (BallotProblem.TOO_MANY_POINTS, {"by": 2, "total": 10}),
    ]
    assert mend(POINTS, limits, Marks.pointed({"a": 5, "b": 5})) == [
        (BallotProblem.TOO_FEW, {"by": 1, "min": 3})
    ]
    assert (BallotProblem.NOT_POINTS, {"project": "a", "points": -1}) in mend(
        POINTS, limits, Marks.pointed({"a": -1, "b": 1, "c": 1, "d": 1})
    )


def test_a_ranking_says_which_rank_is_given_twice():
    limits = {"top": 3}

    assert mend(RANKING, limits, Marks.ranked("cab")) == []
    assert mend(RANKING, limits, Marks((("a", 1), ("b", 1), ("c", 2)))) == [
        (BallotProblem.DUPLICATED_RANK, {"rank": 1, "projects": ("a", "b")})
    ]
    assert mend(RANKING, limits, Marks.ranked("abcd")) == [
        (BallotProblem.TOO_MANY, {"by": 1, "max": 3})
    ]
    assert mend(RANKING, limits, Marks((("a", 0),))) == [
        (BallotProblem.NOT_A_RANK, {"project": "a", "rank": 0})
    ]
    assert mend(RANKING, limits, Marks.ranked("aba")) == [
        (BallotProblem.NAMED_TWICE, {"project": "a"})
    ]


def test_a_gap_between_ranks_is_closed():
    assert RANKING.writing.encode(Marks((("a", 5), ("b", 2)))) == "b,a"


def test_a_knapsack_says_by_how_much_it_is_over():
    limits = {"budget": 100}

    assert mend(KNAPSACK, limits, Marks.chosen("bcd")) == []  # exactly 100
    assert mend(KNAPSACK, limits, Marks.chosen("bcde")) == [
        (BallotProblem.OVER_BUDGET, {"excess": 5, "budget": 100, "cost": 105})
    ]


def test_a_knapsack_counts_a_project_once_though_named_twice():
    codes = [code for code, _ in mend(KNAPSACK, {"budget": 100}, Marks.chosen("aa"))]

    assert codes == [BallotProblem.NAMED_TWICE]


@pytest.mark.parametrize(
    ("kind", "limits", "problem"),
    [
        (APPROVAL, {"min": 0}, LimitProblem.BELOW_ONE),
        (APPROVAL, {"min": 3, "max": 2}, LimitProblem.MAX_BELOW_MIN),
        (APPROVAL, {"min": 6, "max": 6}, LimitProblem.ABOVE_OPTIONS),
        (POINTS, {"min_projects": 6}, LimitProblem.ABOVE_OPTIONS),
        (POINTS, {"total": 2}, LimitProblem.POINTS_OUT_OF_REACH),
        (RANKING, {"top": 6}, LimitProblem.ABOVE_OPTIONS),
        (RANKING, {"top": 2, "min": 3}, LimitProblem.MAX_BELOW_MIN),
        (KNAPSACK, {"budget": 59}, LimitProblem.DEARER_THAN_BUDGET),
        (KNAPSACK, {"budget": 4}, LimitProblem.NOTHING_AFFORDABLE),
        (KNAPSACK, {"budget": 60, "min": 4}, LimitProblem.NOTHING_AFFORDABLE),
    ],
)
def test_limits_under_which_nobody_could_vote_well_are_told_before(kind, limits, problem):
    assert [code for code, _ in unfit(kind, limits)] == [problem]


def test_choose_one_needs_something_to_choose():
    asked = Election((), 10, 1)

    assert [code for code, _ in unfit(CHOOSE_ONE, {}, asked)] == [LimitProblem.ABOVE_OPTIONS]


def test_31_a_project_dearer_than_the_whole_budget_is_named_before_the_vote():
    [(code, values)] = unfit(KNAPSACK, {"budget": 50})

    assert code is LimitProblem.DEARER_THAN_BUDGET
    assert values == {"projects": ("a",), "budget": 50}


@pytest.mark.parametrize("text", ["b,a", "a,a", ",a", "a,", " a", "a, b"])
def test_a_stored_text_that_was_changed_is_refused(text):
    for kind in (APPROVAL, KNAPSACK):
        with pytest.raises(BadContent):
            kind.writing.decode(text)


@pytest.mark.parametrize("text", ["a", "a:0", "a:01", "a:-1", ":3", "b:1,a:1", "a:1,a:1", "a:٣"])
def test_stored_points_that_were_changed_are_refused(text):
    with pytest.raises(BadContent):
        POINTS.writing.decode(text)


def test_no_kind_stores_what_its_text_cannot_hold():
    for kind in BALLOT_KINDS:
        with pytest.raises(BadContent):
            kind.writing.encode(Marks.chosen(["a,b"]))
    with pytest.raises(BadContent):
        CHOOSE_ONE.writing.encode(Marks.chosen("ab"))
    with pytest.raises(BadContent):
        CHOOSE_ONE.writing.decode("a,b")


def test_a_project_id_may_hold_a_colon():
    asked = Election((Option("x:1", 1),), 1, 1)
    text = POINTS.writing.encode(Marks.pointed({"x:1": 4}))

    assert text == "x:1:4"
    assert profile_of(POINTS, asked, [(text, 1)]).marks == ((4,),)


def test_stored_ballots_become_the_profile_that_the_count_reads():
    ticked = profile_of(APPROVAL, ASKED, [("a,c", 2), ("b", 1), ("", 1)])
    ranked = profile_of(RANKING, ASKED, [("c,a", 2), ("b", 1)])
    given = profile_of(POINTS, ASKED, [("a:7,c:3", 2)])

    assert ticked == approvals(ASKED, (2, "a c"), (1, "b"), (1, ""))
    assert ranked == rankings(ASKED, (2, "c a"), (1, "b"))
    assert given == pointed(ASKED, (2, {"a": 7, "c": 3}))
