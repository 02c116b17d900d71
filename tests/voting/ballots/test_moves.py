"""Buttons beside a project, and the offers that make room for one more."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pacto_participe.voting.ballots import BALLOT_KINDS, Marks, Move, limits_of, swapped
from pacto_participe.voting.ballots.moves import MOST_OFFERS, sets_that_free
from tests.voting.elections import election

ASKED = election(100, a=60, b=50, c=40, d=10, e=5)
RANKING, POINTS, KNAPSACK = (BALLOT_KINDS[name] for name in ("ranking", "points", "knapsack"))
APPROVAL, CHOOSE_ONE = BALLOT_KINDS["approval"], BALLOT_KINDS["choose-one"]
LIMITS = {
    kind.name: limits_of(kind, {"budget": 100} if kind is KNAPSACK else {}) for kind in BALLOT_KINDS
}


def moved(kind, marks, move, option):
    return kind.moved(marks, move, option, LIMITS[kind.name])


def offers(kind, marks, wanted, **limits):
    found = kind.sacrifices(marks, wanted, limits_of(kind, limits) if limits else LIMITS[kind.name],
                            ASKED.options)  # fmt: skip
    return ["".join(names) for names in found]


@pytest.mark.parametrize(("move", "option", "after"), [
    (Move.UP, "c", "acb"), (Move.DOWN, "a", "bac"), (Move.REMOVE, "b", "ac"),
    (Move.ADD, "d", "abcd"), (Move.ADD, "a", "abc"), (Move.UP, "a", "abc"),
    (Move.DOWN, "c", "abc"), (Move.UP, "d", "abc"),
])  # fmt: skip
def test_choices_in_order_move_by_one_place(move, option, after):
    assert moved(RANKING, Marks.ranked("abc"), move, option) == Marks.ranked(after)


def test_a_gap_between_places_is_closed_by_any_move():
    typed = Marks((("b", 4), ("a", 2)))

    assert moved(RANKING, typed, Move.ADD, "c") == Marks.ranked("abc")


@pytest.mark.parametrize(("move", "before", "after"), [
    (Move.UP, 0, 1), (Move.UP, 5, 5), (Move.DOWN, 1, 0), (Move.DOWN, 0, 0), (Move.REMOVE, 4, 0),
    (Move.ADD, 0, 1),
])  # fmt: skip
def test_points_go_up_and_down_between_zero_and_the_most(move, before, after):
    marks = Marks.pointed({"a": before, "b": 2})

    assert dict(moved(POINTS, marks, move, "a").given) == dict(
        Marks.pointed({"a": after, "b": 2}).given
    )


def test_a_project_is_ticked_and_unticked():
    ticked = moved(APPROVAL, Marks.chosen("a"), Move.ADD, "b")

    assert ticked == Marks.chosen("ab")
    assert moved(APPROVAL, ticked, Move.REMOVE, "a") == Marks.chosen("b")


def test_where_one_is_chosen_the_new_choice_replaces_the_old():
    assert moved(CHOOSE_ONE, Marks.chosen("a"), Move.ADD, "b") == Marks.chosen("b")
    assert offers(CHOOSE_ONE, Marks.chosen("a"), "b") == []


def test_choosing_a_project_takes_none_of_them_back():
    for kind in BALLOT_KINDS:
        assert not moved(kind, Marks.none(), Move.ADD, "a").is_none


def test_a_swap_keeps_the_place_of_what_leaves():
    assert swapped(Marks.ranked("abc"), {"b"}, "d") == Marks.ranked("adc")
    assert swapped(Marks.chosen("abcd"), {"b", "c"}, "e") == Marks.chosen("aed")
    assert swapped(Marks.chosen("ae"), {"a"}, "e") == Marks.chosen("e")


def test_there_is_nothing_to_give_up_while_there_is_room():
    assert offers(APPROVAL, Marks.chosen("ab"), "c") == []
    assert offers(RANKING, Marks.ranked("ab"), "c") == []
    assert offers(KNAPSACK, Marks.chosen("ad"), "e") == []
    assert offers(POINTS, Marks.pointed({"a": 5, "b": 5}), "c") == []


def test_on_a_full_ballot_the_cheapest_or_the_last_choice_is_offered_first():
    assert offers(APPROVAL, Marks.chosen("abc"), "d", max=3) == ["c", "b", "a"]
    assert offers(RANKING, Marks.ranked("cab"), "d", top=3) == ["b", "a", "c"]


def test_what_is_wanted_does_not_count_as_chosen():
    """A form may tick what it asks room for: it must not pay twice, or be given up for itself."""
    assert offers(APPROVAL, Marks.chosen("abcd"), "d", max=3) == ["c", "b", "a"]
    assert offers(KNAPSACK, Marks.chosen("abd"), "b") == ["a"]


def test_only_what_makes_room_is_offered_the_cheapest_sacrifice_first():
    assert offers(KNAPSACK, Marks.chosen("ade"), "b") == ["a"]
    assert offers(KNAPSACK, Marks.chosen("bc"), "a") == ["b"]


def test_two_small_projects_are_offered_together_where_one_is_not_enough():
    costs = {"a": 40, "b": 30, "c": 20}

    assert sets_that_free(45, costs) == (("b", "c"), ("a", "c"), ("a", "b"))


def test_when_only_many_projects_make_room_they_are_offered_as_one():
    small = {f"s{n}": 1 for n in range(9)}

    [names] = sets_that_free(6, small)

    assert len(names) == 6
    assert sets_that_free(10, small) == ()


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 9), min_size=1), st.integers(1, 20)
)
def test_every_offer_frees_enough_and_holds_nothing_it_does_not_need(costs, needed):
    found = sets_that_free(needed, costs)
    freed = [sum(costs[name] for name in names) for names in found]

    assert freed == sorted(freed)
    assert len(found) <= MOST_OFFERS
    assert bool(found) == (sum(costs.values()) >= needed)
    for names, total in zip(found, freed, strict=True):
        assert total >= needed
        assert all(total - costs[name] < needed for name in names)
    cheapest = min(
        (sum(costs[n] for n in names) for size in (1, 2, 3) for names in combinations(costs, size)
         if sum(costs[n] for n in names) >= needed),
        default=None,
    )  # fmt: skip
    if cheapest is not None:
        assert freed[0] == cheapest


def test_a_hundred_small_choices_are_searched_in_no_time():
    costs = {f"p{n:03}": 1 + n % 7 for n in range(200)}

    assert sum(costs[name] for name in sets_that_free(500, costs)[0]) >= 500
