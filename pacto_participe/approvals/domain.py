"""Acts that two people do: the one who asks, and another who confirms within a week."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST_SUBJECT = 60
STANDS_FOR = timedelta(days=7)
LONGEST_REASON = 300


class Act(StrEnum):
    """What needs a second person where a collectivity asks for it: the registry of such acts.

    A feature says in its manifest how its acts are done (`acts=`) and what each is about (`subjects=`).
    The subject of each is beside it.
    """

    PUBLISH = (
        "publish_consultation"  # the name in the address, with the revision of what is prepared
    )
    FREEZE_RULES = "freeze_rules"  # the edition, with the revision of what is prepared
    FREEZE_ROLL = "freeze_roll"  # the edition
    WRITE_DRAW = "write_draw"  # the edition, and what was drawn
    GIVE_ADMINISTRATOR = "give_administrator"  # the offer of the role, by its number
    FOUR_EYES_OFF = "four_eyes_off"  # how often four eyes were turned on or off


class Verdict(StrEnum):
    """What became of a request."""

    CONFIRMED = "approval_confirmed"
    DECLINED = "approval_declined"


class ApprovalProblem(StrEnum):
    """Why not, or not yet."""

    SECOND_PERSON_NEEDED = "second_person_needed"
    ALONE = "alone_with_four_eyes"
    REASON_MISSING = "approval_reason_missing"
    ASKED_ALREADY = "approval_asked_already"
    SAME_PERSON = "approval_same_person"
    EXPIRED = "approval_expired"
    DECIDED = "approval_decided"
    NOT_OFFERED = "approval_not_offered"


@dataclass(frozen=True, slots=True)
class Approval:
    """A request, and what was decided on it (nothing yet: None)."""

    approval_id: str
    act: Act
    subject: str
    reason: str
    asked_by: str
    asked_at: datetime
    verdict: Verdict | None = None
    decided_at: datetime | None = None

    @property
    def expires_at(self) -> datetime:
        return self.asked_at + STANDS_FOR

    def is_open(self, now: datetime) -> bool:
        return self.verdict is None and now < self.expires_at


def problem_of(
    approval: Approval, verdict: Verdict, *, person_id: str | None, now: datetime
) -> ApprovalProblem | None:
    """What keeps this person from deciding it. Who asked may take it back, never confirm it."""
    if approval.verdict is not None:
        return ApprovalProblem.DECIDED
    if now >= approval.expires_at:
        return ApprovalProblem.EXPIRED
    if verdict is Verdict.CONFIRMED and person_id in (None, approval.asked_by):
        return ApprovalProblem.SAME_PERSON
    return None
