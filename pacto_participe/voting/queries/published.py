"""Questions about what was published of a count."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.storage.database import Database
from pacto_participe.storage.sql import Sql, instant
from pacto_participe.voting.events import LotAwaited, LotCompleted, ResultPublished
from pacto_participe.voting.tables import PublishedFileRow


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file of a publication as it was written at the count."""

    name: str
    media_type: str
    content: bytes
    sha256: str


_FILE = Sql(
    "SELECT name, media_type, content, sha256 FROM published_file "
    "WHERE collectivity_id = :town AND vote_id = :vote AND name = :name"
)


async def published_file(
    database: Database, vote: tuple[str, str], name: str
) -> PublishedFile | None:
    """One quick statement."""
    row = await database.quick.one(_FILE, town=vote[0], vote=vote[1], name=name)
    return PublishedFile(**row) if row else None


@dataclass(frozen=True, slots=True)
class PublishedStamp:
    """What is known of a published file without its content."""

    name: str
    media_type: str
    size: int
    sha256: str


_STAMP = Sql(
    "SELECT name, media_type, length(content) AS size, sha256 FROM published_file "
    "WHERE collectivity_id = :town AND vote_id = :vote AND name = :name"
)


async def published_stamp(
    database: Database, vote: tuple[str, str], name: str
) -> PublishedStamp | None:
    """One quick statement, which reads no content."""
    row = await database.quick.one(_STAMP, town=vote[0], vote=vote[1], name=name)
    return PublishedStamp(**row) if row else None


async def published_result(database: Database, vote: tuple[str, str]) -> dict[str, Any] | None:
    """result.json as it was published. One quick statement."""
    file = await published_file(database, vote, "result.json")
    if file is None:
        return None
    result: dict[str, Any] = json.loads(file.content)
    return result


@dataclass(frozen=True, slots=True)
class ResultEvent:
    """Something that changed what the page of the results says: its tag, when, and what was written down."""

    tag: str
    at: datetime
    body: Mapping[str, Any]


_EVENTS = Sql(
    "SELECT tag, at, body FROM event WHERE collectivity_id = :town AND at >= :closed "
    "AND tag IN (:awaited, :completed, :published) ORDER BY at LIMIT 200"
)


async def result_events(
    database: Database, vote: tuple[str, str], *, closed_at: datetime
) -> tuple[ResultEvent, ...]:
    """Draws and publications of a vote, the oldest first. One quick statement."""
    rows = await database.quick.all(
        _EVENTS,
        town=vote[0],
        closed=closed_at,
        awaited=LotAwaited.tag,
        completed=LotCompleted.tag,
        published=ResultPublished.tag,
    )
    events = (ResultEvent(row["tag"], instant(row["at"]), json.loads(row["body"])) for row in rows)
    return tuple(event for event in events if event.body["vote_id"] == vote[1])


async def published_list(
    session: AsyncSession, vote: tuple[str, str]
) -> tuple[tuple[str, int, str], ...]:
    """(name, bytes, sha256) of each published file by name. One statement."""
    rows = await session.exec(
        select(
            PublishedFileRow.name,
            func.length(PublishedFileRow.content),
            PublishedFileRow.sha256,
        )
        .where(PublishedFileRow.collectivity_id == vote[0], PublishedFileRow.vote_id == vote[1])
        .order_by(col(PublishedFileRow.name))
    )
    return tuple((name, size, sha256) for name, size, sha256 in rows)
