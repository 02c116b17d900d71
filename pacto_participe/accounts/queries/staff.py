"""Who works for a town, who is invited, and what waits for them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.accounts.domain.people import Contact
from pacto_participe.accounts.events import ListImported
from pacto_participe.accounts.tables import (
    ACTIVATION_SLIP,
    CONTACT,
    INVITATION,
    MEMBERSHIP,
    PERSON,
    RESIDENT_CASE,
)
from pacto_participe.kernel.actors import Role
from pacto_participe.storage.database import QuickReader
from pacto_participe.storage.events import EventRow
from pacto_participe.storage.sql import Sql

_person = PERSON.c
_contact = CONTACT.c
_member = MEMBERSHIP.c
_EVENT = EventRow.metadata.tables[str(EventRow.__tablename__)]


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


async def administrators(session: AsyncSession, collectivity_id: str, now: datetime) -> int:
    """How many people administer a town. One statement."""
    statement = (
        select(func.count())
        .select_from(MEMBERSHIP.join(PERSON, _person.person_id == _member.person_id))
        .where(
            _member.collectivity_id == collectivity_id,
            _member.role == Role.ADMINISTRATOR,
            or_(_member.until.is_(None), _member.until > now),
            _person.closed_at.is_(None),
        )
    )
    return int((await session.execute(statement)).scalar_one())


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
            offer.is_held.is_(False),
        )
        .order_by(offer.invited_at.desc())
        .limit(200)
    )
    return tuple(
        OpenInvitation(row.invitation_id, Contact(row.kind, row.value), row.role, row.expires_at)
        for row in (await session.execute(statement)).all()
    )


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
    held, slip, offer, event = RESIDENT_CASE.c, ACTIVATION_SLIP.c, INVITATION.c, _EVENT.c
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
            offer.is_held.is_(False),
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


_WORK_TOWNS = Sql("""
    SELECT DISTINCT town.slug FROM membership held
    JOIN collectivity town ON town.collectivity_id = held.collectivity_id
    WHERE held.person_id = :person
    AND held.since <= :now AND (held.until IS NULL OR held.until > :now)
    ORDER BY town.slug
""")


async def work_towns_of(quick: QuickReader, person_id: str, now: datetime) -> tuple[str, ...]:
    """The slugs of the towns that someone works for. One quick statement."""
    rows = await quick.all(_WORK_TOWNS, person=person_id, now=now)
    return tuple(row["slug"] for row in rows)
