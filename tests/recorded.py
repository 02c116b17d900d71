"""What stands in the record of events, for tests to read."""

import json
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from pacto_participe.storage.database import Database
from pacto_participe.storage.events import EventRow


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event, with who acted and in which role."""

    tag: str
    body: dict[str, Any]
    role: str | None
    person_id: str | None


async def recorded(database: Database, beginning: str = "") -> list[Recorded]:
    """Events whose tag begins so, the oldest first."""
    async with database.read() as session:
        rows = (await session.exec(select(EventRow).order_by(col(EventRow.at)))).all()
    return [
        Recorded(row.tag, json.loads(row.body), row.role, row.person_id)
        for row in rows
        if row.tag.startswith(beginning)
    ]


async def bodies(database: Database, tag: str) -> list[dict[str, Any]]:
    """What each event of a tag says."""
    return [event.body for event in await recorded(database, tag)]
