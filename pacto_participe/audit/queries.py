"""Questions about the journal. Nobody's name or number is among what is read."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.audit.domain import PAGE, Act, Place, Wanted
from pacto_participe.kernel.clock import instant_of
from pacto_participe.storage.events import EventRow

EXPORTED_AT_ONCE = 500
_event = EventRow.metadata.tables[str(EventRow.__tablename__)].c
_ROW = (_event.event_id, _event.at, _event.tag, _event.role, _event.body)
_NEWEST_FIRST = (_event.at.desc(), _event.event_id.desc())


async def acts_of(
    session: AsyncSession,
    town: str,
    wanted: Wanted,
    tags: Sequence[str] | None,
    places: Sequence[Place] = (),
    *,
    most: int = PAGE,
) -> list[Act]:
    """The newest acts of these tags (None: of all), one more than `most` when there are more.

    `places`: for each word that is looked for, where it can be read. At most two statements.
    """
    is_told: ColumnElement[bool] = true() if tags is None else _event.tag.in_(tags)
    is_told = and_(is_told, *map(_reads, places))
    if wanted.details:
        is_told = or_(is_told, _event.body.contains(wanted.details, autoescape=True))
    conditions = [_event.collectivity_id == town, is_told]
    if wanted.role:
        conditions.append(_event.role == wanted.role)
    if wanted.since:
        conditions.append(_event.at >= instant_of(wanted.since, time(0)))
    if wanted.until:
        end = instant_of(wanted.until + timedelta(days=1), time(0))
        conditions.append(_event.at < end)
    if wanted.after:
        place = await _place_of(session, town, wanted.after)
        if place is not None:
            conditions.append(_before(place, wanted.after))
    statement = select(*_ROW).where(*conditions).order_by(*_NEWEST_FIRST).limit(most + 1)
    return [
        Act(row.event_id, row.at, row.tag, row.role or "", json.loads(row.body))
        for row in (await session.execute(statement)).all()
    ]


async def every_act(
    session: AsyncSession,
    town: str,
    wanted: Wanted,
    tags: Sequence[str] | None,
    places: Sequence[Place] = (),
) -> AsyncIterator[Act]:
    """All of them, some hundreds at a time, however long the journal is."""
    after = wanted.after
    while True:
        step = replace(wanted, after=after)
        acts = await acts_of(session, town, step, tags, places, most=EXPORTED_AT_ONCE)
        for act in acts[:EXPORTED_AT_ONCE]:
            yield act
        if len(acts) <= EXPORTED_AT_ONCE:
            return
        after = acts[EXPORTED_AT_ONCE - 1].event_id


def _reads(place: Place) -> ColumnElement[bool]:
    """Whether the word of this place can be read in the line of an act."""
    return or_(
        _event.tag.in_(place.tags),
        _event.role.in_(place.roles),
        *(
            and_(_event.tag.in_(tags), _event.body.contains(f'"{code}"', autoescape=True))
            for code, tags in place.codes.items()
        ),
    )


async def _place_of(session: AsyncSession, town: str, event_id: str) -> datetime | None:
    statement = select(_event.at).where(_event.collectivity_id == town, _event.event_id == event_id)
    found: datetime | None = (await session.execute(statement)).scalar_one_or_none()
    return found


def _before(at: datetime, event_id: str) -> ColumnElement[bool]:
    return or_(_event.at < at, and_(_event.at == at, _event.event_id < event_id))
