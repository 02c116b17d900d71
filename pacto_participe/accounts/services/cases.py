"""The queue of the counter: a case is opened, taken by one of the staff, and decided once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, RowMapping, and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.accounts.domain.cases import CaseKind, Clash, Decision, Met, Wrong
from pacto_participe.accounts.events import CaseDecided, CaseOpened, CaseTaken
from pacto_participe.accounts.policies import Refusal, may_verify
from pacto_participe.accounts.tables import ACTIVATION_SLIP, PERSON, RESIDENCE, RESIDENT_CASE
from pacto_participe.kernel.decisions import require
from pacto_participe.kernel.errors import Conflict, NotFound, Problem, Refused
from pacto_participe.storage.jobs import ask
from pacto_participe.storage.unit_of_work import UnitOfWork

SEND_ANSWER = "accounts:send-answer"
# Who took a case and went home does not hold it up: somebody else may take it after this.
TAKEN_FOR = timedelta(hours=24)
SOON_DAYS = 14
MOST_SHOWN = 100

_case = RESIDENT_CASE.c


@dataclass(frozen=True, slots=True)
class Case:
    """One case as staff see it. `about` is a Wrong, a Clash or a Met."""

    case_id: str
    kind: CaseKind
    about: Wrong | Clash | Met
    residence_id: str
    person_id: str | None
    other_person_id: str | None
    said: str
    opened_at: datetime
    taken_by: str | None
    taken_at: datetime | None
    decided_at: datetime | None
    decision: Decision | None
    note: str

    def is_taken_by(self, person_id: str | None) -> bool:
        return self.taken_by is not None and self.taken_by == person_id


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits, the oldest first; and how many slips run out soon without having been used."""

    cases: tuple[Case, ...]
    waiting: int
    slips: int


@dataclass(frozen=True, slots=True)
class MyCase:
    """A request as the resident who made it sees it."""

    collectivity_id: str
    about: Wrong | Met
    said: str
    opened_at: datetime
    decided_at: datetime | None
    decision: Decision | None
    note: str


async def ask_correction(
    uow: UnitOfWork, collectivity_id: str, person_id: str, wrong: Wrong, said: str
) -> str:
    """A resident says that a verified fact is wrong. Three statements.

    Raises NotFound when they are no resident of this town, Refused while the same is asked already.
    """
    residence = RESIDENCE.c
    statement = select(residence.residence_id).where(
        residence.collectivity_id == collectivity_id, residence.person_id == person_id
    )
    residence_id = (await uow.session.execute(statement)).scalar_one_or_none()
    if residence_id is None:
        raise NotFound
    case_id = await _open(
        uow,
        collectivity_id,
        f"correction:{residence_id}:{wrong}",
        CaseKind.CORRECTION,
        wrong,
        residence_id,
        person_id=person_id,
        said=said,
    )
    if case_id is None:
        raise Refused(Problem(Refusal.ASKED_ALREADY, "wrong"))
    return case_id


async def open_conflict(
    uow: UnitOfWork,
    collectivity_id: str,
    clash: Clash,
    residence_id: str,
    *,
    person_id: str | None = None,
    other_person_id: str | None = None,
) -> None:
    """Two things do not go together: somebody has to look. Asking again changes nothing. One statement."""
    key = f"conflict:{clash}:{residence_id}:{other_person_id or ''}"
    await _open(
        uow,
        collectivity_id,
        key,
        CaseKind.CONFLICT,
        clash,
        residence_id,
        person_id=person_id,
        other_person_id=other_person_id,
    )


async def open_meeting(uow: UnitOfWork, collectivity_id: str, person_id: str) -> str:
    """Somebody used the code of a mediator: the counter confirms it. One at a time. One statement."""
    case_id = await _open(
        uow,
        collectivity_id,
        f"meeting:{person_id}",
        CaseKind.MEETING,
        Met.NOT_LISTED,
        "",
        person_id=person_id,
    )
    if case_id is None:
        raise Refused(Problem(Refusal.MEETING_WAITS, "code"))
    return case_id


async def meeting_waits(session: AsyncSession, collectivity_id: str, person_id: str) -> bool:
    """Whether a code of a mediator waits for the counter. One statement."""
    statement = select(_case.case_id).where(
        _case.collectivity_id == collectivity_id,
        _case.key == f"meeting:{person_id}",
        _case.decided_at.is_(None),
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def _open(
    uow: UnitOfWork,
    collectivity_id: str,
    key: str,
    kind: CaseKind,
    about: Wrong | Clash | Met,
    residence_id: str,
    *,
    person_id: str | None = None,
    other_person_id: str | None = None,
    said: str = "",
) -> str | None:
    """The id of the new case, or None when the same is open already."""
    row = insert_or(RESIDENT_CASE).values(
        collectivity_id=collectivity_id,
        case_id=uuid4().hex,
        key=key,
        kind=kind,
        about=about.value,
        residence_id=residence_id,
        person_id=person_id,
        other_person_id=other_person_id,
        said=said,
        opened_at=uow.now(),
        decision="",
        note="",
    )
    statement = row.on_conflict_do_nothing(
        index_elements=["collectivity_id", "key"], index_where=_case.decided_at.is_(None)
    ).returning(_case.case_id)
    case_id: str | None = (await uow.session.execute(statement)).scalar_one_or_none()
    if case_id is not None:
        uow.record(CaseOpened(kind.value, about.value), collectivity_id=collectivity_id)
    return case_id


async def queue_of(uow: UnitOfWork, collectivity_id: str) -> Queue:
    """What waits in a town, the oldest first. Raises NotAllowed. Three statements."""
    require(may_verify(uow.actor, collectivity_id))
    waits = (_case.collectivity_id == collectivity_id, _case.decided_at.is_(None))
    statement = (
        select(RESIDENT_CASE)
        .where(*waits)
        .order_by(_case.opened_at, _case.case_id)
        .limit(MOST_SHOWN)
    )
    rows = (await uow.session.execute(statement)).mappings().all()
    waiting = (await uow.session.execute(select(func.count()).where(*waits))).scalar_one()
    slip = ACTIVATION_SLIP.c
    soon = select(func.count()).where(
        slip.collectivity_id == collectivity_id,
        slip.used_at.is_(None),
        slip.withdrawn_at.is_(None),
        slip.expires_at > uow.now(),
        slip.expires_at <= uow.now() + timedelta(days=SOON_DAYS),
    )
    slips = (await uow.session.execute(soon)).scalar_one()
    return Queue(tuple(case_of(row) for row in rows), int(waiting), int(slips))


ABOUT: dict[CaseKind, type[Wrong] | type[Clash] | type[Met]] = {
    CaseKind.CORRECTION: Wrong,
    CaseKind.CONFLICT: Clash,
    CaseKind.MEETING: Met,
}


def case_of(row: RowMapping) -> Case:
    kind = CaseKind(row["kind"])
    return Case(
        case_id=row["case_id"],
        kind=kind,
        about=ABOUT[kind](row["about"]),
        residence_id=row["residence_id"],
        person_id=row["person_id"],
        other_person_id=row["other_person_id"],
        said=row["said"],
        opened_at=row["opened_at"],
        taken_by=row["taken_by"],
        taken_at=row["taken_at"],
        decided_at=row["decided_at"],
        decision=Decision(row["decision"]) if row["decision"] else None,
        note=row["note"],
    )


async def case_by_id(uow: UnitOfWork, collectivity_id: str, case_id: str) -> Case:
    """One case of a town. Raises NotAllowed and NotFound. One statement."""
    require(may_verify(uow.actor, collectivity_id))
    statement = select(RESIDENT_CASE).where(*_this(collectivity_id, case_id))
    row = (await uow.session.execute(statement)).mappings().one_or_none()
    if row is None:
        raise NotFound
    return case_of(row)


async def take(uow: UnitOfWork, collectivity_id: str, case_id: str) -> None:
    """Take a case on oneself. Raises NotAllowed, and Conflict when somebody has it. One statement."""
    require(may_verify(uow.actor, collectivity_id))
    statement = (
        update(RESIDENT_CASE)
        .where(
            *_this(collectivity_id, case_id),
            _case.decided_at.is_(None),
            or_(
                _case.taken_by.is_(None),
                _case.taken_by == uow.actor.person_id,
                _case.taken_at < uow.now() - TAKEN_FOR,
            ),
        )
        .values(taken_by=uow.actor.person_id, taken_at=uow.now())
        .returning(_case.kind)
    )
    kind = (await uow.session.execute(statement)).scalar_one_or_none()
    if kind is None:
        raise await _why_not(uow, collectivity_id, case_id)
    uow.record(CaseTaken(CaseKind(kind).value), collectivity_id=collectivity_id)


async def close_case(
    uow: UnitOfWork, collectivity_id: str, case_id: str, decision: Decision, note: str
) -> Case:
    """Write the decision down, once: of two who decide at once, one is told of the other.

    Only who took the case decides it. Raises NotAllowed, NotFound, Conflict. Three statements.
    """
    require(may_verify(uow.actor, collectivity_id))
    statement = (
        update(RESIDENT_CASE)
        .where(
            *_this(collectivity_id, case_id),
            _case.decided_at.is_(None),
            _case.taken_by == uow.actor.person_id,
        )
        .values(decided_at=uow.now(), decision=decision.value, note=note)
        .returning(RESIDENT_CASE)
    )
    row = (await uow.session.execute(statement)).mappings().one_or_none()
    if row is None:
        raise await _why_not(uow, collectivity_id, case_id)
    case = case_of(row)
    uow.record(
        CaseDecided(case.kind.value, case.about.value, decision.value),
        collectivity_id=collectivity_id,
    )
    if case.kind is not CaseKind.CONFLICT:
        await _tell(uow, collectivity_id, case)
    return case


async def _tell(uow: UnitOfWork, collectivity_id: str, case: Case) -> None:
    """Have the resident told, when they want messages; the account page tells in any case."""
    await ask(
        uow.session,
        SEND_ANSWER,
        collectivity_id=collectivity_id,
        due_at=uow.now(),
        key=f"answer-{case.case_id}",
        collectivity=collectivity_id,
        case_id=case.case_id,
    )


async def _why_not(uow: UnitOfWork, collectivity_id: str, case_id: str) -> Exception:
    statement = select(_case.decided_at, _case.taken_by).where(*_this(collectivity_id, case_id))
    row = (await uow.session.execute(statement)).one_or_none()
    if row is None:
        return NotFound()
    if row.decided_at is not None:
        return Conflict(Problem(Refusal.DECIDED_ALREADY))
    return Conflict(Problem(Refusal.TAKEN_BY_ANOTHER if row.taken_by else Refusal.TAKE_IT_FIRST))


def _this(collectivity_id: str, case_id: str) -> tuple[ColumnElement[bool], ...]:
    return (_case.collectivity_id == collectivity_id, _case.case_id == case_id)


async def cases_of(session: AsyncSession, person_id: str) -> tuple[MyCase, ...]:
    """What somebody asked, the newest first. One statement."""
    statement = (
        select(RESIDENT_CASE)
        .where(_case.person_id == person_id, _case.kind != CaseKind.CONFLICT)
        .order_by(_case.opened_at.desc())
        .limit(50)
    )
    rows = (await session.execute(statement)).mappings().all()
    return tuple(
        MyCase(
            row["collectivity_id"],
            Met(row["about"]) if row["kind"] == CaseKind.MEETING else Wrong(row["about"]),
            row["said"],
            row["opened_at"],
            row["decided_at"],
            Decision(row["decision"]) if row["decision"] else None,
            row["note"],
        )
        for row in rows
    )


async def who_asked(session: AsyncSession, collectivity_id: str, case_id: str) -> str | None:
    """Who is to be told of a decision: nobody without an account, or without a wish for messages."""
    statement = (
        select(_case.person_id)
        .join_from(RESIDENT_CASE, PERSON, PERSON.c.person_id == _case.person_id)
        .where(
            *_this(collectivity_id, case_id),
            _case.decided_at.is_not(None),
            and_(PERSON.c.closed_at.is_(None), PERSON.c.messages_since.is_not(None)),
        )
    )
    person_id: str | None = (await session.execute(statement)).scalar_one_or_none()
    return person_id
