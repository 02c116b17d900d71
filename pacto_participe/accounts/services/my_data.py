"""Everything that is held about a person, for that person's own eyes (law 09-08, article 7)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.accounts.domain.people import Contact, ContactKind, Method, Nationality, Tie
from pacto_participe.accounts.queries import HeldSession
from pacto_participe.accounts.queries.passkeys import Passkey, passkeys_of
from pacto_participe.accounts.services.cases import MyCase, cases_of
from pacto_participe.accounts.services.second_factor import recovery_codes_left
from pacto_participe.accounts.tables import (
    CONTACT,
    MEMBERSHIP,
    PASSWORD,
    PERSON,
    RESIDENCE,
    RESIDENCE_PAST,
    SECOND_FACTOR,
    SESSION,
)
from pacto_participe.kernel.actors import Role
from pacto_participe.kernel.errors import NotFound
from pacto_participe.storage.events import EventRow
from pacto_participe.storage.unit_of_work import NATION

APPROVALS = "approvals:approval:"  # how the tags of asking and of deciding begin
_event = EventRow.metadata.tables[str(EventRow.__tablename__)].c


@dataclass(frozen=True, slots=True)
class MyContact:
    """A phone or address, and when it was proved last."""

    contact: Contact
    proved_at: datetime


@dataclass(frozen=True, slots=True)
class SaidBefore:
    """What a residence said until it was corrected: kept until the votes it may count for are sealed."""

    district: str
    adult_on: date | None
    nationality: Nationality
    tie: Tie
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class MyResidence:
    """Where one is, or was, a verified resident."""

    collectivity_id: str
    identity: str  # never shown: it finds whether there is a ballot in a vote that is open
    district: str
    method: Method
    verified_by: str
    verified_at: datetime
    adult_on: date | None
    ended_at: datetime | None
    nationality: Nationality
    tie: Tie
    before: tuple[SaidBefore, ...]


@dataclass(frozen=True, slots=True)
class MyRole:
    """For whom one works or worked."""

    collectivity_id: str
    role: Role
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class MyActs:
    """How many lines of a journal, and how many approvals among them, have the number of one's account.

    The journal can only be added to: they stay, also when the account is closed.
    """

    collectivity_id: str
    lines: int
    approvals: int


@dataclass(frozen=True, slots=True)
class MyData:
    """All of it."""

    name: str
    language: str
    created_at: datetime
    messages_since: datetime | None
    has_password: bool
    has_codes: (
        bool  # one-time codes of a telephone; their secret is shown once, when they are set up
    )
    recovery_codes_left: int
    passkeys: tuple[Passkey, ...]
    contacts: tuple[MyContact, ...]
    residences: tuple[MyResidence, ...]
    sessions: tuple[HeldSession, ...]
    roles: tuple[MyRole, ...]
    cases: tuple[MyCase, ...]
    acts: tuple[MyActs, ...]


async def data_of(session: AsyncSession, person_id: str, now: datetime) -> MyData:
    """Raises NotFound. Eleven statements, and one for who works or worked somewhere."""
    person = PERSON.c
    statement = select(
        person.name, person.language, person.created_at, person.messages_since
    ).where(person.person_id == person_id, person.closed_at.is_(None))
    held = (await session.execute(statement)).one_or_none()
    if held is None:
        raise NotFound
    password = select(PASSWORD.c.changed_at).where(PASSWORD.c.person_id == person_id)
    roles = await _roles(session, person_id)
    return MyData(
        name=held.name,
        language=held.language,
        created_at=held.created_at,
        messages_since=held.messages_since,
        has_password=(await session.execute(password)).scalar_one_or_none() is not None,
        has_codes=await _has_codes(session, person_id),
        recovery_codes_left=await recovery_codes_left(session, person_id),
        passkeys=await passkeys_of(session, person_id),
        contacts=await _contacts(session, person_id),
        residences=await _residences(session, person_id),
        sessions=await _sessions(session, person_id, now),
        roles=roles,
        cases=await cases_of(session, person_id),
        acts=await _acts(session, person_id, roles),
    )


async def _contacts(session: AsyncSession, person_id: str) -> tuple[MyContact, ...]:
    contact = CONTACT.c
    statement = (
        select(contact.kind, contact.value, contact.proved_at)
        .where(contact.person_id == person_id)
        .order_by(contact.value)
    )
    rows = (await session.execute(statement)).all()
    return tuple(
        MyContact(Contact(ContactKind(row.kind), row.value), row.proved_at) for row in rows
    )


async def _residences(session: AsyncSession, person_id: str) -> tuple[MyResidence, ...]:
    home = RESIDENCE.c
    statement = (
        select(
            home.residence_id, home.collectivity_id, home.identity, home.district, home.method,
            home.verified_by, home.verified_at, home.adult_on, home.ended_at, home.nationality,
            home.tie,
        )
        .where(home.person_id == person_id)
        .order_by(home.verified_at)
    )  # fmt: skip
    rows = (await session.execute(statement)).all()
    before = await _said_before(session, person_id)
    return tuple(
        MyResidence(
            collectivity_id=row.collectivity_id,
            identity=row.identity,
            district=row.district,
            method=Method(row.method),
            verified_by=row.verified_by,
            verified_at=row.verified_at,
            adult_on=row.adult_on,
            ended_at=row.ended_at,
            nationality=Nationality(row.nationality),
            tie=Tie(row.tie),
            before=tuple(before.get(row.residence_id, ())),
        )
        for row in rows
    )


async def _said_before(session: AsyncSession, person_id: str) -> dict[str, list[SaidBefore]]:
    """By residence, the oldest first."""
    home, past = RESIDENCE.c, RESIDENCE_PAST.c
    statement = (
        select(RESIDENCE_PAST)
        .join_from(
            RESIDENCE_PAST,
            RESIDENCE,
            and_(
                home.collectivity_id == past.collectivity_id,
                home.residence_id == past.residence_id,
            ),
        )
        .where(home.person_id == person_id)
        .order_by(past.residence_id, past.place)
    )
    found: dict[str, list[SaidBefore]] = {}
    for row in (await session.execute(statement)).all():
        said = SaidBefore(
            district=row.district,
            adult_on=row.adult_on,
            nationality=Nationality(row.nationality),
            tie=Tie(row.tie),
            since=row.since,
            until=row.until,
        )
        found.setdefault(row.residence_id, []).append(said)
    return found


async def _sessions(
    session: AsyncSession, person_id: str, now: datetime
) -> tuple[HeldSession, ...]:
    signed_in = SESSION.c
    statement = (
        select(signed_in.session_id, signed_in.device, signed_in.started_at, signed_in.expires_at)
        .where(signed_in.person_id == person_id, signed_in.expires_at > now)
        .order_by(signed_in.started_at.desc())
    )
    return tuple(HeldSession(*row) for row in (await session.execute(statement)).all())


async def _roles(session: AsyncSession, person_id: str) -> tuple[MyRole, ...]:
    member = MEMBERSHIP.c
    statement = (
        select(member.collectivity_id, member.role, member.since, member.until)
        .where(member.person_id == person_id)
        .order_by(member.since)
    )
    rows = (await session.execute(statement)).all()
    return tuple(MyRole(row[0], Role(row[1]), row[2], row[3]) for row in rows)


async def _has_codes(session: AsyncSession, person_id: str) -> bool:
    statement = select(SECOND_FACTOR.c.confirmed_at).where(SECOND_FACTOR.c.person_id == person_id)
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def _acts(
    session: AsyncSession, person_id: str, roles: tuple[MyRole, ...]
) -> tuple[MyActs, ...]:
    """Only of who has or had a role: the journals of their towns are read through for it."""
    if not roles:
        return ()
    statement = (
        select(
            _event.collectivity_id,
            func.count(),
            func.sum(case((_event.tag.like(f"{APPROVALS}%"), 1), else_=0)),
        )
        .where(
            _event.collectivity_id.in_({NATION, *(role.collectivity_id for role in roles)}),
            _event.person_id == person_id,
        )
        .group_by(_event.collectivity_id)
        .order_by(_event.collectivity_id)
    )
    return tuple(MyActs(*row) for row in (await session.execute(statement)).all())


def as_plain(held: MyData, voted: dict[str, dict[str, bool]]) -> dict[str, Any]:
    """The same as plain values, for the file. `voted`: town -> vote -> whether a ballot is in the box."""
    return {
        "name": held.name,
        "language": held.language,
        "account_since": held.created_at.isoformat(),
        "messages_wanted_since": _written(held.messages_since),
        "has_password": held.has_password,
        "has_one_time_codes": held.has_codes,
        "recovery_codes_left": held.recovery_codes_left,
        "passkeys": [
            {
                "name": one.name,
                "added_at": one.added_at.isoformat(),
                "used_at": _written(one.used_at),
            }
            for one in held.passkeys
        ],
        "contacts": [
            {
                "kind": one.contact.kind.value,
                "value": one.contact.value,
                "proved_at": one.proved_at.isoformat(),
            }
            for one in held.contacts
        ],
        "residences": [
            _plain_home(home, voted.get(home.collectivity_id, {})) for home in held.residences
        ],
        "signed_in": [
            {
                "device": one.device,
                "since": one.started_at.isoformat(),
                "until": one.expires_at.isoformat(),
            }
            for one in held.sessions
        ],
        "roles": [
            {
                "collectivity": one.collectivity_id,
                "role": one.role.value,
                "since": one.since.isoformat(),
                "until": _written(one.until),
            }
            for one in held.roles
        ],
        "journal": [
            {
                "collectivity": one.collectivity_id,
                "lines_that_stay": one.lines,
                "approvals_among_them": one.approvals,
            }
            for one in held.acts
        ],
        "requests": [
            {
                "collectivity": one.collectivity_id,
                "about": one.about.value,
                "said": one.said,
                "asked_at": one.opened_at.isoformat(),
                "decided_at": _written(one.decided_at),
                "decision": one.decision.value if one.decision else None,
                "answer": one.note,
            }
            for one in held.cases
        ],
    }


def _plain_home(home: MyResidence, voted: dict[str, bool]) -> dict[str, Any]:
    return {
        "collectivity": home.collectivity_id,
        "verified_by": home.method.value,
        "verified_by_role": home.verified_by,
        "verified_at": home.verified_at.isoformat(),
        **_plain_said(home),
        "ended_at": _written(home.ended_at),
        "ballot_in_open_votes": voted,
        "said_before": [
            {**_plain_said(said), "since": said.since.isoformat(), "until": said.until.isoformat()}
            for said in home.before
        ],
    }


def _plain_said(said: MyResidence | SaidBefore) -> dict[str, Any]:
    return {
        "district": said.district,
        "nationality": said.nationality.value,
        "tie": said.tie.value,
        "of_age_on": _written(said.adult_on),
    }


def _written(day: date | None) -> str | None:
    """Of an instant too."""
    return day.isoformat() if day else None
