"""Questions about the rolls of votes."""

from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.storage.database import Database
from pacto_participe.storage.sql import Sql, instant
from pacto_participe.voting.publication.roll import Roll, RollPart
from pacto_participe.voting.tables import RollLineRow

_TO_FREEZE = Sql(
    "SELECT collectivity_id, edition FROM vote WHERE opens_at <= :before AND sealed_at IS NULL "
    "AND NOT is_imported AND NOT EXISTS (SELECT 1 FROM roll WHERE roll.collectivity_id = "
    "vote.collectivity_id AND roll.vote_id = vote.vote_id) ORDER BY opens_at LIMIT 50"
)


async def rolls_to_freeze(database: Database, *, before: datetime) -> list[tuple[str, str]]:
    """(collectivity, edition) of votes that open before an instant and have no roll. One quick statement."""
    rows = await database.quick.all(_TO_FREEZE, before=before)
    return [(row["collectivity_id"], row["edition"]) for row in rows]


_ROLL = Sql(
    "SELECT moment, people, departed, fingerprint, fixed_at FROM roll "
    "WHERE collectivity_id = :town AND vote_id = :vote"
)


async def roll_of(database: Database, vote: tuple[str, str]) -> Roll | None:
    """The roll as it was fixed, None while it is not. One quick statement."""
    rows = await database.quick.all(_ROLL, town=vote[0], vote=vote[1])
    parts = {
        row["moment"]: RollPart(row["people"], row["fingerprint"], instant(row["fixed_at"]))
        for row in rows
    }
    if "frozen" not in parts:
        return None
    return Roll(parts["frozen"], parts.get("closed"), max(row["departed"] for row in rows))


_LINE = Sql(
    "SELECT moment FROM roll_line WHERE collectivity_id = :town AND vote_id = :vote AND line = :line"
)


async def moment_of_line(database: Database, vote: tuple[str, str], line: str) -> str:
    """The part of the roll that has a line, "" for none. One quick statement."""
    row = await database.quick.one(_LINE, town=vote[0], vote=vote[1], line=line)
    return str(row["moment"]) if row else ""


async def roll_lines(session: AsyncSession, vote: tuple[str, str]) -> dict[str, list[str]]:
    """moment -> lines, in no order. One statement."""
    rows = await session.exec(
        select(RollLineRow.moment, RollLineRow.line).where(
            RollLineRow.collectivity_id == vote[0], RollLineRow.vote_id == vote[1]
        )
    )
    lines: dict[str, list[str]] = {"frozen": [], "closed": []}
    for moment, line in rows:
        lines[moment].append(line)
    return lines
