"""Saving choices and casting ballots. The hot path: no unit of work, no mapper, one commit for many."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from pacto_participe.accounts.domain.eligibility import Ineligible, age_on
from pacto_participe.accounts.domain.people import Voter as Resident
from pacto_participe.kernel.decisions import Denied
from pacto_participe.kernel.errors import Conflict, Problem, Refused, refuse_if
from pacto_participe.storage.database import Database
from pacto_participe.storage.secrets import SecretMissing, Secrets
from pacto_participe.voting.ballots import BALLOT_KINDS, Marks, limits_of
from pacto_participe.voting.boxes import BOXES, Cast, CastAnswer, Standing, Voter
from pacto_participe.voting.boxes.box import Counted
from pacto_participe.voting.charter import Charter, in_cents
from pacto_participe.voting.policies import VoteRefusal, may_cast
from pacto_participe.voting.queries import Desk, Vote

# A draft that everything was taken off again. "None of them" is stored as the empty text.
NOTHING_CHOSEN = "-"


@dataclass(frozen=True, slots=True)
class Booth:
    """One voter before one vote, with what the box needs."""

    database: Database
    secrets: Secrets
    vote: Vote
    resident: Resident
    now: datetime
    area: str = ""  # of the voter, for the turnout; "" where few are entitled
    desk: Desk | None = None  # the shared device on which they vote

    @property
    def charter(self) -> Charter:
        return self.vote.charter

    @property
    def voter(self) -> Voter:
        # No channel of its own: beside a ballot, "at a desk" would name the few who voted there.
        turn = self.desk.turn if self.desk else ""
        return Voter(identity=self.resident.identity, area=self.area, turn=turn)

    @property
    def may_show_ballot(self) -> bool:
        """A device that others hold shows no ballot but the one that is being filled."""
        return self.desk is None


def problems_of(charter: Charter, marks: Marks) -> tuple[Problem, ...]:
    """What the person has to mend, () when the ballot can be cast."""
    limits = _limits(charter.ballot_kind, tuple(charter.ballot_limits.items()))
    found = BALLOT_KINDS[charter.ballot_kind].problems(marks, limits, charter.election.options)
    return tuple(map(in_cents, found))


@lru_cache(maxsize=256)
def _limits(kind: str, plain: tuple[tuple[str, Any], ...]) -> Any:
    """Read once for a vote and not once for a ballot."""
    return limits_of(BALLOT_KINDS[kind], dict(plain))


def marks_of(charter: Charter, content: str | None) -> Marks:
    """What a stored content says; nothing for no content."""
    if content is None or content == NOTHING_CHOSEN:
        return Marks()
    return BALLOT_KINDS[charter.ballot_kind].writing.decode(content)


def why_not(charter: Charter, resident: Resident) -> Ineligible | None:
    """Why a verified resident may not vote by this charter; None for whoever may."""
    return charter.eligibility.why_not(resident.adult_on, resident.nationality, resident.tie)


def values_beside(charter: Charter, resident: Resident) -> dict[str, Any]:
    """What the sentence of a reason names: the age asked for, the day of it, and the person's own."""
    rule = charter.eligibility
    if resident.adult_on is None:
        return rule.values
    return rule.values | {"age": age_on(resident.adult_on, rule.on)}


def require_eligible(booth: Booth) -> None:
    """Raises Refused for a resident who may not vote by the charter, with the reason in its sentence."""
    reason = why_not(booth.charter, booth.resident)
    if reason is not None:
        raise Refused(Problem(reason, values=values_beside(booth.charter, booth.resident)))


def require_open(booth: Booth) -> None:
    """Raises Refused with the reason: the sentence says it, and nothing is lost."""
    require_eligible(booth)
    decision = may_cast(booth.charter, is_entitled=True, now=booth.now)
    if booth.vote.sealed_at is not None:
        decision = Denied(VoteRefusal.CLOSED)
    if isinstance(decision, Denied):
        raise Refused(Problem(decision.reason))


async def standing_of(booth: Booth) -> Standing:
    """Draft and receipt. Two quick statements."""
    box = BOXES[booth.charter.box]
    return await box.standing(booth.database, booth.secrets, booth.vote.key, booth.voter)


async def standing_of_open(booth: Booth) -> Standing | None:
    """The same while the vote is open, None otherwise."""
    is_open = may_cast(booth.charter, is_entitled=True, now=booth.now)
    return await standing_of(booth) if is_open and booth.vote.sealed_at is None else None


async def standing_of_kept(booth: Booth) -> Standing | None:
    """The same at any time: None once the box is sealed, since no key leads to a voter then."""
    try:
        return await standing_of(booth)
    except SecretMissing:
        return None


async def is_counted(booth: Booth, confirmation: str) -> bool:
    """Whether this very confirmation was counted, though its answer was lost. Nobody can tell once the box
    is sealed: False then.
    """
    try:
        return await BOXES[booth.charter.box].is_counted(
            booth.database, booth.secrets, booth.vote.key, booth.voter, confirmation
        )
    except SecretMissing:
        return False


async def own_ballot(booth: Booth) -> Marks | None:
    """The voter's own counted ballot, for their eyes on this screen. One quick statement."""
    content = await BOXES[booth.charter.box].ballot_of(
        booth.database, booth.secrets, booth.vote.key, booth.voter
    )
    return None if content is None else marks_of(booth.charter, content)


async def keep_draft(booth: Booth, marks: Marks) -> None:
    """Keep choices that are not counted, even unfinished ones. Raises Refused when it is too late.

    Choices that no ballot could hold (an unknown project) are left out rather than refused.
    """
    require_open(booth)
    known = {option.id for option in booth.charter.election.options}
    seen: dict[str, int] = {}
    for option, number in marks.given:
        if option in known and number > 0:
            seen.setdefault(option, number)
    kept = Marks(tuple(seen.items()), is_none=marks.is_none and not seen)
    is_something = bool(kept.given) or kept.is_none
    content = (
        BALLOT_KINDS[booth.charter.ballot_kind].writing.encode(kept)
        if is_something
        else NOTHING_CHOSEN
    )
    is_kept = await BOXES[booth.charter.box].save_draft(
        booth.database, booth.secrets, booth.vote.key, booth.voter, content
    )
    if not is_kept:
        raise Refused(Problem(VoteRefusal.CLOSED))


async def cast_ballot(booth: Booth, marks: Marks, *, confirmation: str, replaces: str) -> Counted:
    """Count a ballot; answered when it is on the disk. The same confirmation gives the same receipt.

    Raises Refused when the vote is not open or the ballot is not valid, Conflict when another ballot
    of this voter was counted meanwhile: the voter must see that before replacing it.
    """
    require_open(booth)
    refuse_if(problems_of(booth.charter, marks))
    cast: Cast = await BOXES[booth.charter.box].cast(
        booth.database,
        booth.secrets,
        booth.vote.key,
        booth.voter,
        content=BALLOT_KINDS[booth.charter.ballot_kind].writing.encode(marks),
        confirmation=confirmation,
        replaces=replaces,
        now=booth.now,
    )
    if cast.answer is CastAnswer.SEALED:
        raise Refused(Problem(VoteRefusal.CLOSED))
    if cast.answer is CastAnswer.ALREADY or cast.receipt is None:
        raise Conflict(Problem(VoteRefusal.ALREADY_COUNTED))
    return cast.receipt
