"""Whom mediators met and no list knew: the counter confirms them by the card, or a list that came since.

How they were met: mediators.py. Source: docs/decisions/0019.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, exists, or_, select, update

from pacto_participe.accounts.domain.batches import Batch
from pacto_participe.accounts.domain.cards import (
    CardNumber,
    read_birth_date,
    read_card_number,
)
from pacto_participe.accounts.domain.cases import MEETING_DECISIONS, CaseKind, Decision
from pacto_participe.accounts.domain.people import NOTHING_SAID, FactReason, Facts, Method
from pacto_participe.accounts.events import MeetingsCompared
from pacto_participe.accounts.policies import Refusal, may_verify
from pacto_participe.accounts.services.batches import (
    batch_of,
)
from pacto_participe.accounts.services.card_keys import card_keys
from pacto_participe.accounts.services.cases import TAKEN_FOR, Case, close_case, take
from pacto_participe.accounts.services.facts import note_facts, said_of
from pacto_participe.accounts.services.linking import locked_residence
from pacto_participe.accounts.services.residence import (
    Activated,
    claim,
    linked_to_another,
    settle_listed,
    take_facts_of_list,
)
from pacto_participe.accounts.tables import (
    BATCH_CODE,
    CODE_BATCH,
    LISTED_PERSON,
    RESIDENCE,
    RESIDENT_CASE,
)
from pacto_participe.kernel.clock import local
from pacto_participe.kernel.decisions import require
from pacto_participe.kernel.errors import NotFound, Problem, Refused
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.unit_of_work import UnitOfWork

MOST_AT_ONCE = 50
_code = BATCH_CODE.c


@dataclass(frozen=True, slots=True)
class Meeting:
    """Where somebody was met who is to be confirmed: the sheet, and the strip on it."""

    batch: Batch
    place: int


async def meeting_of(uow: UnitOfWork, collectivity_id: str, case_id: str) -> Meeting:
    """Where the person of a case was met. Raises NotAllowed and NotFound. One statement."""
    require(may_verify(uow.actor, collectivity_id))
    statement = (
        select(CODE_BATCH, _code.place)
        .join_from(
            CODE_BATCH,
            BATCH_CODE,
            (CODE_BATCH.c.collectivity_id == _code.collectivity_id)
            & (CODE_BATCH.c.batch_id == _code.batch_id),
        )
        .where(_code.collectivity_id == collectivity_id, _code.case_id == case_id)
    )
    row = (await uow.session.execute(statement)).mappings().one_or_none()
    if row is None:
        raise NotFound
    return Meeting(batch_of(row), row["place"])


async def decide_meeting(
    uow: UnitOfWork,
    secrets: Secrets,
    collectivity_id: str,
    case_id: str,
    decision: Decision,
    note: str,
    *,
    cnie: str = "",
    birth_date: str = "",
    seen: bool = False,
    facts: Facts = NOTHING_SAID,
) -> Refusal | None:
    """Confirm whom a mediator met, or not. To confirm, the clerk has the card in hand (`seen`) and types what
    it says: it is compared with what the resident typed. A stub proves nothing, since the mediator wrote it
    and may have used the code as well: fifty invented numbers would be fifty votes. `facts`: what the clerk
    saw on the card of the nationality and the tie; nobody is taken for a citizen of whom nothing is said.

    Returns why it stays undecided when another account has the card: that conflict is in the queue then,
    and must be committed before the clerk is told. Raises NotAllowed, NotFound, Refused, Conflict: then
    nothing is changed.
    """
    require(may_verify(uow.actor, collectivity_id))
    if decision not in MEETING_DECISIONS:
        raise Refused(Problem(Refusal.REASON_MISSING, "decision"))
    if decision is not Decision.MET_CONFIRMED:
        await _close(uow, collectivity_id, case_id, decision, note)
        await _forget(uow, collectivity_id, case_id, None)
        return None
    keys = await card_keys(uow, secrets, collectivity_id)
    try:
        async with uow.attempt():
            case = await _close(uow, collectivity_id, case_id, decision, note)
            if not seen:
                raise Refused(Problem(Refusal.CARD_NOT_SEEN, "seen"))
            number, born = _of_the_card(cnie, birth_date, uow.now())
            row = await _pending(uow, collectivity_id, case_id)
            if not (row["card"] == keys.card(number) and row["birth"] == keys.birth(number, born)):
                raise Refused(Problem(Refusal.CARD_DIFFERS, "cnie"))
            await _confirm(uow, collectivity_id, row, case.person_id, facts)
            return None
    except Refused as refused:
        code = refused.problems[0].code
        if code is Refusal.RESIDENCE_ENDED:
            raise Refused(Problem(Refusal.MET_ENDED)) from None
        if code is Refusal.ALREADY_SOMEONE_HERE:
            raise Refused(Problem(Refusal.MET_SOMEONE_ELSE)) from None
        if code is not Refusal.LINKED_TO_ANOTHER or case.person_id is None:
            raise
    residence = await locked_residence(uow, collectivity_id, RESIDENCE.c.card == row["card"])
    if residence is None:
        raise NotFound
    await linked_to_another(uow, collectivity_id, residence, case.person_id)
    return Refusal.MET_ELSEWHERE


async def _confirm(
    uow: UnitOfWork, collectivity_id: str, row: RowMapping, person_id: str | None, facts: Facts
) -> None:
    """A resident, by the card that was seen. Raises Refused."""
    seen = {**row, **said_of(facts)}
    takes_tie = facts.tie is None
    activated = await _verify(uow, collectivity_id, row, person_id, seen, takes_tie=takes_tie)
    activated.require()
    # Somebody verified meanwhile in another way has it noted as at the counter.
    await note_facts(uow, collectivity_id, activated.residence_id, facts, FactReason.CARD_SEEN)


async def _close(
    uow: UnitOfWork, collectivity_id: str, case_id: str, decision: Decision, note: str
) -> Case:
    case = await close_case(uow, collectivity_id, case_id, decision, note)
    if case.kind is not CaseKind.MEETING:
        raise Refused(Problem(Refusal.REASON_MISSING, "decision"))
    return case


def _of_the_card(cnie: str, birth_date: str, now: datetime) -> tuple[CardNumber, date]:
    """What a clerk read on the card; `right` is what the page of a case calls the birth date."""
    number = read_card_number(cnie)
    born = read_birth_date(birth_date, today=local(now).date())
    if number is None:
        raise Refused(Problem(Refusal.CARD_UNREADABLE, "cnie"))
    if born is None:
        raise Refused(Problem(Refusal.BIRTH_UNREADABLE, "right"))
    return number, born


# Whom a list alone cannot confirm: they would stand at the head of those who wait, and be refused each time.
_home = RESIDENCE.alias("home").c
_other = RESIDENCE.alias("other").c
_NEEDS_A_CLERK = or_(
    exists().where(
        _home.collectivity_id == _code.collectivity_id,
        _home.card == _code.card,
        or_(_home.ended_at.is_not(None), _home.person_id != RESIDENT_CASE.c.person_id),
    ),
    exists().where(
        _other.collectivity_id == _code.collectivity_id,
        _other.card != _code.card,
        _other.person_id == RESIDENT_CASE.c.person_id,
    ),
)


async def confirm_listed(uow: UnitOfWork, secrets: Secrets, collectivity_id: str) -> int:
    """Confirm those met by a mediator whom the list has by now, number and birth date; 50 at once. How many.

    Cases that a colleague has taken stay with the colleague, and those that need a clerk in the queue.
    Raises NotAllowed.
    """
    require(may_verify(uow.actor, collectivity_id))
    await card_keys(uow, secrets, collectivity_id)  # held: no fingerprint changes meanwhile
    listed, case = LISTED_PERSON.c, RESIDENT_CASE.c
    statement = (
        select(
            BATCH_CODE,
            case.person_id,
            listed.district.label("listed_district"),
            listed.adult_on.label("listed_adult_on"),
            listed.nationality.label("listed_nationality"),
            listed.tie.label("listed_tie"),
        )
        .join_from(
            BATCH_CODE,
            LISTED_PERSON,
            (listed.collectivity_id == _code.collectivity_id)
            & (listed.identity == _code.card)
            & (listed.birth == _code.birth),
        )
        .join(
            RESIDENT_CASE,
            (case.collectivity_id == _code.collectivity_id) & (case.case_id == _code.case_id),
        )
        .where(
            _code.collectivity_id == collectivity_id,
            case.decided_at.is_(None),
            ~_NEEDS_A_CLERK,
            or_(
                case.taken_by.is_(None),
                case.taken_by == uow.actor.person_id,
                case.taken_at < uow.now() - TAKEN_FOR,
            ),
        )
        .order_by(_code.batch_id, _code.place)
        .limit(MOST_AT_ONCE)
    )
    confirmed = 0
    for row in (await uow.session.execute(statement)).mappings().all():
        facts = {
            name: row[f"listed_{name}"] for name in ("district", "adult_on", "nationality", "tie")
        }
        try:
            async with uow.attempt():
                await take(uow, collectivity_id, row["case_id"])
                await close_case(uow, collectivity_id, row["case_id"], Decision.MET_LISTED, "")
                (await _verify(uow, collectivity_id, row, row["person_id"], facts)).require()
        except Refused:
            continue  # this one waits for a clerk who looks, and holds up nobody
        confirmed += 1
    uow.record(MeetingsCompared(confirmed), collectivity_id=collectivity_id)
    return confirmed


async def _pending(uow: UnitOfWork, collectivity_id: str, case_id: str) -> RowMapping:
    statement = select(BATCH_CODE).where(
        _code.collectivity_id == collectivity_id, _code.case_id == case_id
    )
    row = (await uow.session.execute(statement)).mappings().one_or_none()
    if row is None or row["card"] is None:
        raise NotFound
    return row


async def _verify(
    uow: UnitOfWork,
    collectivity_id: str,
    row: RowMapping,
    person_id: str | None,
    facts: Any,
    *,
    takes_tie: bool = True,
) -> Activated:
    """The residence, put in the account that used the code. Somebody verified meanwhile stays as they are."""
    is_new = await settle_listed(
        uow,
        collectivity_id,
        row["card"],
        facts,
        Method.MEDIATOR,
        by=uow.acting_role(collectivity_id),
    )
    statement = select(RESIDENCE.c.residence_id).where(
        RESIDENCE.c.collectivity_id == collectivity_id, RESIDENCE.c.card == row["card"]
    )
    residence_id = (await uow.session.execute(statement)).scalar_one()
    await take_facts_of_list(
        uow,
        collectivity_id,
        residence_id,
        row["card"],
        row["birth"],
        takes_tie=is_new and takes_tie,
    )
    await _forget(uow, collectivity_id, row["case_id"], residence_id)
    if person_id is None:
        return Activated("", residence_id)
    return await claim(uow, collectivity_id, row["card"], person_id)


async def _forget(
    uow: UnitOfWork, collectivity_id: str, case_id: str, residence_id: str | None
) -> None:
    """What waited for the decision has served. One statement."""
    await uow.session.execute(
        update(BATCH_CODE)
        .where(_code.collectivity_id == collectivity_id, _code.case_id == case_id)
        .values(card=None, birth=None, adult_on=None, residence_id=residence_id)
    )
