"""Accounts and their sessions."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import and_, delete, func, select, update
from sqlalchemy import case as case_when

from pacto_participe.accounts.domain.cases import CaseKind, Decision
from pacto_participe.accounts.domain.people import Contact
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.tables import (
    BATCH_CODE,
    CONTACT,
    LOGIN_CODE,
    MEMBERSHIP,
    PASSKEY,
    PASSWORD,
    PERSON,
    RECOVERY_CODE,
    RESIDENCE,
    RESIDENT_CASE,
    SECOND_FACTOR,
    SESSION,
)
from pacto_participe.kernel.errors import Problem, Refused
from pacto_participe.storage.sql import Sql
from pacto_participe.storage.steps import Step, Steps, follow_in
from pacto_participe.storage.unit_of_work import UnitOfWork
from pacto_participe.web import sessions

_NEW_PERSON = Sql(
    "INSERT INTO person (person_id, name, language, is_operator, created_at) "
    "VALUES (:person, :name, :language, FALSE, :now)"
)
_PLACES = Sql("SELECT place FROM contact WHERE value = :value")
_TAKE_PLACE = Sql(
    "INSERT INTO contact (value, place, kind, person_id, proved_at) "
    "VALUES (:value, :place, :kind, :person, :now) ON CONFLICT (value, place) DO NOTHING RETURNING place"
)
_PROVED_AGAIN = Sql(
    "UPDATE contact SET proved_at = :now WHERE value = :value AND person_id = :person"
)


def making_person(now: datetime, *, language: str = "ar", name: str = "") -> Steps[str]:
    """A new account, reached by nothing yet. Returns its id. One statement."""
    person_id = uuid4().hex
    yield Step(_NEW_PERSON, {"person": person_id, "name": name, "language": language, "now": now})
    return person_id


def adding_contact(now: datetime, contact: Contact, person_id: str, *, most: int) -> Steps[None]:
    """Put a person on a phone or address, at the first free place. Raises Refused when it is full.

    Two statements; one more for each place that someone else takes at the same instant.
    """
    taken = {row["place"] for row in (yield Step(_PLACES, {"value": contact.value}))}
    mine = {
        "value": contact.value,
        "kind": contact.kind.value,
        "person": person_id,
        "now": now,
    }
    for place in sorted(set(range(1, most + 1)) - taken):
        if (yield Step(_TAKE_PLACE, {**mine, "place": place})):
            return
    raise Refused(Problem(Refusal.PHONE_FULL, values={"most": most}))


def noting_proof(now: datetime, contact: Contact, person_id: str) -> Steps[None]:
    """A contact was proved again: an account that is used is not forgotten. One statement."""
    yield Step(_PROVED_AGAIN, {"now": now, "value": contact.value, "person": person_id})


async def make_person(uow: UnitOfWork, *, language: str = "ar", name: str = "") -> str:
    """A new account, within this transaction."""
    return await follow_in(uow.session, making_person(uow.now(), language=language, name=name))


async def add_contact(uow: UnitOfWork, contact: Contact, person_id: str, *, most: int) -> None:
    """A person on a phone or address, within this transaction. Raises Refused when it is full."""
    await follow_in(uow.session, adding_contact(uow.now(), contact, person_id, most=most))


async def lock_person(uow: UnitOfWork, person_id: str) -> None:
    """Held until the transaction ends: what is changed of one person is changed one after the other.

    One statement; on SQLite the one writer holds everybody.
    """
    await uow.session.execute(
        select(PERSON.c.person_id).where(PERSON.c.person_id == person_id).with_for_update()
    )


async def describe_person(uow: UnitOfWork, person_id: str, *, name: str, language: str) -> None:
    """Correct what someone says of themselves. One statement."""
    await uow.session.execute(
        update(PERSON).where(PERSON.c.person_id == person_id).values(name=name, language=language)
    )


async def start_session(
    uow: UnitOfWork,
    person_id: str,
    *,
    days: int,
    device: str = "",
    instead_of: str | None = None,
    has_second_factor: bool = False,
) -> str:
    """Sign a browser in. The ticket it had before is worth nothing afterwards. Two statements.

    `has_second_factor`: this browser has shown it, just now or under the ticket it gives back.
    """
    steps = sessions.starting(
        person_id=person_id,
        now=uow.now(),
        days=days,
        device=device,
        instead_of=instead_of,
        has_second_factor=has_second_factor,
    )
    return await follow_in(uow.session, steps)


async def sign_out(uow: UnitOfWork, session_id: str) -> None:
    """Sign this browser out. One statement."""
    await sessions.end(uow.session, session_id)


async def sign_out_everywhere(uow: UnitOfWork, person_id: str) -> None:
    """Sign every browser of this person out. One statement."""
    await sessions.end_all(uow.session, person_id)


async def end_session(uow: UnitOfWork, person_id: str, session_id: str) -> None:
    """Sign one other browser of this person out; nobody else's. One statement."""
    await uow.session.execute(
        delete(SESSION).where(SESSION.c.session_id == session_id, SESSION.c.person_id == person_id)
    )


async def erase_people(uow: UnitOfWork, people: Sequence[str]) -> None:
    """Erase people, however many. Eleven statements.

    The residence stays without a person: the fingerprint of the card is what keeps a returning person
    from a second ballot, and a ballot already given from being lost.
    """
    await uow.session.execute(
        update(RESIDENCE).where(RESIDENCE.c.person_id.in_(people)).values(person_id=None)
    )
    theirs = select(CONTACT.c.value).where(CONTACT.c.person_id.in_(people))
    await uow.session.execute(delete(LOGIN_CODE).where(LOGIN_CODE.c.value.in_(theirs)))
    await _forget_cases(uow, people)
    for table in (CONTACT, PASSWORD, RECOVERY_CODE, SECOND_FACTOR, PASSKEY, MEMBERSHIP, SESSION):
        await uow.session.execute(delete(table).where(table.c.person_id.in_(people)))
    await uow.session.execute(
        update(PERSON)
        .where(PERSON.c.person_id.in_(people))
        .values(name="", messages_since=None, closed_at=_day_of(uow.now()))
    )


async def _forget_cases(uow: UnitOfWork, people: Sequence[str]) -> None:
    """What they wrote to the counter goes with them; what waited for an answer waits no more."""
    case = RESIDENT_CASE.c
    mine = and_(case.person_id.in_(people), case.kind != CaseKind.CONFLICT)
    is_open = case.decided_at.is_(None)
    # Before the person is taken off the case: what a clerk would have compared serves nobody any more.
    waiting = select(case.case_id).where(mine)
    await uow.session.execute(
        update(BATCH_CODE)
        .where(BATCH_CODE.c.case_id.in_(waiting))
        .values(card=None, birth=None, adult_on=None)
    )
    await uow.session.execute(
        update(RESIDENT_CASE)
        .where(mine)
        .values(
            person_id=None,
            said="",
            note="",
            decision=case_when((is_open, Decision.WITHDRAWN.value), else_=case.decision),
            decided_at=func.coalesce(case.decided_at, _day_of(uow.now())),
        )
    )


def _day_of(instant: datetime) -> datetime:
    """The day is kept, not the hour: it would tell which ballot was changed last."""
    return instant.replace(hour=0, minute=0, second=0, microsecond=0)
