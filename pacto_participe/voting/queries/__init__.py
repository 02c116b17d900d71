"""Questions about votes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.storage.database import Database
from pacto_participe.storage.sql import Record, Sql, instant
from pacto_participe.voting.charter import Charter, VoteState, state_of
from pacto_participe.voting.events import BoxSealed, LotAwaited
from pacto_participe.voting.publication.roll import Roll, RollPart
from pacto_participe.voting.tables import (
    AreaContentRow,
    CountedBallotRow,
    PublishedFileRow,
    RollLineRow,
    TurnoutRow,
)


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote as pages and services read it: its charter, and what happened since."""

    charter: Charter
    consultation_id: str
    sealed_at: datetime | None
    counted_at: datetime | None
    awaits_lot: bool
    lot_completion: str | None
    is_imported: bool

    @property
    def key(self) -> tuple[str, str]:
        return self.charter.collectivity_id, self.charter.vote_id

    def state(self, now: datetime) -> VoteState:
        return state_of(
            self.charter, now, counted=self.counted_at is not None, awaits_lot=self.awaits_lot
        )


# A charter never changes, so its reading is kept: projects of a hundred votes are some megabytes.
@lru_cache(maxsize=128)
def _charter(text: str) -> Charter:
    return Charter.from_text(text)


_COLUMNS = (
    "charter, consultation_id, sealed_at, counted_at, awaits_lot, lot_completion, is_imported"
)
_BY_EDITION = Sql(
    f"SELECT {_COLUMNS} FROM vote WHERE collectivity_id = :town AND edition = :edition"
)
_OF_TOWN = Sql(
    f"SELECT {_COLUMNS} FROM vote WHERE collectivity_id = :town ORDER BY closes_at DESC LIMIT 50"
)
_TO_CLOSE = Sql(
    "SELECT collectivity_id, edition FROM vote WHERE closes_at <= :before "
    "AND counted_at IS NULL AND NOT awaits_lot ORDER BY closes_at LIMIT 50"
)


def _vote(row: Record) -> Vote:
    return Vote(
        charter=_charter(row["charter"]),
        consultation_id=row["consultation_id"],
        sealed_at=instant(row["sealed_at"]) if row["sealed_at"] else None,
        counted_at=instant(row["counted_at"]) if row["counted_at"] else None,
        awaits_lot=bool(row["awaits_lot"]),
        lot_completion=row["lot_completion"],
        is_imported=bool(row["is_imported"]),
    )


async def vote_by_edition(database: Database, town: str, edition: str) -> Vote | None:
    """One quick statement."""
    row = await database.quick.one(_BY_EDITION, town=town, edition=edition)
    return _vote(row) if row else None


async def votes_of(database: Database, town: str) -> tuple[Vote, ...]:
    """The newest 50 votes of a town, the last to close first. One quick statement."""
    return tuple(_vote(row) for row in await database.quick.all(_OF_TOWN, town=town))


_RULES = Sql(
    "SELECT charter, fingerprint FROM vote WHERE collectivity_id = :town AND edition = :edition"
)


async def frozen_rules(database: Database, town: str, edition: str) -> tuple[str, str] | None:
    """The canonical text as it was frozen, and its fingerprint. One quick statement."""
    row = await database.quick.one(_RULES, town=town, edition=edition)
    return (row["charter"], row["fingerprint"]) if row else None


_VOTED = Sql(
    "SELECT voted FROM turnout WHERE collectivity_id = :town AND vote_id = :vote "
    "AND dimension = 'all' AND name = ''"
)


async def voters_of_sealed(database: Database, vote: tuple[str, str]) -> int:
    """How many ballots the box held when it was sealed. One quick statement."""
    row = await database.quick.one(_VOTED, town=vote[0], vote=vote[1])
    return int(row["voted"]) if row else 0


async def votes_to_close(database: Database, *, before: datetime) -> list[tuple[str, str]]:
    """(collectivity, edition) of votes that closed before an instant and wait for their count."""
    rows = await database.quick.all(_TO_CLOSE, before=before)
    return [(row["collectivity_id"], row["edition"]) for row in rows]


@dataclass(frozen=True, slots=True)
class Desk:
    """A shared device as it stands: who holds it now, None between two turns."""

    collectivity_id: str
    desk_id: str
    vote_id: str
    edition: str
    pin: str
    opened_by: str
    turns: int
    turn: str
    residence_id: str | None
    has_cast: bool

    @property
    def is_held(self) -> bool:
        return self.residence_id is not None


_DESK = Sql(
    "SELECT desk.collectivity_id, desk.desk_id, desk.vote_id, vote.edition, desk.pin, "
    "desk.opened_by, desk.turns, desk.turn, desk.residence_id, desk.turn_until, desk.has_cast "
    "FROM desk JOIN vote ON vote.collectivity_id = desk.collectivity_id "
    "AND vote.vote_id = desk.vote_id "
    "WHERE desk.ticket = :ticket AND desk.collectivity_id = :town AND desk.expires_at > :now"
)


async def desk_of(database: Database, town: str, ticket: str, now: datetime) -> Desk | None:
    """The desk whose ticket a browser shows. A turn whose time is over holds nothing. One statement."""
    row = await database.quick.one(_DESK, town=town, ticket=ticket, now=now)
    if row is None:
        return None
    runs = row["turn_until"] is not None and instant(row["turn_until"]) > now
    return Desk(
        collectivity_id=row["collectivity_id"],
        desk_id=row["desk_id"],
        vote_id=row["vote_id"],
        edition=row["edition"],
        pin=row["pin"],
        opened_by=row["opened_by"],
        turns=row["turns"],
        turn=row["turn"],
        residence_id=row["residence_id"] if runs else None,
        has_cast=bool(row["has_cast"]) and runs,
    )


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


async def contents_of(session: AsyncSession, vote: tuple[str, str]) -> Mapping[str, int]:
    """The sealed box: content -> how many ballots. One statement."""
    rows = await session.exec(
        select(CountedBallotRow.content, CountedBallotRow.weight).where(
            CountedBallotRow.collectivity_id == vote[0], CountedBallotRow.vote_id == vote[1]
        )
    )
    return dict(rows.all())


async def area_contents_of(
    session: AsyncSession, vote: tuple[str, str]
) -> Mapping[str, Mapping[str, int]]:
    """Area -> content -> how many ballots, between sealing and publication. One statement."""
    rows = await session.exec(
        select(AreaContentRow).where(
            AreaContentRow.collectivity_id == vote[0], AreaContentRow.vote_id == vote[1]
        )
    )
    areas: dict[str, dict[str, int]] = {}
    for row in rows:
        areas.setdefault(row.area, {})[row.content] = row.weight
    return areas


async def turnout_of(
    session: AsyncSession, vote: tuple[str, str]
) -> dict[str, dict[str, tuple[int, int | None]]]:
    """dimension -> name -> (voted, entitled or None). One statement."""
    rows = await session.exec(
        select(TurnoutRow).where(
            TurnoutRow.collectivity_id == vote[0], TurnoutRow.vote_id == vote[1]
        )
    )
    found: dict[str, dict[str, tuple[int, int | None]]] = {}
    for row in rows:
        found.setdefault(row.dimension, {})[row.name] = (row.voted, row.entitled)
    return found


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


@dataclass(frozen=True, slots=True)
class SinceClose:
    """What the record says of a closed vote that is not counted yet.

    `box_fingerprint` is None until the box is sealed; `tied` holds the keys of the projects of each
    tie that waits for the public draw.
    """

    box_fingerprint: str | None = None
    ballots: int = 0
    tied: tuple[tuple[str, ...], ...] = ()


_SINCE_CLOSE = Sql(
    "SELECT tag, body FROM event WHERE collectivity_id = :town AND at >= :closed "
    "AND tag IN (:sealed, :awaited) ORDER BY at LIMIT 200"
)


async def since_close(database: Database, vote: Vote) -> SinceClose:
    """One quick statement."""
    rows = await database.quick.all(
        _SINCE_CLOSE,
        town=vote.charter.collectivity_id,
        closed=vote.charter.closes_at,
        sealed=BoxSealed.tag,
        awaited=LotAwaited.tag,
    )
    found = SinceClose()
    for row in rows:
        body = json.loads(row["body"])
        if body["vote_id"] != vote.charter.vote_id:
            continue
        if row["tag"] == BoxSealed.tag:
            found = replace(found, box_fingerprint=body["fingerprint"], ballots=body["ballots"])
        else:
            found = replace(found, tied=tuple(tuple(keys) for keys in body["tied"]))
    return found


@dataclass(frozen=True, slots=True)
class ReceiptFound:
    """What a receipt code says: in the box since, and replaced by a later ballot at (or None)."""

    collectivity_id: str
    vote_id: str
    edition: str
    counted_at: datetime
    replaced_at: datetime | None


_RECEIPT = Sql(
    "SELECT receipt.collectivity_id, receipt.vote_id, vote.edition, receipt.counted_at, "
    "receipt.replaced_at FROM receipt JOIN vote ON vote.collectivity_id = receipt.collectivity_id "
    "AND vote.vote_id = receipt.vote_id "
    "WHERE receipt.collectivity_id = :town AND vote.edition = :edition AND receipt.code = :code"
)
_RECEIPT_ANYWHERE = Sql(
    "SELECT receipt.collectivity_id, receipt.vote_id, vote.edition, receipt.counted_at, "
    "receipt.replaced_at FROM receipt JOIN vote ON vote.collectivity_id = receipt.collectivity_id "
    "AND vote.vote_id = receipt.vote_id WHERE receipt.code = :code LIMIT 2"
)


def _receipt(row: Record) -> ReceiptFound:
    return ReceiptFound(
        collectivity_id=row["collectivity_id"],
        vote_id=row["vote_id"],
        edition=row["edition"],
        counted_at=instant(row["counted_at"]),
        replaced_at=instant(row["replaced_at"]) if row["replaced_at"] else None,
    )


async def receipt_by_code(
    database: Database, town: str, edition: str, code: str
) -> ReceiptFound | None:
    """In one vote. One quick statement."""
    row = await database.quick.one(_RECEIPT, town=town, edition=edition, code=code)
    return _receipt(row) if row else None


async def receipts_anywhere(database: Database, code: str) -> tuple[ReceiptFound, ...]:
    """For the short link /v/CODE, which names no town. One quick statement."""
    rows = await database.quick.all(_RECEIPT_ANYWHERE, code=code)
    return tuple(_receipt(row) for row in rows)
