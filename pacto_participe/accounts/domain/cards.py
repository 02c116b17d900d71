"""The number of a card (CNIE, or residence card of a foreign resident) and its birth date, in any writing.

No checksum of the number is published, and validators disagree on its length: one to three letters
and up to eight digits are accepted, then up to two letters, as residence cards have them. Leading zeros of
the digits are dropped: one office writes BE012345 where the next writes BE12345, and a person must not be
two (docs/decisions/0007-identity.md).
"""

import re
from dataclasses import dataclass
from datetime import date

from pacto_participe.accounts.domain.writing import plain, without_separators

_NUMBER = re.compile(r"^([A-Z]{1,3})0*([1-9][0-9]{0,7})([A-Z]{0,2})$")
_DAY_FIRST = re.compile(r"^(\d{1,2})\D+(\d{1,2})\D+(\d{4})$")
_YEAR_FIRST = re.compile(r"^(\d{4})\D+(\d{1,2})\D+(\d{1,2})$")
_TOGETHER = re.compile(r"^(\d{2})(\d{2})(\d{4})$")
ADULT_YEARS = 18
OLDEST_YEARS = 125


@dataclass(frozen=True, slots=True)
class CardNumber:
    """A card's number in its one normal writing. Its repr hides it: logs must not hold it."""

    text: str

    def __repr__(self) -> str:
        return "CardNumber(…)"

    @property
    def is_unusual(self) -> bool:
        """Outside one or two letters and four to six digits: worth a second look at the card."""
        return not re.fullmatch(r"[A-Z]{1,2}[1-9][0-9]{3,5}[A-Z]?", self.text)


def read_card_number(text: str) -> CardNumber | None:
    """The number in its normal writing, or None when it cannot be one."""
    found = _NUMBER.match(without_separators(text))
    return CardNumber("".join(found.groups())) if found else None


def read_day(text: str) -> date | None:
    """A day as 12/03/1987, 12 3 1987, 12031987 or 1987-03-12, or None."""
    written = plain(text)
    for pattern, order in (
        (_DAY_FIRST, (2, 1, 0)),
        (_TOGETHER, (2, 1, 0)),
        (_YEAR_FIRST, (0, 1, 2)),
    ):
        if found := pattern.match(written):
            parts = [int(part) for part in found.groups()]
            try:
                return date(*(parts[place] for place in order))
            except ValueError:
                return None
    return None


def read_birth_date(text: str, *, today: date) -> date | None:
    """A day on which someone alive can be born, or None."""
    day = read_day(text)
    if day is None or not today.year - OLDEST_YEARS <= day.year or day > today:
        return None
    return day


def birthday(born: date, years: int) -> date:
    """The day on which someone completes so many years; for the 29th of February, the 1st of March."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def adult_on(born: date, *, today: date) -> date | None:
    """The 18th birthday when it is still to come. Once of age, nothing of the date is kept."""
    day = birthday(born, ADULT_YEARS)
    return day if day > today else None
