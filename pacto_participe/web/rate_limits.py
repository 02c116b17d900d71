"""Rate limits in the database: they survive a restart and hold across processes.

One row per (what, who) and window. `who` is a keyed fingerprint, never a number or an address.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.kernel.errors import TooMany
from pacto_participe.storage.database import Database
from pacto_participe.storage.tables import Row


class RateLimitRow(Row, table=True):
    """How often something was tried in the window that began at `window_start` (Unix seconds)."""

    __tablename__ = "rate_limit"

    what: str = Field(primary_key=True, max_length=40)
    who: str = Field(primary_key=True, max_length=64)
    window_start: int
    tries: int


_STATEMENT = (
    "INSERT INTO rate_limit (what, who, window_start, tries) VALUES (:what, :who, :start, 1) "
    "ON CONFLICT (what, who) DO UPDATE SET "
    "tries = CASE WHEN rate_limit.window_start = :start THEN rate_limit.tries + 1 ELSE 1 END, "
    "window_start = :start RETURNING tries"
)
_COUNT = text(_STATEMENT)


@dataclass(frozen=True, slots=True)
class Try:
    """One try of somebody at something, and how many are allowed in a window of so many seconds."""

    what: str
    who: str
    limit: int
    seconds: int

    def window(self, now: datetime) -> tuple[int, int]:
        """When its window began, and how many seconds of it are left."""
        instant = int(now.astimezone(UTC).timestamp())
        start = instant - instant % self.seconds
        return start, start + self.seconds - instant


class Counting:
    """Counts tries for all who wait, in one transaction of SQLite's one writer."""

    def on_sqlite(
        self, connection: sqlite3.Connection, items: Sequence[tuple[datetime, Sequence[Try]]]
    ) -> list[int]:
        """For each the seconds to wait, 0 when within every limit; what is over one limit is not
        counted against those after it."""
        return [self._wait(connection, now, tries) for now, tries in items]

    def _wait(self, connection: sqlite3.Connection, now: datetime, tries: Sequence[Try]) -> int:
        for one in tries:
            start, left = one.window(now)
            places = {"what": one.what, "who": one.who, "start": start}
            if connection.execute(_STATEMENT, places).fetchone()[0] > one.limit:
                return left
        return 0

    async def on_postgres(self, connection: Any, items: Sequence[Any]) -> list[int]:
        """Never asked: there, rows that two batches share would wait for each other in a ring."""
        raise NotImplementedError


_GIVE_BACK = (
    "UPDATE rate_limit SET tries = tries - 1 WHERE what = :what AND who = :who AND tries > 0"
)


class GivingBack:
    """Gives tries back that turned out right, for all who wait."""

    def on_sqlite(
        self, connection: sqlite3.Connection, items: Sequence[Sequence[Try]]
    ) -> list[None]:
        """One statement a try."""
        places = [{"what": one.what, "who": one.who} for tries in items for one in tries]
        connection.executemany(_GIVE_BACK, places)
        return [None for _ in items]

    async def on_postgres(self, connection: Any, items: Sequence[Any]) -> list[None]:
        """Never asked, as with Counting."""
        raise NotImplementedError


_COUNTING, _GIVING_BACK = Counting(), GivingBack()


async def give_back(database: Database, tries: Sequence[Try]) -> None:
    """Give back tries that turned out right. One statement each, in a transaction of their own."""
    if database.is_sqlite:
        await database.group_writer.submit(_GIVING_BACK, tries)
        return
    async with database.write() as session:
        for one in tries:
            await session.execute(text(_GIVE_BACK), {"what": one.what, "who": one.who})


async def count_tries(database: Database, tries: Sequence[Try], *, now: datetime) -> None:
    """Count tries, each committed whatever follows. Raises TooMany. One statement each.

    What is over one limit is not counted against those after it.
    """
    if database.is_sqlite:
        wait = await database.group_writer.submit(_COUNTING, (now, tries))
        if wait:
            raise TooMany(retry_after_seconds=wait)
        return
    over: TooMany | None = None
    async with database.write() as session:
        for one in tries:
            try:
                await count_try(
                    session, one.what, one.who, limit=one.limit, seconds=one.seconds, now=now
                )
            except TooMany as too_many:
                over = too_many
                break
    if over is not None:
        raise over


async def count_try(
    session: AsyncSession, what: str, who: str, *, limit: int, seconds: int, now: datetime
) -> int:
    """Count one try; returns how many are left in this window. Raises TooMany. One statement.

    Call it in a transaction of its own that commits even when what follows fails.
    """
    instant = int(now.astimezone(UTC).timestamp())
    start = instant - instant % seconds
    result = await session.execute(_COUNT, {"what": what, "who": who, "start": start})
    tries = int(result.scalar_one())
    if tries > limit:
        raise TooMany(retry_after_seconds=start + seconds - instant)
    return limit - tries
