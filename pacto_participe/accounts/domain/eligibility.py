"""Who may take part: the rule of a vote as a value, and what it answers of one person.

The age, whether residents of any nationality or Moroccan citizens only, and whether people who work here
and live elsewhere count too. A charter carries the rule, pages say it in words, the roll counts by it; this
is the only place that decides (docs/decisions/0020-who-may-vote.md).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from pacto_participe.accounts.domain.cards import ADULT_YEARS, birthday
from pacto_participe.accounts.domain.people import Nationality, Tie


class Who(StrEnum):
    """Whose vote it is, by nationality."""

    RESIDENTS = "residents"  # whatever their nationality
    CITIZENS = "citizens"  # Moroccan citizens only


class Ineligible(StrEnum):
    """Why somebody may not, the first reason in the order in which nothing can be done about it."""

    WORKS_HERE_ONLY = "works_here_only"
    TOO_YOUNG = "too_young"
    CITIZENS_ONLY = "citizens_only"
    NATIONALITY_UNKNOWN = "nationality_unknown"  # the counter can note it, with the card in hand


class Condition(StrEnum):
    """What a rule asks, one sentence each: a feature's page says it by its code and values."""

    LIVES_HERE = "lives_here"  # town
    LIVES_OR_WORKS_HERE = "lives_or_works_here"  # town
    ANY_NATIONALITY = "any_nationality"
    CITIZENS_ONLY = "citizens_only"
    ANY_AGE = "any_age"
    OLD_ENOUGH = "old_enough"  # least, day


@dataclass(frozen=True, slots=True)
class Eligibility:
    """A rule. `minimum_age` in whole years, at most 18, reached by the day `on`, that day included."""

    minimum_age: int
    on: date
    who: Who = Who.RESIDENTS
    includes_workers: bool = False

    def why_not(
        self, adult_on: date | None, nationality: Nationality, tie: Tie
    ) -> Ineligible | None:
        """None for whoever may. `adult_on`: the 18th birthday of those who were not of age when verified.

        Who is of no known nationality may not where it matters, and is told to show the card.
        """
        if tie is Tie.WORKS and not self.includes_workers:
            return Ineligible.WORKS_HERE_ONLY
        if not is_of_age(adult_on, self.minimum_age, on=self.on):
            return Ineligible.TOO_YOUNG
        if self.who is Who.CITIZENS and nationality is not Nationality.CITIZEN:
            is_unknown = nationality is Nationality.UNKNOWN
            return Ineligible.NATIONALITY_UNKNOWN if is_unknown else Ineligible.CITIZENS_ONLY
        return None

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The rule in the order in which it is said; `values` has what the sentences name."""
        return (
            Condition.LIVES_OR_WORKS_HERE if self.includes_workers else Condition.LIVES_HERE,
            Condition.CITIZENS_ONLY if self.who is Who.CITIZENS else Condition.ANY_NATIONALITY,
            Condition.OLD_ENOUGH if self.minimum_age else Condition.ANY_AGE,
        )

    @property
    def values(self) -> dict[str, Any]:
        """The age that is asked for and its day, for the sentences of conditions and reasons."""
        return {"least": self.minimum_age, "day": self.on}

    @property
    def last_adult_day(self) -> date:
        """The latest 18th birthday of those who are old enough, for a query."""
        return last_adult_day(self.minimum_age, on=self.on)

    def can_be_told(self, *, until: date) -> bool:
        """Whether what is kept of birth dates answers it of everybody who is verified by a day.

        Of who was of age when verified nothing is kept: an age on a day long before cannot be told of them.
        """
        return 0 <= self.minimum_age <= ADULT_YEARS and self.last_adult_day >= until


def is_of_age(adult_day: date | None, years: int, *, on: date) -> bool:
    """Whether someone is `years` old (at most 18) on a day, from what is kept of the birth date."""
    if years > ADULT_YEARS:
        raise ValueError(f"the age of {years} cannot be told from what is kept")
    return adult_day is None or birthday(adult_day, years - ADULT_YEARS) <= on


def last_adult_day(years: int, *, on: date) -> date:
    """The latest 18th birthday of those who are `years` old on a day: what `is_of_age` says, for a query."""
    if years > ADULT_YEARS:
        raise ValueError(f"the age of {years} cannot be told from what is kept")
    try:
        return on.replace(year=on.year + ADULT_YEARS - years)
    except ValueError:  # the 29th of February, asked of a year that has none
        return date(on.year + ADULT_YEARS - years, 2, 28)


def age_on(adult_day: date, day: date) -> int:
    """The age in whole years, on a day, of someone whose 18th birthday is known."""
    years = ADULT_YEARS + day.year - adult_day.year
    return years if is_of_age(adult_day, min(years, ADULT_YEARS), on=day) else years - 1
