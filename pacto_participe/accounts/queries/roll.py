"""Who is entitled to vote in a town, as numbers and as residences without names."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnCollection, ColumnElement, and_, case, exists, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.accounts.domain.eligibility import Eligibility, Who
from pacto_participe.accounts.domain.people import Method, Nationality, RollCounts, Tie
from pacto_participe.accounts.tables import RESIDENCE, RESIDENCE_PAST

_residence, _past = RESIDENCE.c, RESIDENCE_PAST.c
_of_residence = (
    _past.collectivity_id == _residence.collectivity_id,
    _past.residence_id == _residence.residence_id,
)


def entitled(
    collectivity_id: str, *, since: datetime, until: datetime, rule: Eligibility | None
) -> ColumnElement[bool]:
    """Verified residents of a town at some moment from `since` to `until`, both included.

    By what their residence says, or said at that moment. `rule`: what `Eligibility.why_not` answers of one
    person, as a condition; None for all who are verified.
    """
    says_since = func.coalesce(_residence.says_since, _residence.verified_at)
    says_now = and_(
        says_since <= until,
        or_(
            _residence.ended_at.is_(None),
            and_(_residence.ended_at > since, _residence.ended_at >= says_since),
        ),
        *_meets(rule, _residence),
    )
    said_then = exists().where(
        *_of_residence, _past.since <= until, _past.until > since, *_meets(rule, _past)
    )
    return and_(_residence.collectivity_id == collectivity_id, or_(says_now, said_then))


def _meets(rule: Eligibility | None, says: ColumnCollection[str, Any]) -> list[ColumnElement[bool]]:
    """What a rule asks of what a residence says or said."""
    if rule is None:
        return []
    conditions = [or_(says.adult_on.is_(None), says.adult_on <= rule.last_adult_day)]
    if rule.who is Who.CITIZENS:
        conditions.append(says.nationality == Nationality.CITIZEN)
    if not rule.includes_workers:
        conditions.append(says.tie == Tie.LIVES)
    return conditions


def _district_at(since: datetime) -> ColumnElement[str]:
    """Where somebody lived then, or lives since they were verified if that was later.

    The same as `area` of a `Voter`, of whom sessions.py says it.
    """
    then = (
        select(_past.district)
        .where(*_of_residence, _past.until > since)
        .order_by(_past.place)
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(then, _residence.district)


async def roll_counts(
    session: AsyncSession,
    collectivity_id: str,
    as_of: datetime,
    *,
    since: datetime | None = None,
    rule: Eligibility | None = None,
) -> RollCounts:
    """Verified residents of a town, with or without an account yet. One statement.

    At an instant, or, with `since`, at some moment from then on: who moves away during a vote could
    vote before. Each in one district: that of the first of these moments. `rule`: as `entitled` takes it.
    """
    since = since or as_of
    people = (
        select(_residence.method, _district_at(since).label("district"))
        .where(entitled(collectivity_id, since=since, until=as_of, rule=rule))
        .subquery()
    )
    statement = select(people.c.method, people.c.district, func.count().label("people")).group_by(
        people.c.method, people.c.district
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
    rule: Eligibility | None,
) -> list[str]:
    """The ids of those residences, in no order. `entitled` says which. One statement."""
    statement = select(_residence.residence_id).where(
        entitled(collectivity_id, since=since, until=until, rule=rule)
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
    rule: Eligibility | None,
) -> RollNews:
    """One statement."""
    statement = select(
        func.count(case((_residence.verified_at > newer_than, 1))),
        func.count(case((_residence.person_id.is_(None), 1))),
    ).where(entitled(collectivity_id, since=now, until=now, rule=rule))
    return RollNews(*(await session.execute(statement)).one())
