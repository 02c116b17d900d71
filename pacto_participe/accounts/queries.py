"""Questions about people and residences. Every one says how many statements it sends."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.accounts.domain.people import Contact, ContactKind, Method, RollCounts, Voter
from pacto_participe.accounts.domain.second_factor import as_shown
from pacto_participe.accounts.events import ListImported
from pacto_participe.accounts.tables import (
    ACTIVATION_SLIP,
    CONTACT,
    INVITATION,
    MEMBERSHIP,
    PERSON,
    RESIDENCE,
    RESIDENT_CASE,
    SESSION,
)
from pacto_participe.kernel.actors import VISITOR, Actor, Role
from pacto_participe.kernel.clock import Clock
from pacto_participe.storage.database import Database, QuickReader, Record
from pacto_participe.storage.events import EventRow
from pacto_participe.storage.sql import Sql

_ACTOR = Sql("""
    SELECT p.person_id, p.is_operator, m.collectivity_id, m.role, s.second_factor_at, f.confirmed_at
    FROM session s
    JOIN person p ON p.person_id = s.person_id AND p.closed_at IS NULL
    LEFT JOIN second_factor f ON f.person_id = p.person_id
    LEFT JOIN membership m
      ON m.person_id = p.person_id AND m.since <= :now AND (m.until IS NULL OR m.until > :now)
    WHERE s.session_id = :session AND s.expires_at > :now
""")

_VOTER = Sql("""
    SELECT r.person_id, r.residence_id, r.identity, r.district, r.method, r.adult_on
    FROM session s
    JOIN residence r
      ON r.collectivity_id = :town AND r.person_id = s.person_id AND r.ended_at IS NULL
    WHERE s.session_id = :session AND s.expires_at > :now
""")


EVENT = EventRow.metadata.tables[str(EventRow.__tablename__)]
_person = PERSON.c
_contact = CONTACT.c
_member = MEMBERSHIP.c
_residence = RESIDENCE.c
_session = SESSION.c


def instant_text(now: datetime) -> str:
    """An instant for a quick statement: `stored > instant` is right on both databases.

    SQLite keeps "2026-11-23 12:00:00.000000" and compares texts; the offset at the end makes this text
    the greater one at the very instant, and PostgreSQL reads it as a time with its zone.
    """
    return now.isoformat(" ", "microseconds")


async def actor_of_session(database: Database, session_id: str, clock: Clock) -> Actor:
    """Who shows this ticket, with the roles that it lets them have; a visitor when it is unknown or over.

    One statement.
    """
    rows = await database.quick.all(_ACTOR, session=session_id, now=instant_text(clock.now()))
    if not rows:
        return VISITOR
    person = Actor(
        person_id=rows[0]["person_id"],
        session_id=session_id,
        roles=frozenset(
            (row["collectivity_id"], Role(row["role"])) for row in rows if row["role"] is not None
        ),
        is_operator=bool(rows[0]["is_operator"]),
    )
    return as_shown(
        person,
        is_set_up=rows[0]["confirmed_at"] is not None,
        is_passed=rows[0]["second_factor_at"] is not None,
    )


async def voter_of_session(
    quick: QuickReader, session_id: str, collectivity_id: str, now: datetime
) -> Voter | None:
    """The verified resident behind a ticket, or None. One statement, two keys: every ballot asks it."""
    row = await quick.one(_VOTER, session=session_id, town=collectivity_id, now=instant_text(now))
    return _voter(row) if row else None


def _voter(row: Record) -> Voter:
    adult_on = row["adult_on"]
    return Voter(
        row["person_id"] or "",
        row["residence_id"],
        row["identity"],
        row["district"],
        Method(row["method"]),
        date.fromisoformat(adult_on) if isinstance(adult_on, str) else adult_on,
    )


_RESIDENT = Sql("""
    SELECT person_id, residence_id, identity, district, method, adult_on FROM residence
    WHERE collectivity_id = :town AND residence_id = :residence AND ended_at IS NULL
""")


async def voter_of_residence(
    quick: QuickReader, collectivity_id: str, residence_id: str
) -> Voter | None:
    """A verified resident who stands at a desk, with or without an account. One quick statement."""
    row = await quick.one(_RESIDENT, town=collectivity_id, residence=residence_id)
    return _voter(row) if row else None


async def resident_in(
    session: AsyncSession, collectivity_id: str, residence_id: str
) -> Voter | None:
    """The same within a transaction, which sees what it has just written. One statement."""
    statement = select(
        _residence.person_id,
        _residence.residence_id,
        _residence.identity,
        _residence.district,
        _residence.method,
        _residence.adult_on,
    ).where(
        _residence.collectivity_id == collectivity_id,
        _residence.residence_id == residence_id,
        _residence.ended_at.is_(None),
    )
    row = (await session.execute(statement)).mappings().one_or_none()
    return _voter(dict(row)) if row else None


async def roles_of(
    session: AsyncSession, collectivity_id: str, person_id: str, now: datetime
) -> frozenset[tuple[str, Role]]:
    """The roles that someone has in a town at this instant. One statement."""
    statement = (
        select(_member.role)
        .join_from(MEMBERSHIP, PERSON, _person.person_id == _member.person_id)
        .where(
            _member.collectivity_id == collectivity_id,
            _member.person_id == person_id,
            _member.since <= now,
            or_(_member.until.is_(None), _member.until > now),
            _person.closed_at.is_(None),
        )
    )
    found = (await session.execute(statement)).scalars()
    return frozenset((collectivity_id, Role(role)) for role in found)


def entitled(
    collectivity_id: str, *, since: datetime, until: datetime, adult_by: date | None
) -> ColumnElement[bool]:
    """Verified residents of a town at some moment from `since` to `until`, both included.

    `adult_by`: the latest 18th birthday of those who are old enough; None for every age.
    """
    is_here = and_(
        _residence.collectivity_id == collectivity_id,
        _residence.verified_at <= until,
        or_(_residence.ended_at.is_(None), _residence.ended_at > since),
    )
    if adult_by is None:
        return is_here
    return and_(is_here, or_(_residence.adult_on.is_(None), _residence.adult_on <= adult_by))


async def roll_counts(
    session: AsyncSession,
    collectivity_id: str,
    as_of: datetime,
    *,
    since: datetime | None = None,
    adult_by: date | None = None,
) -> RollCounts:
    """Verified residents of a town, with or without an account yet. One statement.

    At an instant, or, with `since`, at some moment from then on: who moves away during a vote could
    vote before. `adult_by`: as `entitled` takes it.
    """
    statement = (
        select(_residence.method, _residence.district, func.count().label("people"))
        .where(entitled(collectivity_id, since=since or as_of, until=as_of, adult_by=adult_by))
        .group_by(_residence.method, _residence.district)
    )
    by_method: dict[str, int] = {}
    by_district: dict[str, int] = {}
    for method, district, people in (await session.execute(statement)).all():
        name = Method(method).value
        by_method[name] = by_method.get(name, 0) + people
        by_district[district] = by_district.get(district, 0) + people
    return RollCounts(sum(by_method.values()), by_method, by_district)


async def entitled_residences(
    session: AsyncSession,
    collectivity_id: str,
    *,
    since: datetime,
    until: datetime,
    adult_by: date | None,
) -> list[str]:
    """The ids of those residences, in no order. `entitled` says which. One statement."""
    statement = select(_residence.residence_id).where(
        entitled(collectivity_id, since=since, until=until, adult_by=adult_by)
    )
    return list((await session.execute(statement)).scalars())


@dataclass(frozen=True, slots=True)
class RollNews:
    """What moves on a roll: verified since an instant, and verified but in no account yet."""

    is_new: int
    without_account: int


async def roll_news(
    session: AsyncSession,
    collectivity_id: str,
    now: datetime,
    *,
    newer_than: datetime,
    adult_by: date | None,
) -> RollNews:
    """One statement."""
    statement = select(
        func.count(case((_residence.verified_at > newer_than, 1))),
        func.count(case((_residence.person_id.is_(None), 1))),
    ).where(entitled(collectivity_id, since=now, until=now, adult_by=adult_by))
    return RollNews(*(await session.execute(statement)).one())


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


@dataclass(frozen=True, slots=True)
class Member:
    """Someone with a role in a town, as its administrators see them."""

    person_id: str
    name: str
    role: Role
    since: datetime
    until: datetime | None
    contact: Contact | None


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An offer of a role that nobody has taken yet."""

    invitation_id: str
    contact: Contact
    role: Role
    expires_at: datetime


async def members(session: AsyncSession, collectivity_id: str, now: datetime) -> tuple[Member, ...]:
    """Who has a running role in a town, by role and name. Two statements."""
    statement = (
        select(_member.person_id, _person.name, _member.role, _member.since, _member.until)
        .join_from(MEMBERSHIP, PERSON, _person.person_id == _member.person_id)
        .where(
            _member.collectivity_id == collectivity_id,
            or_(_member.until.is_(None), _member.until > now),
            _person.closed_at.is_(None),
        )
        .order_by(_member.role, _person.name, _member.person_id)
        .limit(500)
    )
    rows = (await session.execute(statement)).all()
    reached = await session.execute(
        select(_contact.person_id, _contact.kind, _contact.value)
        .where(_contact.person_id.in_({row.person_id for row in rows}))
        .order_by(_contact.value.desc())
    )
    contacts = {row.person_id: Contact(row.kind, row.value) for row in reached.all()}
    return tuple(
        Member(row.person_id, row.name, Role(row.role), row.since, row.until,
               contacts.get(row.person_id))
        for row in rows
    )  # fmt: skip


async def open_invitations(
    session: AsyncSession, collectivity_id: str, now: datetime
) -> tuple[OpenInvitation, ...]:
    """Offers that still stand in a town, the newest first. One statement."""
    offer = INVITATION.c
    statement = (
        select(offer.invitation_id, offer.kind, offer.value, offer.role, offer.expires_at)
        .where(
            offer.collectivity_id == collectivity_id,
            offer.accepted_at.is_(None),
            offer.withdrawn_at.is_(None),
            offer.expires_at > now,
        )
        .order_by(offer.invited_at.desc())
        .limit(200)
    )
    return tuple(
        OpenInvitation(row.invitation_id, Contact(row.kind, row.value), row.role, row.expires_at)
        for row in (await session.execute(statement)).all()
    )


async def people_on(session: AsyncSession, contact: Contact) -> tuple[PersonOnPhone, ...]:
    """Those who share a phone or an address, in the order in which they came. One statement."""
    statement = (
        select(_person.person_id, _person.name, _contact.place)
        .join_from(CONTACT, PERSON, _person.person_id == _contact.person_id)
        .where(_contact.value == contact.value, _person.closed_at.is_(None))
        .order_by(_contact.place)
    )
    return tuple(PersonOnPhone(*row) for row in (await session.execute(statement)).all())


async def residence_of(
    session: AsyncSession, collectivity_id: str, person_id: str
) -> HeldResidence | None:
    """Someone's running residence in a town. One statement."""
    found = await _residences(
        session,
        and_(_residence.collectivity_id == collectivity_id, _residence.person_id == person_id),
    )
    return found[0] if found else None


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
        )
        .where(condition, _residence.ended_at.is_(None))
        .order_by(_residence.verified_at)
    )
    rows = (await session.execute(statement)).all()
    return tuple(HeldResidence(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class StaffDay:
    """What waits in a town, in numbers of rows; when the oldest open case was opened."""

    cases: int
    oldest_case: datetime | None
    slips: int
    invitations: int
    lists: int


async def staff_day(
    session: AsyncSession, collectivity_id: str, now: datetime, until: datetime
) -> StaffDay:
    """Open cases, what expires unused before `until`, and lists taken in these 7 days. One statement."""
    held, slip, offer, event = RESIDENT_CASE.c, ACTIVATION_SLIP.c, INVITATION.c, EVENT.c
    is_open = and_(held.collectivity_id == collectivity_id, held.decided_at.is_(None))
    counts = {
        "cases": is_open,
        "slips": and_(
            slip.collectivity_id == collectivity_id,
            slip.used_at.is_(None),
            slip.withdrawn_at.is_(None),
            slip.expires_at > now,
            slip.expires_at <= until,
        ),
        "invitations": and_(
            offer.collectivity_id == collectivity_id,
            offer.accepted_at.is_(None),
            offer.withdrawn_at.is_(None),
            offer.expires_at > now,
            offer.expires_at <= until,
        ),
        "lists": and_(
            event.collectivity_id == collectivity_id,
            event.at > now - timedelta(days=7),
            event.tag == ListImported.tag,
        ),
    }
    columns = [
        select(func.count()).where(condition).scalar_subquery().label(name)
        for name, condition in counts.items()
    ]
    oldest = select(func.min(held.opened_at)).where(is_open).scalar_subquery()
    row = (await session.execute(select(*columns, oldest.label("oldest_case")))).one()
    return StaffDay(row.cases, row.oldest_case, row.slips, row.invitations, row.lists)


async def work_towns_of(session: AsyncSession, person_id: str, now: datetime) -> tuple[str, ...]:
    """The ids of the towns that someone works for. One statement."""
    statement = (
        select(_member.collectivity_id)
        .where(
            _member.person_id == person_id,
            _member.since <= now,
            or_(_member.until.is_(None), _member.until > now),
        )
        .distinct()
        .order_by(_member.collectivity_id)
    )
    return tuple((await session.execute(statement)).scalars())
