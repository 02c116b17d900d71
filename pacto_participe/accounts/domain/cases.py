"""What waits for a decision of the counter: corrections that residents ask for, and conflicts."""

from enum import StrEnum


class CaseKind(StrEnum):
    """Why a case is in the queue."""

    CORRECTION = "correction"
    CONFLICT = "conflict"
    MEETING = "meeting"


class Wrong(StrEnum):
    """Which verified fact a resident says is wrong."""

    DISTRICT = "district"
    BIRTH_DATE = "birth_date"
    NATIONALITY = "nationality"
    TIE = "tie"
    OTHER = "other"


class Clash(StrEnum):
    """What does not go together."""

    TWO_ACCOUNTS = "two_accounts"  # a number of the list is in use in another account
    MOVED = "moved"  # a slip brought the right to vote from an account that is still in use
    BIRTH_DIFFERS = "birth_differs"  # the card that was seen, and the list
    DISTRICT_DIFFERS = "district_differs"
    SHEET_CANCELLED = (
        "sheet_cancelled"  # verified by a code of a sheet that was cancelled afterwards
    )
    # one account used a letter, then a slip of another number: a family, or one person with two numbers
    LETTER_AND_SLIP = "letter_and_slip"
    REPORTED = "reported"  # a clerk was told that the number is somebody else's


class Met(StrEnum):
    """Whom a mediator met."""

    NOT_LISTED = "met_not_listed"  # or the list has another birth date


class Decision(StrEnum):
    """How a case ends: the fixed list of reasons."""

    CORRECTED = "corrected"
    NOTHING_WRONG = "nothing_wrong"
    SHOW_THE_CARD = "show_the_card"
    SAME_PERSON = "same_person"
    OTHER_PERSON = "other_person"
    NUMBER_MISTAKEN = "number_mistaken"
    LIST_MISTAKEN = "list_mistaken"
    ENDED = "ended"
    MET_CONFIRMED = "met_confirmed"
    MET_LISTED = "met_listed"  # found on a newer list, without anybody looking at a card
    MET_REFUSED = "met_refused"
    WITHDRAWN = "withdrawn"  # by the resident, or with their account


# What the card in hand has to be seen for.
WITH_THE_CARD = (Decision.SAME_PERSON, Decision.OTHER_PERSON, Decision.NUMBER_MISTAKEN)
_ABOUT_ACCOUNTS = (*WITH_THE_CARD, Decision.ENDED, Decision.NOTHING_WRONG)
_ABOUT_THE_LIST = (Decision.LIST_MISTAKEN, Decision.ENDED, Decision.NOTHING_WRONG)
CONFLICT_DECISIONS = {
    Clash.TWO_ACCOUNTS: _ABOUT_ACCOUNTS,
    Clash.MOVED: _ABOUT_ACCOUNTS,
    Clash.REPORTED: _ABOUT_ACCOUNTS,
    Clash.BIRTH_DIFFERS: _ABOUT_THE_LIST,
    Clash.DISTRICT_DIFFERS: _ABOUT_THE_LIST,
    Clash.LETTER_AND_SLIP: (Decision.NUMBER_MISTAKEN, Decision.ENDED, Decision.NOTHING_WRONG),
    Clash.SHEET_CANCELLED: (Decision.ENDED, Decision.NOTHING_WRONG),
}
MEETING_DECISIONS = (Decision.MET_CONFIRMED, Decision.MET_REFUSED)
CORRECTION_DECISIONS = (Decision.CORRECTED, Decision.NOTHING_WRONG, Decision.SHOW_THE_CARD)
LONGEST_TEXT = 500
