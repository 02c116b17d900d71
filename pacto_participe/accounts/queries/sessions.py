"""Who shows a ticket: someone acting, a voter of a town. The paths that every request takes."""

from datetime import date, datetime

from sqlalchemy import or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.accounts.domain.people import Method, Nationality, Tie, Voter
from pacto_participe.accounts.domain.second_factor import as_shown
from pacto_participe.accounts.tables import (
    MEMBERSHIP,
    PERSON,
    RESIDENCE,
)
from pacto_participe.kernel.actors import VISITOR, Actor, Role
from pacto_participe.kernel.clock import Clock
from pacto_participe.storage.database import Database, QuickReader
from pacto_participe.storage.sql import Record, SharedSql, Sql

_person = PERSON.c
_member = MEMBERSHIP.c
_residence = RESIDENCE.c


_ACTOR = SharedSql(
    """
    SELECT p.person_id, p.is_operator, m.collectivity_id, m.role, s.second_factor_at, f.confirmed_at,
      EXISTS (SELECT 1 FROM passkey k WHERE k.person_id = p.person_id) AS has_passkey
    FROM session s
    JOIN person p ON p.person_id = s.person_id AND p.closed_at IS NULL
    LEFT JOIN second_factor f ON f.person_id = p.person_id
    LEFT JOIN membership m
      ON m.person_id = p.person_id AND m.since <= :now AND (m.until IS NULL OR m.until > :now)
    WHERE s.session_id = :session AND s.expires_at > :now
    """,
    session="text",
    now="timestamptz",
)


# Where somebody lived at an instant, as `_district_at` of roll.py says it of all.
_AREA = """COALESCE((
    SELECT p.district FROM residence_past p
    WHERE p.collectivity_id = r.collectivity_id AND p.residence_id = r.residence_id
      AND p.until > :since ORDER BY p.place LIMIT 1), r.district) AS area"""
_VOTER = SharedSql(
    f"""
    SELECT r.person_id, r.residence_id, r.identity, r.district, r.method, r.adult_on,
           r.nationality, r.tie, {_AREA}
    FROM session s
    JOIN residence r
      ON r.collectivity_id = :town AND r.person_id = s.person_id AND r.ended_at IS NULL
    WHERE s.session_id = :session AND s.expires_at > :now
    """,
    session="text",
    town="text",
    now="timestamptz",
    since="timestamptz",
)


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
        is_set_up=rows[0]["confirmed_at"] is not None or bool(rows[0]["has_passkey"]),
        is_passed=rows[0]["second_factor_at"] is not None,
    )


async def voter_of_session(
    quick: QuickReader,
    session_id: str,
    collectivity_id: str,
    now: datetime,
    *,
    since: datetime | None = None,
) -> Voter | None:
    """The verified resident behind a ticket, or None. `since`: the instant of their `area`, or now.

    One statement, three keys: every ballot asks it.
    """
    row = await quick.one(
        _VOTER,
        session=session_id,
        town=collectivity_id,
        now=instant_text(now),
        since=instant_text(since or now),
    )
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
        Nationality(row["nationality"]),
        Tie(row["tie"]),
        row["area"],
    )


_RESIDENT = Sql(f"""
    SELECT person_id, residence_id, identity, district, method, adult_on, nationality, tie, {_AREA}
    FROM residence r
    WHERE collectivity_id = :town AND residence_id = :residence AND ended_at IS NULL
""")


async def voter_of_residence(
    quick: QuickReader, collectivity_id: str, residence_id: str, *, since: datetime
) -> Voter | None:
    """A verified resident who stands at a desk, with or without an account. `since`: the instant of their
    `area`. One quick statement."""
    row = await quick.one(
        _RESIDENT, town=collectivity_id, residence=residence_id, since=instant_text(since)
    )
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
        _residence.nationality,
        _residence.tie,
        _residence.district.label("area"),
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
