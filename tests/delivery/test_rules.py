"""What may be said of a project, in which order, and how it stands when nobody says anything."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pacto_participe.delivery.domain import (
    FIRST_NEWS,
    FOLLOWS,
    OVER,
    Bureau,
    Draft,
    Milestone,
    Progress,
    Status,
    Update,
    UpdateProblem,
    problems_of,
    progress_of,
    read_dirhams,
    standing,
    written,
)
from pacto_participe.kernel.languages import Texts
from pacto_participe.kernel.money import dirhams
from tests.delivery.following import SAID, at, draft

FINAL = date(2026, 1, 10)
TODAY = date(2026, 11, 23)


def problems(said: Draft, history: tuple[Update, ...] = (), today: date = TODAY) -> set[str]:
    return {one.code for one in problems_of(said, history, final_on=FINAL, today=today)}


def history(*drafts: tuple[date, Draft]) -> tuple[Update, ...]:
    """Each written on its day, none of them with anything to mend."""
    found: tuple[Update, ...] = ()
    for day, said in drafts:
        assert not problems(said, found, day)
        found = (*found, written(said, found, at(day)))
    return found


def on(day: date, updates: tuple[Update, ...]) -> Progress:
    return progress_of(updates, final_on=FINAL, today=day)


# The ordinary day


def test_a_project_is_bought_built_and_done() -> None:
    march, june, october = date(2026, 3, 1), date(2026, 6, 1), date(2026, 10, 1)

    told = history(
        (march, draft(Status.PROCUREMENT, today=march, spent_cents=0)),
        (june, draft(Status.WORKS, today=june)),
        (october, draft(Status.DONE, today=october, spent_cents=dirhams(478_000))),
    )

    progress = on(TODAY, told)
    assert progress.status is Status.DONE
    assert progress.spent_cents == dirhams(478_000)
    assert progress.due_on is None
    assert not progress.is_behind


def test_a_project_of_which_nothing_was_said_is_planned() -> None:
    progress = on(FINAL, ())

    assert progress.status is Status.PLANNED
    assert progress.due_on == FINAL + FIRST_NEWS
    assert not progress.is_silent


def test_late_says_which_day_was_promised_before() -> None:
    june, august, october = date(2026, 6, 1), date(2026, 7, 25), date(2026, 9, 20)
    told = history(
        (june, draft(Status.WORKS, today=june)),
        (august, draft(Status.LATE, today=august)),
        (october, draft(Status.LATE, today=october)),
    )

    progress = on(october, told)

    assert progress.is_behind
    assert progress.missed_on == june + timedelta(days=60)
    assert progress.due_on == october + timedelta(days=60)


def test_what_a_status_has_no_use_for_is_not_kept() -> None:
    told = written(
        draft(Status.DONE, today=TODAY, next_on=TODAY, milestone=Milestone.WORKS_END, decision="7"),
        (),
        at(TODAY),
    )

    assert (told.next_on, told.milestone, told.decision) == (None, None, "")


# What is missing


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        (draft(Status.LATE, text=None), UpdateProblem.REASON_MISSING),
        (draft(Status.LATE, next_on=None), UpdateProblem.NEXT_DAY_MISSING),
        (draft(Status.ABANDONED, text=None), UpdateProblem.REASON_MISSING),
        (draft(Status.ABANDONED, decision=""), UpdateProblem.DECISION_MISSING),
        (draft(Status.WORKS, text=None), UpdateProblem.TEXT_MISSING),
        (draft(Status.WORKS, milestone=None), UpdateProblem.MILESTONE_MISSING),
        (draft(Status.WORKS, next_on=TODAY), UpdateProblem.NEXT_DAY_PASSED),
        (draft(Status.WORKS, next_on=date(2046, 1, 1)), UpdateProblem.NEXT_DAY_FAR),
        (draft(Status.WORKS, spent_cents=None), UpdateProblem.AMOUNT_UNREADABLE),
        (draft(Status.WORKS, spent_cents=-1), UpdateProblem.AMOUNT_UNREADABLE),
        (draft(Status.WORKS, bureau=None), UpdateProblem.BUREAU_MISSING),
        (draft(Status.WORKS, corrects=True), UpdateProblem.NOTHING_TO_CORRECT),
        (replace(draft(), status=None), UpdateProblem.STATUS_NOT_OFFERED),
    ],
)
def test_each_thing_that_is_missing_is_named(said: Draft, missing: UpdateProblem) -> None:
    assert problems(said) == {missing}


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"spent_cents": None}, UpdateProblem.AMOUNT_UNREADABLE),
        ({"done_on": None}, UpdateProblem.DONE_DAY_MISSING),
        ({"done_on": TODAY + timedelta(days=1)}, UpdateProblem.DONE_DAY_AHEAD),
        ({"done_on": FINAL - timedelta(days=1)}, UpdateProblem.DONE_DAY_EARLY),
    ],
)
def test_done_needs_its_cost_and_a_day_that_can_be(
    changes: dict[str, object], missing: UpdateProblem
) -> None:
    march = date(2026, 3, 1)
    works = history((march, draft(Status.WORKS, today=march)))

    assert problems(draft(Status.DONE, today=TODAY, **changes), works) == {missing}


def test_a_project_is_not_done_before_anything_was_bought_or_built() -> None:
    assert problems(draft(Status.DONE, today=TODAY)) == {UpdateProblem.CANNOT_FOLLOW}


def test_late_is_a_day_after_the_one_that_was_promised() -> None:
    works = history((TODAY, draft(Status.WORKS, today=TODAY)))
    promised = TODAY + timedelta(days=60)

    assert problems(draft(Status.LATE, next_on=promised), works) == {UpdateProblem.NOT_LATER}
    assert not problems(draft(Status.LATE, next_on=promised + timedelta(days=1)), works)


def test_what_was_spent_falls_by_a_correction_only() -> None:
    works = history((TODAY, draft(Status.WORKS, spent_cents=dirhams(300_000))))
    less = draft(Status.WORKS, spent_cents=dirhams(30_000))

    assert problems(less, works) == {UpdateProblem.SPENT_FALLS}
    assert not problems(replace(less, corrects=True), works)


def test_after_the_end_there_is_only_a_correction() -> None:
    march = date(2026, 3, 1)
    done = history(
        (march, draft(Status.WORKS, today=march)), (TODAY, draft(Status.DONE, today=TODAY))
    )

    assert problems(draft(Status.WORKS), done) == {UpdateProblem.IS_OVER}
    corrected = written(draft(Status.LATE, corrects=True), done, at(TODAY))
    assert not problems(draft(Status.LATE, corrects=True), done)
    assert on(TODAY, (*done, corrected)).status is Status.LATE


# Silence


@pytest.mark.parametrize(
    ("days", "asked", "silent"), [(0, False, False), (15, False, False), (16, True, False),
                                  (30, True, False), (31, True, True)],
)  # fmt: skip
def test_silence_after_a_promise_is_told_by_the_day(days: int, asked: bool, silent: bool) -> None:
    told = history((TODAY, draft(Status.WORKS)))
    promised = TODAY + timedelta(days=60)

    progress = on(promised + timedelta(days=days), told)

    assert (progress.staff_is_asked, progress.is_silent) == (asked, silent)
    assert progress.is_behind is silent
    assert progress.last_heard_on == TODAY


# Laws

amounts = st.none() | st.integers(-10, 10**14)
days = st.none() | st.dates(date(2025, 1, 1), date(2040, 1, 1))
texts = st.none() | st.just(SAID) | st.just(Texts.of({"fr": "Le marché est signé"}))
drafts = st.builds(
    Draft,
    status=st.none() | st.sampled_from(Status),
    spent_cents=amounts,
    bureau=st.none() | st.sampled_from(Bureau),
    text=texts,
    milestone=st.none() | st.sampled_from(Milestone),
    next_on=days,
    done_on=days,
    decision=st.sampled_from(["", "7/2026"]),
    corrects=st.booleans(),
)
good = st.builds(
    draft, st.sampled_from(Status), spent_cents=st.integers(0, 10**9), corrects=st.booleans()
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Update, ...]:
    """Whatever was accepted of a row of drafts, a day after another."""
    found: tuple[Update, ...] = ()
    for step, one in enumerate(draw(st.lists(drafts | good, max_size=12))):
        today = TODAY + timedelta(days=step)
        if not problems(one, found, today):
            found = (*found, written(one, found, at(today)))
    return found


@given(drafts, histories())
def test_whatever_is_typed_is_answered(said: Draft, told: tuple[Update, ...]) -> None:
    found = problems(said, told)

    assert found or written(said, told, at(TODAY)).place == len(told) + 1


@given(histories())
def test_what_stands_follows_one_another_and_never_costs_less(told: tuple[Update, ...]) -> None:
    stands = standing(told)
    before = Status.PLANNED
    for one in stands:
        assert one.status in FOLLOWS[before]
        before = one.status
    spent = [one.spent_cents for one in stands]
    assert spent == sorted(spent)
    assert all(one.status not in OVER for one in stands[:-1])


@given(histories())
def test_the_newest_always_stands_and_nothing_is_taken_away(told: tuple[Update, ...]) -> None:
    assume(told)
    assert standing(told)[-1] is told[-1]
    assert [one.place for one in told] == list(range(1, len(told) + 1))


@given(histories(), st.integers(0, 4000), st.integers(0, 400))
def test_silence_does_not_end_by_itself(told: tuple[Update, ...], day: int, later: int) -> None:
    first, second = (on(TODAY + timedelta(days=n), told) for n in (day, day + later))

    assert second.is_silent or not first.is_silent
    assert second.staff_is_asked or not first.staff_is_asked
    if first.is_silent:
        assert first.staff_is_asked
        assert first.status not in OVER


# Amounts as they are typed


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("478000", 47_800_000), ("478 000", 47_800_000), ("478\u00a0000 DH", 47_800_000),
        ("478.000", 47_800_000), ("478 000,5", 47_800_050), ("1.478.000,05", 147_800_005),
        ("٤٧٨٠٠٠", 47_800_000), ("478000 درهم", 47_800_000), ("0", 0), ("12,34", 1234),
        ("", None), ("beaucoup", None), ("-5", None), ("1 2 3", None), ("4,567,8", None),
        ("1" * 40, None), ("12 34", None),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(typed: str, cents: int | None) -> None:
    assert read_dirhams(typed) == cents


@given(st.text(max_size=30))
def test_no_amount_that_can_be_typed_fails(typed: str) -> None:
    read = read_dirhams(typed)

    assert read is None or read >= 0


@given(st.integers(0, 10**11))
def test_every_whole_amount_is_read_back_in_groups_of_three(amount: int) -> None:
    for separator in (" ", ".", ",", "\u00a0"):
        assert read_dirhams(f"{amount:,}".replace(",", separator)) == dirhams(amount)
