"""Who is entitled to vote in a town, as numbers and as residences without names."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.accounts.domain.eligibility import Eligibility, Who
from pacto_participe.accounts.domain.people import Method, Nationality, RollCounts, Tie
from pacto_participe.accounts.tables import RESIDENCE

_residence = RESIDENCE.c


def entitled(
    collectivity_id: str, *, since: datetime, until: datetime, rule: Eligibility | None
) -> ColumnElement[bool]:
    """Verified residents of a town at some moment from `since` to `until`, both included.

    `rule`: what `Eligibility.why_not` answers of one person, as a condition; None for all who are verified.
    """
    is_here = and_(
        _residence.collectivity_id == collectivity_id,
        _residence.verified_at <= until,
        or_(_residence.ended_at.is_(None), _residence.ended_at > since),
    )
    if rule is None:
        return is_here
    last = rule.last_adult_day
    conditions = [is_here, or_(_residence.adult_on.is_(None), _residence.adult_on <= last)]
    if rule.who is Who.CITIZENS:
        conditions.append(_residence.nationality == Nationality.CITIZEN)
    if not rule.includes_workers:
        conditions.append(_residence.tie == Tie.LIVES)
    return and_(*conditions)


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
    vote before. `rule`: as `entitled` takes it.
    """
    statement = (
        select(_residence.method, _residence.district, func.count().label("people"))
        .where(entitled(collectivity_id, since=since or as_of, until=as_of, rule=rule))
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
