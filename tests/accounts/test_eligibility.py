"""Who may take part: each combination by hand, then the laws that hold for every rule and everybody."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pacto_participe.accounts.domain.cards import adult_on, birthday
from pacto_participe.accounts.domain.eligibility import (
    Condition,
    Eligibility,
    Ineligible,
    Who,
    age_on,
)
from pacto_participe.accounts.domain.people import Facts, Nationality, Tie

DAY = date(2026, 11, 30)
UNKNOWN, CITIZEN, FOREIGN = Nationality
LIVES, WORKS = Tie
ELSEWHERE, YOUNG = Ineligible.WORKS_HERE_ONLY, Ineligible.TOO_YOUNG
ONLY, SHOW = Ineligible.CITIZENS_ONLY, Ineligible.NATIONALITY_UNKNOWN
CHILD = date(2027, 1, 1)  # 17 on the day


@pytest.mark.parametrize(
    ("who", "workers", "adult_day", "nationality", "tie", "answer"),
    [
        (Who.RESIDENTS, False, None, UNKNOWN, LIVES, None),
        (Who.RESIDENTS, False, None, FOREIGN, LIVES, None),
        (Who.RESIDENTS, False, None, CITIZEN, WORKS, ELSEWHERE),
        (Who.RESIDENTS, False, CHILD, CITIZEN, LIVES, YOUNG),
        (Who.RESIDENTS, False, CHILD, CITIZEN, WORKS, ELSEWHERE),
        (Who.RESIDENTS, True, None, UNKNOWN, WORKS, None),
        (Who.RESIDENTS, True, CHILD, FOREIGN, WORKS, YOUNG),
        (Who.CITIZENS, False, None, CITIZEN, LIVES, None),
        (Who.CITIZENS, False, None, FOREIGN, LIVES, ONLY),
        (Who.CITIZENS, False, None, UNKNOWN, LIVES, SHOW),
        (Who.CITIZENS, False, None, CITIZEN, WORKS, ELSEWHERE),
        (Who.CITIZENS, False, CHILD, UNKNOWN, LIVES, YOUNG),
        (Who.CITIZENS, True, None, CITIZEN, WORKS, None),
        (Who.CITIZENS, True, None, FOREIGN, WORKS, ONLY),
        (Who.CITIZENS, True, None, UNKNOWN, WORKS, SHOW),
    ],
)
def test_each_combination(who, workers, adult_day, nationality, tie, answer):
    rule = Eligibility(18, DAY, who, includes_workers=workers)

    assert rule.why_not(adult_day, nationality, tie) is answer


@pytest.mark.parametrize(
    ("on", "answer"),
    [(date(2026, 2, 28), YOUNG), (date(2026, 3, 1), None), (date(2026, 3, 2), None)],
)
def test_someone_born_on_the_29th_of_february_is_18_on_the_first_of_march(on, answer):
    adult_day = birthday(date(2008, 2, 29), 18)

    assert Eligibility(18, on).why_not(adult_day, UNKNOWN, LIVES) is answer
    assert age_on(adult_day, on) == (17 if answer else 18)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2011, 3, 2), date(2026, 3, 1), 14),
        (date(2011, 3, 1), date(2026, 3, 1), 15),
        (date(2008, 1, 1), date(2026, 12, 31), 18),
    ],
)
def test_the_age_on_a_day_is_told_in_whole_years(born, day, age):
    assert age_on(birthday(born, 18), day) == age


def test_the_rule_is_said_in_three_conditions():
    assert Eligibility(18, DAY).conditions == (
        Condition.LIVES_HERE, Condition.ANY_NATIONALITY, Condition.OLD_ENOUGH
    )  # fmt: skip
    assert Eligibility(0, DAY, Who.CITIZENS, includes_workers=True).conditions == (
        Condition.LIVES_OR_WORKS_HERE, Condition.CITIZENS_ONLY, Condition.ANY_AGE
    )  # fmt: skip


@pytest.mark.parametrize("typed", ["", "unknown", "<script>", "CITIZEN", "x" * 10_000])
def test_what_was_not_ticked_changes_nothing(typed):
    assert Facts.ticked(typed, typed) == Facts()


DAYS = st.dates(date(2026, 11, 1), date(2027, 3, 31))
RULES = st.builds(
    Eligibility,
    st.integers(0, 18),
    DAYS,
    st.sampled_from(Who),
    st.booleans(),
)
BIRTHS = st.dates(date(1950, 1, 1), date(2026, 1, 1))


@given(RULES, RULES, BIRTHS, st.sampled_from(Nationality), st.sampled_from(Tie))
def test_a_stricter_rule_admits_nobody_whom_the_laxer_one_refuses(
    one, other, born, nationality, tie
):
    strict = Eligibility(
        max(one.minimum_age, other.minimum_age),
        min(one.on, other.on),
        max(one.who, other.who, key=lambda who: who is Who.CITIZENS),
        includes_workers=one.includes_workers and other.includes_workers,
    )
    adult_day = adult_on(born, today=date(2026, 10, 1))

    if strict.why_not(adult_day, nationality, tie) is None:
        for lax in (one, other):
            assert lax.why_not(adult_day, nationality, tie) is None


@given(RULES, BIRTHS, st.integers(0, 60))
def test_what_is_kept_of_a_birth_date_answers_as_the_date_itself_would(rule, born, days_before):
    """For every rule that can be frozen, whenever somebody was verified until the last day."""
    last_day = rule.on
    assert rule.can_be_told(until=last_day)
    verified = last_day - timedelta(days=days_before)

    answer = rule.why_not(adult_on(born, today=verified), CITIZEN, LIVES)

    assert (answer is None) is (birthday(born, rule.minimum_age) <= rule.on)


@pytest.mark.parametrize(
    ("age", "on", "can"),
    [
        (18, DAY, True),
        (18, DAY - timedelta(days=1), False),
        (18, DAY + timedelta(days=30), True),
        (16, date(2025, 3, 1), True),
        (16, date(2024, 11, 29), False),
        (19, DAY, False),
    ],
)
def test_an_age_on_a_day_long_before_cannot_be_told_of_adults(age, on, can):
    assert Eligibility(age, on).can_be_told(until=DAY) is can
