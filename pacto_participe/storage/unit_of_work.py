"""A unit of work: one transaction with the clock, the actor and the events of one thing a person does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, text
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.kernel.actors import PLATFORM, Actor, Role
from pacto_participe.kernel.clock import Clock
from pacto_participe.kernel.events import Event
from pacto_participe.storage.database import Database
from pacto_participe.storage.events import EventRow, row_of

NATION = "MA"

_BUMP = text(
    "INSERT INTO data_version (collectivity_id, version) VALUES (:town, 1) "
    "ON CONFLICT (collectivity_id) DO UPDATE SET version = data_version.version + 1"
)


@dataclass(slots=True)
class UnitOfWork:
    """What a service is given. It adds rows to `session` and records events; it never commits."""

    session: AsyncSession
    clock: Clock
    actor: Actor
    door_roles: tuple[Role, ...] | None = (
        None  # those that open the door of the request; None: no door
    )
    _events: list[EventRow] = field(default_factory=list)

    def now(self) -> datetime:
        return self.clock.now()

    def acting_role(self, collectivity_id: str) -> str:
        """The role in which the actor does this work, "" for the platform and for private people."""
        return self.actor.acts_as(collectivity_id, self.door_roles) or ""

    def record(
        self, event: Event, *, collectivity_id: str = NATION, by: Actor | None = None
    ) -> None:
        """Write down what happened, in the same transaction, with the role that acted.

        `by`: one of the staff who acts before their roles are theirs again (the second factor itself), or
        gives them back (who closes their account).
        """
        actor, door = (by, None) if by else (self.actor, self.door_roles)
        role = actor.acts_as(collectivity_id, door)
        self._events.append(
            row_of(
                event,
                collectivity_id=collectivity_id,
                at=self.now(),
                person_id=actor.person_id if role else None,
                role=role,
            )
        )

    async def rows_changed(self, statement: Executable) -> int:
        """How many rows an insert, update or delete touched. Where its condition is the guard, one is right
        and none means that somebody else was first.
        """
        result: Any = await self.session.execute(statement)  # of the kind that counts rows
        return int(result.rowcount)

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """A part that may fail alone: then its rows and its events are undone, and the rest goes on."""
        known = len(self._events)
        try:
            async with self.session.begin_nested():
                yield
        except BaseException:
            del self._events[known:]
            raise

    async def write_events(self) -> None:
        """Store the events and age the pages of the towns that changed."""
        self.session.add_all(self._events)
        for town in sorted({event.collectivity_id for event in self._events}):
            await self.session.execute(_BUMP, {"town": town})


@asynccontextmanager
async def unit_of_work(
    database: Database,
    clock: Clock,
    actor: Actor = PLATFORM,
    *,
    door_roles: tuple[Role, ...] | None = None,
) -> AsyncIterator[UnitOfWork]:
    """Commits on the way out, with the events; rolls everything back on any error."""
    async with database.write() as session:
        uow = UnitOfWork(session=session, clock=clock, actor=actor, door_roles=door_roles)
        yield uow
        await uow.write_events()
