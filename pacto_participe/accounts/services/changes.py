"""Changing what a residence says, and keeping what it said: by that somebody may have voted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update

from pacto_participe.accounts.tables import RESIDENCE, RESIDENCE_PAST
from pacto_participe.kernel.errors import NotFound
from pacto_participe.storage.unit_of_work import UnitOfWork

_home, _past = RESIDENCE.c, RESIDENCE_PAST.c
# What decides who may vote, and where they are counted.
SAYS = ("district", "adult_on", "nationality", "tie")


@dataclass(frozen=True, slots=True)
class Held:
    """A residence that nobody else changes until the transaction ends. `says`: by the names of SAYS."""

    collectivity_id: str
    residence_id: str
    says: Mapping[str, Any]
    since: datetime
    ended_at: datetime | None

    @property
    def row(self) -> tuple[ColumnElement[bool], ...]:
        return _row(self.collectivity_id, self.residence_id)


async def held_residence(uow: UnitOfWork, collectivity_id: str, residence_id: str) -> Held:
    """Hold it, with what it says now. One statement. Raises NotFound."""
    statement = (
        select(
            *(_home[name] for name in SAYS),
            func.coalesce(_home.says_since, _home.verified_at).label("since"),
            _home.ended_at,
        )
        .where(*_row(collectivity_id, residence_id))
        .with_for_update()
    )
    found = (await uow.session.execute(statement)).mappings().one_or_none()
    if found is None:
        raise NotFound
    says = {name: found[name] for name in SAYS}
    return Held(collectivity_id, residence_id, says, found["since"], found["ended_at"])


async def change(uow: UnitOfWork, held: Held, values: Mapping[str, Any]) -> None:
    """Write `values` (names of SAYS) where they differ. At most two statements."""
    changed = {name: value for name, value in values.items() if held.says[name] != value}
    if changed:
        await _write(uow, held, changed)


async def revive(uow: UnitOfWork, held: Held, values: Mapping[str, Any]) -> None:
    """The same; and a residence that had ended runs again. At most two statements."""
    if held.ended_at is None:
        await change(uow, held, values)
        return
    await _write(uow, held, {**values, "ended_at": None})


async def _write(uow: UnitOfWork, held: Held, values: Mapping[str, Any]) -> None:
    now = uow.now()
    until = held.ended_at or now
    if held.since <= until:  # what was changed after the end let nobody in
        place = select(func.coalesce(func.max(_past.place), 0) + 1).where(
            _past.collectivity_id == held.collectivity_id, _past.residence_id == held.residence_id
        )
        await uow.session.execute(
            insert(RESIDENCE_PAST).values(
                collectivity_id=held.collectivity_id,
                residence_id=held.residence_id,
                place=place.scalar_subquery(),
                since=held.since,
                until=until,
                **held.says,
            )
        )
    await uow.session.execute(update(RESIDENCE).where(*held.row).values(**values, says_since=now))


def _row(collectivity_id: str, residence_id: str) -> tuple[ColumnElement[bool], ...]:
    return _home.collectivity_id == collectivity_id, _home.residence_id == residence_id
