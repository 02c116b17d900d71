"""Rate limits in the database: they survive a restart and hold across processes.

One row per (what, who) and window. `who` is a keyed fingerprint, never a number or an address.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Field

from pacto_participe.kernel.errors import TooMany
from pacto_participe.storage.database import Database
from pacto_participe.storage.sql import Sql
from pacto_participe.storage.steps import Step, Steps
from pacto_participe.storage.tables import Row


class RateLimitRow(Row, table=True):
    """How often something was tried in the window that began at `window_start` (Unix seconds)."""

    __tablename__ = "rate_limit"

    what: str = Field(primary_key=True, max_length=40)
    who: str = Field(primary_key=True, max_length=64)
    window_start: int
    tries: int


_COUNT = Sql(
    "INSERT INTO rate_limit (what, who, window_start, tries) VALUES (:what, :who, :start, 1) "
    "ON CONFLICT (what, who) DO UPDATE SET "
    "tries = CASE WHEN rate_limit.window_start = :start THEN rate_limit.tries + 1 ELSE 1 END, "
    "window_start = :start RETURNING tries"
)
_GIVE_BACK = Sql(
    "UPDATE rate_limit SET tries = tries - 1 WHERE what = :what AND who = :who AND tries > 0"
)


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


def _counting(tries: Sequence[Try], now: datetime) -> Steps[int]:
    """The seconds to wait, 0 when within every limit."""
    for one in tries:
        start, left = one.window(now)
        counted = yield Step(_COUNT, {"what": one.what, "who": one.who, "start": start})
        if counted[0]["tries"] > one.limit:
            return left
    return 0


def giving_back(tries: Sequence[Try]) -> Steps[None]:
    """Give back tries that turned out right. One statement each."""
    for one in tries:
        yield Step(_GIVE_BACK, {"what": one.what, "who": one.who})


async def count_tries(database: Database, tries: Sequence[Try], *, now: datetime) -> None:
    """Count tries, each committed whatever follows. Raises TooMany. One statement each.

    What is over one limit is not counted against those after it.
    """
    wait = await database.follow(lambda: _counting(tries, now))
    if wait:
        raise TooMany(retry_after_seconds=wait)


async def give_back(database: Database, tries: Sequence[Try]) -> None:
    """Give back tries that turned out right. One statement each, in a transaction of their own."""
    await database.follow(lambda: giving_back(tries))
