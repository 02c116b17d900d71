"""Changing what a residence says, and keeping what it said: by that somebody may have voted."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, func, insert, select, update

from pacto_participe.accounts.tables import RESIDENCE, RESIDENCE_PAST
from pacto_participe.storage.unit_of_work import UnitOfWork

_home, _past = RESIDENCE.c, RESIDENCE_PAST.c
# What decides who may vote, and where they are counted.
SAYS = ("district", "adult_on", "nationality", "tie")


async def held_residence(
    uow: UnitOfWork, collectivity_id: str, residence_id: str
) -> RowMapping | None:
    """What a residence says, held until the transaction ends. One statement."""
    statement = (
        select(
            *(_home[name] for name in SAYS),
            func.coalesce(_home.says_since, _home.verified_at).label("since"),
            _home.ended_at,
        )
        .where(*_this(collectivity_id, residence_id))
        .with_for_update()
    )
    return (await uow.session.execute(statement)).mappings().one_or_none()


async def change(
    uow: UnitOfWork,
    collectivity_id: str,
    residence_id: str,
    held: RowMapping,
    values: Mapping[str, Any],
) -> None:
    """Write `values` (names of SAYS) where they differ. At most two statements.

    `held`: what it says now, from `held_residence`.
    """
    changed = {name: value for name, value in values.items() if held[name] != value}
    if changed:
        await _write(uow, collectivity_id, residence_id, held, changed)


async def revive(
    uow: UnitOfWork,
    collectivity_id: str,
    residence_id: str,
    held: RowMapping,
    values: Mapping[str, Any],
) -> None:
    """The same; and a residence that had ended runs again. At most two statements."""
    if held["ended_at"] is None:
        await change(uow, collectivity_id, residence_id, held, values)
        return
    await _write(uow, collectivity_id, residence_id, held, {**values, "ended_at": None})


async def _write(
    uow: UnitOfWork,
    collectivity_id: str,
    residence_id: str,
    held: RowMapping,
    values: Mapping[str, Any],
) -> None:
    now = uow.now()
    until = held["ended_at"] or now
    if held["since"] <= until:  # what was changed after the end let nobody in
        place = select(func.coalesce(func.max(_past.place), 0) + 1).where(
            _past.collectivity_id == collectivity_id, _past.residence_id == residence_id
        )
        past = {name: held[name] for name in (*SAYS, "since")}
        await uow.session.execute(
            insert(RESIDENCE_PAST).values(
                collectivity_id=collectivity_id,
                residence_id=residence_id,
                place=place.scalar_subquery(),
                until=until,
                **past,
            )
        )
    await uow.session.execute(
        update(RESIDENCE)
        .where(*_this(collectivity_id, residence_id))
        .values(**values, says_since=now)
    )


def _this(collectivity_id: str, residence_id: str) -> tuple[ColumnElement[bool], ...]:
    return _home.collectivity_id == collectivity_id, _home.residence_id == residence_id
