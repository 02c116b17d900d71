"""The words of identity: a person is reached by contacts and lives somewhere."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ContactKind(StrEnum):
    """How a person is reached."""

    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Contact:
    """A phone as +2126…, or an e-mail address in small letters. A family may share it."""

    kind: ContactKind
    value: str


class Method(StrEnum):
    """How a residence was verified. Results say how many voters were verified by each."""

    COUNTER = "counter"
    LIST = "list"
    LETTER = "letter"
    MEDIATOR = "mediator"
    NATIONAL = "national"


class Nationality(StrEnum):
    """What the card that was seen says. Nobody is asked where only residence counts."""

    UNKNOWN = "unknown"
    CITIZEN = "citizen"  # a national card
    FOREIGN = "foreign"  # a residence card (carte de séjour)


class Tie(StrEnum):
    """What binds somebody to a town."""

    LIVES = "lives"
    WORKS = "works"  # has an economic activity here, and lives elsewhere


@dataclass(frozen=True, slots=True)
class Facts:
    """What whoever verifies says of someone beside number and age. None: nothing, so what is held stays."""

    nationality: Nationality | None = None
    tie: Tie | None = None

    @classmethod
    def ticked(cls, nationality: str, tie: str) -> "Facts":
        """From what was ticked in a form; anything else was not ticked."""
        return cls(
            Nationality(nationality) if nationality in ("citizen", "foreign") else None,
            Tie(tie) if tie in ("lives", "works") else None,
        )


NOTHING_SAID = Facts()


class FactReason(StrEnum):
    """Why staff note another nationality or tie than was held, for the journal."""

    CARD_SEEN = "card_seen"
    DOCUMENT_SEEN = "document_seen"
    NOTED_BY_MISTAKE = "noted_by_mistake"


class EndReason(StrEnum):
    """Why someone is no resident any more, for the journal."""

    MOVED = "moved"
    DIED = "died"
    MISTAKE = "mistake"


@dataclass(frozen=True, slots=True)
class Voter:
    """A signed-in person with a running residence in a collectivity.

    `identity` is random and stays, one per human being and town: what a box counts by, so that a
    second account is not a second ballot. `adult_on` is the day of the 18th birthday,
    known only for those who were not of age when they were verified. `person_id` is "" for someone
    who votes at a desk and has no account. `area` is the district in which a vote counts them: where they
    lived at the instant that was asked about, whatever was corrected since.
    """

    person_id: str
    residence_id: str
    identity: str
    district: str
    method: Method
    adult_on: date | None = None
    nationality: Nationality = Nationality.UNKNOWN
    tie: Tie = Tie.LIVES
    area: str = ""


@dataclass(frozen=True, slots=True)
class RollCounts:
    """How many people are verified residents, in all, by method and by district."""

    total: int
    by_method: dict[str, int]
    by_district: dict[str, int]
