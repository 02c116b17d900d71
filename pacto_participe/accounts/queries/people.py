"""What is held of a person: contacts, sessions, residences."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.accounts.domain.people import Contact, ContactKind, Method, Tie
from pacto_participe.accounts.tables import (
    CONTACT,
    PERSON,
    RESIDENCE,
    SESSION,
)
from pacto_participe.storage.sql import Sql
from pacto_participe.storage.steps import Step, Steps, follow_in

_person = PERSON.c
_contact = CONTACT.c
_residence = RESIDENCE.c
_session = SESSION.c


@dataclass(frozen=True, slots=True)
class PersonOnPhone:
    """One of the people who share a phone, as the choice shows them."""

    person_id: str
    name: str
    place: int


@dataclass(frozen=True, slots=True)
class HeldSession:
    """A browser that is signed in."""

    session_id: str
    device: str
    started_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class HeldResidence:
    """Where someone is a verified resident."""

    collectivity_id: str
    residence_id: str
    district: str
    method: Method
    verified_at: datetime
    verified_by: str  # the role; empty when no person of the staff looked
    tie: Tie


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Everything that is held about a person, for that person's own eyes."""

    person_id: str
    name: str
    language: str
    created_at: datetime
    contacts: tuple[Contact, ...]
    residences: tuple[HeldResidence, ...]
    sessions: tuple[HeldSession, ...]


_PEOPLE_ON = Sql("""
    SELECT p.person_id, p.name, c.place FROM contact c
    JOIN person p ON p.person_id = c.person_id
    WHERE c.value = :value AND p.closed_at IS NULL ORDER BY c.place
""")


def those_on(contact: Contact) -> Steps[tuple[PersonOnPhone, ...]]:
    """Those who share a phone or an address, in the order in which they came. One statement."""
    rows = yield Step(_PEOPLE_ON, {"value": contact.value})
    return tuple(PersonOnPhone(row["person_id"], row["name"], row["place"]) for row in rows)


async def people_on(session: AsyncSession, contact: Contact) -> tuple[PersonOnPhone, ...]:
    """The same within a transaction. One statement."""
    return await follow_in(session, those_on(contact))


async def residence_of(
    session: AsyncSession, collectivity_id: str, person_id: str
) -> HeldResidence | None:
    """Someone's running residence in a town. One statement."""
    found = await _residences(
        session,
        and_(_residence.collectivity_id == collectivity_id, _residence.person_id == person_id),
    )
    return found[0] if found else None


async def residence_ended_at(
    session: AsyncSession, collectivity_id: str, person_id: str
) -> datetime | None:
    """When somebody's residence in a town ended, None while one runs, or when none ever did.

    One statement.
    """
    statement = select(_residence.ended_at).where(
        _residence.collectivity_id == collectivity_id, _residence.person_id == person_id
    )
    ends: list[datetime | None] = list((await session.execute(statement)).scalars())
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


async def person_facts(session: AsyncSession, person_id: str, now: datetime) -> PersonFacts | None:
    """What is held about someone. Four statements."""
    person = (
        await session.execute(
            select(_person.name, _person.language, _person.created_at).where(
                _person.person_id == person_id, _person.closed_at.is_(None)
            )
        )
    ).one_or_none()
    if person is None:
        return None
    contacts = await session.execute(
        select(_contact.kind, _contact.value)
        .where(_contact.person_id == person_id)
        .order_by(_contact.value)
    )
    sessions = await session.execute(
        select(_session.session_id, _session.device, _session.started_at, _session.expires_at)
        .where(_session.person_id == person_id, _session.expires_at > now)
        .order_by(_session.started_at.desc())
        .limit(50)
    )
    return PersonFacts(
        person_id=person_id,
        name=person.name,
        language=person.language,
        created_at=person.created_at,
        contacts=tuple(Contact(ContactKind(kind), value) for kind, value in contacts.all()),
        residences=await _residences(session, _residence.person_id == person_id),
        sessions=tuple(HeldSession(*row) for row in sessions.all()),
    )


async def _residences(session: AsyncSession, condition: Any) -> tuple[HeldResidence, ...]:
    statement = (
        select(
            _residence.collectivity_id,
            _residence.residence_id,
            _residence.district,
            _residence.method,
            _residence.verified_at,
            _residence.verified_by,
            _residence.tie,
        )
        .where(condition, _residence.ended_at.is_(None))
        .order_by(_residence.verified_at)
    )
    rows = (await session.execute(statement)).all()
    return tuple(HeldResidence(*row) for row in rows)
