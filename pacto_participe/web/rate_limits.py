"""Rate limits in the database: they survive a restart and hold across processes.

One row per (what, who) and window. `who` is a keyed fingerprint, never a number or an address.
"""

from datetime import UTC, datetime

from sqlalchemy import text
from sqlmodel import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.kernel.errors import TooMany
from pacto_participe.storage.tables import Row


class RateLimitRow(Row, table=True):
    """How often something was tried in the window that began at `window_start` (Unix seconds)."""

    __tablename__ = "rate_limit"

    what: str = Field(primary_key=True, max_length=40)
    who: str = Field(primary_key=True, max_length=64)
    window_start: int
    tries: int


_COUNT = text(
    "INSERT INTO rate_limit (what, who, window_start, tries) VALUES (:what, :who, :start, 1) "
    "ON CONFLICT (what, who) DO UPDATE SET "
    "tries = CASE WHEN rate_limit.window_start = :start THEN rate_limit.tries + 1 ELSE 1 END, "
    "window_start = :start RETURNING tries"
)


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
