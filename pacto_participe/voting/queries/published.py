"""Questions about what was published of a count."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.storage.database import Database
from pacto_participe.storage.sql import Sql
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
